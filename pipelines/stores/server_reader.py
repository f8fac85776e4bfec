"""One generation on a Qdrant server, open for reading, and what its client's errors mean."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from models.errors import BrokenIndex, DiskFull, StoreUnavailable
from models.types import Vectors
from pipelines.catalog_types import Card, IndexInfo, IndexSpec
from pipelines.stores import bm25
from pipelines.stores.card_cache import CardCache
from pipelines.stores.points import (
    OVERSAMPLING,
    Payload,
    checked_queries,
    code_hits,
    facet_field,
    hit_of,
    in_order,
    keypoints_of,
    normal_codes,
    point_id,
    ranked_facets,
)
from pipelines.stores.protocol import FacetValue, Hit, StoreFilter, VectorName

_WHO = ["product_id", "image_number"]


class QdrantIndex:
    """A finished generation on a server. Safe to share between threads: the client is."""

    def __init__(self, info: IndexInfo, client: QdrantClient, collection: str, place: str) -> None:
        """Args:
        collection: of this generation, not the alias: it stays the same when a newer one comes.
        place: where the server is, for messages; without keys.
        """
        self._info = info
        self._client = client
        self._collection = collection
        self._place = place
        self._closed = False
        self._cards = CardCache()

    @property
    def info(self) -> IndexInfo:
        return self._info

    def nearest(
        self,
        name: VectorName,
        vectors: Vectors,
        limit: int,
        where: StoreFilter,
        *,
        exact: bool = False,
    ) -> list[list[Hit]]:
        """Nearest points by cosine, best first, one list for each row of `vectors`."""
        spec = self._info.spec
        queries = checked_queries(vectors, spec.image_dim if name == "image" else spec.text_dim)
        if not len(queries) or limit < 1:
            return [[] for _ in queries]
        condition, params = _filter(where), _params(spec, exact=exact)
        return self._search(
            [
                models.QueryRequest(
                    query=row.tolist(),
                    using=name,
                    filter=condition,
                    params=params,
                    limit=limit,
                    with_payload=_WHO,
                )
                for row in queries
            ]
        )

    def words(self, text: str, limit: int, where: StoreFilter) -> list[Hit]:
        """Points whose words match by BM25, best first; empty for a text without words."""
        asked = bm25.query(text)
        if not asked or limit < 1:
            return []
        request = models.QueryRequest(
            query=models.SparseVector(indices=list(asked.indices), values=list(asked.values)),
            using="words",
            filter=_filter(where),
            limit=limit,
            with_payload=_WHO,
        )
        return self._search([request])[0]

    def codes(self, codes: Sequence[str], limit: int, where: StoreFilter) -> list[Hit]:
        """Main pictures of products that carry one of `codes`, in the order of the codes."""
        wanted = normal_codes(codes)
        if not wanted or limit < 1:
            return []
        condition = _filter(where, _any("codes", wanted), _MAIN)
        records = self._scroll(condition, limit, [*_WHO, "codes"])
        return code_hits([_payload(record) for record in records], wanted)

    def cards(self, product_ids: Sequence[str]) -> list[Card | None]:
        """Same length and order as asked; None where the product is not in this generation."""
        self._check_open()
        return self._cards.get(product_ids, self._card_payloads)

    def image_vectors(self, product_ids: Sequence[str]) -> list[Vectors | None]:
        """Vector of each product's main picture, shape (image_dim,); None where unknown."""
        found = {
            _payload(record)["product_id"]: _dense(record, "image")
            for record in self._of_products(product_ids, ["product_id"], ["image"])
        }
        return [found.get(product_id) for product_id in product_ids]

    def keypoints(self, pictures: Sequence[tuple[str, int]]) -> list[bytes]:
        """What entries brought as keypoints, same length and order; empty where unknown."""
        wanted = [point_id(product_id, number) for product_id, number in pictures]
        with self._server() as client:
            records = client.retrieve(self._collection, wanted, with_payload=["keypoints"])
        found = {str(record.id): keypoints_of(_payload(record)) for record in records}
        return [found.get(each, b"") for each in wanted]

    def facets(self, field: str, limit: int, where: StoreFilter) -> list[FacetValue]:
        """Counts of products (main pictures) by value, the most frequent first.

        Args:
            field: category (every level of the path), brand, in_stock ("true" or "false"), tags
                ("colour:red") or currency.
        """
        key = facet_field(field)
        with self._server() as client:
            answer = client.facet(
                self._collection,
                key=key,
                facet_filter=_filter(where, _MAIN),
                limit=max(limit, 1),
                exact=True,
            )
        return ranked_facets(((hit.value, hit.count) for hit in answer.hits), limit)

    def close(self) -> None:
        """Later calls fail. The connection belongs to the home and stays."""
        self._closed = True

    def _search(self, requests: list[models.QueryRequest]) -> list[list[Hit]]:
        with self._server() as client:
            answers = client.query_batch_points(self._collection, requests=requests)
        return [
            in_order([hit_of(point.payload or {}, point.score) for point in answer.points])
            for answer in answers
        ]

    def _card_payloads(self, product_ids: Sequence[str]) -> Iterator[Payload]:
        return map(_payload, self._of_products(product_ids, ["product_id", "card"]))

    def _of_products(
        self, product_ids: Sequence[str], payload: list[str], vectors: list[str] | None = None
    ) -> list[models.Record]:
        wanted = list(dict.fromkeys(product_ids))
        if not wanted:
            return []
        condition = models.Filter(must=[_any("product_id", wanted), _MAIN])
        return self._scroll(condition, len(wanted), payload, vectors)

    def _scroll(
        self,
        condition: models.Filter,
        limit: int,
        payload: list[str],
        vectors: list[str] | None = None,
    ) -> list[models.Record]:
        with self._server() as client:
            records, _ = client.scroll(
                self._collection,
                scroll_filter=condition,
                limit=limit,
                with_payload=payload,
                with_vectors=vectors or False,
            )
        return records

    @contextmanager
    def _server(self) -> Iterator[QdrantClient]:
        self._check_open()
        with server_errors(self._place, f"generation {self._info.generation}"):
            yield self._client

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this index was closed")


@contextmanager
def server_errors(place: str, doing: str) -> Iterator[None]:
    """Say what the client's errors mean, and what to do; never shows a key."""
    try:
        yield
    except UnexpectedResponse as error:
        raise _refusal(error, place, doing) from error
    except ResponseHandlingException as error:
        cause = type(error.source).__name__
        raise StoreUnavailable(
            f"the Qdrant server at {place} does not answer ({doing}: {cause})",
            remedy="start it, or check SHOPLENS_QDRANT_URL",
        ) from error
    except ResourceExhaustedResponse as error:
        raise StoreUnavailable(
            f"the Qdrant server at {place} is asked too much ({doing})",
            remedy=f"try again in {error.retry_after_s} s",
        ) from error


def _refusal(
    error: UnexpectedResponse, place: str, doing: str
) -> StoreUnavailable | BrokenIndex | DiskFull:
    reason = error.content[:200].decode(errors="replace")
    if error.status_code in (401, 403):
        return StoreUnavailable(
            f"the Qdrant server at {place} refuses the key ({doing})",
            remedy="set SHOPLENS_QDRANT_API_KEY to a key that may do this",
        )
    if error.status_code == 404:
        return BrokenIndex(
            f"the Qdrant server at {place} no longer has {doing}",
            remedy="search again: a newer index was published; else run `shoplens index FEED`",
        )
    if "no space left" in reason.lower() or error.status_code == 507:
        return DiskFull(
            f"the disk of the Qdrant server at {place} is full ({doing})",
            remedy="free some space there and run the command again",
        )
    return StoreUnavailable(
        f"the Qdrant server at {place} answers {error.status_code} ({doing}): {reason}",
        remedy="look into the server's log",
    )


def _params(spec: IndexSpec, *, exact: bool) -> models.SearchParams | None:
    if spec.precision != "int8":
        return models.SearchParams(exact=True) if exact else None
    return models.SearchParams(
        exact=exact,
        quantization=models.QuantizationSearchParams(
            ignore=exact, rescore=spec.rescore, oversampling=OVERSAMPLING if spec.rescore else None
        ),
    )


def _filter(where: StoreFilter, *more: models.Condition) -> models.Filter:
    must: list[models.Condition] = list(more)
    must_not: list[models.Condition] = []
    if where.category:
        must.append(_is("category", where.category))
    if where.brand:
        must.append(_is("brand", where.brand))
    if where.price_min is not None or where.price_max is not None:
        prices = models.Range(gte=where.price_min, lte=where.price_max)
        must.append(models.FieldCondition(key="price", range=prices))
        if where.currency:
            must.append(_is("currency", where.currency))
    must += [_any("tags", keys) for keys in where.tags_by_field.values()]
    if where.without_tags:
        must_not.append(_any("tags", list(where.without_tags)))
    if where.in_stock_only:
        must_not.append(_is("in_stock", "false"))
    if where.exclude_ids:
        must_not.append(_any("product_id", list(where.exclude_ids)))
    return models.Filter(must=must, must_not=must_not)


def _is(key: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def _any(key: str, values: list[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=values))


_MAIN = _is("main", "true")


def _payload(record: models.Record) -> Payload:
    return record.payload or {}


def _dense(record: models.Record, name: str) -> Vectors:
    vectors = record.vector
    if not isinstance(vectors, dict):
        raise TypeError(f"named vectors were asked for, the server gave {type(vectors).__name__}")
    return np.asarray(vectors[name], dtype=np.float32)

"""One generation of a Qdrant Edge index, open for reading."""

import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import numpy as np
import qdrant_edge as edge

from models.errors import BrokenIndex
from models.types import Vectors
from pipelines.catalog_types import Card, IndexInfo, IndexSpec
from pipelines.stores import bm25
from pipelines.stores.card_cache import CardCache
from pipelines.stores.manifest import REBUILD
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
from pipelines.stores.private_copy import PrivateCopy
from pipelines.stores.protocol import FacetValue, Hit, StoreFilter, VectorName

_WHO = ["product_id", "image_number"]


class EdgeIndex:
    """A finished generation, open for reading. Safe to share between threads.

    One call at a time: the engine holds the interpreter lock during a call anyway (4 threads took
    as long as one after another), and close() must not meet a search.
    """

    def __init__(self, info: IndexInfo, copy: PrivateCopy) -> None:
        """Open a private copy; it is released by `close()`, on exit, or when this is collected.

        Raises:
            BrokenIndex: the engine cannot read it.
        """
        self._info = info
        try:
            with engine_errors(f"open generation {info.generation}"):
                shard = edge.EdgeShard.load(str(copy.folder))
        except BrokenIndex:
            copy.release()
            raise
        self._shard = shard
        self._lock = threading.Lock()
        self._cards = CardCache()
        self._finalizer = weakref.finalize(self, _release, shard, copy)

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
        """Nearest points by cosine, best first, one list for each row of `vectors`.

        One batch is one pass: 200 queries took 100 ms together and 365 ms in threads.
        """
        spec = self._info.spec
        queries = checked_queries(vectors, spec.image_dim if name == "image" else spec.text_dim)
        if not len(queries) or limit < 1:
            return [[] for _ in queries]
        condition, params = _filter(where), _params(spec, exact=exact)
        return self._search(
            [
                edge.QueryRequest(
                    limit=limit,
                    query=edge.Query.Nearest(row.tolist(), using=name),
                    filter=condition,
                    params=params,
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
        vector = edge.SparseVector(list(asked.indices), list(asked.values))
        request = edge.QueryRequest(
            limit=limit,
            query=edge.Query.Nearest(vector, using="words"),
            filter=_filter(where),
            with_payload=_WHO,
        )
        return self._search([request])[0]

    def codes(self, codes: Sequence[str], limit: int, where: StoreFilter) -> list[Hit]:
        """Main pictures of products that carry one of `codes`, in the order of the codes."""
        wanted = normal_codes(codes)
        if not wanted or limit < 1:
            return []
        records = self._main_pictures(
            _filter(where, _any("codes", wanted)), limit, [*_WHO, "codes"]
        )
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
        with self._engine("read keypoints") as shard:
            records = shard.retrieve([*wanted], ["keypoints"], False)
        found = {str(record.id): keypoints_of(_payload(record)) for record in records}
        return [found.get(each, b"") for each in wanted]

    def facets(self, field: str, limit: int, where: StoreFilter) -> list[FacetValue]:
        """Counts of products (main pictures) by value, the most frequent first.

        Args:
            field: category (every level of the path), brand, in_stock ("true" or "false"), tags
                ("colour:red") or currency.
        """
        request = edge.FacetRequest(
            key=facet_field(field), limit=max(limit, 1), exact=True, filter=_filter(where, _MAIN)
        )
        with self._engine("count facets") as shard:
            hits = shard.facet(request).hits
        return ranked_facets(((hit.value, hit.count) for hit in hits), limit)

    def close(self) -> None:
        """Leave the generation and remove the private copy; later calls fail."""
        with self._lock:
            self._finalizer()

    def _search(self, requests: list[edge.QueryRequest]) -> list[list[Hit]]:
        with self._engine("search") as shard:
            answers = shard.query_batch(edge.QueryBatchRequest(requests))
        return [
            in_order([hit_of(point.payload or {}, point.score) for point in answer])
            for answer in answers
        ]

    def _card_payloads(self, product_ids: Sequence[str]) -> Iterator[Payload]:
        return map(_payload, self._of_products(product_ids, ["product_id", "card"]))

    def _of_products(
        self, product_ids: Sequence[str], payload: list[str], vectors: list[str] | None = None
    ) -> list[edge.Record]:
        wanted = list(dict.fromkeys(product_ids))
        if not wanted:
            return []
        condition = edge.Filter(must=[_any("product_id", wanted), _MAIN])
        return self._main_pictures(condition, len(wanted), payload, vectors)

    def _main_pictures(
        self,
        condition: edge.Filter,
        limit: int,
        payload: list[str],
        vectors: list[str] | None = None,
    ) -> list[edge.Record]:
        request = edge.ScrollRequest(
            limit=limit,
            filter=edge.Filter(must=[condition, _MAIN]),
            with_payload=payload,
            with_vector=vectors or False,
        )
        with self._engine("read products") as shard:
            records, _ = shard.scroll(request)
        return records

    @contextmanager
    def _engine(self, doing: str) -> Iterator[edge.EdgeShard]:
        with self._lock:
            self._check_open()
            with engine_errors(f"{doing} in generation {self._info.generation}"):
                yield self._shard

    def _check_open(self) -> None:
        if not self._finalizer.alive:
            raise ValueError("this index was closed")


@contextmanager
def engine_errors(doing: str) -> Iterator[None]:
    """The engine raises bare Exception for everything; readers of ours get BrokenIndex."""
    try:
        yield
    except Exception as error:
        raise BrokenIndex(f"cannot {doing}: {error}", remedy=REBUILD) from error


def _release(shard: edge.EdgeShard, copy: PrivateCopy) -> None:
    try:
        # Closing writes into the copy; a copy that somebody removed must not fail a clean exit.
        with suppress(Exception):
            shard.close()
    finally:
        copy.release()


def _params(spec: IndexSpec, *, exact: bool) -> edge.SearchParams:
    # The engine rescores only where it is asked to: recall@10 of int8 is .95 without, 1.00 with.
    asked = edge.QuantizationSearchParams(
        ignore=exact, rescore=spec.rescore, oversampling=OVERSAMPLING if spec.rescore else None
    )
    return edge.SearchParams(exact=exact, quantization=asked if spec.precision == "int8" else None)


def _filter(where: StoreFilter, *more: edge.FieldCondition) -> edge.Filter:
    must: list[edge.ConditionType] = list(more)
    must_not: list[edge.ConditionType] = []
    if where.category:
        must.append(_is("category", where.category))
    if where.brand:
        must.append(_is("brand", where.brand))
    if where.price_min is not None or where.price_max is not None:
        prices = edge.RangeFloat(gte=where.price_min, lte=where.price_max)
        must.append(edge.FieldCondition(key="price", range=prices))
        if where.currency:
            must.append(_is("currency", where.currency))
    must += [_any("tags", keys) for keys in where.tags_by_field.values()]
    if where.without_tags:
        must_not.append(_any("tags", list(where.without_tags)))
    if where.in_stock_only:
        must_not.append(_is("in_stock", "false"))
    if where.exclude_ids:
        must_not.append(_any("product_id", list(where.exclude_ids)))
    return edge.Filter(must=must, must_not=must_not)


def _is(key: str, value: str) -> edge.FieldCondition:
    return edge.FieldCondition(key=key, match=edge.MatchValue(value))


def _any(key: str, values: list[str]) -> edge.FieldCondition:
    return edge.FieldCondition(key=key, match=edge.MatchAny(values))


_MAIN = _is("main", "true")


def _payload(record: edge.Record) -> Payload:
    return record.payload or {}


def _dense(record: edge.Record, name: str) -> Vectors:
    vectors = record.vector
    if not isinstance(vectors, dict):
        raise TypeError(f"named vectors were asked for, the engine gave {type(vectors).__name__}")
    return np.asarray(vectors[name], dtype=np.float32)

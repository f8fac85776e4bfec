"""One generation on a Qdrant server as its client gives it out; what that client's errors mean."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from models.errors import BrokenIndex, DiskFull, StoreUnavailable
from models.types import Vectors
from pipelines.catalog_types import IndexInfo, IndexSpec
from pipelines.stores.asked_points import WHO, Between, Condition, PointFilter, Search
from pipelines.stores.bm25 import SparseWords
from pipelines.stores.points import OVERSAMPLING, Payload


class ServerEngine:
    """An `Engine` over a collection on a server. Threads share the client, which is made for it."""

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

    def check_open(self) -> None:
        if self._closed:
            raise ValueError("this index was closed")

    def search(self, searches: Sequence[Search]) -> list[list[tuple[Payload, float]]]:
        requests = [_request(each, self._info.spec) for each in searches]
        with self._server() as client:
            answers = client.query_batch_points(self._collection, requests=requests)
        return [
            [(point.payload or {}, point.score) for point in answer.points] for answer in answers
        ]

    def scroll(
        self, where: PointFilter, limit: int, fields: Sequence[str]
    ) -> list[tuple[Payload, Vectors | None]]:
        with self._server() as client:
            records, _ = client.scroll(
                self._collection,
                scroll_filter=_filter(where),
                limit=limit,
                with_payload=[field for field in fields if field != "image"],
                with_vectors=["image"] if "image" in fields else False,
            )
        return [(record.payload or {}, _image(record)) for record in records]

    def retrieve(self, ids: Sequence[str], fields: Sequence[str]) -> Iterator[tuple[str, Payload]]:
        with self._server() as client:
            records = client.retrieve(self._collection, list(ids), with_payload=list(fields))
        return ((str(record.id), record.payload or {}) for record in records)

    def count(self, key: str, limit: int, where: PointFilter) -> list[tuple[object, int]]:
        with self._server() as client:
            answer = client.facet(
                self._collection, key=key, facet_filter=_filter(where), limit=limit, exact=True
            )
        return [(hit.value, hit.count) for hit in answer.hits]

    def close(self) -> None:
        """The connection belongs to the home and stays."""
        self._closed = True

    @contextmanager
    def _server(self) -> Iterator[QdrantClient]:
        self.check_open()
        with server_errors(self._place, f"generation {self._info.generation}"):
            yield self._client


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


def _request(search: Search, spec: IndexSpec) -> models.QueryRequest:
    asked, params = search.vector, None
    query: models.SparseVector | list[float]
    if isinstance(asked, SparseWords):
        query = models.SparseVector(indices=list(asked.indices), values=list(asked.values))
    else:
        query, params = asked.tolist(), _params(spec, exact=search.exact)
    return models.QueryRequest(
        query=query,
        using=search.using,
        filter=_filter(search.where),
        params=params,
        limit=search.limit,
        with_payload=list(WHO),
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


def _filter(where: PointFilter) -> models.Filter:
    return models.Filter(
        must=[_condition(each) for each in where.must],
        must_not=[_condition(each) for each in where.must_not],
    )


def _condition(asked: Condition) -> models.FieldCondition:
    if isinstance(asked, Between):
        between = models.Range(gte=asked.low, lte=asked.high)
        return models.FieldCondition(key=asked.key, range=between)
    one = len(asked.values) == 1
    return models.FieldCondition(
        key=asked.key,
        match=models.MatchValue(value=asked.values[0])
        if one
        else models.MatchAny(any=list(asked.values)),
    )


def _image(record: models.Record) -> Vectors | None:
    vector = record.vector.get("image") if isinstance(record.vector, dict) else None
    return None if vector is None else np.asarray(vector, dtype=np.float32)

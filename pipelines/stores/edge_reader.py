"""One generation of a Qdrant Edge index, as the engine gives it out."""

import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import numpy as np
import qdrant_edge as edge

from models.errors import BrokenIndex
from models.types import Vectors
from pipelines.catalog_types import IndexInfo, IndexSpec
from pipelines.stores.asked_points import WHO, Between, Condition, PointFilter, Search
from pipelines.stores.bm25 import SparseWords
from pipelines.stores.manifest import REBUILD
from pipelines.stores.points import OVERSAMPLING, Payload
from pipelines.stores.private_copy import PrivateCopy


class EdgeEngine:
    """An `Engine` over a private copy of a generation's folder.

    One call at a time: the engine holds the interpreter lock during a call anyway (4 threads took
    as long as one after another), and close() must not meet a search.
    """

    def __init__(self, info: IndexInfo, copy: PrivateCopy) -> None:
        """Open the copy; it is released by `close()`, on exit, or when this is collected.

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
        self._finalizer = weakref.finalize(self, _release, shard, copy)

    def check_open(self) -> None:
        if not self._finalizer.alive:
            raise ValueError("this index was closed")

    def search(self, searches: Sequence[Search]) -> list[list[tuple[Payload, float]]]:
        """See `Engine.search`. One batch is one pass: 200 queries took 100 ms together and 365 ms
        in threads."""
        requests = [_request(each, self._info.spec) for each in searches]
        with self._engine("search") as shard:
            answers = shard.query_batch(edge.QueryBatchRequest(requests))
        return [[(point.payload or {}, point.score) for point in answer] for answer in answers]

    def scroll(
        self, where: PointFilter, limit: int, fields: Sequence[str]
    ) -> list[tuple[Payload, Vectors | None]]:
        request = edge.ScrollRequest(
            limit=limit,
            filter=_filter(where),
            with_payload=[field for field in fields if field != "image"],
            with_vector=["image"] if "image" in fields else False,
        )
        with self._engine("read products") as shard:
            records, _ = shard.scroll(request)
        return [(record.payload or {}, _image(record)) for record in records]

    def retrieve(self, ids: Sequence[str], fields: Sequence[str]) -> Iterator[tuple[str, Payload]]:
        with self._engine("read keypoints") as shard:
            records = shard.retrieve([*ids], [*fields], False)
        return ((str(record.id), record.payload or {}) for record in records)

    def count(self, key: str, limit: int, where: PointFilter) -> list[tuple[object, int]]:
        request = edge.FacetRequest(key=key, limit=limit, exact=True, filter=_filter(where))
        with self._engine("count facets") as shard:
            hits = shard.facet(request).hits
        return [(hit.value, hit.count) for hit in hits]

    def close(self) -> None:
        """Leave the generation and remove the private copy."""
        with self._lock:
            self._finalizer()

    @contextmanager
    def _engine(self, doing: str) -> Iterator[edge.EdgeShard]:
        with self._lock:
            self.check_open()
            with engine_errors(f"{doing} in generation {self._info.generation}"):
                yield self._shard


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


def _request(search: Search, spec: IndexSpec) -> edge.QueryRequest:
    asked, params = search.vector, None
    if isinstance(asked, SparseWords):
        vector = edge.SparseVector(list(asked.indices), list(asked.values))
        query = edge.Query.Nearest(vector, using=search.using)
    else:
        query = edge.Query.Nearest(asked.tolist(), using=search.using)
        params = _params(spec, exact=search.exact)
    return edge.QueryRequest(
        limit=search.limit,
        query=query,
        filter=_filter(search.where),
        params=params,
        with_payload=list(WHO),
    )


def _params(spec: IndexSpec, *, exact: bool) -> edge.SearchParams:
    # The engine rescores only where it is asked to: recall@10 of int8 is .95 without, 1.00 with.
    asked = edge.QuantizationSearchParams(
        ignore=exact, rescore=spec.rescore, oversampling=OVERSAMPLING if spec.rescore else None
    )
    return edge.SearchParams(exact=exact, quantization=asked if spec.precision == "int8" else None)


def _filter(where: PointFilter) -> edge.Filter:
    return edge.Filter(
        must=[_condition(each) for each in where.must],
        must_not=[_condition(each) for each in where.must_not],
    )


def _condition(asked: Condition) -> edge.FieldCondition:
    if isinstance(asked, Between):
        between = edge.RangeFloat(gte=asked.low, lte=asked.high)
        return edge.FieldCondition(key=asked.key, range=between)
    one = len(asked.values) == 1
    match = edge.MatchValue(*asked.values) if one else edge.MatchAny(list(asked.values))
    return edge.FieldCondition(key=asked.key, match=match)


def _image(record: edge.Record) -> Vectors | None:
    vector = record.vector.get("image") if isinstance(record.vector, dict) else None
    return None if vector is None else np.asarray(vector, dtype=np.float32)

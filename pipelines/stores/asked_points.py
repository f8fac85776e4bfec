"""What a reader asks of an engine, in plain values: the same meaning whichever engine answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from models.types import Vectors
from pipelines.stores.bm25 import SparseWords
from pipelines.stores.points import Payload
from pipelines.stores.protocol import StoreFilter, VectorName

WHO = ("product_id", "image_number")
"""What every hit tells of its point."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field holds at least one of these values."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A field's number lies between these two, both included; None is open."""

    key: str
    low: float | None
    high: float | None


Condition: TypeAlias = OneOf | Between

MAIN = OneOf("main", ("true",))
"""One point a product: its main picture's."""


@dataclass(frozen=True, slots=True)
class PointFilter:
    """Every one of `must` holds, and none of `must_not`."""

    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()


def point_filter(where: StoreFilter, *more: Condition) -> PointFilter:
    """What a point's payload must say for a product to pass; `more` holds too."""
    must = list(more)
    must_not: list[Condition] = []
    if where.category:
        must.append(OneOf("category", (where.category,)))
    if where.brand:
        must.append(OneOf("brand", (where.brand,)))
    if where.price_min is not None or where.price_max is not None:
        must.append(Between("price", where.price_min, where.price_max))
        if where.currency:
            must.append(OneOf("currency", (where.currency,)))
    must += [OneOf("tags", tuple(keys)) for keys in where.tags_by_field.values()]
    if where.without_tags:
        must_not.append(OneOf("tags", where.without_tags))
    if where.in_stock_only:
        must_not.append(OneOf("in_stock", ("false",)))
    if where.exclude_ids:
        must_not.append(OneOf("product_id", where.exclude_ids))
    return PointFilter(tuple(must), tuple(must_not))


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The nearest points to one vector.

    Attributes:
        vector: ndarray of shape (dim,), float32, or the words of a query.
        exact: brute force instead of HNSW; of dense vectors only.
    """

    using: VectorName | Literal["words"]
    vector: Vectors | SparseWords
    limit: int
    where: PointFilter
    exact: bool = False


class Engine(Protocol):
    """One generation as its engine gives it out. Safe to share between threads.

    Raises:
        ValueError: from every method but `close`, once it was closed.
    """

    def check_open(self) -> None: ...

    def search(self, searches: Sequence[Search]) -> list[list[tuple[Payload, float]]]:
        """(payload with `WHO`, score) of points, best first, one list for each search."""
        ...

    def scroll(
        self, where: PointFilter, limit: int, fields: Sequence[str]
    ) -> list[tuple[Payload, Vectors | None]]:
        """Points that pass, in any order: the named fields of their payload, and their picture's
        vector where "image" is among them."""
        ...

    def retrieve(self, ids: Sequence[str], fields: Sequence[str]) -> Iterable[tuple[str, Payload]]:
        """(id, payload) of those points that there are."""
        ...

    def count(self, key: str, limit: int, where: PointFilter) -> Iterable[tuple[object, int]]:
        """(value, points) of a field, the most frequent ones, exactly counted."""
        ...

    def close(self) -> None: ...

"""Facets: how many products of the shop have each value, under the conditions that hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from models.tag_types import TAG_FIELDS, TagField
from pipelines.conditions import field_of, without_field
from pipelines.price_bands import PriceBand, price_bands
from pipelines.stores.protocol import FacetValue, StoreFilter, VectorIndex

VALUES: Final = 50
"""Values of one field that a person may read through."""
ALL_TAGS: Final = 1000


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of products by value, the most frequent first.

    Each field is counted without its own condition, so that its other values stay in sight.

    Attributes:
        category: every level, as "Home" and "Home > Mugs".
        prices: ranges, the cheapest first; none where prices have several currencies.
        in_stock: products that are known to be in stock.
        tags: keys with counts by field, in the order of `TAG_FIELDS`. Synonyms are no facet, and a
            field without values is left out.
    """

    category: tuple[FacetValue, ...] = ()
    brand: tuple[FacetValue, ...] = ()
    prices: tuple[PriceBand, ...] = ()
    in_stock: int = 0
    tags: Mapping[TagField, tuple[FacetValue, ...]] = field(default_factory=dict)


def facets_of(index: VectorIndex, where: StoreFilter, ends: tuple[float, ...] = ()) -> Facets:
    """Count with the engine; raises what it raises.

    Args:
        ends: where one price range ends and the next begins, see `round_ends`.
    """
    stock = index.facets("in_stock", 2, without_field(where, "stock"))
    return Facets(
        category=tuple(index.facets("category", VALUES, without_field(where, "category"))),
        brand=tuple(index.facets("brand", VALUES, without_field(where, "brand"))),
        prices=price_bands(index, without_field(where, "price"), ends),
        in_stock=sum(value.count for value in stock if value.value == "true"),
        tags=_tags(index, where),
    )


def _tags(index: VectorIndex, where: StoreFilter) -> dict[TagField, tuple[FacetValue, ...]]:
    together = by_field(index.facets("tags", ALL_TAGS, where))
    groups: dict[TagField, tuple[FacetValue, ...]] = {}
    for name in TAG_FIELDS:
        counted = together
        if name in where.tags_by_field:
            counted = by_field(index.facets("tags", ALL_TAGS, without_field(where, name)))
        if name != "synonym" and counted.get(name):
            groups[name] = tuple(counted[name][:VALUES])
    return groups


def by_field(values: Iterable[FacetValue]) -> dict[str, list[FacetValue]]:
    """Keys of tags with their counts by field, in their order."""
    fields: dict[str, list[FacetValue]] = defaultdict(list)
    for value in values:
        fields[field_of(value.value)].append(value)
    return fields

"""Price ranges of a shop: a few, between round prices, with about as many products in each."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from pipelines.stores.protocol import StoreFilter, VectorIndex

SHARES: Final = (0.25, 0.5, 0.75)
"""Of the products that lie below each end."""

_ROUND: Final = tuple(
    step * 10.0**power for power in range(-1, 8) for step in (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
)


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Products that cost so much; both ends belong to it, None is open."""

    low: float | None
    high: float | None
    count: int


def round_ends(index: VectorIndex) -> tuple[float, ...]:
    """Round prices that part the shop's products evenly, ascending; none where it has no prices.

    Asks the engine some ten times, so it is for the whole shop, once a generation.
    """

    @cache
    def below(place: int) -> int:
        return _count(index, StoreFilter(price_max=_ROUND[place]))

    priced = _count(index, StoreFilter(price_min=0.0))
    places = range(len(_ROUND))
    found = {bisect_left(places, share * priced, key=below) for share in SHARES if priced}
    return tuple(_ROUND[place] for place in sorted(found) if place < len(_ROUND))


def price_bands(
    index: VectorIndex, where: StoreFilter, ends: tuple[float, ...]
) -> tuple[PriceBand, ...]:
    """The bands between the ends with what the engine counts in each; empty ones are left out.

    Args:
        where: the other conditions; its own prices are replaced by each band's.
    """
    if not ends:
        return ()
    bands = (
        PriceBand(low, high, _count(index, replace(where, price_min=low, price_max=high)))
        for low, high in zip((None, *ends), (*ends, None), strict=True)
    )
    return tuple(band for band in bands if band.count)


def _count(index: VectorIndex, where: StoreFilter) -> int:
    """Products that meet the conditions: each has one main picture."""
    return sum(value.count for value in index.facets("main", 1, where))

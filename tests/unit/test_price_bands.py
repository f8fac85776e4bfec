"""Price ranges part a shop evenly at round prices, and count what the engine counts."""

from dataclasses import replace

import pytest

from pipelines.catalog_types import IndexInfo, Money
from pipelines.price_bands import PriceBand, price_bands, round_ends
from pipelines.stores.protocol import StoreFilter
from tests.fakes.entries import SPEC, entry
from tests.fakes.index import MemoryIndex

ALL = StoreFilter()


def shop(*amounts: float | None) -> MemoryIndex:
    entries = [
        entry(
            f"p{place}",
            place,
            price=None if amount is None else Money(amount, "EUR"),
            brand="Even" if place % 2 == 0 else "Odd",
        )
        for place, amount in enumerate(amounts)
    ]
    return MemoryIndex(IndexInfo(1, SPEC, len(entries), len(entries)), entries)


def test_bands_hold_every_price_once_at_round_ends() -> None:
    index = shop(*(number + 0.25 for number in range(100)), None, None)
    ends = round_ends(index)
    assert ends == (30.0, 50.0, 100.0)
    assert price_bands(index, ALL, ends) == (
        PriceBand(None, 30.0, 30),
        PriceBand(30.0, 50.0, 20),
        PriceBand(50.0, 100.0, 50),
    )


def test_bands_are_counted_under_the_other_conditions_and_not_under_a_price() -> None:
    index = shop(1.5, 2.5, 11, 22, 105, 205)
    ends = round_ends(index)
    asked = replace(ALL, brand="Even", price_max=2.0)
    bands = price_bands(index, asked, ends)
    assert sum(band.count for band in bands) == 3
    assert bands != price_bands(index, ALL, ends)


@pytest.mark.parametrize("amounts", [(), (None, None)])
def test_a_shop_without_prices_has_no_bands(amounts: tuple[None, ...]) -> None:
    index = shop(*amounts)
    assert round_ends(index) == ()
    assert price_bands(index, ALL, ()) == ()


def test_one_price_for_everything_is_one_band() -> None:
    index = shop(9.9, 9.9, 9.9)
    assert price_bands(index, ALL, round_ends(index)) == (PriceBand(None, 10.0, 3),)

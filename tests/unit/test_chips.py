"""Chips split what was found: much said by few, nothing said twice, counts that hold."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.tag_types import Tag
from pipelines.catalog_types import Card, Money
from pipelines.chips import EACH_FIELD, MOST, chips, information, relevance
from pipelines.conditions import (
    passing,
    single_conditions,
    with_condition,
    without_condition,
    without_field,
)
from pipelines.search_types import Candidate, Chip
from pipelines.stores.protocol import StoreFilter

COLOURS = ("red", "blue", "green", "white")
KINDS = ("mug", "bag", "lamp")


def found(*cards: Card) -> list[Candidate]:
    return [Candidate(card.product_id, (), card) for card in cards]


def card(number: int, *tags: str, **facts: object) -> Card:
    made = (Tag(*key.split(":")) for key in tags)  # type: ignore[arg-type]
    return replace(Card(f"p{number}", tags=tuple(made)), **facts)  # type: ignore[arg-type]


def shelf(count: int = 24) -> list[Candidate]:
    """Every kind in every colour, and a little more to tell them by."""
    return found(
        *(
            card(
                i,
                f"colour:{COLOURS[i % 4]}",
                f"type:{KINDS[i % 3]}",
                "style:plain",
                category=("Home", KINDS[i % 3].title()),
                brand=("Nord", "Lumen")[i // 2 % 2],
                price=Money(5.0 + i, "EUR"),
                in_stock=i % 5 != 0,
            )
            for i in range(count)
        )
    )


def keys(row: Sequence[Chip]) -> list[str]:
    return [key for chip in row for key in chip.condition.tags]


def test_colour_and_type_come_first_and_each_chip_says_how_many_it_keeps() -> None:
    row = chips(shelf())
    assert 6 <= len(row) <= MOST
    places = [
        ("colour", "type").index(c.field) if c.field in ("colour", "type") else 2 for c in row
    ]
    assert places == sorted(places)
    assert {0, 1, 2} == set(places)
    for chip in row:
        assert chip.count == len(passing(shelf(), chip.condition))
        assert chip.bits > 0


def test_what_all_or_nearly_none_share_is_no_chip() -> None:
    pool = shelf(40)
    pool[7] = Candidate("odd", (), card(99, "colour:pink", "type:mug", "style:plain"))
    row = keys(chips(pool))
    assert "style:plain" not in row
    assert "colour:pink" not in row
    assert "colour:red" in row


def test_two_chips_never_split_alike() -> None:
    pool = found(
        *(
            card(
                i, f"colour:{'red' if i % 2 else 'blue'}", f"material:{'wool' if i % 2 else 'tin'}"
            )
            for i in range(20)
        )
    )
    assert len(chips(pool)) == 1  # blue is all that is not red; wool is all that is red
    assert chips(pool)[0].bits > 0.99


def test_synonyms_and_what_the_picture_contradicts_are_never_offered() -> None:
    pool = found(
        *(
            Card(
                f"p{i}",
                tags=(
                    Tag("synonym", f"cup{i % 2}"),
                    Tag("colour", ("red", "blue")[i % 2], "written", "contradicted"),
                    Tag("material", ("wool", "tin")[i // 2 % 2]),
                ),
            )
            for i in range(20)
        )
    )
    assert {chip.field for chip in chips(pool)} == {"material"}


def test_one_field_never_takes_the_whole_row() -> None:
    pool = found(*(card(i, f"colour:c{i % 9}", f"material:m{i % 7}") for i in range(60)))
    row = chips(pool)
    assert max([c.field for c in row].count(name) for name in ("colour", "material")) == EACH_FIELD


def test_an_asked_value_is_not_offered_again_but_its_neighbours_are() -> None:
    where = StoreFilter(tags=("colour:red",))
    row = chips(shelf(), where)
    assert "colour:red" not in keys(row)
    beside = [chip for chip in row if chip.field == "colour"]
    assert beside
    either = with_condition(where, beside[0].condition)
    assert len(passing(shelf(), either)) == len(passing(shelf(), where)) + beside[0].count
    for chip in row[len(beside) :]:
        assert chip.count == len(passing(shelf(), with_condition(where, chip.condition)))


def test_an_asked_category_leaves_only_finer_ones() -> None:
    pool = found(
        *(card(i, category=("Home", "Mugs", f"Kind {i % 3}")) for i in range(12)),
        *(card(i, category=("Home", "Lamps")) for i in range(12, 20)),
    )
    offered = [c.condition.category for c in chips(pool, StoreFilter(category="Home > Mugs"))]
    assert offered
    assert all(name.startswith("Home > Mugs > ") for name in offered)


def test_prices_of_two_currencies_are_no_chip() -> None:
    priced = found(*(card(i, price=Money(10.0 + i, "EUR")) for i in range(20)))
    ends = [chip.condition for chip in chips(priced)]
    assert ends
    assert all(end.price_min or end.price_max for end in ends)
    mixed = found(*(card(i, price=Money(10.0 + i, ("EUR", "RUB")[i % 2])) for i in range(20)))
    assert chips(mixed) == ()


def test_nothing_found_has_no_chips() -> None:
    assert chips([]) == ()
    assert chips(found(card(1, "colour:red"))) == ()
    assert chips(shelf(), StoreFilter(brand="nobody")) == ()


def test_information_is_the_entropy_of_the_answers() -> None:
    even = np.ones(4)
    halves = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=bool)
    assert information(even, halves) == 2.0
    assert information(even, halves[:, :1]) == 1.0
    assert information(even, halves[:, [0, 0]]) == 1.0
    assert information(even, np.ones((4, 1), dtype=bool)) == 0.0


def test_the_bits_of_a_row_add_up_to_what_it_tells() -> None:
    pool = shelf()
    row = chips(pool)
    splits = np.array([[c in passing(pool, chip.condition) for chip in row] for c in pool])
    told = information(relevance(len(pool)), splits)
    assert abs(told - sum(chip.bits for chip in row)) < 1e-6


TAGGED = st.lists(
    st.sets(st.sampled_from([f"{f}:{v}" for f in ("colour", "type", "style") for v in "abcd"])),
    max_size=30,
)


@given(TAGGED)
def test_any_shop_gets_true_counts_and_no_chip_twice(shop: list[set[str]]) -> None:
    pool = found(*(card(i, *sorted(tags)) for i, tags in enumerate(shop)))
    row = chips(pool)
    assert len(row) <= MOST
    assert len({chip.condition for chip in row}) == len(row)
    for chip in row:
        assert 0 < chip.count < len(pool)
        assert chip.count == len(passing(pool, chip.condition))


def test_switching_a_condition_on_and_off_leaves_the_rest() -> None:
    where = StoreFilter(
        in_stock_only=True,
        price_max=20.0,
        brand="Nord",
        tags=("colour:red", "type:mug"),
        without_tags=("feature:handle",),
    )
    for single in single_conditions(where):
        less = without_condition(where, single)
        assert less != where
        assert with_condition(less, single) in (where, replace(where, tags=where.tags[::-1]))
    assert without_field(where, "colour").tags == ("type:mug",)
    assert without_field(where, "price").price_max is None
    assert without_field(where, "brand") == replace(where, brand="")

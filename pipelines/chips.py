"""Chips: the few conditions that tell most about which of the found products is meant.

Each chip halves, at best, what is still possible: it is worth the entropy of its answer, given the
answers to the chips before it. Products near the top are likelier to be meant and weigh more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import floor, log10
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.tag_types import TAG_FIELDS, TagField
from pipelines.catalog_types import Card
from pipelines.conditions import condition, passing, price_ends, without_field
from pipelines.search_types import Candidate, Chip, ChipField
from pipelines.stores.points import CATEGORY_SEPARATOR
from pipelines.stores.protocol import StoreFilter
from pipelines.tag_keys import searched_keys

MOST: Final = 10
EACH_FIELD: Final = 3
"""Chips of one field: a row of nothing but colours hides everything else."""
FIRST: Final[tuple[ChipField, ...]] = ("colour", "type")
"""What people name a thing by: told first, and preferred by half."""
PREFERENCE: Final = 1.5
LEAST_SHARE, LARGEST_SHARE = 0.03, 0.9
"""A chip outside of these is shared by nearly none or nearly all."""
LEAST_BITS: Final = 0.04
ALIKE: Final = 0.25
"""Two chips split alike where one leaves less than this share of the other's entropy."""
_PLACES: Final = 10.0
"""A product at place r weighs 1 / (this + r)."""

_Floats: TypeAlias = NDArray[np.float64]
Option: TypeAlias = tuple[ChipField, str]
"""A field and its value: a tag's key, a category, a brand, the ends of a price."""


def chips(
    found: Sequence[Candidate], where: StoreFilter | None = None, most: int = MOST
) -> tuple[Chip, ...]:
    """The conditions that best split what was found, colour and type first.

    Args:
        found: candidates with cards, best first, before the conditions of `where`.
        where: conditions that hold already. Chips split what they leave; other values of a tag's
            field that is asked come first, with what they would add.
    """
    where = where or StoreFilter()
    asked = where.tags_by_field
    beside = [
        chip for field in TAG_FIELDS if field in asked for chip in _beside(found, where, field)
    ]
    cards = [candidate.card for candidate in passing(found, where) if candidate.card]
    options = {option: rows for option, rows in options_of(cards).items() if _open(option, where)}
    return (*beside, *_best(options, len(cards), max(0, most - len(beside))))


def information(weights: _Floats, splits: NDArray[np.bool_]) -> float:
    """Bits that the answers to all splits together tell about which candidate is meant.

    Args:
        weights: shape (n,), how likely each candidate is, in any unit.
        splits: shape (n, chips).
    """
    cells = np.unique(splits, axis=0, return_inverse=True)[1].ravel()
    shares = np.bincount(cells, weights=weights) / weights.sum()
    return float(-(shares * np.log2(shares, where=shares > 0, out=np.zeros_like(shares))).sum())


def relevance(count: int) -> _Floats:
    """How likely each of `count` candidates is meant, by its place; sums to 1."""
    weights = 1.0 / (_PLACES + np.arange(1.0, count + 1.0))
    return weights / max(float(weights.sum()), 1e-12)


def _best(options: Mapping[Option, list[int]], count: int, most: int) -> list[Chip]:
    """Greedily, what adds most to the chips before it."""
    low, high = max(2, LEAST_SHARE * count), LARGEST_SHARE * count
    fair = [(option, rows) for option, rows in options.items() if low <= len(rows) <= high]
    if not fair:
        return []
    splits = np.zeros((count, len(fair)))
    for column, (_, rows) in enumerate(fair):
        splits[rows, column] = 1.0
    weights = relevance(count)
    weighted = weights[:, None] * splits
    everything = weighted.sum(axis=0)
    alone = _entropy(np.ones((1, 1)), everything[None])
    likes = np.array([PREFERENCE if field in FIRST else 1.0 for (field, _), _ in fair])
    free = np.ones(len(fair), dtype=bool)
    cells = np.zeros(count, dtype=np.intp)
    chosen: list[Chip] = []
    while len(chosen) < most and free.any():
        gains = np.zeros(len(fair))
        gains[free] = _gains(weights, cells, weighted[:, free])
        best = int(np.argmax(gains * likes))
        if gains[best] < LEAST_BITS:
            break
        (field, value), rows = fair[best]
        chosen.append(Chip(field, condition(field, value), len(rows), float(gains[best])))
        both = splits[:, best] @ weighted
        mass = np.array([[everything[best]], [1.0 - everything[best]]])
        free &= _entropy(mass, np.stack([both, everything - both])) >= ALIKE * alone
        if sum(chip.field == field for chip in chosen) == EACH_FIELD:
            free &= np.array([other != field for (other, _), _ in fair])
        cells = cells * 2 + splits[:, best].astype(np.intp)
    return sorted(chosen, key=lambda chip: FIRST.index(chip.field) if chip.field in FIRST else 9)


def _gains(weights: _Floats, cells: NDArray[np.intp], weighted: _Floats) -> _Floats:
    """Bits that each split would add, where it is known in which cell the candidate is.

    Args:
        weights: shape (n,), sums to 1.
        cells: shape (n,).
        weighted: shape (n, m), the weight where a split holds, else 0.
    Returns:
        shape (m,).
    """
    _, cell, sizes = np.unique(cells, return_inverse=True, return_counts=True)
    order = np.argsort(cell, kind="stable")
    order = order[sizes[cell[order]] > 1]  # a candidate alone in its cell leaves nothing to ask
    if not len(order):
        return np.zeros(weighted.shape[1])
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    mass = np.add.reduceat(weights[order], starts)[:, None]
    return _entropy(mass, np.add.reduceat(weighted[order], starts))


def _entropy(mass: _Floats, inside: _Floats) -> _Floats:
    """Bits of each split's answer, over cells.

    Args:
        mass: shape (cells, 1), the weight in each cell.
        inside: shape (cells, m), what of it has the split's answer "yes".
    Returns:
        shape (m,).
    """
    yes = np.clip(inside / mass, 1e-12, 1 - 1e-12)
    entropy = yes * np.log2(yes) + (1 - yes) * np.log2(1 - yes)
    return np.asarray(-(mass * entropy).sum(axis=0))


def options_of(cards: Sequence[Card]) -> dict[Option, list[int]]:
    """Every condition that a card could meet, with the places of those that do."""
    rows: dict[Option, list[int]] = defaultdict(list)
    for place, card in enumerate(cards):
        for option in _of_card(card):
            rows[option].append(place)
    rows.update(_prices(cards))
    return rows


def _of_card(card: Card) -> Iterator[Option]:
    keys = searched_keys(tag for tag in card.tags if tag.field != "synonym")
    yield from ((field, key) for key, field in keys.items())
    for depth in range(1, len(card.category) + 1):
        yield "category", CATEGORY_SEPARATOR.join(card.category[:depth])
    if card.brand:
        yield "brand", card.brand
    if card.in_stock is not False:
        yield "stock", ""


def _prices(cards: Sequence[Card]) -> dict[Option, list[int]]:
    """A lower and an upper end at round prices; none where prices have several currencies."""
    prices = {place: card.price for place, card in enumerate(cards) if card.price}
    if len({price.currency for price in prices.values()}) != 1:
        return {}
    amounts = sorted(price.amount for price in prices.values())
    low, high = (_round_price(amounts[int(share * len(amounts))]) for share in (0.4, 0.6))
    return {
        ("price", price_ends(None, low)): [
            at for at, price in prices.items() if price.amount <= low
        ],
        ("price", price_ends(high, None)): [
            at for at, price in prices.items() if price.amount >= high
        ],
    }


def _round_price(amount: float) -> float:
    """To half of the first digit's place: 15, 20, 150, 2000."""
    if amount <= 0:
        return 0.0
    step = 10.0 ** floor(log10(amount)) / 2
    return round(amount / step) * step


def _beside(found: Sequence[Candidate], where: StoreFilter, field: TagField) -> list[Chip]:
    """Other values of a field that is asked: any of a field's values will do."""
    ground = passing(found, without_field(where, field))
    options = options_of([candidate.card for candidate in ground if candidate.card])
    others = [
        Chip(name, condition(name, key), len(rows), 0.0)
        for (name, key), rows in options.items()
        if name == field and key not in where.tags and len(rows) > 1
    ]
    return sorted(others, key=lambda chip: (-chip.count, chip.condition.tags))[: EACH_FIELD - 1]


def _open(option: Option, where: StoreFilter) -> bool:
    """Whether an option still narrows: not of a field that is asked, but for finer categories."""
    field, value = option
    match field:
        case "category":
            asked = where.category + CATEGORY_SEPARATOR
            return not asked.startswith(value + CATEGORY_SEPARATOR)
        case "brand":
            return not where.brand
        case "price":
            return where.price_min is None and where.price_max is None
        case "stock":
            return not where.in_stock_only
        case _:
            return field not in where.tags_by_field

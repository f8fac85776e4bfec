"""A small catalog of entries with known neighbours, for every test of a vector index."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from models.tag_types import Tag
from models.types import Vectors
from pipelines.catalog_types import Card, Entry, IndexSpec, Money

IMAGE_DIM = 16
TEXT_DIM = 8
SPEC = IndexSpec(
    profile="fake",
    image_fingerprint="fake-image-1",
    text_fingerprint="fake-text-1",
    image_dim=IMAGE_DIM,
    text_dim=TEXT_DIM,
)


def unit(seed: int, dim: int = IMAGE_DIM) -> Vectors:
    """A unit vector of its own for every seed, shape (dim,), float32."""
    vector = np.random.default_rng(seed).normal(size=dim)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def near(vector: Vectors, seed: int, distance: float = 0.1) -> Vectors:
    """A unit vector close to another one."""
    moved = vector + distance * unit(seed, vector.shape[0])
    return (moved / np.linalg.norm(moved)).astype(np.float32)


def entry(product_id: str, seed: int, words: str = "", number: int = 0, **card: object) -> Entry:
    """One picture; `card` sets fields of the product's card."""
    return Entry(
        card=replace(Card(product_id), **card),  # type: ignore[arg-type]
        image_number=number,
        image=unit(seed),
        text=unit(seed, TEXT_DIM),
        words=words,
    )


def many(count: int, *, first: int = 0) -> list[Entry]:
    """`count` products of one picture each, named item-0, item-1, …"""
    return [
        entry(f"item-{number}", 1_000 + number, f"item number {number}", title=f"Item {number}")
        for number in range(first, first + count)
    ]


RED_MUG = Card(
    "красная кружка/1 «ёж»",
    title="Красная кружка",
    description='A mug, "hand made" 🍵',
    category=("Home", "Kitchen", "Mugs"),
    brand="Ежик",
    link="https://shop.example/1?a=b&c=d",
    price=Money(9.5, "EUR"),
    old_price=Money(12.0, "EUR"),
    in_stock=True,
    group_id="mugs-1",
    codes=("RE16-TGK", "4006381333931"),
    tags=(Tag("type", "кружка"), Tag("colour", "red"), Tag("occasion", "gift", "written")),
    pictures=("a/1.jpg", "a/2.jpg"),
)
BLUE_MUG = replace(
    RED_MUG,
    product_id="blue-mug",
    title="Синяя кружка",
    price=Money(20.0, "EUR"),
    old_price=None,
    in_stock=False,
    codes=("RE17-TGK",),
    tags=(Tag("colour", "blue"), Tag("colour", "red", "written", "contradicted")),
)
KETTLE = Card(
    "kettle",
    title="Kettle 1,7 l",
    category=("Home", "Kitchen"),
    brand="Bosch",
    price=Money(35.0, "EUR"),
    codes=("TWK-7607",),
)
"""Its stock is unknown."""
LAMP = Card("lamp", title="Desk lamp", category=("Office",), brand="Bosch", in_stock=True)
"""Its price is unknown."""


def shop() -> list[Entry]:
    """Four products, five pictures; the lamp's picture 0 is missing, the kettle has no text."""
    red = unit(1)
    return [
        Entry(RED_MUG, 0, red, unit(1, TEXT_DIM), "Красная кружка Ежик подарок gift"),
        Entry(RED_MUG, 1, near(red, 11), unit(1, TEXT_DIM), "Красная кружка Ежик сбоку"),
        Entry(BLUE_MUG, 0, near(red, 12, 0.4), unit(2, TEXT_DIM), "Синяя кружка Ежик"),
        Entry(KETTLE, 0, unit(3), None, "Kettle 1,7 l with the TWK-7607 base"),
        Entry(LAMP, 1, unit(4), unit(4, TEXT_DIM), "Desk lamps"),
    ]


def ids(hits: Iterable[object]) -> list[str]:
    """Product ids of hits, in their order."""
    return [hit.product_id for hit in hits]  # type: ignore[attr-defined]

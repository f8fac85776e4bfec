"""A product of the demo shop: its numbers, its picture, its row in the feed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from drawing.light import Light
from drawing.renderer import render
from drawing.space import Body, frame
from drawing.stage import Studio

CREAM, INK = "#f2ece0", "#23303c"


@dataclass(frozen=True, slots=True)
class Family:
    """What near twins share. name is their item group; side: the camera's azimuth, elevation."""

    name: str
    noun: str
    brand: str
    category: str
    material: str
    price: float
    backdrop: str
    says: str
    side: tuple[float, float] = (22, 14)
    floating: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One product. label: brand and article number stand on it. body: made anew each time."""

    family: Family
    number: int
    colour: str
    pattern: str
    body: Callable[["Item"], Body]
    label: bool = False

    @property
    def id(self) -> str:
        return f"{self.family.name}-{self.number:02d}"

    @property
    def article(self) -> str:
        """What a label prints: stable, made from the family's name and the number."""
        tail = sum(ord(c) * (i + 3) for i, c in enumerate(self.family.name)) % 90 + 10
        return f"{self.family.brand[:2].upper()}-{tail}{self.number:02d}"

    @property
    def gtin(self) -> str:
        """GTIN-13 of the range 200 to 299, which GS1 leaves to shops themselves."""
        letters = sum(ord(c) * 7**i for i, c in enumerate(self.family.name)) % 10**7
        return with_check_digit(f"200{letters:07d}{self.number:02d}")

    @property
    def price(self) -> float:
        """Euros; near twins differ a little."""
        return self.family.price + self.number % 3 - 0.1

    @property
    def title(self) -> str:
        look = self.colour if self.pattern == "plain" else f"{self.colour}, {self.pattern}"
        return f"{self.family.brand} {self.family.noun}, {look}"


def with_check_digit(digits: str) -> str:
    """GS1 General Specifications 7.9: weights 3 and 1 from the right."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def picture(item: Item, seed: int) -> Image.Image:
    """The product before its backdrop, 512 × 512."""
    body = item.body(item)
    family = item.family
    camera = frame(body, *family.side)
    rng = np.random.default_rng([seed, *item.id.encode()])
    stage = Studio(family.backdrop, floating=family.floating)
    return Image.fromarray(render([body], camera, stage, Light(), rng).pixels)


FEED_COLUMNS = (
    "id", "title", "description", "link", "image_link", "price", "sale_price", "availability",
    "brand", "mpn", "gtin", "color", "material", "pattern", "product_type", "item_group_id",
)  # fmt: skip


def feed_row(item: Item, place: int) -> dict[str, str]:
    """The item in Google Merchant names; every fifth is on sale, every ninth sold out."""
    family = item.family
    sale = f"{item.price * 0.8:.2f} EUR" if place % 5 == 3 else ""
    return {
        "id": item.id,
        "title": item.title,
        "description": f"{family.says} Made of {family.material}, {item.colour}.",
        "link": f"https://shop.example/products/{item.id}",
        "image_link": f"pictures/{item.id}.webp",
        "price": f"{item.price:.2f} EUR",
        "sale_price": sale,
        "availability": "out_of_stock" if place % 9 == 7 else "in_stock",
        "brand": family.brand,
        "mpn": item.article,
        "gtin": item.gtin,
        "color": item.colour,
        "material": family.material,
        "pattern": item.pattern,
        "product_type": family.category,
        "item_group_id": family.name,
    }

"""The demo shop's products: families of near twins, and what each is called and costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from studio.views import View

Gender: TypeAlias = Literal["m", "f", "n", "pl"]
Build: TypeAlias = Callable[["Item"], Sequence[Any]]

# Russian adjectives by the noun's gender: stem and the endings for m, f, n, pl.
_HARD, _STRESSED, _SOFT = (
    ("ый", "ая", "ое", "ые"),
    ("ой", "ая", "ое", "ые"),
    ("ий", "яя", "ее", "ие"),
)
_VELAR = ("ий", "ая", "ое", "ие")
_RUSSIAN: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "white": ("бел", _HARD), "cream": ("кремов", _HARD), "black": ("чёрн", _HARD),
    "charcoal": ("графитов", _HARD), "grey": ("сер", _HARD), "silver": ("серебрист", _HARD),
    "red": ("красн", _HARD), "burgundy": ("бордов", _HARD), "coral": ("кораллов", _HARD),
    "orange": ("оранжев", _HARD), "terracotta": ("терракотов", _HARD), "yellow": ("жёлт", _HARD),
    "mustard": ("горчичн", _HARD), "green": ("зелён", _HARD), "olive": ("оливков", _HARD),
    "sage": ("шалфейн", _HARD), "mint": ("мятн", _HARD), "turquoise": ("бирюзов", _HARD),
    "blue": ("син", _SOFT), "navy": ("тёмно-син", _SOFT), "light blue": ("голуб", _STRESSED),
    "purple": ("фиолетов", _HARD), "lilac": ("сиренев", _HARD), "pink": ("розов", _HARD),
    "brown": ("коричнев", _HARD), "tan": ("светло-коричнев", _HARD), "beige": ("бежев", _HARD),
    "natural": ("натуральн", _HARD), "oak": ("дубов", _HARD), "walnut": ("орехов", _HARD),
    "gold": ("золотист", _HARD), "copper": ("медн", _HARD),
    "multicolour": ("разноцветн", _HARD),
}  # fmt: skip
_RUSSIAN_PATTERNS = {
    "stripes": "в полоску",
    "upright stripes": "в вертикальную полоску",
    "cross stripes": "в полоску",
    "pinstripes": "в тонкую полоску",
    "checks": "в клетку",
    "tartan": "в шотландскую клетку",
    "dots": "в горошек",
    "speckled": "с крапинками",
    "marble": "под мрамор",
    "dipped": "двухцветный узор",
    "fading": "с переходом цвета",
    "grain": "под дерево",
    "blotches": "с пятнами",
    "zigzag": "зигзагом",
}
_ENGLISH_PATTERNS = {
    "stripes": "striped",
    "upright stripes": "striped",
    "cross stripes": "striped",
    "pinstripes": "pinstriped",
    "checks": "checked",
    "tartan": "tartan",
    "dots": "polka dot",
    "speckled": "speckled",
    "marble": "marbled",
    "dipped": "two-tone",
    "fading": "ombre",
    "grain": "wood grain",
    "blotches": "spotted",
    "zigzag": "zigzag",
}


@dataclass(frozen=True, slots=True)
class Noun:
    """What a thing is called. gender: of the Russian word."""

    en: str
    ru: str
    gender: Gender


@dataclass(frozen=True, slots=True)
class Look:
    """One of a family's near twins.

    Attributes:
        shape: what the family's build function makes of it ("round", "no handle").
        colour, second: names of studio.paint.COLOURS; `second` is the pattern's. A colour may be
            "multicolour" where the build function chooses the paints.
        pattern: a name of studio.paint.PATTERNS, or "plain".
        printed: brand and article number stand on the product.
    """

    colour: str
    pattern: str = "plain"
    second: str = "white"
    shape: str = ""
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Products that share a form.

    Attributes:
        key: start of their ids and their item group.
        shapes: the shopper's words for each shape, English and Russian ("" adds none).
        material: English and Russian, the latter in the genitive ("из керамики").
        says: one sentence of a description, English and Russian.
        price: euros, of the first of them.
        views: where each product is photographed from; two or three.
    """

    key: str
    noun: Noun
    brand: str
    category: str
    material: tuple[str, str]
    says: tuple[str, str]
    price: float
    looks: tuple[Look, ...]
    build: Build
    shapes: dict[str, tuple[str, str]] | None = None
    views: tuple[View, ...] = (View(28, 14), View(-40, 22))
    backdrop: str = "#eeedeb"


@dataclass(frozen=True, slots=True)
class Item:
    """One product."""

    family: Family
    number: int
    look: Look

    @property
    def id(self) -> str:
        return f"{self.family.key}-{self.number:02d}"

    @property
    def article(self) -> str:
        """What a label prints: letters of the brand, digits of the family and the number."""
        tail = sum(ord(c) * (i + 3) for i, c in enumerate(self.family.key)) % 90 + 10
        return f"{self.family.brand[:2].upper()}-{tail}{self.number:02d}"

    @property
    def gtin(self) -> str:
        """GTIN-13 of the range 200 to 299, which GS1 leaves to shops themselves."""
        letters = sum(ord(c) * 7**i for i, c in enumerate(self.family.key)) % 10**7
        return with_check_digit(f"200{letters:07d}{self.number:02d}")

    @property
    def price(self) -> float:
        """Euros; near twins differ a little."""
        return round(self.family.price * (1 + 0.06 * (self.number % 4)), 0) - 0.1

    @property
    def pictures(self) -> list[str]:
        """File names, one a view."""
        return [f"{self.id}-{k}.webp" for k in range(1, len(self.family.views) + 1)]

    @property
    def colours(self) -> list[str]:
        return [self.look.colour] + ([self.look.second] if self.look.pattern != "plain" else [])

    @property
    def pattern(self) -> str:
        """The shopper's word for it."""
        return _ENGLISH_PATTERNS.get(self.look.pattern, self.look.pattern)

    @property
    def title(self) -> str:
        return f"{self.family.brand} {self._named(0)}, {self._colours_en()}"

    @property
    def title_ru(self) -> str:
        noun = self._named(1)
        return f"{noun[0].upper()}{noun[1:]} {self.family.brand}, {self._colours_ru()}"

    @property
    def description(self) -> str:
        return (
            f"{self.family.says[0]} Made of {self.family.material[0]}. Colour: {self.look.colour}."
        )

    @property
    def description_ru(self) -> str:
        return f"{self.title_ru}. {self.family.says[1]} Сделано из {self.family.material[1]}."

    def _named(self, language: int) -> str:
        noun = (self.family.noun.en, self.family.noun.ru)[language]
        shape = (self.family.shapes or {}).get(self.look.shape, ("", ""))[language]
        if not shape:
            return noun
        return f"{shape} {noun}" if language == 0 else f"{noun} {shape}"

    def _colours_en(self) -> str:
        look = self.look
        if look.pattern == "plain":
            return look.colour
        return f"{' and '.join(self.colours)}, {self.pattern}"

    def _colours_ru(self) -> str:
        stem, endings = _RUSSIAN[self.look.colour]
        colour = stem + endings[("m", "f", "n", "pl").index(self.family.noun.gender)]
        if self.look.pattern == "plain":
            return colour
        return f"{colour}, {_RUSSIAN_PATTERNS[self.look.pattern]}"


def items_of(families: Sequence[Family]) -> list[Item]:
    """Every product, numbered in its family from 1."""
    return [
        Item(family, number, look)
        for family in families
        for number, look in enumerate(family.looks, start=1)
    ]


def with_check_digit(digits: str) -> str:
    """GS1 General Specifications 7.9: weights 3 and 1 from the right."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"

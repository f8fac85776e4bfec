"""What a shopper's words ask for, and which of them say so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pipelines.lexicon import Concept

PhraseKind: TypeAlias = Literal[
    "price", "stock", "wanted", "unwanted", "any kind", "comparison", "filler"
]
"""A bound of the price; what is in stock; what the product shall be; what it shall not be; that it
need not be what the picture shows; how it compares with that; words that refine nothing ("the same
but")."""
Relation: TypeAlias = Literal[
    "cheaper", "at most", "at least", "dearer", "darker", "lighter", "size"
]
"""How what is wanted compares with what is shown: by its price, by its colour, or by a size, which
no shop tells in a form that could be compared."""


_PRICED: Final = ("cheaper", "at most", "at least", "dearer")


Unmet: TypeAlias = Literal[
    "price in a foreign currency", "nothing to compare with", "no colour to compare with", "sizes"
]
"""What cannot be done as asked: the shop has no prices in that currency; there is no price that
"cheaper" could compare with, no colour that "darker" could; no shop tells a size in a form that
could be compared."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of the typed words that was understood.

    Attributes:
        start: of its first character in the typed words.
        end: after its last one.
        text: the words as typed, between the two.
        any_of: the concepts that it names. Of a wanted phrase one will do: it has several where
            they share a name ("gold" is a colour and a material). Of an unwanted phrase each is
            refused.
        named: words for unwanted things that no concept is: "handle" of "without a handle".
        relation: of a comparison; None of other phrases.
    """

    kind: PhraseKind
    start: int
    end: int
    text: str
    any_of: tuple[Concept, ...] = ()
    named: tuple[str, ...] = ()
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """The product that "cheaper" compares with: what the picture shows, as far as the shop knows.

    Attributes:
        amount: its price in `currency`, an ISO 4217 code or "".
    """

    product_id: str
    title: str
    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Shade:
    """The product that "darker" compares with.

    Attributes:
        colours: keys of its tags, as "colour:navy".
        lightness: their mean L*, 0 black to 100 white (CIE 15:2004).
    """

    product_id: str
    title: str
    colours: tuple[str, ...]
    lightness: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Typed words, understood.

    Attributes:
        text: as typed.
        phrases: what was understood, in the order of the text; they never overlap.
        words: what is left to search for: the text without prices, stock, fillers and what is not
            wanted. What is wanted stays among them.
        price_min: in `currency`; None without a lower bound.
        price_max: the same for the upper bound.
        currency: ISO 4217 code of the prices; "" where none was said.
        reference: what prices were compared with; None where they were not.
        shade: what colours were compared with; None where they were not.
        sold_in: the shop's currencies where it sells nothing in `currency`, so that the prices do
            not hold; empty where they do.
    """

    text: str = ""
    phrases: tuple[Phrase, ...] = ()
    words: str = ""
    price_min: float | None = None
    price_max: float | None = None
    currency: str = ""
    in_stock_only: bool = False
    reference: Reference | None = None
    shade: Shade | None = None
    sold_in: tuple[str, ...] = ()

    @property
    def comparisons(self) -> tuple[Relation, ...]:
        """How the price shall compare with that of what is shown."""
        relations = (phrase.relation for phrase in self.phrases)
        return tuple(each for each in relations if each is not None and each in _PRICED)

    @property
    def shades(self) -> tuple[Relation, ...]:
        """How the colour shall compare with that of what is shown."""
        relations = (phrase.relation for phrase in self.phrases)
        return tuple(each for each in relations if each in ("darker", "lighter"))

    @property
    def sizes(self) -> bool:
        """Whether a size is to be compared, which cannot be done."""
        return any(phrase.relation == "size" for phrase in self.phrases)

    @property
    def unmet(self) -> tuple[Unmet, ...]:
        """What was not done as asked, once a search has looked for a `reference` and a `shade`."""
        cases: tuple[tuple[Unmet, bool], ...] = (
            ("price in a foreign currency", bool(self.sold_in)),
            ("nothing to compare with", bool(self.comparisons) and self.reference is None),
            ("no colour to compare with", bool(self.shades) and self.shade is None),
            ("sizes", self.sizes),
        )
        return tuple(name for name, holds in cases if holds)

    @property
    def wanted(self) -> tuple[Phrase, ...]:
        """What the product shall be, each a phrase of concepts of which one will do."""
        return tuple(phrase for phrase in self.phrases if phrase.kind == "wanted")

    @property
    def unwanted(self) -> tuple[Phrase, ...]:
        return tuple(phrase for phrase in self.phrases if phrase.kind == "unwanted")

    @property
    def any_kind(self) -> bool:
        """Whether another kind of thing than the picture shows will do."""
        return any(phrase.kind == "any kind" for phrase in self.phrases)

    @property
    def changes(self) -> bool:
        """Whether they ask for more than a price and stock: for another thing than is shown."""
        return bool(self.words or self.unwanted)

    @property
    def told(self) -> tuple[Phrase, ...]:
        """The phrases that a shopper shall see and may take back: all but the fillers."""
        return tuple(phrase for phrase in self.phrases if phrase.kind != "filler")

    def without(self, phrase: Phrase) -> str:
        """The typed words with one phrase taken back, to be asked again."""
        return cut(self.text, [phrase])


def cut(text: str, phrases: Sequence[Phrase]) -> str:
    """A text without some of its parts, its spaces and separators in order again."""
    kept, at = [], 0
    for phrase in sorted(phrases, key=lambda phrase: phrase.start):
        kept.append(text[at : phrase.start])
        at = phrase.end
    kept.append(text[at:])
    joined = " ".join(" ".join(kept).split())
    if phrases:
        joined = re.sub(r"[,;\s]+(?=[,;])", "", joined).strip(" ,;")
    return joined

"""Tags of a product: what they say, who says so, and whether the picture agrees."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

TagField: TypeAlias = Literal[
    "type",
    "colour",
    "material",
    "pattern",
    "style",
    "feature",
    "audience",
    "occasion",
    "synonym",
]
"""Synonyms are searched and never shown: other words for the product, in any language."""
TagOrigin: TypeAlias = Literal["feed", "written", "measured", "seen"]
"""The shop's own attribute; written by a language model; measured on the pixels; a zero-shot label
of the embedder."""
TagVerdict: TypeAlias = Literal["unchecked", "confirmed", "contradicted"]
"""What the product's picture says to a tag. A contradicted one is kept for its owner to see, and
neither searched nor shown to shoppers."""

TAG_FIELDS: tuple[TagField, ...] = get_args(TagField)
VISUAL_FIELDS: tuple[TagField, ...] = ("type", "colour", "material", "pattern")
"""Fields that a picture can confirm or contradict."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One thing that is said of a product.

    Attributes:
        value: lower case; a concept's English name where the lexicon knows it ("red"), else the
            word as the catalog's language has it.
    """

    field: TagField
    value: str
    origin: TagOrigin = "feed"
    verdict: TagVerdict = "unchecked"

    @property
    def key(self) -> str:
        """How filters and facets name it: "colour:red"."""
        return f"{self.field}:{self.value}"


@dataclass(frozen=True, slots=True)
class TagRecord:
    """What a language model writes of one product, checked against the schema.

    Attributes:
        values: (field, value) pairs in the model's order, as written.
    """

    values: tuple[tuple[TagField, str], ...] = ()

    def of(self, field: TagField) -> tuple[str, ...]:
        return tuple(value for name, value in self.values if name == field)

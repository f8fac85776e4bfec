"""How light products are, by what their colours are called, and which are darker or lighter."""

from typing import Final

from models.tag_types import Tag
from pipelines.asked import Asked, Shade
from pipelines.asked.types import Relation
from pipelines.catalog_types import Card
from pipelines.lexicon import concept, concepts

STEP: Final = 5.0
"""L* that two products must be apart for one to be the darker: twice what an eye just sees
(2.3; Mahy et al., 1994)."""


def shade_of(card: Card) -> Shade | None:
    """A product's colours and their mean lightness; None where no colour of it has one.

    The tags are what the feed says and the pictures do not contradict, or what was measured on
    them.
    """
    colours = {tag.key: light for tag in card.tags if (light := _lightness(tag)) is not None}
    if not colours:
        return None
    mean = sum(colours.values()) / len(colours)
    return Shade(card.product_id, card.title, tuple(colours), mean)


def in_shade(card: Card, asked: Asked) -> bool:
    """Whether a product is darker or lighter than what is shown, as asked."""
    shade = shade_of(card)
    if asked.shade is None:
        return True
    return shade is not None and all(
        _beyond(shade.lightness, relation, asked.shade.lightness) for relation in asked.shades
    )


def shade_tags(asked: Asked) -> tuple[str, ...]:
    """Keys of the colours of which a product carries one, if it may be in the asked shade; of more
    products than are, since several colours make one lightness."""
    if asked.shade is None:
        return ()
    return tuple(
        colour.tag_key
        for colour in concepts("colour")
        if colour.lab is not None
        and any(_beyond(colour.lab[0], each, asked.shade.lightness) for each in asked.shades)
    )


def _lightness(tag: Tag) -> float | None:
    known = concept("colour", tag.value) if tag.field == "colour" else None
    if known is None or known.lab is None or tag.verdict == "contradicted":
        return None
    return known.lab[0]


def _beyond(lightness: float, relation: Relation, shown: float) -> bool:
    """Whether a lightness is darker or lighter than another, so that it is seen."""
    less = shown - lightness if relation == "darker" else lightness - shown
    return less >= STEP

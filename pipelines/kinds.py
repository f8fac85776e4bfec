"""What kind of thing a picture shows, by the products that look most like it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from models.types import Vectors
from pipelines.catalog_types import Card
from pipelines.lexicon import display
from pipelines.stores.points import CATEGORY_SEPARATOR
from pipelines.stores.protocol import StoreFilter, VectorIndex
from pipelines.tag_keys import searched_keys

NEIGHBOURS = 8
"""Products that are asked what they are. Each weighs 1 / its place: on the demo's 100 boxes the
right kind then has the majority in 87 cases, a wrong one in 2, none in 11."""
MAJORITY = 0.5
_POINTS = 3 * NEIGHBOURS
"""Pictures to look for: a product may have several."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product that a majority of a picture's neighbours are.

    Attributes:
        field: a type that they are tagged with, or the category in which they lie.
        value: the tag's key ("type:mug"), or the category's path.
        share: of the neighbours' weight, from `MAJORITY` to 1.
    """

    field: Literal["type", "category"]
    value: str
    share: float

    @property
    def name(self) -> str:
        """What people call it, in English."""
        if self.field == "type":
            return display(self.value, "en")
        return self.value.rsplit(CATEGORY_SEPARATOR, 1)[-1]

    def within(self, where: StoreFilter) -> StoreFilter:
        """Conditions with the kind as a further one; a category that is asked stands."""
        if self.field == "type":
            return replace(where, tags=(*where.tags, self.value))
        return replace(where, category=where.category or self.value)

    def holds(self, card: Card) -> bool | None:
        """Whether a product is of this kind; None where its card does not say."""
        if self.field == "type":
            types = [key for key, field in searched_keys(card.tags).items() if field == "type"]
            return self.value in types if types else None
        path = tuple(self.value.split(CATEGORY_SEPARATOR))
        return card.category[: len(path)] == path if card.category else None


def neighbours(index: VectorIndex, picture: Vectors) -> list[Card]:
    """The products of the shop that look most like a picture, the most alike first.

    Args:
        picture: shape (1, image_dim), as the index has its vectors.
    """
    hits = index.nearest("image", picture, _POINTS, StoreFilter())[0]
    nearest = list(dict.fromkeys(hit.product_id for hit in hits))[:NEIGHBOURS]
    return [card for card in index.cards(nearest) if card is not None]


def kind_of(cards: Sequence[Card]) -> Kind | None:
    """The kind of the majority, each weighing 1 / its place; None where there is none.

    Args:
        cards: the most alike first.
    """
    votes: defaultdict[tuple[Literal["type", "category"], str], float] = defaultdict(float)
    total = 0.0
    for place, card in enumerate(cards, start=1):
        total += 1 / place
        for kind in _kinds(card):
            votes[kind] += 1 / place
    if not votes:
        return None
    (field, value), weight = max(votes.items(), key=lambda vote: vote[1])
    share = weight / total
    return Kind(field, value, share) if share >= MAJORITY else None


def _kinds(card: Card) -> Iterator[tuple[Literal["type", "category"], str]]:
    """The types that a card names; its category where it names none."""
    types = [tag.key for tag in card.tags if tag.field == "type" and tag.verdict != "contradicted"]
    yield from (("type", key) for key in dict.fromkeys(types))
    if not types and card.category:
        yield "category", CATEGORY_SEPARATOR.join(card.category)

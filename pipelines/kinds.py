"""What kind of thing a picture shows, by the products that look most like it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from models.adaptation import CosineScale
from models.types import Vectors
from pipelines.catalog_types import Card
from pipelines.lexicon import display
from pipelines.stores.points import CATEGORY_SEPARATOR
from pipelines.stores.protocol import StoreFilter, VectorIndex
from pipelines.tag_keys import searched_keys

NEIGHBOURS = 8
"""Products that are asked what they are. Each weighs 1 / its place: on the demo's 100 boxes the
right kind then has the majority in 91 cases, a wrong one in 4, none in 5."""
LEAST = 0.5
"""How sure a kind must be: the majority of neighbours as near as right products are at best, or
nearly all of them at half of that. On half of the demo's pictures 0.4 to 0.6 part what is sold here
from what is not about as well (docs/quality.md)."""
_POINTS = 3 * NEIGHBOURS
"""Pictures to look for: a product may have several."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product that a majority of a picture's neighbours are.

    Attributes:
        field: a type that they are tagged with, or the category in which they lie.
        value: the tag's key ("type:mug"), or the category's path.
        share: of the neighbours' weight, up to 1.
        nearness: how near the nearest of them is, 0 to 1; see `CosineScale.nearness`.
    """

    field: Literal["type", "category"]
    value: str
    share: float
    nearness: float = 1.0

    @property
    def sureness(self) -> float:
        """From `LEAST` to 1."""
        return self.share * self.nearness

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


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A product of the shop, and the cosine of a picture to the nearest of its own."""

    card: Card
    cosine: float


def neighbours(index: VectorIndex, picture: Vectors) -> list[Neighbour]:
    """The products of the shop that look most like a picture, the most alike first.

    Args:
        picture: shape (1, image_dim), as the index has its vectors.
    """
    best: dict[str, float] = {}
    for hit in index.nearest("image", picture, _POINTS, StoreFilter())[0]:
        best.setdefault(hit.product_id, hit.score)
    nearest = list(best.items())[:NEIGHBOURS]
    cards = index.cards([product_id for product_id, _ in nearest])
    return [
        Neighbour(card, cosine)
        for card, (_, cosine) in zip(cards, nearest, strict=True)
        if card is not None
    ]


def nearness(near: Sequence[Neighbour], scale: CosineScale | None) -> float:
    """How near the nearest is, 0 to 1; 1 where nothing is known of what cosines mean here."""
    if scale is None:
        return 1.0
    return scale.nearness(near[0].cosine) if near else 0.0


def kind_of(cards: Sequence[Card], nearness: float = 1.0) -> Kind | None:
    """The kind of the majority, each weighing 1 / its place; None where there is none.

    A picture of what the shop does not sell has neighbours too, and they may agree: so what they
    agree on is believed as far as they are near.

    Args:
        cards: the most alike first.
        nearness: how near the first of them is, 0 to 1.
    """
    votes: defaultdict[tuple[Literal["type", "category"], str], float] = defaultdict(float)
    total = 0.0
    for place, card in enumerate(cards, start=1):
        total += 1 / place
        for named in _kinds(card):
            votes[named] += 1 / place
    if not votes:
        return None
    (field, value), weight = max(votes.items(), key=lambda vote: vote[1])
    kind = Kind(field, value, weight / total, nearness)
    return kind if kind.sureness >= LEAST else None


def _kinds(card: Card) -> Iterator[tuple[Literal["type", "category"], str]]:
    """The types that a card names; its category where it names none."""
    types = [tag.key for tag in card.tags if tag.field == "type" and tag.verdict != "contradicted"]
    yield from (("type", key) for key in dict.fromkeys(types))
    if not types and card.category:
        yield "category", CATEGORY_SEPARATOR.join(card.category)

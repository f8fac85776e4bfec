"""What the picture shows counts as asked for, where words refine it and name no other thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.ranking.agreement import between, unnamed
from pipelines.search_types import Candidate, Query, Reason, ScorePart, SourceName

UNNAMED: Final = 0.25
"""What the kind counts beside words that name no concept: they may name the thing themselves
("130 mm woofer" beside a picture of a small speaker)."""


def trust(query: Query) -> float:
    """How far the picture's kind is to be believed: 0 without one, 1 where nothing speaks against
    it."""
    if query.kind is None:
        return 0.0
    return query.kind.sureness * (UNNAMED if any(unnamed(query.asked)) else 1.0)


def kinship(query: Query, source: SourceName) -> float:
    """The share of a source's weight: the surer the kind, the more counts what is of it, and the
    less what only agrees with the words."""
    match source:
        case "agreeing":
            return 1.0 - trust(query)
        case "kindred":
            return trust(query)
        case _:
            return 1.0


@dataclass(frozen=True)
class SameKind:
    """A product of the kind that the picture shows rises, one of another falls.

    "The same but red" of a mug asks for a red mug, then for other mugs, and for red balls last. A
    card that names no kind is neither.

    Attributes:
        weight: of a kind that is sure; a first place of a source is worth 1/61 beside it.
        otherwise: the share of it that a product of another kind loses.
    """

    weight: float = 0.04
    otherwise: float = 0.5

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        kind = query.kind
        holds = kind.holds(candidate.card) if kind and candidate.card else None
        if kind is None or holds is None:
            return []
        value = self.weight * between(query) * trust(query)
        if holds:
            return [ScorePart("kind", value, Reason.of("kind", kind=kind))]
        return [ScorePart("kind", -self.otherwise * value, Reason.of("another kind", kind=kind))]

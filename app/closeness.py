"""How close a product is, as a person would say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pipelines.search_types import Candidate

Word: TypeAlias = Literal["exact", "very", "close", "similar", "far", "words"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Cosines of a model that stand for words.

    Attributes:
        none: an unrelated picture's usual cosine; the bar is empty there.
        close: from here on "close".
        very: from here on "very close".
    """

    none: float
    close: float
    very: float


SCALES: Final[Mapping[str, Scale]] = {
    "lite": Scale(none=0.1, close=0.45, very=0.7),
    "siglip2": Scale(none=0.45, close=0.7, very=0.85),
}
_OTHER: Final = Scale(none=0.0, close=0.5, very=0.75)


@dataclass(frozen=True, slots=True)
class Closeness:
    """A share of the bar, 0 to 1, and the word beside it."""

    share: float
    word: Word


def closeness(candidate: Candidate, profile: str) -> Closeness:
    """What to print on a card: an article number beats looks, looks beat words."""
    if candidate.found_by("code"):
        return Closeness(1.0, "exact")
    looks = candidate.found_by("image")
    if looks is None:
        return Closeness(0.5, "words")
    scale = SCALES.get(profile, _OTHER)
    share = (looks.score - scale.none) / (1.0 - scale.none)
    if looks.score >= scale.very:
        word: Word = "very"
    elif looks.score >= scale.close:
        word = "close"
    else:
        word = "similar"
    return Closeness(min(max(share, 0.04), 1.0), word)

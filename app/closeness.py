"""How close a product is, as a person would say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from models.adaptation import AdaptationHead, CosineScale
from pipelines.cosine_scales import measured_scale
from pipelines.search_types import Candidate

Word: TypeAlias = Literal[
    "exact", "very", "close", "similar", "far", "words", "meaning", "print", "looks"
]


_ASSUMED: Final[Mapping[str, CosineScale]] = {
    "siglip2": CosineScale(none=0.5, close=0.7, very=0.85),
}
"""Of models that are not measured yet: from cosines that such models commonly give."""
MEANING: Final = 0.45
"""Cosine of two texts from which on they are about the same; "vase" and "ball" have 0.38."""

_OTHER: Final = CosineScale(none=0.0, close=0.5, very=0.75)


@dataclass(frozen=True, slots=True)
class Closeness:
    """A share of the bar, 0 to 1, and the word beside it."""

    share: float
    word: Word


def scale_of(
    profile: str, head: AdaptationHead | None, *, colourless: bool = False
) -> CosineScale | None:
    """What cosines of an index mean, as measured; else, for a model alone, as we assume.

    Args:
        colourless: whether the words named a colour, so that the picture's own was left out.
    Returns:
        None for a head that does not know, whose cosines are on no scale that we know either; and
        without colours for any head, since its trial was with them.
    """
    measured = measured_scale(profile, head, colourless=colourless)
    if measured is not None or head is not None:
        return measured
    return _ASSUMED.get(profile, _OTHER)


def closeness(candidate: Candidate, scale: CosineScale | None) -> Closeness:
    """What to print on a card: an article number beats a print, a print looks, looks words.

    Args:
        scale: None where nothing can be said of how close: then only that it was found by looks.
    """
    if candidate.found_by("code"):
        return Closeness(1.0, "exact")
    if candidate.same_print:
        return Closeness(0.9, "print")
    looks = candidate.found_by("image")
    if looks is None:
        return _by_words(candidate)
    if scale is None:
        return Closeness(float(np.clip(looks.score, 0.05, 1.0)), "looks")
    steps = (scale.none, scale.close, scale.very, 1.0)
    share = float(np.interp(looks.score, steps, (0.05, 0.5, 0.8, 1.0)))
    if looks.score >= scale.very:
        word: Word = "very"
    elif looks.score >= scale.close:
        word = "close"
    elif looks.score >= scale.far:
        word = "similar"
    else:
        word = "far"
    return Closeness(share, word)


def _by_words(candidate: Candidate) -> Closeness:
    meaning = candidate.found_by("text")
    share = float(np.interp(meaning.score, (0.1, 0.7), (0.05, 1.0))) if meaning else 0.5
    if candidate.found_by("words"):
        return Closeness(share, "words")
    near = meaning is not None and meaning.score >= MEANING
    return Closeness(share, "meaning" if near else "far")

"""Measured colours in words, and whether they bear out what is said of a product's colour."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.palette import Palette
from models.tag_types import TagVerdict
from pipelines.lexicon import Concept, ancestors, concept, concepts

# How far lightness, chroma and hue (CIE 15:2004) of two colours tell them apart: the best of 36
# settings on the demo catalog. A highlight on navy is lighter and paler, and still blue.
_LIGHTNESS, _CHROMA, _HUE = 0.7, 0.5, 1.5
# Of the distance above: 20 would contradict every seventh true colour of phone photos, whose light
# takes colour away; 26.5 one in 40 (benchmarks/colours.py).
_AGREES, _DISAGREES = 12.0, 26.5
# The least share of the product that can bear a colour out, and that can save it from being
# contradicted: specks of brown are a hundredth of a speckled mug.
_SEEN, _SPECK = 0.04, 0.01
# A vivid colour is what people name, however much grey there is beside it.
_VIVID = 1 / 15
_NAMED = 0.2
_MOST_NAMED = 3


def named_colours(palette: Palette) -> tuple[str, ...]:
    """Keys of the colours that people would call the product, the foremost first; at most 3.

    Never empty: what has many colours, none of them foremost, has its first one named.
    """
    chroma = np.hypot(palette.lab[:, 1], palette.lab[:, 2])
    weights = palette.share * (1 + chroma * _VIVID)
    pure, references = _pure()
    total: defaultdict[str, float] = defaultdict(float)
    for lab, weight in zip(palette.lab, weights / weights.sum(), strict=True):
        nearest = int(_distances(lab[None], references)[0].argmin())
        total[pure[nearest]] += float(weight)
    ranked = sorted(total.items(), key=lambda named: -named[1])
    return tuple(
        key for key, share in ranked[:_MOST_NAMED] if share >= _NAMED or key == ranked[0][0]
    )


def colour_verdict(colour: Concept, pictures: Sequence[Palette]) -> TagVerdict:
    """What a product's pictures say to a colour.

    One picture that has it confirms it; only all of them together contradict it, and only where
    they have no shade of it either: shops call one red scarlet and another burgundy.
    """
    if colour.lab is None or not pictures:
        return "unchecked"
    nearest = [_nearest(colour, palette) for palette in pictures]
    if min(seen for seen, _ in nearest) <= _AGREES:
        return "confirmed"
    far = min(speck for _, speck in nearest) > _DISAGREES
    return "contradicted" if far and not _shade(colour, pictures) else "unchecked"


def related(first: str, second: str) -> bool:
    """Whether one may be called the other: equal, or with a parent in common (navy, light blue)."""
    return bool(_family(first) & _family(second))


def _shade(colour: Concept, pictures: Sequence[Palette]) -> bool:
    """Whether any colour of the pictures is called by a name of the same family."""
    pure, references = _pure()
    return any(
        related(pure[int(place)], colour.key)
        for palette in pictures
        for place in _distances(palette.lab[palette.share >= _SEEN], references).argmin(axis=1)
    )


def _nearest(colour: Concept, palette: Palette) -> tuple[float, float]:
    """The distance to the nearest colour of a palette: of those that are seen, and of all."""
    reference = np.array([colour.lab])
    away = _distances(palette.lab, reference)[:, 0]
    seen = away[palette.share >= _SEEN]
    specks = away[palette.share >= _SPECK]
    return float(seen.min(initial=np.inf)), float(specks.min(initial=np.inf))


def _distances(lab: NDArray[np.floating], references: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shape (len(lab), len(references)); see the weights above."""
    offset = lab[:, None] - references
    chroma = np.hypot(lab[:, None, 1], lab[:, None, 2]) - np.hypot(
        references[:, 1], references[:, 2]
    )
    hue = np.maximum(offset[..., 1] ** 2 + offset[..., 2] ** 2 - chroma**2, 0)
    squared: NDArray[np.float64] = (
        (_LIGHTNESS * offset[..., 0]) ** 2 + (_CHROMA * chroma) ** 2 + _HUE**2 * hue
    )
    return np.sqrt(squared)


@lru_cache(maxsize=1)
def _pure() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Colours that pixels are called by, and their reference values of shape (n, 3)."""
    pure = [colour for colour in concepts("colour") if colour.pure]
    return tuple(colour.key for colour in pure), np.array([colour.lab for colour in pure])


def _family(key: str) -> set[str]:
    known = concept("colour", key)
    return {key} | ({one.key for one in ancestors(known)} if known else set())

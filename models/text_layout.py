"""Geometry of words on a picture: slanted boxes, upright crops, reading order, bounds on work."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from PIL import Image

from models.types import Box, Photo, Pixels, TextLine

Point: TypeAlias = tuple[float, float]

LEVEL = 0.03
"""Slope (rise over run) below which a box is cut straight: 1.7 degrees."""

TALL = 1.5
"""Height over width from which a box is taken for a line that runs down or up the picture."""

LONGEST = 50.0
"""Letter heights that one line may be long; more is squeezed, so that one thin streak across a
panorama cannot ask for gigabytes."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where one line of text lies: a quadrilateral in pixels of the photo.

    Attributes:
        corners: top-left, top-right, bottom-right, bottom-left as seen on the picture; may lie
            outside of it.
    """

    corners: tuple[Point, Point, Point, Point]

    @property
    def width(self) -> float:
        top_left, top_right, bottom_right, bottom_left = self.corners
        return max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right))

    @property
    def height(self) -> float:
        top_left, top_right, bottom_right, bottom_left = self.corners
        return max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right))

    @property
    def letter(self) -> float:
        """Size of its letters in pixels, whichever way the line runs."""
        return min(self.width, self.height)

    @property
    def length(self) -> float:
        """Letter heights that the line is long: what reading it costs."""
        return max(self.width, self.height) / max(self.letter, 1.0)

    def bounds(self, width: int, height: int) -> Box | None:
        """The upright box around it, clipped to a picture; None where nothing of it is inside."""
        across = [x for x, _ in self.corners]
        down = [y for _, y in self.corners]
        left, right = max(0, math.floor(min(across))), min(width, math.ceil(max(across)))
        top, bottom = max(0, math.floor(min(down))), min(height, math.ceil(max(down)))
        return Box(left, top, right, bottom) if left < right and top < bottom else None


class TextFinder(Protocol):
    """Finds lines of text, without reading them."""

    @property
    def fingerprint(self) -> str: ...

    def boxes(self, photo: Photo) -> list[TextBox]:
        """Where lines of text lie, in no particular order; empty where there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Word:
    """What one crop says; `text` may be empty.

    Attributes:
        score: the recogniser's confidence, 0 to 1.
    """

    text: str
    score: float


class WordReader(Protocol):
    """Reads crops that hold one line of upright text each."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def doubtful(self) -> float:
        """Confidence below which a line is more likely noise than text."""
        ...

    def words(self, crops: Sequence[Pixels]) -> list[Word]:
        """Same length and order as `crops`; each crop is (height, width, 3) RGB, any size."""
        ...


def upright(photo: Photo, box: TextBox) -> list[Pixels]:
    """Cut a line out of the photo at full resolution, straightened.

    Returns:
        One crop; for a tall box two, turned a quarter to either side, because a spine may be
        lettered upwards or downwards; none where the box lies outside the photo.
    """
    bounds = box.bounds(photo.width, photo.height)
    if bounds is None:
        return []
    crop = photo.pixels[bounds.top : bounds.bottom, bounds.left : bounds.right]
    if _slope(box) > LEVEL:
        crop = _straightened(crop, box, bounds)
    if box.height < TALL * box.width:
        return [_squeezed(crop)]
    return [_squeezed(np.rot90(crop)), _squeezed(np.rot90(crop, -1))]


def within_budget(boxes: Iterable[TextBox], lines: int, letters: float) -> list[TextBox]:
    """The lines worth the time: largest letters first, until `lines` or `letters` are spent.

    Args:
        letters: letter heights of all lines together; the cost of reading grows with it.
    """
    chosen: list[TextBox] = []
    for box in sorted(boxes, key=lambda box: box.letter, reverse=True):
        letters -= min(box.length, LONGEST)
        if len(chosen) == lines or (letters < 0 and chosen):
            break
        chosen.append(box)
    return chosen


def reading_order(lines: Iterable[TextLine]) -> list[TextLine]:
    """Top to bottom, and left to right where boxes stand on the same line.

    Two boxes share a line where the middle of each lies within the height of the other, so that
    a slight slant or a larger price beside a word does not tear the line apart.
    """
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: (_middle(line.box), line.box.left)):
        if rows and _beside(rows[-1][-1].box, line.box):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.left)]


def _beside(first: Box, second: Box) -> bool:
    def holds(outer: Box, inner: Box) -> bool:
        return outer.top <= (inner.top + inner.bottom) / 2 <= outer.bottom

    apart = first.right <= second.left or second.right <= first.left
    return apart and holds(first, second) and holds(second, first)


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _slope(box: TextBox) -> float:
    """Steepest of the four sides, as rise over run against the upright rectangle."""
    top_left, top_right, bottom_right, bottom_left = box.corners
    flat = ((top_left, top_right), (bottom_left, bottom_right))
    steep = ((top_left, bottom_left), (top_right, bottom_right))
    return max(
        *(abs(b[1] - a[1]) / max(abs(b[0] - a[0]), 1.0) for a, b in flat),
        *(abs(b[0] - a[0]) / max(abs(b[1] - a[1]), 1.0) for a, b in steep),
    )


def _straightened(crop: Pixels, box: TextBox, bounds: Box) -> Pixels:
    top_left, top_right, bottom_right, bottom_left = (
        (x - bounds.left, y - bounds.top) for x, y in box.corners
    )
    size = (max(1, round(box.width)), max(1, round(box.height)))
    turned = Image.fromarray(crop).transform(
        size,
        Image.Transform.QUAD,
        (*top_left, *bottom_left, *bottom_right, *top_right),
        resample=Image.Resampling.BICUBIC,
    )
    return np.asarray(turned, dtype=np.uint8)


def _squeezed(crop: Pixels) -> Pixels:
    height, width = crop.shape[:2]
    longest = max(1, int(LONGEST * height))
    if width > longest:
        return np.asarray(Image.fromarray(crop).resize((longest, height)), dtype=np.uint8)
    return np.ascontiguousarray(crop)

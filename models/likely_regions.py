"""Raw boxes of any detector become few regions, in the order in which a shopper may mean them.

Two steps. *Merging*: boxes are taken from the surest on, and each takes out the less sure boxes
that show the same thing (`_redundant`). A rule never takes out a box for a less sure one, so the
surest box always stays. *Ordering*: see `likely_regions`.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.types import Box, Region

Boxes: TypeAlias = NDArray[np.float64]
"""ndarray of shape (n, 4), float64: left, top, right, bottom in pixels."""

Indices: TypeAlias = NDArray[np.intp] | NDArray[np.bool_]

RULES = "likely-2"
"""Part of every detector's fingerprint: changes when the rules of this file do."""

_CANDIDATES = 300  # the surest so many are looked at; more are noise of a low threshold
_INSIDE = 0.9  # of a box's area, to count as inside another
_SAME_SHARE = 0.5  # of the outer box's area: an inner box this large frames the same thing
_PART_SCORE = 0.5  # of the outer box's score: a small inner box less sure than this is a part of it
_GROUP_SHARE = 0.6  # of a box's area: surer boxes that fill so much of it make it a group
_TINY_AREA = 0.004  # of the picture: an icon or a label, 40 pixels square on a 720 × 576 picture
_BAND = 1 / 3  # a box that touches an edge and reaches no further in belongs to a cut-off neighbour
_OFF_CENTRE = 0.5  # what a box in a corner keeps of its weight


@dataclass(frozen=True, slots=True)
class RegionLimits:
    """What counts as found.

    Attributes:
        confidence: boxes below it are dropped, 0 to 1.
        overlap: of two boxes with a larger intersection over union the weaker goes, 0 to 1. At 0.5
            the built-in detector gives 1.22 boxes on a photo of one garment, at 0.6 1.37; on the
            demo's query pictures both keep 92 of 100 products.
        most: at most so many regions.
    """

    confidence: float = 0.25
    overlap: float = 0.5
    most: int = 20

    def __post_init__(self) -> None:
        if not (0 <= self.confidence <= 1 and 0 <= self.overlap <= 1):
            raise ValueError(f"confidence and overlap lie between 0 and 1: {self}")
        if self.most < 1:
            raise ValueError(f"at least one region must be allowed: {self}")

    @property
    def fingerprint(self) -> str:
        return f"{RULES}:conf{self.confidence:g}:iou{self.overlap:g}:top{self.most}"


USUAL_LIMITS = RegionLimits()


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a network answered.

    Attributes:
        boxes: ndarray of shape (n, 4), float64: left, top, right, bottom in pixels of the photo;
            may leave it, and may hold NaN.
        scores: ndarray of shape (n,), float64: confidences.
        labels: ndarray of shape (n,), str: names of classes; None where there are none.
    """

    boxes: Boxes
    scores: NDArray[np.float64]
    labels: NDArray[np.str_] | None = None

    def __post_init__(self) -> None:
        count = len(self.scores)
        if self.boxes.shape != (count, 4) or (self.names.shape != (count,)):
            raise ValueError(f"{self.boxes.shape} boxes, {count} scores, {self.names.shape} labels")

    @property
    def names(self) -> NDArray[np.str_]:
        return np.full(len(self.scores), "") if self.labels is None else self.labels

    def __getitem__(self, places: Indices) -> "Found":
        return Found(self.boxes[places], self.scores[places], self.names[places])


def likely_regions(found: Found, whole: Box, limits: RegionLimits) -> list[Region]:
    """Merge what shows the same thing, and order the rest by how likely a shopper means it.

    Weight of a box: confidence² × fourth root of its share of the picture × centrality, where
    centrality falls from 1 in the middle to 0.5 in a corner. People frame what they want: large
    and central; the powers keep a surely found small product above a doubtful large one. (With
    confidence × square root the first box of three half-trained detectors was a product on 15, 16
    and 14 of the demo's 24 query pictures, so on 17, 18 and 21.) Tiny
    boxes, and boxes that cling to an edge of the picture (a cut-off neighbour), come after all
    others, whatever their weight.

    Args:
        whole: the picture's frame; boxes are cut at it, and one equal to it is dropped: the
            pipeline offers the whole picture itself.
    Returns:
        at most `limits.most` regions, whole pixels inside `whole`.
    """
    kept = _merged(_clean(found, whole, limits), limits)
    last = _tiny(kept.boxes, whole) | _clinging(kept.boxes, whole)
    order = np.lexsort((*kept.boxes.T, -_weight(kept, whole), last))[: limits.most]
    return [
        Region(box=Box(*map(int, box)), score=float(score), label=str(label))
        for box, score, label in zip(
            kept.boxes[order], kept.scores[order], kept.names[order], strict=True
        )
    ]


def _clean(found: Found, whole: Box, limits: RegionLimits) -> Found:
    """Boxes cut to whole pixels of the picture, surest first.

    Grown outwards: half a pixel less of a product is worse than half a pixel more of its ground.
    """
    found = found[np.isfinite(found.boxes).all(axis=1) & (found.scores >= limits.confidence)]
    boxes = np.concatenate([np.floor(found.boxes[:, :2]), np.ceil(found.boxes[:, 2:])], axis=1)
    boxes = np.clip(boxes, 0, [whole.right, whole.bottom, whole.right, whole.bottom])
    found = Found(boxes, np.clip(found.scores, 0.0, 1.0), found.names)
    some = (boxes[:, 0] < boxes[:, 2]) & (boxes[:, 1] < boxes[:, 3])
    found = found[some & (boxes != whole.as_list()).any(axis=1)]
    # Ties fall by place, so that the answer does not hang on the order of the network's output.
    surest = np.lexsort((found.names, *found.boxes.T, -_area(found.boxes), -found.scores))
    return found[surest[:_CANDIDATES]]


def _merged(found: Found, limits: RegionLimits) -> Found:
    """What stays of boxes that come surest first."""
    left = np.arange(len(found.scores))
    kept: list[int] = []
    while len(left):
        first, left = left[:1], left[1:]
        if _is_group(found.boxes[first[0]], found.boxes[kept]):
            continue
        kept.append(int(first[0]))
        left = left[~_redundant(found[left], found[first], limits)]
    return found[np.array(kept, dtype=np.intp)]


def _redundant(others: Found, kept: Found, limits: RegionLimits) -> NDArray[np.bool_]:
    """Which boxes show what the one surer box `kept` shows.

    * A duplicate: overlaps it by more than the limit, whatever the classes: a cup and a bowl at
      one place are one thing.
    * Nested, of one class, and alike in size: a tighter or looser frame of the same thing.
    * Nested inside it, of one class, small, and much less sure: a part, such as a sole or a print.
      A small box that is about as sure is a thing of its own: a pillow on a chair stays. So does
      the chair, where the pillow is surer: a small box tells nothing about what it lies on.
    """
    shared = _shared(others.boxes, kept.boxes[0])
    area, kept_area = _area(others.boxes), _area(kept.boxes)
    duplicate = shared > limits.overlap * (area + kept_area - shared)
    smaller, larger = np.minimum(area, kept_area), np.maximum(area, kept_area)
    nested = (others.names == kept.names) & (shared >= _INSIDE * smaller)
    alike = smaller >= _SAME_SHARE * larger
    part = (area < kept_area) & (others.scores < _PART_SCORE * kept.scores)
    redundant: NDArray[np.bool_] = duplicate | (nested & (alike | part))
    return redundant


def _is_group(box: Boxes, kept: Boxes) -> bool:
    """Whether two or more surer boxes fill most of `box`: a frame around several products."""
    shared = _shared(kept, box)
    inside = shared >= _INSIDE * _area(kept)
    return bool(inside.sum() >= 2 and _covered(kept[inside], box) >= _GROUP_SHARE * _area(box))


def _covered(parts: Boxes, box: Boxes) -> float:
    """Pixels of `box` that at least one of `parts` covers: exact, over the grid of their edges."""
    xs = np.unique(np.clip([*parts[:, 0], *parts[:, 2]], box[0], box[2]))
    ys = np.unique(np.clip([*parts[:, 1], *parts[:, 3]], box[1], box[3]))
    across = (parts[:, None, 0] <= xs[:-1]) & (xs[1:] <= parts[:, None, 2])
    down = (parts[:, None, 1] <= ys[:-1]) & (ys[1:] <= parts[:, None, 3])
    filled = (down[:, :, None] & across[:, None, :]).any(axis=0)
    return float(np.diff(ys) @ filled @ np.diff(xs))


def _tiny(boxes: Boxes, whole: Box) -> NDArray[np.bool_]:
    return _area(boxes) < _TINY_AREA * whole.area


def _clinging(boxes: Boxes, whole: Box) -> NDArray[np.bool_]:
    """Boxes that touch an edge of the picture and stay within the third beside it."""
    left, top, right, bottom = boxes.T
    clinging: NDArray[np.bool_] = (
        ((left <= 0) & (right <= _BAND * whole.width))
        | ((top <= 0) & (bottom <= _BAND * whole.height))
        | ((right >= whole.width) & (left >= (1 - _BAND) * whole.width))
        | ((bottom >= whole.height) & (top >= (1 - _BAND) * whole.height))
    )
    return clinging


def _weight(found: Found, whole: Box) -> NDArray[np.float64]:
    boxes = found.boxes
    off_x = (boxes[:, 0] + boxes[:, 2]) / 2 - whole.width / 2
    off_y = (boxes[:, 1] + boxes[:, 3]) / 2 - whole.height / 2
    distance = np.hypot(off_x, off_y) / (math.hypot(whole.width, whole.height) / 2)
    weight: NDArray[np.float64] = found.scores**2 * (_area(boxes) / whole.area) ** 0.25
    return weight * (1 - _OFF_CENTRE * distance)


def _area(boxes: Boxes) -> NDArray[np.float64]:
    area: NDArray[np.float64] = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    return area


def _shared(boxes: Boxes, one: Boxes) -> NDArray[np.float64]:
    """Pixels that each box shares with `one`, of shape (4,)."""
    width = np.minimum(boxes[:, 2], one[2]) - np.maximum(boxes[:, 0], one[0])
    height = np.minimum(boxes[:, 3], one[3]) - np.maximum(boxes[:, 1], one[1])
    shared: NDArray[np.float64] = np.maximum(width, 0) * np.maximum(height, 0)
    return shared

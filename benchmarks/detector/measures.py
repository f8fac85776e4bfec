"""How many products a detector finds, how many boxes it invents, and what it puts first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.detector_training.scene import Boxes, Pixels, Scene

Finder = Callable[[Pixels], Boxes]  # RGB → (n, 4) left, top, right, bottom, most likely meant first


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on a set of pictures, at one intersection over union.

    Attributes:
        products: boxes of the truth.
        hits: those that a found box of its own covers.
        false: found boxes that cover none.
    """

    pictures: int = 0
    products: int = 0
    hits: int = 0
    false: int = 0

    @property
    def recall(self) -> float:
        return self.hits / self.products if self.products else float("nan")

    @property
    def false_each(self) -> float:
        """False boxes a picture."""
        return self.false / self.pictures if self.pictures else float("nan")

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.pictures + other.pictures,
            self.products + other.products,
            self.hits + other.hits,
            self.false + other.false,
        )


def found_on(scene: Scene, boxes: Boxes, overlap: float = 0.5) -> Found:
    """Match boxes to products one to one, the closest pair first."""
    table = ious(boxes, scene.boxes)
    hits = 0
    while table.size and table.max() >= overlap:
        row, column = np.unravel_index(int(table.argmax()), table.shape)
        table = np.delete(np.delete(table, row, axis=0), column, axis=1)
        hits += 1
    return Found(1, len(scene.boxes), hits, len(boxes) - hits)


def found_in(scenes: Iterable[Scene], find: Finder, overlap: float = 0.5) -> Found:
    """`found_on`, summed over pictures."""
    total = Found()
    for scene in scenes:
        total += found_on(scene, find(scene.pixels), overlap)
    return total


def first_covers(scene: Scene, boxes: Boxes, overlap: float) -> bool:
    """Whether the box that is offered first is the picture's product."""
    return len(boxes) > 0 and bool(ious(boxes[:1], scene.boxes).max(initial=0.0) >= overlap)


def ious(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """Intersection over union of each with each, (len(boxes), len(others))."""
    boxes, others = np.asarray(boxes, np.float64), np.asarray(others, np.float64)
    corners = np.minimum(boxes[:, None, 2:], others[None, :, 2:]) - np.maximum(
        boxes[:, None, :2], others[None, :, :2]
    )
    shared = corners.clip(min=0).prod(axis=2)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    other_areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    return shared / np.maximum(areas[:, None] + other_areas[None] - shared, 1e-9)

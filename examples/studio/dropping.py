"""Lets things down from above until they stand: on a floor, a shelf, a seat, a pile of books."""

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector

from studio.rooms import Put, place
from studio.shapes import Mesh
from studio.stage import bounds

_AWAY = -100.0  # metres: where things wait, below all that a ray reaches
_TRIES = 24
_GRID = np.linspace(-0.42, 0.42, 4)  # of a footprint's sides; its outermost rim may hang over


@dataclass(frozen=True, slots=True)
class Field:
    """A rectangle to let things down onto, metres.

    Attributes:
        below: height that they come down from, such as the next shelf's.
    """

    left: float
    front: float
    right: float
    back: float
    below: float


def put_away(things: Sequence[Mesh], turn: float = 0, tilt: tuple[float, float] = (0, 0)) -> None:
    """Turn things as they shall stand, and keep them where no ray meets them."""
    place(things, Put("", (0, 0, _AWAY), turn, tilt))
    bpy.context.view_layer.update()


def drop(
    things: Sequence[Mesh], field: Field, rng: np.random.Generator, *, firm: float = 1.0
) -> bool:
    """Stand things that were put away somewhere on the field; False where no place is level.

    Args:
        firm: share of the footprint that must stand; a cushion gives way to a chair's back.
    """
    low, high = bounds(things)
    sides, middle = (high - low)[:2], (high + low)[:2] / 2
    grid = [middle + firm * sides * (across, along) for across in _GRID for along in _GRID]
    # Seats are hollow and blankets rumpled: the larger the thing, the less it minds.
    uneven = 0.012 + 0.04 * float(sides.max())
    for _ in range(_TRIES):
        spot = np.array(
            [rng.uniform(field.left, field.right), rng.uniform(field.front, field.back)]
        )
        ground = [_height(spot + point, field.below) for point in grid]
        found = [height for height in ground if height is not None]
        if len(found) < len(ground) or max(found) - min(found) > uneven:
            continue
        if max(found) + float(high[2] - low[2]) > field.below:
            continue
        rise = Matrix.Translation((*spot, max(found) - float(low[2]) + 0.001))
        for thing in things:
            thing.matrix_world = rise @ thing.matrix_world
        bpy.context.view_layer.update()
        return True
    return False


def top_of(things: Sequence[Mesh], below: float) -> Field:
    """What could stand on them: their footprint."""
    low, high = bounds(things)
    return Field(float(low[0]), float(low[1]), float(high[0]), float(high[1]), below)


def _height(spot: np.ndarray, below: float) -> float | None:
    """Of the first surface under a point; None where there is none above the floor's depth."""
    graph = bpy.context.evaluated_depsgraph_get()
    hit, place, *_ = bpy.context.scene.ray_cast(
        graph, Vector((*spot, below)), Vector((0, 0, -1)), distance=below + 0.5
    )
    return float(place[2]) if hit else None

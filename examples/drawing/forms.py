"""The building blocks of shapes: turned surfaces, rods, boxes, and curves through points."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from drawing.space import Floats, Material, Surface, unit

Points = Sequence[tuple[float, float]]


def curve_through(points: NDArray[np.float64], steps: int = 600) -> Callable[[Floats], Floats]:
    """A Catmull-Rom spline through points of any dimension, at even steps of length.

    A point that repeats makes a corner.
    """
    padded = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    segments = len(points) - 1
    t = np.linspace(0, segments, steps)
    i = np.minimum(t.astype(int), segments - 1)
    f = (t - i)[:, None]
    p0, p1, p2, p3 = (padded[i + k] for k in range(4))
    path = 0.5 * (
        2 * p1
        + (p2 - p0) * f
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * f**2
        + (3 * p1 - p0 - 3 * p2 + p3) * f**3
    )
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    length = length / length[-1] + np.arange(len(length)) * 1e-9

    def at(s: Floats) -> Floats:
        parts = [np.interp(s, length, path[:, k]) for k in range(points.shape[1])]
        return np.stack(parts, -1).astype(np.float32)

    return at


def turned(profile: Points, material: Material, *, sharp: bool = False) -> Surface:
    """A surface of revolution about y through (radius, height); u = 0.5 faces +z."""
    points = np.array(profile, float)
    if sharp:
        steps = [np.linspace(a, b, 9)[:-1] for a, b in pairwise(points)]
        points = np.concatenate([*steps, points[-1:]])
    curve = curve_through(points)

    def at(u: Floats, v: Floats) -> Floats:
        c = curve(v)
        r, y = np.maximum(c[..., 0], 0), c[..., 1]
        angle = (u - 0.5) * np.float32(2 * np.pi)
        x, z = r * np.sin(angle), r * np.cos(angle)
        return np.stack(np.broadcast_arrays(x, y, z), -1).astype(np.float32)

    return Surface(at, material)


def tube(
    path: Sequence[tuple[float, float, float]],
    material: Material,
    radius: float | tuple[float, float],
    *,
    aside: tuple[float, float, float] = (0, 0, 1),
    flat: float = 1.0,
) -> Surface:
    """A rod along a path. radius: at its ends; flat: thickness along `aside`, relative."""
    points = np.array(path, float)
    if len(path) == 2:
        points = np.linspace(points[0], points[-1], 5)
    curve = curve_through(points)
    first, last = radius if isinstance(radius, tuple) else (radius, radius)
    lean = np.array(aside, np.float32)

    def at(u: Floats, v: Floats) -> Floats:
        # Half a per mille of the length at each end closes the rod.
        centre = curve(v)
        ahead = unit(curve(np.minimum(v + 0.01, 1)) - curve(np.maximum(v - 0.01, 0)))
        across = unit(np.cross(ahead, lean))
        up = np.cross(across, ahead)
        closing = np.sqrt(np.clip(np.minimum(v, 1 - v) / 0.015, 0, 1))
        r = ((first + (last - first) * v) * closing)[..., None]
        angle = (u * np.float32(2 * np.pi))[..., None]
        return np.asarray(
            centre + r * (np.cos(angle) * across + np.sin(angle) * up * flat), np.float32
        )

    return Surface(at, material)


def slab(
    size: tuple[float, float, float],
    middle: tuple[float, float, float],
    materials: Sequence[Material],
    bevel: float = 0.06,
) -> tuple[Surface, ...]:
    """A box with round edges. materials: one for all, or front, back, right, left, top, bottom.

    On the front u runs right and v up.
    """
    half = np.array(size, np.float32) / 2
    centre = np.array(middle, np.float32)
    bevel = min(bevel, float(half.min()))
    faces = [
        ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        ((-1, 0, 0), (0, 1, 0), (0, 0, -1)),
        ((0, 0, -1), (0, 1, 0), (1, 0, 0)),
        ((0, 0, 1), (0, 1, 0), (-1, 0, 0)),
        ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
        ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
    ]
    surfaces = []
    for number, face in enumerate(faces):
        right, up, out = (np.array(axis, np.float32) for axis in face)

        def at(u: Floats, v: Floats, r: Floats = right, s: Floats = up, o: Floats = out) -> Floats:
            cube = (u * 2 - 1)[..., None] * r + (v * 2 - 1)[..., None] * s + o
            point = cube * half
            inner = np.clip(point, bevel - half, half - bevel)
            return np.asarray(centre + inner + unit(point - inner) * bevel, np.float32)

        surfaces.append(Surface(at, materials[number % len(materials)]))
    return tuple(surfaces)

"""Points, surfaces, bodies, the camera. Lengths are decimetres, y points up from the floor."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
"""float32 in bulk; numpy may widen what is small."""
Vector: TypeAlias = tuple[float, float, float]


def linear(colour: str) -> Floats:
    """'#rrggbb' as linear light, shape (3,)."""
    value = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return np.array(value, np.float32) ** 2.2


def unit(vector: Floats) -> Floats:
    length = np.sqrt((vector * vector).sum(-1, keepdims=True))
    return np.asarray(vector / np.maximum(length, 1e-9), np.float32)


def smoothstep(low: float, high: float, value: Floats) -> Floats:
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


@dataclass(frozen=True, slots=True)
class Spots:
    """Points of one surface. u, v: shape (n,); at: shape (n, 3), before placing."""

    u: Floats
    v: Floats
    at: Floats


Pattern: TypeAlias = Callable[[Spots], Floats]
"""Spots to linear colour, shape (n, 3)."""


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface answers to light.

    Attributes:
        gloss: weight of mirror-like reflection, 0 for cloth.
        rough: softness of that reflection, 0 to 1.
        sheen: light rim of fibres.
        metal: reflection takes the colour, nothing is diffuse.
        glow: light of its own, times the colour.
        clear: lets through what is behind, tinted by the colour.
    """

    pattern: Pattern
    gloss: float = 0.0
    rough: float = 0.3
    sheen: float = 0.0
    metal: bool = False
    glow: float = 0.0
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Surface:
    """at: broadcasting (u, v) in 0..1 to points of shape (..., 3)."""

    at: Callable[[Floats, Floats], Floats]
    material: Material


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Surfaces that belong together, and where they stand in the world."""

    surfaces: tuple[Surface, ...]
    turn: Floats = field(default_factory=lambda: np.eye(3, dtype=np.float32))
    offset: Floats = field(default_factory=lambda: np.zeros(3, np.float32))

    def placed(
        self, offset: Vector = (0, 0, 0), yaw: float = 0, pitch: float = 0, roll: float = 0
    ) -> "Body":
        """Turned (degrees; roll about z, then pitch about x, then yaw about y), then moved."""
        turn = _about(1, yaw) @ _about(0, pitch) @ _about(2, roll)
        return replace(
            self,
            turn=np.asarray(turn @ self.turn, np.float32),
            offset=np.asarray(turn @ self.offset + np.array(offset), np.float32),
        )

    def world(self, points: Floats) -> Floats:
        return np.asarray(points @ self.turn.T + self.offset, np.float32)

    def outline(self) -> Floats:
        """A coarse cloud of points in the world, shape (n, 3)."""
        return np.concatenate([self.world(coarse(s)).reshape(-1, 3) for s in self.surfaces])


def _about(axis: int, degrees: float) -> Floats:
    a = np.radians(degrees)
    turn = np.eye(3)
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    turn[i, i] = turn[j, j] = np.cos(a)
    turn[i, j], turn[j, i] = -np.sin(a), np.sin(a)
    return np.asarray(turn, np.float32)


def coarse(surface: Surface, steps: int = 25) -> Floats:
    t = np.linspace(0, 1, steps, dtype=np.float32)
    return surface.at(t[:, None], t[None, :])


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole. field: vertical angle of view in degrees."""

    eye: Vector
    target: Vector
    field: float = 26.0
    width: int = 512
    height: int = 512
    roll: float = 0.0

    def axes(self) -> Floats:
        """Rows: right, up, backward."""
        back = unit(np.array(self.eye, np.float32) - np.array(self.target, np.float32))
        right = unit(np.cross(np.array([0, 1, 0], np.float32), back))
        up = np.cross(back, right)
        return np.asarray(_about(2, self.roll) @ np.stack([right, up, back]), np.float32)

    def project(self, points: Floats, scale: float) -> tuple[Floats, Floats, Floats]:
        """x, y in pixels of a picture `scale` times as large, and depth."""
        # One product a coordinate: contiguous results, 3 times as fast as slicing one of all three.
        right, up, back = self.axes()
        eye = np.array(self.eye, np.float32)
        depth = np.maximum(eye @ back - points @ back, np.float32(1e-3))
        focal = np.float32(self.height / 2 / np.tan(np.radians(self.field) / 2) * scale) / depth
        x = np.float32(self.width * scale / 2) + (points @ right - eye @ right) * focal
        y = np.float32(self.height * scale / 2) - (points @ up - eye @ up) * focal
        return x, y, depth

    def rays(self, width: int, height: int) -> Floats:
        """Unit directions through the pixels of a picture of that size, (height, width, 3)."""
        tan = np.tan(np.radians(self.field) / 2)
        x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
        y = 1 - (np.arange(height, dtype=np.float32) + 0.5) / height * 2
        across = np.broadcast_to(x * tan * self.width / self.height, (height, width))
        upward = np.broadcast_to(y[:, None] * tan, (height, width))
        return unit(np.stack([across, upward, np.full_like(across, -1)], -1) @ self.axes())


def _triple(point: Floats) -> Vector:
    x, y, z = map(float, point)
    return x, y, z


def frame(body: Body, azimuth: float, elevation: float, fill: float = 0.72) -> Camera:
    """A square camera that sees the body from that side (degrees), filling that share."""
    points = body.outline()
    target = (points.min(0) + points.max(0)) / 2
    distance = float(np.linalg.norm(points - target, axis=1).max()) * 5
    a, e = np.radians(azimuth), np.radians(elevation)
    toward = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
    camera = Camera((0, 0, 1), (0, 0, 0))
    for _ in range(4):
        camera = replace(
            camera,
            eye=_triple(target + toward * distance),
            target=_triple(target),
        )
        x, y, _depth = camera.project(points, 1)
        low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
        middle = (low + high) / 2 - camera.width / 2
        per_pixel = 2 * distance * np.tan(np.radians(camera.field) / 2) / camera.height
        right, up, _back = camera.axes()
        target = target + (right * middle[0] - up * middle[1]) * per_pixel
        distance *= float((high - low).max()) / (fill * camera.width)
    return camera

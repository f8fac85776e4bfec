"""Light: soft shadows, the sky, and how materials answer.

Soft shadows and ambient occlusion come from one idea: small shadow maps of seven directions
within the key light and of fourteen over the sky; a point is as bright as the share that sees it.
"""

from dataclasses import dataclass

import numpy as np

from drawing.space import Floats, Material, Vector, linear, smoothstep, unit

MAP_SIZE = 220


@dataclass(frozen=True, slots=True)
class Light:
    """One soft key light, the sky around it, and what the floor sends back."""

    key: Vector = (-0.55, 0.75, 0.6)
    key_colour: str = "#fff6ea"
    key_power: float = 1.0
    sky: float = 0.62
    bounce: float = 0.3
    spread: float = 0.16  # radius of the key light, as a tangent
    exposure: float = 1.1


class ShadowMaps:
    """What lies between a point and each of several directions."""

    def __init__(self, light: Light, points: Floats, *, wall: bool) -> None:
        self.centre = (points.min(0) + points.max(0)) / 2
        self.radius = float(np.linalg.norm(points - self.centre, axis=1).max()) * 1.02
        key = unit(np.array(light.key, np.float32))
        side = unit(np.cross(key, np.array([0, 1, 0], np.float32)))
        upward = np.cross(side, key)
        turns = np.arange(7) * 2.4
        lengths = light.spread * np.sqrt((np.arange(7) + 0.5) / 7)
        keys = [
            unit(key + side * np.cos(t) * r + upward * np.sin(t) * r)
            for t, r in zip(turns, lengths, strict=True)
        ]
        # A sunflower over the upper half, cosine weighted: the sky.
        k = np.arange(14)
        rim = np.sqrt((k + 0.5) / 14) * 0.97
        around = k * 2.39996
        dome = np.stack([rim * np.cos(around), np.sqrt(1 - rim**2), rim * np.sin(around)], -1)
        if wall:  # nothing shines through the wall behind
            dome[:, 2] = np.abs(dome[:, 2])
        self.keys = len(keys)
        self.toward = np.concatenate([np.stack(keys), dome]).astype(np.float32)
        self.bases = []
        for direction in self.toward:
            helper = np.array([0, 0, 1] if abs(direction[1]) > 0.9 else [0, 1, 0], np.float32)
            right = unit(np.cross(helper, direction))
            self.bases.append(np.stack([right, np.cross(direction, right), direction]))
        self.maps = np.full((len(self.toward), MAP_SIZE * MAP_SIZE), -1e9, np.float32)

    def _cells(self, number: int, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Column and row of a map (not whole numbers), and height towards the light."""
        right, up, toward = self.bases[number].astype(np.float32)
        scale = np.float32((MAP_SIZE - 1) / 2 / self.radius)
        middle = np.float32((MAP_SIZE - 1) / 2)
        column = (points @ right - self.centre @ right) * scale + middle
        row = (points @ up - self.centre @ up) * scale + middle
        return column, row, points @ toward

    def add(self, points: Floats) -> None:
        for number, shadow_map in enumerate(self.maps):
            column, row, height = self._cells(number, points)
            column = np.clip(column + 0.5, 0, MAP_SIZE - 1).astype(np.int32)
            row = np.clip(row + 0.5, 0, MAP_SIZE - 1).astype(np.int32)
            np.maximum.at(shadow_map, row * MAP_SIZE + column, height)

    def seen(
        self, points: Floats, rng: np.random.Generator, bias: float = 0.022
    ) -> tuple[Floats, Floats]:
        """Shares of the key light and of the sky that reach each point, 0 to 1.

        Args:
            bias: how far, in radii of the scene, something must stand off to shade: a surface in
                the maps must not shade itself, a floor needs almost none.
        """
        shares = np.zeros((2, len(points)), np.float32)
        bias = self.radius * bias
        jitter = rng.uniform(-1.2, 2.2, (2, len(points) + 977)).astype(np.float32)
        for number, shadow_map in enumerate(self.maps):
            column, row, height = self._cells(number, points)
            start = number * 37
            column = np.floor(column + jitter[0, start : start + len(points)])
            row = np.floor(row + jitter[1, start : start + len(points)])
            limit = MAP_SIZE - 1
            inside = (column >= 0) & (column <= limit) & (row >= 0) & (row <= limit)
            cell = np.clip(row, 0, limit) * MAP_SIZE + np.clip(column, 0, limit)
            above = shadow_map[cell.astype(np.int32)] - height
            blocked = np.clip((above - bias) / bias, 0, 1) * inside
            shares[int(number >= self.keys)] += 1 - blocked
        counts = np.array([[self.keys], [len(self.maps) - self.keys]], np.float32)
        key, sky = shares / counts
        return key, sky


def _surroundings(direction: Floats, rough: float, key: Floats) -> Floats:
    """Light of a studio in a direction: a window box, a strip, the sky. Shape (n,)."""
    total = 0.35 + 0.3 * smoothstep(-0.3, 0.9, direction[:, 1])
    edge = 0.06 + rough * 0.7
    for toward, half_width, half_height, power in (
        (key, 0.42, 0.6, 5.0),
        (unit(np.array([0.95, 0.25, 0.35], np.float32)), 0.1, 0.9, 2.2),
    ):
        right = unit(np.cross(np.array([0, 1, 0], np.float32), toward))
        up = np.cross(toward, right)
        ahead = direction @ toward
        x = np.abs(direction @ right) / np.maximum(ahead, 1e-3)
        y = np.abs(direction @ up) / np.maximum(ahead, 1e-3)
        spread = power / (1 + rough * 6)
        box = 1 - smoothstep(half_width - edge / 2, half_width + edge, x)
        box *= 1 - smoothstep(half_height - edge / 2, half_height + edge, y)
        total = total + spread * box * (ahead > 0)
    return np.asarray(total, np.float32)


@dataclass(frozen=True, slots=True)
class Seen:
    """Visible samples: normals face the camera; key and sky are the shares of light."""

    at: Floats
    normal: Floats
    view: Floats
    key: Floats
    sky: Floats


def shade(material: Material, colour: Floats, seen: Seen, light: Light, around: Floats) -> Floats:
    """Linear light from visible samples, shape (n, 3). around: colour of the surroundings."""
    key = unit(np.array(light.key, np.float32))
    facing = np.clip((seen.normal * seen.view).sum(1), 0, 1)
    lambert = np.clip(seen.normal @ key * 0.92 + 0.08, 0, 1) * seen.key
    upward = seen.normal[:, 1] * 0.5 + 0.5
    sky = light.sky * (0.35 + 0.65 * upward) * seen.sky
    bounce = light.bounce * (1 - upward) * (0.4 + 0.6 * seen.sky)
    diffuse = (
        lambert[:, None] * light.key_power * linear(light.key_colour)
        + sky[:, None]
        + bounce[:, None] * around
    )
    mirrored = 2 * (seen.normal * seen.view).sum(1, keepdims=True) * seen.normal - seen.view
    shine = _surroundings(mirrored, material.rough, key) * (0.35 + 0.65 * seen.sky)
    fresnel = (1 - facing) ** 5
    if material.metal:
        tint = colour + (1 - colour) * fresnel[:, None]
        return np.asarray(tint * shine[:, None] * 0.8 + colour * diffuse * 0.25, np.float32)
    mirror = material.gloss * (0.045 + 0.6 * fresnel) * shine
    rim = material.sheen * (1 - facing) ** 3 * (0.4 + 0.6 * seen.sky)
    out = colour * (diffuse + material.glow + rim[:, None]) + mirror[:, None]
    return np.asarray(out, np.float32)

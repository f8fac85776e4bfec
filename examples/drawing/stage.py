"""What is behind the products: a studio backdrop, or a floor that ends at a wall."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from drawing.light import Light, ShadowMaps
from drawing.space import Camera, Floats, Pattern, Spots, linear, smoothstep, unit


@dataclass(frozen=True, slots=True)
class Studio:
    """A seamless backdrop. floating: the product hangs before it, its shadow falls behind."""

    colour: str = "#ece8e2"
    floating: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A floor (or table top) at y = 0 that ends at a wall.

    Patterns get Spots with u, v in decimetres along the plane.
    """

    floor: Pattern
    wall: Pattern
    wall_at: float = -4.0
    floor_gloss: float = 0.15


Stage: TypeAlias = Studio | Room


def blur(image: Floats, radius: float) -> Floats:
    """Three box passes on the first two axes: close to a Gaussian of sigma `radius`."""
    width = max(1, round(radius * 1.1)) * 2 + 1
    for axis in (0, 1):
        for _ in range(3):
            pad = [(0, 0)] * image.ndim
            pad[axis] = (width // 2 + 1, width // 2)
            sums = np.cumsum(np.pad(image, pad, mode="edge"), axis=axis, dtype=np.float64)
            after = np.take(sums, range(width, sums.shape[axis]), axis)
            before = np.take(sums, range(sums.shape[axis] - width), axis)
            image = np.asarray((after - before) / width, np.float32)
    return image


def enlarge(image: Floats, width: int, height: int) -> Floats:
    """Bilinear, channel by channel, of shape (h, w, c)."""
    channels = [
        np.asarray(
            Image.fromarray(image[..., c]).resize((width, height), Image.Resampling.BILINEAR)
        )
        for c in range(image.shape[2])
    ]
    return np.stack(channels, -1)


def backdrop(
    stage: Stage,
    camera: Camera,
    shadows: ShadowMaps,
    light: Light,
    rng: np.random.Generator,
) -> Floats:
    """What is behind the bodies, lit and in their shadow: linear, (height, width, 3)."""
    width, height = camera.width, camera.height
    fine, coarse = camera.rays(width, height), camera.rays(camera.width // 2, camera.height // 2)
    wall_at = stage.wall_at if isinstance(stage, Room) else None
    if isinstance(stage, Studio) and stage.floating:
        wall_at = float(shadows.centre[2] - shadows.radius * 0.3)
    at, hit, _ = _planes(coarse, camera, wall_at, floor=not _floats(stage))
    key, sky = shadows.seen(at.reshape(-1, 3), rng, bias=0.003)
    shares = np.stack([key, sky], -1).reshape(*hit.shape, 2)
    shares = np.where(hit[..., None], shares, 1).astype(np.float32)
    shares = enlarge(blur(shares, camera.height / 2 * 0.009), width, height)
    if isinstance(stage, Studio):
        return _seamless(stage, width, height, shares)
    at, _, on_wall = _planes(fine, camera, wall_at, floor=True)
    flat = at.reshape(-1, 3)
    colour = np.empty_like(flat)
    walls = on_wall.ravel()
    wall, floor = flat[walls], flat[~walls]
    colour[walls] = stage.wall(Spots(wall[:, 0], wall[:, 1], wall))
    colour[~walls] = stage.floor(Spots(floor[:, 0], floor[:, 2], floor))
    normal = np.where(on_wall[..., None], [0, 0, 1], [0, 1, 0]).astype(np.float32)
    corner = np.where(on_wall, at[..., 1], at[..., 2] - stage.wall_at)
    dim = 1 - 0.35 * np.exp(-np.maximum(corner, 0) / 1.2)
    # The key light is a lamp in the room: it falls off across the wall.
    spot = np.exp(-(((at - shadows.centre) ** 2).sum(-1)) / (shadows.radius * 2.6) ** 2)
    toward = unit(np.array(light.key, np.float32))
    lit = np.clip(normal @ toward, 0, 1) * shares[..., 0] * light.key_power * (0.45 + 0.55 * spot)
    ambient = light.sky * shares[..., 1] * dim * (0.55 + 0.3 * normal[..., 1])
    out = colour.reshape(at.shape) * (
        lit[..., None] * linear(light.key_colour) + ambient[..., None]
    )
    mirrored = fine * np.where(on_wall[..., None], 1, [1, -1, 1]).astype(np.float32)
    fresnel = (1 - np.abs((fine * normal).sum(-1))) ** 3
    gloss = stage.floor_gloss * fresnel * (0.4 + 0.4 * mirrored[..., 1]) * shares[..., 1]
    return np.asarray(out + np.where(on_wall, 0, gloss)[..., None], np.float32)


def _floats(stage: Stage) -> bool:
    return isinstance(stage, Studio) and stage.floating


def _planes(
    rays: Floats, camera: Camera, wall_at: float | None, *, floor: bool
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Where rays meet floor or wall, whether they do, and whether it is the wall."""
    eye = np.array(camera.eye, np.float32)
    far = np.float32(1e4)
    down = rays[..., 1] < -1e-4
    to_floor = np.where(down & floor, -eye[1] / np.minimum(rays[..., 1], -1e-4), far)
    to_wall = np.full_like(to_floor, far)
    if wall_at is not None:
        ahead = rays[..., 2] < -1e-4
        to_wall = np.where(ahead, (wall_at - eye[2]) / np.minimum(rays[..., 2], -1e-4), far)
    distance = np.minimum(to_floor, to_wall)
    return eye + rays * distance[..., None], distance < far, to_wall < to_floor


def _seamless(stage: Studio, width: int, height: int, shares: Floats) -> Floats:
    """A gradient that is lightest behind the product, darkened where it keeps light away."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.46, y / height - 0.42
    glow = np.exp(-(x * x + y * y) / 0.32)
    level = 0.82 + 0.3 * glow - 0.1 * smoothstep(0.25, 0.6, y)
    shadow = 0.3 + 0.34 * shares[..., 0] + 0.36 * shares[..., 1]
    return np.asarray(linear(stage.colour) * (level * shadow)[..., None], np.float32)

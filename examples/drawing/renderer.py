"""Draws parametric surfaces under soft studio light, with numpy alone.

Every surface is a function of (u, v). It is sampled finer than the pixels, splatted into a depth
buffer, and only the samples that stay visible are shaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from drawing.light import Light, Seen, ShadowMaps, shade
from drawing.space import Body, Camera, Floats, Spots, Surface, coarse, linear, unit
from drawing.stage import Room, Stage, Studio, backdrop, enlarge

OVERSAMPLING = 2
SAMPLE_STEP = 0.8  # pixels between neighbouring samples; above 0.9 more holes than can be closed
NEAREST_FIRST = np.int64(2**62)


@dataclass(frozen=True, slots=True)
class Drawing:
    """pixels: (height, width, 3) uint8; boxes: one a body, left, top, right, bottom, or None."""

    pixels: NDArray[np.uint8]
    boxes: tuple[tuple[int, int, int, int] | None, ...]


def _normals(surface: Surface, body: Body, u: Floats, v: Floats, view: Floats) -> Floats:
    """Central differences, turned to the viewer, shape (n, 3)."""
    step = np.float32(1.5e-3)
    low_u, high_u = np.clip(u - step, 0, 1), np.clip(u + step, 0, 1)
    low_v, high_v = np.clip(v - step, 0, 1), np.clip(v + step, 0, 1)
    along_u = surface.at(high_u, v) - surface.at(low_u, v)
    along_v = surface.at(u, high_v) - surface.at(u, low_v)
    normal = unit(np.cross(along_u, along_v) @ body.turn.T)
    back = (normal * view).sum(1, keepdims=True) < 0
    return np.where(back, -normal, normal)


class _Buffer:
    """A depth buffer of samples: which sample of which surface each pixel shows."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.width = camera.width * OVERSAMPLING
        self.height = camera.height * OVERSAMPLING
        self.keys = np.full(self.width * self.height, NEAREST_FIRST)
        self.grids: dict[int, tuple[int, int]] = {}

    def splat(self, number: int, surface: Surface, body: Body) -> Floats:
        """Draw one surface; returns every 16th sample for the shadow maps."""
        x, y, _ = self.camera.project(body.world(coarse(surface)), OVERSAMPLING)
        steps = [
            float(np.hypot(np.diff(x, axis=axis), np.diff(y, axis=axis)).max()) * 24 / SAMPLE_STEP
            for axis in (0, 1)
        ]
        across, along = (int(np.clip(s, 40, 3400)) for s in steps)
        u = np.linspace(0, 1, across, dtype=np.float32)[:, None]
        v = np.linspace(0, 1, along, dtype=np.float32)[None, :]
        points = body.world(surface.at(u, v).reshape(-1, 3))
        self.grids[number] = (across, along)
        x, y, depth = self.camera.project(points, OVERSAMPLING)
        inside = (x >= 0) & (x < self.width) & (y >= 0) & (y < self.height)
        sample = np.flatnonzero(inside)
        pixel = y[sample].astype(np.int64) * self.width + x[sample].astype(np.int64)
        near = (depth[sample] * 4096).astype(np.int64)
        np.minimum.at(self.keys, pixel, near << 40 | np.int64(number) << 30 | sample)
        return points.reshape(across, along, 3)[::4, ::4].reshape(-1, 3)

    def close_holes(self) -> None:
        """Fill what falls between two samples: pixels behind both neighbours of a line."""
        keys = self.keys.reshape(self.height, self.width)
        inner = keys[1:-1, 1:-1]
        near = inner >> 40
        step = 200  # of depth: 1/20 dm; steps within a surface are smaller
        for first, second in (
            (keys[1:-1, 2:], keys[1:-1, :-2]),
            (keys[2:, 1:-1], keys[:-2, 1:-1]),
        ):
            behind = np.maximum(first >> 40, second >> 40) + step < near
            inner[:] = np.where(behind, np.minimum(first, second), inner)

    def surface_numbers(self) -> NDArray[np.int64]:
        return np.where(self.keys == NEAREST_FIRST, -1, self.keys >> 30 & 1023)

    def visible(self, number: int) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Pixels that show a surface and their u, v."""
        pixel = np.flatnonzero(self.surface_numbers() == number)
        across, along = self.grids[number]
        row, column = np.divmod(self.keys[pixel] & (2**30 - 1), along)
        return (
            pixel,
            (row / np.float32(max(1, across - 1))).astype(np.float32),
            (column / np.float32(max(1, along - 1))).astype(np.float32),
        )


def render(
    bodies: Sequence[Body], camera: Camera, stage: Stage, light: Light, rng: np.random.Generator
) -> Drawing:
    """Draw bodies on a stage."""
    parts = [(s, b, i) for i, b in enumerate(bodies) for s in b.surfaces]
    shadows = ShadowMaps(
        light, np.concatenate([b.outline() for b in bodies]), wall=isinstance(stage, Room)
    )
    opaque, glass = _Buffer(camera), _Buffer(camera)
    for number, (surface, body, _) in enumerate(parts):
        samples = (glass if surface.material.clear else opaque).splat(number, surface, body)
        if not surface.material.clear:
            shadows.add(samples)
    behind = backdrop(stage, camera, shadows, light, rng)
    canvas = enlarge(behind, opaque.width, opaque.height).reshape(-1, 3)
    around = linear(stage.colour) if isinstance(stage, Studio) else linear("#b09a80")
    owner = np.full(len(canvas), -1, np.int32)
    for buffer in (opaque, glass):
        buffer.close_holes()
        for number in buffer.grids:
            surface, body, which = parts[number]
            pixel, u, v = buffer.visible(number)
            if buffer is glass:
                front = (buffer.keys[pixel] >> 40) < (opaque.keys[pixel] >> 40)
                pixel, u, v = pixel[front], u[front], v[front]
            if not len(pixel):
                continue
            local = surface.at(u, v)
            at = body.world(local)
            view = unit(np.array(camera.eye, np.float32) - at)
            normal = _normals(surface, body, u, v, view)
            key, sky = _shares(shadows, at + normal * shadows.radius * 0.01, rng)
            seen = Seen(at, normal, view, key, sky)
            colour = surface.material.pattern(Spots(u, v, local))
            shaded = shade(surface.material, colour, seen, light, around)
            if surface.material.clear:
                facing = np.clip((normal * view).sum(1, keepdims=True), 0.12, 1)
                through = canvas[pixel] * colour ** (0.6 / facing)
                shaded = through + np.maximum(shaded - colour * 0.75, 0) + colour * 0.04
            canvas[pixel] = shaded
            owner[pixel] = which
    return _finish(canvas, owner, camera, light, len(bodies))


def _shares(shadows: ShadowMaps, at: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Light at every other sample, repeated: neighbours differ less than the jitter."""
    half = at[::2]
    key, sky = shadows.seen(half, rng)
    return np.repeat(key, 2)[: len(at)], np.repeat(sky, 2)[: len(at)]


def _finish(
    canvas: Floats, owner: NDArray[np.int32], camera: Camera, light: Light, bodies: int
) -> Drawing:
    height, width = camera.height, camera.width
    k = OVERSAMPLING
    value = np.maximum(canvas * light.exposure, 0)
    # A soft shoulder above 0.75: highlights keep their form.
    value = np.where(value > 0.75, 1 - 0.25 * np.exp(-(value - 0.75) / 0.25), value)
    shown = (value ** (1 / 2.2)).reshape(height, k, width, k, 3).mean((1, 3))
    owners = owner.reshape(height * k, width * k)
    boxes: list[tuple[int, int, int, int] | None] = []
    for which in range(bodies):
        rows = np.flatnonzero((owners == which).any(1))
        columns = np.flatnonzero((owners == which).any(0))
        if not len(rows):
            boxes.append(None)
            continue
        left, right = columns[0] // k, columns[-1] // k + 1
        boxes.append((int(left), int(rows[0] // k), int(right), int(rows[-1] // k + 1)))
    pixels = np.clip(shown * 255 + 0.5, 0, 255).astype(np.uint8)
    return Drawing(pixels, tuple(boxes))

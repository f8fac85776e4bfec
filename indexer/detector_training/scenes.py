"""Scenes as shoppers have them: things in a place, screenshots, single photos, and none at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.detector_training import layouts
from indexer.detector_training.backdrops import backdrop
from indexer.detector_training.camera import photographed, recoloured
from indexer.detector_training.cutout_library import Library
from indexer.detector_training.interface import Screen
from indexer.detector_training.labelled import cropped
from indexer.detector_training.scene import (
    NO_BOXES,
    Canvas,
    Pixels,
    Pose,
    Random,
    Scene,
    flipped,
    floats,
    resized,
    window,
)
from models.product_training import Batch

SHAPES = ((448, 288), (352, 352), (288, 448))  # height, width: upright, square, lying
# Shares of the kinds of scenes; the rest are empty.
_COMPOSED, _SCREENS, _SINGLE = 0.37, 0.28, 0.28
# Where the library has labelled pictures: how many of all scenes, and of tiles, are parts of them.
_LABELLED, _LABELLED_TILES = 0.35, 0.35
Square = tuple[float, float, float]  # centre x, centre y, side

_TRIES = 8  # places for a thing, of which the freest is taken

_SCREENS_OF = (
    layouts.product_page,
    layouts.product_grid,
    layouts.social_post,
    layouts.story,
    layouts.chat,
    layouts.text_page,
)
_SCREEN_SHARES = (0.24, 0.22, 0.24, 0.1, 0.1, 0.1)


@dataclass(frozen=True)
class SceneMaker:
    """Draws scenes from one side of the library; the same seed gives the same scene."""

    pictures: Library

    def __call__(self, seed: int) -> Scene:
        random = np.random.default_rng(seed)
        height, width = SHAPES[seed % len(SHAPES)]
        kind = random.random()
        if self.pictures.labelled and random.random() < _LABELLED:
            scene, strength = self.part(random, height, width), random.uniform(0.05, 1)
        elif kind < _COMPOSED:
            scene, strength = self.composed(random, height, width), random.uniform(0.1, 1)
        elif kind < _COMPOSED + _SCREENS:
            scene, strength = self.screenshot(random, height, width), random.uniform(0, 0.5)
        elif kind < _COMPOSED + _SCREENS + _SINGLE and self.pictures.photos:
            scene, strength = self.single(random, height, width), random.uniform(0, 0.9)
        else:
            pixels = backdrop(self.pictures, random, height, width)
            scene, strength = Scene(pixels, NO_BOXES), random.uniform(0.1, 1)
        if random.random() < 0.12:
            scene = _letterboxed(scene, random)
        return Scene(photographed(scene.pixels, random, strength), scene.boxes)

    def batch(self, number: int, seed: int, size: int) -> Batch:
        """Batch `number` of a training run: scenes of one shape, and of seeds that no other has."""
        kinds = len(SHAPES)
        start = (seed * 1_000_003 + number * size) * kinds + number % kinds
        return batch_of([self(start + kinds * offset) for offset in range(size)])

    def composed(self, random: Random, height: int, width: int) -> Scene:
        """One to seven things in one place: apart, in a row, now and then some over others."""
        canvas = Canvas(backdrop(self.pictures, random, height, width).copy())
        count = int(random.choice((1, 1, 2, 3, 4, 5, 7)))
        row = random.random() < 0.3
        shares = np.exp(random.uniform(np.log(0.07), np.log(1 / count**0.5), count))
        sizes = np.maximum(16.0, shares * max(height, width))
        if row and sizes.sum() > width * 1.1:
            sizes *= width * 1.1 / sizes.sum()
        places = _in_row if row else _apart
        centres = places(random, height, width, np.sort(sizes)[::-1])
        shadow = random.uniform(0, 0.6) if random.random() < 0.7 else 0.0
        for size, (x, y) in zip(np.sort(sizes)[::-1], centres, strict=True):
            cutout = self._cutout(random)
            # In a row y is where the feet are.
            lift = size * cutout.shape[0] / max(cutout.shape[:2]) / 2 if row else 0.0
            upright = row or random.random() < 0.6
            turned = random.normal(0, 6) if upright else random.uniform(-180, 180)
            pose = Pose((x, y - lift), float(size), turned, random.uniform(0, 0.08), shadow)
            canvas.lay(cutout, pose, random)
        return canvas.scene()

    def screenshot(self, random: Random, height: int, width: int) -> Scene:
        """A page of a shop or of a network, sometimes photographed off the screen."""

        def tile(rows: int, columns: int) -> Scene:
            return self.tile(random, rows, columns)

        def clear(rows: int, columns: int) -> Scene:
            return Scene(backdrop(self.pictures, random, rows, columns), NO_BOXES)

        screen = Screen(random, height, width, tile, clear)
        layout = _SCREENS_OF[int(random.choice(len(_SCREENS_OF), p=_SCREEN_SHARES))]
        layout(screen, random)
        scene = screen.scene()
        if random.random() < 0.3:  # a part of the screen, as people crop it
            share = random.uniform(0.6, 0.95)
            rows, columns = int(height * share), int(width * share)
            top, left = random.integers(height - rows + 1), random.integers(width - columns + 1)
            scene = window(scene, int(left), int(top), int(left) + columns, int(top) + rows)
            scene = resized(scene, height, width)
        return window(scene, 0, 0, width, height)

    def single(self, random: Random, height: int, width: int) -> Scene:
        """A real photo of one product, whole or zoomed in."""
        pixels, box = self.pictures.photos[random.integers(len(self.pictures.photos))]
        scene = Scene(pixels, floats([[box.left, box.top, box.right, box.bottom]]))
        if random.random() < 0.5:
            scene = flipped(scene)
        left, top, right, bottom = (int(edge) for edge in scene.boxes[0])
        rows, columns = pixels.shape[:2]
        slack = random.uniform(0, 1, 4)
        scene = window(
            scene,
            int(left * slack[0]),
            int(top * slack[1]),
            int(right + (columns - right) * slack[2]),
            int(bottom + (rows - bottom) * slack[3]),
        )
        return _fitted(scene, random, height, width)

    def part(self, random: Random, height: int, width: int) -> Scene:
        """A crop of a labelled picture."""
        scenes = self.pictures.labelled
        return cropped(scenes[random.integers(len(scenes))], random, height, width)

    def tile(self, random: Random, height: int, width: int) -> Scene:
        """A picture as a shop or a person posts it: on plain ground, a photo, or several things."""
        kind = random.random()
        large = min(height, width) >= 100
        if large and self.pictures.labelled and random.random() < _LABELLED_TILES:
            return self.part(random, height, width)
        if kind < 0.3 and self.pictures.photos and min(height, width) >= 24:
            return self.single(random, height, width)
        if kind < 0.6 and large:
            return self.composed(random, height, width)
        pale = random.integers(225, 256, 3) if random.random() < 0.3 else np.full(3, 255)
        canvas = Canvas(np.full((height, width, 3), pale, np.uint8))
        cutout = self._cutout(random, hue=0.0)
        rows, columns = cutout.shape[:2]
        fit = min(height / rows, width / columns) * max(rows, columns)
        size = fit * random.uniform(0.6, 0.97)
        centre = (width * random.uniform(0.47, 0.53), height * random.uniform(0.47, 0.53))
        shadow = random.uniform(0, 0.3) if random.random() < 0.4 else 0.0
        canvas.lay(cutout, Pose(centre, size, random.normal(0, 2), 0.0, shadow), random)
        return canvas.scene()

    def _cutout(self, random: Random, hue: float = 0.25) -> Pixels:
        odds = self.pictures.odds
        cutout = self.pictures.cutouts[int(random.choice(len(odds), p=odds))]
        if random.random() < 0.5:
            cutout = np.ascontiguousarray(cutout[:, ::-1])
        if random.random() < 0.6:
            strong = random.random() < 0.3
            cutout = recoloured(cutout, random, hue if strong else hue / 8)
        return cutout


def _in_row(
    random: Random, height: int, width: int, sizes: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Side by side as on a shelf; y is where they stand."""
    gaps = random.dirichlet(np.ones(len(sizes) + 1)) * max(0.0, width - float(sizes.sum()))
    foot = height * random.uniform(0.5, 0.95)
    starts = np.cumsum(gaps[:-1] + np.concatenate([[0.0], sizes[:-1]]))
    return [(float(start + size / 2), foot) for start, size in zip(starts, sizes, strict=True)]


def _apart(
    random: Random, height: int, width: int, sizes: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Of some places for each the one that hides least; some stand on, or before, a larger one."""
    taken: list[Square] = []
    for size in sizes:
        if taken and random.random() < 0.35:
            x, y, below = taken[int(random.integers(len(taken)))]
            aside, up = random.uniform(-0.35, 0.35), random.uniform(-0.7, 0.3)
            taken.append((float(x + aside * below), float(y + up * below), float(size)))
            continue
        whole = random.random() < 0.8  # wholly in the frame where it fits
        margin_x, margin_y = (min(size, side) / 2 * whole for side in (width, height))
        squares = [
            (
                float(random.uniform(margin_x, width - margin_x + 1e-3)),
                float(random.uniform(margin_y, height - margin_y + 1e-3)),
                float(size),
            )
            for _ in range(_TRIES)
        ]
        hidden = [sum(_shared(square, other) for other in taken) for square in squares]
        taken.append(squares[int(np.argmin(hidden))])
    return [(x, y) for x, y, _ in taken]


def _shared(square: Square, other: Square) -> float:
    """Area that two squares have in common."""
    (x, y, size), (other_x, other_y, other_size) = square, other
    reach, smaller = (size + other_size) / 2, min(size, other_size)
    across = max(0.0, min(reach - abs(x - other_x), smaller))
    down = max(0.0, min(reach - abs(y - other_y), smaller))
    return across * down


def batch_of(scenes: Sequence[Scene]) -> Batch:
    """Scenes of one size as the training takes them."""
    height, width = scenes[0].pixels.shape[:2]
    size = floats([width, height])
    corners = np.concatenate([scene.boxes for scene in scenes])
    return Batch(
        np.stack([scene.pixels for scene in scenes]),
        np.repeat(np.arange(len(scenes)), [len(s.boxes) for s in scenes]).astype(np.float32),
        np.hstack(
            [
                (corners[:, :2] + corners[:, 2:]) / 2 / size,
                (corners[:, 2:] - corners[:, :2]) / size,
            ]
        ).astype(np.float32),
    )


def _fitted(scene: Scene, random: Random, height: int, width: int) -> Scene:
    """Cropped or padded to a shape, without much stretching."""
    rows, columns = scene.pixels.shape[:2]
    wanted = width / height
    if random.random() < 0.35:  # padded
        return _padded(scene, random, height, width)
    left, top, right, bottom = 0, 0, columns, rows
    if columns / rows > wanted * 1.15:
        span = max(int(rows * wanted), 8)
        left = int(random.integers(0, columns - span + 1))
        right = left + span
    elif columns / rows < wanted / 1.15:
        span = max(int(columns / wanted), 8)
        top = int(random.integers(0, rows - span + 1))
        bottom = top + span
    cropped = window(scene, left, top, right, bottom)
    if not len(cropped.boxes):
        return _padded(scene, random, height, width)
    return resized(cropped, height, width)


def _padded(scene: Scene, random: Random, height: int, width: int) -> Scene:
    rows, columns = scene.pixels.shape[:2]
    scale = min(height / rows, width / columns)
    inner = resized(scene, max(8, int(rows * scale)), max(8, int(columns * scale)))
    shade = 114 if random.random() < 0.4 else int(random.choice((0, 255, 240)))
    pixels = np.full((height, width, 3), shade, np.uint8)
    top, left = (height - inner.pixels.shape[0]) // 2, (width - inner.pixels.shape[1]) // 2
    pixels[top : top + inner.pixels.shape[0], left : left + inner.pixels.shape[1]] = inner.pixels
    return Scene(pixels, inner.boxes + floats([left, top, left, top]))


def _letterboxed(scene: Scene, random: Random) -> Scene:
    """A part of another shape between bars, as the search pads what it is given."""
    height, width = scene.pixels.shape[:2]
    share = random.uniform(0.5, 0.9)
    if random.random() < 0.5:
        left = int(random.uniform(0, (1 - share) * width))
        part = window(scene, left, 0, left + int(share * width), height)
    else:
        top = int(random.uniform(0, (1 - share) * height))
        part = window(scene, 0, top, width, top + int(share * height))
    return _padded(part, random, height, width)

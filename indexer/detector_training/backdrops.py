"""What lies behind products: real surroundings, views, and drawn walls, floors and cloths."""

import cv2
import numpy as np

from indexer.detector_training.cutout_library import Library
from indexer.detector_training.scene import Floats, Pixels, Random, floats

_NARROWEST = 36  # pixels of a strip beside a product that still shows what it lies on


def backdrop(library: Library, random: Random, height: int, width: int) -> Pixels:
    """A picture without any product, (height, width, 3)."""
    kind = random.random()
    if kind < 0.35 and library.views:
        return _view(library, random, height, width)
    if kind < 0.65 and library.photos:
        return surroundings(library, random, height, width)
    if kind < 0.8:
        return _room(random, height, width)
    return _surface(random, height, width)


def _view(library: Library, random: Random, height: int, width: int) -> Pixels:
    """A piece of a backdrop photo, sometimes out of focus."""
    view = library.views[random.integers(len(library.views))]
    share = random.uniform(0.35, 1.0)
    scale = share * min(view.shape[0] / height, view.shape[1] / width)
    rows, columns = int(height * scale), int(width * scale)
    top = int(random.integers(view.shape[0] - rows + 1))
    left = int(random.integers(view.shape[1] - columns + 1))
    piece = cv2.resize(view[top : top + rows, left : left + columns], (width, height))
    if random.random() < 0.35:
        piece = cv2.GaussianBlur(piece, (0, 0), random.uniform(1, 6))
    return np.asarray(piece, np.uint8)


def surroundings(library: Library, random: Random, height: int, width: int) -> Pixels:
    """What a real product lay on: the widest strip beside it, mirrored until it fills the frame."""
    for _ in range(6):
        pixels, box = library.photos[random.integers(len(library.photos))]
        strips = (
            pixels[:, : box.left - 4],
            pixels[:, box.right + 4 :],
            pixels[: max(0, box.top - 4)],
            pixels[box.bottom + 4 :],
        )
        strip = max(strips, key=lambda part: min(part.shape[:2]) if part.size else 0)
        if strip.size and min(strip.shape[:2]) >= _NARROWEST:
            break
    else:
        return _surface(random, height, width)
    if strip.shape[0] > strip.shape[1] and random.random() < 0.5:
        strip = strip.transpose(1, 0, 2)
    # Enlarged as a nearer camera would see it, then mirrored: no seam, no repeat that catches.
    scale = random.uniform(1.0, 3.0)
    strip = np.asarray(cv2.resize(strip, None, fx=scale, fy=scale), np.uint8)
    down, right = -(-height // strip.shape[0]), -(-width // strip.shape[1])
    tiles = [
        np.concatenate([_mirrored(strip, row % 2, column % 2) for column in range(right)], axis=1)
        for row in range(down)
    ]
    return np.ascontiguousarray(np.concatenate(tiles)[:height, :width])


def _mirrored(tile: Pixels, down: int, across: int) -> Pixels:
    return tile[:: -1 if down else 1, :: -1 if across else 1]


def _room(random: Random, height: int, width: int) -> Pixels:
    """A wall above a floor or table, with what meets between them."""
    line = int(height * random.uniform(0.35, 0.85))
    room = np.empty((height, width, 3), np.uint8)
    room[:line] = _surface(random, line, width)
    room[line:] = _surface(random, height - line, width)
    if random.random() < 0.5:
        skirting = max(2, int(height * random.uniform(0.01, 0.05)))
        room[line - skirting : line] = _colour(random)
    if random.random() < 0.3:  # shelves
        for shelf in np.linspace(0, height, int(random.integers(3, 6)))[1:-1].astype(int):
            room[shelf : shelf + max(2, height // 60)] = _colour(random)
    return room


def _colour(random: Random) -> Pixels:
    """A colour as rooms have it: mostly pale or wooden, now and then strong."""
    hue, strong = random.integers(180), random.random() < 0.25
    saturation = random.integers(90, 230) if strong else random.integers(0, 70)
    value = random.integers(40, 255) if strong else random.integers(90, 255)
    if random.random() < 0.3:
        hue, saturation, value = (
            random.integers(8, 22),
            random.integers(60, 170),
            random.integers(60, 220),
        )
    hsv = np.array([[[hue, saturation, value]]], np.uint8)
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0], np.uint8)


def _surface(random: Random, height: int, width: int) -> Pixels:
    """A flat colour with light falling over it, planks, tiles, cloth, stripes or marble."""
    base = np.empty((height, width, 3), np.float32)
    base[:] = _colour(random)
    kind = random.integers(7)
    if kind == 1:
        base = _planks(base, random)
    elif kind == 2:
        base = _tiles(base, random)
    elif kind == 3:
        base += _clouds(random, height, width, random.uniform(8, 40))[..., None] * random.uniform(
            15, 60
        )
    elif kind == 4:
        base = _stripes(base, random)
    elif kind == 5:
        folds = _clouds(random, height, width, random.uniform(10, 30), stretch=4.0)
        base *= 1 + 0.35 * folds[..., None]
    elif kind == 6:
        base += random.normal(0, random.uniform(4, 25), (height, width, 1))
    light = np.linspace(random.uniform(0.7, 1.1), random.uniform(0.7, 1.1), width)
    fall = np.linspace(random.uniform(0.8, 1.1), random.uniform(0.7, 1.1), height)
    base *= (light[None, :] * fall[:, None])[..., None]
    base += random.normal(0, random.uniform(0, 4), (height, width, 1))
    return np.clip(base, 0, 255).astype(np.uint8)


def _clouds(random: Random, height: int, width: int, grain: float, stretch: float = 1.0) -> Floats:
    """Smooth noise about 0, of deviation about 1."""
    rows = max(2, int(height / grain * stretch))
    columns = max(2, int(width / grain))
    coarse = random.normal(0, 1, (rows, columns)).astype(np.float32)
    return floats(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


def _planks(base: Floats, random: Random) -> Floats:
    height, width = base.shape[:2]
    upright = random.random() < 0.5
    length = width if upright else height
    board = int(random.uniform(0.05, 0.2) * max(height, width)) + 4
    shades = random.normal(1, 0.09, length // board + 1).astype(np.float32)
    profile = np.repeat(shades, board)[:length]
    profile[::board] *= random.uniform(0.4, 0.8)
    base = base * (profile[None, :, None] if upright else profile[:, None, None])
    grain = random.normal(0, 7, (1, width) if upright else (height, 1)).astype(np.float32)
    waves = _clouds(random, height, width, 6, stretch=0.15 if upright else 6.0) * 5
    return base + grain[..., None] + waves[..., None]


def _tiles(base: Floats, random: Random) -> Floats:
    height, width = base.shape[:2]
    side = int(random.uniform(0.08, 0.35) * max(height, width)) + 6
    shade = random.normal(1, 0.03, (height // side + 1, width // side + 1)).astype(np.float32)
    base = base * np.kron(shade, np.ones((side, side), np.float32))[:height, :width, None]
    joint = floats(_colour(random))
    thick = max(1, side // 30)
    for offset in range(thick):
        base[offset::side] = joint
        base[:, offset::side] = joint
    return base


def _stripes(base: Floats, random: Random) -> Floats:
    """Stripes, or a check where they cross, as table and bed cloths have."""
    height, width = base.shape[:2]
    period = int(random.integers(6, 50))
    other = floats(_colour(random))
    strength = floats(random.uniform(0.15, 0.7))
    across = (np.arange(width) % period < period * random.uniform(0.2, 0.6)).astype(np.float32)
    mask = floats(np.broadcast_to(across, (height, width)))
    if random.random() < 0.5:
        down = (np.arange(height) % period < period * 0.5).astype(np.float32)
        mask = floats((mask + down[:, None]) / 2)
    mask = floats(strength * mask[..., None])
    return base * (1 - mask) + other * mask

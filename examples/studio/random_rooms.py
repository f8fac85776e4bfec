"""Random rooms with random products: cheap pictures with exact boxes to train a detector with."""

import math
from collections.abc import Callable, Mapping, Sequence

import bpy
import numpy as np

from studio import clutter
from studio.assortment import Item
from studio.grounds import planks, plaster, tiles
from studio.paint import COLOURS, PATTERNS, paint
from studio.rooms import (
    Eye,
    Put,
    capture,
    daylight,
    floor,
    glow,
    laid,
    place,
    sunshine,
    wall,
)
from studio.shapes import Mesh, Point3, move, surface
from studio.shot import Shot
from studio.stage import bounds

SIDE = 320


def random_room(seed: int, items: Mapping[str, Item], *, samples: int) -> Shot:
    """Two to six products on a floor or a table top, some clutter, some light, some camera."""
    rng = np.random.default_rng(seed)
    chosen = [str(name) for name in rng.choice(sorted(items), rng.integers(2, 7), replace=False)]
    built = [list(items[name].family.build(items[name])) for name in chosen]
    sizes = [bounds(things) for things in built]
    chosen, built, sizes = _of_like_size(chosen, built, sizes)
    # Radii of the circles that they stand on; how much room the lot of them needs.
    radii = [float(np.linalg.norm((high - low)[:2])) / 2 for low, high in sizes]
    tallest = max(float((high - low)[2]) for low, high in sizes)
    spots = _spread(radii, rng)
    groups = []
    for name, things, (x, y) in zip(chosen, built, spots, strict=True):
        turn = float(rng.normal(0, 45)) if rng.random() < 0.8 else float(rng.uniform(0, 360))
        lying = rng.random() < 0.08
        tilt = (float(rng.choice((-90, 90))), 0.0) if lying else (0.0, 0.0)
        groups.append(place(things, Put(name, (x, y, 0.004), turn, tilt)))
    reach = max(math.hypot(*spot) + radius for spot, radius in zip(spots, radii, strict=True))
    _surroundings(reach, rng)
    _clutter(reach, spots, radii, rng)
    _light(reach, rng)
    return capture(groups, chosen, _eye(reach, tallest, rng), (SIDE, SIDE), samples=samples)


def _of_like_size(
    chosen: list[str], built: list[list[Mesh]], sizes: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[list[str], list[list[Mesh]], list[tuple[np.ndarray, np.ndarray]]]:
    """Without what would be a few pixels beside the largest; that leaves the scene."""
    spans = [float(np.linalg.norm(high - low)) for low, high in sizes]
    kept = [k for k, span in enumerate(spans) if span >= 0.22 * max(spans)]
    for k in set(range(len(spans))) - set(kept):
        for thing in built[k]:
            bpy.data.objects.remove(thing)
    return [chosen[k] for k in kept], [built[k] for k in kept], [sizes[k] for k in kept]


def yolo_lines(shot: Shot) -> str:
    """`0 x y width height` a line, all as shares of the picture's size: as YOLO's labels are."""
    wide, high = shot.picture.size
    lines = [
        f"0 {(left + right) / 2 / wide:.5f} {(top + bottom) / 2 / high:.5f} "
        f"{(right - left) / wide:.5f} {(bottom - top) / high:.5f}\n"
        for _, (left, top, right, bottom) in shot.boxes()
    ]
    return "".join(lines)


def _spread(radii: Sequence[float], rng: np.random.Generator) -> list[tuple[float, float]]:
    """Middles of circles that hardly overlap, around the origin."""
    spots: list[tuple[float, float]] = []
    wide = 0.4 * sum(radii) + 0.02
    for radius in radii:
        for attempt in range(200):
            far = wide * (1 + attempt / 60)
            x, y = rng.uniform(-far, far), rng.uniform(-far * 0.8, far * 0.8)
            free = all(
                math.hypot(x - a, y - b) > 0.85 * (radius + radii[j])
                for j, (a, b) in enumerate(spots)
            )
            if free:
                break
        spots.append((float(x), float(y)))
    return spots


def _colour(rng: np.random.Generator) -> str:
    return str(rng.choice(sorted(COLOURS)))


def _surroundings(reach: float, rng: np.random.Generator) -> None:
    """A floor or a table top under z = 0, and often a wall behind."""
    kinds: tuple[Callable[[], object], ...] = (
        lambda: planks(_colour(rng), _colour(rng), turned=bool(rng.random() < 0.5)),
        lambda: planks("#b98a5a", "#8f6238"),
        lambda: tiles(_colour(rng), "#8f8a80", side=(0.2, 0.2)),
        lambda: plaster(_colour(rng)),
        lambda: paint(_colour(rng), "felt"),
        lambda: paint(_colour(rng), "wood"),
        lambda: paint("white", "paper"),
        lambda: paint(
            _colour(rng), "canvas", pattern=str(rng.choice(sorted(PATTERNS))),
            second=_colour(rng), size=float(rng.uniform(0.04, 0.2)),
        ),
    )  # fmt: skip
    made = floor(kinds[rng.integers(len(kinds))](), wide=30, deep=30)
    move(made, (0, 0, -0.001))
    if rng.random() < 0.75:
        wall(_colour(rng), away=reach * float(rng.uniform(1.2, 2.5)), wide=30, high=12)
    if rng.random() < 0.3:
        low = paint(_colour(rng), "linen", pattern="stripes", second=_colour(rng), size=0.1)
        half = 1.4 * reach
        surface(lambda u, v: ((u - 0.5) * 2 * half, (v - 0.5) * 1.4 * half, 0.004), low)


def _clutter(
    reach: float,
    spots: Sequence[tuple[float, float]],
    radii: Sequence[float],
    rng: np.random.Generator,
) -> None:
    """Things that no shop of ours sells, where there is room."""
    makers: tuple[Callable[[], list[Mesh]], ...] = (
        lambda: clutter.books([(_colour(rng), 0.03, 0.22), (_colour(rng), 0.02, 0.2)], lying=True),
        lambda: clutter.plant(
            str(rng.choice(("broad", "spears", "trailing"))),
            int(rng.integers(99)),
            pot=_colour(rng),
        ),
        lambda: clutter.carton(*(float(v) for v in rng.uniform(0.12, 0.4, 3))),
        clutter.bowl_of_fruit,
        clutter.plate_with_croissant,
        lambda: clutter.notebook(colour=_colour(rng)),
        clutter.candle,
    )
    for _ in range(rng.integers(0, 4)):
        x, y = (float(v) for v in rng.uniform(-1.3 * reach, 1.3 * reach, 2))
        far = min(math.hypot(x - a, y - b) - r for (a, b), r in zip(spots, radii, strict=True))
        if far > 0.2:
            laid(makers[rng.integers(len(makers))](), (x, y, 0), float(rng.uniform(0, 360)))


def _light(reach: float, rng: np.random.Generator) -> None:
    around = float(rng.uniform(0, 2 * math.pi))
    at: Point3 = (2.5 * reach * math.cos(around), 2.5 * reach * math.sin(around),
                  float(rng.uniform(1.2, 3.0)) * reach)  # fmt: skip
    tint = str(rng.choice(("#ffffff", "#fff1dc", "#ffd9a8", "#dfeaff")))
    power = reach**2 * float(rng.uniform(40, 190))
    daylight(at, (0, 0, 0), watts=power, size=reach * float(rng.uniform(0.3, 2.0)),
             fill=float(rng.uniform(0.12, 0.8)), colour=tint)  # fmt: skip
    if rng.random() < 0.3:
        sunshine((float(rng.uniform(-1, 1)), 0.6, -1), strength=float(rng.uniform(1, 3)))
    if rng.random() < 0.2:
        glow((0, 0, 2 * reach), 20 * reach**2)


def _eye(reach: float, tallest: float, rng: np.random.Generator) -> Eye:
    """From a standing to a low look, all or nearly all of the products in the frame."""
    lens, above = float(rng.uniform(28, 60)), math.radians(float(rng.uniform(8, 60)))
    far = (reach + tallest / 2) * float(rng.uniform(0.65, 1.25)) * lens / 18
    around = math.radians(float(rng.normal(0, 25)))
    look = (float(rng.normal(0, 0.1)) * reach, float(rng.normal(0, 0.1)) * reach, tallest * 0.35)
    at = (
        look[0] + far * math.sin(around) * math.cos(above),
        look[1] - far * math.cos(around) * math.cos(above),
        look[2] + far * math.sin(above),
    )
    return Eye(at, look, lens, roll=float(rng.normal(0, 4)))

"""Random rooms with random products: cheap pictures with exact boxes to train a detector with.

Things stand on a floor, a table, shelves or a bed, beside, before and on each other. What is
laid out here shares no arrangement with the query pictures.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np

from studio import clutter, furniture
from studio.assortment import Item
from studio.dropping import Field, drop, put_away, top_of
from studio.grounds import planks, plaster, tiles
from studio.paint import COLOURS, PATTERNS, paint
from studio.rooms import Eye, Put, capture, daylight, floor, glow, laid, place, sunshine, wall
from studio.shapes import Mesh, Point3, move, surface
from studio.shot import Shot
from studio.stage import bounds

SIZES = ((320, 480), (384, 384), (480, 320))  # width, height
_SEATS = ("shell-chair", "spindle-chair", "dining-chair", "stool")
# How often a thing lies on its back instead of standing.
_LYING = {"phone": 0.75, "headphones": 0.5, "watch": 0.4, "sunglasses": 0.1, "cushion": 0.3,
          "velvet-cushion": 0.3, "handbag": 0.15, "tote": 0.2}  # fmt: skip
_LEANING = ("cushion", "velvet-cushion", "tote", "backpack")
_ON_ANOTHER = 0.55  # of the things try to stand on one that is there already


@dataclass(frozen=True, slots=True)
class Stage:
    """What things are let down onto, and how it is looked at.

    Attributes:
        fields: where things may stand.
        largest: metres of a thing that has room.
        above: degrees, lowest and highest look down.
        back: y of the wall, None without one.
        seated: it begins with a seat, and what follows stands on it where it can.
    """

    fields: tuple[Field, ...]
    largest: float
    above: tuple[float, float]
    back: float | None = None
    seated: bool = False


def random_room(seed: int, items: Mapping[str, Item], *, samples: int) -> Shot:
    """Two to ten products and some clutter, some light, some camera; clutter has boxes too."""
    rng = np.random.default_rng(seed)
    makers = (_on_floor, _on_floor, _on_table, _on_table, _on_shelves, _on_bed, _on_seat)
    stage = makers[rng.integers(len(makers))](rng)
    count = int(rng.choice((2, 3, 4) if stage.seated else (3, 4, 5, 6, 7, 8, 10)))
    waiting = _products(items, count, stage, rng)
    waiting += [("", made) for made in _clutter(int(rng.integers(0, 4)), stage, rng)]
    placed = _laid_out(waiting, stage, rng)
    low, high = bounds([thing for _, things in placed for thing in things])
    reach = float(np.linalg.norm(high - low)) / 2
    _light((low + high) / 2, max(reach, 0.15), rng)
    shown = [things for _, things in placed]
    names = [name for name, _ in placed]
    size = SIZES[rng.integers(len(SIZES))]
    return capture(shown, names, _eye(shown, stage, rng), size, samples=samples)


def yolo_lines(shot: Shot) -> str:
    """`0 x y width height` a line, all as shares of the picture's size: as YOLO's labels are."""
    wide, high = shot.picture.size
    lines = [
        f"0 {(left + right) / 2 / wide:.5f} {(top + bottom) / 2 / high:.5f} "
        f"{(right - left) / wide:.5f} {(bottom - top) / high:.5f}\n"
        for _, (left, top, right, bottom) in shot.boxes()
    ]
    return "".join(lines)


def _products(
    items: Mapping[str, Item], count: int, stage: Stage, rng: np.random.Generator
) -> list[tuple[str, list[Mesh]]]:
    """Products that have room on the stage, put away, the largest first.

    Each family is as likely as the next, however many twins it has.
    """
    families = sorted({item.family.key for item in items.values()})
    chosen: list[tuple[float, str, list[Mesh]]] = []
    for _ in range(3 * count):
        if len(chosen) == count:
            break
        seat = stage.largest > 1 and not chosen and rng.random() < (1 if stage.seated else 0.6)
        key = str(rng.choice(_SEATS if seat else families))
        if stage.seated and len(chosen) == 1 and rng.random() < 0.4:
            key = str(rng.choice(_LEANING))
        if chosen and rng.random() < 0.15:  # a near twin beside it
            key = items[chosen[-1][1]].family.key
        name = str(rng.choice(sorted(n for n, item in items.items() if item.family.key == key)))
        things = list(items[name].family.build(items[name]))
        put_away(things, *_pose(key, rng))
        low, high = bounds(things)
        span = float(np.linalg.norm(high - low))
        small = span < 0.1 * max((other for other, *_ in chosen), default=span)
        if span > stage.largest or small or (key == "wall-clock" and stage.back is None):
            _remove(things)
            continue
        chosen.append((span, name, things))
    chosen.sort(key=lambda told: -told[0])
    return [(name, things) for _, name, things in chosen]


def _pose(key: str, rng: np.random.Generator) -> tuple[float, tuple[float, float]]:
    """Turn and tilt, degrees."""
    if key == "wall-clock":
        return 0.0, (0.0, 0.0)
    turn = float(rng.normal(0, 45)) if rng.random() < 0.75 else float(rng.uniform(0, 360))
    if rng.random() < _LYING.get(key, 0.0 if key in _SEATS else 0.06):
        return turn, (float(rng.choice((-90, 90))), 0.0)
    if key in _LEANING:
        return turn, (float(rng.uniform(-32, 0)), float(rng.normal(0, 4)))
    return turn, (0.0, 0.0)


def _laid_out(
    waiting: Sequence[tuple[str, list[Mesh]]], stage: Stage, rng: np.random.Generator
) -> list[tuple[str, list[Mesh]]]:
    """Let everything down that finds a level place; the rest goes."""
    placed: list[tuple[str, list[Mesh]]] = []
    for name, things in waiting:
        if name.startswith("wall-clock") and stage.back is not None:
            field = stage.fields[0]
            at = (float(rng.uniform(field.left, field.right)), stage.back,
                  float(rng.uniform(0.5, 1.1)) + field.below * 0.3)  # fmt: skip
            place(things, Put(name, at, hold="back"))
            placed.append((name, things))
            continue
        field = stage.fields[rng.integers(len(stage.fields))]
        fields = [field, field]
        if placed and (stage.seated or rng.random() < _ON_ANOTHER):
            # The largest come first.
            below = placed[0 if stage.seated else rng.integers(min(3, len(placed)))][1]
            fields.insert(0, top_of(below, field.below))
        soft = name.rpartition("-")[0] in _LEANING
        if any(drop(things, field, rng, firm=0.35 if soft else 1.0) for field in fields):
            placed.append((name, things))
        else:
            _remove(things)
    return placed


def _remove(things: Sequence[Mesh]) -> None:
    for thing in things:
        bpy.data.objects.remove(thing)


def _colour(rng: np.random.Generator) -> str:
    return str(rng.choice(sorted(COLOURS)))


def _wall_colour(rng: np.random.Generator) -> str:
    pale = ("white", "cream", "beige", "light blue", "sage", "grey", "#e8e2d8", "#dfe4e6")
    return str(rng.choice(pale)) if rng.random() < 0.6 else _colour(rng)


def _wood(rng: np.random.Generator) -> str:
    return str(rng.choice(("oak", "walnut", "white", "black", "natural", _colour(rng))))


def _on_floor(rng: np.random.Generator) -> Stage:
    """A floor, often a wall with a bench or a cupboard before it, now and then a rug."""
    half = float(rng.uniform(0.35, 0.9))
    back = half + float(rng.uniform(0.1, 0.8))
    _ground(rng)
    fields = [Field(-half, -half, half, half, 2.2)]
    if rng.random() < 0.3:
        colours = [_colour(rng) for _ in range(4)]
        furniture.rug(2.2 * half, 1.6 * half, colours, int(rng.integers(99)))
    with_wall = rng.random() < 0.8
    if with_wall:
        wall(_wall_colour(rng), away=back, wide=30, high=12)
    if rng.random() < 0.45:
        wide, high = float(rng.uniform(0.7, 1.3)), float(rng.uniform(0.38, 0.6))
        x = float(rng.uniform(-0.4, 0.4))
        deep = 0.32
        made = (
            furniture.bench(wide, high, _wood(rng))
            if rng.random() < 0.5
            else furniture.cabinet(wide, deep, high, _colour(rng), top=_wood(rng))
        )
        laid(made, (x, back - deep / 2 - 0.02, 0))
        fields.append(Field(x - wide / 2, back - deep, x + wide / 2, back - 0.02, high + 1.4))
    return Stage(tuple(fields), 1.3, (10, 60), back if with_wall else None)


def _on_seat(rng: np.random.Generator) -> Stage:
    """A chair or a stool near a wall."""
    _ground(rng)
    back = float(rng.uniform(0.5, 1.2))
    wall(_wall_colour(rng), away=back, wide=30, high=12)
    return Stage((Field(-0.45, -0.4, 0.45, 0.3, 2.0),), 1.3, (5, 45), seated=True)


def _on_table(rng: np.random.Generator) -> Stage:
    """A table top with a room behind it, or a worktop that fills the frame."""
    wide, deep = float(rng.uniform(0.45, 1.1)), float(rng.uniform(0.35, 0.7))
    back = deep / 2 + float(rng.uniform(0.05, 1.2))
    with_wall = rng.random() < 0.8
    if rng.random() < 0.5:
        high = 0.72
        _ground(rng)
        finish = str(rng.choice(("wood", "lacquer", "matte")))
        furniture.table(wide + 0.15, deep + 0.1, high, _wood(rng), finish=finish)
    else:
        high = 0.0
        _ground(rng)
    if with_wall:
        wall(_wall_colour(rng), away=back, wide=30, high=12, skirting="" if high == 0 else "white")
    if rng.random() < 0.25:
        cloth = paint(
            _colour(rng), "linen", pattern=str(rng.choice(sorted(PATTERNS))),
            second=_colour(rng), size=float(rng.uniform(0.04, 0.15)),
        )  # fmt: skip
        surface(lambda u, v: ((u - 0.5) * 0.8 * wide, (v - 0.5) * 0.8 * deep, high + 0.003), cloth)
    field = Field(-wide / 2, -deep / 2, wide / 2, deep / 2, high + 1.1)
    return Stage((field,), 0.68, (8, 85), back if with_wall else None)


def _on_shelves(rng: np.random.Generator) -> Stage:
    """Boards on a wall."""
    wide, gap = float(rng.uniform(0.5, 1.2)), float(rng.uniform(0.32, 0.46))
    heights = [0.7 + gap * k for k in range(int(rng.integers(1, 4)))]
    deep = float(rng.uniform(0.24, 0.34))
    back = 0.0
    wall(_wall_colour(rng), away=back, wide=30, high=12)
    furniture.shelves(wide, heights, deep, _wood(rng))
    fields = tuple(Field(-wide / 2, -deep, wide / 2, -0.02, high + gap - 0.03) for high in heights)
    return Stage(fields, 0.62, (-8, 25))


def _on_bed(rng: np.random.Generator) -> Stage:
    """A bed with a rumpled blanket, seen from its foot."""
    wide, long = float(rng.uniform(0.9, 1.6)), 2.0
    _ground(rng)
    furniture.bed(wide, long, _colour(rng), _colour(rng))
    wall(_wall_colour(rng), away=long / 2 + 0.12, wide=30, high=12)
    low, high = (-0.1, 0.9) if rng.random() < 0.7 else (-0.9, 0.3)
    return Stage((Field(-wide / 2, low, wide / 2, high, 1.6),), 0.66, (12, 60))


def _ground(rng: np.random.Generator) -> None:
    """A floor or a worktop under z = 0."""
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
    move(floor(kinds[rng.integers(len(kinds))](), wide=30, deep=30), (0, 0, -0.001))


def _clutter(count: int, stage: Stage, rng: np.random.Generator) -> list[list[Mesh]]:
    """Things that this shop does not sell, but another may; put away."""
    makers: tuple[Callable[[], list[Mesh]], ...] = (
        lambda: clutter.books([(_colour(rng), 0.03, 0.22), (_colour(rng), 0.02, 0.2)], lying=True),
        lambda: clutter.plant(
            str(rng.choice(("broad", "spears", "trailing"))),
            int(rng.integers(99)),
            pot=_colour(rng),
            size=float(rng.uniform(0.5, 1.0)),
        ),
        lambda: clutter.carton(*(float(v) for v in rng.uniform(0.12, 0.4, 3))),
        lambda: clutter.bowl_of_fruit(str(rng.choice(("lemon", "apple", "orange")))),
        clutter.plate_with_croissant,
        lambda: clutter.notebook(colour=_colour(rng)),
        lambda: clutter.pencils(_colour(rng)),
        clutter.laptop,
        clutter.candle,
    )
    made = []
    for _ in range(count):
        things = makers[rng.integers(len(makers))]()
        put_away(things, float(rng.normal(0, 40)))
        low, high = bounds(things)
        if float(np.linalg.norm(high - low)) > stage.largest:
            _remove(things)
        else:
            made.append(things)
    return made


def _light(middle: np.ndarray, reach: float, rng: np.random.Generator) -> None:
    # From before the wall: behind it, a lamp lights nothing.
    around = float(rng.uniform(math.pi * 0.9, math.pi * 2.1))
    at: Point3 = (
        float(middle[0]) + 2.5 * reach * math.cos(around),
        float(middle[1]) + 2.5 * reach * math.sin(around),
        float(middle[2]) + float(rng.uniform(0.8, 3.0)) * reach,
    )
    tint = str(rng.choice(("#ffffff", "#fff1dc", "#ffd9a8", "#dfeaff")))
    power = reach**2 * float(rng.uniform(40, 190))
    daylight(at, tuple(map(float, middle)), watts=power, size=reach * float(rng.uniform(0.3, 2.0)),
             fill=float(rng.uniform(0.08, 0.8)), colour=tint)  # fmt: skip
    if rng.random() < 0.3:
        sunshine((float(rng.uniform(-1, 1)), 0.6, -1), strength=float(rng.uniform(1, 3)))
    if rng.random() < 0.2:
        x, y, z = map(float, middle)
        glow((x, y - 0.5 * reach, z + 2 * reach), 20 * reach**2)


def _eye(groups: Sequence[Sequence[Mesh]], stage: Stage, rng: np.random.Generator) -> Eye:
    """Looks at all of it, or nearer at one thing with what stands about it."""
    whole = rng.random() < 0.75 or len(groups) < 3
    told = groups if whole else [groups[rng.integers(len(groups))]]
    low, high = bounds([thing for things in told for thing in things])
    middle, reach = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    lens = float(rng.uniform(28, 60))
    above = math.radians(float(rng.uniform(*stage.above)))
    share = rng.uniform(0.65, 1.15) if whole else rng.uniform(1.5, 3.0)
    far = max(0.25, reach * float(share) * lens / 18)
    around = math.radians(float(rng.normal(0, 25)))
    look = middle + rng.normal(0, 0.1, 3) * reach
    away = np.array([
        math.sin(around) * math.cos(above), -math.cos(around) * math.cos(above), math.sin(above)
    ])  # fmt: skip
    x, y, z = map(float, look + far * away)
    return Eye((x, y, max(z, 0.05)), tuple(map(float, look)), lens, roll=float(rng.normal(0, 4)))

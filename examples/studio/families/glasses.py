"""Sunglasses, opened: acetate frames, round and square, and metal aviators."""

import math
from collections.abc import Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import lettering
from studio.shapes import (
    Mesh,
    Paint,
    Point2,
    Point3,
    ball,
    cylinder,
    join,
    loft,
    mirrored,
    move,
    scale,
    strap,
    surface,
    through,
    tube,
    turn,
)
from studio.views import View

_APART = 0.0335  # of a lens's middle from the nose's
_TINTS = {"charcoal": "#15171a", "brown": "#3a2113", "green": "#1d2f22", "blue": "#14304f"}


def sunglasses(item: Item) -> Sequence[Mesh]:
    look = item.look
    lens = paint(_TINTS[look.second], "screen")
    metal = paint("gold" if look.colour == "gold" else "silver", "polished")
    outline = _OUTLINES[look.shape]
    around = [outline(a) for a in np.linspace(0, 2 * math.pi, 96, endpoint=False)]
    half: list[Mesh] = [_lens(around, lens)]
    if look.shape == "aviator":
        frame = paint(look.colour, "polished")
        half += _wire(around, frame, paint("black", "plastic"))
        bridge = [
            tube(_bent_bar(0.0076, z, rise), 0.0010, frame)
            for z, rise in ((0.0045, 0.0035), (0.0145, 0.0006))
        ]
    else:
        frame = paint(look.colour, "lacquer", pattern=look.pattern, second="brown", size=0.02)
        half += _acetate(around, frame, metal)
        reach = _APART - max(x for x, _ in around) + 0.001
        bar = through(_bent_bar(reach, 0.0065, 0.0035), 24)
        bridge = [strap(bar, 0.0046, 0.0058, frame, across=(0, 1, 0), square=3)]
    whole = [part for piece in half for part in mirrored(piece)] + bridge
    if look.printed:
        whole.append(_mark(item))
    made = join(whole)
    return [move(made, (0, 0, -min(v.co.z for v in made.data.vertices)))]


def _wrapped(x: float) -> float:
    """How far the front bends back around the face, metres."""
    return 1.5 * x * x


def _round(a: float) -> Point2:
    return 0.0240 * math.cos(a), 0.0232 * math.sin(a)


def _square(a: float) -> Point2:
    c, s = math.cos(a), math.sin(a)
    x = 0.0258 * math.copysign(abs(c) ** 0.66, c)
    z = 0.0205 * math.copysign(abs(s) ** 0.66, s)
    return x * (1 + 3.2 * z), z + 0.06 * x


def _drop(a: float) -> Point2:
    c, s = math.cos(a), math.sin(a)
    x = 0.0262 * math.copysign(abs(c) ** 0.86, c)
    z = 0.0240 * math.copysign(abs(s) ** 0.86, s)
    return x * (1 + 4 * min(z, 0.012)) + 0.10 * max(0.0, -z), z - 0.0022 * math.cos(a)


_OUTLINES = {"round": _round, "square": _square, "aviator": _drop}


def _lens(around: Sequence[Point2], lens: Paint) -> Mesh:
    def level(share: float) -> list[Point3]:
        return [
            (_APART + x * share, _wrapped(_APART + x * share) - _bulge(share), z * share)
            for x, z in around
        ]

    return loft([level(share) for share in (1.0, 0.9, 0.75, 0.6, 0.45, 0.3, 0.15, 0.01)], lens)


def _bulge(share: float) -> float:
    return 0.0016 * (1 - share * share)


def _rim(around: Sequence[Point2], grow: float) -> list[Point3]:
    return [(_APART + x * grow, _wrapped(_APART + x * grow), z * grow) for x, z in around]


def _bent_bar(reach: float, z: float, rise: float) -> list[Point3]:
    return [
        (x * reach, -0.0012 * (1 - x * x), z + rise * (1 - x * x)) for x in (-1, -0.5, 0, 0.5, 1)
    ]


def _acetate(around: Sequence[Point2], frame: Paint, metal: Paint) -> list[Mesh]:
    """Rim, end piece with its rivets, and a broad temple that bends behind the ear."""
    low = min(z for _, z in around)
    corner = max(x for x, z in around if z > 0) + _APART
    rim = strap(_rim(around, 1.05), 0.0052, 0.0046, frame, across=(0, 1, 0), closed=True, square=4)
    y = _wrapped(corner)
    end = [
        (corner - 0.0004, y - 0.0003, 0.0112), (corner + 0.002, y, 0.0113),
        (corner + 0.0065, y + 0.0022, 0.0114), (corner + 0.0088, y + 0.0075, 0.0114),
        (corner + 0.0094, y + 0.0125, 0.0114),
    ]  # fmt: skip
    start = end[-1]
    arm = [
        start, (start[0] + 0.0012, 0.050, 0.0114), (start[0] + 0.0010, 0.092, 0.0104),
        (start[0] + 0.0004, 0.116, 0.0020), (start[0] - 0.0006, 0.136, low + 0.0020),
    ]  # fmt: skip
    widths = np.interp(
        np.linspace(0, 1, 60), (0, 0.15, 0.6, 0.9, 1), (0.012, 0.011, 0.009, 0.011, 0.006)
    )
    parts = [
        rim,
        strap(
            through(end, 24),
            np.linspace(0.011, 0.012, 24),
            0.0042,
            frame,
            across=(0, 0, 1),
            square=4,
        ),
        strap(through(arm, 60), widths, 0.0034, frame, across=(0, 0, 1), square=3),
    ]
    for z in (0.0095, 0.0130):
        stud = turn(cylinder(0.0009, 0.001, metal, edge=0.0003), (90, 0, 0))
        parts.append(move(stud, (corner + 0.0028, y - 0.0014, z)))
    return [*parts, _nose_pad(frame, 0.0042)]


def _wire(around: Sequence[Point2], frame: Paint, tip: Paint) -> list[Mesh]:
    """A thin rim, an end piece, a thin temple with a plastic tip, a pad for the nose."""
    low = min(z for _, z in around)
    corner = max(x for x, z in around if z > 0) + _APART
    y = _wrapped(corner)
    rim = tube(_rim(around, 1.0), 0.0012, frame, closed=True, bends=False)
    end = [
        (corner - 0.002, y, 0.0100), (corner + 0.0035, y + 0.0006, 0.0112),
        (corner + 0.0068, y + 0.0055, 0.0112), (corner + 0.0074, y + 0.0120, 0.0112),
    ]  # fmt: skip
    start = end[-1]
    arm = [
        start, (start[0] + 0.0014, 0.050, 0.0112), (start[0] + 0.0010, 0.092, 0.0104),
        (start[0] + 0.0004, 0.114, 0.0030), (start[0] - 0.0006, 0.134, low + 0.0016),
    ]  # fmt: skip
    line = through(arm, 60)
    return [
        rim,
        strap(through(end, 20), 0.0042, 0.0016, frame, across=(0, 0, 1), square=3),
        tube(line[:44], 0.0009, frame, bends=False),
        strap(line[36:], 0.0042, 0.0030, tip, across=(0, 0, 1), square=2.2),
        _nose_pad(tip, 0.0062),
    ]


def _nose_pad(cover: Paint, back: float) -> Mesh:
    pad = scale(ball(0.005, cover), (0.34, 0.55, 1.0))
    return move(turn(pad, (0, 16, 30)), (0.0095, back, -0.002))


def _mark(item: Item) -> Mesh:
    """Brand and article number on one lens, as new glasses have."""
    lines = [(item.family.brand.upper(), 0.42), (item.article, 0.42)]
    ink = printed(lettering(lines, "white", size=(512, 268)), "plastic")
    wide, high = 0.0410, 0.0215

    def point(u: float, v: float) -> Point3:
        x, z = (u - 0.5) * wide, (v - 0.5) * high
        share = min(1.0, math.hypot(x / 0.025, z / 0.021))
        return x - _APART, _wrapped(x - _APART) - _bulge(share) - 0.0005, z

    return surface(point, ink, steps=(24, 12))


FAMILIES = (
    Family(
        key="sunglasses",
        noun=Noun("sunglasses", "солнцезащитные очки", "pl"),
        brand="Solmira",
        category="Accessories > Sunglasses",
        material=("acetate and steel", "ацетата и стали"),
        says=(
            "Polarised lenses, UV400, with a case.",
            "Поляризационные линзы, защита UV400, чехол в комплекте.",
        ),
        price=64,
        shapes={
            "round": ("round", "с круглой оправой"),
            "square": ("square", "с квадратной оправой"),
            "aviator": ("aviator", "авиаторы"),
        },
        looks=(
            Look("black", second="charcoal", shape="square", printed=True),
            Look("tan", second="brown", shape="square"),
            Look("burgundy", second="charcoal", shape="round", printed=True),
            Look("mint", second="green", shape="round"),
            Look("gold", second="green", shape="aviator"),
            Look("silver", second="blue", shape="aviator", printed=True),
        ),
        build=sunglasses,
        views=(View(22, 14), View(-48, 28)),
        backdrop="#eeedeb",
    ),
)

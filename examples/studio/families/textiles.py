"""Cushions: woven ones with piping or tassels, and velvet ones."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import ink_on
from studio.shapes import (
    Mesh,
    Paint,
    Point2,
    Point3,
    ball,
    copy,
    lathe,
    layer,
    move,
    ribs,
    scale,
    smooth,
    surface,
    tube,
    turn,
)
from studio.tags import mark
from studio.views import View

_SQUARE, _LUMBAR = (0.45, 0.45), (0.60, 0.36)
_THICK = 0.235
_TUFTS = ((0.0, 0.0), (-0.46, -0.46), (0.46, -0.46), (-0.46, 0.46), (0.46, 0.46))
_LEAN = -9  # degrees that a cushion leans back
_PATTERN_SIZE = {
    "plain": 0.02, "stripes": 0.075, "upright stripes": 0.066, "pinstripes": 0.034,
    "checks": 0.064, "tartan": 0.15, "dots": 0.062, "zigzag": 0.09,
}  # fmt: skip


def _front(
    size: Point2, seed: int, tufts: Sequence[Point2] = ()
) -> Callable[[float, float], Point3]:
    """A stuffed front: corners pulled out, edges pinched, creases that run from the corners.

    tufts: where buttons draw it in, from -1 to 1 across and up.
    """
    wide, high = size
    waves = np.random.default_rng(seed).uniform(0, 2 * math.pi, 4)

    def point(u: float, v: float) -> Point3:
        s, t = 2 * u - 1, 2 * v - 1
        inside = max(0.0, (1 - abs(s) ** 2.3) * (1 - abs(t) ** 2.3))
        pull = (
            1
            - 0.035 * abs(s * t) ** 6
            - 0.055 * ((1 - s * s) * abs(t) ** 3 + (1 - t * t) * abs(s) ** 3)
        )
        crease = sum(
            math.exp(-(((abs(s) - 0.86) / 0.26) ** 2) - ((abs(t) - 0.86) / 0.26) ** 2)
            * math.sin(13 * (math.copysign(1, s) * t - math.copysign(1, t) * s) + wave)
            for wave in (waves[0] + waves[1] * math.copysign(0.5, s), waves[2])
        )
        gathers = sum(
            math.exp(-(1 - abs(b)) / 0.17) * math.sin(19 * a + 5 * math.sin(2.3 * a + wave))
            for a, b, wave in ((s, t, waves[1]), (t, s, waves[0]))
        )
        slack = math.sin(3.1 * s + waves[2]) * math.sin(2.7 * t + waves[3])
        depth = _THICK / 2 * inside**0.6 * (1 + 0.09 * slack)
        depth += (0.0130 * crease + 0.0060 * gathers) * inside**0.45
        for a, b in tufts:
            near = ((s - a) / 0.16) ** 2 + ((t - b) / 0.16) ** 2
            depth *= 1 - 0.62 * math.exp(-math.sqrt(near + 0.02))
        return wide / 2 * s * pull, -depth, high / 2 * (t * pull + 1)

    return point


def _edge(size: Point2, seed: int) -> list[Point3]:
    """The seam all around."""
    point = _front(size, seed)
    ways = np.linspace(0, 1, 41)[:-1]
    return [
        *(point(u, 0) for u in ways), *(point(1, v) for v in ways),
        *(point(1 - u, 1) for u in ways), *(point(0, 1 - v) for v in ways),
    ]  # fmt: skip


def cushion(item: Item) -> Sequence[Mesh]:
    look = item.look
    finish = "velvet" if look.shape == "square" else "felt"
    cloth = paint(
        look.colour, finish, pattern=look.pattern, second=look.second,
        size=_PATTERN_SIZE[look.pattern],
    )  # fmt: skip
    size = _LUMBAR if look.shape.startswith("lumbar") else _SQUARE
    tufts = _TUFTS if look.shape == "buttoned" else ()
    point = _front(size, item.number, tufts)
    front = surface(point, cloth, steps=(72, 72))
    parts = [smooth(front, 80), scale(copy(front), (1, -1, 1))]
    seam = paint(look.second if look.shape == "piped" else look.colour, "canvas")
    parts.append(tube(_edge(size, item.number), 0.0034, seam, closed=True, bends=False))
    if look.shape in ("tasselled", "lumbar"):
        parts += _tassels(size, paint(look.second, "felt"))
    for a, b in tufts:
        x, y, z = point((a + 1) / 2, (b + 1) / 2)
        cover = paint(look.second, "felt")
        parts += [
            move(scale(ball(0.0135, cover), (1, 0.5, 1)), (x, side * abs(y), z)) for side in (-1, 1)
        ]
    if look.printed:
        wide, high = 0.30 / size[0] / 2, 0.15 / size[1] / 2
        ink = printed(mark(item, ink_on(look.colour)), "canvas")
        parts.append(layer(point, (0.5 - wide, 0.5 + wide, 0.5 - high, 0.5 + high), ink))
    return [turn(part, (_LEAN, 0, 0)) for part in parts]


def _tassels(size: Point2, yarn: Paint) -> list[Mesh]:
    """One a corner: the upper two hang, the lower two lie on the floor."""
    wide, high = size
    places = []
    for side in (-1, 1):
        places.append(((side * (wide / 2 + 0.002), -0.004, high - 0.004), (0, side * -10, 0)))
        places.append(((side * (wide / 2 + 0.002), -0.002, 0.0205), (0, side * -86, side * 12)))
    parts = []
    for at, facing in places:
        skirt = [(0, -0.012), (0.006, -0.014), (0.0085, -0.020), (0.0055, -0.027), (0.0085, -0.034),
                 (0.0115, -0.050), (0.0125, -0.078), (0.0105, -0.082), (0, -0.080)]  # fmt: skip
        tassel = [
            ribs(lathe(skirt, yarn), 20, 0.0016),
            tube([(0, 0, 0.004), (0, 0, -0.014)], 0.0024, yarn, bends=False),
            lathe([(0.0058, -0.0295), (0.0066, -0.028), (0.0066, -0.0265), (0.0058, -0.025)], yarn),
        ]
        parts += [move(turn(part, facing), at) for part in tassel]
    return parts


def velvet_cushion(item: Item) -> Sequence[Mesh]:
    look = item.look
    cloth = paint(look.colour, "velvet")
    if look.shape == "square":
        return cushion(item)
    radius, thick, pleats = 0.205, 0.072, 28

    def point(u: float, v: float) -> Point3:
        r, angle = 1 - v, 2 * math.pi * u
        full = max(0.0, 1 - r**3.2) ** 0.5 * (1 - 0.72 * math.exp(-((r / 0.24) ** 2)))
        fold = 0.5 + 0.5 * math.cos(pleats * angle + 1.6 * math.sin(3 * angle) * r)
        depth = thick * full * (1 - 0.10 * (1 - fold) * (1 - r) ** 0.6)
        return radius * r * math.sin(angle), -depth, radius * (1 + r * math.cos(angle))

    front = smooth(surface(point, cloth, steps=(252, 40)), 80)
    edge = [point(u, 0) for u in np.linspace(0, 1, 49)[:-1]]
    dent = thick * 0.28
    buttons = [
        move(scale(ball(0.017, cloth), (1, 0.55, 1)), (0, side * (dent + 0.002), radius))
        for side in (-1, 1)
    ]
    parts = [front, scale(copy(front), (1, -1, 1)), *buttons]
    parts.append(tube(edge, 0.0048, paint(look.colour, "velvet"), closed=True))
    return [move(turn(part, (_LEAN, 0, 0)), (0, 0, 0.0047)) for part in parts]


_CATEGORY = "Home & Garden > Decor > Throw Pillows"

FAMILIES = (
    Family(
        key="cushion",
        noun=Noun("cushion", "подушка декоративная", "f"),
        brand="Vellora",
        category=_CATEGORY,
        material=("cotton and linen", "хлопка и льна"),
        says=(
            "With a filling; the cover comes off by a hidden zip and washes at 40 degrees.",
            "С наполнителем; чехол на потайной молнии, стирается при 40 градусах.",
        ),
        price=24,
        shapes={
            "piped": ("piped", "с кантом"),
            "tasselled": ("tasselled", "с кисточками"),
            "lumbar": ("lumbar", "прямоугольная с кисточками"),
            "lumbar plain": ("lumbar", "прямоугольная"),
            "buttoned": ("buttoned", "с пуговицами"),
        },
        looks=(
            Look("cream", shape="piped", second="navy", printed=True),
            Look("navy", "stripes", "white", shape="piped"),
            Look("mustard", "dots", "white", shape="piped"),
            Look("white", "checks", "red"),
            Look("charcoal", shape="tasselled", second="mustard", printed=True),
            Look("terracotta", "zigzag", "cream", shape="tasselled"),
            Look("sage", shape="lumbar plain", printed=True),
            Look("white", "upright stripes", "blue", shape="lumbar"),
            Look("grey", shape="buttoned", second="navy"),
        ),
        build=cushion,
        views=(View(16, 12), View(-38, 18)),
        backdrop="#f2efe9",
    ),
    Family(
        key="velvet-cushion",
        noun=Noun("velvet cushion", "подушка бархатная", "f"),
        brand="Vellora",
        category=_CATEGORY,
        material=("cotton velvet", "хлопкового бархата"),
        says=(
            "Thick pile that changes with the light; with a soft filling.",
            "Густой ворс меняет оттенок на свету; с мягким наполнителем.",
        ),
        price=29,
        shapes={"round": ("round pleated", "круглая со складками"), "square": ("", "")},
        looks=(
            Look("burgundy", shape="round"),
            Look("green", shape="round"),
            Look("mustard", shape="square"),
            Look("blue", shape="square", printed=True),
        ),
        build=velvet_cushion,
        views=(View(16, 12), View(-38, 18), View(60, 10)),
        backdrop="#e9eef0",
    ),
)

"""Vases: thrown bottles, jars and globes, hollow rings, and ribbed ones."""

import math
from collections.abc import Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.shapes import (
    Mesh,
    Paint,
    Point2,
    bent,
    lathe,
    mirrored,
    reshape,
    ring,
    tube,
    wrap,
)
from studio.tags import hung, mark
from studio.views import View

_SIDES: dict[str, list[Point2]] = {
    "bottle": [(0.046, 0.004), (0.062, 0.028), (0.069, 0.078), (0.054, 0.135), (0.025, 0.188),
               (0.0185, 0.235), (0.025, 0.272)],
    "amphora": [(0.037, 0.004), (0.042, 0.012), (0.078, 0.110), (0.088, 0.168), (0.066, 0.222),
                (0.036, 0.248), (0.033, 0.272), (0.046, 0.298)],
    "globe": [(0.042, 0.004), (0.082, 0.036), (0.101, 0.088), (0.086, 0.140), (0.046, 0.170),
              (0.038, 0.182), (0.044, 0.196)],
    "neck": [(0.030, 0.196), (0.0225, 0.210), (0.0205, 0.235), (0.026, 0.262)],
    "tall": [(0.050, 0.004), (0.060, 0.024), (0.074, 0.10), (0.086, 0.19), (0.082, 0.232),
             (0.064, 0.254), (0.062, 0.262)],
    "low": [(0.050, 0.004), (0.082, 0.028), (0.098, 0.076), (0.088, 0.124), (0.056, 0.150),
            (0.055, 0.158)],
}  # fmt: skip
_WALL = 0.0042
_PATTERN_SIZE = {
    "plain": 0.02, "dipped": 0.105, "speckled": 0.0055, "marble": 0.07, "fading": 0.19,
    "stripes": 0.038,
}  # fmt: skip
_FINISH = {"speckled": "matte", "dipped": "matte", "stripes": "matte"}
_INK = {"white": "navy", "cream": "brown"}


def vase(item: Item) -> Sequence[Mesh]:
    look = item.look
    finish = _FINISH.get(look.pattern, "matte" if look.shape == "ring" else "glazed")
    size = _PATTERN_SIZE[look.pattern]
    clay = paint(look.colour, finish, pattern=look.pattern, second=look.second, size=size)
    if look.shape == "ring":
        return _hollow_ring(clay)
    side = bent(_SIDES[look.shape], 64)
    parts = [lathe(_thrown(side), clay)]
    if look.shape == "amphora":
        ear = [(0.034, 0, 0.270), (0.058, 0, 0.276), (0.080, 0, 0.258), (0.083, 0, 0.228),
               (0.071, 0, 0.208)]  # fmt: skip
        parts += mirrored(tube(ear, [0.0072, 0.0062, 0.0058, 0.0062, 0.0075], clay))
    if look.printed:
        wide = max(r for r, _ in side)
        middle = side[int(np.argmax([r for r, _ in side]))][1] - 0.004
        ink = printed(mark(item, _INK.get(look.colour, "white")))
        span = math.degrees(0.098 / wide)
        parts.append(wrap(side, (middle - 0.025, middle + 0.025), ink, middle=14, span=span))
    return parts


def _thrown(side: list[Point2]) -> list[Point2]:
    """The profile of a vessel with a foot, a rounded lip and an inside."""
    foot, (rim, top) = side[0][0], side[-1]
    inside = [(max(0.004, r - _WALL), z) for r, z in reversed(side[5:-1])]
    lip = [
        (rim - _WALL / 2 + _WALL / 2 * math.cos(a), top + _WALL / 2 * math.sin(a))
        for a in np.linspace(0, math.pi, 9)
    ]
    under = [(0, 0.003), (foot - 0.009, 0.003), (foot - 0.007, 0), (foot - 0.003, 0.0004)]
    return [*under, *side[:-1], *lip, *inside, (0, inside[-1][1])]


def _hollow_ring(clay: Paint) -> list[Mesh]:
    """A ring that stands on a foot and opens into a neck."""
    middle, radius, lift = 0.126, 0.078, 0.011
    circle = [(x, 0.0, middle + y) for x, y, _ in ring((0, 0, 0), radius, radius, points=40)]
    neck = [(r, z + lift) for r, z in bent([(0.031, 0.186), *_SIDES["neck"]], 40)]
    foot = bent([(0.040, 0.0), (0.041, 0.003), (0.037, 0.012), (0.033, 0.024)], 16)
    rim, top = neck[-1]
    inside = [(r - _WALL, z) for r, z in reversed(neck[14:-1])]
    lip = [(rim - 0.0008, top + 0.0014), (rim - 0.0034, top + 0.0014)]
    return [
        tube(circle, 0.034, clay, closed=True),
        lathe([*neck, *lip, *inside, (0, inside[-1][1])], clay),
        lathe([(0, 0.0), (0.038, 0.0), *foot, (0, 0.025)], clay),
    ]


_RIBS, _DEPTH, _AROUND = 26, 0.0034, 208


def ribbed_vase(item: Item) -> Sequence[Mesh]:
    look = item.look
    clay = paint(look.colour, "matte")
    side = bent(_SIDES["low" if "low" in look.shape else "tall"], 72)
    top = side[-1][1]
    turns = 0.16 if "twisted" in look.shape else 0.0

    def fluted(p: tuple[float, float, float]) -> tuple[float, float, float]:
        x, y, z = p
        far = math.hypot(x, y)
        if far < 0.03 or z < 0.005 or z > top - 0.004:
            return p
        fade = min(1.0, (z - 0.005) / 0.014, (top - 0.004 - z) / 0.014)
        groove = abs(math.cos(_RIBS / 2 * (math.atan2(y, x) + 2 * math.pi * turns * z / top)))
        k = 1 - _DEPTH * fade * (1 - groove) / far
        return x * k, y * k, z

    outside = [*_thrown(side)[:-1]]
    body = reshape(lathe([*outside, (0, outside[-1][1])], clay, around=_AROUND), fluted)
    parts = [body]
    if look.printed:
        neck = min(r for r, z in side if z > 0.8 * top) + 0.0012
        height = top - 0.006
        parts.append(
            tube(
                ring((0, 0, height), neck, neck, points=24),
                0.0011,
                paint("beige", "linen"),
                closed=True,
            )
        )
        front = max(r for r, _ in side) + 0.004
        string = [
            (0.010, -front, height - 0.058), (0.008, -front - 0.002, height - 0.03),
            (0.006, -neck - 0.003, height),
        ]  # fmt: skip
        parts += hung(item, 0.086, (0.010, -front - 0.002, height - 0.083), string, facing=(2, 14))
    return parts


_CATEGORY = "Home & Garden > Decor > Vases"

FAMILIES = (
    Family(
        key="vase",
        noun=Noun("vase", "ваза", "f"),
        brand="Argilo",
        category=_CATEGORY,
        material=("stoneware", "каменной керамики"),
        says=(
            "Thrown by hand and glazed inside; holds water, for fresh or dried flowers.",
            "Сделана на гончарном круге, внутри покрыта глазурью; для живых и сухих цветов.",
        ),
        price=34,
        shapes={
            "bottle": ("bottle", "в форме бутылки"),
            "amphora": ("two-handled", "с двумя ручками"),
            "globe": ("round", "шарообразная"),
            "ring": ("ring", "в форме кольца"),
        },
        looks=(
            Look("white", shape="bottle", printed=True),
            Look("terracotta", "dipped", "cream", shape="bottle"),
            Look("cream", "speckled", "brown", shape="amphora"),
            Look("navy", shape="amphora", printed=True),
            Look("white", "marble", "charcoal", shape="globe"),
            Look("turquoise", "fading", "cream", shape="globe"),
            Look("black", shape="ring"),
            Look("cream", shape="ring"),
        ),
        build=vase,
        views=(View(20, 12), View(-30, 30)),
        backdrop="#f2efe9",
    ),
    Family(
        key="ribbed-vase",
        noun=Noun("ribbed vase", "ваза рифлёная", "f"),
        brand="Argilo",
        category=_CATEGORY,
        material=("matte porcelain", "матового фарфора"),
        says=(
            "Fine ribs run from foot to rim; wipe clean with a damp cloth.",
            "Тонкие рёбра от основания до горлышка; протирать влажной тканью.",
        ),
        price=29,
        shapes={
            "tall": ("tall", "высокая"),
            "twisted": ("twisted tall", "высокая со спиральным узором"),
            "low": ("low", "низкая"),
            "twisted low": ("twisted low", "низкая со спиральным узором"),
        },
        looks=(
            Look("white", shape="tall", printed=True),
            Look("light blue", shape="twisted"),
            Look("olive", shape="low", printed=True),
            Look("coral", shape="twisted low"),
        ),
        build=ribbed_vase,
        views=(View(22, 14), View(-35, 35)),
    ),
)

"""Mugs: three forms, with a handle and without."""

from collections.abc import Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import brand_mark
from studio.shapes import Mesh, Point2, bent, join, lathe, tube, wrap
from studio.views import View

_SIDES: dict[str, list[Point2]] = {
    "straight": [(0.040, 0.004), (0.041, 0.03), (0.041, 0.092)],
    "round": [(0.030, 0.004), (0.046, 0.028), (0.047, 0.052), (0.041, 0.082)],
    "flared": [(0.030, 0.004), (0.033, 0.03), (0.038, 0.066), (0.047, 0.100)],
    "no handle": [(0.034, 0.004), (0.040, 0.030), (0.041, 0.078)],
}


def mug(item: Item) -> Sequence[Mesh]:
    look = item.look
    clay = paint(
        look.colour,
        "glazed",
        pattern=look.pattern,
        second=look.second,
        size=_PATTERN_SIZE[look.pattern],
    )
    outside = bent(_SIDES[look.shape or "straight"], 28)
    rim, top = outside[-1]
    inside = [(r - 0.0038, z) for r, z in reversed(outside[4:])]
    foot = outside[0][0]
    profile = [
        (0, 0.003), (foot - 0.008, 0.003), (foot - 0.006, 0), (foot - 0.002, 0.0006),
        *outside, (rim - 0.0008, top + 0.0014), (rim - 0.003, top + 0.0014), *inside, (0, 0.008),
    ]  # fmt: skip
    parts = [lathe(profile, clay)]
    if look.shape != "no handle":
        low, high = 0.26 * top, 0.84 * top
        radii, heights = zip(*outside, strict=True)
        near = [float(np.interp(z, heights, radii)) for z in (low, high)]
        far = max(near) + 0.027
        path = [
            (near[1] - 0.002, 0, high), (near[1] + 0.019, 0, high),
            (far, 0, (high + low) / 2 + 0.006),
            (near[0] + 0.018, 0, low + 0.001), (near[0] - 0.002, 0, low - 0.001),
        ]  # fmt: skip
        parts.append(tube(path, 0.0052, clay))
    if look.printed:
        mark = printed(brand_mark(item.family.brand, item.article, _INK.get(look.colour, "white")))
        parts.append(wrap(outside, (0.36 * top, 0.66 * top), mark, middle=0, span=70))
    return [join(parts)]


_PATTERN_SIZE = {
    "plain": 0.02, "dipped": 0.036, "stripes": 0.020, "dots": 0.018, "speckled": 0.005,
}  # fmt: skip
_INK = {"white": "navy", "cream": "brown", "mint": "navy", "yellow": "black"}

FAMILIES = (
    Family(
        key="mug",
        noun=Noun("mug", "кружка", "f"),
        brand="Nordlys",
        category="Kitchen > Drinkware > Mugs",
        material=("stoneware", "каменной керамики"),
        says=(
            "Holds 330 ml, safe in the dishwasher and the microwave.",
            "Объём 330 мл, можно мыть в посудомоечной машине и ставить в микроволновую печь.",
        ),
        price=14,
        shapes={
            "round": ("round", "округлая"),
            "flared": ("flared", "расширенная кверху"),
            "no handle": ("handleless", "без ручки"),
        },
        looks=(
            Look("white", printed=True),
            Look("navy", printed=True),
            Look("terracotta", "dipped", "cream"),
            Look("mint", "dots", "white"),
            Look("cream", "speckled", "brown", shape="round"),
            Look("blue", "speckled", "white", shape="round"),
            Look("charcoal", shape="round", printed=True),
            Look("yellow", shape="flared"),
            Look("white", "stripes", "blue", shape="flared"),
            Look("white", "stripes", "red", shape="flared"),
            Look("sage", shape="no handle"),
            Look("terracotta", shape="no handle"),
        ),
        build=mug,
        views=(View(25, 16), View(-35, 30)),
    ),
)

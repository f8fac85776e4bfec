"""Kettles: electric ones on a base, and teapots with a lid and a spout."""

import math
from collections.abc import Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import glowing, paint, printed
from studio.prints import ink_on, lettering
from studio.shapes import (
    Mesh,
    Point2,
    ball,
    bent,
    box,
    cylinder,
    lathe,
    loft,
    move,
    ring,
    tube,
    turn,
    wrap,
)
from studio.views import View

_ELECTRIC: dict[str, list[Point2]] = {
    "": [(0.081, 0.026), (0.083, 0.040), (0.077, 0.110), (0.067, 0.185), (0.063, 0.208)],
    "rounded": [(0.080, 0.026), (0.091, 0.055), (0.093, 0.090), (0.078, 0.150), (0.062, 0.188)],
}
_TEAPOT: dict[str, list[Point2]] = {
    "": [(0.045, 0.004), (0.074, 0.030), (0.082, 0.062), (0.070, 0.100), (0.045, 0.122)],
    "tall": [(0.055, 0.004), (0.062, 0.020), (0.062, 0.070), (0.057, 0.120), (0.045, 0.142)],
}


def electric(item: Item) -> Sequence[Mesh]:
    """A jug on a powered base: lid with a knob, handle with a switch, a light, a water gauge."""
    look = item.look
    body = paint(look.colour, "brushed" if look.colour == "silver" else "lacquer")
    dark, steel = paint(look.second, "plastic"), paint("silver", "brushed")
    side = bent(_ELECTRIC[look.shape], 40)
    rim, top = side[-1]
    parts = [
        cylinder(0.086, 0.018, dark, edge=0.005),
        cylinder(0.078, 0.004, paint("grey", "plastic"), at=(0, 0, 0.0175)),
        lathe([(0, 0.021), (side[0][0] - 0.002, 0.021), (side[0][0], 0.022), (side[0][0], 0.027)],
              dark),
        lathe([*side, (rim - 0.002, top + 0.001), (rim - 0.004, top - 0.002)], body),
        lathe([(side[0][0] + 0.0004, 0.0265), (side[0][0] + 0.0016, 0.0275),
               (side[0][0] + 0.0016, 0.032), (side[0][0] + 0.0006, 0.033)], steel),
        lathe([(rim - 0.003, top - 0.002), *bent([(rim - 0.003, top), (0.045, top + 0.009),
               (0.020, top + 0.013), (0, top + 0.0135)], 24)], dark),
        lathe([(0.006, top + 0.012), (0.006, top + 0.018), *bent([(0.012, top + 0.020),
               (0.0165, top + 0.026), (0.012, top + 0.031), (0, top + 0.0325)], 20)], dark),
    ]  # fmt: skip
    # The spout: a beak that widens out of the body towards its lip, to the left (-x).
    beak = []
    for share in np.linspace(0, 1, 12):
        z = top - 0.055 * (1 - share) + 0.003 * share
        r = float(np.interp(z, *zip(*[(h, w) for w, h in side], strict=True)))
        beak.append(
            ring((-r + 0.020 - 0.020 * share**1.4, 0, z), 0.024 + 0.008 * share,
                 0.010 + 0.014 * share)
        )  # fmt: skip
    parts.append(loft(beak, body))
    low, high = 0.055, top - 0.012
    near = [float(np.interp(z, *zip(*[(h, w) for w, h in side], strict=True))) for z in (low, high)]
    out = max(near) + 0.048
    path = [
        (near[1] - 0.006, 0, high), (near[1] + 0.024, 0, high + 0.004), (out, 0, high - 0.028),
        (out - 0.001, 0, (low + high) / 2), (near[0] + 0.030, 0, low + 0.014),
        (near[0] - 0.004, 0, low),
    ]  # fmt: skip
    handle = tube(path, [0.0125, 0.0125, 0.0115, 0.0110, 0.0105, 0.0115], dark)
    parts.append(_deeper(handle, 1.25))
    parts.append(turn(
        box((0.020, 0.016, 0.006), paint("red", "plastic"), edge=0.002,
            at=(near[1] + 0.028, 0, high + 0.0135)), (0, 18, 0), about=(near[1] + 0.028, 0, high),
    ))  # fmt: skip
    gauge = wrap(side, (0.075, top - 0.06), paint("#9fb4bd", "screen"), middle=62, span=7)
    parts.append(gauge)
    light = ball(0.003, glowing("#4fb4ff", 4.0), at=(0.086 * 0.52, -0.0865 * 0.86, 0.0095))
    parts.append(light)
    cord = [(0.02, 0.078, 0.008), (0.03, 0.100, 0.0055), (0.060, 0.118, 0.0035),
            (0.110, 0.112, 0.0035), (0.128, 0.088, 0.0035)]  # fmt: skip
    parts.append(tube(cord, 0.0033, dark))
    if look.printed:
        ink = "black" if look.colour == "silver" else ink_on(look.colour)
        parts.append(wrap(side, (0.082, 0.137), _mark(item, ink), middle=4, span=84))
    return parts


def teapot(item: Item) -> Sequence[Mesh]:
    """A glazed pot: curved spout, ear handle, a lid with a ball of a knob."""
    look = item.look
    clay = paint(look.colour, "glazed", pattern=look.pattern, second=look.second,
                 size=0.05 if look.pattern == "dipped" else 0.006)  # fmt: skip
    knob = paint("natural", "wood")
    side = bent(_TEAPOT[look.shape], 48)
    rim, top = side[-1]
    z, r = zip(*[(h, w) for w, h in side], strict=True)
    low = float(np.interp(0.3 * top, z, r))
    parts = [
        lathe([(0, 0.003), (side[0][0] - 0.008, 0.003), (side[0][0] - 0.006, 0),
               (side[0][0] - 0.001, 0.0006), *side, (rim - 0.002, top + 0.0015),
               (rim - 0.004, top - 0.001), (rim - 0.004, top - 0.01)], clay),
        lathe([(rim - 0.0045, top - 0.004), *bent([(rim - 0.0045, top + 0.0005),
               (rim - 0.006, top + 0.003), (0.028, top + 0.010), (0.008, top + 0.013),
               (0, top + 0.0132)], 28)], clay),
        cylinder(0.005, 0.010, clay, at=(0, 0, top + 0.011)),
        ball(0.0115, knob, at=(0, 0, top + 0.029)),
    ]  # fmt: skip
    spout = bent([(-low + 0.012, 0.28 * top), (-low - 0.016, 0.42 * top),
                  (-low - 0.030, 0.70 * top),
                  (-low - 0.050, 0.97 * top)], 24)  # fmt: skip
    thick = np.interp(np.linspace(0, 1, 24), [0, 0.35, 0.7, 1], [0.024, 0.0165, 0.0105, 0.0095])
    skin = []
    for k, ((x, h), t) in enumerate(zip(spout, thick, strict=True)):
        ahead, behind = spout[min(k + 1, 23)], spout[max(k - 1, 0)]
        lean = math.degrees(math.atan2(ahead[0] - behind[0], ahead[1] - behind[1]))
        skin.append(_tilted(ring((0, 0, 0), float(t), float(t)), lean * (k < 23), (x, 0, h)))
    parts.append(loft(skin, clay))
    mouth = turn(cylinder(0.0072, 0.001, paint("#2a1d16", "matte")), (0, 0, 0))
    parts.append(move(mouth, (spout[-1][0], 0, spout[-1][1])))
    up, down = 0.80 * top, 0.26 * top
    at_up, at_down = (float(np.interp(h, z, r)) for h in (up, down))
    out = max(at_up, at_down) + 0.040
    ear = [
        (at_up - 0.004, 0, up), (at_up + 0.024, 0, up + 0.010), (out + 0.002, 0, up - 0.016),
        (out - 0.004, 0, (up + down) / 2 - 0.004), (at_down + 0.014, 0, down + 0.006),
        (at_down - 0.004, 0, down),
    ]  # fmt: skip
    parts.append(_deeper(tube(ear, [0.0085, 0.0075, 0.0068, 0.0065, 0.0065, 0.0080], clay), 1.3))
    if look.printed:
        mark = _mark(item, ink_on(look.colour))
        parts.append(wrap(side, (0.34 * top, 0.70 * top), mark, middle=8, span=86))
    return parts


def _mark(item: Item, ink: str):
    lines = [(item.family.brand.upper(), 0.44), (item.article, 0.34)]
    return printed(lettering(lines, ink, size=(512, 256)))


def _deeper(thing: Mesh, factor: float) -> Mesh:
    """A handle's grip is oval: wider across than along."""
    for vertex in thing.data.vertices:
        vertex.co.y *= factor
    return thing


def _tilted(points, degrees: float, at):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(at[0] + x * c, at[1] + y, at[2] - x * s) for x, y, _ in points]


FAMILIES = (
    Family(
        key="kettle",
        noun=Noun("electric kettle", "электрический чайник", "m"),
        brand="Brumela",
        category="Appliances > Kitchen > Electric kettles",
        material=("steel and heat-proof plastic", "стали и термостойкого пластика"),
        says=(
            "Boils 1.7 litres in four minutes and switches itself off.",
            "Кипятит 1,7 литра за четыре минуты и отключается сам.",
        ),
        price=44,
        shapes={"rounded": ("rounded", "округлый")},
        looks=(
            Look("white", second="charcoal", printed=True),
            Look("silver", second="black", printed=True),
            Look("red", second="black", shape="rounded"),
            Look("sage", second="charcoal", shape="rounded"),
        ),
        build=electric,
        views=(View(12, 14), View(-32, 26)),
        backdrop="#eeedeb",
    ),
    Family(
        key="teapot",
        noun=Noun("teapot", "заварочный чайник", "m"),
        brand="Nordlys",
        category="Kitchen > Tea and coffee > Teapots",
        material=("glazed stoneware", "глазурованной керамики"),
        says=(
            "Holds 900 ml; the knob of the lid stays cool.",
            "Объём 900 мл; ручка крышки не нагревается.",
        ),
        price=32,
        shapes={"tall": ("tall", "высокий")},
        looks=(
            Look("navy", printed=True),
            Look("cream", "speckled", "brown"),
            Look("white", "dipped", "turquoise"),
            Look("mustard", shape="tall", printed=True),
        ),
        build=teapot,
        views=(View(10, 16), View(-35, 30)),
        backdrop="#f2efe9",
    ),
)

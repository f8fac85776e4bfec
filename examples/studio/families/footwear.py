"""Shoes: sneakers, Chelsea boots, laced boots; each a pair, skinned over rings shaped like a foot.

A shoe lies along x, heel at -x, toe at +x; u runs around it (0 the near side, 0.25 the toe, 0.5 the
far side, 0.75 the heel), v from the sole up along the instep to the collar.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import ink_on, lettering
from studio.shapes import (
    Mesh,
    Paint,
    Point2,
    Point3,
    ball,
    copy,
    eased,
    join,
    layer,
    loft,
    move,
    ring,
    scale,
    stitches,
    strap,
    through,
    tube,
    turn,
)
from studio.views import View

_BLUNT = 2.5  # a superellipse's exponent: how full the toe is


@dataclass(frozen=True, slots=True)
class _Upper:
    """A level is (heel's x, heel's z, toe's x, toe's z, half width, footness, side's dip).

    Footness 1 narrows the heel and the waist as a sole does; 0 is an ellipse.
    """

    levels: tuple[tuple[float, ...], ...]

    def point(self, u: float, v: float) -> Point3:
        heel, heel_z, toe, toe_z, half, footness, dip = _level(self.levels, v)
        along, aside = _round(u)
        narrow = 0.87 + 0.13 * math.sin(math.pi * (along + 0.05))
        y = half * aside * (1 + (narrow - 1) * footness) + 0.07 * half * footness * along**2
        rise = float(np.clip((0.35 - along) / 0.9, 0, 1))
        rise = rise * rise * (3 - 2 * rise)
        z = toe_z + (heel_z - toe_z) * rise - dip * (1 - along * along)
        return (heel + toe) / 2 + (toe - heel) / 2 * along, y, z

    def off(self, u: float, v: float, up: float) -> Point3:
        """A place above the surface."""
        here = np.array(self.point(u, v))
        right = np.array(self.point(u + 1e-3, v)) - here
        above = np.array(self.point(u, v + 1e-3 if v < 0.998 else v - 1e-3)) - here
        normal = np.cross(right, above) * (1 if v < 0.998 else -1)
        return tuple(here + normal / np.linalg.norm(normal) * up)

    def skin(self, cover: Paint) -> Mesh:
        around = np.linspace(0, 1, 96, endpoint=False)
        rows = [[self.point(u, v) for u in around] for v in np.linspace(0, 1, 60)]
        return loft(rows, cover, caps=False)

    def collar(self, lining: Paint, thick: float, deep: float) -> list[Mesh]:
        """A padded rim and what one sees inside, `deep` metres down."""
        around = np.linspace(0, 1, 64, endpoint=False)
        rim = [self.point(u, 0.995) for u in around]
        middle = np.mean(rim, axis=0)
        inner = [tuple(middle + (np.array(p) - middle) * (0.95, 0.93, 1)) for p in rim]
        low = min(z for _, _, z in inner) - deep
        floor = [(*(middle + (np.array(p) - middle) * 0.74)[:2], low) for p in inner]
        return [tube(rim[::2], thick, lining, closed=True), loft([inner, floor], lining)]


@lru_cache(maxsize=4096)
def _level(levels: tuple[tuple[float, ...], ...], v: float) -> tuple[float, ...]:
    line, places = eased(levels, (2, 3))
    return tuple(float(np.interp(v, places, column)) for column in line.T)


@lru_cache(maxsize=4096)
def _round(u: float) -> Point2:
    c, s = math.sin(2 * math.pi * u), -math.cos(2 * math.pi * u)
    power = 2 / _BLUNT
    return math.copysign(abs(c) ** power, c), math.copysign(abs(s) ** power, s)


def _at(along: float) -> float:
    """The near side's u where the foot is `along` from -1 (heel) to 1 (toe)."""
    return math.asin(math.copysign(abs(along) ** (_BLUNT / 2), along)) / (2 * math.pi)


_LOW = _Upper(
    (
        (-0.138, 0.020, 0.148, 0.018, 0.0460, 1.0, 0),
        (-0.141, 0.035, 0.150, 0.034, 0.0475, 1.0, 0),
        (-0.141, 0.050, 0.143, 0.050, 0.0470, 0.9, 0),
        (-0.138, 0.062, 0.125, 0.062, 0.0460, 0.8, 0),
        (-0.134, 0.073, 0.098, 0.074, 0.0440, 0.6, 0.002),
        (-0.131, 0.083, 0.070, 0.088, 0.0415, 0.4, 0.006),
        (-0.130, 0.093, 0.042, 0.102, 0.0385, 0.2, 0.012),
        (-0.131, 0.102, 0.018, 0.114, 0.0360, 0.1, 0.019),
        (-0.133, 0.110, 0.004, 0.121, 0.0350, 0.0, 0.025),
    )
)
_HIGH = _Upper(
    (
        (-0.132, 0.034, 0.150, 0.012, 0.0440, 1.0, 0),
        (-0.136, 0.048, 0.152, 0.028, 0.0455, 1.0, 0),
        (-0.136, 0.062, 0.144, 0.045, 0.0450, 0.9, 0),
        (-0.132, 0.076, 0.125, 0.060, 0.0440, 0.8, 0),
        (-0.126, 0.090, 0.096, 0.077, 0.0425, 0.6, 0),
        (-0.121, 0.105, 0.064, 0.097, 0.0405, 0.4, 0),
        (-0.118, 0.120, 0.036, 0.118, 0.0390, 0.2, 0),
        (-0.117, 0.137, 0.018, 0.140, 0.0395, 0.1, 0.002),
        (-0.118, 0.155, 0.009, 0.162, 0.0410, 0.0, 0.004),
        (-0.121, 0.172, 0.006, 0.182, 0.0430, 0.0, 0.006),
    )
)


def sneakers(item: Item) -> Sequence[Mesh]:
    look = item.look
    cover = paint(look.colour, "leather" if look.shape == "leather" else "canvas")
    trim = paint(look.second, "suede" if look.shape != "leather" else "leather")
    lining = paint("charcoal" if ink_on(look.colour) == "white" else "beige", "felt")
    lace = paint("white" if look.colour != "white" else look.second, "canvas")
    thread = paint("cream" if ink_on(look.second) == "white" else "brown", "canvas")
    parts = [_LOW.skin(cover), *_LOW.collar(lining, 0.0048, 0.024)]
    parts += _cup_sole(look.second if look.shape == "gum" else "white")

    def toe(s: float, t: float) -> Point2:
        return 0.25 + (2 * s - 1) * (0.150 - 0.075 * t**1.5), 0.07 + 0.29 * t

    def counter(s: float, t: float) -> Point2:
        return 0.75 + (2 * s - 1) * (0.120 - 0.055 * t), 0.07 + 0.80 * t

    for outline in (toe, counter):
        parts.append(layer(_LOW.point, outline, trim, off=0.0014, steps=(36, 16)))
        inset = [(0.02, t) for t in np.linspace(0.1, 0.96, 16)]
        top = [(s, 0.96) for s in np.linspace(0.03, 0.97, 32)]
        way = [*inset, *top, *[(1 - s, t) for s, t in reversed(inset)]]
        parts.append(stitches([_LOW.off(*outline(*p), 0.0016) for p in way], thread, pitch=0.0034))
    parts += _lacing(_LOW, 0.47, 0.95, 6, trim, cover, lace, paint("silver", "polished"))
    if look.printed:
        parts.append(_mark(item, _LOW, (-0.62, 0.14), (0.037, 0.082)))
    else:
        for first in (-0.33, -0.12, 0.09):
            for mirror in (False, True):
                parts.append(_band(_LOW, first, trim, mirror))
    return _pair(parts)


def boots(item: Item) -> Sequence[Mesh]:
    look = item.look
    cover = paint(look.colour, "suede" if look.pattern == "suede" else "leather")
    dark = paint("black" if look.second == "white" else look.second, "rubber")
    lining = paint("beige", "felt")
    thread = paint("mustard" if look.shape == "laced" else look.colour, "canvas")
    parts = [_HIGH.skin(cover), *_HIGH.collar(lining, 0.0036, 0.050)]
    parts += _heeled_sole(dark, thread)

    def cap(s: float, t: float) -> Point2:
        return 0.25 + (2 * s - 1) * (0.135 - 0.07 * t**1.5), 0.03 + 0.27 * t

    if look.shape == "laced":
        heel = (0.645, 0.855, 0.04, 0.52)
        parts.append(layer(_HIGH.point, cap, cover, off=0.0016, steps=(36, 16)))
        parts.append(layer(_HIGH.point, heel, cover, off=0.0016, steps=(36, 16)))
        metal = paint("copper", "polished")
        lace = paint("brown", "canvas")
        parts += _lacing(_HIGH, 0.50, 0.97, 7, cover, cover, lace, metal)
        seam = [_HIGH.off(*cap(s, 0.94), 0.0018) for s in np.linspace(0.03, 0.97, 40)]
        parts.append(stitches(seam, thread, pitch=0.0034))
        if look.printed:
            parts.append(_mark(item, _HIGH, (-0.764, -0.083), (0.070, 0.115)))
    else:
        elastic = paint("charcoal", "linen")

        def gore(s: float, t: float) -> Point2:
            return (2 * s - 1) * (0.022 + 0.040 * t), 0.52 + 0.47 * t

        def far_gore(s: float, t: float) -> Point2:
            u, v = gore(s, t)
            return 0.5 + u, v

        for outline in (gore, far_gore):
            parts.append(layer(_HIGH.point, outline, elastic, off=0.0009))
            rim = [(0, t) for t in np.linspace(0.97, 0, 24)]
            way = [*rim, *[(1 - s, t) for s, t in reversed(rim)]]
            parts.append(tube([_HIGH.off(*outline(*p), 0.0004) for p in way], 0.0013, cover))
        for u in (0.25, 0.75):
            x, y, z = _HIGH.point(u, 0.99)
            out = 1 if u == 0.25 else -1
            loop = [
                (x + out * 0.003, y, z - 0.026), (x + out * 0.004, y, z),
                (x + out * 0.001, y, z + 0.013), (x - out * 0.005, y, z + 0.002),
                (x - out * 0.006, y, z - 0.018),
            ]  # fmt: skip
            parts.append(strap(through(loop, 40), 0.016, 0.0016, elastic, across=(0, 1, 0)))
    return _pair(parts)


def _pair(parts: list[Mesh]) -> list[Mesh]:
    """The shoe and its mirror image behind it, a little turned."""
    near = join(parts)
    far = move(turn(scale(copy(near), (1, -1, 1)), (0, 0, 9)), (-0.045, 0.135, 0))
    return [near, far]


def _cup_sole(outsole: str) -> list[Mesh]:
    """A sneaker's: a pale wall with a groove, a thin outsole."""
    rubber, ground = paint("white", "rubber"), paint(outsole, "rubber")
    low = [_sole_ring(_LOW, z, grow) for z, grow in ((0, 0.965), (0.002, 1.0), (0.0065, 1.005))]
    wall = [
        _sole_ring(_LOW, z, grow)
        for z, grow in (
            (0.0060, 0.99), (0.0075, 1.015), (0.0200, 1.028), (0.0208, 1.020), (0.0222, 1.020),
            (0.0230, 1.028), (0.0320, 1.024), (0.0335, 1.010), (0.0335, 0.97),
        )
    ]  # fmt: skip
    return [loft(low, ground), loft(wall, rubber)]


def _sole_ring(upper: _Upper, z: float, grow: float) -> list[Point3]:
    """The foot's outline at a height; the toe springs up a little."""
    ring_ = []
    for u in np.linspace(0, 1, 120, endpoint=False):
        x, y, _ = upper.point(u, 0.08)
        spring = 0.011 * max(0.0, (x - 0.07) / 0.08) ** 2
        ring_.append((0.004 + (x - 0.004) * grow, y * grow, z * (1 + 9 * spring) + spring * 0.5))
    return ring_


def _heeled_sole(dark: Paint, thread: Paint) -> list[Mesh]:
    """A boot's: a welt with its seam, a thin sole, a block under the heel."""

    def edge(grow: float, below: float) -> list[Point3]:
        points = [_HIGH.point(u, 0.03) for u in np.linspace(0, 1, 120, endpoint=False)]
        return [(x * grow + 0.0003, y * grow, max(z - below, 0.0)) for x, y, z in points]

    slab = [
        edge(grow, below)
        for grow, below in (
            (0.94, 0.0150), (1.02, 0.0150), (1.045, 0.0135), (1.050, 0.0060), (1.045, 0.0020),
            (1.03, 0.0010), (0.96, 0.0010),
        )
    ]  # fmt: skip
    block = [
        ring((-0.098 + 0.12 * (1 - grow), 0.0015, z), 0.0435 * grow, 0.034 * grow, square=2.8)
        for z, grow in (
            (0, 0.93),
            (0.001, 0.95),
            (0.006, 0.95),
            (0.0064, 0.94),
            (0.007, 0.955),
            (0.024, 0.99),
        )
    ]
    seam = [*edge(1.036, 0.0006), edge(1.036, 0.0006)[0]]
    return [loft(slab, dark), loft(block, dark), stitches(seam, thread, pitch=0.0045)]


def _lacing(
    upper: _Upper,
    low: float,
    high: float,
    rows: int,
    stay: Paint,
    tongue: Paint,
    lace: Paint,
    metal: Paint,
) -> list[Mesh]:
    """A tongue, two eyestays, a lace crossing between them, a bow."""

    def open_by(t: float) -> float:
        return 0.036 + 0.012 * t

    def throat(s: float, t: float) -> Point2:
        return 0.25 + (2 * s - 1) * open_by(t), low - 0.02 + (1.0 - low) * t

    def near(s: float, t: float) -> Point2:
        v = low - 0.035 + (0.995 - low + 0.035) * t
        inner = open_by(t) - 0.004
        return 0.25 - inner - (0.034 + 0.012 * t) * (1 - s), v

    def far(s: float, t: float) -> Point2:
        u, v = near(1 - s, t)
        return 0.5 - u, v

    parts = [layer(upper.point, throat, tongue, off=0.0006)]
    parts += [layer(upper.point, outline, stay, off=0.0018) for outline in (near, far)]
    x, _, z = upper.point(0.25, 0.9)
    top_x, _, top_z = upper.point(0.25, 0.995)
    way = np.array((top_x - x, 0, top_z - z)) / math.hypot(top_x - x, top_z - z)
    end = [
        tuple(np.array((top_x, 0, top_z)) + way * d + np.array((0.003 + d * d * 9, 0, 0)))
        for d in (-0.030, -0.012, 0.004, 0.016, 0.024)
    ]
    widths = [0.040 - 0.010 * max(0, k - 18) / 5 for k in range(24)]
    sheet = strap(through(end, 24), widths, 0.006, tongue, across=(0, 1, 0), square=3)
    parts.append(sheet)
    holes = []
    for k in range(rows):
        t = (k + 0.35) / (rows - 0.1)
        v = low + (high - low) * t
        holes.append([(0.25 + side * (open_by(t) + 0.010), v) for side in (-1, 1)])
    for pair in holes:
        for hole in pair:
            rivet = [upper.off(*hole, up) for up in (0.0005, 0.0026)]
            parts.append(tube(rivet, 0.0027, metal, bends=False))
    for k in range(rows):
        left, right = holes[k]
        crossing = (
            [(left, right)] if k == 0 else [(holes[k - 1][0], right), (holes[k - 1][1], left)]
        )
        for i, (start, stop) in enumerate(crossing):
            path = [
                upper.off(
                    start[0] + (stop[0] - start[0]) * f,
                    start[1] + (stop[1] - start[1]) * f,
                    0.0016 + (0.0034 + 0.0012 * i) * math.sin(math.pi * f),
                )
                for f in np.linspace(0, 1, 9)
            ]
            parts.append(tube(path, 0.0017, lace, bends=False))
    return parts + _bow(upper, 0.5 * (holes[-1][0][1] + holes[-2][0][1]) + 0.02, lace)


def _bow(upper: _Upper, v: float, lace: Paint) -> list[Mesh]:
    knot = np.array(upper.off(0.25, v, 0.008))
    below = np.array(upper.off(0.25, v - 0.14, 0.008)) - knot
    down = below / np.linalg.norm(below)
    out = np.array((-down[2], 0.0, down[0]))
    parts = [ball(0.0042, lace, at=tuple(knot))]
    for side in (-1, 1):
        across = np.array((0, side, 0))

        def place(a: float, d: float, o: float, across=across) -> Point3:
            return tuple(knot + a * across + d * down + o * out)

        loop = [
            place(0, 0, 0), place(0.013, -0.003, 0.006), place(0.030, 0.004, 0.000),
            place(0.037, 0.014, -0.010), place(0.026, 0.014, -0.004), place(0.012, 0.006, 0.002),
            place(0, 0.001, 0.001),
        ]  # fmt: skip
        tail = [
            place(0, 0, 0.001), place(0.008, 0.011, 0.003), place(0.019, 0.024, -0.002),
            place(0.027, 0.036, -0.011),
        ]  # fmt: skip
        parts += [tube(loop, 0.0016, lace), tube(tail, 0.0016, lace)]
    return parts


def _band(upper: _Upper, foot: float, cover: Paint, mirror: bool) -> Mesh:
    """A slanting stripe on one side, from the sole to the eyestay."""

    def outline(s: float, t: float) -> Point2:
        u, v = _at(foot - 0.17 * t + 0.085 * (1.0 - 0.35 * t) * s), 0.10 + 0.44 * t
        return (0.5 - u, v) if mirror else (u, v)

    return layer(upper.point, _flipped(outline) if mirror else outline, cover, off=0.0011)


def _flipped(outline: Callable[[float, float], Point2]) -> Callable[[float, float], Point2]:
    return lambda s, t: outline(1 - s, t)


def _mark(item: Item, upper: _Upper, along: Point2, heights: Point2) -> Mesh:
    """Brand and article number on the near side, upright between two heights in metres."""
    lines = [(item.family.brand.upper(), 0.42), (item.article, 0.32)]
    ink = printed(lettering(lines, ink_on(item.look.colour), size=(512, 232)), "matte")
    rows = np.linspace(0, 0.95, 24)
    heel, toe = upper.levels[1][0], upper.levels[1][2]

    @lru_cache(maxsize=4096)
    def outline(s: float, t: float) -> Point2:
        x = (heel + toe) / 2 + (toe - heel) / 2 * (along[0] + (along[1] - along[0]) * s)
        z = heights[0] + (heights[1] - heights[0]) * t
        v = 0.3
        for _ in range(3):  # rings get shorter upwards, so that u depends on v and v on u
            back, _, front, *_ = _level(upper.levels, v)
            u = _at(min(0.98, max(-0.98, (2 * x - back - front) / (front - back))))
            v = float(np.interp(z, [upper.point(u, row)[2] for row in rows], rows))
        return u, v

    return layer(upper.point, outline, ink, off=0.0009, steps=(22, 8))


_SIDE, _FRONT, _ABOVE = View(9, 13), View(52, 24), View(-28, 38)

FAMILIES = (
    Family(
        key="sneakers",
        noun=Noun("sneakers", "кроссовки", "pl"),
        brand="Strido",
        category="Shoes > Sneakers",
        material=("canvas and suede", "канваса и замши"),
        says=(
            "A light pair for every day: cushioned sole, padded collar, flat laces.",
            "Лёгкая пара на каждый день: амортизирующая подошва, мягкий кант, плоские шнурки.",
        ),
        price=79,
        shapes={"gum": ("gum-sole", "на цветной подошве")},
        looks=(
            Look("navy", second="grey", printed=True),
            Look("white", second="green"),
            Look("red", second="burgundy", printed=True),
            Look("black", second="charcoal"),
            Look("beige", second="tan", shape="gum", printed=True),
            Look("olive", second="tan", shape="gum"),
        ),
        build=sneakers,
        views=(_SIDE, _FRONT, _ABOVE),
        backdrop="#eeedeb",
    ),
    Family(
        key="ankle-boots",
        noun=Noun("ankle boots", "ботинки", "pl"),
        brand="Harrow",
        category="Shoes > Boots",
        material=("full-grain leather", "натуральной кожи"),
        says=(
            "Stitched welt, stacked heel, a sole that can be replaced.",
            "Прошитый рант, наборный каблук, подошву можно заменить.",
        ),
        price=149,
        shapes={"laced": ("lace-up", "на шнуровке"), "chelsea": ("Chelsea", "челси")},
        looks=(
            Look("brown", shape="laced", printed=True),
            Look("tan", shape="laced", printed=True),
            Look("black", shape="laced"),
            Look("black", shape="chelsea"),
            Look("burgundy", shape="chelsea"),
            Look("tan", second="brown", shape="chelsea"),
        ),
        build=boots,
        views=(_SIDE, _FRONT),
        backdrop="#f2efe9",
    ),
)

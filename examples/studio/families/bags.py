"""Bags: canvas totes, leather handbags with a flap, backpacks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import brand_mark, ink_on
from studio.shapes import (
    Mesh,
    Point2,
    Point3,
    box,
    cylinder,
    eased,
    join,
    layer,
    loft,
    mirrored,
    move,
    ring,
    share,
    stitches,
    strap,
    through,
    tube,
    turn,
)
from studio.views import View


@dataclass(frozen=True, slots=True)
class _Body:
    """A soft upright form; a level is (z, half width, half depth, squareness, middle's y)."""

    levels: tuple[tuple[float, float, float, float, float], ...]

    def at(self, v: float) -> tuple[float, ...]:
        """The level at a share of the way along the side."""
        levels, lengths = eased(self.levels, (0, 2))
        return tuple(float(np.interp(v, lengths, column)) for column in levels.T)

    def point(self, u: float, v: float) -> Point3:
        z, wide, deep, square, y = self.at(v)
        across, along = share(u, wide, deep, square)
        return across, along + y, z

    def front(self, z: float) -> float:
        """y of the front at a height."""
        levels, _ = eased(self.levels, (0, 2))
        return float(np.interp(z, levels[:, 0], levels[:, 4] - levels[:, 2]))

    def rings(self, count: int = 48, around: int = 96) -> list[list[Point3]]:
        return [
            [self.point(u, v) for u in np.linspace(0, 1, around, endpoint=False)]
            for v in np.linspace(0, 1, count)
        ]


def tote(item: Item) -> Sequence[Mesh]:
    look = item.look
    cloth = paint(
        look.colour,
        "canvas",
        pattern=look.pattern,
        second=look.second,
        size={"dipped": 0.11, "stripes": 0.07}.get(look.pattern, 0.04),
    )
    thread = paint("cream" if ink_on(look.colour) == "white" else "brown", "canvas")
    straps = paint(look.second if look.pattern == "dipped" else look.colour, "canvas")
    body = _Body(
        (
            (0, 0.172, 0.052, 6, 0),
            (0.004, 0.180, 0.060, 6, 0),
            (0.02, 0.184, 0.064, 6, 0),
            (0.14, 0.187, 0.066, 5, 0),
            (0.26, 0.189, 0.054, 4, 0),
            (0.36, 0.190, 0.040, 3, 0),
        )
    )

    def creased(u: float, v: float) -> Point3:
        x, y, z = body.point(u, v)
        soft = v * (1 - v) * 0.012 + 0.0016 * v
        return x, y + soft * np.sin(17 * x + 9 * z) + soft * np.sin(31 * x - 23 * z + 1) / 2, z

    around = np.linspace(0, 1, 120, endpoint=False)
    outside = [[creased(u, v) for u in around] for v in np.linspace(0, 1, 50)]
    inside = [
        [(x * 0.988, y * (0.95 if k else 0.975), z + (0 if k else 0.001)) for x, y, z in outside[j]]
        for k, j in enumerate(range(49, 2, -2))
    ]
    hem = layer(creased, (-0.5, 0.4999, 0.925, 0.998), cloth, off=0.0012, steps=(120, 4))
    seam = [creased(u, 0.925) for u in np.linspace(-0.25, 0.25, 90)]
    seam = [(x, y - 0.0016, z) for x, y, z in seam]
    parts = [
        loft([*outside, *inside], cloth),
        hem,
        stitches([(x, y, z + 0.004) for x, y, z in seam], thread, pitch=0.007),
    ]
    for side in (-1, 1):
        path = []
        for x, z in _arch(0.078, 0.215, 0.36, 0.56):
            lean = max(0.0, z - 0.36)
            path.append((x, side * (-body.front(min(z, 0.36)) + 0.0038 + 0.04 * lean), z))
        parts.append(strap(path, 0.003, 0.028, straps, across=(0, 1, 0)))
    y = body.front(0.25) - 0.0058
    for x in (-0.078, 0.078):
        sewn = [(-0.010, 0.222), (0.010, 0.222), (0.010, 0.30), (-0.010, 0.30), (-0.010, 0.222)]
        line = [(x + dx, y + (0.0022 + body.front(z) - body.front(0.25)), z) for dx, z in sewn]
        parts.append(stitches(line, thread))
    if look.printed:
        mark = printed(brand_mark(item.family.brand, item.article, ink_on(look.colour)), "matte")
        parts.append(layer(creased, (-0.135, 0.135, 0.25, 0.62), mark, off=0.0012))
    return [join(parts)]


def _arch(half: float, low: float, rim: float, high: float) -> list[Point2]:
    """(x, z) of a bag's handle: sewn on from `low`, free above `rim`."""
    left = [(-half, z) for z in np.linspace(low, rim, 12)]
    bow = [
        (-half * np.sign(c) * abs(c) ** 0.7, rim + (high - rim) * abs(s) ** 0.9)
        for c, s in ((np.cos(a), np.sin(a)) for a in np.linspace(0, np.pi, 60))
    ][1:-1]
    return [*left, *bow, *[(-x, z) for x, z in reversed(left)]]


def handbag(item: Item) -> Sequence[Mesh]:
    look = item.look
    leather = paint(look.colour, "leather")
    edge = paint(look.second if look.second != "white" else look.colour, "leather")
    metal = paint("gold", "polished")
    thread = paint("cream" if ink_on(look.colour) == "white" else "brown", "canvas")
    body = _Body(
        (
            (0.004, 0.118, 0.042, 6, 0),
            (0.007, 0.126, 0.050, 6.5, 0),
            (0.016, 0.130, 0.054, 7, 0),
            (0.090, 0.125, 0.049, 7, 0),
            (0.170, 0.117, 0.042, 7, 0),
            (0.186, 0.114, 0.038, 7, 0),
            (0.194, 0.104, 0.028, 6, 0),
        )
    )
    corner = 0.172
    sides = [body.point(-corner, v) for v in np.linspace(0.97, 0.24, 24)]
    turned = [body.point(u, 0.2) for u in np.linspace(-corner + 0.01, corner - 0.01, 40)]
    piping = tube([*sides, *turned, *[(-x, y, z) for x, y, z in reversed(sides)]], 0.0022, edge)
    parts = [loft(body.rings(), leather), piping]
    studs = [(-0.09, -0.03), (0.09, -0.03), (-0.09, 0.03), (0.09, 0.03)]
    parts += [cylinder(0.006, 0.006, metal, at=(x, y, 0)) for x, y in studs]
    parts += _flap(body, leather, thread)
    parts += _top_handle(edge, metal)
    low = body.front(0.1) - 0.0065
    if look.shape == "buckled":
        for x in (-0.055, 0.055):
            belt = [(x, y - 0.0024, z) for _, y, z in _over(body, 0.062)]
            widths = [0.022 * min(1, 0.55 + k / 6) for k in range(len(belt))][::-1]
            parts.append(strap(belt, widths, 0.0026, edge))
            parts += [move(part, (x, low - 0.002, 0.108)) for part in _buckle(0.0135, metal)]
    else:
        plate = turn(cylinder(0.019, 0.003, metal, edge=0.0012), (90, 0, 0))
        knob = box((0.024, 0.006, 0.008), metal, edge=0.0025)
        parts += [move(plate, (0, low + 0.003, 0.093)), move(knob, (0, low - 0.001, 0.089))]
    if look.printed:
        mark = printed(brand_mark(item.family.brand, item.article, "#e3bd63"), "matte")
        path = _over(body, 0.0)
        heights, ys = [p[2] for p in path[30:]][::-1], [p[1] for p in path[30:]][::-1]

        def on_flap(u: float, v: float) -> Point3:
            return u, float(np.interp(v, heights, ys)) - 0.0017, v

        parts.append(layer(on_flap, (-0.075, 0.075, 0.109, 0.184), mark, off=0.0003))
    return [join(parts)]


def _over(body: _Body, low: float) -> list[Point3]:
    """From the back over the top and down the front, close to the body."""
    gap = 0.003
    low = max(low, 0.072)
    front = [(0, body.front(z) - gap, z) for z in np.linspace(0.180, low, 6)]
    back = [(0, gap - body.front(z), z) for z in (0.12, 0.15, 0.180)]
    top = [(0, 0.026, 0.1975), (0, 0, 0.1985), (0, -0.026, 0.1975)]
    return through([*back, *top, *front], 72)


def _flap(body: _Body, leather, thread) -> list[Mesh]:
    path = _over(body, 0.072)
    heights = np.array([z for _, _, z in path])
    end = np.clip((heights - 0.072) / 0.055, 0, 1) * (np.arange(72) > 36) + (np.arange(72) <= 36)
    widths = 0.216 * (0.30 + 0.70 * (1 - (1 - end) ** 2.6) ** (1 / 2.6))
    flap = strap(path, widths, 0.0034, leather, square=10)
    front = range(40, 71)
    left = [(-widths[k] / 2 + 0.005, path[k][1] - 0.0019, path[k][2]) for k in front]
    bottom = (0, path[70][1] - 0.0019, path[70][2] + 0.001)
    right = [(-x, y, z) for x, y, z in reversed(left)]
    return [flap, stitches([*left, bottom, *right], thread, pitch=0.005)]


def _top_handle(leather, metal) -> list[Mesh]:
    half, foot = 0.056, 0.213
    bow = [
        (-half * np.cos(a), 0, foot + 0.078 * np.sin(a) ** 0.8) for a in np.linspace(0, np.pi, 40)
    ]
    parts = [strap(bow, 0.013, 0.0085, leather, across=(0, 1, 0), square=2.6)]
    hoop = [(x, 0, z) for x, z, _ in ring((0, 0, 0), 0.010, 0.009, square=2.5)]
    tab = [
        (0, -0.030, 0.2010), (0, -0.012, 0.2022), (0, 0, 0.2055), (0, 0.012, 0.2022),
        (0, 0.030, 0.2010),
    ]  # fmt: skip
    for x in (-half, half):
        parts.append(move(tube(hoop, 0.0017, metal, closed=True, bends=False), (x, 0, 0.2095)))
        parts.append(move(strap(through(tab, 24), 0.013, 0.003, leather), (x, 0, 0)))
        parts.append(move(cylinder(0.003, 0.0016, metal), (x, -0.022, 0.2025)))
    return parts


def _buckle(half: float, metal) -> list[Mesh]:
    """A frame with a prong, facing -y, its middle at the origin."""
    frame = [(x, 0, z) for x, z, _ in ring((0, 0, 0), half, half * 1.15, square=5)]
    bar = [(-half, 0, 0), (half, 0, 0)]
    prong = [(0, -0.001, 0), (0, -0.0016, -1.15 * half)]
    return [
        tube(frame, 0.0018, metal, closed=True, bends=False),
        tube(bar, 0.0014, metal, bends=False),
        tube(prong, 0.0012, metal, bends=False),
    ]


_PACK = _Body(
    (
        (0, 0.120, 0.058, 5, 0),
        (0.007, 0.136, 0.072, 5, 0),
        (0.035, 0.146, 0.082, 4.5, 0),
        (0.150, 0.151, 0.088, 4, 0),
        (0.280, 0.149, 0.084, 4, 0),
        (0.360, 0.140, 0.074, 4, 0),
        (0.410, 0.122, 0.060, 3.5, 0),
        (0.438, 0.088, 0.040, 3, 0),
        (0.448, 0.030, 0.014, 2.5, 0),
    )
)
_POCKET = _Body(
    (
        (0.030, 0.085, 0.020, 4, -0.072),
        (0.036, 0.106, 0.036, 4, -0.072),
        (0.060, 0.117, 0.046, 4, -0.072),
        (0.140, 0.120, 0.049, 4, -0.072),
        (0.195, 0.114, 0.042, 4, -0.072),
        (0.220, 0.094, 0.028, 3, -0.072),
        (0.230, 0.040, 0.010, 2.5, -0.072),
    )
)


def backpack(item: Item) -> Sequence[Mesh]:
    look = item.look
    cloth = paint(look.colour, "canvas", pattern=look.pattern, second=look.second, size=0.05)
    trim = paint("brown" if look.shape == "flap" else "charcoal", "leather")
    webbing = paint("charcoal", "canvas")
    metal = paint("silver", "polished")
    parts = [
        loft(_PACK.rings(), cloth),
        loft(_POCKET.rings(36, 72), cloth),
        layer(_PACK.point, (-0.5, 0.4999, 0.01, 0.15), trim, off=0.002, steps=(120, 12)),
    ]
    for side in (-1, 1):
        pouch = (side * 0.25 - 0.07, side * 0.25 + 0.07, 0.15, 0.46)
        parts.append(layer(_PACK.point, pouch, cloth, off=0.007))
        rim = [_PACK.point(side * 0.25 + du, 0.462) for du in np.linspace(-0.068, 0.068, 16)]
        parts.append(tube([(x + side * 0.006, y, z) for x, y, z in rim], 0.004, trim))
    parts += _shoulder_straps(cloth, webbing, metal)
    grab = [
        (-0.03, 0.03, 0.436), (-0.03, 0.032, 0.458), (0, 0.033, 0.483), (0.03, 0.032, 0.458),
        (0.03, 0.03, 0.436),
    ]  # fmt: skip
    parts.append(strap(through(grab, 32), 0.022, 0.005, trim, across=(0, 1, 0), square=3))
    parts += _flap_over(cloth, trim, metal) if look.shape == "flap" else _zips(trim, metal)
    if look.printed:
        parts.append(_patch(item))
    return [join(parts)]


def _shoulder_straps(cloth, webbing, metal) -> list[Mesh]:
    padded = [
        (0.045, 0.060, 0.405), (0.052, 0.098, 0.400), (0.068, 0.128, 0.33), (0.082, 0.122, 0.23),
        (0.092, 0.110, 0.165),
    ]  # fmt: skip
    thin = [
        (0.091, 0.110, 0.175), (0.100, 0.102, 0.12), (0.112, 0.092, 0.07), (0.116, 0.070, 0.045),
    ]  # fmt: skip
    made = [
        *mirrored(strap(through(padded, 48), 0.058, 0.013, cloth, square=3)),
        *mirrored(strap(through(thin, 32), 0.022, 0.003, webbing)),
    ]
    clasp = turn(box((0.032, 0.006, 0.020), metal), (12, 0, 0))
    return [*made, *mirrored(move(clasp, (0.093, 0.113, 0.150)))]


def _zips(trim, metal) -> list[Mesh]:
    """Around the top of the bag and of its pocket."""
    parts = []
    for body, corner, low, high in ((_PACK, 0.130, 0.60, 0.87), (_POCKET, 0.165, 0.50, 0.80)):
        rise = [body.point(-corner, v) for v in np.linspace(low, high - 0.06, 16)]
        bow = [body.point(u, high) for u in np.linspace(-corner + 0.025, corner - 0.025, 40)]
        path = through([*rise, *bow, *[(-x, y, z) for x, y, z in reversed(rise)]], 160)
        teeth = [(x, y - 0.0036, z) for x, y, z in path]
        parts += [tube(path[::4], 0.0042, trim), stitches(teeth, metal, pitch=0.004, thick=0.0026)]
        x, y, z = path[122]
        parts.append(move(box((0.008, 0.005, 0.012), metal), (x, y - 0.004, z - 0.006)))
        parts.append(move(box((0.007, 0.003, 0.034), trim, edge=0.0014), (x, y - 0.006, z - 0.038)))
    return parts


def _flap_over(cloth, trim, metal) -> list[Mesh]:
    """A flap over the top, held by two belts."""

    def outline(s: float, t: float) -> Point2:
        round_off = (1 - (1 - min(1.0, t / 0.22)) ** 3) ** (1 / 3)
        return (2 * s - 1) * 0.155 * (0.72 + 0.28 * round_off), 0.53 + 0.46 * t

    parts = [layer(_PACK.point, outline, cloth, off=0.007, steps=(40, 40))]
    down, across = np.linspace(0.8, 0, 30), np.linspace(0.05, 0.95, 40)
    way = [*((0, t) for t in down), *((s, 0) for s in across), *((1, t) for t in reversed(down))]
    edge = [_PACK.point(*outline(s, t)) for s, t in way]
    parts.append(tube([(x, y - 0.003, z) for x, y, z in edge], 0.0034, trim))
    for x in (-0.062, 0.062):
        down = [(x, _PACK.front(z) - 0.010, z) for z in np.linspace(0.36, 0.255, 12)]
        onto = [(x, _POCKET.front(z) - 0.006, z) for z in (0.205, 0.18, 0.15, 0.125)]
        belt = through([*down, *onto], 60)
        widths = [0.024 * min(1, 0.5 + (59 - k) / 8) for k in range(60)]
        parts.append(strap(belt, widths, 0.0032, trim))
        y = _POCKET.front(0.168) - 0.009
        parts += [move(turn(part, (-6, 0, 0)), (x, y, 0.172)) for part in _buckle(0.017, metal)]
    return parts


def _patch(item: Item) -> Mesh:
    """A woven label on the front pocket."""
    ground = "cream" if ink_on(item.look.colour) == "white" else "charcoal"
    label = layer(_POCKET.point, (-0.132, 0.132, 0.20, 0.57), paint(ground, "canvas"), off=0.0018)
    mark = printed(brand_mark(item.family.brand, item.article, ink_on(ground)), "matte")
    print_ = layer(_POCKET.point, (-0.127, 0.127, 0.21, 0.56), mark, off=0.0022)
    return join([label, print_])


FAMILIES = (
    Family(
        key="tote",
        noun=Noun("tote bag", "сумка-шопер", "f"),
        brand="Lindra",
        category="Bags > Tote Bags",
        material=("heavy cotton canvas", "плотного хлопкового канваса"),
        says=(
            "A4 folders fit in, the long handles go over a shoulder.",
            "Вмещает папки формата А4, длинные ручки удобно носить на плече.",
        ),
        price=29,
        looks=(
            Look("cream", printed=True),
            Look("black", printed=True),
            Look("natural", "dipped", "navy"),
            Look("white", "stripes", "navy"),
        ),
        build=tote,
        views=(View(24, 14), View(-38, 28)),
        backdrop="#f2efe9",
    ),
    Family(
        key="handbag",
        noun=Noun("handbag", "сумка", "f"),
        brand="Verrano",
        category="Bags > Handbags",
        material=("smooth leather", "гладкой кожи"),
        says=(
            "Keeps its shape, closes with a flap, has two pockets inside.",
            "Держит форму, закрывается клапаном, внутри два кармана.",
        ),
        price=129,
        shapes={"buckled": ("buckled", "с пряжками")},
        looks=(
            Look("burgundy", printed=True),
            Look("black", printed=True),
            Look("tan", second="brown", shape="buckled"),
            Look("navy", second="tan", shape="buckled"),
        ),
        build=handbag,
        views=(View(24, 14), View(-42, 24)),
        backdrop="#f2efe9",
    ),
    Family(
        key="backpack",
        noun=Noun("backpack", "рюкзак", "m"),
        brand="Trailmark",
        category="Bags > Backpacks",
        material=("water-repellent canvas", "водоотталкивающего канваса"),
        says=(
            "22 litres, a padded place for a 15-inch laptop, pockets on both sides.",
            "Объём 22 литра, мягкое отделение для ноутбука 15 дюймов, карманы по бокам.",
        ),
        price=69,
        shapes={"flap": ("flap-top", "с клапаном")},
        looks=(
            Look("turquoise", printed=True),
            Look("grey", printed=True),
            Look("olive", shape="flap"),
            Look("mustard", shape="flap"),
        ),
        build=backpack,
        views=(View(26, 12), View(152, 14), View(-35, 26)),
        backdrop="#e9eef0",
    ),
)

"""Chairs of three makes and stools of two."""

import math
from collections.abc import Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint
from studio.shapes import (
    Mesh,
    Paint,
    Point3,
    bent,
    bevel,
    cylinder,
    lathe,
    loft,
    move,
    reshape,
    ring,
    smooth,
    surface,
    thicken,
    tube,
    turn,
)
from studio.tags import hung
from studio.views import View

# The plastic shell from the front lip over the seat to the top of the back:
# depth and height of its middle, half width, and how far its sides stand up from it.
_SHELL = [
    (-0.235, 0.418, 0.200, 0.000),
    (-0.215, 0.444, 0.215, 0.006),
    (-0.110, 0.446, 0.232, 0.034),
    (0.020, 0.436, 0.240, 0.056),
    (0.120, 0.442, 0.242, 0.078),
    (0.185, 0.492, 0.238, 0.088),
    (0.215, 0.580, 0.226, 0.074),
    (0.240, 0.690, 0.214, 0.056),
    (0.272, 0.815, 0.200, 0.040),
]


def _splayed(x: float, y: float, top: float, out: float = 0.2) -> tuple[Point3, Point3]:
    """Where a leg begins under the seat and where it stands."""
    return (x, y, top), (x * (1 + 1.6 * out), y * (1 + 1.9 * out), 0.0)


def _between(leg: tuple[Point3, Point3], height: float) -> Point3:
    """The point of a leg at a height."""
    (x0, y0, z0), (x1, y1, z1) = leg
    share = (height - z0) / (z1 - z0)
    return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share, height


def shell_chair(item: Item) -> Sequence[Mesh]:
    look = item.look
    middle = bent([(y, z) for y, z, _, _ in _SHELL], 90)
    along = np.linspace(0, 1, len(_SHELL))
    widths = [w for _, _, w, _ in _SHELL]
    stands = [s for _, _, _, s in _SHELL]
    way = np.array(middle)
    slope = np.gradient(way, axis=0)
    slope /= np.linalg.norm(slope, axis=1)[:, None]
    steps = np.linspace(0, 1, len(middle))

    def point(u: float, v: float) -> Point3:
        t = math.sin((v - 0.5) * math.pi)  # rows lie closer where the corners round
        s = math.sin((u - 0.5) * math.pi)
        f = (t + 1) / 2
        y, z = (float(np.interp(f, steps, way[:, k])) for k in (0, 1))
        dy, dz = (float(np.interp(f, steps, slope[:, k])) for k in (0, 1))
        wide = float(np.interp(f, along, widths)) * max(0.0, 1 - abs(t) ** 7) ** (1 / 2.6)
        up = float(np.interp(f, along, stands)) * abs(s) ** 2.4
        return wide * s, y - dz * up, z + dy * up

    shell = thicken(surface(point, paint(look.colour, "soft plastic"), steps=(40, 72)), 0.009)
    bevel(shell, 0.003, segments=3)
    wood, metal = paint(_LEGS.get(look.colour, "oak"), "wood"), paint("black", "painted metal")
    legs = [_splayed(sx * 0.135, sy * 0.125, 0.405) for sx in (-1, 1) for sy in (-1, 1)]
    parts = [shell]
    parts += [tube([a, b], [0.0165, 0.0105], wood, bends=False) for a, b in legs]
    parts += [cylinder(0.0115, 0.004, metal, at=b, edge=0.001) for _, b in legs]
    parts += [cylinder(0.026, 0.034, metal, at=(a[0], a[1], 0.392)) for a, _ in legs]
    parts += [
        tube([(-0.15, y, 0.414), (0.15, y, 0.414)], 0.008, metal, bends=False)
        for y in (-0.125, 0.125)
    ]
    left_front, left_back, right_front, right_back = legs
    for one, other in (
        (left_front, right_back), (right_front, left_back),
        (left_front, left_back), (right_front, right_back),
    ):  # fmt: skip
        parts.append(tube([_between(one, 0.385), _between(other, 0.20)], 0.0038, metal))
        parts.append(tube([_between(other, 0.385), _between(one, 0.20)], 0.0038, metal))
    if look.printed:
        string = [(0, 0.214, 0.736), (-0.02, 0.243, 0.80), (-0.015, 0.272, 0.822)]
        parts += hung(item, 0.23, (0, 0.196, 0.672), string, facing=(-14, 0))
    return parts


def spindle_chair(item: Item) -> Sequence[Mesh]:
    look = item.look
    wood = paint(look.colour, "wood" if look.colour in ("oak", "walnut") else "lacquer")
    parts = [_saddle(wood)]
    legs = [_splayed(sx * 0.15, sy * 0.14, 0.445, 0.17) for sx in (-1, 1) for sy in (-1, 1)]
    for leg in legs:
        heights = (0.445, 0.36, 0.30, 0.27, 0.25, 0.14, 0.0)
        thick = [0.013, 0.018, 0.020, 0.0145, 0.019, 0.0165, 0.0105]
        parts.append(tube([_between(leg, z) for z in heights], thick, wood))
    left_front, left_back, right_front, right_back = legs
    rails = []
    for one, other in ((left_front, left_back), (right_front, right_back)):
        a, b = _between(one, 0.20), _between(other, 0.20)
        centre: Point3 = tuple((p + q) / 2 for p, q in zip(a, b, strict=True))
        parts.append(tube([a, centre, b], [0.008, 0.013, 0.008], wood))
        rails.append(centre)
    parts.append(tube([rails[0], (0, 0, 0.20), rails[1]], [0.008, 0.013, 0.008], wood))
    parts += _comb(wood) if look.shape == "comb" else _hoop(wood)
    if look.printed:
        z = 0.70
        string = [(0, _lean(z + 0.06) - 0.020, z + 0.055), (0, _lean(0.80), 0.80),
                  (0, _lean(0.93) + 0.005, 0.915)]  # fmt: skip
        parts += hung(item, 0.22, (0, _lean(z) - 0.024, z), string, facing=(-12, 0))
    return parts


def _lean(height: float) -> float:
    """How far back the chair's back stands at a height."""
    return 0.165 + 0.22 * (height - 0.455)


def _saddle(wood: Paint) -> Mesh:
    """A seat board, hollowed for the thighs, its edge rounded."""
    rim = [(0.030, 0.425), (0.008, 0.430), (0.0, 0.440), (0.0, 0.452), (0.005, 0.460),
           (0.014, 0.463)]  # fmt: skip
    rings = [ring((0, 0, z), 0.222 - i, 0.212 - i, square=3.4, points=96) for i, z in rim]
    rings += [
        ring((0, 0, 0.463), 0.208 * f, 0.198 * f, square=3.4, points=96)
        for f in np.linspace(0.95, 0.04, 22)
    ]

    def hollow(p: Point3) -> Point3:
        x, y, z = p
        if z < 0.455:
            return p
        sides = math.exp(-(((abs(x) - 0.085) / 0.062) ** 2) - ((y - 0.03) / 0.11) ** 2)
        return x, y, z - 0.013 * sides

    return smooth(reshape(loft(rings, wood), hollow), 60)


def _hoop(wood: Paint) -> list[Mesh]:
    """A bow and the sticks within it."""
    wide, high = 0.205, 0.47
    bow = []
    for angle in np.linspace(0, math.pi, 25):
        c, s = math.cos(angle), math.sin(angle)
        z = 0.455 + high * s ** (2 / 2.6)
        near = 0.80 + 0.20 * min(1.0, (z - 0.455) / 0.22) ** 0.6  # its ends stand on the seat
        bow.append((near * wide * math.copysign(abs(c) ** (2 / 2.6), c), _lean(z), z))
    parts = [tube(bow, 0.0125, wood)]
    for x in np.linspace(-0.145, 0.145, 7):
        top = 0.455 + high * (1 - (abs(x) / wide) ** 2.6) ** (1 / 2.6)
        parts.append(_stick(0.8 * x, x, top, wood))
    return parts


def _comb(wood: Paint) -> list[Mesh]:
    """Sticks that carry a curved rail."""
    parts = [_stick(0.78 * x, x, 0.845, wood) for x in np.linspace(-0.13, 0.13, 5)]
    parts += [
        tube([(s * 0.175, _lean(0.45), 0.45), (s * 0.212, _lean(0.85), 0.85)], [0.015, 0.012], wood)
        for s in (-1, 1)
    ]
    rings = []
    for t in np.linspace(-1, 1, 33):
        full = (1 - abs(t) ** 8) ** 0.5 * 0.97 + 0.03
        section = ring((0, 0, 0), 0.0125 * full, 0.048 * full, square=3, points=32)
        y, z = _lean(0.87) - 0.02 * t * t + 0.01, 0.872 - 0.008 * t * t
        rings.append([(0.25 * t, y + a + 0.22 * b, z + b) for a, b, _ in section])
    return [*parts, loft(rings, wood)]


def _stick(low: float, high: float, top: float, wood: Paint) -> Mesh:
    places = [(low + (high - low) * f, 0.452 + (top - 0.452) * f) for f in (0, 0.35, 1)]
    return tube([(x, _lean(z), z) for x, z in places], [0.0065, 0.0088, 0.0055], wood)


def dining_chair(item: Item) -> Sequence[Mesh]:
    look = item.look
    fabric = paint(look.colour, "velvet" if look.shape == "channelled" else "linen")
    seam = paint(look.colour, "canvas")
    wood = paint("walnut", "wood") if look.colour != "grey" else paint("oak", "wood")
    seat = _pad(0.245, 0.235, 0.085, fabric)
    seat = move(seat, (0, -0.01, 0.400))
    back = _pad(0.235, 0.245, 0.075, fabric)

    def upright(p: Point3) -> Point3:
        x, up, thick = p[0], p[1] + 0.245, p[2]
        if look.shape == "channelled" and thick > 0.03:
            thick -= 0.011 * (1 - abs(math.sin(math.pi * (x + 0.235) / 0.094))) ** 3
        narrow = 1 - 0.10 * (up / 0.49) ** 2
        return x * narrow, 0.265 - thick + 0.20 * up - 0.85 * x * x, 0.425 + up

    back = smooth(reshape(back, upright), 70)
    piped = [(x, y - 0.01, z) for x, y, z in ring((0, 0, 0.461), 0.237, 0.227, square=5, points=72)]
    parts = [seat, back, tube(piped, 0.0036, seam, closed=True)]
    if look.shape != "channelled":
        button = paint(look.colour, "leather")
        for x in (-0.085, 0.085):
            parts.append(_button((x, 0.272 - 0.85 * x * x, 0.81), button))
    for sx in (-1, 1):
        for sy, lean in ((-1, 1.12), (1, 1.32)):
            foot = (sx * 0.205 * 1.12, sy * 0.175 * lean, 0.0)
            top = (sx * 0.205, sy * 0.175, 0.41)
            parts.append(tube([top, foot], [0.021, 0.012], wood, bends=False))
    frame = [
        (sx * 0.212, sy * 0.185 - 0.005, 0.392) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    parts.append(tube([*frame, frame[0]], 0.013, wood, bends=False))
    if look.printed:
        string = [(0, 0.247, 0.772), (-0.012, 0.270, 0.87), (-0.01, 0.312, 0.919)]
        parts += hung(item, 0.22, (0, 0.234, 0.71), string, facing=(-12, 0))
    return parts


def _pad(wide: float, deep: float, thick: float, fabric: Paint) -> Mesh:
    """A stuffed slab on z = 0: rounded corners, a soft edge, a crowned top. Half axes given."""
    soft = 0.5 * thick
    edge = [
        (soft * (1 - math.cos(a)) * 0.7, thick * 0.42 * (1 + math.sin(a)))
        for a in np.linspace(-math.pi / 2, math.pi / 2, 12)
    ]
    rings = [ring((0, 0, z), wide - i, deep - i, square=5, points=120) for i, z in edge]
    inner, top = edge[-1]
    for f in np.linspace(0.97, 0.02, 26):
        crown = top + 0.16 * thick * (1 - f**2)
        rings.append(
            ring(
                (0, 0, crown), (wide - inner) * f, (deep - inner) * f, square=2 + 3 * f, points=120
            )
        )
    return smooth(loft(rings, fabric), 60)


def _button(at: Point3, cover: Paint) -> Mesh:
    made = lathe([(0, 0.007), *bent([(0.004, 0.0068), (0.011, 0.004), (0.013, 0)], 10)], cover)
    return move(turn(made, (90 - 12, 0, 0)), at)


def stool(item: Item) -> Sequence[Mesh]:
    return _bar_stool(item) if item.look.shape == "bar" else _low_stool(item)


def _low_stool(item: Item) -> list[Mesh]:
    look = item.look
    wood = paint("oak", "wood")
    top = wood if look.colour == "oak" else paint(look.colour, "lacquer")
    profile = [(0, 0.418), *bent([(0.13, 0.418), (0.162, 0.423), (0.170, 0.436), (0.164, 0.449),
               (0.150, 0.450), (0.09, 0.443), (0, 0.441)], 40)]  # fmt: skip
    parts = [lathe(profile, top)]
    legs = []
    for angle in (30, 150, 270):
        a = math.radians(angle)
        legs.append(
            (
                (0.105 * math.cos(a), 0.105 * math.sin(a), 0.42),
                (0.19 * math.cos(a), 0.19 * math.sin(a), 0),
            )
        )
    parts += [tube([a, b], [0.019, 0.0125], wood, bends=False) for a, b in legs]
    stretch = [_between(leg, 0.17) for leg in legs]
    parts += [tube([stretch[k], stretch[(k + 1) % 3]], 0.0085, wood, bends=False) for k in range(3)]
    if look.printed:
        string = [(0.03, -0.176, 0.372), (0.02, -0.176, 0.41), (0.012, -0.168, 0.452)]
        parts += hung(item, 0.16, (0.03, -0.178, 0.325), string, facing=(2, 12))
    return parts


def _bar_stool(item: Item) -> list[Mesh]:
    look = item.look
    steel, hide = paint("black", "painted metal"), paint(look.colour, "leather")
    seat = [(0, 0.672), (0.165, 0.672), *bent([(0.176, 0.678), (0.184, 0.70), (0.176, 0.728),
            (0.15, 0.741), (0.08, 0.747), (0, 0.748)], 40)]  # fmt: skip
    parts = [lathe(seat, hide), cylinder(0.16, 0.012, steel, at=(0, 0, 0.661))]
    parts.append(_circle(0.1835, 0.7, 0.0034, hide))
    legs = []
    for k in range(4):
        a = math.radians(45 + 90 * k)
        legs.append(
            (
                (0.135 * math.cos(a), 0.135 * math.sin(a), 0.665),
                (0.235 * math.cos(a), 0.235 * math.sin(a), 0),
            )
        )
    parts += [tube([a, b], 0.0115, steel, bends=False) for a, b in legs]
    parts += [cylinder(0.0145, 0.014, paint("charcoal", "rubber"), at=b) for _, b in legs]
    at = _between(legs[0], 0.24)
    parts.append(_circle(math.hypot(at[0], at[1]) - 0.001, 0.24, 0.009, steel))
    if look.printed:
        string = [(0.03, -0.192, 0.60), (0.02, -0.193, 0.66), (0.012, -0.185, 0.72)]
        parts += hung(item, 0.20, (0.03, -0.196, 0.545), string, facing=(2, 10))
    return parts


def _circle(radius: float, height: float, thick: float, stuff: Paint) -> Mesh:
    return tube(ring((0, 0, height), radius, radius, points=32), thick, stuff, closed=True)


_LEGS = {"black": "walnut", "mustard": "walnut"}
_CATEGORY = "Furniture > Chairs"

FAMILIES = (
    Family(
        key="shell-chair",
        noun=Noun("chair with wooden legs", "стул с деревянными ножками", "m"),
        brand="Torvik",
        category=f"{_CATEGORY} > Kitchen & Dining Room Chairs",
        material=("polypropylene and beech", "полипропилена и бука"),
        says=(
            "A moulded seat that follows the back, on splayed legs; holds up to 120 kg.",
            "Литое сиденье повторяет форму спины, ножки из бука; выдерживает до 120 кг.",
        ),
        price=69,
        looks=(
            Look("white", printed=True),
            Look("black"),
            Look("mustard"),
            Look("sage", printed=True),
        ),
        build=shell_chair,
        views=(View(30, 13), View(-38, 20), View(150, 14)),
    ),
    Family(
        key="spindle-chair",
        noun=Noun("spindle-back chair", "стул с решётчатой спинкой", "m"),
        brand="Torvik",
        category=f"{_CATEGORY} > Kitchen & Dining Room Chairs",
        material=("solid ash", "массива ясеня"),
        says=(
            "Turned legs and a hollowed seat, joined without a single screw.",
            "Точёные ножки и вогнутое сиденье, собран без единого винта.",
        ),
        price=119,
        shapes={"comb": ("straight rail", "с прямой перекладиной")},
        looks=(
            Look("oak", printed=True),
            Look("black"),
            Look("white", shape="comb", printed=True),
            Look("walnut", shape="comb"),
        ),
        build=spindle_chair,
        views=(View(30, 14), View(-40, 20)),
        backdrop="#f2efe9",
    ),
    Family(
        key="dining-chair",
        noun=Noun("upholstered chair", "стул мягкий", "m"),
        brand="Orvella",
        category=f"{_CATEGORY} > Kitchen & Dining Room Chairs",
        material=("fabric, foam and wood", "ткани, пенополиуретана и дерева"),
        says=(
            "A deep seat with piped edges; the cover can be brushed clean.",
            "Глубокое сиденье с кантом; обивку можно чистить щёткой.",
        ),
        price=139,
        shapes={"channelled": ("channel-tufted", "с вертикальной простёжкой")},
        looks=(
            Look("grey", printed=True),
            Look("olive"),
            Look("burgundy", shape="channelled"),
            Look("navy", shape="channelled", printed=True),
        ),
        build=dining_chair,
        views=(View(30, 14), View(-40, 20)),
        backdrop="#e9eef0",
    ),
    Family(
        key="stool",
        noun=Noun("stool", "табурет", "m"),
        brand="Torvik",
        category="Furniture > Chairs > Table & Bar Stools",
        material=("wood and steel", "дерева и стали"),
        says=(
            "Stands firmly on uneven floors and takes little room.",
            "Устойчиво стоит на неровном полу и занимает мало места.",
        ),
        price=45,
        shapes={"bar": ("bar", "барный")},
        looks=(
            Look("oak", printed=True),
            Look("coral"),
            Look("black", shape="bar", printed=True),
            Look("tan", shape="bar"),
        ),
        build=stool,
        views=(View(22, 16), View(-30, 30)),
    ),
)

"""Hats: baseball caps, knitted beanies with a pompon, felt hats with a wide brim."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import bpy
import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import brand_mark, ink_on
from studio.shapes import (
    Mesh,
    Paint,
    Point3,
    ball,
    eased,
    join,
    layer,
    loft,
    move,
    scale,
    share,
    stitches,
    strap,
    surface,
    through,
    tube,
    turn,
)
from studio.views import View

_Point = Callable[[float, float], Point3]


def _dome(levels: tuple[tuple[float, float, float], ...]) -> _Point:
    """A form over ovals, each (z, half width, half depth); u from the front to the right."""

    @lru_cache
    def level(v: float) -> tuple[float, ...]:
        line, places = eased(levels, (0, 1))
        return tuple(float(np.interp(v, places, column)) for column in line.T)

    def point(u: float, v: float) -> Point3:
        z, wide, deep = level(v)
        return *share(u, wide, deep), z

    return point


def _skin(point: _Point, cover: Paint, around: int, rows: int) -> Mesh:
    turn_ = np.linspace(0, 1, around, endpoint=False)
    return loft([[point(u, v) for u in turn_] for v in np.linspace(0, 1, rows)], cover, caps=False)


def _on_ground(parts: Sequence[Mesh]) -> list[Mesh]:
    whole = join(parts)
    return [move(whole, (0, 0, -min(v.co.z for v in whole.data.vertices)))]


_CROWN = _dome(
    (
        (0, 0.0840, 0.1000), (0.025, 0.0850, 0.1005), (0.055, 0.0820, 0.0965),
        (0.082, 0.0710, 0.0830), (0.102, 0.0520, 0.0600), (0.113, 0.0280, 0.0320),
        (0.1165, 0.0030, 0.0035),
    )
)  # fmt: skip


def cap(item: Item) -> Sequence[Mesh]:
    look = item.look
    cloth, bill = paint(look.colour, "suede"), paint(look.second, "suede")
    if look.second == "white":
        bill = cloth
    thread = paint("cream" if ink_on(look.colour) == "white" else "grey", "canvas")
    parts = [_skin(_CROWN, cloth, 120, 40), _brim_top(0.0, bill), _brim_top(-0.0032, cloth)]
    edge = [_brim(s, 1.0) for s in np.linspace(-1, 1, 48)]
    parts.append(tube([(x, y, z - 0.0016) for x, y, z in edge], 0.0019, bill, bends=False))
    for t in (0.22, 0.38, 0.54, 0.70, 0.86):
        row = [_brim(s * (1 - 0.03 / t), t) for s in np.linspace(-1, 1, 60)]
        above = [(x, y, z + 0.0003) for x, y, z in row]
        parts.append(stitches(above, thread, pitch=0.0040, thick=0.0008))
    seams = [k / 6 for k in range(6) if k or not look.printed]
    for u in seams:
        rise = [_CROWN(u, v) for v in np.linspace(0.0, 0.96, 30)]
        parts.append(tube(rise, 0.0009, cloth, bends=False))
        for side in (-1, 1):
            line = [_CROWN(u + side * 0.0075 * (1 + v * v), v) for v in np.linspace(0.02, 0.86, 30)]
            parts.append(stitches(line, thread, pitch=0.0042, thick=0.0008))
    for k in range(6):
        middle = (k + 0.5) / 6
        eye = [
            _CROWN(middle + 0.0058 * math.cos(a), 0.66 + 0.014 * math.sin(a))
            for a in np.linspace(0, 2 * math.pi, 14, endpoint=False)
        ]
        parts.append(tube(eye, 0.0011, bill, closed=True, bends=False))
    parts.append(move(scale(ball(0.0075, bill), (1, 1, 0.6)), (0, 0, 0.1165)))
    band = [_CROWN(u, 0.015) for u in np.linspace(0, 1, 90, endpoint=False)]
    parts.append(tube(band, 0.0016, cloth, closed=True, bends=False))
    if look.printed:
        mark = printed(brand_mark(item.family.brand, item.article, ink_on(look.colour)), "felt")
        parts.append(layer(_CROWN, (-0.096, 0.096, 0.11, 0.45), mark, off=0.0010))
    return _on_ground([turn(part, (-5.5, 0, 0)) for part in parts])


def _brim(s: float, t: float) -> Point3:
    """The bill: s from -1 to 1 along the forehead, t from the crown outwards."""
    x, y, z = _CROWN(0.185 * s, 0.01)
    reach = 0.074 * max(0.0, 1 - abs(s) ** 2.6) ** 0.62
    fall = 0.030 * (x / 0.085) ** 2 * t * (reach / 0.074) + 0.007 * t * t
    return x * (1 + 0.03 * t), y - reach * t, z + 0.002 - fall


def _brim_top(lift: float, cover: Paint) -> Mesh:
    def point(u: float, v: float) -> Point3:
        x, y, z = _brim(2 * u - 1, v)
        return x, y, z + lift

    return surface(point, cover, steps=(64, 16))


_KNIT = (
    (0.010, 0.0880, 0.0960), (0.050, 0.0930, 0.1010), (0.095, 0.0920, 0.1000),
    (0.135, 0.0800, 0.0870), (0.163, 0.0570, 0.0620), (0.178, 0.0310, 0.0340),
    (0.183, 0.0060, 0.0065),
)  # fmt: skip
_CUFF = (
    (0.008, 0.0880, 0.0960), (0.002, 0.0920, 0.1000), (0.0, 0.0960, 0.1040),
    (0.006, 0.0990, 0.1070), (0.035, 0.1010, 0.1090), (0.062, 0.1005, 0.1085),
    (0.069, 0.0985, 0.1065), (0.071, 0.0955, 0.1035), (0.064, 0.0915, 0.0995),
)  # fmt: skip


def _ribbed(point: _Point, count: int, depth: float, rows: int) -> _Point:
    """Knitted ribs up the form, each a column of stitches."""

    def knitted(u: float, v: float) -> Point3:
        x, y, z = point(u, v)
        rib = abs(math.cos(math.pi * count * u)) ** 0.7
        slant = 0.25 * math.cos(4 * math.pi * count * u)
        loop = 0.75 + 0.25 * math.cos(2 * math.pi * (rows * v + slant))
        grow = depth * (rib * loop - 0.5) / max(math.hypot(x, y), 0.02)
        return x * (1 + grow), y * (1 + grow), z

    return knitted


def beanie(item: Item) -> Sequence[Mesh]:
    look = item.look
    plain = look.pattern == "plain"
    wool = paint(
        look.colour,
        "felt",
        pattern=look.pattern,
        second=look.second,
        size=0.125 if look.pattern == "zigzag" else 0.045,
        place="uv" if look.pattern == "zigzag" else "object",
    )
    cuff_wool = paint(look.colour, "felt")
    tuft = paint("cream" if plain else look.second, "felt")
    cuff = _ribbed(_dome(_CUFF), 56, 0.0036, 22)
    parts = [
        _skin(_ribbed(_dome(_KNIT), 56, 0.0044, 30), wool, 280, 92),
        _skin(cuff, cuff_wool, 280, 40),
        _pompon(0.036, (0, 0, 0.205), tuft),
    ]
    if look.printed:
        flat = _dome(_CUFF)
        leather = paint("brown", "leather")
        mark = printed(brand_mark(item.family.brand, item.article, "cream"), "matte")
        patch = (-0.088, 0.088, 0.235, 0.60)
        parts.append(layer(flat, patch, leather, off=0.0026))
        parts.append(layer(flat, (-0.080, 0.080, 0.245, 0.59), mark, off=0.0030))
    return _on_ground(parts)


def _pompon(radius: float, at: Point3, yarn: Paint) -> Mesh:
    """Cut yarn, sticking out from a core in every direction."""
    rng = np.random.default_rng(7)
    count = 2600
    ways = rng.normal(size=(count, 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    sides = np.cross(ways, rng.normal(size=(count, 3)))
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    ups = np.cross(ways, sides)
    tips = ways * (radius * rng.uniform(0.88, 1.06, (count, 1)))
    tips += sides * radius * rng.uniform(-0.12, 0.12, (count, 1))
    points, faces = [], []
    for k in range(count):
        first = len(points)
        for base, wide in ((ways[k] * 0.55 * radius, 0.0011), (tips[k], 0.0008)):
            for a in (0.0, 2.1, 4.2):
                points.append(base + wide * (math.cos(a) * sides[k] + math.sin(a) * ups[k]))
        for a, b in ((0, 1), (1, 2), (2, 0)):
            faces.append((first + a, first + b, first + 3 + b, first + 3 + a))
        faces.append((first + 3, first + 4, first + 5))
    data = bpy.data.meshes.new("pompon")
    data.from_pydata([tuple(p) for p in points], [], faces)
    made = bpy.data.objects.new("pompon", data)
    bpy.context.collection.objects.link(made)
    made.data.materials.append(yarn)
    return move(join([made, ball(0.8 * radius, yarn)]), at)


_FELT = _dome(
    (
        (0.0140, 0.083, 0.099), (0.0100, 0.130, 0.146), (0.0130, 0.182, 0.196),
        (0.0148, 0.1845, 0.1985), (0.0166, 0.182, 0.196), (0.0136, 0.130, 0.146),
        (0.0165, 0.094, 0.110), (0.0230, 0.087, 0.103), (0.0600, 0.084, 0.099),
        (0.0980, 0.079, 0.093), (0.1170, 0.070, 0.084), (0.1260, 0.052, 0.066),
        (0.1270, 0.004, 0.005),
    )
)  # fmt: skip


def _creased(u: float, v: float) -> Point3:
    """The felt hat with its waved brim, its creased top and pinched front."""
    x, y, z = _FELT(u, v)
    high = min(1.0, max(0.0, (z - 0.055) / 0.06))
    dent = 0.026 * math.exp(-((x / 0.026) ** 2)) * max(0.0, (z - 0.095) / 0.032) ** 2
    pinch = 0.24 * high * math.exp(-(((y + 0.085) / 0.034) ** 2))
    radius = math.hypot(x, y)
    wave = 0.010 * math.cos(2 * math.atan2(x, y)) * (radius / 0.19) ** 4 if z < 0.03 else 0.0
    return x * (1 - pinch), y, z - dent - wave


def brimmed(item: Item) -> Sequence[Mesh]:
    look = item.look
    felt = paint(look.colour, "linen" if look.shape == "straw" else "felt")
    ribbon = paint(look.second, "canvas")
    parts = [_skin(_creased, felt, 144, 150)]
    band = (-0.5, 0.4999, 0.596, 0.700)
    parts.append(layer(_creased, band, ribbon, off=0.0018, steps=(144, 8)))
    for v in (0.604, 0.692):
        edge = [_creased(u, v) for u in np.linspace(0, 1, 120, endpoint=False)]
        outside = [(x * 1.02, y * 1.02, z) for x, y, z in edge]
        parts.append(tube(outside, 0.0011, ribbon, closed=True, bends=False))
    x, y, z = _creased(0.22, 0.648)
    for lean in (-1, 1):
        loop = through(
            [
                (x + 0.003, y, z), (x + 0.009, y + lean * 0.014, z + 0.001),
                (x + 0.006, y + lean * 0.032, z),
            ],
            20,
        )  # fmt: skip
        widths = np.linspace(0.016, 0.026, 20)
        parts.append(strap(loop, widths, 0.004, ribbon, across=(0, 0, 1), square=3))
    parts.append(move(scale(ball(0.008, ribbon), (0.7, 0.8, 1.3)), (x + 0.006, y, z)))
    return _on_ground(parts)


FAMILIES = (
    Family(
        key="cap",
        noun=Noun("baseball cap", "бейсболка", "f"),
        brand="Overlane",
        category="Accessories > Hats > Caps",
        material=("cotton twill", "хлопкового твила"),
        says=(
            "Six stitched panels, a curved bill, adjustable at the back.",
            "Шесть прошитых клиньев, изогнутый козырёк, размер регулируется сзади.",
        ),
        price=24,
        looks=(
            Look("navy", printed=True),
            Look("white", second="red", printed=True),
            Look("olive", printed=True),
            Look("burgundy"),
        ),
        build=cap,
        views=(View(20, 14), View(-42, 28)),
        backdrop="#e9eef0",
    ),
    Family(
        key="beanie",
        noun=Noun("beanie", "шапка", "f"),
        brand="Overlane",
        category="Accessories > Hats > Beanies",
        material=("soft merino wool", "мягкой мериносовой шерсти"),
        says=(
            "Rib-knitted, with a turned cuff and a pompon.",
            "Вязка резинкой, отворот и помпон.",
        ),
        price=27,
        looks=(
            Look("mustard", printed=True),
            Look("red", "stripes", "cream"),
            Look("navy", "zigzag", "white"),
        ),
        build=beanie,
        views=(View(16, 10), View(-30, 26)),
        backdrop="#eeedeb",
    ),
    Family(
        key="brim-hat",
        noun=Noun("wide-brimmed hat", "шляпа", "f"),
        brand="Solmira",
        category="Accessories > Hats > Wide-brimmed Hats",
        material=("wool felt", "шерстяного фетра"),
        says=(
            "A creased crown and a ribbon with a flat bow.",
            "Тулья с заломом, лента с плоским бантом.",
        ),
        price=59,
        looks=(
            Look("tan", second="brown"),
            Look("black", second="burgundy"),
            Look("cream", second="black"),
        ),
        build=brimmed,
        views=(View(28, 18), View(-50, 32)),
        backdrop="#f2efe9",
    ),
)

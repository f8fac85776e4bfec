"""Table lamps, desk lamps and mushroom lamps, switched on."""

import math
from collections.abc import Sequence

from studio.assortment import Family, Item, Look, Noun
from studio.paint import glowing, lit, paint, printed
from studio.shapes import (
    Mesh,
    Paint,
    Point2,
    Point3,
    ball,
    bent,
    box,
    cylinder,
    lathe,
    move,
    ring,
    tube,
    turn,
    wrap,
)
from studio.tags import mark
from studio.views import View

_WARM = "#ffd9a0"


def _cord(start: Point3, colour: str, side: float = 1) -> list[Mesh]:
    """A cord that leaves the foot, lies in a bend beside the lamp and ends in a plug."""
    sheath = paint(colour, "soft plastic")
    x, y, _ = start
    path = [
        start, (x + side * 0.05, y + 0.05, 0.004), (x + side * 0.13, y + 0.035, 0.003),
        (x + side * 0.165, y - 0.02, 0.003), (x + side * 0.13, y - 0.055, 0.003),
        (x + side * 0.135, y - 0.09, 0.006), (x + side * 0.15, y - 0.115, 0.010),
    ]  # fmt: skip
    end = path[-1]
    heading = math.degrees(math.atan2(end[1] - path[-2][1], end[0] - path[-2][0]))
    pin = [(0.002, 0.026), (0.002, 0.043), (0.0012, 0.045), (0, 0.045)]
    grip = bent([(0.0035, -0.012), (0.007, 0.0), (0.0105, 0.012), (0.0105, 0.026)], 16)
    plug = [lathe([*grip, (0.0095, 0.0275), (0, 0.0275)], sheath)]
    plug += [move(lathe(pin, paint("silver", "polished")), (0, y, 0)) for y in (-0.0055, 0.0055)]
    plug = [turn(part, (0, 90, 0)) for part in plug]
    at = (end[0], end[1], 0.0106)
    plug = [move(turn(part, (0, 0, heading)), at) for part in plug]
    return [tube(path, 0.003, sheath), *plug]


_BASES: dict[str, list[Point2]] = {
    "gourd": [(0.058, 0.012), (0.088, 0.040), (0.100, 0.082), (0.088, 0.130), (0.058, 0.166),
              (0.060, 0.196), (0.052, 0.226), (0.024, 0.246)],
    "column": [(0.066, 0.012), (0.076, 0.018), (0.079, 0.04), (0.079, 0.19), (0.072, 0.222),
               (0.046, 0.240), (0.020, 0.246)],
}  # fmt: skip
_BASE_PATTERN = {"plain": 0.02, "speckled": 0.006, "stripes": 0.045, "dipped": 0.10}
_INK = {"white": "navy", "cream": "brown", "mustard": "black", "sage": "charcoal"}


def table_lamp(item: Item) -> Sequence[Mesh]:
    look = item.look
    clay = paint(
        look.colour, "glazed", pattern=look.pattern, second=look.second,
        size=_BASE_PATTERN[look.pattern],
    )  # fmt: skip
    side = bent(_BASES[look.shape or "gourd"], 48)
    brass, wood = paint("gold", "brushed"), paint("walnut", "wood")
    foot = side[0][0] + 0.010
    parts = [
        lathe([(0, 0.012), *side, (0, side[-1][1])], clay),
        cylinder(foot, 0.013, wood, edge=0.003),
        cylinder(0.019, 0.008, brass, at=(0, 0, 0.244), edge=0.002),
        cylinder(0.008, 0.03, brass, at=(0, 0, 0.25)),
        cylinder(0.016, 0.045, paint("cream", "plastic"), at=(0, 0, 0.275), edge=0.002),
        ball(0.031, glowing(_WARM, 9), at=(0, 0, 0.352)),
        *_shade(look.shape),
        *_cord((0.0, foot - 0.004, 0.006), "gold" if look.colour == "navy" else "white"),
    ]
    if look.printed:
        ink = printed(mark(item, _INK.get(look.colour, "white")))
        parts.append(wrap(side, (0.046, 0.116), ink, middle=16, span=84))
    return parts


def _shade(shape: str) -> list[Mesh]:
    """Cloth on two wire rings, bound at its edges; its spokes sit on the socket."""
    low, high = (0.152, 0.115) if shape != "column" else (0.140, 0.140)
    bottom, top = 0.262, 0.452
    linen = lit(paint("cream", "linen"), _WARM, 0.42)
    trim, wire = paint("#d8c6a2", "canvas"), paint("gold", "brushed")
    cloth = [
        (low, bottom),
        (high, top),
        (high - 0.0016, top),
        (low - 0.0016, bottom),
        (low, bottom),
    ]
    parts = [lathe(cloth, linen)]
    for radius, z in ((low, bottom), (high, top)):
        inwards = 0.0055 * (1 if z == bottom else -1)
        slope = (high - low) / (top - bottom)
        band = [
            (radius + 0.0007, z - inwards * 0.1),
            (radius + 0.0007 + slope * inwards, z + inwards),
        ]
        parts.append(lathe(band, trim))
        parts.append(
            tube(
                ring((0, 0, z), radius - 0.001, radius - 0.001, points=32),
                0.0021,
                trim,
                closed=True,
            )
        )
    for k in range(3):
        a = math.radians(30 + 120 * k)
        rim = ((high - 0.002) * math.cos(a), (high - 0.002) * math.sin(a), top - 0.004)
        parts.append(tube([(0.4 * rim[0], 0.4 * rim[1], top - 0.02), rim], 0.0016, wire))
        parts.append(
            tube([(0.0, 0.0, 0.322), (0.4 * rim[0], 0.4 * rim[1], top - 0.02)], 0.0016, wire)
        )
    return parts


# The desk lamp's reflector, from its cap down to the mouth, in its own frame.
_REFLECTOR = bent(
    [(0.024, 0.108), (0.030, 0.098), (0.033, 0.074), (0.050, 0.048), (0.068, 0.024), (0.078, 0.0)],
    40,
)


def desk_lamp(item: Item) -> Sequence[Mesh]:
    look = item.look
    enamel = paint(look.colour, "painted metal")
    steel = paint("gold" if look.shape == "arc" else "silver", "brushed")
    parts = [
        cylinder(0.084, 0.016, enamel, at=(-0.05, 0, 0.0015), edge=0.005),
        cylinder(0.081, 0.003, paint("black", "rubber"), at=(-0.05, 0, 0)),
        cylinder(0.011, 0.006, steel, at=(-0.015, -0.05, 0.0165), edge=0.002),
    ]
    parts += _arc_arm(steel) if look.shape == "arc" else _jointed_arm(enamel, steel)
    parts += _reflector(item, enamel, steel)
    parts += _cord((-0.05, 0.080, 0.006), "black", -1)
    return parts


_HEAD = (0.10, 0.0, 0.325)  # the middle of the reflector's mouth
_TILT = -32


def _reflector(item: Item, enamel: Paint, steel: Paint) -> list[Mesh]:
    inside = [(r - 0.0022, z - 0.001) for r, z in reversed(_REFLECTOR[2:])]
    shell = [(0, 0.112), (0.019, 0.112), *_REFLECTOR, (0.0772, -0.0012), *inside, (0, 0.10)]
    parts = [
        lathe(shell, enamel),
        cylinder(0.013, 0.012, steel, at=(0, 0, 0.111), edge=0.003),
        ball(0.026, glowing(_WARM, 10), at=(0, 0, 0.030)),
        cylinder(0.014, 0.05, paint("white", "plastic"), at=(0, 0, 0.05)),
    ]
    if item.look.printed:
        ink = printed(mark(item, _INK.get(item.look.colour, "white")))
        upwards = sorted(_REFLECTOR, key=lambda p: p[1])
        parts.append(wrap(upwards, (0.004, 0.052), ink, middle=10, span=92))
    return [move(turn(part, (0, _TILT, 0)), _HEAD) for part in parts]


def _above_mouth(height: float) -> Point3:
    """A point on the reflector's axis."""
    a = math.radians(_TILT)
    return _HEAD[0] + height * math.sin(a), 0.0, _HEAD[2] + height * math.cos(a)


def _jointed_arm(enamel: Paint, steel: Paint) -> list[Mesh]:
    foot, elbow, wrist = (-0.05, 0.0, 0.040), (-0.145, 0.0, 0.245), _above_mouth(0.128)
    parts = [
        cylinder(0.014, 0.024, enamel, at=(-0.05, 0, 0.015), edge=0.002),
        *_knuckle(foot, steel), *_knuckle(elbow, steel), *_knuckle(wrist, steel),
    ]  # fmt: skip
    for a, b in ((foot, elbow), (elbow, wrist)):
        for y in (-0.0095, 0.0095):
            ends = [(p[0], y, p[2]) for p in (a, b)]
            parts.append(tube(ends, 0.0042, enamel, bends=False))
    spring = []
    for k in range(161):
        f, t = 0.10 + 0.38 * k / 160, k / 160 * 2 * math.pi * 20
        x = foot[0] + (elbow[0] - foot[0]) * f
        z = foot[2] + (elbow[2] - foot[2]) * f
        spring.append((x + 0.0048 * math.cos(t), 0.0048 * math.sin(t), z))
    parts.append(tube(spring, 0.0011, steel, bends=False))
    hook = [foot[k] + (elbow[k] - foot[k]) * 0.48 for k in range(3)]
    parts.append(tube([tuple(hook), elbow], 0.0016, steel, bends=False))
    return parts


def _knuckle(at: Point3, steel: Paint) -> list[Mesh]:
    """A friction joint: two plates and a winged screw."""
    joint = [
        move(cylinder(0.0155, 0.034, steel, edge=0.002), (0, 0, -0.017)),
        cylinder(0.008, 0.010, paint("black", "plastic"), at=(0, 0, 0.016), edge=0.002),
        box((0.030, 0.007, 0.009), paint("black", "plastic"), at=(0, 0, 0.022), edge=0.003),
    ]
    return [move(turn(part, (90, 0, 0)), at) for part in joint]


def _arc_arm(steel: Paint) -> list[Mesh]:
    path = [
        (-0.05, 0, 0.016), (-0.052, 0, 0.20), (-0.040, 0, 0.36), (0.000, 0, 0.448),
        (0.030, 0, 0.462), (0.046, 0, 0.447), _above_mouth(0.112),
    ]  # fmt: skip
    return [
        tube(path, 0.006, steel),
        cylinder(0.012, 0.012, steel, at=(-0.05, 0, 0.016), edge=0.003),
    ]


_CAPS: dict[str, list[Point2]] = {
    "dome": [(0.130, 0.178), (0.134, 0.198), (0.122, 0.245), (0.088, 0.286), (0.045, 0.306),
             (0, 0.310)],
    "flat": [(0.150, 0.215), (0.153, 0.226), (0.132, 0.252), (0.090, 0.272), (0.045, 0.281),
             (0, 0.283)],
}  # fmt: skip


def mushroom_lamp(item: Item) -> Sequence[Mesh]:
    look = item.look
    enamel = paint(look.colour, "lacquer", pattern=look.pattern, second=look.second, size=0.055)
    cap = bent(_CAPS[look.shape or "dome"], 56)
    rim, low = cap[0]
    inside = [(max(0.0, r - 0.003), z - 0.003) for r, z in reversed(cap[1:])]
    white = lit(paint("white", "plastic"), _WARM, 0.9)
    bottom = bent([(0.085, 0.003), (0.084, 0.014), (0.060, 0.030), (0.032, 0.070), (0.027, 0.12),
                   (0.030, 0.165), (0.036, 0.19)], 48)  # fmt: skip
    body = paint(look.colour, "lacquer")
    parts = [
        lathe([*cap, (0, cap[-1][1])], enamel),
        lathe([(rim, low), (rim - 0.0015, low - 0.0012), (rim - 0.003, low)], body),
        lathe(inside, white),
        lathe([(0, 0.002), (0.083, 0.002), *bottom, (0.034, 0.193), (0, 0.193)], body),
        cylinder(0.080, 0.0025, paint("black", "rubber")),
        ball(0.034, glowing(_WARM, 8), at=(0, 0, 0.218)),
        cylinder(0.0075, 0.004, paint("gold", "polished"), at=(0.045, -0.045, 0.024)),
        *_cord((0.0, 0.08, 0.006), "white"),
    ]  # fmt: skip
    if look.printed:
        ink = printed(mark(item, _INK.get(look.colour, "white")))
        heights = (low + 0.010, low + 0.072) if look.shape != "flat" else (low + 0.008, low + 0.040)
        parts.append(wrap(cap[:-3], heights, ink, middle=20, span=58))
    return parts


_CATEGORY = "Home & Garden > Lighting > Lamps"

FAMILIES = (
    Family(
        key="table-lamp",
        noun=Noun("table lamp", "настольная лампа", "f"),
        brand="Lysand",
        category=_CATEGORY,
        material=("glazed ceramic and linen", "глазурованной керамики и льна"),
        says=(
            "A soft light for the bedside or the shelf; takes an E14 bulb.",
            "Мягкий свет у кровати или на полке; цоколь E14.",
        ),
        price=59,
        shapes={"column": ("column", "с прямым основанием")},
        looks=(
            Look("white", printed=True),
            Look("navy", printed=True),
            Look("sage", "speckled", "brown", shape="column"),
            Look("terracotta", "stripes", "cream", shape="column"),
        ),
        build=table_lamp,
        views=(View(22, 10), View(-35, 24)),
        backdrop="#f2efe9",
    ),
    Family(
        key="desk-lamp",
        noun=Noun("desk lamp", "лампа для рабочего стола", "f"),
        brand="Lysand",
        category=_CATEGORY,
        material=("painted steel", "окрашенной стали"),
        says=(
            "Throws its light where the work is; heavy foot, switch on the foot.",
            "Светит туда, где нужна работа; тяжёлое основание с выключателем.",
        ),
        price=49,
        shapes={"arc": ("arc", "с изогнутой стойкой")},
        looks=(
            Look("black", printed=True),
            Look("red"),
            Look("mint", shape="arc"),
            Look("navy", shape="arc", printed=True),
        ),
        build=desk_lamp,
        views=(View(14, 9), View(-35, 20), View(65, 14)),
    ),
    Family(
        key="mushroom-lamp",
        noun=Noun("mushroom lamp", "лампа-грибок", "f"),
        brand="Orvella",
        category=_CATEGORY,
        material=("lacquered metal", "лакированного металла"),
        says=(
            "Light falls on the table and not into the eyes; dims at a touch.",
            "Свет падает на стол, а не в глаза; яркость меняется касанием.",
        ),
        price=75,
        shapes={"flat": ("wide", "с широким плафоном")},
        looks=(
            Look("orange"),
            Look("white", printed=True),
            Look("burgundy", shape="flat"),
            Look("green", shape="flat"),
        ),
        build=mushroom_lamp,
        views=(View(20, 8), View(-30, 20)),
        backdrop="#e9eef0",
    ),
)

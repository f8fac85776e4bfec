"""Wrist watches: round and square, on leather straps and on links, standing on the closed strap.

A watch is made lying down, its dial up (+z) and twelve o'clock at +y, and then stood up.
"""

import math
from collections.abc import Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import ink_on, lettering
from studio.shapes import (
    Mesh,
    Paint,
    Point2,
    Point3,
    cylinder,
    join,
    lathe,
    loft,
    move,
    plate,
    ribs,
    ring,
    stitches,
    strap,
    surface,
    through,
    tube,
    turn,
)
from studio.views import View

_RADIUS = 0.0200  # of the case
_DIAL = 0.0168
_FACE = 0.0078  # the dial's height over the case's back
# The strap's way from the upper lugs around the wrist to the lower ones, (y, z).
_HALF_LOOP = (
    (0.0190, 0.0036), (0.0255, 0.0008), (0.0300, -0.0070), (0.0310, -0.0180), (0.0285, -0.0300),
    (0.0210, -0.0400), (0.0100, -0.0450), (0.0, -0.0460),
)  # fmt: skip


def watch(item: Item) -> Sequence[Mesh]:
    look = item.look
    square, links = look.shape.startswith("square"), look.shape.endswith("links")
    metal = paint("gold" if look.second == "gold" else "silver", "brushed")
    shiny = paint("gold" if look.second == "gold" else "silver", "polished")
    dial = _dial_colour(item)
    parts = _square_case(metal, shiny, dial) if square else _round_case(metal, shiny, dial)
    parts += _marks(shiny, square, ink_on(dial))
    parts += _hands(paint(ink_on(dial), "plastic") if links else shiny, paint("red", "plastic"))
    parts += _words(item, ink_on(dial))
    parts += _links(metal, shiny) if links else _leather(look.colour, shiny)
    whole = turn(join(parts), (70, 0, 0))
    return [move(whole, (0, 0, -min(v.co.z for v in whole.data.vertices)))]


def _dial_colour(item: Item) -> str:
    """Links are of bare metal, so there the look's colour is the dial's."""
    if item.look.shape.endswith("links"):
        return item.look.colour
    return {"black": "white", "navy": "cream"}.get(item.look.colour, "white")


def _round_case(metal: Paint, shiny: Paint, dial: str) -> list[Mesh]:
    r = _RADIUS
    case = [
        (0, 0), (r - 0.003, 0), (r - 0.0008, 0.0010), (r, 0.0025), (r, 0.0068),
        (r - 0.0006, 0.0076),
    ]  # fmt: skip
    bezel = [
        (r - 0.0006, 0.0076), (r - 0.0004, 0.0086), (r - 0.0012, 0.0098), (r - 0.0022, 0.0100),
        (_DIAL + 0.0001, 0.0093), (_DIAL, _FACE - 0.0004),
    ]  # fmt: skip
    face = lathe([(0, _FACE), (_DIAL + 0.0001, _FACE)], paint(dial, "lacquer"))
    return [lathe(case, metal), lathe(bezel, shiny), face, *_crown(r, shiny), *_lugs(0.0175, metal)]


def _square_case(metal: Paint, shiny: Paint, dial: str) -> list[Mesh]:
    half = 0.0180

    def level(z: float, grow: float) -> list[Point3]:
        return ring((0, 0, z), half + grow, half + grow, square=6, points=96)

    case = [level(0, -0.002), level(0.0012, -0.0003), level(0.0025, 0), level(0.0070, 0)]
    bezel = [
        level(0.0070, 0), level(0.0090, -0.0004), level(0.0098, -0.0014), level(0.0098, -0.0022),
        level(0.0090, -0.0029), level(_FACE - 0.0004, -0.0030),
    ]  # fmt: skip
    face = plate([(x, y) for x, y, _ in level(0, -0.0028)], 0.0008, paint(dial, "lacquer"), edge=0)
    parts = [loft(case, metal), loft(bezel, shiny, caps=False), move(face, (0, 0, _FACE - 0.0008))]
    return [*parts, *_crown(half, shiny), *_lugs(0.0165, metal)]


def _crown(side: float, shiny: Paint) -> list[Mesh]:
    knob = ribs(cylinder(0.0030, 0.0034, shiny, edge=0.0006), 24, 0.0003)
    stem = cylinder(0.0014, 0.003, shiny)
    return [
        move(turn(knob, (0, 90, 0)), (side + 0.0006, 0, 0.0046)),
        move(turn(stem, (0, 90, 0)), (side - 0.0016, 0, 0.0046)),
    ]


def _lugs(start: float, metal: Paint) -> list[Mesh]:
    """Four horns that hold the strap's bars."""
    parts = []
    for end in (-1, 1):
        sides = ((start - 0.004, 0.0048), (start + 0.002, 0.0046), (0.0225, 0.0032), (0.024, 0.001))
        way = [(0, end * y, z) for y, z in sides]
        for x in (-0.0117, 0.0117):
            horn = strap(through(way, 20), np.linspace(0.0034, 0.0024, 20), 0.0042, metal, square=4)
            parts.append(move(horn, (x, 0, 0)))
        bar = cylinder(0.0009, 0.0234, metal)
        parts.append(move(turn(bar, (0, 90, 0)), (-0.0117, end * 0.0222, 0.0026)))
    return parts


def _marks(shiny: Paint, square: bool, ink: str) -> list[Mesh]:
    """Twelve raised batons, and printed minutes."""
    parts = []
    black = paint(ink, "plastic")
    for minute in range(60):
        angle = math.radians(6 * minute)
        c, s = math.sin(angle), math.cos(angle)
        reach = 0.0140 / max(abs(c), abs(s)) if square else 0.0160
        hour = minute % 5 == 0
        long = (0.0034 if minute % 15 == 0 else 0.0026) if hour else 0.0009
        half = 0.00055 if hour else 0.00014
        if square and hour and minute % 15:
            reach -= 0.0004
        foot = reach - long
        outline: list[Point2] = [(-half, foot), (half, foot), (half, reach), (-half, reach)]
        mark = plate(outline, 0.0005 if hour else 0.0001, shiny if hour else black, edge=0.00008)
        parts.append(move(turn(mark, (0, 0, -6 * minute)), (0, 0, _FACE)))
    return parts


def _hands(steel: Paint, red: Paint) -> list[Mesh]:
    """Ten minutes past ten, as shops set them."""

    def hand(long: float, wide: float, degrees: float, up: float, cover: Paint) -> Mesh:
        outline = [
            (-wide * 0.6, -0.003), (wide * 0.6, -0.003), (wide, long * 0.55), (wide * 0.3, long),
            (-wide * 0.3, long), (-wide, long * 0.55),
        ]  # fmt: skip
        made = plate(outline, 0.0003, cover, edge=0.0001)
        return move(turn(made, (0, 0, -degrees)), (0, 0, _FACE + up))

    return [
        hand(0.0088, 0.00075, 305, 0.0004, steel),
        hand(0.0134, 0.00060, 60, 0.0008, steel),
        hand(0.0145, 0.00018, 255, 0.0012, red),
        cylinder(0.0011, 0.0018, steel, at=(0, 0, _FACE), edge=0.0003),
    ]


def _words(item: Item, ink: str) -> list[Mesh]:
    """The brand under twelve o'clock; the article number over six."""
    rows = [(item.family.brand.upper(), 0.0122, 0.0033, 0.0064)]
    if item.look.printed:
        rows.append((item.article, 0.0180, 0.0042, -0.0068))
    parts = []
    for text, wide, high, y in rows:
        shape = (512, round(512 * high / wide))
        ink_ = printed(lettering([(text, 0.98)], ink, size=shape), "plastic")

        def point(u: float, v: float, wide=wide, high=high, y=y) -> Point3:
            return (u - 0.5) * wide, y + (v - 0.5) * high, _FACE + 0.00015

        parts.append(surface(point, ink_, steps=(1, 1)))
    return parts


def _loop(count: int) -> list[Point3]:
    upper = [(0, y, z) for y, z in _HALF_LOOP]
    return through([*upper, *[(0, -y, z) for _, y, z in reversed(upper[:-1])]], count)


def _leather(colour: str, shiny: Paint) -> list[Mesh]:
    path = _loop(120)
    widths = 0.0200 - 0.0036 * np.sin(np.linspace(0, math.pi, 120)) ** 0.8
    leather = paint(colour, "leather")
    thread = paint("cream" if ink_on(colour) == "white" else "brown", "canvas")
    parts = [strap(path, widths, 0.0026, leather, square=4)]
    places = np.array(path)
    ways = np.gradient(places, axis=0)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    outwards = np.cross(ways, (1.0, 0.0, 0.0))
    outwards *= np.sign((outwards * (places - places.mean(0))).sum(1))[:, None]
    surface_ = places + outwards * 0.0013
    for side in (-1, 1):
        line = [
            (side * (w / 2 - 0.0019), y, z) for w, (_, y, z) in zip(widths, surface_, strict=True)
        ]
        parts.append(stitches(line[3:-3], thread, pitch=0.0021, thick=0.0005))
    # The buckle and its keeper, at the back of the wrist.
    frame = [(x, y, 0) for x, y, _ in ring((0, 0, 0), 0.0106, 0.0066, square=5)]
    buckle = tube(frame, 0.0011, shiny, closed=True, bends=False)
    prong = tube([(0, -0.0060, 0.0004), (0, 0.0066, 0.0010)], 0.0008, shiny, bends=False)
    for part in (buckle, prong):
        parts.append(move(part, (0, 0, -0.0482)))
    for y in (0.012, 0.018):
        near = int(np.argmin(np.hypot(places[:, 1] - y, places[:, 2] + 0.043)))
        way, up = ways[near], outwards[near]
        keeper = [
            tuple(places[near] + way * d + up * 0.0006) for d in (-0.0022, -0.001, 0.001, 0.0022)
        ]
        parts.append(strap(keeper, 0.0190, 0.0046, leather, square=6))
    return parts


def _links(metal: Paint, shiny: Paint) -> list[Mesh]:
    """Three pieces across, polished in the middle."""
    path = np.array(_loop(400))
    lengths = np.r_[0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))]
    count = 27
    pitch = lengths[-1] / count
    parts = []
    for k in range(count):
        for shift, offset, wide, cover in (
            (0.0, 0.0, 0.0074, shiny), (0.5, -0.0066, 0.0054, metal), (0.5, 0.0066, 0.0054, metal),
        ):  # fmt: skip
            middle = (k + 0.5 + shift * 0.999) * pitch
            if middle > lengths[-1] - 0.3 * pitch:
                continue
            ends = np.linspace(middle - 0.47 * pitch, middle + 0.47 * pitch, 6)
            way = [
                (offset, *(float(np.interp(d, lengths, path[:, a])) for a in (1, 2))) for d in ends
            ]
            narrow = [wide * 0.93, wide, wide, wide, wide, wide * 0.93]
            parts.append(strap(way, narrow, 0.0032, cover, square=5))
    return parts


FAMILIES = (
    Family(
        key="watch",
        noun=Noun("wrist watch", "наручные часы", "pl"),
        brand="Averon",
        category="Accessories > Watches",
        material=("stainless steel", "нержавеющей стали"),
        says=(
            "Quartz movement, hardened crystal, water-resistant to 50 metres.",
            "Кварцевый механизм, закалённое стекло, водозащита до 50 метров.",
        ),
        price=119,
        shapes={
            "round leather": ("round", "с круглым корпусом, на кожаном ремешке"),
            "square leather": ("square", "с квадратным корпусом, на кожаном ремешке"),
            "round links": ("round steel-bracelet", "с круглым корпусом, на браслете"),
            "square links": ("square steel-bracelet", "с квадратным корпусом, на браслете"),
        },
        looks=(
            Look("brown", shape="round leather", printed=True),
            Look("black", second="gold", shape="round leather", printed=True),
            Look("navy", shape="round leather"),
            Look("tan", second="gold", shape="square leather", printed=True),
            Look("burgundy", shape="square leather"),
            Look("black", shape="square leather"),
            Look("blue", shape="round links", printed=True),
            Look("white", shape="round links"),
            Look("green", second="gold", shape="round links"),
            Look("black", shape="square links", printed=True),
        ),
        build=watch,
        views=(View(20, 16), View(-38, 24), View(66, 20)),
        backdrop="#e9eef0",
    ),
)

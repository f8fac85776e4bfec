"""Wall clocks and alarm clocks, at nine minutes past ten."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from studio.assortment import Family, Item, Look, Noun
from studio.paint import hexed, paint, printed
from studio.prints import CLEAR, font, ink_on
from studio.shapes import (
    Mesh,
    Paint,
    Point2,
    ball,
    bent,
    box,
    cylinder,
    lathe,
    move,
    plate,
    sticker,
    tube,
    turn,
)
from studio.views import View

_SIDE = 1024
_HOUR, _MINUTE, _SECOND = -(10 + 9 / 60) * 30, -9.0 * 6, -17.0 * 6  # degrees, clockwise negative


def _dial(item: Item, accent: str) -> Image.Image:
    """A round dial with numerals or hour marks, the brand, and the article number where printed."""
    ground, middle = item.look.second, _SIDE / 2
    ink = hexed("navy" if ground == "white" and item.look.colour == "blue" else ink_on(ground))
    image = Image.new("RGBA", (_SIDE, _SIDE), CLEAR)
    draw = ImageDraw.Draw(image)
    draw.ellipse((2, 2, _SIDE - 2, _SIDE - 2), fill=hexed(ground))

    def at(minute: float, far: float) -> Point2:
        a = math.radians(6 * minute)
        return middle + far * math.sin(a), middle - far * math.cos(a)

    numerals = "ticks" not in item.look.shape
    for minute in range(60):
        hour = minute % 5 == 0
        reach = (456 if numerals else 400) if hour else 474
        draw.line((*at(minute, 492), *at(minute, reach)), fill=ink, width=13 if hour else 5)
        if hour and numerals:
            text = str(minute // 5 or 12)
            draw.text(at(minute, 386), text, fill=ink, font=font(98), anchor="mm")
    if not numerals:
        draw.ellipse(
            (*(middle - 18 for _ in range(2)), *(middle + 18 for _ in range(2))), fill=accent
        )
    words = [item.family.brand.upper(), *([item.article] if item.look.printed else [])]
    for k, word in enumerate(words):
        draw.text((middle, 640 + 104 * k), word, fill=ink, font=font(96), anchor="mm")
    return image


def _hand(length: float, wide: float, tail: float, thick: float, stuff: Paint) -> Mesh:
    """A tapered pointer towards +y."""
    outline = [
        (-wide * 0.5, -tail), (wide * 0.5, -tail), (wide * 0.62, 0.0), (wide * 0.36, 0.9 * length),
        (0.0, length), (-wide * 0.36, 0.9 * length), (-wide * 0.62, 0.0),
    ]  # fmt: skip
    return plate(outline, thick, stuff, edge=0.0002)


def _hands(radius: float, level: float, ink: str, accent: str) -> list[Mesh]:
    """Hour, minute and second hand above one another, on their arbor."""
    dark, bright = paint(ink, "painted metal"), paint(accent, "painted metal")
    step = 0.012 * radius
    pointers = [
        (_hand(0.50 * radius, 0.075 * radius, 0.10 * radius, step, dark), _HOUR),
        (_hand(0.76 * radius, 0.055 * radius, 0.12 * radius, step, dark), _MINUTE),
        (_hand(0.84 * radius, 0.018 * radius, 0.22 * radius, step, bright), _SECOND),
    ]
    parts = [
        move(turn(hand, (0, 0, degrees)), (0, 0, level + (1.4 * k + 0.8) * step))
        for k, (hand, degrees) in enumerate(pointers)
    ]
    parts.append(cylinder(0.05 * radius, 5.6 * step, bright, at=(0, 0, level), edge=0.3 * step))
    return parts


def _faced(item: Item, radius: float, level: float, accent: str) -> list[Mesh]:
    """Dial and hands in the clock's own frame: x right, y up, z towards the viewer."""
    dial = sticker((2 * radius, 2 * radius), printed(_dial(item, accent)), at=(0, 0, 0))
    dial = move(turn(dial, (-90, 0, 0)), (0, 0, level))
    return [dial, *_hands(radius, level, ink_on(item.look.second), accent)]


def wall_clock(item: Item) -> Sequence[Mesh]:
    look = item.look
    finish = {"oak": "wood", "walnut": "wood", "copper": "brushed"}.get(look.colour, "lacquer")
    case = paint(look.colour, finish)
    accent = hexed("red") if look.second == "white" else hexed("copper")
    if "thin" in look.shape:
        rim = bent([(0.141, 0.018), (0.1425, 0.027), (0.1475, 0.029), (0.150, 0.024),
                    (0.150, 0.004), (0.147, 0.0)], 36)  # fmt: skip
    else:
        rim = bent([(0.139, 0.018), (0.142, 0.027), (0.152, 0.038), (0.164, 0.036),
                    (0.169, 0.022), (0.164, 0.005), (0.158, 0.0)], 48)  # fmt: skip
    parts = [
        lathe(rim, case),
        lathe([(0.16 if "thin" not in look.shape else 0.148, 0.0005), (0, 0.0005)], case),
        lathe([(0, 0.0175), (0.143, 0.0175)], paint(look.second, "matte")),
        *_faced(item, 0.139, 0.0182, accent),
    ]
    low = max(r for r, _ in rim)
    return [move(turn(part, (90 - 4, 0, 0)), (0, 0, low)) for part in parts]


def alarm_clock(item: Item) -> Sequence[Mesh]:
    look = item.look
    enamel, metal = (
        paint(look.colour, "lacquer"),
        paint(_METAL.get(look.colour, "silver"), "polished"),
    )
    drum = bent([(0.0, -0.050), (0.035, -0.0495), (0.053, -0.046), (0.0575, -0.036),
                 (0.0575, -0.004)], 48)  # fmt: skip
    rim = bent([(0.0575, -0.004), (0.0595, -0.001), (0.0590, 0.003), (0.0555, 0.0045),
                (0.0515, 0.001), (0.0510, -0.003)], 36)  # fmt: skip
    parts = [
        lathe(drum, enamel),
        lathe(rim, metal),
        lathe([(0, -0.0034), (0.0515, -0.0034)], paint(look.second, "matte")),
        *_faced(item, 0.0505, -0.0030, hexed("red")),
    ]
    for x in (-0.02, 0.02):  # what winds it and sets it
        parts.append(cylinder(0.0065, 0.012, metal, at=(x, 0.006, -0.061), edge=0.002))
    parts = [turn(part, (90, 0, 0)) for part in parts]
    for side in (-1, 1):
        tilt = 33 * side
        cup = bent([(0.0225, 0.0), (0.0235, 0.002), (0.0215, 0.011), (0.0135, 0.0185),
                    (0.0, 0.0212)], 32)  # fmt: skip
        inside = [(r - 0.0012 if r > 0.002 else 0.0, z - 0.0012) for r, z in reversed(cup[3:])]
        bell = [
            lathe([*reversed(cup), (0.0215, -0.0004), *reversed(inside)], metal),
            cylinder(0.0032, 0.028, metal, at=(0, 0, -0.016)),
            ball(0.0042, metal, at=(0, 0, 0.0225)),
        ]
        parts += [turn(move(part, (0, 0.023, 0.070)), (0, tilt, 0)) for part in bell]
        leg = [(0, 0.023, -0.054), (0, 0.023, -0.066), (0, 0.023, -0.082)]
        parts.append(turn(tube(leg, [0.0042, 0.0036, 0.0052], metal), (0, -32 * side, 0)))
        foot = turn(ball(0.0062, metal, at=(0, 0.023, -0.083)), (0, -32 * side, 0))
        parts.append(foot)
    parts += [
        tube([(0, 0.023, 0.054), (0, 0.023, 0.083)], 0.0018, metal, bends=False),
        cylinder(0.0068, 0.011, metal, at=(0, 0.023, 0.079), edge=0.002),
        tube(_handle(), 0.0023, metal),
        box((0.014, 0.016, 0.004), metal, at=(0, 0.023, 0.056), edge=0.001),
    ]
    ground = 0.083 * math.cos(math.radians(32)) + 0.0062
    return [move(part, (0, 0, ground)) for part in parts]


def _handle() -> list[tuple[float, float, float]]:
    """A bail over both bells."""
    ends = [(0.058 * math.sin(a), 0.023, 0.058 * math.cos(a)) for a in np.radians([-12, 12])]
    bow = [
        (0.052 * math.sin(a), 0.023, 0.058 + 0.052 * math.cos(a))
        for a in np.radians([-52, -30, 0, 30, 52])
    ]
    return [ends[0], *bow, ends[1]]


_METAL = {"mint": "gold", "burgundy": "gold", "white": "copper"}

FAMILIES = (
    Family(
        key="wall-clock",
        noun=Noun("wall clock", "часы настенные", "pl"),
        brand="Horvex",
        category="Home & Garden > Decor > Clocks > Wall Clocks",
        material=("wood and metal", "дерева и металла"),
        says=(
            "A silent sweep movement; runs for a year on one AA battery.",
            "Бесшумный плавный ход; одной батарейки АА хватает на год.",
        ),
        price=39,
        shapes={
            "numerals": ("", ""),
            "ticks": ("minimalist", "без цифр"),
            "thin": ("slim", "в тонком корпусе"),
            "thin ticks": ("slim minimalist", "в тонком корпусе без цифр"),
        },
        looks=(
            Look("black", shape="numerals", printed=True),
            Look("oak", shape="numerals"),
            Look("copper", second="navy", shape="thin ticks", printed=True),
            Look("walnut", second="cream", shape="ticks"),
            Look("white", second="sage", shape="thin"),
        ),
        build=wall_clock,
        views=(View(18, 8), View(-34, 16)),
    ),
    Family(
        key="alarm-clock",
        noun=Noun("twin-bell alarm clock", "будильник с двумя звонками", "m"),
        brand="Horvex",
        category="Home & Garden > Decor > Clocks > Alarm Clocks",
        material=("enamelled steel", "эмалированной стали"),
        says=(
            "Rings loudly enough for the deepest sleeper; wound up by a key.",
            "Разбудит даже самого крепко спящего; заводится ключом.",
        ),
        price=27,
        looks=(
            Look("red"),
            Look("mint", printed=True),
            Look("black", second="cream", printed=True),
            Look("white", second="white"),
        ),
        build=alarm_clock,
        views=(View(18, 10), View(-34, 16), View(150, 18)),
        backdrop="#e9eef0",
    ),
)

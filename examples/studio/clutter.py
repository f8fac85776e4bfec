"""What lies about in rooms besides products of the shop: books, plants, fruit, a laptop."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from studio.grounds import display
from studio.inter import inter
from studio.paint import paint, printed
from studio.shapes import (
    Mesh,
    Point3,
    ball,
    bent,
    box,
    cylinder,
    join,
    lathe,
    move,
    reshape,
    scale,
    surface,
    tube,
    turn,
)


def books(spines: Sequence[tuple[str, float, float]], *, lying: bool = False) -> list[Mesh]:
    """(colour, thickness, height) of each; standing side by side along x, or in a pile."""
    made, reached = [], 0.0
    for k, (colour, thick, high) in enumerate(spines):
        cover, pages = paint(colour, "matte"), paint("#e9e1cf", "paper")
        deep = 0.72 * high
        volume = [
            box((0.0025, deep, high), cover, at=(-thick / 2, 0, 0), edge=0.001),
            box((0.0025, deep, high), cover, at=(thick / 2, 0, 0), edge=0.001),
            box((thick, 0.003, high), cover, at=(0, -deep / 2, 0), edge=0.001),
            box((thick - 0.003, deep - 0.008, high - 0.008), pages, at=(0, 0, 0.004), edge=0.0005),
        ]
        band = box((thick + 0.0008, 0.0032, 0.012), paint("gold", "matte"),
                   at=(0, -deep / 2 - 0.0004, 0.78 * high), edge=0.0002)  # fmt: skip
        book = join([*volume, band])
        if lying:
            turn(book, (0, -90, 0))
            move(book, (high / 2, 0, reached + thick / 2))
            turn(book, (0, 0, (-7, 5, -3, 8)[k % 4]))
            reached += thick + 0.003
        else:
            move(book, (reached + thick / 2, 0, 0))
            reached += thick + 0.0035
        made.append(book)
    return made


def plant(kind: str, seed: int, *, pot: str = "terracotta", size: float = 1.0) -> list[Mesh]:
    """A potted plant: "broad", "spears" (sansevieria) or "trailing" leaves; 1 is about 0.5 m."""
    rng = np.random.default_rng(seed)
    sides = bent([(0.062, 0.0), (0.072, 0.05), (0.084, 0.13)], 20)
    profile = [(0, 0), *sides, (0.079, 0.133), (0.074, 0.115), (0, 0.115)]
    vessel = lathe(profile, paint(pot, "clay"))
    soil = cylinder(0.074, 0.006, paint("#2c2018", "felt"), at=(0, 0, 0.108))
    greens = [paint(c, "lacquer") for c in ("#2f5a2a", "#3f7034", "#274d2c")]
    leaves = []
    for k in range({"broad": 22, "spears": 13, "trailing": 34}[kind]):
        spin = k * 137.5 + rng.uniform(-20, 20)
        if kind == "spears":
            long, wide, rise, droop = rng.uniform(0.26, 0.46), 0.026, 80, 0.02
        elif kind == "broad":
            long, wide, rise, droop = rng.uniform(0.2, 0.36), 0.06, rng.uniform(35, 80), 0.5
        else:
            long, wide, rise, droop = rng.uniform(0.12, 0.26), 0.032, rng.uniform(5, 60), 1.3
        leaf = _leaf(long, wide, rise, droop, greens[k % 3], stem=0.35 if kind == "broad" else 0.04)
        start = 0.05 if kind == "spears" else 0.02
        move(leaf, (start * rng.uniform(0, 1), 0, 0.11))
        leaves.append(turn(leaf, (0, 0, spin)))
    made = [vessel, soil, join(leaves)]
    return [scale(part, (size, size, size)) for part in made]


def bowl_of_fruit(fruit: str = "lemon") -> list[Mesh]:
    sides = bent([(0.05, 0.0), (0.1, 0.035), (0.13, 0.075)], 24)
    inside = [(r - 0.004, z + 0.002) for r, z in reversed(sides)]
    made = [lathe([(0, 0), *sides, *inside, (0, 0.006)], paint("#dcd6c8", "glazed"))]
    colour = {"lemon": "#e3b81f", "apple": "#a32a1d", "orange": "#dd7a1c"}[fruit]
    for k, (x, y, z) in enumerate(
        [(-0.05, -0.03, 0.05), (0.045, -0.035, 0.05), (0, 0.05, 0.05), (0.005, 0, 0.105)]
    ):
        one = ball(0.038, paint(colour, "leather"))
        scale(one, (1.22, 1, 1) if fruit == "lemon" else (1, 1, 0.93))
        made.append(move(turn(one, (0, 0, 50 * k)), (x, y, z)))
    return made


def plate_with_croissant() -> list[Mesh]:
    sides = bent([(0.07, 0.0), (0.095, 0.012), (0.118, 0.018)], 16)
    made = [
        lathe([(0, 0), *sides, (0.117, 0.02), (0.09, 0.014), (0, 0.006)], paint("white", "glazed"))
    ]
    curve = [(-0.06, 0.02, 0.02), (-0.035, -0.02, 0.026), (0, -0.032, 0.03),
             (0.035, -0.02, 0.026), (0.06, 0.02, 0.02)]  # fmt: skip
    pastry = tube(curve, [0.008, 0.019, 0.026, 0.019, 0.008], paint("#b56f2a", "leather"))
    ridged = reshape(
        pastry,
        lambda p: (p[0], p[1], p[2] + 0.0028 * math.sin(170 * p[0]) * (1 if p[2] > 0.02 else 0)),
    )
    return [*made, ridged]


def laptop(wide: float = 0.31) -> list[Mesh]:
    """Open, its screen showing a document, facing -y."""
    deep, metal = 0.215, paint("#a9adb1", "brushed")
    base = box((wide, deep, 0.014), metal, at=(0, 0, 0), edge=0.005)
    keys = [
        box((0.0155, 0.0145, 0.002), paint("#1d1f22", "soft plastic"),
            at=(-wide / 2 + 0.036 + 0.0185 * i, 0.075 - 0.0185 * j, 0.0135), edge=0.001)
        for i in range(14) for j in range(5)
    ]  # fmt: skip
    pad = box((0.1, 0.062, 0.001), paint("#9a9ea2", "brushed"), at=(0, -0.066, 0.0136), edge=0.0004)
    page = Image.new("RGBA", (480, 300), "#f4f5f7")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 480, 22), fill="#d5d9df")
    for k in range(11):
        draw.rectangle(
            (60, 50 + 20 * k, 60 + (330, 350, 290, 340, 120)[k % 5], 56 + 20 * k), fill="#9aa0a8"
        )
    draw.rectangle((60, 32, 240, 42), fill="#4a5058")
    lid = box((wide, 0.006, 0.21), metal, at=(0, 0, 0), edge=0.003)
    lit = surface(
        lambda u, v: ((u - 0.5) * (wide - 0.014), -0.0036, 0.012 + v * 0.19),
        display(page), steps=(1, 1),
    )  # fmt: skip
    cover = join([lid, lit])
    turn(cover, (-18, 0, 0))
    return [base, join(keys), pad, move(cover, (0, deep / 2 - 0.004, 0.012))]


def carton(wide: float, deep: float, high: float) -> list[Mesh]:
    """A parcel: brown cardboard, a strip of tape over it."""
    made = [box((wide, deep, high), paint("#b08a5c", "paper"), edge=0.002)]
    tape = paint("#c9ad7c", "plastic")
    made.append(box((wide + 0.0012, 0.05, 0.0006), tape, at=(0, 0, high), edge=0.0002))
    made.append(
        box((0.0008, 0.05, 0.09), tape, at=(wide / 2 + 0.0003, 0, high - 0.09), edge=0.0002)
    )
    return made


def candle(high: float = 0.09) -> list[Mesh]:
    """A pillar of wax with a burnt wick, on a saucer."""
    wax = [
        (0, 0),
        (0.033, 0),
        (0.034, high - 0.004),
        (0.031, high),
        (0.012, high - 0.006),
        (0, high - 0.007),
    ]
    saucer = [(0, 0), (0.045, 0), (0.056, 0.007), (0.053, 0.008), (0.043, 0.003), (0, 0.003)]
    made = [
        move(lathe(wax, paint("#e9e0cb", "matte")), (0, 0, 0.003)),
        lathe(saucer, paint("charcoal", "painted metal")),
        tube([(0, 0, high - 0.008), (0.002, 0, high + 0.008)], 0.0012, paint("#15120f", "felt")),
    ]
    return made


def pencils(colour: str = "charcoal") -> list[Mesh]:
    """A cup of pencils."""
    sides = [(0.036, 0.0), (0.037, 0.1)]
    made = [
        lathe([(0, 0), *sides, (0.034, 0.1), (0.033, 0.004), (0, 0.004)], paint(colour, "matte"))
    ]
    for k, shade in enumerate(("mustard", "red", "navy", "natural", "sage")):
        around = 1.26 * k
        low, high = 0.018, 0.031
        start = (low * math.cos(around + 2), low * math.sin(around + 2), 0.006)
        end = (high * math.cos(around), high * math.sin(around), 0.155 + 0.006 * (k % 3))
        made.append(tube([start, end], 0.0036, paint(shade, "lacquer"), bends=False))
    return made


def notebook(wide: float = 0.15, high: float = 0.21, colour: str = "navy") -> list[Mesh]:
    """Lying shut, with a ribbon and a pen on it."""
    made = [
        box((wide, high, 0.011), paint("#ece5d6", "paper"), at=(-0.001, 0, 0.001), edge=0.0006),
        box((wide + 0.004, high + 0.006, 0.0022), paint(colour, "leather"), at=(0, 0, 0.0115)),
        box((wide + 0.004, high + 0.006, 0.0016), paint(colour, "leather")),
        box((0.006, high + 0.0068, 0.0008), paint("black", "canvas"), at=(wide * 0.4, 0, 0.0137)),
    ]
    pen = tube(
        [(-0.05, -0.06, 0.018), (0.03, 0.07, 0.018)], 0.0045, paint("black", "lacquer"), bends=False
    )
    return [*made, pen]


def price_tag(
    lines: Sequence[tuple[str, float]], *, wide: float = 0.09, ground: str = "#ffffff"
) -> list[Mesh]:
    """A card that leans back a little; (words, height as a share of the card's) a line."""
    card = Image.new("RGBA", (540, 330), ground)
    draw = ImageDraw.Draw(card)
    draw.rectangle((3, 3, 536, 326), outline="#c4c4c4", width=3)
    y = 22.0
    for words, share in lines:
        weight = "Bold" if share > 0.19 else "Medium"
        face = inter(share * card.height, weight)
        face = inter(face.size * min(1.0, 496 / face.getlength(words)), weight)
        draw.text((24, y), words, font=face, fill="#141414", anchor="lt")
        y += share * card.height * 1.22
    high = wide * card.height / card.width
    sheet = surface(lambda u, v: ((u - 0.5) * wide, 0, v * high), printed(card), steps=(1, 1))
    foot = box((wide, 0.01, 0.004), paint("#e9e9e9", "plastic"), at=(0, 0.004, 0), edge=0.001)
    return [turn(sheet, (-4, 0, 0)), foot]


def dumbbell(colour: str = "charcoal") -> list[Mesh]:
    """Lying along x, hexagonal heads on a knurled bar."""
    bar = turn(cylinder(0.014, 0.15, paint("silver", "brushed"), at=(0, 0, -0.075)), (0, 90, 0))
    heads = []
    for x in (-0.1, 0.1):
        head = cylinder(0.048, 0.07, paint(colour, "rubber"), at=(0, 0, -0.035), edge=0.008)
        heads.append(move(turn(head, (0, 90, 0)), (x, 0, 0)))
    return [move(part, (0, 0, 0.048)) for part in (bar, *heads)]


def _leaf(long: float, wide: float, rise: float, droop: float, green, *, stem: float) -> Mesh:
    """A blade that starts at the origin towards +x, rising by `rise` degrees and sinking again."""

    def point(u: float, v: float) -> Point3:
        along = v * long
        bend = math.radians(rise) - droop * v * 1.4
        shape = math.sin(math.pi * min(1.0, max(0.0, (v - stem) / (1 - stem))) ** 0.75)
        half = max(0.0012, wide * shape)
        side = (u - 0.5) * 2 * half
        x = along * math.cos(bend)
        return x, side, along * math.sin(bend) + 0.25 * abs(side)

    return surface(point, green, steps=(6, 18))

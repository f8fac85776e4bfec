"""Furniture and the things that lie about: what rooms hold besides products of the shop."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from studio.inter import inter
from studio.paint import hexed, paint, printed
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
    thicken,
    tube,
    turn,
)


def table(
    wide: float, deep: float, high: float, colour: str = "oak", *, finish: str = "wood", thick=0.035
) -> list[Mesh]:
    """Four tapering legs under a board; its top is at `high`."""
    top = box((wide, deep, thick), paint(colour, finish), at=(0, 0, high - thick), edge=0.006)
    legs = []
    for sx in (-1, 1):
        for sy in (-1, 1):
            x, y = sx * (wide / 2 - 0.07), sy * (deep / 2 - 0.07)
            path = [(x + sx * 0.02, y + sy * 0.02, 0), (x, y, high - thick)]
            legs.append(tube(path, [0.016, 0.024], paint(colour, finish), bends=False))
    return [top, *legs]


def bench(wide: float, high: float, colour: str = "oak") -> list[Mesh]:
    """Slats between two frames of black metal."""
    slats = [
        box((wide, 0.085, 0.022), paint(colour, "wood"), at=(0, y, high - 0.022), edge=0.004)
        for y in (-0.10, 0, 0.10)
    ]
    metal = paint("black", "painted metal")
    frames = []
    for side in (-1, 1):
        x = side * (wide / 2 - 0.06)
        for y in (-0.13, 0.13):
            frames.append(box((0.022, 0.022, high - 0.022), metal, at=(x, y, 0)))
        frames.append(box((0.022, 0.28, 0.022), metal, at=(x, 0, high - 0.045)))
    return [*slats, *frames]


def shelves(
    wide: float, heights: Sequence[float], deep: float = 0.28, colour: str = "oak"
) -> list[Mesh]:
    """Boards on a wall at y = 0, each with its upper side at a height, on black brackets."""
    made = []
    for high in heights:
        board = (wide, deep, 0.026)
        made.append(box(board, paint(colour, "wood"), at=(0, -deep / 2, high - 0.026), edge=0.003))
        for x in (-0.36 * wide, 0.36 * wide):
            made.append(
                box((0.02, 0.7 * deep, 0.006), paint("black", "painted metal"),
                    at=(x, -0.36 * deep, high - 0.033))
            )  # fmt: skip
            made.append(
                box((0.02, 0.006, 0.12), paint("black", "painted metal"),
                    at=(x, -0.004, high - 0.15))
            )  # fmt: skip
    return made


def cabinet(
    wide: float, deep: float, high: float, colour: str, *, doors: int = 2, top: str = "oak"
) -> list[Mesh]:
    """A low cupboard against a wall: fronts with gaps between them, a board on top, short legs."""
    foot = 0.1
    made = [
        box((wide, deep, high - foot - 0.025), paint(colour, "matte"), at=(0, 0, foot)),
        box((wide + 0.02, deep + 0.02, 0.025), paint(top, "wood"), at=(0, 0, high - 0.025)),
    ]
    front = wide / doors
    for k in range(doors):
        x = -wide / 2 + (k + 0.5) * front
        panel = (front - 0.006, 0.018, high - foot - 0.045)
        made.append(
            box(panel, paint(colour, "matte"), at=(x, -deep / 2 - 0.009, foot + 0.01), edge=0.003)
        )
        handle = x + (0.36 if k % 2 == 0 else -0.36) * front
        made.append(turn(cylinder(0.011, 0.022, paint("gold", "brushed")), (90, 0, 0)))
        move(made[-1], (handle, -deep / 2 - 0.018, 0.62 * high))
    for x in (-wide / 2 + 0.06, wide / 2 - 0.06):
        for y in (-deep / 2 + 0.05, deep / 2 - 0.05):
            made.append(cylinder(0.014, foot, paint(top, "wood"), at=(x, y, 0)))
    return made


def bed(wide: float, long: float, colour: str, cover: str) -> list[Mesh]:
    """A mattress at 0.48 m with a rumpled blanket, its head at +y, a padded board behind it."""
    made = [
        box((wide, long, 0.24), paint("oak", "wood"), at=(0, 0, 0.05)),
        box((wide - 0.04, long - 0.02, 0.2), paint("white", "linen"), at=(0, 0, 0.28), edge=0.06),
        box((wide + 0.1, 0.08, 1.0), paint(colour, "linen"), at=(0, long / 2 + 0.04, 0), edge=0.03),
    ]
    rng = np.random.default_rng(11)
    waves = rng.uniform(4, 14, (9, 2)), rng.uniform(0, 6, 9), rng.uniform(0.002, 0.007, 9)

    def blanket(u: float, v: float) -> Point3:
        x, y = (u - 0.5) * (wide + 0.26), -long / 2 - 0.06 + v * 0.66 * long
        fold = sum(a * math.sin(k[0] * x + k[1] * y + p) for k, p, a in zip(*waves, strict=True))
        over = max(0.0, abs(x) - wide / 2 + 0.02)
        return math.copysign(min(abs(x), wide / 2 + 0.03), x), y, 0.5 + fold - 2.2 * over

    made.append(thicken(surface(blanket, paint(cover, "linen"), steps=(90, 90)), 0.012))
    return made


def rug(wide: float, deep: float, colours: Sequence[str], seed: int) -> list[Mesh]:
    """A woven rug with bands, and a fringe at its short sides."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGBA", (600, round(600 * deep / wide)), hexed(colours[0]))
    draw = ImageDraw.Draw(image)
    for edge, colour in zip((14, 30, 44, 90), [*colours[1:], *colours[1:]], strict=False):
        frame = (edge, edge, image.width - edge, image.height - edge)
        draw.rectangle(frame, outline=hexed(colour), width=5)
    for x in range(120, image.width - 110, 60):
        for y in range(120, image.height - 110, 60):
            d = 18
            draw.polygon(
                [(x, y - d), (x + d, y), (x, y + d), (x - d, y)],
                fill=hexed(colours[1 + (x + y) // 60 % 2]),
            )
    noise = rng.normal(0, 9, (image.height, image.width, 1))
    shades = np.asarray(image, float)
    shades[..., :3] = (shades[..., :3] + noise).clip(0, 255)
    weave = printed(Image.fromarray(shades.astype(np.uint8)), "felt")

    def point(u: float, v: float) -> Point3:
        x, y = (u - 0.5) * wide, (v - 0.5) * deep
        return x, y, 0.006 + 0.0016 * math.sin(9 * x) * math.sin(7 * y + 1)

    made = [surface(point, weave, steps=(60, 40))]
    thread = paint("cream", "linen")
    fringe = []
    for y in np.linspace(-deep / 2 + 0.01, deep / 2 - 0.01, round(deep / 0.022)):
        for side in (-1, 1):
            x = side * wide / 2
            end = (x + side * rng.uniform(0.03, 0.045), y + rng.uniform(-0.008, 0.008), 0.002)
            fringe.append(tube([(x - side * 0.004, y, 0.006), end], 0.0022, thread, bends=False))
    return [*made, join(fringe)]


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
        _lit(page), steps=(1, 1),
    )  # fmt: skip
    cover = join([lid, lit])
    turn(cover, (-18, 0, 0))
    return [base, join(keys), pad, move(cover, (0, deep / 2 - 0.004, 0.012))]


def frame(wide: float, high: float, seed: int, colour: str = "black") -> list[Mesh]:
    """A framed abstract print that hangs on a wall at y = 0, its middle at the origin."""
    rng = np.random.default_rng(seed)
    art = Image.new("RGBA", (300, round(300 * high / wide)), "#efe9dc")
    draw = ImageDraw.Draw(art)
    palette = ["#c98f5b", "#7d8f86", "#2f4550", "#d8b48a", "#a8543c", "#e3d5bf"]
    w, h = art.size
    draw.ellipse((0.3 * w, 0.15 * h, 0.75 * w, 0.15 * h + 0.45 * w), fill=palette[rng.integers(6)])
    for k in range(4):
        left, top = rng.uniform(0.1, 0.5) * w, (0.45 + 0.11 * k) * h
        points = [
            (left + t * 0.5 * w, top + 0.05 * h * math.sin(3 * t + k))
            for t in np.linspace(0, 1, 30)
        ]
        points += [(left + 0.5 * w, 0.92 * h), (left, 0.92 * h)]
        draw.polygon(points, fill=palette[(k + seed) % 6])
    border = Image.new("RGBA", (w + 90, h + 90), "#f6f3ec")
    border.paste(art, (45, 45))
    sheet = surface(
        lambda u, v: ((u - 0.5) * (wide - 0.02), -0.012, (v - 0.5) * (high - 0.02)),
        printed(border), steps=(1, 1),
    )  # fmt: skip
    wood = paint(colour, "wood" if colour in ("oak", "walnut") else "painted metal")
    bars = [
        box((wide, 0.022, 0.016), wood, at=(0, -0.011, z)) for z in (-high / 2, high / 2 - 0.016)
    ] + [
        box((0.016, 0.022, high), wood, at=(x, -0.011, -high / 2))
        for x in (-wide / 2 + 0.008, wide / 2 - 0.008)
    ]
    back = box((wide - 0.01, 0.004, high - 0.01), wood, at=(0, -0.004, -high / 2 + 0.005))
    return [sheet, back, *bars]


def carton(wide: float, deep: float, high: float) -> list[Mesh]:
    """A parcel: brown cardboard, a strip of tape over it."""
    made = [box((wide, deep, high), paint("#b08a5c", "paper"), edge=0.002)]
    tape = paint("#c9ad7c", "plastic")
    made.append(box((wide + 0.0012, 0.05, 0.0006), tape, at=(0, 0, high), edge=0.0002))
    made.append(
        box((0.0008, 0.05, 0.09), tape, at=(wide / 2 + 0.0003, 0, high - 0.09), edge=0.0002)
    )
    return made


def hooks(wide: float, count: int, colour: str = "oak") -> list[Mesh]:
    """A board with pegs on a wall at y = 0, the pegs at height 0."""
    made = [box((wide, 0.02, 0.09), paint(colour, "wood"), at=(0, -0.01, -0.045), edge=0.004)]
    for x in np.linspace(-0.5 * wide + 0.08, 0.5 * wide - 0.08, count):
        path = [(x, -0.018, 0), (x, -0.075, 0.006), (x, -0.085, 0.02)]
        made.append(tube(path, 0.006, paint("black", "painted metal")))
        made.append(ball(0.011, paint("black", "painted metal"), at=(x, -0.085, 0.024)))
    return made


def curtain(wide: float, high: float, colour: str) -> list[Mesh]:
    """Hanging in folds along x, from `high` down to the floor."""

    def point(u: float, v: float) -> Point3:
        fold = 0.035 * math.sin(46 * u * wide) * (0.6 + 0.4 * (1 - v))
        return (u - 0.5) * wide + 0.01 * math.sin(9 * u), fold, v * high

    return [thicken(surface(point, paint(colour, "linen"), steps=(160, 12)), 0.003)]


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


def _lit(page: Image.Image):
    """A display that shows a picture."""
    soft = printed(page.filter(ImageFilter.GaussianBlur(0.4)), "screen")
    shader = next(n for n in soft.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    texture = next(n for n in soft.node_tree.nodes if n.type == "TEX_IMAGE")
    soft.node_tree.links.new(texture.outputs["Color"], shader.inputs["Emission Color"])
    shader.inputs["Emission Strength"].default_value = 0.8
    return soft


def outlook(at: Point3, wide: float) -> list[Mesh]:
    """What a window shows, never sharp: sky, trees and a lawn, as a lit board that faces -y."""
    rng = np.random.default_rng(5)
    view = Image.new("RGBA", (256, 160), "#dfe9f5")
    draw = ImageDraw.Draw(view)
    draw.rectangle((0, 118, 256, 160), fill="#7d9a55")
    for _ in range(120):
        x, y, r = rng.uniform(-20, 276), rng.uniform(62, 118), rng.uniform(7, 22)
        green = (int(rng.uniform(70, 125)), int(rng.uniform(105, 150)), int(rng.uniform(55, 90)))
        draw.ellipse((x - r, y - r * 0.8, x + r, y + r * 0.8), fill=green)
    soft = _lit(view.filter(ImageFilter.GaussianBlur(4)))
    high = wide * view.height / view.width
    return [
        surface(
            lambda u, v: (at[0] + (u - 0.5) * wide, at[1], at[2] + (v - 0.5) * high),
            soft, steps=(1, 1),
        )
    ]  # fmt: skip


def price_tag(lines: Sequence[tuple[str, float]], *, ground: str = "#ffffff") -> list[Mesh]:
    """A card of 9 x 5.5 cm that leans back on the ground; (words, height as a share) a line."""
    card = Image.new("RGBA", (540, 330), ground)
    draw = ImageDraw.Draw(card)
    draw.rectangle((3, 3, 536, 326), outline="#c4c4c4", width=3)
    y = 22.0
    for words, share in lines:
        face = inter(share * card.height, "Bold" if share > 0.2 else "Medium")
        while face.getlength(words) > 496:
            face = inter(face.size * 0.94, "Bold" if share > 0.2 else "Medium")
        draw.text((24, y), words, font=face, fill="#141414", anchor="lt")
        y += share * card.height * 1.22
    sheet = surface(
        lambda u, v: ((u - 0.5) * 0.09, 0, v * 0.055), printed(card), steps=(1, 1)
    )  # fmt: skip
    foot = box((0.09, 0.02, 0.003), paint("#e9e9e9", "plastic"), at=(0, 0.008, 0), edge=0.001)
    return [turn(sheet, (-16, 0, 0)), foot]


def dumbbell(colour: str = "charcoal") -> list[Mesh]:
    """Lying along x, hexagonal heads on a knurled bar."""
    bar = turn(cylinder(0.014, 0.15, paint("silver", "brushed"), at=(0, 0, -0.075)), (0, 90, 0))
    heads = []
    for x in (-0.1, 0.1):
        head = cylinder(0.048, 0.07, paint(colour, "rubber"), at=(0, 0, -0.035), edge=0.008)
        heads.append(move(turn(head, (0, 90, 0)), (x, 0, 0)))
    return [move(part, (0, 0, 0.048)) for part in (bar, *heads)]


def mat(wide: float, long: float, colour: str) -> list[Mesh]:
    """An exercise mat, half rolled out."""
    skin = paint(colour, "rubber")
    flat = box((wide, long, 0.008), skin, edge=0.003)
    turns = []
    for t in np.linspace(0, 5 * math.pi, 90):
        r = 0.03 + 0.0028 * t
        turns.append((r * math.sin(t), 0.075 - r * math.cos(t)))

    def point(u: float, v: float) -> Point3:
        y, z = turns[min(89, int(v * 89))]
        return (u - 0.5) * wide, long / 2 + y, z

    return [flat, thicken(surface(point, skin, steps=(2, 89)), 0.006)]

"""What rooms are furnished with: tables, shelves, a bed, rugs, curtains, a window's view."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from studio.grounds import display
from studio.paint import hexed, paint, printed
from studio.shapes import (
    Mesh,
    Point3,
    ball,
    box,
    cylinder,
    join,
    move,
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


def outlook(at: Point3, wide: float) -> list[Mesh]:
    """What a window shows, never sharp: sky, trees and a lawn, as a lit board that faces -y."""
    rng = np.random.default_rng(5)
    view = Image.new("RGBA", (256, 160), "#dfe9f5")
    draw = ImageDraw.Draw(view)
    draw.rectangle((0, 118, 256, 160), fill="#87985f")
    for _ in range(170):
        x, y, r = rng.uniform(-20, 276), rng.uniform(48, 118), rng.uniform(7, 22)
        green = (int(rng.uniform(72, 118)), int(rng.uniform(100, 135)), int(rng.uniform(62, 92)))
        draw.ellipse((x - r, y - r * 0.8, x + r, y + r * 0.8), fill=green)
    soft = display(view.filter(ImageFilter.GaussianBlur(4)), "paper")
    high = wide * view.height / view.width
    return [
        surface(
            lambda u, v: (at[0] + (u - 0.5) * wide, at[1], at[2] + (v - 0.5) * high),
            soft, steps=(1, 1),
        )
    ]  # fmt: skip


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

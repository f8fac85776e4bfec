"""Toys: wooden cars, stacking rings, teddy bears, letter blocks."""

import math
from collections.abc import Sequence

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import ink_on, lettering, paper_label
from studio.shapes import (
    Mesh,
    ball,
    bent,
    box,
    cylinder,
    lathe,
    mirrored,
    move,
    plate,
    rumple,
    scale,
    sticker,
    tube,
    turn,
)
from studio.views import View

_RAINBOW = ("red", "orange", "yellow", "green", "turquoise", "blue", "purple")


def car(item: Item) -> Sequence[Mesh]:
    """A beech car: sawn body, round windows, four wheels on dowels, pegs for lamps."""
    look = item.look
    body, wood = paint(look.colour, "lacquer"), paint("natural", "wood")
    wheel, dark = paint(look.second, "lacquer"), paint("#2a2320", "matte")
    lower = [(-0.080, 0.0), (0.080, 0.0), (0.083, 0.012), (0.080, 0.026), (0.046, 0.031)]
    if look.shape == "van":
        roof = [(0.040, 0.036), (0.026, 0.062), (0.014, 0.067), (-0.072, 0.067), (-0.081, 0.058)]
    else:
        roof = [(0.036, 0.033), (0.018, 0.056), (0.006, 0.061), (-0.030, 0.061), (-0.044, 0.056),
                (-0.056, 0.033), (-0.074, 0.029)]  # fmt: skip
    outline = _rounded([*lower, *roof, (-0.084, 0.014)])
    parts = [move(turn(plate(outline, 0.056, body, edge=0.004), (90, 0, 0)), (0, 0.028, 0.014))]
    windows = [(-0.046, 0.040), (0.002, 0.040)] if look.shape == "van" else [(-0.030, 0.040),
                                                                        (0.004, 0.040)]  # fmt: skip
    for x, z in windows:
        for side in (-1, 1):
            hole = turn(cylinder(0.0115, 0.002, wood, edge=0.0008), (90, 0, 0))
            parts.append(move(hole, (x, 0.001 + side * 0.0281, 0.014 + z)))
            glass = turn(cylinder(0.0085, 0.0026, dark, edge=0.0004), (90, 0, 0))
            parts.append(move(glass, (x, 0.0013 + side * 0.0282, 0.014 + z)))
    for x in (-0.048, 0.050):
        parts.append(move(turn(cylinder(0.004, 0.088, wood), (90, 0, 0)), (x, 0.044, 0.0185)))
        for side in (-1, 1):
            turned = lathe(
                bent([(0, 0), (0.014, 0), (0.0175, 0.001), (0.0185, 0.004), (0.0185, 0.010),
                      (0.0175, 0.0135), (0.0145, 0.0145), (0.012, 0.0125), (0.008, 0.0125),
                      (0, 0.0125)], 60), wheel)  # fmt: skip
            hub = move(cylinder(0.0058, 0.004, wood, edge=0.0015), (0, 0, 0.0120))
            for part in (turned, hub):
                turn(part, (90, 0, 0) if side < 0 else (-90, 0, 0))
                parts.append(move(part, (x, side * 0.0295, 0.0185)))
    for side in (-1, 1):
        lamp = turn(ball(0.0052, paint("yellow", "lacquer")), (0, 0, 0))
        parts.append(move(lamp, (0.0815, side * 0.017, 0.028)))
    if look.printed:
        lines = [(item.family.brand.upper(), 0.46), (item.article, 0.40)]
        mark = printed(lettering(lines, ink_on(look.colour), size=(512, 200)))
        parts.append(sticker((0.060, 0.0234), mark, at=(0.001, -0.0283, 0.0275)))
    return parts


def rings(item: Item) -> Sequence[Mesh]:
    """Wooden rings on a peg, widest first, a ball on top."""
    look = item.look
    wood = paint("natural", "wood")
    colours = _RAINBOW if look.shape == "rainbow" else None
    parts = [
        lathe([(0, 0), (0.050, 0), (0.052, 0.002), (0.052, 0.010), (0.050, 0.0125), (0, 0.0125)],
              wood),
        cylinder(0.0085, 0.150, wood, at=(0, 0, 0.010)),
    ]  # fmt: skip
    z, thick = 0.0125, 0.0210
    for k in range(6):
        wide = 0.052 - 0.0047 * k
        tone = colours[k] if colours else (look.colour if k % 2 == 0 else look.second)
        half = thick / 2
        section = [
            (wide - half + half * math.cos(a), half + half * math.sin(a) * 0.98)
            for a in [math.radians(d) for d in range(-90, 91, 12)]
        ]
        hole = [(0.0115, thick - 0.0035), (0.0100, thick - 0.0075), (0.0100, 0.0075),
                (0.0115, 0.0035)]  # fmt: skip
        closed = [*section, (0.016, thick - 0.001), *hole, (0.016, 0.001), section[0]]
        parts.append(move(lathe(closed, paint(tone, "lacquer")), (0, 0, z)))
        z += thick - 0.0004
    top = colours[6] if colours else look.colour
    parts.append(ball(0.0185, paint(top, "lacquer"), at=(0, 0, z + 0.0155)))
    if look.printed:
        tag = paper_label(item.family.brand, item.article, "6 RINGS", accent="orange",
                          size=(512, 440))  # fmt: skip
        board = box((0.058, 0.0012, 0.050), paint("white", "paper"), edge=0.0005)
        board = move(turn(board, (-14, 0, 14)), (0.030, -0.082, 0.0006))
        front = sticker((0.056, 0.048), printed(tag), at=(0, -0.0008, 0.025))
        front = move(turn(front, (-14, 0, 14)), (0.030, -0.082, 0.0006))
        foot = turn(box((0.050, 0.020, 0.0012), paint("white", "paper"), edge=0.0005), (0, 0, 14))
        parts += [board, front, move(foot, (0.030 - 0.002, -0.073, 0))]
    return parts


def bear(item: Item) -> Sequence[Mesh]:
    """A sitting teddy: plush, a pale muzzle, pads under the feet, a bow or a scarf."""
    look = item.look
    plush, pale = paint(look.colour, "felt"), paint("cream", "felt")
    black = paint("black", "lacquer")

    def soft(at, size, skin=plush, facing=(0, 0, 0)) -> Mesh:
        made = turn(scale(ball(1.0, skin), size), facing)
        return rumple(move(made, at), 0.0035, 0.018)

    parts = [
        soft((0, 0.004, 0.086), (0.066, 0.058, 0.080)),
        soft((0, -0.020, 0.078), (0.046, 0.042, 0.056), pale),
        soft((0, -0.006, 0.204), (0.062, 0.056, 0.056)),
        soft((0, -0.052, 0.190), (0.030, 0.026, 0.024), pale),
        scale(ball(1.0, black), (0.010, 0.007, 0.007)),
    ]
    move(parts[-1], (0, -0.0775, 0.199))
    parts.append(
        tube([(-0.010, -0.0755, 0.1805), (-0.004, -0.0785, 0.1775), (0, -0.0785, 0.1815),
              (0, -0.0795, 0.193)], 0.0011, black)
    )  # fmt: skip
    parts.append(tube([(0, -0.0785, 0.1815), (0.004, -0.0785, 0.1775), (0.010, -0.0755, 0.1805)],
                      0.0011, black))  # fmt: skip
    sides = [
        ball(0.0062, black, at=(0.022, -0.0565, 0.216)),
        soft((0.046, 0.002, 0.250), (0.024, 0.015, 0.024), plush, (0, 20, 0)),
        soft((0.046, -0.0085, 0.249), (0.0155, 0.010, 0.0155), pale, (0, 20, 0)),
        soft((0.076, -0.022, 0.110), (0.024, 0.026, 0.052), plush, (38, -28, 0)),
        soft((0.052, -0.066, 0.032), (0.030, 0.056, 0.031), plush, (0, 0, 18)),
        soft((0.068, -0.112, 0.037), (0.028, 0.018, 0.034), plush, (0, 0, 18)),
        soft((0.0715, -0.1215, 0.037), (0.0195, 0.0115, 0.024), pale, (0, 0, 18)),
    ]
    for part in sides:
        parts += mirrored(part)
    cloth = paint(look.second, "linen")
    neck = [(0.051 * math.sin(a), 0.000 - 0.047 * math.cos(a), 0.1575 + 0.004 * math.cos(a))
            for a in [2 * math.pi * k / 24 for k in range(24)]]  # fmt: skip
    parts.append(scale(tube(neck, 0.0062, cloth, closed=True), (1, 1, 1)))
    if look.shape == "scarf":
        for x, lean in ((0.022, 12), (0.036, -6)):
            tail = box((0.020, 0.006, 0.058), cloth, edge=0.0028)
            parts.append(move(turn(tail, (-16, lean, 14)), (x, -0.072, 0.098)))
        parts.append(scale(ball(1.0, cloth), (0.013, 0.010, 0.012)))
        move(parts[-1], (0.024, -0.050, 0.154))
    else:
        loop = scale(ball(1.0, cloth), (0.022, 0.008, 0.014))
        parts += mirrored(move(turn(loop, (0, 14, -12)), (0.023, -0.056, 0.152)))
        parts.append(move(scale(ball(1.0, cloth), (0.0085, 0.009, 0.0095)), (0, -0.0605, 0.152)))
    if look.printed:
        tag = paper_label(item.family.brand, item.article, accent=look.second, size=(512, 400))
        card = box((0.092, 0.001, 0.0720), paint("white", "paper"), edge=0.0004)
        parts.append(move(turn(card, (-24, 0, 20)), (0.012, -0.172, 0.001)))
        front = sticker((0.090, 0.0703), printed(tag), at=(0, -0.0007, 0.0360))
        parts.append(move(turn(front, (-24, 0, 20)), (0.012, -0.172, 0.001)))
    return parts


def blocks(item: Item) -> Sequence[Mesh]:
    """Six cubes with letters: three below, two on them, one on top."""
    look = item.look
    side = 0.042
    letters = {"letters": "ABCDEF", "digits": "123456"}[look.shape]
    tones = _RAINBOW if look.shape == "digits" else (look.colour, look.second, "cream")
    places = [(-0.046, 0.0, 0, 8), (0.0, -0.004, 0, -4), (0.046, 0.002, 0, 5),
              (-0.024, 0.0, 1, -7), (0.024, 0.0, 1, 6), (0.001, 0.0, 2, 12)]  # fmt: skip
    wood = paint("natural", "wood")
    parts = []
    for k, (x, y, level, spin) in enumerate(places):
        tone = tones[k % len(tones)]
        cube = [box((side, side, side), wood, edge=0.003)]
        panel = paint(tone, "lacquer")
        for face in range(4):
            glyph = printed(_letter(letters[(k + 2 * face) % 6], tone), "lacquer")
            for size, skin, off in ((0.035, panel, 0.0002), (0.032, glyph, 0.0005)):
                flat = sticker((size, size), skin, at=(0, -side / 2 - off, side / 2))
                cube.append(turn(flat, (0, 0, 90 * face)))
        cap = turn(sticker((0.035, 0.035), panel, at=(0, -0.0002, 0)), (-90, 0, 0))
        cube.append(move(cap, (0, 0, side)))
        for part in cube:
            parts.append(move(turn(part, (0, 0, spin)), (x, y, level * side)))
    if look.printed:
        tag = paper_label(item.family.brand, item.article, accent=look.colour, size=(512, 300))
        card = box((0.062, 0.0012, 0.036), paint("white", "paper"), edge=0.0005)
        parts.append(move(turn(card, (-16, 0, 10)), (0.028, -0.062, 0.0005)))
        front = sticker((0.060, 0.035), printed(tag), at=(0, -0.0008, 0.018))
        parts.append(move(turn(front, (-16, 0, 10)), (0.028, -0.062, 0.0005)))
    return parts


def _letter(letter: str, ground: str):
    return lettering([(letter, 0.80)], ink_on(ground), size=(256, 256))


def _rounded(outline, cut: float = 0.22):
    """Corners of a polygon cut twice (Chaikin): soft as sanded wood."""
    for _ in range(3):
        outline = [
            ((1 - f) * p[0] + f * q[0], (1 - f) * p[1] + f * q[1])
            for p, q in zip(outline, [*outline[1:], outline[0]], strict=True)
            for f in (cut, 1 - cut)
        ]
    return outline


FAMILIES = (
    Family(
        key="toycar",
        noun=Noun("wooden toy car", "деревянная машинка", "f"),
        brand="Holzby",
        category="Toys > Wooden toys > Cars",
        material=("beech and water-based lacquer", "бука, покрытого лаком на водной основе"),
        says=("Rolls smoothly, has no sharp edges.", "Легко катится, без острых краёв."),
        price=15,
        shapes={"van": ("van-shaped", "фургон")},
        looks=(
            Look("red", second="black", printed=True),
            Look("light blue", second="red"),
            Look("yellow", second="charcoal", shape="van", printed=True),
            Look("green", second="cream", shape="van"),
        ),
        build=car,
        views=(View(28, 16), View(-35, 26)),
        backdrop="#f2efe9",
    ),
    Family(
        key="rings",
        noun=Noun("stacking rings", "пирамидка с кольцами", "f"),
        brand="Holzby",
        category="Toys > Baby toys > Stacking toys",
        material=("lacquered beech", "лакированного бука"),
        says=("Six rings to stack by size.", "Шесть колец, которые складывают по размеру."),
        price=18,
        shapes={"rainbow": ("rainbow", "«Радуга»")},
        looks=(
            Look("multicolour", shape="rainbow", printed=True),
            Look("sage", "stripes", "cream"),
            Look("pink", "stripes", "lilac"),
        ),
        build=rings,
        views=(View(18, 18), View(-40, 36)),
        backdrop="#eeedeb",
    ),
    Family(
        key="bear",
        noun=Noun("teddy bear", "плюшевый мишка", "m"),
        brand="Mimolo",
        category="Toys > Soft toys > Bears",
        material=("plush with a polyester filling", "плюша с наполнителем из полиэстера"),
        says=("Sits by itself, 28 cm tall.", "Сидит без опоры, высота 28 см."),
        price=21,
        shapes={"scarf": ("scarf-wearing", "с шарфом")},
        looks=(
            Look("tan", second="red", printed=True),
            Look("brown", second="light blue"),
            Look("cream", second="green", shape="scarf"),
            Look("grey", second="mustard", shape="scarf"),
        ),
        build=bear,
        views=(View(18, 12), View(-42, 18)),
        backdrop="#e9eef0",
    ),
    Family(
        key="blocks",
        noun=Noun("set of six wooden blocks", "набор из шести деревянных кубиков", "m"),
        brand="Holzby",
        category="Toys > Wooden toys > Blocks",
        material=("lime wood", "липы"),
        says=("Painted on every side.", "Окрашены со всех сторон."),
        price=14,
        shapes={
            "letters": ("alphabet", "с буквами"),
            "digits": ("number", "с цифрами"),
        },
        looks=(
            Look("blue", second="red", shape="letters", printed=True),
            Look("green", second="yellow", shape="letters"),
            Look("multicolour", shape="digits"),
        ),
        build=blocks,
        views=(View(16, 14), View(-32, 28)),
        backdrop="#eeedeb",
    ),
)

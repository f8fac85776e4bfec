"""Which products the demo shop sells, family by family, and how each is made."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from PIL import Image, ImageDraw

from drawing import shapes
from drawing.assortment import CREAM, INK, Family, Item
from drawing.patterns import (
    basketball,
    checked,
    dipped,
    dotted,
    football,
    glaze,
    marble,
    plain,
    print_label,
    printed,
    sectors,
    speckled,
    striped,
    wooden,
    woven,
    write,
    zigzag,
)
from drawing.space import Body, Material, Pattern

Place = tuple[tuple[float, float], tuple[float, float]]
"""From where to where a print goes, across and upward."""


def ceramic(pattern: Pattern) -> Material:
    return Material(pattern, gloss=1.0, rough=0.12)


def cloth(pattern: Pattern) -> Material:
    return Material(pattern, sheen=0.22)


def plastic(pattern: Pattern) -> Material:
    return Material(pattern, gloss=0.6, rough=0.4)


def timber(light: str = "#cda06c", dark: str = "#8f6236") -> Material:
    return Material(wooden(light, dark), gloss=0.3, rough=0.5)


INSIDE = ceramic(plain(CREAM))
GLASS = Material(plain("#e6e6de"), gloss=1.4, rough=0.05, clear=True)
PAPER = Material(plain("#f1ebdc"))


def _brand_on(item: Item, base: Pattern, ink: str, place: Place) -> Pattern:
    """The base with brand and article number, where the item carries them."""
    if not item.label:
        return base
    lines = [(item.family.brand.upper(), 0.46), (f"ART. {item.article}", 0.2)]
    label = print_label(lines, ink, None, (480, 300))
    # Flat fronts are measured in decimetres of x, round ones in turns.
    flat = item.family.name in ("tote", "shirt")
    return printed(base, label, *place, by="front" if flat else "height")


def _mug(pattern: Pattern, ink: str = INK) -> Callable[[Item], Body]:
    place = (0.42, 0.7), (0.28, 0.72)
    return lambda item: shapes.mug(
        ceramic(_brand_on(item, pattern, ink, place)), INSIDE, ceramic(pattern)
    )


def _bowl(pattern: Pattern) -> Callable[[Item], Body]:
    return lambda item: shapes.bowl(ceramic(pattern), INSIDE)


def _teapot(pattern: Pattern, grip: Material) -> Callable[[Item], Body]:
    return lambda item: shapes.teapot(ceramic(pattern), grip)


def _vase(form: str, pattern: Pattern) -> Callable[[Item], Body]:
    return lambda item: shapes.vase(form, ceramic(pattern), INSIDE)


def _lamp(foot: Pattern, shade: str) -> Callable[[Item], Body]:
    brass = Material(plain("#c9a45a"), metal=True, rough=0.3)
    lit = Material(woven(plain(shade), 10, 0.1), glow=0.34)
    return lambda item: shapes.lamp(ceramic(foot), brass, lit)


def _pillow(pattern: Pattern, piping: str) -> Callable[[Item], Body]:
    return lambda item: shapes.pillow(cloth(woven(pattern, 9)), cloth(plain(piping)))


def _tote(pattern: Pattern, handle: str, ink: str = INK) -> Callable[[Item], Body]:
    def body(item: Item) -> Body:
        front = _brand_on(item, pattern, ink, ((-1.15, 1.15), (1.2, 2.7)))
        return shapes.tote(cloth(woven(front, 8, 0.12)), cloth(woven(plain(handle), 8)))

    return body


def _ball(radius: float, pattern: Pattern, gloss: float, rough: float) -> Callable[[Item], Body]:
    return lambda item: shapes.ball(radius, Material(pattern, gloss=gloss, rough=rough)).placed(
        (0, 0, 0), yaw=18
    )


def _flask(pattern: Pattern, cap: str, ink: str) -> Callable[[Item], Body]:
    return lambda item: shapes.flask(
        plastic(_brand_on(item, pattern, ink, ((0.37, 0.75), (0.72, 1.32)))), plastic(plain(cap))
    )


def _bottle(glass: str, paper: str, contents: str) -> Callable[[Item], Body]:
    def body(item: Item) -> Body:
        lines = [(item.family.brand, 0.26), (contents, 0.15), (f"ART. {item.article}", 0.12)]
        label = print_label(lines, INK, paper, (420, 420))
        band = printed(plain(paper), label, (0.39, 0.73), (0.42, 1.28), by="height")
        return shapes.glass_bottle(
            Material(plain(glass), gloss=1.4, rough=0.05, clear=True),
            Material(band, gloss=0.1),
            timber("#d8b483", "#a97f4f"),
        )

    return body


def _candle(wax: str, paper: str, scent: str) -> Callable[[Item], Body]:
    def body(item: Item) -> Body:
        lines = [(item.family.brand, 0.3), (scent, 0.16), (f"ART. {item.article}", 0.14)]
        label = print_label(lines, INK, paper, (520, 300))
        band = printed(plain(paper), label, (0.4, 0.7), (0.24, 0.72), by="height")
        return shapes.candle(GLASS, Material(plain(wax), glow=0.1), Material(band), timber())

    return body


def _chair(seat: Material, legs: Material, *, padded: bool = False) -> Callable[[Item], Body]:
    return lambda item: shapes.chair(seat, legs, padded=padded)


def _stool(top: Material, legs: Material) -> Callable[[Item], Body]:
    return lambda item: shapes.stool(top, legs)


def _clock(face: str, ink: str, rim: Material, *, numerals: bool) -> Callable[[Item], Body]:
    def body(item: Item) -> Body:
        dial = _dial(item, face, ink, numerals=numerals)
        pattern = printed(plain(face), dial, (-1.45, 1.45), (0.15, 3.05), by="front")
        return shapes.clock(Material(pattern, gloss=0.25, rough=0.15), rim)

    return body


def _dial(item: Item, face: str, ink: str, *, numerals: bool) -> Image.Image:
    """A clock face that shows ten past ten."""
    size = 760
    image = Image.new("RGBA", (size, size), face)
    draw = ImageDraw.Draw(image)
    middle = size / 2

    def at(turn: float, reach: float) -> tuple[float, float]:
        angle = turn * 2 * np.pi
        return middle + np.sin(angle) * reach * middle, middle - np.cos(angle) * reach * middle

    for minute in range(60):
        whole = minute % 5 == 0
        inner = 0.83 if whole else 0.88
        draw.line(
            [at(minute / 60, inner), at(minute / 60, 0.91)], fill=ink, width=9 if whole else 3
        )
    for hour in range(1, 13) if numerals else ():
        write(draw, at(hour / 12, 0.69), str(hour), 78, ink, bold=True)
    write(draw, at(0, 0.36), item.family.brand.upper(), 42, ink, bold=True)
    if item.label:
        write(draw, at(0.5, 0.38), f"ART. {item.article}", 32, ink)
    for turn, reach, width in ((10.17 / 12, 0.42, 22), (10.3 / 60, 0.66, 15)):
        draw.line([at(turn + 0.5, 0.09), at(turn, reach)], fill=ink, width=width)
    draw.line([at(0.11, 0.14), at(0.61, 0.74)], fill="#c4412f", width=6)
    draw.ellipse([middle - 19, middle - 19, middle + 19, middle + 19], fill="#c4412f")
    return image


def _shirt(pattern: Pattern, inner: str, ink: str = INK) -> Callable[[Item], Body]:
    def body(item: Item) -> Body:
        front = _brand_on(item, pattern, ink, ((-1.1, 1.1), (3.5, 4.95)))
        return shapes.shirt(cloth(woven(front, 5, 0.08)), cloth(woven(plain(inner), 5, 0.08)))

    return body


def _hat(crown: Pattern, band: str, brim: float) -> Callable[[Item], Body]:
    return lambda item: shapes.hat(cloth(woven(crown, 11, 0.3)), cloth(woven(plain(band))), brim)


def _book(cover: str, ink: str, title: str, motif: str) -> Callable[[Item], Body]:
    def body(item: Item) -> Body:
        art = _cover(item, ink, title, motif)
        front = printed(plain(cover), art, (-0.75, 0.75), (0, 2.1), by="front")
        return shapes.book(
            Material(front, gloss=0.35, rough=0.5), Material(plain(cover), gloss=0.3), PAPER
        )

    return body


def _cover(item: Item, ink: str, title: str, motif: str) -> Image.Image:
    image = Image.new("RGBA", (600, 840))
    draw = ImageDraw.Draw(image)
    write(draw, (300, 130), title, 74, ink, bold=True)
    if motif == "sun":
        draw.pieslice((120, 300, 480, 660), 180, 360, fill=ink)
        for y in range(505, 650, 36):
            draw.line([(90, y), (510, y)], fill=ink, width=9)
    elif motif == "hills":
        for k in range(4):
            top = 350 + k * 75
            draw.arc((40 + k * 40, top, 560 - k * 40, top + 360), 190, 350, fill=ink, width=13)
    else:
        for k in range(5):
            draw.ellipse(
                (150 + k * 30, 300 + k * 30, 450 - k * 30, 600 - k * 30), outline=ink, width=11
            )
    write(draw, (300, 720), item.family.brand.upper(), 36, ink, bold=True)
    write(draw, (300, 772), f"ART. {item.article}", 26, ink)
    return image


def _plant(pot: Pattern, leaf: str) -> Callable[[Item], Body]:
    green = Material(glaze(leaf, 0.5), gloss=0.5, rough=0.4)
    return lambda item: shapes.plant(
        ceramic(pot), Material(glaze("#3a2a1e", 0.8)), green, np.random.default_rng(item.number)
    )


Variant = tuple[str, str, Callable[[Item], Body], bool]
"""Colour, pattern, how it is made, whether it carries a label."""

FAMILIES: Sequence[tuple[Family, Sequence[Variant]]] = (
    (
        Family("mug", "Stoneware Mug 350 ml", "Kilnby", "Kitchen > Mugs", "stoneware", 16,
               "#ebe6de", "A straight mug with a roomy handle; dishwasher safe."),
        (
            ("blue", "plain", _mug(glaze("#4f7ba6"), CREAM), True),
            ("terracotta", "plain", _mug(glaze("#c0643f"), CREAM), True),
            ("cream", "striped", _mug(striped([CREAM, "#2f5f8c"], 9, width=0.62)), False),
            ("sage", "dotted", _mug(dotted(glaze("#8fa58a"), CREAM, 16, 9)), False),
            ("sand", "speckled", _mug(speckled("#ddd0b8", "#4b3a2a")), True),
            ("black", "dipped", _mug(dipped(glaze("#26282b"), glaze("#e8e0d0"), 0.52)), False),
        ),
    ),
    (
        Family("bowl", "Serving Bowl 20 cm", "Kilnby", "Kitchen > Bowls", "stoneware", 22,
               "#e9e7e2", "For salad, fruit or soup for two.", (15, 22)),
        (
            ("white", "striped", _bowl(striped([CREAM, "#2d5c8a"], 10, width=0.6)), False),
            ("mustard", "plain", _bowl(glaze("#d39a2d")), False),
            ("grey", "speckled", _bowl(speckled("#b9bcb8", "#33383c")), False),
        ),
    ),
    (
        Family("teapot", "Teapot 0.9 l", "Kilnby", "Kitchen > Teapots", "stoneware", 48, "#efe9e0",
               "Pours without a drop; strainer included."),
        (
            ("cream", "speckled", _teapot(speckled("#e9e2d3", "#4b3a2a"), timber()), False),
            ("forest green", "plain", _teapot(glaze("#2c5d49"), timber()), False),
            ("red", "plain", _teapot(glaze("#b23a32"), ceramic(plain("#24262a"))), False),
        ),
    ),
    (
        Family("vase", "Vase 27 cm", "Ostrel", "Home > Vases", "ceramic", 39, "#e6e8ea",
               "Stands well empty, better with one branch."),
        (
            ("white", "marbled", _vase("amphora", marble("#f0eeea", "#5a5f66")), False),
            ("green", "marbled", _vase("amphora", marble("#3c6b57", "#e3e9df")), False),
            ("cobalt", "plain", _vase("amphora", glaze("#27489a")), False),
            ("terracotta", "dipped",
             _vase("bud", dipped(glaze("#c46a4a"), glaze("#f2e6d6"), 0.7)), False),
            ("blush", "plain", _vase("bud", glaze("#dca99c")), False),
            ("ochre", "striped",
             _vase("column", striped(["#cf9a3c", "#f3e7cd"], 9, width=0.7)), False),
        ),
    ),
    (
        Family("lamp", "Table Lamp 36 cm", "Lumaro", "Lighting > Table Lamps", "ceramic", 89,
               "#e4dfd7", "A warm light for a side table; E27, bulb included.", (20, 8)),
        (
            ("green", "plain", _lamp(glaze("#2f6b57"), "#f4ead6"), False),
            ("white", "marbled", _lamp(marble("#f0eeea", "#6a6f76", 1.2), "#f0e2c4"), False),
            ("blue", "plain", _lamp(glaze("#33598c"), "#f4ead6"), False),
            ("terracotta", "striped",
             _lamp(striped(["#c0643f", "#f0dcc4"], 12, width=0.6), "#e9cfae"), False),
        ),
    ),
    (
        Family("pillow", "Cushion 45 × 45 cm", "Fernhall", "Home > Cushions", "cotton", 29,
               "#e9e6e1", "Washed cotton with piping; the filling is included.", (18, 9)),
        (
            ("red", "checked",
             _pillow(checked("#f4efe4", "#c4493a", 7, 7, woven=True), "#c4493a"), False),
            ("navy", "striped", _pillow(striped(["#f1ebdd", "#27406b"], 8, "u"), "#27406b"), False),
            ("teal", "dotted",
             _pillow(dotted(plain("#2f7a78"), "#f3efe2", 9, 9, 0.22), "#f3efe2"), False),
            ("mustard", "plain", _pillow(plain("#d5a034"), "#a87a22"), False),
            ("grey", "zigzag", _pillow(zigzag("#efece6", "#6b7178", 6, 8), "#6b7178"), False),
        ),
    ),
    (
        Family("tote", "Canvas Shopper", "Tidewick", "Bags > Totes", "canvas", 24, "#e8e4dc",
               "Heavy canvas that stands by itself; holds 15 kg.", (16, 10)),
        (
            ("natural", "plain", _tote(plain("#e6d9bf"), "#b3925f"), True),
            ("navy", "plain", _tote(plain("#2b3f5e"), "#d8c49c", CREAM), True),
            ("sage", "striped",
             _tote(striped(["#eee6d4", "#7f9a80"], 9, width=0.55), "#7f9a80"), False),
        ),
    ),
    (
        Family("ball", "Ball", "Hoopara", "Sports > Balls", "rubber", 19, "#e3e8ea",
               "Grips well and keeps its air.", (10, 12)),
        (
            ("orange", "basketball",
             _ball(1.2, basketball("#cf6a2a", "#241710", 1.2), 0.35, 0.6), False),
            ("black and white", "football",
             _ball(1.1, football("#f3f3ee", "#20242a", 1.1), 0.7, 0.3), False),
            ("multicolour", "beach ball",
             _ball(1.5, sectors(["#d8402f", "#f4f0e6", "#2f6fb0", "#f0bc35"] * 2), 0.9, 0.2),
             False),
        ),
    ),
    (
        Family("flask", "Insulated Bottle 500 ml", "Aquavo", "Kitchen > Bottles", "steel", 32,
               "#e5e9e8", "Keeps cold for 24 hours and hot for 12."),
        (
            ("navy", "plain", _flask(plain("#2b4666"), "#1e2126", CREAM), True),
            ("coral", "plain", _flask(plain("#dd6f5a"), "#f2ece0", CREAM), True),
            ("steel", "dipped",
             _flask(dipped(plain("#3c6b57"), plain("#c9ccca"), 1.45, 0), "#1e2126", CREAM), True),
        ),
    ),
    (
        Family("cordial", "Cordial 0.7 l", "Orchardy", "Food > Drinks", "glass", 9, "#eceae2",
               "Pressed in autumn; mix one part with six of water."),
        (
            ("green", "elderflower", _bottle("#a9cba4", "#f4efe2", "ELDERFLOWER"), True),
            ("amber", "quince", _bottle("#e0a45a", "#efe3c6", "QUINCE"), True),
        ),
    ),
    (
        Family("candle", "Scented Candle", "Ostrel", "Home > Candles", "soy wax", 26, "#ece5de",
               "Burns for 45 hours.", (20, 18)),
        (("ivory", "fig", _candle("#f2e6c8", "#f6f1e6", "FIG & CEDAR"), True),),
    ),
    (
        Family("chair", "Shell Chair", "Oakmere", "Furniture > Chairs", "plastic and oak", 149,
               "#e6e4e0", "A light shell on oak legs, for the table or the desk.", (32, 14)),
        (
            ("mustard", "plain", _chair(plastic(plain("#d8a13a")), timber()), False),
            ("white", "plain",
             _chair(plastic(plain("#ece8e0")), timber("#6b4a30", "#3f2a1a")), False),
            ("grey", "upholstered",
             _chair(cloth(woven(plain("#7b8289"), 7, 0.3)), timber(), padded=True), False),
        ),
    ),
    (
        Family("stool", "Bar Stool 46 cm", "Oakmere", "Furniture > Stools", "oak", 79, "#e9e5de",
               "Solid wood, oiled.", (25, 16)),
        (
            ("oak", "plain", _stool(timber(), timber()), False),
            ("red", "plain", _stool(plastic(plain("#b8402f")), timber()), False),
        ),
    ),
    (
        Family("clock", "Wall Clock 31 cm", "Tikkel", "Home > Clocks", "wood and glass", 45,
               "#dfe3e2", "Silent sweep movement; one AA battery.", (8, 3), floating=True),
        (
            ("white", "numerals", _clock("#f5f2ea", "#22262b", timber(), numerals=True), True),
            ("black", "minimal",
             _clock("#25282c", "#efe9da", plastic(plain("#17191c")), numerals=False), True),
            ("green", "numerals",
             _clock("#3f6b5c", "#f3ecdb", Material(plain("#c9a45a"), metal=True, rough=0.25),
             numerals=True),
             True),
        ),
    ),
    (
        Family("shirt", "T-Shirt", "Harbrook", "Clothing > T-Shirts", "organic cotton", 25,
               "#e7e7e4", "A straight cut in heavy jersey.", (4, 2), floating=True),
        (
            ("white", "printed", _shirt(plain("#eeebe4"), "#d9d5cc"), True),
            ("blue", "printed", _shirt(plain("#3f6f8f"), "#2f566f", CREAM), True),
            ("black", "printed", _shirt(plain("#2a2c30"), "#1f2124", CREAM), True),
            ("navy", "striped",
             _shirt(striped(["#efe9dd", "#2a3f66"], 2.2, "y", 0.55), "#efe9dd"), False),
        ),
    ),
    (
        Family("hat", "Hat", "Harbrook", "Clothing > Hats", "cotton", 28, "#ebe6dc",
               "Packs flat and springs back.", (12, 16)),
        (
            ("straw", "sun hat", _hat(plain("#d9b878"), "#7a2f2f", 0.95), False),
            ("natural", "sun hat", _hat(plain("#e6d9bf"), "#24354f", 0.95), False),
            ("olive", "bucket hat", _hat(plain("#6f7448"), "#62673f", 0.5), False),
        ),
    ),
    (
        Family("book", "Hardcover Notebook A5", "Pagelle", "Stationery > Notebooks", "paper", 14,
               "#e8e6e3", "192 dotted pages that lie flat.", (24, 10)),
        (
            ("navy", "hills", _book("#24405c", "#f0e4c8", "FIELD NOTES", "hills"), True),
            ("terracotta", "sun", _book("#c0603c", "#f6e9d2", "LONG DAYS", "sun"), True),
            ("green", "rings", _book("#3f6a54", "#efe6cf", "YEAR RINGS", "rings"), True),
        ),
    ),
    (
        Family("plant", "Agave in a Pot", "Fernhall", "Home > Plants", "ceramic", 34, "#e5e9e2",
               "Wants light and little water.", (22, 12)),
        (
            ("terracotta", "plain", _plant(glaze("#c0643f"), "#3f7a44"), False),
            ("white", "speckled", _plant(speckled("#e9e4da", "#4a4a48"), "#4f8a5a"), False),
        ),
    ),
)  # fmt: skip


def items() -> Iterator[Item]:
    """Every product of the shop, family by family."""
    for family, variants in FAMILIES:
        for number, (colour, pattern, body, label) in enumerate(variants, start=1):
            yield Item(family, number, colour, pattern, body, label)

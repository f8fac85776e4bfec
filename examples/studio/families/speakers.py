"""Speakers: portable ones in fabric, and boxes for a shelf."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from studio.assortment import Family, Item, Look, Noun
from studio.paint import glowing, paint, printed
from studio.prints import ink_on, lettering
from studio.shapes import (
    Mesh,
    ball,
    bent,
    box,
    cylinder,
    lathe,
    move,
    sticker,
    tube,
    turn,
    wrap,
)
from studio.views import View


def portable(item: Item) -> Sequence[Mesh]:
    """A fabric drum with rubber ends, keys on top, a lit ring and a strap."""
    look = item.look
    fabric = paint(look.colour, "canvas", pattern=look.pattern, second=look.second, size=0.006)
    rubber, dark = paint(look.second, "rubber"), paint("charcoal", "soft plastic")
    wide, tall = (0.052, 0.120) if look.shape == "short" else (0.043, 0.178)
    side = [(wide, 0.014), (wide + 0.0015, tall * 0.5), (wide, tall - 0.012)]
    parts = [
        lathe([(0, 0.001), (wide - 0.012, 0.001), (wide - 0.010, 0), (wide - 0.004, 0.001),
               (wide + 0.0010, 0.005), (wide + 0.0022, 0.010), (wide + 0.0014, 0.0145),
               (wide - 0.001, 0.0150)], rubber),
        lathe([(wide - 0.001, 0.013), *bent(side, 32), (wide - 0.001, tall - 0.011)], fabric,
              around=128),
        lathe([(wide - 0.001, tall - 0.013), (wide + 0.0014, tall - 0.0125),
               (wide + 0.0022, tall - 0.008), (wide + 0.0008, tall - 0.002), (wide - 0.004, tall),
               (wide - 0.008, tall - 0.0010), (wide - 0.010, tall - 0.004), (0, tall - 0.004)],
              rubber),
        lathe([(wide - 0.0128, tall - 0.0044), (wide - 0.0124, tall - 0.0030),
               (wide - 0.0108, tall - 0.0030), (wide - 0.0104, tall - 0.0044)],
              glowing("#8fd3ff", 1.6)),
        move(turn(sticker((0.046, 0.046), printed(_keys(ink_on(look.second)), "rubber"),
                          at=(0, 0, 0)), (-90, 0, 0)), (0, 0, tall - 0.0036)),
    ]  # fmt: skip
    # A strap on the right: two lugs and a cord between them.
    top = tall - 0.020
    parts += [
        tube([(wide - 0.002, 0, top), (wide + 0.013, 0, top + 0.002), (wide + 0.017, 0, top - 0.03),
              (wide + 0.010, 0, top - 0.058), (wide - 0.001, 0, top - 0.060)], 0.0030, dark),
        ball(0.0052, dark, at=(wide + 0.0012, 0, top)),
        ball(0.0052, dark, at=(wide + 0.0012, 0, top - 0.060)),
    ]  # fmt: skip
    if look.printed:
        lines = [(item.family.brand.upper(), 0.44), (item.article, 0.36)]
        plate_ = lettering(lines, ink_on(look.second), size=(512, 256))
        low = 0.34 * tall
        high = low + wide * math.radians(100) * 0.5
        parts.append(wrap(bent(side, 32), (low - 0.004, high + 0.004), rubber, middle=20, span=110,
                          off=0.0010))  # fmt: skip
        parts.append(
            wrap(bent(side, 32), (low, high), printed(plate_, "rubber"), middle=20, span=100,
                 off=0.0014)
        )  # fmt: skip
    return parts


def bookshelf(item: Item) -> Sequence[Mesh]:
    """A box with a woofer, a dome tweeter in its horn, a port, screws, rubber feet."""
    look = item.look
    veneer = paint(look.colour, "wood" if look.colour in {"oak", "walnut"} else "lacquer")
    baffle = paint(look.second, "soft plastic")
    dark, cone = paint("#1b1c1e", "rubber"), paint("#26282b", "matte")
    steel = paint("silver", "brushed")
    wide, deep, tall, foot = 0.175, 0.215, 0.290, 0.006
    front = -deep / 2
    parts = [
        box((wide, deep, tall), veneer, at=(0, 0, foot), edge=0.003),
        box((wide - 0.012, 0.008, tall - 0.012), baffle, at=(0, front - 0.002, foot + 0.006),
            edge=0.002),
    ]  # fmt: skip
    for x in (-0.065, 0.065):
        for y in (-0.08, 0.08):
            parts.append(cylinder(0.012, foot + 0.001, dark, at=(x, y, 0)))
    face = front - 0.006
    yellow = paint("mustard", "canvas") if look.shape == "yellow cone" else cone
    woofer = [
        lathe([(0.066, 0), (0.068, 0.0015), (0.067, 0.004), (0.060, 0.0045), (0.0595, 0.0025)],
              baffle if look.shape == "yellow cone" else dark),
        lathe(bent([(0.0600, 0.0022), (0.0580, 0.0052), (0.0550, 0.0060), (0.0520, 0.0050),
                    (0.0505, 0.0020)], 24), dark),
        lathe(bent([(0.0508, 0.0022), (0.036, -0.008), (0.018, -0.0175)], 16), yellow),
        lathe(bent([(0.0195, -0.0172), (0.017, -0.0105), (0.010, -0.0065), (0.0, -0.0052)], 20),
              dark if look.shape != "yellow cone" else cone),
    ]  # fmt: skip
    tweeter = [
        lathe([(0.044, 0), (0.0455, 0.0012), (0.0445, 0.003), (0.038, 0.0034),
               *bent([(0.036, 0.003), (0.024, -0.001), (0.0155, -0.006)], 16)], dark),
        lathe(bent([(0.0156, -0.006), (0.0150, -0.0045), (0.0135, -0.0044)], 12), cone),
        lathe(bent([(0.0136, -0.0046), (0.011, 0.0012), (0.006, 0.0042), (0, 0.0050)], 20),
              paint("silver", "polished") if look.second != "white" else steel),
    ]  # fmt: skip
    # A cone is deeper than its rim is high: it starts as far before the baffle as it reaches back.
    for driver, height, lift in ((woofer, 0.114, 0.019), (tweeter, 0.230, 0.0065)):
        for part in driver:
            raised = turn(move(part, (0, 0, lift)), (90, 0, 0))
            parts.append(move(raised, (0, face, foot + height)))
    for radius, height, count in ((0.0635, 0.114, 6), (0.0412, 0.230, 4)):
        lift = 0.0235 if count == 6 else 0.0098
        for k in range(count):
            a = 2 * math.pi * (k + 0.5) / count
            screw = turn(cylinder(0.0022, 0.0012, steel), (90, 0, 0))
            parts.append(move(screw, (radius * math.cos(a), face - lift + 0.0012,
                                      foot + height + radius * math.sin(a))))  # fmt: skip
    # The woofer's basket: closes the gap between its rim and the baffle.
    for radius, height, far in ((0.0672, 0.114, 0.0205), (0.0450, 0.230, 0.0078)):
        ring_ = turn(lathe([(radius, -0.001), (radius, far)], baffle), (90, 0, 0))
        parts.append(move(ring_, (0, face, foot + height)))
    if look.printed:
        lines = [(item.family.brand.upper(), 0.46), (item.article, 0.38)]
        mark = printed(lettering(lines, ink_on(look.second), size=(512, 190)), "plastic")
        parts.append(sticker((0.098, 0.0364), mark, at=(0, face - 0.0003, foot + 0.0262)))
    else:
        parts.append(box((0.030, 0.001, 0.005), steel, at=(0, face, foot + 0.018), edge=0.0004))
    return parts


def _keys(ink: str) -> Image.Image:
    """Plus, minus, play, and a dot for the radio."""
    image = Image.new("RGBA", (256, 256))
    draw = ImageDraw.Draw(image)
    fill = ink
    draw.rectangle((120, 30, 136, 86), fill=fill)
    draw.rectangle((100, 50, 156, 66), fill=fill)
    draw.rectangle((100, 190, 156, 206), fill=fill)
    draw.polygon(((184, 100), (184, 156), (230, 128)), fill=fill)
    draw.ellipse((34, 110, 70, 146), outline=fill, width=9)
    return image


FAMILIES = (
    Family(
        key="portable",
        noun=Noun("portable speaker", "портативная колонка", "f"),
        brand="Sonvara",
        category="Electronics > Audio > Portable speakers",
        material=("fabric and rubber", "ткани и резины"),
        says=(
            "Plays for 14 hours; splashes do it no harm.",
            "Играет 14 часов без подзарядки, не боится брызг.",
        ),
        price=59,
        shapes={"short": ("compact", "компактная")},
        looks=(
            Look("grey", second="charcoal", printed=True),
            Look("blue", second="black", printed=True),
            Look("red", second="black", shape="short"),
            Look("sage", second="cream", shape="short", printed=True),
        ),
        build=portable,
        views=(View(20, 16), View(-40, 34)),
        backdrop="#e9eef0",
    ),
    Family(
        key="bookshelf",
        noun=Noun("bookshelf speaker", "полочная колонка", "f"),
        brand="Sonvara",
        category="Electronics > Audio > Bookshelf speakers",
        material=("MDF with real veneer", "МДФ с натуральным шпоном"),
        says=(
            "A two-way speaker with a 13 cm woofer and a dome tweeter.",
            "Двухполосная акустика: динамик 13 см и купольный твитер.",
        ),
        price=139,
        shapes={"yellow cone": ("yellow-cone", "с жёлтым диффузором")},
        looks=(
            Look("walnut", second="black", printed=True),
            Look("oak", second="charcoal"),
            Look("white", second="white", printed=True),
            Look("black", second="black", shape="yellow cone"),
        ),
        build=bookshelf,
        views=(View(26, 10), View(-34, 18)),
        backdrop="#f2efe9",
    ),
)

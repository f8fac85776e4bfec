"""Bottles: insulated steel, sport, and soap with a pump."""

import math
from collections.abc import Sequence

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import ink_on, lettering, paper_label
from studio.shapes import (
    Mesh,
    bent,
    cylinder,
    lathe,
    move,
    ribs,
    tube,
    turn,
    wrap,
)
from studio.views import View

_ROUND_CORNER = [math.radians(d) for d in range(0, 91, 15)]


def flask(item: Item) -> Sequence[Mesh]:
    """Powder-coated steel with a bare foot and neck; a screw cap with a loop to carry it by."""
    look = item.look
    steel, cap = paint("silver", "brushed"), paint("charcoal", "soft plastic")
    coat = paint(look.colour, "painted metal", pattern=look.pattern, second=look.second, size=0.11)
    wide = 0.039 if look.shape != "slim" else 0.032
    tall = 0.150 if look.shape != "slim" else 0.185
    side = [(wide, 0.012), (wide, 0.05), (wide, tall)]
    shoulder = bent(
        [(wide, tall), (wide * 0.97, tall + 0.010), (0.026, tall + 0.026), (0.0235, tall + 0.032)],
        20,
    )
    neck = tall + 0.032
    parts = [
        lathe([(wide - 0.003, 0.011), (wide - 0.0005, 0.011), *side, *shoulder], coat),
        lathe(
            [(0, 0.002), (wide - 0.010, 0.002), (wide - 0.008, 0), (wide - 0.003, 0),
             (wide - 0.0012, 0.002), (wide - 0.0012, 0.0125)],
            steel,
        ),
        cylinder(0.0228, 0.008, steel, at=(0, 0, neck - 0.002)),
        ribs(cylinder(0.0262, 0.022, cap, at=(0, 0, neck + 0.004), edge=0.002), 16, 0.0009),
        cylinder(0.0225, 0.004, cap, at=(0, 0, neck + 0.025), edge=0.002),
    ]  # fmt: skip
    top = neck + 0.020
    loop = [
        (-0.0255, 0, top - 0.006), (-0.0268, 0, top + 0.012), (-0.016, 0, top + 0.029),
        (0.016, 0, top + 0.029), (0.0268, 0, top + 0.012), (0.0255, 0, top - 0.006),
    ]  # fmt: skip
    strap = tube(loop, 0.0042, cap)
    parts.append(turn(strap, (0, 0, 20)))
    for where in (20, 200):
        pin = turn(cylinder(0.0035, 0.0022, steel, edge=0.0006), (0, 90, 0))
        parts.append(turn(move(pin, (0.0288, 0, top - 0.004)), (0, 0, where)))
    if look.printed:
        mark = _mark(item, ink_on(look.colour))
        parts.append(wrap(side, (0.058, 0.104), mark, middle=24, span=112))
    return parts


def sport(item: Item) -> Sequence[Mesh]:
    """A squeeze bottle with a waist for the hand, a ribbed cap and a push-pull spout."""
    look = item.look
    body, cap = paint(look.colour, "soft plastic"), paint(look.second, "plastic")
    soft = paint("charcoal", "rubber")
    outside = bent(
        [(0.034, 0.004), (0.0365, 0.010), (0.0365, 0.060), (0.0365, 0.090), (0.034, 0.104),
         (0.0315, 0.117), (0.033, 0.130), (0.0355, 0.140), (0.034, 0.151), (0.029, 0.158)],
        72,
    )  # fmt: skip
    parts = [lathe([(0, 0.005), (0.026, 0.004), (0.029, 0), (0.033, 0.001), *outside], body)]
    band = [(0.0316, 0.1115), (0.0322, 0.113), (0.0322, 0.121), (0.0322, 0.1225)]
    parts += [
        lathe([(0.030, 0.1085), *bent([(0.0336, 0.109), *band, (0.0336, 0.125)], 20)], soft),
        ribs(
            lathe(
                [(0, 0.156), (0.0335, 0.156), (0.0345, 0.1565), (0.0345, 0.176), (0.0335, 0.1785),
                 (0.0300, 0.181), (0, 0.1815)],
                cap,
                around=320,
            ),
            44,
            0.0009,
        ),
        lathe(
            [(0.030, 0.180), *bent([(0.029, 0.182), (0.022, 0.187), (0.0135, 0.191)], 16),
             (0.012, 0.200), (0, 0.200)],
            cap,
        ),
        lathe(
            [(0, 0.199), (0.0105, 0.199), (0.0112, 0.200), *bent(
                [(0.0112, 0.203), (0.0090, 0.208), (0.0088, 0.214), (0.0118, 0.218),
                 (0.0112, 0.2225), (0.0070, 0.224)], 30), (0.0040, 0.2235), (0.0035, 0.219),
             (0, 0.219)],
            soft,
        ),
    ]  # fmt: skip
    if look.printed:
        mark = _mark(item, look.second if look.second != "black" else ink_on(look.colour))
        parts.append(wrap(outside, (0.034, 0.082), mark, middle=24, span=112))
    return parts


def soap(item: Item) -> Sequence[Mesh]:
    """A bottle with a pump; a pasted paper label, or bare."""
    look = item.look
    finish = {"glossy": "lacquer"}.get(look.shape, "matte")
    body, pump = paint(look.colour, finish), paint(look.second, "plastic")
    dark = paint("grey", "soft plastic")
    wide, tall = (0.041, 0.105) if look.shape == "low" else (0.034, 0.140)
    arc = [
        (wide - 0.014 + 0.014 * math.cos(a), tall - 0.014 + 0.014 * math.sin(a))
        for a in _ROUND_CORNER
    ]
    foot = [
        (wide - 0.005 + 0.005 * math.sin(a), 0.005 - 0.005 * math.cos(a)) for a in _ROUND_CORNER
    ]
    side = [*foot, *arc]
    neck = tall + 0.001
    parts = [
        lathe([(0, 0.002), (wide - 0.009, 0.002), (wide - 0.007, 0), *side, (0.0135, neck - 0.001),
               (0.0125, neck), (0.0125, neck + 0.006), (0, neck + 0.006)], body),
        ribs(
            lathe([(0, neck + 0.002), (0.0150, neck + 0.002), (0.0156, neck + 0.003),
                   (0.0156, neck + 0.015), (0.0148, neck + 0.0165), (0, neck + 0.0165)],
                  pump, around=320), 40, 0.0005),
        lathe([(0.013, neck + 0.016), (0.012, neck + 0.018), (0.0078, neck + 0.019),
               (0.0068, neck + 0.021), (0.0068, neck + 0.028), (0.006, neck + 0.029),
               (0, neck + 0.029)],
              pump),
        cylinder(0.0042, 0.016, dark, at=(0, 0, neck + 0.028)),
    ]  # fmt: skip
    head = neck + 0.042
    nozzle = [(0.004, 0, 0.0055), (0.022, 0, 0.0065), (0.036, 0, 0.0050), (0.0405, 0, -0.002)]
    parts += [
        move(lathe([(0, 0), (0.0068, 0), (0.0076, 0.0008), (0.0086, 0.008), (0.0080, 0.0098),
                    (0.006, 0.0105), (0, 0.0107)], pump), (0, 0, head)),
        turn(move(tube(nozzle, [0.0046, 0.0042, 0.0036, 0.0031], pump), (0, 0, head)), (0, 0, -38)),
    ]  # fmt: skip
    if look.printed:
        words = {"low": "HAND CREAM SOAP", "glossy": "SHAMPOO  300 ML"}.get(
            look.shape, "HAND WASH  300 ML"
        )
        accent = "olive" if look.colour in {"sage", "white"} else look.colour
        label = paper_label(item.family.brand, item.article, words, ground="#f3efe6", accent=accent)
        high = 0.9 * wide * math.radians(128)
        low = 0.42 * tall - high / 2
        parts.append(wrap(side, (low, low + high), printed(label), middle=22, span=128, off=0.0003))
    return parts


def _mark(item: Item, ink: str):
    """Brand and article number alike in height: both have to be read on a narrow bottle."""
    lines = [(item.family.brand.upper(), 0.46), (item.article, 0.40)]
    return printed(lettering(lines, ink, size=(512, 256)), "soft plastic")


FAMILIES = (
    Family(
        key="flask",
        noun=Noun("insulated bottle", "термобутылка", "f"),
        brand="Tundrel",
        category="Sports > Outdoor > Insulated bottles",
        material=("double-walled steel", "нержавеющей стали с двойными стенками"),
        says=(
            "Keeps drinks cold for 24 hours and hot for 12; the cap has a carrying loop.",
            "Держит холод 24 часа, тепло - 12 часов; крышка с петлёй для переноски.",
        ),
        price=29,
        shapes={"slim": ("slim", "узкая")},
        looks=(
            Look("navy", printed=True),
            Look("terracotta", printed=True),
            Look("white", "fading", "sage"),
            Look("black", shape="slim"),
        ),
        build=flask,
        views=(View(20, 12), View(-45, 24)),
        backdrop="#e9eef0",
    ),
    Family(
        key="sportbottle",
        noun=Noun("sport bottle", "спортивная бутылка", "f"),
        brand="Tundrel",
        category="Sports > Outdoor > Water bottles",
        material=("BPA-free plastic", "пластика без бисфенола А"),
        says=(
            "Holds 600 ml, opens with a pull and fits a bicycle's cage.",
            "Объём 600 мл, открывается одним движением, подходит для велосипедного держателя.",
        ),
        price=11,
        looks=(
            Look("light blue", second="black", printed=True),
            Look("yellow", second="black"),
            Look("coral", second="white", printed=True),
            Look("mint", second="white"),
        ),
        build=sport,
        views=(View(20, 12), View(-40, 30)),
        backdrop="#eeedeb",
    ),
    Family(
        key="soap",
        noun=Noun("soap dispenser", "дозатор для мыла", "m"),
        brand="Fernwisp",
        category="Home > Bathroom > Soap dispensers",
        material=("recycled plastic", "переработанного пластика"),
        says=(
            "A pump bottle for the sink; refill it as often as you like.",
            "Флакон с помпой для раковины; можно наполнять снова и снова.",
        ),
        price=9,
        shapes={"low": ("low", "низкий"), "glossy": ("glossy", "глянцевый")},
        looks=(
            Look("white", second="black", printed=True),
            Look("sage", second="white", printed=True),
            Look("brown", second="black", shape="glossy", printed=True),
            Look("pink", second="white", shape="low"),
        ),
        build=soap,
        views=(View(18, 12), View(-50, 24)),
        backdrop="#f2efe9",
    ),
)

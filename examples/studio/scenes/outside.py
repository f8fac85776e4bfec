"""Away from home: a lawn, a gym, a café, a shop's shelf with price tags."""

from studio import clutter, furniture
from studio.families import all_items
from studio.grounds import grass, tiles
from studio.paint import paint
from studio.rooms import (
    Arrangement,
    Eye,
    Put,
    daylight,
    floor,
    glow,
    laid,
    sunshine,
    wall,
)
from studio.shapes import box, surface
from studio.stage import ambient

ARTICLES = {item.id: item.article for item in all_items()}


def picnic() -> Arrangement:
    grass(5.0, 5.4, 3, blades=34_000, bare=(1.48, 1.18))
    furniture.outlook((0, 3.6, 0.95), 9.0)
    soil = paint("#55752a", "matte")
    surface(lambda u, v: ((u - 0.5) * 12, (v - 0.4) * 12, -0.004), soil, steps=(1, 1))

    surface(
        lambda u, v: ((u - 0.5) * 1.5, (v - 0.5) * 1.2, 0.014),
        paint("cream", "linen", pattern="checks", second="red", size=0.09, place="uv"),
        steps=(2, 2),
    )
    laid(clutter.bowl_of_fruit("apple"), (-0.2, 0.28, 0.016))
    laid(clutter.books((("navy", 0.02, 0.2),), lying=True), (0.2, -0.34, 0.016), 30)
    ambient("#cfe2ff", 0.75)
    sunshine((0.6, 0.5, -0.9), strength=3.6, spread=1.5)
    return Arrangement(
        (
            Put("tote-04", (-0.46, 0.22, 0.016), 14),
            Put("brim-hat-03", (0.36, 0.12, 0.016), -20),
            Put("sunglasses-02", (0.1, -0.16, 0.016), 16),
            Put("flask-02", (0.02, 0.2, 0.016), 20),
            Put("beach-ball-02", (0.72, 0.74, 0.02), 30),
            Put("mug-04", (-0.14, -0.1, 0.016), 20),
        ),
        Eye((0.12, -1.75, 1.12), (0.06, 0.18, 0.12), 34),
    )


def gym() -> Arrangement:
    floor(paint("#3a3d42", "rubber", pattern="speckled", second="#7b8088", size=0.012))
    wall("#c7c9cb", away=1.1, skirting="charcoal")
    laid(furniture.mat(0.6, 1.2, "#4c6f86"), (-0.55, 0.2, 0), 8)
    laid(clutter.dumbbell(), (0.02, -0.18, 0), 24)
    laid(clutter.dumbbell("navy"), (0.2, -0.02, 0), 12)
    laid(furniture.bench(1.1, 0.42, "natural"), (0.55, 0.75, 0))
    daylight((-2.6, -1.2, 2.8), (0, 0.3, 0.2), watts=190, size=2.0, fill=0.5)
    return Arrangement(
        (
            Put("basketball-01", (-0.14, 0.42, 0), 20),
            Put("sneakers-03", (0.36, -0.3, 0), 40),
            Put("sportbottle-02", (-0.36, -0.1, 0.008), 0),
            Put("backpack-02", (0.72, 0.7, 0.42), -14),
            Put("cap-02", (0.3, 0.72, 0.42), 30),
            Put("portable-03", (0.1, 0.7, 0), 8),
        ),
        Eye((0.0, -1.65, 1.15), (0.1, 0.3, 0.26), 36),
        exposure=0.55,
    )


def cafe() -> Arrangement:
    floor(tiles("#7d6a58", "#4a4038", side=(0.2, 0.2)))
    wall("#6b4f3f", away=1.6)
    laid(furniture.table(0.8, 0.7, 0.74, "walnut"), (0, 0.2, 0))
    laid(furniture.table(0.7, 0.6, 0.74, "walnut"), (0.9, 1.1, 0), 20)
    laid(clutter.plate_with_croissant(), (-0.16, 0.18, 0.74), 25)
    laid(clutter.candle(0.06), (0.2, 0.42, 0.74))
    daylight((-2.4, 0.4, 1.9), (0, 0.2, 0.8), watts=46, size=1.0, fill=0.12, around="#ffe2bf")
    glow((0.5, 0.7, 1.7), 14, "#ffc58a", 0.08)
    return Arrangement(
        (
            Put("mug-08", (0.08, 0.26, 0.74), 40),
            Put("phone-03", (0.2, 0.06, 0.74), -18, (-90, 0)),
            Put("sunglasses-05", (-0.05, -0.07, 0.74), 16),
            Put("watch-04", (0.06, 0.12, 0.74), -30),
        ),
        Eye((0.08, -0.42, 1.26), (0.03, 0.17, 0.76), 30),
        exposure=1.45,
    )


def market_shelf() -> Arrangement:
    wall("#b9c0c4", away=0.06, skirting="")
    white = paint("#e4e5e4", "painted metal")
    for high in (0.96, 1.42):
        box((2.4, 0.36, 0.03), white, at=(0, -0.15, high - 0.03), edge=0.002)
        box((2.4, 0.006, 0.1), white, at=(0, -0.333, high - 0.1), edge=0.002)
    for x, price, product in (
        (-0.3, "3 490 ₽", "kettle-01"),
        (0.0, "3 790 ₽", "kettle-02"),
        (0.3, "4 190 ₽", "kettle-04"),
    ):
        words = (("Чайник электрический", 0.15), (price, 0.34), (f"Арт. {ARTICLES[product]}", 0.2))
        laid(clutter.price_tag(words, wide=0.15), (x, -0.342, 0.865))
    laid(clutter.carton(0.24, 0.2, 0.3), (0.58, -0.12, 0.96), 8)
    daylight((0.4, -1.8, 2.2), (0, -0.1, 1.1), watts=60, size=1.8, fill=0.45, colour="#f2f6ff")
    return Arrangement(
        (
            Put("kettle-01", (-0.3, -0.14, 0.96), 24),
            Put("kettle-02", (0.0, -0.14, 0.96), 18),
            Put("kettle-04", (0.3, -0.14, 0.96), 30),
        ),
        Eye((0.05, -1.2, 1.22), (0.02, -0.1, 1.04), 36),
    )

"""Small scenes that people post, send and film: one to five products close by."""

from studio import clutter, furniture
from studio.grounds import planks, tiles
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
from studio.scenes.outside import ARTICLES
from studio.shapes import box


def flat_lay() -> Arrangement:
    """Laid out on boards and photographed from above."""
    floor(planks("#e4dccd", "#cfc4b1", board=(0.16, 1.1), turned=True))
    laid(clutter.books((("cream", 0.02, 0.21),), lying=True), (0.18, 0.34, 0), 12)
    daylight((-1.3, 0.9, 1.5), (0, 0, 0), watts=38, size=1.0, fill=0.55)
    return Arrangement(
        (
            Put("brim-hat-01", (-0.2, 0.25, 0), 10),
            Put("handbag-01", (0.2, 0.12, 0), -14, (-88, 0)),
            Put("ankle-boots-02", (-0.16, -0.2, 0), -70),
            Put("sunglasses-01", (0.19, -0.13, 0), 12, (-62, 0)),
            Put("phone-05", (0.17, -0.3, 0), 24, (-90, 0)),
        ),
        Eye((0.0, -0.12, 1.3), (0.0, 0.0, 0), 38, roll=3),
        size=(640, 722),
    )


def armchair_corner() -> Arrangement:
    floor(planks("#a87d52", "#83603c"))
    wall("#7f8f82", away=0.75)
    laid(clutter.plant("broad", 21, pot="cream", size=1.9), (0.72, 0.45, 0))
    laid(furniture.frame(0.5, 0.7, 12, "oak"), (-0.42, 0.75, 1.45))
    daylight((-2.2, -1.0, 2.2), (0, 0.2, 0.5), watts=120, fill=0.35)
    sunshine((1.0, 0.8, -0.62), strength=2.4, panes=((-2.0, -0.9, 1.9), 1.2))
    return Arrangement(
        (
            Put("spindle-chair-04", (-0.05, 0.2, 0), 26),
            Put("velvet-cushion-03", (-0.06, 0.27, 0.47), 26, (-15, 0)),
            Put("stool-01", (0.5, -0.1, 0), 10),
            Put("ribbed-vase-04", (0.5, -0.1, 0.456), 20),
        ),
        Eye((0.15, -2.0, 1.15), (0.16, 0.2, 0.62), 40),
        size=(640, 722),
        exposure=0.35,
    )


def park_bench() -> Arrangement:
    floor(tiles("#a9a49b", "#807b72", side=(0.25, 0.25)))
    furniture.outlook((0, 4.2, 1.3), 9.0)
    laid(furniture.bench(1.5, 0.45, "walnut"), (0, 0.2, 0))
    daylight((-2.0, -2.4, 3.4), (0, 0.2, 0.5), watts=150, fill=0.85, around="#dbe9ff")
    sunshine((0.8, 0.9, -1.0), strength=2.6, spread=2)
    return Arrangement(
        (
            Put("backpack-03", (-0.16, 0.2, 0.45), 18),
            Put("cap-02", (0.22, 0.16, 0.45), 24),
            Put("flask-02", (0.1, 0.06, 0.45), 0),
        ),
        Eye((0.1, -1.3, 0.98), (0.0, 0.2, 0.66), 38, fstop=3.2),
        size=(640, 1280),
    )


def handbag_on_chair() -> Arrangement:
    floor(planks("#c4b59b", "#a8977b"))
    wall("#e6dfd5", away=0.7)
    laid(furniture.curtain(0.5, 2.6, "#cfc3b1"), (0.75, 0.6, 0))
    daylight((-1.8, -1.2, 2.0), (0, 0.1, 0.6), watts=90, fill=0.5)
    return Arrangement(
        (
            Put("stool-04", (0.0, 0.2, 0), 15),
            Put("handbag-04", (0.0, 0.19, 0.75), -18),
        ),
        Eye((0.12, -0.85, 1.1), (0.0, 0.2, 0.85), 46),
        size=(640, 705),
    )


def wrist_watch() -> Arrangement:
    box((1.2, 0.8, 0.04), paint("#4a4f52", "clay"), at=(0, 0, -0.04))
    wall("#b9b6b0", away=0.5, skirting="")
    laid(clutter.books((("#c8b79c", 0.022, 0.2),), lying=True), (-0.1, 0.02, 0), 10)
    daylight((-0.7, -0.3, 0.8), (0, 0, 0), watts=12, size=0.5, fill=0.6)
    return Arrangement(
        (Put("watch-09", (-0.05, 0.01, 0.025), 24),),
        Eye((0.06, -0.3, 0.22), (-0.045, 0.02, 0.055), 60, fstop=8),
        size=(640, 705),
    )


def lamp_on_cabinet() -> Arrangement:
    floor(planks("#8b6844", "#6d4f31"))
    wall("#4f6467", away=0.45)
    laid(furniture.cabinet(1.1, 0.4, 0.62, "#3d4b4b", doors=2, top="walnut"), (0, 0.22, 0))
    laid(
        clutter.books((("cream", 0.03, 0.24), ("mustard", 0.02, 0.2)), lying=True),
        (-0.4, 0.2, 0.62),
    )
    daylight((-2.2, -1.2, 2.0), (0, 0.2, 0.7), watts=34, fill=0.14, around="#d4e2ff")
    glow((0.12, 0.08, 0.86), 3.2)
    return Arrangement(
        (
            Put("mushroom-lamp-01", (0.12, 0.22, 0.62), 10),
            Put("alarm-clock-03", (-0.12, 0.14, 0.62), 12),
        ),
        Eye((0.14, -0.72, 1.0), (0.02, 0.2, 0.76), 38, roll=-3),
        size=(640, 640),
        exposure=1.5,
    )


def speaker_on_deck() -> Arrangement:
    floor(planks("#9a7a58", "#7d5f41", board=(0.11, 2.2)))
    furniture.outlook((0, 3.4, 0.9), 8.0)
    box(
        (8, 0.06, 0.9),
        paint("#e8e4da", "matte", pattern="upright stripes", second="#b8b4aa", size=0.16),
        at=(0, 1.9, 0),
    )
    daylight((1.6, -1.4, 2.2), (0, 0, 0.1), watts=60, fill=0.7, around="#e6efff")
    sunshine((-0.7, 0.5, -0.8), strength=2.6)
    return Arrangement(
        (
            Put("portable-02", (-0.1, 0.1, 0), 16),
            Put("sportbottle-03", (0.16, 0.12, 0)),
            Put("tennisballs-01", (0.08, -0.1, 0), 30),
        ),
        Eye((0.12, -0.66, 0.36), (0.03, 0.06, 0.09), 44, roll=4, fstop=5.6),
        size=(640, 540),
    )


def mug_in_review() -> Arrangement:
    box((1.4, 0.9, 0.03), paint("white", "clay"), at=(0, 0.2, -0.03))
    wall("#d9cfc0", away=0.7, skirting="")
    laid(clutter.plate_with_croissant(), (0.16, 0.16, 0), -20)
    daylight((-0.9, -0.2, 0.9), (0, 0, 0.05), watts=14, size=0.7, fill=0.4, colour="#fff3e2")
    return Arrangement(
        (Put("mug-02", (0.0, 0.0, 0), -4), Put("teapot-01", (-0.14, 0.24, 0), 24)),
        Eye((0.03, -0.42, 0.24), (0.0, 0.03, 0.06), 44, roll=-4),
        size=(620, 734),
    )


def one_price_tag() -> Arrangement:
    box((1.6, 0.4, 0.03), paint("#e9e6df", "painted metal"), at=(0, 0.05, -0.03))
    wall("#d5d3cd", away=0.25, skirting="")
    for x, product in ((-0.02, "flask-02"), (0.13, "flask-01")):
        words = (
            ("Термобутылка 500 мл", 0.15),
            ("1 590 ₽", 0.34),
            (f"Артикул {ARTICLES[product]}", 0.16),
        )
        laid(clutter.price_tag(words, wide=0.115, ground="#ffe14d"), (x, -0.11, 0), -3)
    daylight((0.5, -0.9, 1.5), (0, 0, 0.1), watts=20, fill=0.55, colour="#eaf3ff")
    return Arrangement(
        (
            Put("flask-02", (-0.02, 0.0, 0), 8),
            Put("flask-01", (0.13, 0.0, 0), 12),
            Put("flask-03", (-0.16, 0.02, 0), 0),
        ),
        Eye((-0.06, -0.52, 0.27), (0.02, 0, 0.1), 38, roll=6),
        size=(820, 960),
    )


def dark_corner() -> Arrangement:
    """After moving in: shoes and a ball half behind a box, one lamp far away."""
    floor(planks("#77593c", "#5d442c"))
    wall("#8d857a", away=0.6)
    laid(clutter.carton(0.4, 0.3, 0.26), (0.1, -0.02, 0), 14)
    laid(clutter.carton(0.3, 0.26, 0.2), (0.16, 0.02, 0.26), -8)
    daylight(
        (-1.8, -1.2, 1.6),
        (0, 0.2, 0.1),
        watts=26,
        size=0.4,
        fill=0.1,
        colour="#ffd9a0",
        around="#ffe7c8",
    )
    return Arrangement(
        (
            Put("sneakers-01", (-0.26, -0.02, 0), 34),
            Put("football-02", (-0.14, 0.26, 0), 40),
            Put("backpack-01", (0.47, 0.3, 0), -20),
        ),
        Eye((-0.1, -1.25, 0.92), (0.06, 0.1, 0.2), 40, roll=-5),
        size=(960, 720),
        exposure=1.5,
    )


def evening_desk() -> Arrangement:
    floor(planks("#6c5846", "#544334"))
    wall("#46556c", away=0.62)
    laid(furniture.table(1.3, 0.7, 0.74, "walnut"), (0, 0.24, 0))
    spines = (("red", 0.03, 0.22), ("cream", 0.024, 0.24), ("sage", 0.02, 0.2))
    laid(clutter.books(spines), (0.1, 0.48, 0.74))
    laid(clutter.notebook(colour="mustard"), (0.08, 0.12, 0.74), 12)
    daylight((2.0, -1.4, 2.0), (0, 0.2, 0.8), watts=40, fill=0.2, colour="#c4d4ff")
    glow((-0.03, 0.3, 1.08), 5)
    return Arrangement(
        (
            Put("desk-lamp-03", (-0.14, 0.42, 0.74), -16),
            Put("headphones-02", (-0.15, 0.16, 0.74), 24),
            Put("phone-08", (-0.02, -0.02, 0.74), 14, (-90, 0)),
            Put("mug-09", (0.16, 0.3, 0.74), 10),
        ),
        Eye((0.05, -0.72, 1.42), (0.0, 0.22, 0.88), 37),
        size=(640, 1280),
        exposure=0.8,
    )

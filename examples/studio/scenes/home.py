"""Around the home: living room, desk, hallway, kitchen, children's room, shelf, sill, bedside."""

from studio import clutter, furniture
from studio.grounds import planks, plaster, tiles
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
from studio.shapes import box


def living_room() -> Arrangement:
    floor(planks("#c9a677", "#a57f52"))
    wall("#d8d4ca", away=1.35)
    laid(furniture.rug(2.3, 1.5, ("#ddd2bd", "#8c4632", "#3a4b52"), 4), (-0.1, -0.05, 0))
    laid(furniture.cabinet(1.5, 0.42, 0.66, "#e9e6df", doors=3), (0.62, 1.1, 0))
    laid(furniture.frame(0.6, 0.8, 5, "oak"), (1.0, 1.35, 1.5))
    laid(clutter.plant("broad", 8, pot="white", size=1.7), (-1.5, 0.85, 0))
    laid(
        clutter.books(
            (("terracotta", 0.03, 0.24), ("cream", 0.022, 0.21), ("navy", 0.035, 0.23)), lying=True
        ),
        (0.48, 1.05, 0.66),
    )
    laid(furniture.curtain(0.7, 2.7, "cream"), (-1.95, 1.2, 0))
    daylight((-2.9, -1.6, 2.2), (0, 0.7, 0.6), watts=190, fill=0.5)
    sunshine((1.0, 0.75, -0.55), strength=2.2, panes=((-2.6, -1.0, 2.1), 1.5))
    return Arrangement(
        (
            Put("dining-chair-02", (-0.72, 0.42, 0), 32),
            Put("cushion-02", (-0.72, 0.47, 0.5), 32, (-18, 0)),
            Put("table-lamp-01", (0.13, 1.08, 0.66), 12),
            Put("vase-03", (0.98, 1.07, 0.66), -10),
            Put("ribbed-vase-04", (1.2, 1.0, 0.66)),
            Put("stool-02", (0.72, 0.22, 0), 20),
        ),
        Eye((0.25, -2.75, 1.35), (0.02, 0.6, 0.66), 33),
    )


def desk() -> Arrangement:
    floor(planks("#8f7a63", "#6d5a46"))
    wall("#aebcb6", away=0.62)
    laid(furniture.table(1.5, 0.7, 0.74, "walnut"), (0, 0.24, 0))
    laid(clutter.laptop(), (-0.08, 0.2, 0.74), 6)
    laid(clutter.notebook(colour="burgundy"), (0.33, 0.06, 0.74), -14)
    laid(clutter.pencils("white"), (0.4, 0.44, 0.74))
    laid(clutter.plant("trailing", 5, pot="white", size=0.62), (-0.66, 0.5, 0.74))
    laid(furniture.frame(0.4, 0.5, 3), (0.18, 0.62, 1.35))
    daylight((-2.2, -0.6, 2.0), (0, 0.2, 0.8), watts=95, size=1.2, fill=0.35)
    return Arrangement(
        (
            Put("desk-lamp-02", (-0.46, 0.42, 0.74), -28),
            Put("watch-07", (0.2, 0.2, 0.74), 28),
            Put("phone-02", (0.14, 0.0, 0.74), 24, (-90, 0)),
            Put("bookshelf-02", (0.58, 0.42, 0.74), -18),
            Put("mug-07", (-0.36, 0.06, 0.74), -30),
        ),
        Eye((0.1, -0.82, 1.3), (0.02, 0.24, 0.84), 31),
        exposure=0.35,
    )


def hallway() -> Arrangement:
    floor(tiles("#cfc9bd", "#8f8a80", side=(0.3, 0.3)))
    wall("#c9b8a0", away=0.6)
    laid(furniture.bench(1.1, 0.44), (0.1, 0.4, 0))
    laid(furniture.hooks(1.2, 5), (0.1, 0.6, 1.52))
    laid(clutter.carton(0.36, 0.26, 0.2), (0.86, 0.32, 0))
    daylight((2.6, -2.2, 2.4), (0, 0.3, 0.7), watts=170, fill=0.4, colour="#fff4e4")
    return Arrangement(
        (
            Put("backpack-04", (-0.17, 0.44, 1.5), 6, hold="top"),
            Put("tote-04", (0.36, 0.5, 1.53), -4, hold="top"),
            Put("cap-03", (0.62, 0.5, 1.56), 8, (-50, 0), hold="top"),
            Put("sneakers-02", (-0.3, 0.0, 0), 24),
            Put("ankle-boots-03", (0.3, 0.08, 0), -160),
            Put("handbag-03", (0.32, 0.4, 0.44), 8),
            Put("brim-hat-01", (-0.2, 0.4, 0.44), -12),
        ),
        Eye((0.05, -2.35, 1.2), (0.14, 0.4, 0.8), 38),
        size=(720, 960),
    )


def kitchen() -> Arrangement:
    wall(
        "",
        away=0.62,
        material=tiles("#e8e6df", "#b9b4a8", side=(0.075, 0.15), upright=True),
        skirting="",
    )
    block = planks("#c9a06c", "#b3864f", board=(0.045, 0.5))
    box((3.2, 0.68, 0.04), block, at=(0, 0.28, 0.86), edge=0.004)
    box((3.2, 0.6, 0.86), paint("#5e7468", "matte"), at=(0, 0.3, 0))
    laid(clutter.bowl_of_fruit("lemon"), (0.6, 0.3, 0.9))
    laid([box((0.02, 0.24, 0.36), paint("walnut", "wood"), edge=0.006)], (-0.58, 0.57, 0.9), 86)
    laid(clutter.plant("trailing", 3, pot="cream", size=0.6), (0.78, 0.48, 0.9))
    laid(clutter.plate_with_croissant(), (0.2, 0.1, 0.9))
    daylight((-2.2, -1.2, 2.3), (0, 0.2, 1.0), watts=120, size=1.4, fill=0.42)
    return Arrangement(
        (
            Put("kettle-03", (-0.38, 0.32, 0.9), 20),
            Put("mug-09", (-0.1, 0.12, 0.9), 30),
            Put("mug-05", (0.08, 0.24, 0.9), -40),
            Put("soap-03", (0.42, 0.46, 0.9), 10),
            Put("flask-03", (0.32, 0.36, 0.9), 0),
            Put("teapot-02", (-0.13, 0.36, 0.9), -30),
        ),
        Eye((0.06, -0.86, 1.3), (0.02, 0.3, 0.98), 31),
    )


def childrens_room() -> Arrangement:
    floor(planks("#d8bd92", "#c2a173"))
    wall("#cfdfe3", away=1.0)
    laid(furniture.rug(1.7, 1.2, ("#f0e6d2", "#e0a63c", "#6fa3a8"), 9), (0, -0.1, 0))
    laid(furniture.cabinet(1.1, 0.36, 0.5, "#f4f1ea", doors=2, top="natural"), (0.5, 0.78, 0))
    laid(
        clutter.books(
            (
                ("red", 0.02, 0.22),
                ("yellow", 0.026, 0.24),
                ("blue", 0.016, 0.2),
                ("mint", 0.03, 0.23),
                ("orange", 0.02, 0.21),
            )
        ),
        (0.72, 0.84, 0.5),
    )
    laid(clutter.carton(0.34, 0.3, 0.24), (-1.0, 0.66, 0), 12)
    daylight((2.4, -1.6, 2.3), (0, 0.2, 0.3), watts=170, fill=0.55)
    return Arrangement(
        (
            Put("wall-clock-05", (-0.38, 1.0, 0.98), hold="back"),
            Put("toycar-03", (-0.22, -0.2, 0.01), 30),
            Put("blocks-01", (0.24, -0.3, 0.01), -10),
            Put("football-03", (-0.6, 0.3, 0)),
            Put("rings-01", (0.5, 0.22, 0.01), 14),
            Put("mushroom-lamp-03", (0.46, 0.76, 0.5), -10),
            Put("bear-01", (0.12, 0.72, 0.5), 6),
        ),
        Eye((-0.06, -1.75, 1.05), (0.06, 0.3, 0.38), 35),
    )


def shelf() -> Arrangement:
    wall("#e3ddd2", away=0.0, skirting="")
    laid(furniture.shelves(1.3, (1.05, 1.48), 0.26, "walnut"), (0, 0, 0))
    laid(
        clutter.books(
            (
                ("sage", 0.03, 0.22),
                ("cream", 0.02, 0.25),
                ("terracotta", 0.028, 0.21),
                ("charcoal", 0.035, 0.24),
            )
        ),
        (-0.58, -0.12, 1.05),
    )
    laid(
        clutter.books((("mustard", 0.02, 0.2), ("navy", 0.03, 0.23)), lying=True),
        (0.08, -0.13, 1.48),
    )
    laid(clutter.plant("trailing", 11, pot="white", size=0.7), (0.54, -0.13, 1.48))
    laid(clutter.candle(), (0.12, -0.1, 1.05))
    daylight((-2.0, -2.2, 2.6), (0, 0, 1.3), watts=130, fill=0.45)
    return Arrangement(
        (
            Put("vase-07", (-0.42, -0.13, 1.48), 16),
            Put("vase-05", (-0.1, -0.13, 1.48)),
            Put("ribbed-vase-02", (0.34, -0.13, 1.05)),
            Put("vase-01", (0.55, -0.13, 1.05), -8),
            Put("portable-04", (-0.14, -0.13, 1.05), 10),
        ),
        Eye((0.06, -1.9, 1.46), (0, 0, 1.34), 38),
    )


def window_sill() -> Arrangement:
    box((2.6, 0.36, 0.04), paint("white", "matte"), at=(0, 0.1, 0.86), edge=0.008)
    box((2.6, 0.1, 0.86), plaster("#dedad2"), at=(0, 0.02, 0))
    for x, wide in ((-0.8, 0.09), (0.02, 0.06), (0.84, 0.09)):
        box((wide, 0.07, 1.6), paint("white", "lacquer"), at=(x, 0.3, 0.9), edge=0.006)
    box((2.2, 0.07, 0.07), paint("white", "lacquer"), at=(0, 0.3, 0.9), edge=0.006)
    furniture.outlook((0, 3.2, 1.1), 7.0)
    laid(clutter.plant("spears", 6, pot="terracotta", size=0.8), (-0.58, 0.14, 0.9))
    laid(clutter.books((("cream", 0.02, 0.2), ("red", 0.025, 0.21)), lying=True), (0.44, 0.08, 0.9))
    daylight((-1.4, 1.9, 2.6), (0, 0.1, 0.95), watts=110, size=1.3, fill=1.0, around="#e6f0ff")
    sunshine((0.5, -0.9, -0.75), strength=2.0)
    return Arrangement(
        (
            Put("vase-06", (-0.24, 0.12, 0.9)),
            Put("mug-02", (0.22, 0.06, 0.9), 25),
            Put("vase-02", (0.02, 0.14, 0.9), 10),
            Put("alarm-clock-02", (0.5, 0.08, 0.955), -8),
        ),
        Eye((-0.02, -1.1, 1.24), (0, 0.12, 1.08), 38, fstop=2.8),
    )


def bedside() -> Arrangement:
    floor(planks("#7c5a3c", "#5c412a"))
    wall("#5f6d78", away=1.25)
    laid(furniture.bed(1.4, 2.0, "#b8ada0", "mustard"), (-1.05, 0.2, 0))
    laid(furniture.cabinet(0.5, 0.4, 0.52, "#e4ded2", doors=1, top="walnut"), (0.1, 0.95, 0))
    laid(
        clutter.books((("navy", 0.025, 0.21), ("burgundy", 0.03, 0.22)), lying=True),
        (0.02, 0.86, 0.52),
    )
    daylight((2.4, -1.8, 2.2), (-0.3, 0.5, 0.5), watts=45, fill=0.16, colour="#cfdcff")
    glow((0.2, 1.02, 0.86), 7)
    return Arrangement(
        (
            Put("table-lamp-02", (0.24, 1.02, 0.52), -8),
            Put("cushion-05", (-0.6, 0.86, 0.48), 6, (-26, 0)),
            Put("velvet-cushion-03", (-1.2, 0.84, 0.48), -8, (-28, 0)),
            Put("sunglasses-03", (0.06, 0.83, 0.578), 10),
            Put("alarm-clock-04", (0.0, 1.04, 0.52), 4),
        ),
        Eye((0.3, -0.85, 1.2), (-0.24, 0.8, 0.68), 31),
        exposure=0.9,
    )

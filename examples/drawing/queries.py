"""What a shopper would search with: rooms, a screenshot, a price tag, bad phone photos."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from drawing.assortment import CREAM, INK, Item
from drawing.families import items
from drawing.forms import slab, tube
from drawing.light import Light
from drawing.patterns import glaze, plain, planks, plaster, printed, tiled, write
from drawing.renderer import render
from drawing.space import Body, Camera, Material, Pattern
from drawing.stage import Room

Box: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class QueryPicture:
    """A picture and what it shows: (product id, box or None for the whole picture)."""

    name: str
    image: Image.Image
    shows: tuple[tuple[str, Box | None], ...]


CATALOG = {item.id: item for item in items()}


def _product(name: str) -> Body:
    item = CATALOG[name]
    return item.body(item)


def _scene(
    placed: Sequence[tuple[str, Body]], camera: Camera, room: Room, light: Light, seed: int
) -> tuple[Image.Image, dict[str, Box]]:
    """Draw a room; boxes of the products that can be seen, by id ("" is scenery)."""
    rng = np.random.default_rng([seed, 99])
    drawing = render([body for _, body in placed], camera, room, light, rng)
    boxes = {
        name: box
        for (name, _), box in zip(placed, drawing.boxes, strict=True)
        if name and box is not None
    }
    return Image.fromarray(drawing.pixels), boxes


def _photographed(
    image: Image.Image, seed: int, *, blur: float = 0.6, grain: float = 4, cast: str = "#ffffff"
) -> Image.Image:
    """What a phone makes of it: a soft lens, noise, a colour cast, darker corners."""
    rng = np.random.default_rng([seed, 5])
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), np.float32)
    height, width = soft.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    corners = 1 - 0.22 * np.clip(x * x + y * y - 0.4, 0, None) / 1.6
    tint = np.array([int(cast[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    fine = rng.normal(0, grain, soft.shape)
    coarse = rng.normal(0, grain, (height // 2 + 1, width // 2 + 1, 3)).repeat(2, 0).repeat(2, 1)
    noisy = soft * corners[..., None] * tint + 0.6 * fine + 0.6 * coarse[:height, :width]
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


TABLE = planks("#b98a58", "#7d5230", 1.3)
DARK_TABLE = planks("#6e4c33", "#3f2918", 1.5)
FLOOR = planks("#c8a071", "#94683f", 1.6, turned=True)


def breakfast(seed: int) -> QueryPicture:
    """A table by a tiled wall, in morning light from the right."""
    placed = [
        ("mug-03", _product("mug-03").placed((-1.45, 0, 0.55), yaw=150)),
        ("teapot-02", _product("teapot-02").placed((0.55, 0, -0.5), yaw=-25)),
        ("bowl-02", _product("bowl-02").placed((1.9, 0, 1.0))),
        ("", _product("bowl-03").placed((-2.6, 0, -0.9))),
    ]
    camera = Camera((0.6, 3.1, 7.2), (0.1, 0.45, 0), 31, 960, 720)
    room = Room(TABLE, tiled("#e3e6e2", "#b9bdb8", 2.0, 1.0), wall_at=-2.6)
    light = Light((0.75, 0.7, 0.5), "#ffe9c8", 1.15, 0.5, 0.3, 0.1, 1.05)
    image, boxes = _scene(placed, camera, room, light, seed)
    image = _photographed(image, seed, cast="#fffaf0")
    return QueryPicture(
        "breakfast", image, tuple((n, boxes[n]) for n in ("mug-03", "teapot-02", "bowl-02"))
    )


def living_room(seed: int) -> QueryPicture:
    """A corner with a chair, a cushion on it, a lamp on a stool, a plant."""
    placed = [
        ("chair-01", _product("chair-01").placed((-3.0, 0, 0.6), yaw=28)),
        ("pillow-01", _product("pillow-01").placed((-3.2, 4.62, 0.15), pitch=-8, yaw=28)),
        ("stool-01", _product("stool-01").placed((2.4, 0, -1.4), yaw=20)),
        ("lamp-03", _product("lamp-03").placed((2.4, 4.64, -1.4))),
        ("", _product("plant-01").placed((5.4, 0, -1.2), yaw=70)),
        ("ball-02", _product("ball-02").placed((0.9, 0, 2.2), yaw=120)),
    ]
    camera = Camera((1.2, 6.2, 22.5), (0.6, 4.1, 0), 29, 960, 760)
    room = Room(FLOOR, plaster("#b7bfae"), wall_at=-3.6)
    light = Light((-0.7, 0.7, 0.6), "#fff0dc", 1.05, 0.55, 0.3, 0.2, 1.05)
    image, boxes = _scene(placed, camera, room, light, seed)
    image = _photographed(image, seed, blur=0.5, grain=3, cast="#fff8ec")
    wanted = ("chair-01", "pillow-01", "lamp-03", "ball-02")
    return QueryPicture("living-room", image, tuple((n, boxes[n]) for n in wanted))


def sideboard(seed: int) -> QueryPicture:
    """A sideboard under a clock; a blue wall, light from the left."""
    placed = [
        ("clock-01", _product("clock-01").placed((0.9, 3.1, -1.75))),
        ("vase-01", _product("vase-01").placed((-2.4, 0, 0.1), yaw=60)),
        ("book-02", _product("book-02").placed((-0.3, 0, 0.4), yaw=-28)),
        ("plant-02", _product("plant-02").placed((2.5, 0, 0.2), yaw=40)),
        ("", _product("candle-01").placed((0.95, 0, 1.1), yaw=-40)),
    ]
    camera = Camera((-1.4, 3.3, 13.5), (0.05, 2.6, 0), 30, 900, 840)
    room = Room(DARK_TABLE, plaster("#52708a"), wall_at=-1.8)
    light = Light((-0.8, 0.75, 0.75), "#fff3e2", 1.2, 0.5, 0.3, 0.14, 1.1)
    image, boxes = _scene(placed, camera, room, light, seed)
    image = _photographed(image, seed, blur=0.7)
    wanted = ("clock-01", "vase-01", "book-02", "plant-02")
    return QueryPicture("sideboard", image, tuple((n, boxes[n]) for n in wanted))


def twins(seed: int) -> QueryPicture:
    """A shop's shelf with one mug in many colours: the orange one is meant."""
    names = ("mug-06", "mug-01", "mug-02", "mug-04")
    placed = [
        (n, _product(n).placed((-1.95 + 1.25 * k, 0, 0.1 * (k % 2)), yaw=-20 + 14 * k))
        for k, n in enumerate(names)
    ]
    camera = Camera((0.9, 1.5, 6.0), (0, 0.45, 0), 33, 960, 640)
    room = Room(planks("#d9d2c5", "#b9ae9c", 2.4), plaster("#8d8478"), wall_at=-1.1)
    light = Light((0.2, 0.95, 0.45), "#f1f5ff", 1.1, 0.5, 0.3, 0.25, 1.05)
    image, boxes = _scene(placed, camera, room, light, seed)
    image = _photographed(image, seed, grain=5, cast="#f4f8ff")
    return QueryPicture("shelf", image, (("mug-02", boxes["mug-02"]),))


def dim_phone(seed: int) -> QueryPicture:
    """A tilted, blurred and noisy phone photo in the evening."""
    placed = [
        ("vase-04", _product("vase-04").placed((0.1, 0, 0), yaw=140)),
        ("", _product("book-01").placed((-1.7, 0.18, -0.2), pitch=-90, yaw=35)),
    ]
    camera = Camera((1.9, 3.4, 5.2), (-0.1, 0.75, 0), 33, 720, 900, roll=-7)
    room = Room(DARK_TABLE, plaster("#84705c"), wall_at=-3.4)
    light = Light((0.6, 0.6, -0.15), "#ffcf94", 1.0, 0.34, 0.25, 0.1, 0.95)
    image, boxes = _scene(placed, camera, room, light, seed)
    image = _photographed(image, seed, blur=2.0, grain=12, cast="#ffeed6")
    return QueryPicture("evening", image, (("vase-04", boxes["vase-04"]),))


def shirt_on_wall(seed: int) -> QueryPicture:
    """A T-shirt on a wall in hard light from the side; the whole picture is the question."""
    placed = [("shirt-04", _product("shirt-04").placed((0, 1.4, -0.5), yaw=14, roll=3))]
    camera = Camera((1.6, 4.6, 20), (0.1, 4.6, 0), 29, 720, 860)
    room = Room(FLOOR, plaster("#c9b49c"), wall_at=-1.6)
    light = Light((0.95, 0.55, 0.55), "#ffe6c4", 1.25, 0.42, 0.3, 0.06, 1.05)
    image, _ = _scene(placed, camera, room, light, seed)
    return QueryPicture("wall", _photographed(image, seed), (("shirt-04", None),))


def on_grass(seed: int) -> QueryPicture:
    """A picnic: a drinking bottle and a beach ball on grass under the sky."""
    placed = [
        ("flask-02", _product("flask-02").placed((-1.3, 0, 1.5), yaw=-20, roll=-3)),
        ("ball-03", _product("ball-03").placed((1.4, 0, -0.6), yaw=75, roll=20)),
        ("hat-01", _product("hat-01").placed((-2.6, 0, -1.5), yaw=30)),
    ]
    camera = Camera((0.3, 3.2, 10.5), (-0.3, 1.0, 0), 31, 900, 720)
    room = Room(glaze("#6f9a45", 1.1), plaster("#b4d3e6"), wall_at=-30, floor_gloss=0)
    light = Light((0.5, 0.85, 0.35), "#fff6e0", 1.35, 0.6, 0.3, 0.04, 1.05)
    image, boxes = _scene(placed, camera, room, light, seed)
    image = _photographed(image, seed, blur=0.6)
    return QueryPicture(
        "picnic", image, tuple((n, boxes[n]) for n in ("flask-02", "ball-03", "hat-01"))
    )


def price_tag(seed: int) -> QueryPicture:
    """A tag on a table: only the article number says which product it is."""
    item = CATALOG["lamp-02"]
    card = slab((1.5, 1.0, 0.02), (0, 0, 0), [Material(_tag(item), gloss=0.1)], 0.01)
    string = tube(
        [(-0.64, 0.0, 0.02), (-0.95, 0.1, 0.06), (-1.3, -0.1, 0.02), (-1.75, 0.15, 0.02)],
        Material(plain("#d9c7a2")), 0.014,
    )  # fmt: skip
    tag = Body((*card, string)).placed((0.1, 0.03, 0.1), pitch=-88, yaw=-9)
    camera = Camera((0.35, 2.4, 1.7), (0.0, 0, 0.05), 31, 900, 680, roll=2)
    room = Room(TABLE, plaster("#8d8478"), wall_at=-3)
    light = Light((-0.5, 0.8, -0.2), "#fff2e0", 1.05, 0.55, 0.3, 0.12, 1.1)
    image, _ = _scene([("", tag)], camera, room, light, seed)
    image = _photographed(image, seed, blur=0.7, grain=4)
    return QueryPicture("price-tag", image, ((item.id, None),))


def _tag(item: Item) -> Pattern:
    image = Image.new("RGBA", (1050, 700), "#f4f0e4")
    draw = ImageDraw.Draw(image)
    write(draw, (130, 105), item.family.brand.upper(), 92, INK, bold=True, anchor="lm")
    write(draw, (130, 200), item.family.noun, 54, INK, anchor="lm")
    write(draw, (130, 305), f"ART. {item.article}", 84, INK, bold=True, anchor="lm")
    write(draw, (920, 575), f"{item.price:.2f}", 112, "#b3362b", bold=True, anchor="rm")
    write(draw, (920, 655), "EUR", 40, "#b3362b", anchor="rm")
    x = 130
    for digit in item.gtin:
        for width in (2 + int(digit) % 4 * 2, 2 + int(digit) // 3 * 2):
            draw.rectangle((x, 400, x + width, 590), fill=INK)
            x += width + 5
    write(draw, (130, 630), item.gtin, 40, INK, anchor="lm")
    draw.ellipse((35, 325, 75, 365), fill="#6b4a2e")
    return printed(plain("#f4f0e4"), image, (-0.75, 0.75), (-0.5, 0.5), by="front")


def social_post(seed: int) -> QueryPicture:
    """A screenshot of a phone: a photo of a bag and a hat, with an app around it."""
    placed = [
        ("stool-02", _product("stool-02").placed((-0.6, 0, 0), yaw=15)),
        ("hat-02", _product("hat-02").placed((-0.6, 4.64, 0), yaw=40)),
        ("tote-02", _product("tote-02").placed((1.75, 0, 1.7), yaw=-16)),
    ]
    camera = Camera((1.2, 5.0, 17), (0.35, 3.05, 0), 30, 720, 820)
    room = Room(FLOOR, plaster("#d9c3b4"), wall_at=-2.2)
    light = Light((-0.75, 0.7, 0.6), "#fff1de", 1.15, 0.55, 0.3, 0.1, 1.05)
    photo, boxes = _scene(placed, camera, room, light, seed)
    top = 172
    image = _app_around(_photographed(photo, seed, blur=0.5, grain=2.5, cast="#fff6ee"), top)
    shows = [
        (n, (boxes[n][0], boxes[n][1] + top, boxes[n][2], boxes[n][3] + top))
        for n in ("tote-02", "hat-02")
    ]
    return QueryPicture("screenshot", image, tuple(shows))


def _app_around(photo: Image.Image, top: int) -> Image.Image:
    """Status bar, author, photo, buttons, caption, navigation; 720 × 1280."""
    image = Image.new("RGB", (720, 1280), "#ffffff")
    draw = ImageDraw.Draw(image)
    black, grey = "#16181c", "#8a9096"
    write(draw, (40, 32), "9:41", 28, black, bold=True, anchor="lm")
    for bar in range(4):
        draw.rectangle((560 + bar * 11, 40 - bar * 6, 567 + bar * 11, 44), fill=black)
    draw.arc((614, 20, 646, 52), 225, 315, fill=black, width=5)
    draw.arc((622, 29, 638, 45), 225, 315, fill=black, width=5)
    draw.rounded_rectangle((660, 20, 700, 44), 6, outline=black, width=3)
    draw.rectangle((664, 24, 690, 40), fill=black)
    draw.ellipse((28, 80, 100, 152), outline="#d9578a", width=5)
    draw.ellipse((36, 88, 92, 144), fill="#7d9a8c")
    draw.ellipse((54, 98, 74, 118), fill=CREAM)
    draw.pieslice((44, 118, 84, 158), 190, 350, fill=CREAM)
    write(draw, (116, 100), "anna.at.home", 30, black, bold=True, anchor="lm")
    write(draw, (116, 134), "Lisbon", 24, grey, anchor="lm")
    for dot in range(3):
        draw.ellipse((640 + dot * 18, 112, 648 + dot * 18, 120), fill=black)
    image.paste(photo, (0, top))
    low = top + photo.height
    y = low + 48
    draw.polygon([(52, y + 24), (26, y - 4), (52, y + 2), (78, y - 4)], fill="#e0394f")
    draw.ellipse((26, y - 20, 54, y + 6), fill="#e0394f")
    draw.ellipse((50, y - 20, 78, y + 6), fill="#e0394f")
    draw.ellipse((110, y - 22, 156, y + 22), outline=black, width=5)
    draw.polygon([(142, y + 12), (160, y + 26), (150, y + 2)], fill=black)
    draw.line(
        [(190, y - 16), (238, y - 18), (208, y + 22), (204, y + 2), (190, y - 16)],
        fill=black,
        width=5,
    )
    flag = [(650, y - 22), (650, y + 22), (668, y + 6), (686, y + 22), (686, y - 22), (650, y - 22)]
    draw.line(flag, fill=black, width=5)
    write(draw, (28, y + 58), "1,284 likes", 28, black, bold=True, anchor="lm")
    write(draw, (28, y + 98), "anna.at.home", 27, black, bold=True, anchor="lm")
    write(draw, (214, y + 98), "off to the market, who knows the bag?", 27, black, anchor="lm")
    draw.line([(0, 1200), (720, 1200)], fill="#e2e4e6", width=2)
    for k, x in enumerate((72, 216, 360, 504, 648)):
        shade = black if k == 0 else grey
        if k == 2:
            draw.rounded_rectangle((x - 22, 1218, x + 22, 1262), 10, outline=shade, width=5)
            draw.line([(x, 1228), (x, 1252)], fill=shade, width=5)
            draw.line([(x - 12, 1240), (x + 12, 1240)], fill=shade, width=5)
        elif k == 1:
            draw.ellipse((x - 20, 1218, x + 12, 1250), outline=shade, width=5)
            draw.line([(x + 8, 1246), (x + 22, 1262)], fill=shade, width=5)
        elif k == 0:
            draw.polygon([(x - 24, 1240), (x, 1218), (x + 24, 1240)], fill=shade)
            draw.rectangle((x - 17, 1238, x + 17, 1262), fill=shade)
        elif k == 3:
            draw.rounded_rectangle((x - 22, 1220, x + 22, 1260), 8, outline=shade, width=5)
            draw.polygon([(x - 6, 1230), (x - 6, 1250), (x + 10, 1240)], fill=shade)
        else:
            draw.ellipse((x - 21, 1219, x + 21, 1261), fill="#7d9a8c")
    return image


QUERIES: Sequence[Callable[[int], QueryPicture]] = (
    breakfast,
    living_room,
    sideboard,
    twins,
    dim_phone,
    shirt_on_wall,
    on_grass,
    price_tag,
    social_post,
)

"""Smartphones: the back with its cameras, the front with a lit home screen."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from studio.assortment import Family, Item, Look, Noun
from studio.paint import hexed, paint, printed
from studio.prints import font, ink_on, lettering
from studio.shapes import Mesh, Point2, box, cylinder, move, plate, sticker, turn
from studio.views import View

WIDE, HIGH, THICK = 0.074, 0.158, 0.0082
_SCREEN = (432, 936)
_WALLPAPERS = (
    ("#23305e", "#d9728a"), ("#0f4c5c", "#e9c46a"), ("#3b1f4a", "#f28f6b"), ("#12344d", "#7fd1b9"),
    ("#1d2b2a", "#9cc06b"), ("#402218", "#f0b06a"), ("#101828", "#6f9be8"), ("#4a1030", "#ffb6a0"),
)  # fmt: skip
_TILES = (
    "#f25f5c", "#ffe066", "#247ba0", "#70c1b3", "#50514f", "#9b5de5", "#f15bb5", "#00bbf9",
    "#00a878", "#fb8b24", "#5f0f40", "#e6e6ea",
)  # fmt: skip


def phone(item: Item) -> Sequence[Mesh]:
    """Stands upright, its back to -y and its screen to +y."""
    look = item.look
    glass = paint(look.colour, "lacquer" if look.shape != "square" else "soft plastic",
                  pattern=look.pattern, second=look.second, size=0.14)  # fmt: skip
    metal = paint("grey" if look.colour in {"black", "charcoal"} else "silver", "brushed")
    black = paint("#08090a", "screen")
    front, back = THICK / 2, -THICK / 2
    parts = [
        _slab(WIDE, HIGH, THICK - 0.0012, 0.0105, metal, back + 0.0006, edge=0.0012),
        _slab(WIDE - 0.0014, HIGH - 0.0014, 0.0012, 0.0098, glass, back, edge=0.0006),
        _slab(WIDE - 0.0014, HIGH - 0.0014, 0.0012, 0.0098, black, front - 0.0012, edge=0.0006),
        box((0.0011, 0.0030, 0.019), metal, at=(-WIDE / 2 - 0.0001, 0, 0.094), edge=0.0004),
        box((0.0011, 0.0030, 0.012), metal, at=(WIDE / 2 + 0.0001, 0, 0.112), edge=0.0004),
        box((0.0011, 0.0030, 0.012), metal, at=(WIDE / 2 + 0.0001, 0, 0.096), edge=0.0004),
        *_cameras(item, glass, metal, black, back),
    ]
    screen = (WIDE - 0.0058, HIGH - 0.0058)
    shown = printed(_home_screen(item), "screen", name="screen")
    _light(shown)
    parts.append(sticker(screen, shown, at=(0, front + 0.0001, HIGH / 2), facing=(0, 0, 180)))
    hole = turn(cylinder(0.0017, 0.0003, black), (-90, 0, 0))
    parts.append(move(hole, (0, front, HIGH - 0.0085)))
    if look.printed:
        lines = [(item.family.brand.upper(), 0.46), (item.article, 0.36)]
        mark = printed(lettering(lines, ink_on(look.colour), size=(512, 256)))
        parts.append(sticker((0.046, 0.023), mark, at=(0, back - 0.0001, 0.046)))
    return parts


def _cameras(item: Item, glass, metal, black, back: float) -> list[Mesh]:
    """The island at the back and its lenses, by the phone's shape."""
    shape = item.look.shape
    if shape == "square":
        centre, size, corner = (-0.0165, 0.1365), (0.034, 0.034), 0.009
        lenses = [(-0.0085, 0.0085), (-0.0085, -0.0085), (0.0085, 0.0)]
        flash = (0.0085, 0.0115)
    elif shape == "bar":
        centre, size, corner = (0.0, 0.132), (WIDE - 0.010, 0.021), 0.0104
        lenses = [(-0.021, 0.0), (-0.004, 0.0), (0.012, 0.0)]
        flash = (0.0245, 0.0)
    else:
        centre, size, corner = (-0.0225, 0.128), (0.0205, 0.046), 0.0102
        lenses = [(0.0, 0.0135), (0.0, -0.0010), (0.0, -0.0145)]
        flash = None
    x, z = centre
    island = _slab(*size, 0.0016, corner, glass if shape != "bar" else metal, back - 0.0014,
                   edge=0.0006, middle=z)  # fmt: skip
    made = [move(island, (x, 0, 0))]
    for across, up in lenses:
        for radius, deep, paint_ in ((0.0068, 0.0020, metal), (0.0058, 0.0024, black),
                                     (0.0030, 0.0026, paint("#10233a", "polished"))):  # fmt: skip
            made.append(_disc(radius, deep, paint_, (x + across, back - 0.0012, z + up)))
    if flash:
        made.append(_disc(0.0023, 0.0008, paint("#f4ecd0", "plastic"),
                          (x + flash[0], back - 0.0012, z + flash[1])))  # fmt: skip
    else:
        made.append(_disc(0.0023, 0.0005, paint("#f4ecd0", "plastic"), (-0.0060, back, 0.1455)))
    return made


def _disc(radius: float, deep: float, paint_, at) -> Mesh:
    """A disc that rises towards -y."""
    return move(turn(cylinder(radius, deep, paint_, edge=0.0003), (90, 0, 0)), at)


def _slab(
    wide: float, high: float, deep: float, corner: float, paint_, near: float, *, edge: float,
    middle: float = HIGH / 2,
) -> Mesh:  # fmt: skip
    """An upright plate with round corners, from y = near on."""
    outline: list[Point2] = []
    for cx, cy, begin in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
        for step in range(0, 91, 10):
            a = math.radians(begin + step)
            outline.append((cx * (wide / 2 - corner) + corner * math.cos(a),
                            cy * (high / 2 - corner) + corner * math.sin(a)))  # fmt: skip
    upright = turn(plate(outline, deep, paint_, edge=edge), (90, 0, 0))
    return move(upright, (0, near + deep, middle))


def _home_screen(item: Item) -> Image.Image:
    """Wallpaper, clock, tiles of programs, a dock; corners cut round."""
    wide, high = _SCREEN
    low, far = _WALLPAPERS[(item.number - 1) % len(_WALLPAPERS)]
    column = Image.new("RGB", (1, 2))
    column.putpixel((0, 0), _rgb(low))
    column.putpixel((0, 1), _rgb(far))
    image = column.resize(_SCREEN, Image.Resampling.BICUBIC).convert("RGBA")
    glow = Image.new("RGBA", _SCREEN)
    draw = ImageDraw.Draw(glow)
    shift = 37 * item.number % 160
    draw.ellipse((-160 + shift, 420, 300 + shift, 880), fill=(255, 255, 255, 34))
    draw.ellipse((120, 560 - shift, 620, 1060 - shift), fill=(255, 255, 255, 26))
    image.alpha_composite(glow)
    over = Image.new("RGBA", _SCREEN)
    draw = ImageDraw.Draw(over)
    hour = f"{8 + item.number}:{(17 * item.number) % 60:02d}"
    draw.text((wide / 2, 190), hour, font=font(112), fill="white", anchor="mm")
    draw.text((wide / 2, 274), "Tuesday, 4 May", font=font(30), fill="#ffffffdd", anchor="mm")
    draw.text((34, 40), hour, font=font(24), fill="white", anchor="lm")
    draw.rounded_rectangle((wide - 74, 30, wide - 34, 50), 6, outline="white", width=3)
    draw.rectangle((wide - 70, 34, wide - 46, 46), fill="white")
    side, gap = 74, 26
    left = (wide - 4 * side - 3 * gap) / 2
    for k in range(12):
        x, y = left + (k % 4) * (side + gap), 420 + (k // 4) * 112
        draw.rounded_rectangle((x, y, x + side, y + side), 20,
                               fill=_TILES[(k * 5 + item.number) % len(_TILES)])  # fmt: skip
        _sign(draw, k + item.number, x + side / 2, y + side / 2)
    draw.rounded_rectangle((left - 14, 804, wide - left + 14, 906), 32, fill="#ffffff55")
    for k in range(4):
        x = left + k * (side + gap)
        draw.rounded_rectangle((x, 818, x + side, 818 + side), 20,
                               fill=_TILES[(k * 7 + 2) % len(_TILES)])  # fmt: skip
        _sign(draw, k, x + side / 2, 818 + side / 2)
    image.alpha_composite(over)
    mask = Image.new("L", _SCREEN)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide - 1, high - 1), 46, fill=255)
    image.putalpha(mask)
    return image


def _sign(draw: ImageDraw.ImageDraw, kind: int, x: float, y: float) -> None:
    """A plain white sign on a tile."""
    if kind % 4 == 0:
        draw.ellipse((x - 18, y - 18, x + 18, y + 18), outline="white", width=7)
    elif kind % 4 == 1:
        draw.polygon(((x - 13, y - 19), (x - 13, y + 19), (x + 20, y)), fill="white")
    elif kind % 4 == 2:
        for down in (-14, 0, 14):
            draw.rounded_rectangle((x - 19, y + down - 4, x + 19, y + down + 4), 4, fill="white")
    else:
        draw.rounded_rectangle((x - 19, y - 13, x + 19, y + 13), 5, fill="white")
        draw.line((x - 17, y - 11, x, y + 3, x + 17, y - 11), fill="#444444", width=4)


def _light(material) -> None:
    """Let a printed material shine with its own picture, as a display does."""
    tree = material.node_tree
    shader = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED")
    picture = next(n for n in tree.nodes if n.type == "TEX_IMAGE")
    tree.links.new(picture.outputs["Color"], shader.inputs["Emission Color"])
    shader.inputs["Emission Strength"].default_value = 0.75
    shader.inputs["Coat Weight"].default_value = 0.2
    tree.links.remove(shader.inputs["Base Color"].links[0])
    shader.inputs["Base Color"].default_value = (0, 0, 0, 1)


def _rgb(colour: str) -> tuple[int, int, int]:
    digits = hexed(colour)
    return int(digits[1:3], 16), int(digits[3:5], 16), int(digits[5:7], 16)


FAMILIES = (
    Family(
        key="phone",
        noun=Noun("smartphone", "смартфон", "m"),
        brand="Quillo",
        category="Electronics > Phones > Smartphones",
        material=("glass and aluminium", "стекла и алюминия"),
        says=(
            'A 6.4" screen, 128 GB, three cameras and two days between charges.',
            "Экран 6,4 дюйма, 128 ГБ, три камеры и два дня без подзарядки.",
        ),
        price=329,
        shapes={
            "square": ("square-camera", "с квадратным блоком камер"),
            "bar": ("camera-bar", "с горизонтальным блоком камер"),
        },
        looks=(
            Look("navy", printed=True),
            Look("mint", printed=True),
            Look("pink"),
            Look("black", shape="square", printed=True),
            Look("white", shape="square"),
            Look("lilac", shape="square"),
            Look("sage", shape="bar", printed=True),
            Look("light blue", "fading", "lilac", shape="bar"),
        ),
        build=phone,
        views=(View(22, 8, fill=0.86), View(162, 8, fill=0.86)),
        backdrop="#e9eef0",
    ),
)

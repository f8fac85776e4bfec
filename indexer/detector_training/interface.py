"""What screenshots are drawn with: pictures, words, icons, bars; all but pictures is background."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from indexer.detector_training.icons import draw_icon
from indexer.detector_training.scene import NO_BOXES, Boxes, Random, Scene, floats

Tile = Callable[[int, int], Scene]  # height, width → a picture as shops and people post them

_TEXT = """new sale cotton summer size black white delivery tomorrow reviews original gift set
price leather classic order cart women men kids home best rating sold out free return brand soft
новинка скидка хлопок лето размер чёрный белый доставка завтра отзывы оригинал подарок набор
цена кожа заказать корзина женский мужской детский для дома рейтинг бренд возврат удобный
"""
_WORDS = _TEXT.split()
_SIGNS = ("♥", "★★★★★", "★ 4.8", "⋮", "✓", "→", "＋", "⚙", "✉", "☰", "‹", "›", "%")
_FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSansMono.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSerif-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSans-Bold.ttf",
)


class Screen:
    """One screenshot while it is drawn, top to bottom.

    Args:
        tile: gives the pictures that belong into it.
        clear: gives pictures without products, for avatars and banners.
    """

    def __init__(self, random: Random, height: int, width: int, tile: Tile, clear: Tile) -> None:
        self._random, self._tile, self._clear = random, tile, clear
        self.dark = bool(random.random() < 0.2)
        paper = int(random.integers(8, 40) if self.dark else random.integers(235, 256))
        self.paper = (paper, paper, min(255, paper + int(random.integers(0, 6))))
        self.ink = (235, 235, 235) if self.dark else (int(random.integers(0, 60)),) * 3
        self.faint = (140, 140, 146)
        self.accent = tuple(int(c) for c in random.integers(0, 256, 3))
        self._image = Image.new("RGB", (width, height), self.paper)
        self._draw = ImageDraw.Draw(self._image)
        self.height, self.width = height, width
        self.unit = max(5, round(min(height, width) / 24 * random.uniform(0.8, 1.15)))
        self._boxes: list[Boxes] = []
        self.y = 0

    def scene(self) -> Scene:
        boxes = np.concatenate([NO_BOXES, *self._boxes])
        return Scene(np.array(self._image), boxes)

    def picture(self, left: int, top: int, width: int, height: int, product: bool = True) -> None:
        """Put a tile, with its boxes; what the screen's edge cuts off is cut off its boxes too."""
        if width < 8 or height < 8:
            return
        tile = (self._tile if product else self._clear)(height, width)
        self._image.paste(Image.fromarray(tile.pixels), (left, top))
        boxes = tile.boxes + floats([left, top, left, top])
        whole = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        boxes[:, 0::2] = boxes[:, 0::2].clip(0, self.width)
        boxes[:, 1::2] = boxes[:, 1::2].clip(0, self.height)
        seen = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        self._boxes.append(boxes[seen > 0.5 * whole])

    def text(self, left: int, top: int, size: float, words: int = 3, faint: bool = False) -> int:
        """A line of words or a price; returns its height in pixels."""
        size = max(5, round(size))
        if self._random.random() < 0.15:
            line = f"{self._random.integers(1, 9999)} {self._random.choice(list('₽€$£'))}"
        else:
            line = " ".join(self._random.choice(_WORDS, words))
        colour = self.faint if faint else self.ink
        self._draw.text((left, top), line.capitalize(), colour, font(self._random, size))
        return int(size * 1.35)

    def sign(self, left: float, top: float, size: float, on_picture: bool = False) -> None:
        """A drawn icon or a letter's; over a picture white or on a disc, as apps do it."""
        colour = self.accent if self._random.random() < 0.35 else self.ink
        if on_picture:
            colour = (255, 255, 255)
            if self._random.random() < 0.4:
                margin = 0.3 * size
                disc = (left - margin, top - margin, left + size + margin, top + size + margin)
                self._draw.ellipse(disc, fill=(255, 255, 255))
                colour = (int(self._random.integers(0, 90)),) * 3
        if self._random.random() < 0.75:
            draw_icon(self._draw, self._random, (left, top), size, colour)
            return
        sign = str(self._random.choice(_SIGNS))
        self._draw.text(
            (left, top), sign, colour, font(self._random, max(6, round(size)), plain=True)
        )

    def button(self, left: int, top: int, right: int, bottom: int) -> None:
        filled = self._random.random() < 0.7
        self._draw.rounded_rectangle(
            (left, top, right, bottom),
            radius=int(self._random.integers(0, max(1, (bottom - top) // 2) + 1)),
            fill=self.accent if filled else None,
            outline=self.faint,
        )
        size = max(5, round((bottom - top) * 0.5))
        words = " ".join(self._random.choice(_WORDS, 2))
        ink = (255, 255, 255) if filled and sum(self.accent) < 420 else (20, 20, 20)
        self._draw.text(
            ((left + right) / 2, (top + bottom) / 2),
            words,
            ink,
            font(self._random, size),
            anchor="mm",
        )

    def avatar(self, left: int, top: int, side: int) -> None:
        """A round picture of anything but a product, or a letter on a disc."""
        if self._random.random() < 0.5:
            tint = tuple(int(c) for c in self._random.integers(40, 256, 3))
            square = self._random.random() < 0.2
            frame = (left, top, left + side - 1, top + side - 1)
            self._draw.rounded_rectangle(frame, radius=side * (0.2 if square else 0.5), fill=tint)
            ink = (255, 255, 255) if sum(tint) < 480 else (30, 30, 30)
            middle = (left + side / 2, top + side / 2)
            letter = str(self._random.choice(_WORDS))[0].upper()
            size = max(5, round(side * 0.55))
            self._draw.text(middle, letter, ink, font(self._random, size), anchor="mm")
            return
        face = Image.fromarray(self._clear(max(8, side), max(8, side)).pixels)
        mask = Image.new("L", face.size, 0)
        ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), fill=255)
        self._image.paste(face, (left, top), mask)

    def badge(self, x: float, y: float) -> None:
        """A count on a red disc, at an icon's upper right."""
        radius = self.unit * 0.4
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(225, 40, 50))
        count, face = str(self._random.integers(1, 12)), font(self._random, max(5, round(radius)))
        self._draw.text((x, y), count, (255, 255, 255), face, anchor="mm")

    def bubble(self, mine: bool) -> None:
        """A message of a chat, to one side."""
        words = " ".join(self._random.choice(_WORDS, int(self._random.integers(1, 5))))
        face = font(self._random, max(5, round(self.unit * 0.75)))
        wide, tall = self._draw.textlength(words, font=face) + self.unit, self.unit * 1.6
        left = self.width - self.unit / 2 - wide if mine else self.unit / 2
        frame = (left, self.y, left + wide, self.y + tall)
        ground = self.accent if mine and self._random.random() < 0.5 else self.faint
        self._draw.rounded_rectangle(frame, radius=self.unit * 0.5, fill=ground)
        ink = (255, 255, 255) if sum(ground) < 440 else (20, 20, 20)
        self._draw.text((left + self.unit / 2, self.y + tall / 2), words, ink, face, anchor="lm")
        self.y += int(tall + self.unit * 0.4)

    def tag(self, left: int, top: int) -> None:
        """A price or discount stuck over a picture."""
        size = max(6, round(self.unit * self._random.uniform(0.6, 1.1)))
        label = (
            f"-{self._random.integers(5, 80)}%"
            if self._random.random() < 0.5
            else (f"{self._random.integers(99, 19999)} {self._random.choice(list('₽€$'))}")
        )
        face = font(self._random, size)
        box = self._draw.textbbox((left, top), label, font=face)
        frame = (box[0] - 2, box[1] - 2, box[2] + 2, box[3] + 2)
        self._draw.rounded_rectangle(frame, radius=3, fill=self.accent)
        self._draw.text((left, top), label, (255, 255, 255), face)

    def status_bar(self) -> None:
        if self._random.random() < 0.8:
            size = self.unit * 0.7
            hour, minute = self._random.integers(24), self._random.integers(60)
            clock = f"{hour}:{minute:02d}"
            self._draw.text(
                (self.unit, 2), clock, self.ink, font(self._random, max(5, round(size)))
            )
            right = self.width - self.unit
            for number in range(3):
                left = right - (number + 1) * self.unit
                self._draw.rectangle(
                    (left, 4, left + self.unit * 0.6, 4 + self.unit * 0.4), fill=self.ink
                )
            self.y += int(self.unit * 1.3)

    def top_bar(self) -> None:
        bar = int(self.unit * 1.8)
        if self._random.random() < 0.4:
            self._draw.rectangle((0, self.y, self.width, self.y + bar), fill=self.accent)
        self.sign(self.unit * 0.5, self.y + bar * 0.2, self.unit)
        if self._random.random() < 0.6:  # a search field
            self._draw.rounded_rectangle(
                (self.unit * 2, self.y + 3, self.width - self.unit * 3, self.y + bar - 3),
                radius=6,
                fill=(60, 60, 64) if self.dark else (236, 236, 240),
            )
        self.text(int(self.unit * 2.4), self.y + bar // 4, self.unit * 0.7, 2, faint=True)
        self.sign(self.width - self.unit * 2, self.y + bar * 0.2, self.unit)
        self.y += bar

    def bottom_bar(self) -> None:
        bar = int(self.unit * 2.2)
        top = self.height - bar
        self._draw.rectangle((0, top, self.width, self.height), fill=self.paper)
        places = np.linspace(
            self.unit, self.width - self.unit * 2, int(self._random.integers(4, 6))
        )
        for number, place in enumerate(places):
            if number == len(places) - 1 and self._random.random() < 0.5:
                self.avatar(int(place), top + int(self.unit * 0.4), int(self.unit * 1.2))
            else:
                self.sign(float(place), top + self.unit * 0.4, self.unit * 1.1)
            if self._random.random() < 0.12:
                self.badge(float(place) + self.unit, top + self.unit * 0.5)
        boxes = np.concatenate([NO_BOXES, *self._boxes])
        hidden = boxes[:, 3] > top
        whole = boxes[:, 3] - boxes[:, 1]
        boxes[hidden, 3] = top
        self._boxes = [boxes[boxes[:, 3] - boxes[:, 1] > 0.5 * whole]]

    def paragraph(self, lines: int) -> None:
        for _ in range(lines):
            if self.y > self.height:
                return
            words = int(self._random.integers(2, 7))
            self.y += self.text(self.unit, self.y, self.unit * 0.75, words, faint=True)


@lru_cache(maxsize=256)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(name, size)
    except OSError:  # not on this machine
        return ImageFont.load_default(size)


def font(
    random: Random, size: int, plain: bool = False
) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """One of the usual fonts; `plain` for the one that has signs."""
    return _font(_FONTS[0] if plain else str(random.choice(_FONTS)), size)

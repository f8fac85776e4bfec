"""Screenshots: pages, grids and posts drawn around pictures; the interface is background."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

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

    def sign(self, left: float, top: float, size: float) -> None:
        sign = str(self._random.choice(_SIGNS))
        colour = self.accent if self._random.random() < 0.5 else self.ink
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
        """A round picture of anything but a product."""
        face = Image.fromarray(self._clear(max(8, side), max(8, side)).pixels)
        mask = Image.new("L", face.size, 0)
        ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), fill=255)
        self._image.paste(face, (left, top), mask)

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
        for place in np.linspace(self.unit, self.width - self.unit * 2, 4):
            self.sign(float(place), top + self.unit * 0.4, self.unit * 1.1)
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


def product_page(screen: Screen, random: Random) -> None:
    """One large picture, thumbnails, name, price, button."""
    screen.status_bar()
    if random.random() < 0.8:
        screen.top_bar()
    wide = screen.width > screen.height * 1.1
    side = int((0.45 if wide else random.uniform(0.75, 1.0)) * screen.width)
    tall = int(min(side * random.uniform(0.8, 1.35), (screen.height - screen.y) * 0.75))
    left = 0 if wide or random.random() < 0.6 else (screen.width - side) // 2
    top = screen.y
    screen.picture(left, top, side, tall)
    if random.random() < 0.4:
        screen.tag(left + screen.unit, top + screen.unit)
    if random.random() < 0.5:
        screen.sign(left + side - screen.unit * 2, top + screen.unit * 0.5, screen.unit * 1.4)
    screen.y += tall + screen.unit // 2
    column = side + screen.unit if wide else screen.unit
    if random.random() < 0.4:
        small = int(screen.unit * random.uniform(2.2, 3.6))
        for number in range(int(random.integers(2, 6))):
            screen.picture(number * (small + 3) + 3, screen.y, small, small)
        screen.y += small + screen.unit // 2
    y = top + screen.unit if wide else screen.y
    for size, words in ((1.2, 3), (0.8, 4), (1.6, 1)):
        y += screen.text(column, y, screen.unit * size, words)
    if random.random() < 0.8:
        screen.button(column, y, screen.width - screen.unit, y + int(screen.unit * 2))
        y += int(screen.unit * 2.5)
    screen.y = max(screen.y, y)
    screen.paragraph(int(random.integers(0, 9)))


def product_grid(screen: Screen, random: Random) -> None:
    """Cards in two to five columns, the last row cut by the screen's edge."""
    screen.status_bar()
    if random.random() < 0.8:
        screen.top_bar()
    if random.random() < 0.25:
        tall = int(screen.height * random.uniform(0.12, 0.25))
        screen.picture(0, screen.y, screen.width, tall, product=False)
        screen.tag(screen.unit * 2, screen.y + tall // 3)
        screen.y += tall
    columns = int(random.integers(2, 4) if screen.width < screen.height else random.integers(3, 6))
    gap = int(random.integers(1, screen.unit))
    side = (screen.width - gap * (columns + 1)) // columns
    tall = int(side * random.uniform(0.9, 1.4))
    lines = int(random.integers(1, 4))
    while screen.y < screen.height - tall // 4:
        lowest = screen.y
        for column in range(columns):
            left = gap + column * (side + gap)
            screen.picture(left, screen.y, side, tall)
            if random.random() < 0.3:
                screen.tag(left + 3, screen.y + tall - screen.unit * 2)
            if random.random() < 0.4:
                screen.sign(left + side - screen.unit * 1.3, screen.y + 2, screen.unit)
            y = screen.y + tall + 2
            for line in range(lines):
                y += screen.text(left + 2, y, screen.unit * 0.7, 2, faint=line > 0)
            lowest = max(lowest, y)
        screen.y = lowest + gap + 2
    if random.random() < 0.5:
        screen.bottom_bar()


def social_post(screen: Screen, random: Random) -> None:
    """Avatar and name, the picture from edge to edge, icons, caption, comments."""
    screen.status_bar()
    if random.random() < 0.5:
        screen.top_bar()
    side = int(screen.unit * 1.8)
    screen.avatar(screen.unit // 2, screen.y + 2, side)
    screen.text(side + screen.unit, screen.y + 2, screen.unit * 0.8, 2)
    screen.text(side + screen.unit, screen.y + 2 + screen.unit, screen.unit * 0.6, 2, faint=True)
    screen.y += side + screen.unit // 2
    tall = int(min(screen.width * random.uniform(0.7, 1.35), (screen.height - screen.y) * 0.85))
    screen.picture(0, screen.y, screen.width, tall)
    if random.random() < 0.3:
        screen.tag(int(screen.width * random.uniform(0.1, 0.6)), screen.y + int(tall * 0.8))
    screen.y += tall + 3
    for number in range(3):
        screen.sign(screen.unit * (0.6 + 1.8 * number), screen.y, screen.unit * 1.2)
    screen.y += int(screen.unit * 1.6)
    screen.paragraph(int(random.integers(1, 8)))
    if random.random() < 0.4:
        screen.bottom_bar()


def story(screen: Screen, random: Random) -> None:
    """A picture over the whole screen, with words over it."""
    screen.picture(0, 0, screen.width, screen.height)
    screen.avatar(screen.unit, screen.unit, int(screen.unit * 1.6))
    screen.text(int(screen.unit * 3), int(screen.unit * 1.3), screen.unit * 0.8, 2)
    for _ in range(int(random.integers(0, 3))):
        left = int(screen.width * random.uniform(0.05, 0.5))
        screen.tag(left, int(screen.height * random.uniform(0.1, 0.9)))


def text_page(screen: Screen, random: Random) -> None:
    """A page without any product: an article, settings, a chat."""
    screen.status_bar()
    screen.top_bar()
    while screen.y < screen.height:
        kind = random.random()
        if kind < 0.2:
            screen.y += screen.text(screen.unit, screen.y, screen.unit * 1.5, 3)
        elif kind < 0.4:
            side = int(screen.unit * 1.6)
            screen.avatar(screen.unit // 2, screen.y, side)
            screen.text(side + screen.unit, screen.y + 2, screen.unit * 0.8, 4)
            screen.y += int(side * 1.2)
        elif kind < 0.5:
            bottom = screen.y + int(screen.unit * 1.8)
            screen.button(screen.unit, screen.y, screen.width - screen.unit, bottom)
            screen.y += int(screen.unit * 2.4)
        elif kind < 0.56:
            tall = int(screen.width * random.uniform(0.3, 0.6))
            screen.picture(0, screen.y, screen.width, tall, product=False)
            screen.y += tall + 4
        else:
            screen.paragraph(int(random.integers(1, 6)))


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

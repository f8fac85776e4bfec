"""A pen for interfaces: text, shapes and icons in points of a phone screen 390 points wide."""

import math

import numpy as np
from PIL import Image, ImageDraw

from studio.inter import inter

WIDE = 390  # points across every screen
_FINE = 2  # drawn so many times larger, then reduced: smooth edges

Point = tuple[float, float]


class Pen:
    """Draws on a transparent layer of `size` pixels; all places and lengths are points."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._k = size[0] / WIDE * _FINE
        self._image = Image.new("RGBA", (size[0] * _FINE, size[1] * _FINE), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    @property
    def high(self) -> float:
        """Points from top to bottom."""
        return self._size[1] / self._size[0] * WIDE

    def layer(self) -> Image.Image:
        """What was drawn, RGBA, at the screen's size."""
        return self._image.resize(self._size, Image.Resampling.BOX)

    def width(self, text: str, size: float, weight: str = "Regular") -> float:
        return inter(size * self._k, weight).getlength(text) / self._k

    def text(
        self,
        at: Point,
        text: str,
        size: float = 14,
        *,
        ink: str = "#111111",
        weight: str = "Regular",
        anchor: str = "ls",
    ) -> float:
        """Write a line, its baseline's left end at a place; returns where it ends."""
        face = inter(size * self._k, weight)
        place = (at[0] * self._k, at[1] * self._k)
        self._draw.text(place, text, font=face, fill=ink, anchor=anchor)
        return at[0] + self.width(text, size, weight)

    def lines(
        self,
        at: Point,
        text: str,
        size: float,
        wide: float,
        *,
        ink: str = "#111111",
        weight: str = "Regular",
        leading: float = 1.32,
        most: int = 9,
    ) -> float:
        """Write words into lines no wider than `wide`; returns the next baseline."""
        line, y, count = "", at[1], 1
        for word in text.split():
            longer = f"{line} {word}".strip()
            if self.width(longer, size, weight) <= wide:
                line = longer
                continue
            if count == most:
                line += "…"
                break
            self.text((at[0], y), line, size, ink=ink, weight=weight)
            line, y, count = word, y + size * leading, count + 1
        self.text((at[0], y), line, size, ink=ink, weight=weight)
        return y + size * leading

    def block(
        self,
        box: tuple[float, float, float, float],
        fill: str | None,
        *,
        radius: float = 0,
        outline: str | None = None,
        thick: float = 1,
    ) -> None:
        """A rectangle (left, top, right, bottom), its corners rounded."""
        corners = [v * self._k for v in box]
        self._draw.rounded_rectangle(
            corners, radius * self._k, fill=fill, outline=outline, width=round(thick * self._k)
        )

    def disc(self, middle: Point, radius: float, fill: str | None, **edge) -> None:
        x, y = middle
        self.block((x - radius, y - radius, x + radius, y + radius), fill, radius=radius, **edge)

    def stroke(
        self, points: list[Point], ink: str, thick: float = 1.6, *, shut: bool = False
    ) -> None:
        """A line with round ends and joints."""
        places = [(x * self._k, y * self._k) for x, y in points]
        if shut:
            places.append(places[0])
        self._draw.line(places, fill=ink, width=round(thick * self._k), joint="curve")
        r = thick * self._k / 2
        for x, y in places:
            self._draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)

    def fill(self, points: list[Point], ink: str) -> None:
        self._draw.polygon([(x * self._k, y * self._k) for x, y in points], fill=ink)

    def fade(self, top: float, bottom: float, *, dark: int = 150, upwards: bool = True) -> None:
        """A shadow that letters stand out on, across the screen."""
        first, last = round(top * self._k), round(bottom * self._k)
        shades = (
            np.linspace(0, dark, last - first) if upwards else np.linspace(dark, 0, last - first)
        )
        veil = np.zeros((last - first, self._image.width, 4), np.uint8)
        veil[..., 3] = shades[:, None]
        self._image.alpha_composite(Image.fromarray(veil), (0, first))

    # Icons, each about `s` points wide around its middle.

    def heart(self, middle: Point, s: float, ink: str, *, full: bool = False) -> None:
        x, y = middle
        curve = []
        for t in np.linspace(0, 2 * math.pi, 60):
            u = 16 * math.sin(t) ** 3
            v = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
            curve.append((x + u / 34 * s, y - (v + 2.5) / 34 * s))
        if full:
            self.fill(curve, ink)
        else:
            self.stroke(curve, ink, s / 13, shut=True)

    def star(self, middle: Point, s: float, ink: str) -> None:
        x, y = middle
        self.fill(
            [
                (x + r * math.sin(a), y - r * math.cos(a))
                for k in range(10)
                for a, r in [(k * math.pi / 5, s / 2 if k % 2 == 0 else s / 4.8)]
            ],
            ink,
        )

    def stars(self, at: Point, s: float, ink: str = "#f5a623", *, count: int = 5) -> float:
        for k in range(count):
            self.star((at[0] + s / 2 + k * s * 1.12, at[1]), s, ink)
        return at[0] + count * s * 1.12

    def bubble(self, middle: Point, s: float, ink: str) -> None:
        """A speech bubble: comments."""
        x, y = middle
        ring = [
            (x + s * 0.46 * math.cos(a), y + s * 0.44 * math.sin(a))
            for a in np.linspace(0.75, 2 * math.pi + 0.35, 40)
        ]
        self.stroke([*ring, (x + s * 0.47, y + s * 0.45)], ink, s / 13, shut=True)

    def plane(self, middle: Point, s: float, ink: str) -> None:
        """A paper plane: send."""
        x, y = middle
        h = s / 2
        self.stroke(
            [
                (x - h, y - 0.8 * h),
                (x + h, y - 0.8 * h),
                (x - 0.1 * h, y + h),
                (x - 0.3 * h, y + 0.05 * h),
            ],
            ink,
            s / 13,
            shut=True,
        )
        self.stroke([(x - 0.3 * h, y + 0.05 * h), (x + h, y - 0.8 * h)], ink, s / 13)

    def ribbon(self, middle: Point, s: float, ink: str) -> None:
        """A bookmark."""
        x, y = middle
        a, b = 0.34 * s, 0.46 * s
        outline = [
            (x - a, y - b),
            (x + a, y - b),
            (x + a, y + b),
            (x, y + 0.14 * s),
            (x - a, y + b),
        ]
        self.stroke(outline, ink, s / 13, shut=True)

    def chevron(self, middle: Point, s: float, ink: str, *, back: bool = True) -> None:
        x, y = middle
        d = s / 4 if back else -s / 4
        self.stroke([(x + d, y - s / 2), (x - d, y), (x + d, y + s / 2)], ink, s / 9)

    def cross(self, middle: Point, s: float, ink: str) -> None:
        x, y = middle
        self.stroke([(x - s / 2, y - s / 2), (x + s / 2, y + s / 2)], ink, s / 9)
        self.stroke([(x + s / 2, y - s / 2), (x - s / 2, y + s / 2)], ink, s / 9)

    def plus(self, middle: Point, s: float, ink: str) -> None:
        x, y = middle
        self.stroke([(x - s / 2, y), (x + s / 2, y)], ink, s / 10)
        self.stroke([(x, y - s / 2), (x, y + s / 2)], ink, s / 10)

    def lens(self, middle: Point, s: float, ink: str) -> None:
        """A magnifying glass."""
        x, y = middle
        self.disc((x - s * 0.08, y - s * 0.08), s * 0.34, None, outline=ink, thick=s / 11)
        self.stroke([(x + s * 0.18, y + s * 0.18), (x + s * 0.44, y + s * 0.44)], ink, s / 11)

    def house(self, middle: Point, s: float, ink: str) -> None:
        x, y = middle
        a = 0.42 * s
        self.stroke(
            [
                (x - a, y - 0.05 * s),
                (x, y - 0.45 * s),
                (x + a, y - 0.05 * s),
                (x + a, y + 0.42 * s),
                (x - a, y + 0.42 * s),
            ],
            ink,
            s / 12,
            shut=True,
        )

    def basket(self, middle: Point, s: float, ink: str) -> None:
        x, y = middle
        a = 0.4 * s
        body = [
            (x - a, y - 0.12 * s),
            (x + a, y - 0.12 * s),
            (x + 0.84 * a, y + 0.42 * s),
            (x - 0.84 * a, y + 0.42 * s),
        ]
        self.stroke(body, ink, s / 12, shut=True)
        self.stroke(
            [
                (x - 0.2 * s, y - 0.12 * s),
                (x - 0.16 * s, y - 0.38 * s),
                (x + 0.16 * s, y - 0.38 * s),
                (x + 0.2 * s, y - 0.12 * s),
            ],
            ink,
            s / 12,
        )

    def person(self, middle: Point, s: float, ink: str) -> None:
        x, y = middle
        self.disc((x, y - 0.2 * s), 0.2 * s, None, outline=ink, thick=s / 12)
        arc = [
            (x + 0.38 * s * math.cos(a), y + 0.46 * s + 0.36 * s * math.sin(a))
            for a in np.linspace(math.pi, 2 * math.pi, 20)
        ]
        self.stroke(arc, ink, s / 12, shut=True)

    def dots(self, middle: Point, ink: str, *, upright: bool = False) -> None:
        for k in (-1, 0, 1):
            x, y = (0, 6 * k) if upright else (6 * k, 0)
            self.disc((middle[0] + x, middle[1] + y), 1.9, ink)

    def avatar(
        self, middle: Point, radius: float, letter: str, colour: str, *, ring: str = ""
    ) -> None:
        """A round picture of someone: an initial on a colour."""
        if ring:
            self.disc(middle, radius + 3.4, None, outline=ring, thick=2)
        self.disc(middle, radius, colour)
        self.text(
            (middle[0], middle[1]), letter, radius, ink="#ffffff", weight="SemiBold", anchor="mm"
        )

    def status_bar(self, clock: str, ink: str = "#000000", *, charge: float = 0.7) -> None:
        """Time, signal, wireless network and battery, as phones show them on top."""
        self.text((34, 30), clock, 15, ink=ink, weight="SemiBold")
        for k in range(4):
            left = 296 + 5 * k
            self.block((left, 27 - 2.6 * k, left + 3.2, 30.5), ink, radius=0.8)
        for radius in (3, 7, 11):
            arc = [
                (332 + radius * math.sin(a), 30 - radius * math.cos(a))
                for a in np.linspace(-0.75, 0.75, 12)
            ]
            self.stroke(arc, ink, 2)
        self.block((347, 19.5, 369, 31), None, radius=3.2, outline=ink)
        self.block((349, 21.5, 349 + 18 * charge, 29), ink, radius=1.6)
        self.block((370.4, 23.5, 371.8, 27), ink, radius=0.6)

    def home_bar(self, ink: str = "#000000") -> None:
        """The line at the bottom that phones without a button show."""
        self.block((128, self.high - 10, 262, self.high - 5.5), ink, radius=2.2)

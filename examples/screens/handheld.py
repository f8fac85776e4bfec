"""What a phone in a hand makes of a picture: soft lens, noise, colour cast, compression."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from studio.paint import hexed


@dataclass(frozen=True, slots=True)
class Phone:
    """A camera's weaknesses.

    Attributes:
        blur: of the lens, pixels. shake: length of the hand's movement, pixels; along: degrees.
        grain: noise, grey levels; coarser in colour than in light, as denoisers leave it.
        stops: over (+) or under (-) exposed.
        cast: what white turns into.
        corners: how much darker they are, 0 to 1.
        quality: of the JPEG that it was sent as; 0 for none.
    """

    blur: float = 0.5
    shake: float = 0.0
    along: float = 20.0
    grain: float = 3.0
    stops: float = 0.0
    cast: str = "#ffffff"
    corners: float = 0.1
    quality: int = 0
    seed: int = 0


GOOD = Phone()
DIM = Phone(blur=0.8, shake=3.0, grain=9.0, stops=-0.5, cast="#ffe3bd", corners=0.25, quality=70)
NIGHT = Phone(blur=1.1, shake=5.0, grain=15.0, stops=-1.0, cast="#ffd9a6", corners=0.35, quality=60)


def through(phone: Phone) -> Callable[[Image.Image], Image.Image]:
    """A change of the look that a `Shot` takes."""

    def take(image: Image.Image) -> Image.Image:
        rng = np.random.default_rng([phone.seed, 7])
        light = _linear(np.asarray(image, np.float32) / 255)
        if phone.shake:
            light = _shaken(light, phone.shake, phone.along)
        high, wide = light.shape[:2]
        y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j]
        light *= (1 - phone.corners * (x * x + y * y) / 2)[..., None]
        tint = np.array([int(hexed(phone.cast)[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        light *= 2.0**phone.stops * tint
        seen = _encoded(light) * 255
        fine = rng.normal(0, phone.grain, (high, wide, 1))
        patches = rng.normal(0, phone.grain * 1.2, (high // 4 + 1, wide // 4 + 1, 3))
        coarse = np.stack(
            [
                np.asarray(
                    Image.fromarray(patches[..., c].astype(np.float32)).resize(
                        (wide, high), Image.Resampling.BICUBIC
                    )
                )
                for c in range(3)
            ],
            -1,
        )
        # Shadows hold most of the noise.
        seen += (fine + 0.6 * coarse) * (1.2 - seen.mean(-1, keepdims=True) / 255)
        made = Image.fromarray(seen.clip(0, 255).astype(np.uint8))
        if phone.blur:
            made = made.filter(ImageFilter.GaussianBlur(phone.blur))
        made = made.filter(ImageFilter.UnsharpMask(1.4, 45, 2))
        return _sent(made, phone.quality) if phone.quality else made

    return take


def _shaken(light: np.ndarray, long: float, along: float) -> np.ndarray:
    steps = max(2, round(long * 1.5))
    total = np.zeros_like(light)
    for t in np.linspace(-0.5, 0.5, steps):
        dx, dy = np.cos(np.radians(along)) * long * t, np.sin(np.radians(along)) * long * t
        total += np.roll(light, (round(dy), round(dx)), (0, 1))
    return total / steps


def _sent(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def _linear(shade: np.ndarray) -> np.ndarray:
    return np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)


def _encoded(light: np.ndarray) -> np.ndarray:
    light = light.clip(0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)

"""A photo scaled into a network's input, ground around it, and the way back for boxes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.types import Photo

STRIDE = 32  # YOLO's coarsest map has a cell for so many pixels; inputs are multiples of it
_GROUND = 114  # grey: the ground that ultralytics pads with, which its models are trained on
_THINNEST = 8  # pixels of the input; a thinner strip shows no product, or rounds to 0


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a photo lies in a network's input.

    Attributes:
        width, height: of the input, pixels.
        inner_width, inner_height: of the scaled photo in it.
        photo_width, photo_height: of the photo itself.
    """

    width: int
    height: int
    inner_width: int
    inner_height: int
    photo_width: int
    photo_height: int

    @classmethod
    def around(cls, photo: Photo, width: int, height: int) -> "Letterbox":
        """In an input of just this size."""
        inner = _scaled(photo, min(width / photo.width, height / photo.height))
        return cls(width, height, *inner, photo.width, photo.height)

    @classmethod
    def tight(cls, photo: Photo, side: int) -> "Letterbox":
        """In the smallest input whose longer side is `side`: no time is spent on mere ground."""
        width, height = _scaled(photo, side / max(photo.width, photo.height))
        up = (-(-width // STRIDE) * STRIDE, -(-height // STRIDE) * STRIDE)
        return cls(*up, width, height, photo.width, photo.height)

    @property
    def offset(self) -> tuple[int, int]:
        """Pixels of ground left of the photo and above it."""
        return (self.width - self.inner_width) // 2, (self.height - self.inner_height) // 2

    def planes(self, photo: Photo) -> NDArray[np.float32]:
        """The input: ndarray of shape (1, 3, height, width), float32, RGB, 0 to 1."""
        # `reducing_gap` halves the time that a 12-megapixel photo takes; what it changes lies
        # below one grey level.
        scaled = Image.fromarray(photo.pixels).resize(
            (self.inner_width, self.inner_height), Image.Resampling.BILINEAR, reducing_gap=2.0
        )
        left, top = self.offset
        canvas = np.full((self.height, self.width, 3), _GROUND, dtype=np.uint8)
        canvas[top : top + self.inner_height, left : left + self.inner_width] = np.asarray(scaled)
        planes: NDArray[np.float32] = np.ascontiguousarray(canvas.transpose(2, 0, 1)[None])
        return planes.astype(np.float32) / np.float32(255)

    def back(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Boxes of the input, shape (n, 4), in pixels of the photo."""
        scale = (self.photo_width / self.inner_width, self.photo_height / self.inner_height)
        result: NDArray[np.float64] = (boxes - np.tile(self.offset, 2)) * np.tile(scale, 2)
        return result


def _scaled(photo: Photo, scale: float) -> tuple[int, int]:
    return max(round(photo.width * scale), 1), max(round(photo.height * scale), 1)


def is_strip(photo: Photo, side: int) -> bool:
    """Whether a photo is too thin to show anything in an input whose longer side is `side`."""
    short, long = sorted((photo.width, photo.height))
    return short * min(1.0, side / long) < _THINNEST

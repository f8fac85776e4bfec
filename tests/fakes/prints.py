"""Printed labels and photos of them, drawn by a seed."""

import cv2
import numpy as np

from models.types import Photo, Pixels


def label(seed: int, side: int = 240) -> Pixels:
    """A label of its own for every seed: letters and cut ellipses on a pale ground."""
    draw = np.random.default_rng(seed)
    picture = np.full((side, side, 3), 235, dtype=np.uint8)
    for _ in range(14):
        colour = tuple(int(level) for level in draw.integers(0, 200, 3))
        left, top = (int(at) for at in draw.integers(0, side - 60, 2))
        width, height = (int(size) for size in draw.integers(12, 60, 2))
        turn = float(draw.uniform(0, 180))
        cv2.ellipse(picture, (left, top), (width, height), turn, 0, 280, colour, -1)
        word = "".join(chr(int(code)) for code in draw.integers(65, 91, 5))
        cv2.putText(picture, word, (left, top + 30), cv2.FONT_HERSHEY_DUPLEX, 0.9, colour, 2)
    return picture


def seen(picture: Pixels, *, turn: float = 25.0, share: float = 0.6, light: float = 0.7) -> Pixels:
    """A label in a dim shop: turned by degrees, smaller, half as sharp, on a grey shelf."""
    side = picture.shape[0]
    turned = cv2.getRotationMatrix2D((side / 2, side / 2), turn, share)
    shelf = cv2.warpAffine(picture, turned, (side, side), borderValue=(120, 118, 115))
    return (cv2.GaussianBlur(shelf, (0, 0), 0.7) * light).astype(np.uint8)


def photo_of(pixels: Pixels, name: str = "label") -> Photo:
    return Photo(np.ascontiguousarray(pixels), sha256=name, source=name)

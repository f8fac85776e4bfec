"""Whole pictures whose products have boxes already, in YOLO's layout: `images/` and `labels/`.

Source: docs.ultralytics.com/datasets/detect: a text file a picture, one line a box: class, centre
x, centre y, width and height as shares of the picture's size; no file means no products.
"""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from indexer.detector_training.scene import (
    NO_BOXES,
    Boxes,
    Pixels,
    Random,
    Scene,
    flipped,
    floats,
    resized,
    window,
)
from models.errors import BadInput

LONGEST = 640  # pixels of a picture in memory; scenes show no more of them
_TRIES = 6  # crops, until one has a product
_SMALLEST_SHARE = 0.4  # of the largest crop that fits


def labels_of(picture: Path) -> Path:
    """Where the boxes of `…/images/NAME.jpg` are told: `…/labels/NAME.txt`."""
    return picture.parent.parent / "labels" / f"{picture.stem}.txt"


def read_labelled(picture: Path) -> Scene:
    """A picture and its boxes, all classes alike, longer side at most `LONGEST`.

    Raises:
        BadInput: the picture cannot be read, or its labels are no YOLO boxes.
    """
    try:
        with Image.open(picture) as image:
            rgb = image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput(f"{picture} is no picture", remedy="remove it, and its labels") from error
    rgb.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    pixels = np.asarray(rgb)
    height, width = pixels.shape[:2]
    return Scene(pixels, _boxes(labels_of(picture)) * floats([width, height] * 2))


def cropped(scene: Scene, random: Random, height: int, width: int) -> Scene:
    """Part of a scene at another size, unstretched, mirrored half of the time, in other light."""
    if random.random() < 0.5:
        scene = flipped(scene)
    rows, columns = scene.pixels.shape[:2]
    for _ in range(_TRIES):
        share = random.uniform(_SMALLEST_SHARE, 1.0) if random.random() < 0.7 else 1.0
        scale = share * min(rows / height, columns / width)
        tall, wide = max(8, int(height * scale)), max(8, int(width * scale))
        top = int(random.integers(max(1, rows - tall + 1)))
        left = int(random.integers(max(1, columns - wide + 1)))
        part = resized(window(scene, left, top, left + wide, top + tall), height, width)
        if len(part.boxes):
            break
    if random.random() < 0.3:
        return Scene(_in_other_colours(part, random), part.boxes)
    return part


def _in_other_colours(scene: Scene, random: Random) -> Pixels:
    hsv = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2HSV).astype(np.int16)
    hsv[..., 0] = (hsv[..., 0] + int(random.integers(-90, 90))) % 180
    hsv[..., 1] = (hsv[..., 1] * random.uniform(0.4, 1.2)).clip(0, 255)
    return np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB), np.uint8)


def _boxes(labels: Path) -> Boxes:
    """Left, top, right, bottom as shares of the picture, (n, 4)."""
    if not labels.exists():
        return NO_BOXES
    rows = [line.split() for line in labels.read_text(encoding="utf-8").splitlines() if line]
    try:
        numbers = np.array([[float(n) for n in row[1:]] for row in rows], np.float32)
        numbers = numbers.reshape(len(rows), 4)
    except ValueError as error:
        raise _not_yolo(labels) from error
    if not (np.isfinite(numbers).all() and (numbers >= 0).all() and (numbers <= 1).all()):
        raise _not_yolo(labels)
    centres, halves = numbers[:, :2], numbers[:, 2:] / 2
    return floats(np.hstack([centres - halves, centres + halves]).clip(0, 1))


def _not_yolo(labels: Path) -> BadInput:
    return BadInput(
        f"{labels} holds no YOLO boxes",
        remedy="one line a box: class, centre x, centre y, width, height, as shares of the picture",
    )

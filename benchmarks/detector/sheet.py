"""A small contact sheet: what was found, and what was missed or invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.detector.measures import ious
from indexer.detector_training.scene import Boxes, Scene

_CELL = 200  # pixels of a picture's longer side
_HIT, _FALSE, _MISS = (0, 190, 70), (255, 140, 0), (230, 20, 30)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture with its truth, and what was found on it."""

    scene: Scene
    boxes: Boxes


def draw_sheet(rows: Sequence[Sequence[Shown]], path: Path) -> None:
    """Write rows of pictures: green found, orange where nothing is, red dashed corners missed."""
    columns = max(map(len, rows))
    sheet = Image.new("RGB", (columns * _CELL, len(rows) * _CELL), (245, 245, 245))
    for row, pictures in enumerate(rows):
        for column, shown in enumerate(pictures):
            cell = _drawn(shown)
            left = column * _CELL + (_CELL - cell.width) // 2
            sheet.paste(cell, (left, row * _CELL + (_CELL - cell.height) // 2))
    sheet.save(path, quality=72, method=6)


def _drawn(shown: Shown) -> Image.Image:
    image = Image.fromarray(shown.scene.pixels)
    scale = (_CELL - 6) / max(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)))
    draw = ImageDraw.Draw(image)
    table = ious(shown.boxes, shown.scene.boxes)
    for number, box in enumerate(np.asarray(shown.boxes) * scale):
        hits = table[number].max(initial=0.0) >= 0.5
        draw.rectangle(tuple(box - [0, 0, 1, 1]), outline=_HIT if hits else _FALSE, width=2)
    for number, box in enumerate(np.asarray(shown.scene.boxes) * scale):
        if table[:, number].max(initial=0.0) < 0.5:
            left, top, right, bottom = box - [0, 0, 1, 1]
            draw.rectangle((left, top, right, bottom), outline=_MISS, width=1)
            draw.line((left, top, right, bottom), fill=_MISS)
    return image

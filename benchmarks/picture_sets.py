"""The development pictures as benchmarks use them: a shop's catalog, phone photos, clothes."""

# ruff: noqa: S311 - seeded draws are wanted: they repeat
import csv
import io
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from models.types import Photo
from pipelines.image_io import read_photo

CLOTHES_GALLERY = 372
"""Clothes that only measure; statistics are fitted on the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Grocery:
    """Phone photos taken in shops, and the clean shop pictures they should find.

    Attributes:
        wanted: index into `catalog` for each query, ndarray of shape (queries,).
        held_out: True for the queries of `queries_val/`, which select nothing.
    """

    catalog: list[Photo]
    queries: list[Photo]
    wanted: NDArray[np.int64]
    held_out: NDArray[np.bool_]


def grocery(data: Path) -> Grocery:
    products = _rows(data / "grocery" / "catalog.csv")
    queries = _rows(data / "grocery" / "queries.csv")
    place = {row["id"]: number for number, row in enumerate(products)}
    return Grocery(
        catalog=[read_photo(data / "grocery" / row["image_link"]) for row in products],
        queries=[read_photo(data / "grocery" / row["image"]) for row in queries],
        wanted=np.array([place[row["relevant_id"]] for row in queries]),
        held_out=np.array([row["image"].startswith("queries_val/") for row in queries]),
    )


def clothes(data: Path) -> tuple[list[Photo], list[Photo]]:
    """(372 photos to measure on, all others), always the same ones."""
    paths = [data / "clothing" / row["image"] for row in _rows(data / "clothing" / "labels.csv")]
    random.Random(7).shuffle(paths)
    photos = [read_photo(path) for path in paths]
    return photos[:CLOTHES_GALLERY], photos[CLOTHES_GALLERY:]


def cropped(photos: list[Photo], seed: int) -> list[Photo]:
    """Each photo as a shopper's crop may show it: cut, small, flipped, framed, lit, compressed."""
    draw = random.Random(seed)
    return [
        _photo(_cropped(_picture(photo), draw, _picture(photos[(number + 37) % len(photos)])))
        for number, photo in enumerate(photos)
    ]


def turned(photos: list[Photo], seed: int) -> list[Photo]:
    """Each photo disturbed in other ways: tilted, turned, partly covered, blurred."""
    draw = random.Random(seed)
    return [
        _photo(_turned(_picture(photo), draw, _picture(photos[(number + 91) % len(photos)])))
        for number, photo in enumerate(photos)
    ]


def _cropped(picture: Image.Image, draw: random.Random, around: Image.Image) -> Image.Image:
    share, aspect = draw.uniform(0.55, 0.95), draw.uniform(0.85, 1.18)
    width = min(picture.width, int(picture.width * share * aspect))
    height = min(picture.height, int(picture.height * share / aspect))
    left, top = draw.randint(0, picture.width - width), draw.randint(0, picture.height - height)
    part = picture.crop((left, top, left + width, top + height))
    if draw.random() < 0.3:
        part = part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    scale = draw.uniform(0.35, 1.2)
    part = part.resize((max(8, int(width * scale)), max(8, int(height * scale))))
    if draw.random() < 0.5:  # a box drawn too wide shows something else at its rim
        rim = 1 + 2 * draw.uniform(0.05, 0.25)
        frame = around.resize((int(part.width * rim), int(part.height * rim)))
        at = draw.randint(0, frame.width - part.width), draw.randint(0, frame.height - part.height)
        frame.paste(part, at)
        part = frame
    light = (np.asarray(part) / 255) ** draw.uniform(0.75, 1.35) * draw.uniform(0.8, 1.15)
    tint = np.array([draw.uniform(0.9, 1.1) for _ in range(3)])
    part = Image.fromarray(np.clip(light * tint * 255, 0, 255).astype(np.uint8))
    file = io.BytesIO()
    part.save(file, "JPEG", quality=draw.randint(30, 85))
    with Image.open(file) as compressed:
        return compressed.convert("RGB")


def _turned(picture: Image.Image, draw: random.Random, over: Image.Image) -> Image.Image:
    width, height = picture.size

    def near(place: float) -> float:
        return place + draw.uniform(-0.08, 0.08)

    corners = ((0, 0), (0, 1), (1, 1), (1, 0))
    quad = [side for x, y in corners for side in (width * near(x), height * near(y))]
    picture = picture.transform(
        picture.size, Image.Transform.QUAD, quad, Image.Resampling.BILINEAR
    ).rotate(draw.uniform(-12, 12), Image.Resampling.BILINEAR, fillcolor=(128, 128, 128))
    share = draw.uniform(0.2, 0.4)
    cover = over.resize((int(width * share), int(height * share / 2)))
    left = draw.randint(0, width - cover.width)
    picture.paste(cover, (left, draw.randint(height // 2, height - cover.height)))
    return picture.filter(ImageFilter.GaussianBlur(draw.uniform(0, 1.5)))


def _picture(photo: Photo) -> Image.Image:
    return Image.fromarray(photo.pixels)


def _photo(picture: Image.Image) -> Photo:
    return Photo(pixels=np.array(picture), sha256="", source="benchmark")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

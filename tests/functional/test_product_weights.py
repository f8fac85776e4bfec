"""The weights that ShopLens carries: the pinned ones, and they see products on real pictures."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.query_list import read_queries
from models.product_detector import PRODUCT_DETECTOR, ProductDetector
from models.types import Box, Photo
from pipelines.image_io import read_photo

pytestmark = pytest.mark.real_models

MOST_BYTES = 12_000_000
CELL = 320


@pytest.fixture(scope="module")
def detector() -> ProductDetector:
    if PRODUCT_DETECTOR.locate() is None:
        pytest.skip(f"{PRODUCT_DETECTOR.inside} is not in this checkout")
    return ProductDetector(PRODUCT_DETECTOR.verified())


@pytest.fixture(scope="module")
def shop_pictures(real_pictures: Path) -> list[Image.Image]:
    """Clean pictures of a real catalog, every product on white, CELL × CELL."""
    with (real_pictures / "grocery" / "catalog.csv").open(encoding="utf-8", newline="") as file:
        paths = [real_pictures / "grocery" / row["image_link"] for row in csv.DictReader(file)]
    pictures = []
    for path in paths[::2]:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((CELL - 40, CELL - 40))
        cell = Image.new("RGB", (CELL, CELL), "white")
        cell.paste(picture, ((CELL - picture.width) // 2, (CELL - picture.height) // 2))
        pictures.append(cell)
    return pictures


def product_in(cell: Image.Image) -> Box:
    """What is not white."""
    rows, columns = np.nonzero(np.asarray(cell.convert("L")) < 235)
    return Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)


def photo_of(picture: Image.Image) -> Photo:
    return Photo(pixels=np.asarray(picture), sha256="", source="test")


def test_the_carried_weights_are_small_and_the_pinned_ones(detector: ProductDetector) -> None:
    content = PRODUCT_DETECTOR.verified()
    assert len(content) <= MOST_BYTES
    assert PRODUCT_DETECTOR.sha256[:16] in detector.fingerprint


def test_nothing_is_found_where_there_is_nothing(detector: ProductDetector) -> None:
    grey = np.full((480, 640, 3), 180, dtype=np.uint8)
    ramp = np.broadcast_to(np.linspace(60, 220, 640, dtype=np.uint8)[None, :, None], grey.shape)
    for pixels in (grey, np.ascontiguousarray(ramp)):
        assert detector.regions(Photo(pixels, "", "test")) == []


@pytest.mark.real_pictures
def test_the_first_region_of_a_shop_picture_is_its_product(
    detector: ProductDetector, shop_pictures: list[Image.Image]
) -> None:
    right = 0
    for cell in shop_pictures:
        regions = detector.regions(photo_of(cell))
        right += bool(regions) and regions[0].box.iou(product_in(cell)) >= 0.7
    assert right >= 0.8 * len(shop_pictures)


@pytest.mark.real_pictures
def test_every_product_of_a_shop_page_is_marked_once(
    detector: ProductDetector, shop_pictures: list[Image.Image]
) -> None:
    asked = met = marked = 0
    for cells in (shop_pictures[i : i + 6] for i in range(0, 36, 6)):
        page = Image.new("RGB", (2 * CELL, 4 * CELL), "white")
        truth = []
        for number, cell in enumerate(cells):
            x, y = number % 2 * CELL, number // 2 * CELL + CELL // 2
            page.paste(cell, (x, y))
            box = product_in(cell)
            truth.append(Box(box.left + x, box.top + y, box.right + x, box.bottom + y))
        found = [region.box for region in detector.regions(photo_of(page))]
        asked, marked = asked + len(truth), marked + len(found)
        met += sum(any(box.iou(true) >= 0.5 for box in found) for true in truth)
    assert met >= 0.85 * asked
    assert marked <= 1.15 * asked


def test_the_products_of_the_demos_query_pictures_are_marked(
    detector: ProductDetector, repository: Path
) -> None:
    path = repository / "examples" / "catalog" / "queries" / "queries.csv"
    if not path.is_file():
        pytest.skip("the demo's query pictures are not in this checkout")
    truth: dict[Path, list[Box]] = {}
    for query in read_queries(path).queries:
        if query.box is not None:
            truth.setdefault(query.image, []).append(query.box)
    met = first = 0
    for image, boxes in truth.items():
        found = [region.box for region in detector.regions(read_photo(image))]
        met += sum(any(box.iou(true) >= 0.5 for box in found) for true in boxes)
        first += any(box.iou(true) >= 0.5 for box in found[:1] for true in boxes)
    assert met >= 0.8 * sum(map(len, truth.values()))
    assert first >= 0.75 * len(truth)

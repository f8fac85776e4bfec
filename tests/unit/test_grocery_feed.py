"""A checkout of the Grocery Store Dataset becomes a catalog and queries with answers."""

import csv
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.grocery_feed import products, shots, write
from indexer.query_list import read_queries
from models.errors import BadInput
from pipelines.image_io import read_photo

HEADER = (
    "Class Name (str),Class ID (int),Coarse Class Name (str),Coarse Class ID (int),"
    "Iconic Image Path (str),Product Description Path (str)"
)


def drawn(path: Path, colour: str, size: tuple[int, int] = (348, 464)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    root = tmp_path / "checkout" / "dataset"
    icons = "iconic-images-and-descriptions"
    milk, anjou = f"/{icons}/Oat-Milk/Oat-Milk", f"/{icons}/Pear/Anjou/Anjou"
    rows = [
        # Without .txt, as in a row of the set.
        f"Oat-Milk,1,Oat-Milk,1,{milk}_Iconic.jpg,{milk}_Description",
        f"Anjou,0,Pear,0,{anjou}_Iconic.jpg,{anjou}_Description.txt",
    ]
    for folder, colour, text in (("Oat-Milk", "white", "Of\noats.\n"), ("Pear/Anjou", "green", "")):
        name = Path(folder).name
        drawn(root / icons / folder / f"{name}_Iconic.jpg", colour)
        if text:
            (root / icons / folder / f"{name}_Description.txt").write_text(text)
    (root / "classes.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    (root / "val.txt").write_text("val/Oat-Milk_001.jpg, 1, 1\nval/Anjou_001.jpg, 0, 0\n")
    (root / "test.txt").write_text("test/Anjou_001.jpg, 0, 0\n\n")
    drawn(root / "val" / "Oat-Milk_001.jpg", "grey")
    drawn(root / "val" / "Anjou_001.jpg", "lime", (200, 100))
    drawn(root / "test" / "Anjou_001.jpg", "olive")
    return root


def test_classes_become_products_and_lists_become_queries(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "grocery"
    write(
        products(dataset),
        {"queries": shots(dataset, "test"), "queries_val": shots(dataset, "val")},
        out,
    )
    with (out / "catalog.csv").open() as file:
        anjou, milk = csv.DictReader(file)
    assert anjou == {
        "id": "groc-000",
        "title": "Anjou",
        "description": "",
        "category": "Pear",
        "image_link": "catalog/Anjou.jpg",
    }
    assert [milk[name] for name in ("title", "category", "description")] == [
        "Oat Milk",
        "Oat Milk",
        "Of oats.",
    ]
    assert (out / "queries.csv").read_text().splitlines() == [
        "image,relevant_id",
        "queries/0000.jpg,groc-000",
        "queries_val/0000.jpg,groc-001",
        "queries_val/0001.jpg,groc-000",
    ]
    assert read_photo(out / milk["image_link"]).pixels.shape == (288, 216, 3)
    assert read_photo(out / "queries_val" / "0001.jpg").pixels.shape == (100, 200, 3)
    assert len(read_queries(out / "queries.csv").queries) == 3


def test_another_folder_and_a_list_without_products_are_told(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"classes\.csv cannot be read") as caught:
        products(tmp_path)
    assert "GroceryStoreDataset" in caught.value.remedy
    (dataset / "train.txt").write_text("train/Anjou_001.jpg\n")
    with pytest.raises(BadInput, match=r"train.txt, line 1 names no product"):
        shots(dataset, "train")
    (dataset / "classes.csv").write_text("name\nAnjou\n")
    with pytest.raises(BadInput, match="no column"):
        products(dataset)

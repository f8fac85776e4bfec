"""Parquet in Google Merchant's names."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexer.feeds import open_feed
from models.errors import BadFeed
from pipelines.catalog_types import Money
from tests.fakes.feed_files import read


def parquet(folder: Path, columns: dict[str, list[Any]], **options: Any) -> Path:
    path = folder / "feed"
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_lists_numbers_structs_and_gaps(tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        {
            "id": [1, 2, None],
            "Image Link": ["a.jpg", "b.jpg", "c.jpg"],
            "additional_image_link": [["b.jpg", "c.jpg"], None, []],
            "title": ["Tea <b>mug</b>", None, "x"],
            "price": [{"value": 19.99, "currency": "USD"}, None, None],
            "gtin": [4006381333931.0, None, None],
            "available_from": [1, 2, 3],
            "availability": ["in_stock", "out_of_stock", None],
            "cost": [b"secret", b"secret", b"secret"],
        },
        row_group_size=2,
    )
    opened = open_feed(path)
    assert (opened.kind, opened.rows()) == ("Parquet", 3)
    (first, second), bad = read(path)
    assert (first.id, first.title) == ("1", "Tea mug")
    assert first.images == ("a.jpg", "b.jpg", "c.jpg")
    assert first.price == Money(19.99, "USD")
    assert first.codes == ("4006381333931",)
    assert (second.in_stock, second.price) == (False, None)
    assert [(row.place, row.reason) for row in bad] == [("row 3", "no id")]
    assert "secret" not in repr((first, second))


def test_missing_columns_and_endless_texts_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="no column image_link"):
        read(parquet(tmp_path, {"id": ["1"], "picture": ["a"]}))
    path = parquet(tmp_path, {"id": ["1", "2"], "image_link": ["a", "x" * 1_100_000]})
    (product,), bad = read(path)
    assert product.id == "1"
    assert [(row.place, row.reason) for row in bad] == [("row 2", "line too long")]


def test_a_cut_file_is_a_bad_feed(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"id": ["1"], "image_link": ["a"]})
    data = path.read_bytes()
    for length in range(4, len(data), 7):
        path.write_bytes(data[:length])
        with pytest.raises(BadFeed):
            read(path)

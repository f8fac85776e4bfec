"""The demo shop draws itself: the same bytes each time, and a feed that shops would recognise."""

import csv
from pathlib import Path

import pytest
from PIL import Image, ImageStat

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def catalog(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import make_catalog

    return make_catalog


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check_digit_is_right(gtin: str) -> bool:
    """GS1: with its check digit, the weighted sum of a number is a multiple of ten."""
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(gtin))) % 10 == 0


def test_two_products_and_a_scene_are_drawn_and_told_in_a_feed(catalog, tmp_path):
    made = catalog.make(tmp_path, only=["mug-01", "flask-02"], queries=[7])

    feed = rows(tmp_path / "feed.csv")
    assert made == 2
    assert [row["id"] for row in feed] == ["mug-01", "flask-02"]
    for row in feed:
        file = tmp_path / row["image_link"]
        assert file.stat().st_size <= 60_000
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == ("WEBP", (512, 512))
            assert max(ImageStat.Stat(picture.convert("L")).stddev) > 15  # not an empty backdrop
    (query,) = rows(tmp_path / "queries" / "queries.csv")
    assert query == {"image": "price-tag.jpg", "relevant_id": "lamp-02", "box": ""}
    assert (tmp_path / "queries" / query["image"]).exists()


def test_the_same_seed_draws_the_same_bytes_and_another_does_not(catalog, tmp_path):
    def drawn(name, seed):
        folder = tmp_path / name
        catalog.make(folder, seed, only=["candle-01"], queries=())
        return (folder / "pictures" / "candle-01.webp").read_bytes()

    first = drawn("first", 1)
    assert drawn("again", 1) == first
    assert drawn("other", 2) != first


def test_a_box_of_a_query_lies_on_the_picture_around_its_product(catalog, tmp_path):
    (tmp_path / "queries").mkdir()
    shelf = next(k for k, q in enumerate(catalog.QUERIES) if q.__name__ == "twins")
    (row,) = catalog.draw_query(shelf, tmp_path, seed=1)
    left, top, right, bottom = map(int, row["box"].split(","))
    with Image.open(tmp_path / "queries" / row["image"]) as picture:
        assert 0 <= left < right <= picture.width
        assert 0 <= top < bottom <= picture.height
        red, green, blue = ImageStat.Stat(picture.crop((left, top, right, bottom))).mean
    assert row["relevant_id"] == "mug-02"
    assert red > 1.2 * max(green, blue)  # the terracotta one of its twins


def test_the_feed_of_the_whole_shop_holds_together(catalog):
    everything = [catalog.feed_row(item, place) for place, item in enumerate(list(catalog.items()))]
    assert 48 <= len(everything) <= 60
    for key in ("id", "gtin", "mpn", "title"):
        assert len({row[key] for row in everything}) == len(everything), key
    assert all(set(row) == set(catalog.FEED_COLUMNS) for row in everything)
    assert all(len(row["gtin"]) == 13 for row in everything)
    assert all(check_digit_is_right(row["gtin"]) for row in everything)
    assert not check_digit_is_right("2000005975012")
    assert {row["availability"] for row in everything} == {"in_stock", "out_of_stock"}
    assert any(row["sale_price"] for row in everything)
    labelled = sum(item.label for item in catalog.items())
    assert labelled >= len(everything) / 3

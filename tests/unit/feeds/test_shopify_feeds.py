"""Shopify's export in both sets of names."""

import csv
import io
from pathlib import Path

import pytest

from indexer.feeds import FeedOptions, open_feed
from models.errors import BadFeed
from pipelines.catalog_types import Money, Product
from tests.fakes.feed_files import read, written

LEGACY = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published",
    "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price", "Variant Compare At Price",
    "Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Variant Image", "Status",
)  # fmt: skip
CURRENT = (
    "URL handle", "Title", "Description", "Vendor", "Product category", "Type", "Tags",
    "Published on online store", "Option1 name", "Option1 value", "SKU", "Price",
    "Compare-at price", "Barcode", "Product image URL", "Image position", "Image alt text",
    "Variant image URL", "Status",
)  # fmt: skip
ROWS = (
    ("red-mug", "Red mug", "<p>Strong, &amp; red</p>", "Acme", "Home > Mugs", "Mug", "tea, gift",
     "TRUE", "Color", "red", "RE16-R", "19.99", "24.99", "'4006381333931",
     "https://cdn.example/2.jpg?v=1", "2", "red", "https://cdn.example/r.jpg", "active"),
    ("red-mug", "", "", "", "", "", "", "", "", "blue", "RE16-B", "17.50", "21,00", "",
     "https://cdn.example/1.jpg", "1", "", "", ""),
    ("red-mug", "", "", "", "", "", "", "", "", "", "", "", "", "",
     "https://cdn.example/3.jpg", "3", "", "", ""),
    ("vase", "Vase", "", "Acme", "", "Vases", "", "true", "Title", "Default Title", "", "5", "", "",
     "v.jpg", "1", "", "", "active"),
    ("draft", "Draft", "", "", "", "", "", "true", "", "", "", "5", "", "", "d.jpg", "1", "", "",
     "draft"),
    ("hidden", "Hidden", "", "", "", "", "", "FALSE", "", "", "", "5", "", "", "h.jpg", "1", "", "",
     "active"),
    ("bare", "No picture", "", "", "", "", "", "", "", "", "", "5", "", "", "", "", "", "", ""),
    ("", "No handle", "", "", "", "", "", "", "", "", "", "5", "", "", "x.jpg", "", "", "", ""),
    ("ring", "Ring", "", "", "", "", "", "", "", "", "", "cheap", "", "123456789013", "x.jpg", "",
     "", "", ""),
    ("vase", "Vase again", "", "", "", "", "", "", "", "", "", "5", "", "", "x.jpg", "", "", "",
     ""),
)  # fmt: skip


def export(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...] = ROWS) -> str:
    out = io.StringIO()
    csv.writer(out).writerows((header, *rows))
    return out.getvalue()


@pytest.mark.parametrize("header", [LEGACY, CURRENT])
def test_rows_that_share_a_handle_are_one_product(tmp_path: Path, header: tuple[str, ...]) -> None:
    path = written(tmp_path, export(header))
    (mug, vase, ring), bad = read(path, FeedOptions(currency="EUR"))
    assert open_feed(path).kind == "Shopify CSV"
    assert mug == Product(
        id="red-mug",
        title="Red mug",
        description="Strong, & red",
        images=(
            "https://cdn.example/1.jpg",
            "https://cdn.example/2.jpg?v=1",
            "https://cdn.example/3.jpg",
            "https://cdn.example/r.jpg",
        ),
        category=("Home", "Mugs"),
        brand="Acme",
        price=Money(21.0, "EUR"),
        sale_price=Money(17.5, "EUR"),
        codes=("RE16-R", "RE16-B", "4006381333931"),
        attributes=(("color", "red"), ("color", "blue"), ("tag", "tea"), ("tag", "gift")),
    )
    assert (vase.category, vase.attributes, vase.price) == (("Vases",), (), Money(5.0, "EUR"))
    assert (ring.price, ring.codes) == (None, ())
    assert [(row.place, row.reason, row.product_id) for row in bad] == [
        ("line 9", "no id", ""),
        ("line 8", "no picture", "bare"),
        ("line 10", "bad price", "ring"),
        ("line 10", "bad GTIN", "ring"),
        ("line 11", "duplicate id", "vase"),
    ]


def test_without_a_currency_prices_have_none(tmp_path: Path) -> None:
    (mug, *_), _ = read(written(tmp_path, export(CURRENT)))
    assert mug.sale_price == Money(17.5, "")


def test_stock_where_the_export_has_it(tmp_path: Path) -> None:
    text = (
        "Handle,Title,Image Src,Variant Inventory Qty,Variant Inventory Policy\n"
        "a,A,a.jpg,0,deny\na,,,3,deny\nb,B,b.jpg,0,deny\nc,C,c.jpg,-2,continue\n"
    )
    products, _ = read(written(tmp_path, text))
    assert [product.in_stock for product in products] == [True, False, True]


def test_a_currency_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="no currency"):
        open_feed(written(tmp_path, export(LEGACY)), FeedOptions(currency="euro"))

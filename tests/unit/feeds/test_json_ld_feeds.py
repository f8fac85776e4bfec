"""schema.org products, in a file or a page, however they are knotted together."""

import json
from pathlib import Path

import pytest

from indexer.feeds import open_feed
from models.errors import BadFeed
from pipelines.catalog_types import Money, Product
from tests.fakes.feed_files import read, written

PRODUCT = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Red mug",
    "description": "<p>Strong &amp; red</p>",
    "sku": "mug-1",
    "mpn": "RE16-TGK",
    "gtin13": "4006381333931",
    "brand": {"@type": "Brand", "name": "Acme"},
    "image": ["https://cdn.example/a.jpg", {"@type": "ImageObject", "contentUrl": "b.jpg"}],
    "category": "Home > Mugs",
    "color": "red",
    "size": {"@type": "SizeSpecification", "name": "M"},
    "material": "clay",
    "additionalProperty": [{"name": "Volume", "value": 300, "unitText": "ml"}],
    "isRelatedTo": {"@type": "Product", "sku": "other", "name": "Other", "image": "o.jpg"},
    "offers": {
        "@type": "Offer",
        "price": 14.99,
        "priceCurrency": "USD",
        "availability": "https://schema.org/InStock",
        "url": "https://shop.example/mug",
        "priceSpecification": {
            "priceType": "https://schema.org/ListPrice", "price": "19.99", "priceCurrency": "USD",
        },
    },
}  # fmt: skip
EXPECTED = Product(
    id="mug-1",
    title="Red mug",
    description="Strong & red",
    images=("https://cdn.example/a.jpg", "b.jpg"),
    category=("Home", "Mugs"),
    brand="Acme",
    link="https://shop.example/mug",
    price=Money(19.99, "USD"),
    sale_price=Money(14.99, "USD"),
    in_stock=True,
    codes=("4006381333931", "RE16-TGK", "mug-1"),
    attributes=(("color", "red"), ("size", "M"), ("material", "clay"), ("Volume", "300 ml")),
)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_field(tmp_path: Path, indent: int | None, bom: str) -> None:
    path = written(tmp_path, bom + json.dumps(PRODUCT, indent=indent))
    assert open_feed(path).kind == "schema.org JSON-LD"
    assert read(path) == ([EXPECTED], [])


def test_a_list_and_lines_of_documents(tmp_path: Path) -> None:
    second = {**PRODUCT, "sku": "mug-2"}
    for text in (json.dumps([PRODUCT, second]), f"{json.dumps(PRODUCT)}\n{json.dumps(second)}\n"):
        products, bad = read(written(tmp_path, text))
        assert [product.id for product in products] == ["mug-1", "mug-2"]
        assert bad == []


def test_a_page_with_scripts_of_which_one_is_broken(tmp_path: Path) -> None:
    page = f"""<!DOCTYPE html><html><head><title>Shop</title>
    <script>var x = {{"@type": "Product"}};</script>
    <script type="application/ld+json">{{"@type": "Product", </script>
    <script type="application/ld+json; charset=utf-8"><!-- {json.dumps(PRODUCT)} --></script>
    <SCRIPT TYPE="application/ld+json">{{"@type": "WebSite", "name": "two
    lines"}}</SCRIPT></head><body><p>unclosed</body>"""
    products, bad = read(written(tmp_path, page))
    assert products == [EXPECTED]
    assert [(row.place, row.reason) for row in bad] == [("script 1", "not JSON")]


def test_a_page_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    product = '{"@type": "Product", "sku": "1", "image": "a.jpg", "name": "Кружка"}'
    page = f"""<html><head>
    <meta http-equiv="Content-Type" content="text/html; charset=windows-1251">
    <script type="application/ld+json">{product}</script>"""
    (found,), _ = read(written(tmp_path, page.encode("cp1251")))
    assert found.title == "Кружка"


def test_a_graph_with_references_and_a_group_of_variants(tmp_path: Path) -> None:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage", "mainEntity": {"@id": "#group"}},
            {"@type": "Brand", "@id": "#acme", "name": "Acme"},
            {"@type": "ImageObject", "@id": "#photo", "url": "https://cdn.example/g.jpg"},
            {
                "@type": "ProductGroup", "@id": "#group", "productGroupID": "G1", "name": "Mug",
                "sku": "group-sku", "brand": {"@id": "#acme"}, "image": {"@id": "#photo"},
                "variesBy": ["https://schema.org/color"], "category": "Home/Mugs",
                "hasVariant": [
                    {"@id": "#red"},
                    {"@type": "Product", "sku": "blue", "color": "blue", "image": "blue.jpg",
                     "offers": [{"price": "9"}, {"price": "7", "priceCurrency": "EUR",
                                "availability": "InStock"}]},
                ],
            },
            {"@type": "Product", "@id": "#red", "sku": "red", "name": "Red mug", "color": "red",
             "offers": {"@type": "AggregateOffer", "lowPrice": 5, "highPrice": 9,
                        "priceCurrency": "EUR", "availability": "https://schema.org/SoldOut"}},
            {"@type": "Product", "sku": "green", "inProductGroupWithID": "G1", "color": "green"},
        ],
    }  # fmt: skip
    products, bad = read(written(tmp_path, json.dumps(graph)))
    assert bad == []
    by_id = {product.id: product for product in products}
    assert sorted(by_id) == ["blue", "green", "red"]
    assert {product.group_id for product in products} == {"G1"}
    assert {product.brand for product in products} == {"Acme"}
    assert {product.category for product in products} == {("Home", "Mugs")}
    red, blue = by_id["red"], by_id["blue"]
    assert (red.title, red.price, red.in_stock) == ("Red mug", Money(5.0, "EUR"), False)
    assert red.images == ("https://cdn.example/g.jpg",)
    assert (blue.title, blue.price, blue.in_stock) == ("Mug", Money(7.0, "EUR"), True)
    assert blue.images == ("blue.jpg",)
    assert blue.codes == ("blue",)
    assert by_id["green"].attributes == (("color", "green"),)


def test_circles_and_depth_end(tmp_path: Path) -> None:
    circle = {
        "@graph": [
            {"@type": "Product", "@id": "#a", "sku": "a", "image": "a.jpg",
             "hasVariant": {"@id": "#a"}, "isVariantOf": {"@id": "#b"}, "brand": {"@id": "#a"}},
            {"@type": "ProductGroup", "@id": "#b", "hasVariant": {"@id": "#b"},
             "isVariantOf": {"@id": "#a"}, "image": {"@id": "#b"}},
        ]
    }  # fmt: skip
    (product,), _ = read(written(tmp_path, json.dumps(circle)))
    assert product.id == "a"
    deep = '{"@graph": ' + "[" * 100_000
    products, bad = read(written(tmp_path, deep))
    assert products == []
    assert [row.reason for row in bad] == ["not JSON"]


def test_a_page_without_products_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="without JSON-LD"):
        read(written(tmp_path, "<!doctype html><p>hello"))


def test_products_without_picture_or_number_are_named(tmp_path: Path) -> None:
    text = json.dumps([{"@type": "Product", "name": "x", "image": "a.jpg"},
                       {"@type": "Product", "sku": "1"}])  # fmt: skip
    products, bad = read(written(tmp_path, text))
    assert products == []
    assert [(row.place, row.reason) for row in bad] == [
        ("product 1", "no id"),
        ("product 2", "no picture"),
    ]

"""The demo shop that is in the repository: whole, honest about itself, and small."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from app.examples import examples_in
from indexer.feeds import open_feed
from indexer.feeds.protocol import BadRow
from indexer.query_list import read_queries
from pipelines.catalog_types import Product
from pipelines.lexicon import recognise
from tests.fakes import demo_facts

CATALOG = Path(__file__).parents[2] / "examples" / "catalog"
QUERIES = CATALOG / "queries"


@pytest.fixture(scope="module")
def products() -> list[Product]:
    items = list(open_feed(CATALOG / "feed.xml").items())
    assert not [item for item in items if isinstance(item, BadRow)]
    return [item for item in items if isinstance(item, Product)]


def test_it_is_a_shop_of_many_aisles_with_near_twins(products: list[Product]) -> None:
    assert len(products) >= 160
    assert len({product.category for product in products}) >= 14
    twins = Counter(product.group_id for product in products)
    assert min(twins.values()) >= 2
    for told in ("id", "title"):
        assert len({getattr(product, told) for product in products}) == len(products), told
    codes = [code for product in products for code in product.codes]
    assert len(codes) == len(set(codes)) == 2 * len(products)


def test_a_third_of_the_products_carry_their_brand_and_article_number() -> None:
    feed = (CATALOG / "feed.xml").read_text(encoding="utf-8")
    assert 3 * feed.count("<g:custom_label_0>printed<") >= feed.count("<item>")


def test_titles_are_english_and_descriptions_are_in_both_languages(products: list[Product]) -> None:
    def cyrillic(text: str) -> bool:
        return any("а" <= letter <= "я" for letter in text.lower())

    assert not [product.id for product in products if cyrillic(product.title)]
    assert not [product.id for product in products if not cyrillic(product.description)]


def test_every_picture_is_there_square_and_the_whole_is_small(products: list[Product]) -> None:
    files = [Path(picture) for product in products for picture in product.images]
    assert len(files) == len(set(files)) >= 2 * len(products)
    for file in files:
        with Image.open(CATALOG / file) as picture:
            assert (picture.format, picture.size) == ("WEBP", (512, 512)), file
    committed = [path for path in CATALOG.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in committed) <= 12_000_000
    unknown = {p.name for p in (CATALOG / "pictures").iterdir()} - {file.name for file in files}
    assert not unknown


def test_queries_point_into_the_shop_and_onto_the_picture(products: list[Product]) -> None:
    listed = read_queries(QUERIES / "queries.csv")
    assert not listed.bad
    assert len({query.image for query in listed.queries}) == 24
    assert len(listed.queries) > 40  # most show several products
    known = {product.id for product in products}
    for query in listed.queries:
        assert set(query.relevant) <= known, query.image
        with Image.open(query.image) as picture:
            if query.box is not None:
                assert query.box.right <= picture.width, query.image
                assert query.box.bottom <= picture.height, query.image


def test_composed_queries_expect_what_the_feed_says() -> None:
    shop = demo_facts.products(CATALOG / "feed.xml")
    with (QUERIES / "composed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        expected = demo_facts.fitting(shop, row["facts"])
        assert row["relevant_id"].split("|") == expected, row["words"]
        assert 1 <= len(expected) <= 5, row["words"]  # else no search has them all in five
    listed = read_queries(QUERIES / "composed.csv")
    assert not listed.bad
    assert len(listed.queries) == len(rows) >= 60
    languages = Counter(query.language for query in listed.queries)
    assert set(languages) == {"en", "ru"}
    assert abs(languages["en"] - languages["ru"]) <= 1
    for query in listed.queries:
        assert query.kind
        assert bool(re.search("[а-я]", query.words)) == (query.language == "ru") or (
            query.kind in {"brand", "units", "price"}
        )
        with Image.open(query.image) as picture:
            if query.box is not None:
                assert query.box.right <= picture.width
                assert query.box.bottom <= picture.height


def test_shades_expect_variants_whose_colours_the_feed_calls_so() -> None:
    shop = {one.id: one for one in demo_facts.products(CATALOG / "feed.xml")}

    def lightness(product: str) -> list[float]:
        named = recognise(shop[product].values["colour"], ("colour",))
        return [one.concept.lab[0] for one in named if one.concept.lab is not None]

    listed = read_queries(QUERIES / "shades.csv")
    assert not listed.bad
    assert Counter(query.language for query in listed.queries) == {"en": 37, "ru": 37}
    with (QUERIES / "shades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        group, _, told = row["facts"].partition("; ")
        relation, _, shown = told.split()
        apart = 1 if relation == "lighter" else -1
        (light,) = lightness(shown)
        expected = [
            product
            for product in demo_facts.fitting(list(shop.values()), group)
            if (colours := lightness(product))
            and all(apart * (each - light) >= 10 for each in colours)
        ]
        assert row["relevant_id"].split("|") == expected, row["facts"]


def test_a_wrong_expectation_would_be_seen() -> None:
    shop = demo_facts.products(CATALOG / "feed.xml")
    assert demo_facts.fitting(shop, "group=mug; colour=navy") == ["mug-02"]
    assert demo_facts.fitting(shop, "group=mug; price<=12; stock") == ["mug-04"]
    assert demo_facts.fitting(shop, "group=mug; colour!=navy; title!~mug") == []


def test_the_page_has_a_title_in_both_languages_for_each_query() -> None:
    examples = examples_in(QUERIES)
    assert len(examples) == 24
    assert all({"en", "ru"} <= set(example.titles) for example in examples)

"""Google Merchant's TSV, RSS and Atom: every field of the specification, and every trap."""

from pathlib import Path

import pytest

from indexer.feeds import FeedOptions, open_feed
from models.errors import BadFeed
from pipelines.catalog_types import Money, Product
from tests.fakes.feed_files import read, written

COLUMNS = (
    "id", "title", "description", "link", "image link", "additional image link", "price",
    "sale price", "availability", "brand", "gtin", "mpn", "identifier exists", "condition",
    "google product category", "product type", "item group id", "color", "size", "material",
    "pattern", "gender", "age group", "product detail",
)  # fmt: skip
VALUES = (
    "mug-1", "Red mug", "<p>Strong &amp; red</p>", "https://shop.example/mug", "img/a.jpg",
    "img/b.jpg,img/c.jpg", "19.99 USD", "14,99 USD", "in stock", "Acme", "4006381333931",
    "RE16-TGK", "yes", "refurbished", "2169", "Home > Kitchen > Mugs", "G1", "red", "M", "clay",
    "plain", "unisex", "adult", "General:Volume:300 ml",
)  # fmt: skip
EXPECTED = Product(
    id="mug-1",
    title="Red mug",
    description="Strong & red",
    images=("img/a.jpg", "img/b.jpg", "img/c.jpg"),
    category=("Home", "Kitchen", "Mugs"),
    brand="Acme",
    link="https://shop.example/mug",
    price=Money(19.99, "USD"),
    sale_price=Money(14.99, "USD"),
    in_stock=True,
    group_id="G1",
    codes=("4006381333931", "RE16-TGK"),
    attributes=(
        ("color", "red"),
        ("size", "M"),
        ("material", "clay"),
        ("pattern", "plain"),
        ("gender", "unisex"),
        ("age_group", "adult"),
        ("condition", "refurbished"),
        ("Volume", "300 ml"),
    ),
)


@pytest.mark.parametrize("spelling", [str, lambda n: "g:" + n.replace(" ", "_"), str.title])
def test_tsv_has_every_field(tmp_path: Path, spelling: type[str]) -> None:
    text = "\t".join(map(spelling, COLUMNS)) + "\n" + "\t".join(VALUES) + "\n"
    assert read(written(tmp_path, text)) == ([EXPECTED], [])


def test_utf16_as_spreadsheets_save_it(tmp_path: Path) -> None:
    text = "\t".join(COLUMNS) + "\r\n" + "\t".join(VALUES) + "\r\n"
    assert read(written(tmp_path, text.encode("utf-16"))) == ([EXPECTED], [])


def test_several_gtins_wrong_check_digits_and_lost_zeros(tmp_path: Path) -> None:
    rows = (
        "id\timage_link\tgtin\n"
        "1\ta.jpg\t4006381333931, 4006381333932\n"  # the second one is wrong
        "2\ta.jpg\t36000291452\n"  # a UPC whose zero a spreadsheet dropped
        "3\ta.jpg\t0000000000000\n"
        "4\ta.jpg\t4006-3813-3393-1\n"
    )
    products, bad = read(written(tmp_path, rows))
    assert [product.codes for product in products] == [
        ("4006381333931",), ("036000291452",), (), ("4006381333931",),
    ]  # fmt: skip
    assert [(row.place, row.reason, row.product_id) for row in bad] == [
        ("line 2", "bad GTIN", "1"),
        ("line 4", "bad GTIN", "3"),
    ]
    assert "'4006381333932'" in bad[0].detail


RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
<title>Shop</title><link>https://shop.example</link><description>All</description>
<item>
  <g:id>mug-1</g:id>
  <title>Red mug</title>
  <description><![CDATA[<p>Strong &amp; red</p>]]></description>
  <link>https://shop.example/mug</link>
  <g:image_link>img/a.jpg</g:image_link>
  <g:additional_image_link>img/b.jpg</g:additional_image_link>
  <g:additional_image_link>img/c.jpg</g:additional_image_link>
  <g:price>19.99 USD</g:price><g:sale_price>14,99 USD</g:sale_price>
  <g:availability>in_stock</g:availability><g:brand>Acme</g:brand>
  <g:gtin>4006381333931</g:gtin><g:mpn>RE16-TGK</g:mpn>
  <g:identifier_exists>yes</g:identifier_exists><g:condition>refurbished</g:condition>
  <g:google_product_category>2169</g:google_product_category>
  <g:product_type>Home &gt; Kitchen &gt; Mugs</g:product_type>
  <g:product_type>Gifts &gt; Cheap</g:product_type>
  <g:item_group_id>G1</g:item_group_id><g:color>red</g:color><g:size>M</g:size>
  <g:material>clay</g:material><g:pattern>plain</g:pattern><g:gender>unisex</g:gender>
  <g:age_group>adult</g:age_group>
  <g:product_detail><g:section_name>General</g:section_name>
    <g:attribute_name>Volume</g:attribute_name><g:attribute_value>300 ml</g:attribute_value>
  </g:product_detail>
  <g:shipping><g:country>US</g:country><g:price>4.95 USD</g:price></g:shipping>
  <media:title xmlns:media="http://search.yahoo.com/mrss/">not this</media:title>
</item>
</channel></rss>
"""


def test_rss_has_every_field_and_shipping_is_no_price(tmp_path: Path) -> None:
    assert read(written(tmp_path, RSS)) == ([EXPECTED], [])


def test_atom_takes_googles_id_and_the_links_address(tmp_path: Path) -> None:
    body = RSS.partition("<item>")[2].partition("</item>")[0]
    body = body.replace(
        "<link>https://shop.example/mug</link>", '<link href="https://shop.example/mug"/>'
    )
    body = body.replace("description>", "summary>")
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">'
        f"<title>Shop</title><entry><id>tag:shop.example,2026:1</id>{body}</entry></feed>"
    )
    assert read(written(tmp_path, atom)) == ([EXPECTED], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1251", "iso-8859-5"])
def test_declared_encodings_and_marks(tmp_path: Path, encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>\n<rss><item><id>1</id><title>Кружка</title>'
    )
    text += "<image_link>a.jpg</image_link></item></rss>"
    (product,), bad = read(written(tmp_path, text.encode(encoding)))
    assert product.title == "Кружка"
    assert bad == []


def test_bare_names_undeclared_prefixes_and_html_entities_are_read(tmp_path: Path) -> None:
    text = (
        "\n <rss><channel><item><g:id>1</g:id><g:image_link>a.jpg</g:image_link>"
        "<g:title>Tea&nbsp;mug &eacute;t\u00e9&unknown;</g:title></item>"
        "<item><id>2</id><image_link>a.jpg</image_link><price>5</price></item></channel></rss>"
    )
    products, bad = read(written(tmp_path, text), FeedOptions(currency="eur"))
    assert products[0].title == "Tea mug été&unknown;"
    assert products[1].price == Money(5.0, "EUR")
    assert bad == []


def test_bad_items_are_named_by_number_and_line_and_the_others_read(tmp_path: Path) -> None:
    items = [
        b"<item><g:id>1</g:id><g:image_link>a.jpg</g:image_link></item>",
        b"<item><g:image_link>a.jpg</g:image_link></item>",
        b"<item><g:id>3</g:id></item>",
        b"<item><g:id>4</g:id><title>\xff\xfe</title><g:image_link>a.jpg</g:image_link></item>",
        b"<item><g:id>5</g:id><title>a\x00\x0bb</title><g:image_link>a.jpg</g:image_link></item>",
        b"<item><g:id>1</g:id><g:image_link>b.jpg</g:image_link></item>",
        b"<item><g:id>7</g:id><title>" + b"x" * 1_100_000 + b"</title></item>",
        b"<item><g:id>8</g:id>" + b"<b/>" * 3_000 + b"</item>",
        b"<item><g:id>9</g:id><g:image_link>a.jpg</g:image_link><g:price>free</g:price></item>",
    ]
    text = b"<rss><channel>\n" + b"\n".join(items) + b"\n</channel></rss>"
    products, bad = read(written(tmp_path, text))
    assert [product.id for product in products] == ["1", "5", "9"]
    assert products[1].title == "a b"
    assert [(row.place, row.reason) for row in bad] == [
        ("item 2 (line 3)", "no id"),
        ("item 3 (line 4)", "no picture"),
        ("item 4 (line 5)", "bad encoding"),
        ("item 6 (line 7)", "duplicate id"),
        ("item 7 (line 8)", "item too large"),
        ("item 8 (line 9)", "item too large"),
        ("item 9 (line 10)", "bad price"),
    ]


def test_a_feed_that_breaks_off_is_bad_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="not read past line") as caught:
        read(written(tmp_path, RSS[:-30]))
    assert "index stays" in caught.value.remedy


def test_rows_are_counted_for_the_progress_bar(tmp_path: Path) -> None:
    assert open_feed(written(tmp_path, RSS)).rows() == 1

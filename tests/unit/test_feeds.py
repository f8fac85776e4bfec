"""Feeds give products and named bad rows, whatever is in them."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.feeds import open_feed
from indexer.feeds.located import locate
from indexer.feeds.money import parse_money
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.text_fields import plain
from indexer.feeds.text_lines import MAX_LINE
from models.errors import BadFeed, BadPicture
from pipelines.catalog_types import Money, Product


def feed(folder: Path, content: str | bytes, name: str = "feed.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> tuple[list[Product], list[BadRow]]:
    items: list[FeedItem] = list(open_feed(path).items())
    bad = [item for item in items if isinstance(item, BadRow)]
    return [item for item in items if isinstance(item, Product)], bad


# CSV and TSV

FULL = (
    "id,title,description,product_type,image_link,additional_image_link,link,price,sale_price,"
    "availability,brand,gtin,mpn,item_group_id,color,size,material,pattern,cost_price\n"
    'mug-1,Red mug,"<p>Strong &amp; red</p><script>alert(1)</script>",Home > Mugs,img/a.jpg,'
    '"img/b.jpg, img/c.jpg",https://shop.example/mug,19.99 USD,"14,99 USD",in stock,Acme,'
    "4006381333931,RE16-TGK,G1,red,M,clay,plain,3.20\n"
)


def test_every_merchant_field_lands_where_it_belongs(tmp_path: Path) -> None:
    (product,), bad = read(feed(tmp_path, FULL))
    assert bad == []
    assert product == Product(
        id="mug-1",
        title="Red mug",
        description="Strong & red",
        images=("img/a.jpg", "img/b.jpg", "img/c.jpg"),
        category=("Home", "Mugs"),
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
        ),
    )
    # Columns that nobody asked for may be the shop's own business.
    assert "3.20" not in repr(product)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_separators_line_ends_and_bom_do_not_matter(
    tmp_path: Path, delimiter: str, ending: str, bom: bytes
) -> None:
    rows = [["id", "g:Image Link", "title"], ["1", "a.jpg", "Tasse für Käse"]]
    text = ending.join(delimiter.join(row) for row in rows) + ending
    (product,), bad = read(feed(tmp_path, bom + text.encode(), "any.name"))
    assert (product.id, product.images, product.title) == ("1", ("a.jpg",), "Tasse für Käse")
    assert bad == []


def test_missing_columns_are_named_with_the_ones_found(tmp_path: Path) -> None:
    with pytest.raises(BadFeed) as caught:
        read(feed(tmp_path, "sku,picture\n1,a.jpg\n"))
    assert "no column id and none image_link" in caught.value.message
    assert "sku, picture" in caught.value.message
    assert "Google Merchant" in caught.value.remedy


def test_bad_rows_are_named_and_the_others_read(tmp_path: Path) -> None:
    rows = [
        b"id,image_link,title,price",
        b"1,a.jpg,fine,",
        b",b.jpg,no id,",
        b"3,,no picture,",
        b"4,d.jpg,one, comma too many,5 USD",
        b"5,e.jpg,\xff\xfe bytes,",
        b"6,f.jpg,cheap,cheap",
        b"1,g.jpg,again,",
        b"",
        b'8,h.jpg,"a ""quoted"" title",',
        b'9,i.jpg,"broken" quote,',
        b"10,j.jpg",
    ]
    products, bad = read(feed(tmp_path, b"\n".join(rows) + b"\n"))
    assert [product.id for product in products] == ["1", "6", "8", "10"]
    assert [(row.place, row.reason) for row in bad] == [
        ("line 3", "no id"),
        ("line 4", "no picture"),
        ("line 5", "too many cells"),
        ("line 6", "not UTF-8"),
        ("line 7", "bad price"),
        ("line 8", "duplicate id"),
        ("line 11", "broken row"),
    ]
    assert "'1' came before" in bad[5].detail
    assert bad[3].product_id == ""
    assert products[2].title == 'a "quoted" title'


def test_an_unclosed_quote_costs_its_rows_by_name(tmp_path: Path) -> None:
    text = 'id,image_link,title\n1,a.jpg,"never closed\n2,b.jpg,x\n3,c.jpg,y\n'
    products, bad = read(feed(tmp_path, text))
    assert products == []
    assert [(row.place, row.reason) for row in bad] == [("lines 2–4", "broken row")]


def test_a_quoted_line_break_stays_in_one_row(tmp_path: Path) -> None:
    text = 'id,image_link,description\n1,a.jpg,"two\nlines"\n2,b.jpg,one\n,c.jpg,\n'
    products, bad = read(feed(tmp_path, text))
    assert [product.description for product in products] == ["two lines", "one"]
    assert bad[0].place == "line 5"


def test_a_line_without_end_is_left_out_and_memory_stays_flat(tmp_path: Path) -> None:
    line = b"1,a.jpg," + b"x," * MAX_LINE
    path = feed(tmp_path, b"id,image_link,title\n" + line + b"\n2,b.jpg,fine\n")
    products, bad = read(path)
    assert [product.id for product in products] == ["2"]
    assert [(row.place, row.reason) for row in bad] == [("line 2", "line too long")]


def test_a_field_over_the_csv_limit_is_left_out(tmp_path: Path) -> None:
    text = f"id,image_link,title\n1,a.jpg,{'x' * 200_000}\n2,b.jpg,fine\n"
    products, bad = read(feed(tmp_path, text))
    assert [product.id for product in products] == ["2"]
    assert [row.place for row in bad] == ["line 2"]


def test_nul_bytes_do_no_harm(tmp_path: Path) -> None:
    (product,), _ = read(feed(tmp_path, b"id,image_link,title\n1,a.jpg,a\x00b\n"))
    assert product.title == "a b"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        ("id,image_link,заголовок\n".encode("cp1251"), "not UTF-8"),
        ("id,image_link\n1,a.jpg\n".encode("utf-16-le"), "not UTF-8"),
        (b'<?xml version="1.0"?><invoice/>', "<invoice>"),
        (b'[{"id": 1}]', "JSON list"),
        (b"PAR1....", "no Parquet"),
        (b"PK\x03\x04....", "spreadsheet"),
        (b"\xff\xd8\xff\xe0", "a picture"),
    ],
)
def test_what_is_no_feed_is_refused_as_a_whole(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(BadFeed, match=words) as caught:
        read(feed(tmp_path, content))
    assert caught.value.remedy


def test_no_file_is_no_feed(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="no such file"):
        open_feed(tmp_path / "absent.csv")


@pytest.mark.parametrize("content", ["id,image_link\n1,a.jpg\n", '{"id": 1, "image_link": "a"}'])
def test_a_feed_that_goes_away_is_a_bad_feed(tmp_path: Path, content: str) -> None:
    path = feed(tmp_path, content)
    opened = open_feed(path)
    path.unlink()
    with pytest.raises(BadFeed, match="No such file"):
        opened.rows()
    with pytest.raises(BadFeed, match="No such file"):
        list(opened.items())


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=600))
def test_any_bytes_after_a_header_give_items_or_bad_rows(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    folder = tmp_path_factory.mktemp("feed")
    for header in (b"id,image_link,price\n", b"id;image_link;title\n", b'{"id": 1}\n'):
        for item in open_feed(feed(folder, header + body)).items():
            if isinstance(item, Product):
                assert item.id
                item.id.encode()
                assert item.images
            else:
                assert item.place
                assert item.reason


# JSONL


def test_jsonl_reads_lists_numbers_and_price_objects(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "image_link": "a.jpg", "additional_image_link": ["b.jpg", "c.jpg"],
         "price": {"value": "19.99", "currency": "usd"}, "product_type": ["Home", "Mugs"],
         "availability": "https://schema.org/OutOfStock", "sku": "A-1", "title": "Tea & more"},
        {"id": "2", "image_link": "a.jpg", "price": 5, "availability": "no idea"},
    ]  # fmt: skip
    text = "\n".join(json.dumps(row) for row in rows)
    (first, second), bad = read(feed(tmp_path, text, "feed.jsonl"))
    assert bad == []
    assert first.id == "1"
    assert first.images == ("a.jpg", "b.jpg", "c.jpg")
    assert first.price == Money(19.99, "USD")
    assert first.category == ("Home", "Mugs")
    assert first.in_stock is False
    assert first.codes == ("A-1",)
    assert (second.price, second.in_stock) == (Money(5.0, ""), None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_jsonl_in_any_encoding_with_any_line_end(
    tmp_path: Path, ending: str, encoding: str
) -> None:
    rows = ['{"id": "1", "image_link": "a", "title": "Käse"}', '{"id": "2", "image_link": "b"}']
    products, bad = read(feed(tmp_path, (ending.join(rows) + ending).encode(encoding)))
    assert [product.title for product in products] == ["Käse", ""]
    assert bad == []


def test_broken_json_lines_are_named_and_the_others_read(tmp_path: Path) -> None:
    lines = [
        b'{"id": "1", "image_link": "a.jpg"}',
        b'{"id": "2", "image_link": ',
        b"[" * 100_000,
        b'["id"]',
        b'{"id": "5", "image_link": "\\ud800.jpg"}',
        b'{"id": "6\xff"}',
        b'{"id": "7", "image_link": "a.jpg", "price": NaN}',
        b'{"id": "8", "x": "' + b"y" * 1_100_000 + b'"}',
        b'{"image_link": "a.jpg"}',
        b'{"id": "10", "image_link": "a.jpg", "price": ' + b"9" * 5000 + b"}",
        b"",
        b'{"id": "12", "image_link": "a.jpg"}',
    ]
    products, bad = read(feed(tmp_path, b"\n".join(lines), "feed.jsonl"))
    assert [product.id for product in products] == ["1", "12"]
    assert [(row.place, row.reason) for row in bad] == [
        ("line 2", "not JSON"),
        ("line 3", "not JSON"),
        ("line 4", "not JSON"),
        ("line 5", "not UTF-8"),
        ("line 6", "not UTF-8"),
        ("line 7", "not JSON"),
        ("line 8", "line too long"),
        ("line 9", "no id"),
        ("line 10", "not JSON"),
    ]


# Folders


def test_a_folder_gives_a_product_a_picture(tmp_path: Path) -> None:
    for name in ("Home/Tea_mugs/red-mug_01.jpg", "b.PNG", "notes.txt", ".hidden.jpg", ".git/x.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    opened = open_feed(tmp_path)
    products, bad = read(tmp_path)
    assert (opened.kind, opened.rows()) == ("folder", 2)
    assert [product.id for product in products] == ["Home/Tea_mugs/red-mug_01.jpg", "b.PNG"]
    assert products[0].title == "red mug 01"
    assert products[0].category == ("Home", "Tea mugs")
    assert products[1].category == ()
    assert bad == []


def test_linked_folders_are_not_entered_and_odd_names_are_named(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(b"")
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "linked").symlink_to(outside)
    (shop / "around").symlink_to(shop)
    (Path(os.fsdecode(os.fsencode(shop) + b"/caf\xe9.jpg"))).write_bytes(b"")
    (shop / "two\nlines.jpg").write_bytes(b"")
    products, bad = read(shop)
    assert products == []
    assert [row.reason for row in bad] == ["bad file name", "bad file name"]
    assert all("\n" not in row.place and row.place.encode() for row in bad)


# Pictures stay in the feed's folder


def test_a_picture_is_found_beside_the_feed(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a b.jpg").write_bytes(b"")
    (tmp_path / "same.jpg").symlink_to(tmp_path / "img" / "a b.jpg")
    inside = (tmp_path / "img" / "a b.jpg").resolve()
    for ref in ("img/a b.jpg", "./img/../img/a b.jpg", "img\\a b.jpg", "same.jpg"):
        assert locate(tmp_path, ref) == inside


def test_nothing_leaves_the_feeds_folder(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"")
    (tmp_path / "shop-2").mkdir()
    (shop / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (shop / "up").symlink_to(tmp_path)
    for ref in (
        "../secret.jpg", "/etc/passwd", "img/../../secret.jpg", "link.jpg", "up/secret.jpg",
        "..\\secret.jpg", "C:\\secret.jpg", "c:secret.jpg", "file:///etc/passwd",
        "../shop-2/x.jpg", "a\x00.jpg", "data:image/png;base64,x",
    ):  # fmt: skip
        with pytest.raises(BadPicture) as caught:
            locate(shop, ref)
        assert caught.value.reason == "outside the feed's folder", ref
    # Not decoded, so it names a file that is not there.
    assert locate(shop, "%2e%2e/secret.jpg").is_relative_to(shop.resolve())


@pytest.mark.parametrize("ref", ["https://cdn.example/a.jpg", "HTTP://x/a.jpg", "//cdn.example/a"])
def test_a_web_address_is_no_file(tmp_path: Path, ref: str) -> None:
    with pytest.raises(BadPicture, match="not a file") as caught:
        locate(tmp_path, ref)
    assert caught.value.reason == "web address"


def test_endless_names_and_loops_of_links_are_missing_files(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for ref in ("a/x.jpg", "x" * 2000 + ".jpg"):
        with pytest.raises(BadPicture) as caught:
            from pipelines.image_io import read_photo

            read_photo(locate(tmp_path, ref))
        assert caught.value.reason in {"missing file", "cannot be read"}


# Fields


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("19.99 USD", Money(19.99, "USD")),
        ("19,99 EUR", Money(19.99, "EUR")),
        ("EUR 1.299,00", Money(1299.0, "EUR")),
        ("1,299.00 usd", Money(1299.0, "USD")),
        ("1,299", Money(1299.0, "")),
        ("1 299,50 ₽", Money(1299.5, "RUB")),
        ("1.234.567", Money(1234567.0, "")),
        ("€5", Money(5.0, "EUR")),
        ("0", Money(0.0, "")),
        ("-5 USD", None),
        ("5 - 9 USD", None),
        ("from 5 to 9", None),
        ("free", None),
        ("", None),
        ("1" * 400, None),
    ],
)
def test_prices_as_shops_write_them(text: str, money: Money | None) -> None:
    assert parse_money(text) == money


@given(st.text(max_size=80))
def test_no_text_breaks_a_price(text: str) -> None:
    money = parse_money(text)
    assert money is None or money.amount >= 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>Red</b> mug<br>big", "Red mug big"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        ("AT&amp;T", "AT&T"),
        ("a\u202eb\x07c\nd", "a b c d"),
        ("e\u0301", "é"),
        ("<style>x{}</style>ok", "ok"),
        ("x" * 50, "x" * 19 + "…"),
    ],
)
def test_text_loses_tags_and_control_characters(text: str, shown: str) -> None:
    assert plain(text, 20) == shown


@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    shown = plain(text, 40)
    assert len(shown) <= 40
    assert shown.isprintable()


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://x/y", "http://x y", "/mug", "http://x\n"]
)
def test_links_that_are_no_web_address_are_dropped(tmp_path: Path, link: str) -> None:
    row = {"id": "1", "image_link": "a.jpg", "link": link}
    (product,), _ = read(feed(tmp_path, json.dumps(row), "feed.jsonl"))
    assert product.link.strip() in ("", "http://x")

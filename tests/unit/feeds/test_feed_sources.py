"""Feeds from files, addresses and standard input, packed or not; the kind told by content."""

import gzip
import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import indexer.feeds.source as feed_source
from indexer.feed_format import Format
from indexer.feeds import FeedOptions, open_feed
from indexer.feeds.located import locate
from indexer.feeds.source import FEED_DOOR
from models.errors import BadFeed, BadPicture, FetchRefused
from pipelines.fetch import Door
from tests.fakes.feed_files import read, written
from tests.fakes.web_server import web_server

CSV = "id,image_link\n1,a.jpg\n2,img/b.jpg\n"
ROW = '{"id": "1", "image_link": "a.jpg"}'
KINDS = {
    "CSV": CSV,
    "JSONL": f"\n{ROW}\n",
    "Google Merchant XML": "<!-- shop -->\n<rss><item><id>1</id>"
    "<image_link>a</image_link></item></rss>",
    "Yandex YML": '<?xml version="1.0"?><!DOCTYPE yml_catalog SYSTEM "shops.dtd">'
    '<yml_catalog><shop><offers><offer id="1"><picture>a</picture></offer></offers></shop>'
    "</yml_catalog>",
    "Shopify CSV": "Handle,Title,Image Src\n1,A,a.jpg\n",
    "schema.org JSON-LD": '<html><script type="application/ld+json">'
    '{"@type": "Product", "sku": "1", "image": "a"}</script>',
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_content_tells_the_kind(tmp_path: Path, kind: str, packed: bool) -> None:
    data = KINDS[kind].encode()
    path = written(tmp_path, gzip.compress(data) if packed else data, "feed.wrong-ending")
    assert open_feed(path).kind == kind
    products, bad = read(path)
    assert products[0].id == "1"
    assert bad == []


def test_the_kind_that_is_asked_for_wins(tmp_path: Path) -> None:
    row = {"@id": "x", "id": "1", "image_link": "a.jpg"}
    path = written(tmp_path, json.dumps(row))
    assert read(path)[0] == []
    (product,), _ = read(path, FeedOptions(format="jsonl"))
    assert product.id == "1"
    formats: tuple[Format, ...] = ("yml", "google-xml", "parquet", "csv", "shopify", "folder")
    for wrong in formats:
        with pytest.raises(BadFeed):
            read(path, FeedOptions(format=wrong))
    with pytest.raises(BadFeed, match="is a folder"):
        open_feed(tmp_path, FeedOptions(format="csv"))


OTHER_THINGS = {
    "README.md": "# id, image_link\n\nwhat the pictures are of",
    "queries.csv": "image,product\nqueries/1.jpg,1\n",
    "no rows.csv": "id,image_link\n",
    "news.xml": "<rss><item><title>New</title><link>https://shop.example</link></item></rss>",
    "page.html": "<html><body>a page of no product</body></html>",
    "labels.json": '[{"id": 1, "box": [1, 2, 3, 4]}]',
    "empty.xml": "",
    "table.xlsx": "PK\x03\x04",
    ".feed.csv": CSV,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("picture", ["a.jpg", "pictures/a.jpg"])
def test_a_folder_stands_for_the_feed_in_it(tmp_path: Path, kind: str, picture: str) -> None:
    for name, content in OTHER_THINGS.items():
        written(tmp_path, content, name)
    written(tmp_path, gzip.compress(KINDS[kind].encode()), "shop")
    place = tmp_path / picture
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"a picture")
    written(place.parent, b"another one", "feed.png")
    told: list[str] = []
    feed = open_feed(tmp_path, FeedOptions(notice=told.append))
    assert (feed.kind, feed.root, Path(feed.name).name) == (kind, tmp_path, "shop")
    (sentence,) = told
    assert f"shop ({kind})" in sentence
    assert "--format folder" in sentence
    assert "queries.csv" not in sentence

    told.clear()
    pictures, _ = read(tmp_path, FeedOptions(format="folder", notice=told.append))
    assert {product.images for product in pictures} >= {(picture,)}
    assert told == []


def test_a_folder_of_pictures_is_one_whatever_else_lies_beside_them(tmp_path: Path) -> None:
    for name, content in OTHER_THINGS.items():
        written(tmp_path, content, name)
    for folder in ("mugs", "mugs/old"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, b"a picture", "red.jpg")
    written(tmp_path / "mugs" / "old", CSV, "feed.csv")  # deeper: not what was named
    told: list[str] = []
    products, bad = read(tmp_path, FeedOptions(notice=told.append))
    assert [product.id for product in products] == ["mugs/old/red.jpg", "mugs/red.jpg"]
    assert (bad, told) == ([], [])


def test_several_feeds_in_a_folder_are_named_and_none_is_guessed(tmp_path: Path) -> None:
    written(tmp_path, KINDS["Yandex YML"], "market.yml")
    written(tmp_path, CSV, "google.csv")
    written(tmp_path, OTHER_THINGS["queries.csv"], "queries.csv")
    with pytest.raises(BadFeed) as caught:
        open_feed(tmp_path)
    assert "google.csv (CSV), market.yml (Yandex YML)" in caught.value.message
    assert "queries.csv" not in caught.value.message
    assert str(tmp_path / "google.csv") in caught.value.remedy
    assert "--format folder" in caught.value.remedy
    assert open_feed(tmp_path, FeedOptions(format="folder")).kind == "folder"


def test_a_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_source, "_ALWAYS_FINE", 1_000_000)
    bomb = gzip.compress(b"id,image_link\n" + b"x" * 30_000_000)
    assert len(bomb) < 40_000
    path = written(tmp_path, bomb)
    opened = open_feed(path)
    with pytest.raises(BadFeed, match="unfolds"):
        opened.rows()
    with pytest.raises(BadFeed, match="unfolds"):
        list(opened.items())


@pytest.mark.parametrize("cut", [5, 20, 40])
def test_a_broken_gzip_is_a_bad_feed(tmp_path: Path, cut: int) -> None:
    data = gzip.compress(CSV.encode())
    for broken in (data[:cut], data[:cut] + bytes(20), data[:-8] + bytes(8)):
        with pytest.raises(BadFeed):
            read(written(tmp_path, broken))


def test_standard_input_is_read_twice_and_names_files_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = SimpleNamespace(buffer=io.BytesIO(gzip.compress(CSV.encode())))
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.chdir(tmp_path)
    opened = open_feed("-", FeedOptions(spool=tmp_path / "home"))
    assert opened.rows() == 3
    assert len(list(opened.items())) == 2
    assert (opened.name, opened.root) == ("standard input", tmp_path)
    # What is kept has no name: nothing stays behind, however the process ends.
    assert list((tmp_path / "home").iterdir()) == []


def test_too_much_standard_input_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_source, "MAX_BYTES", 1_000)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"x" * 2_000)))
    with pytest.raises(BadFeed, match="standard input"):
        open_feed("-", FeedOptions(spool=tmp_path))


def door(**changes: int) -> Door:
    return Door(lambda host, port: ["127.0.0.1"], lambda address: True, **changes)  # type: ignore[arg-type]


def test_a_feed_from_an_address_names_pictures_beside_it(tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "image_link": ref}
        for number, ref in enumerate(
            ("a.jpg", "/img/b.jpg", "https://cdn.example/c.jpg", "//cdn.example/d.jpg",
             "../../etc/passwd", "file:///etc/passwd", "..\\..\\x")
        )
    ]  # fmt: skip
    body = "\n".join(map(json.dumps, rows)).encode()
    with web_server({"/feeds/shop.jsonl?key=secret": body}) as address:
        url = f"{address}/feeds/shop.jsonl?key=secret"
        opened = open_feed(url, FeedOptions(spool=tmp_path, door=door()))
    assert "secret" not in opened.name
    assert opened.rows() == 6
    products = [item for item in opened.items() if hasattr(item, "images")]
    assert [product.images[0] for product in products] == [
        f"{address}/feeds/a.jpg", f"{address}/img/b.jpg", "https://cdn.example/c.jpg",
        "http://cdn.example/d.jpg", f"{address}/etc/passwd", "file:///etc/passwd", f"{address}/x",
    ]  # fmt: skip
    assert not opened.root.exists()
    with pytest.raises(BadPicture):
        locate(opened.root, products[5].images[0])


def test_parquet_from_an_address(tmp_path: Path) -> None:
    path = tmp_path / "x"
    pq.write_table(pa.table({"id": ["1"], "image_link": ["a.jpg"]}), path)
    with web_server({"/x": path.read_bytes()}) as address:
        opened = open_feed(f"{address}/x", FeedOptions(door=door()))
    assert (opened.kind, opened.rows(), len(list(opened.items()))) == ("Parquet", 1, 1)


def test_a_feed_inside_the_network_or_too_large_is_not_fetched(tmp_path: Path) -> None:
    with web_server({"/x": CSV.encode()}) as address:
        port = address.rpartition(":")[2]
        for host in ("127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "localhost"):
            with pytest.raises(FetchRefused, match="inside the network"):
                open_feed(f"http://{host}:{port}/x", FeedOptions(spool=tmp_path))
        with pytest.raises(FetchRefused, match="larger"):
            open_feed(f"{address}/x", FeedOptions(door=door(max_bytes=10)))
        with pytest.raises(FetchRefused, match="404"):
            open_feed(f"{address}/y", FeedOptions(door=door()))
    assert FEED_DOOR.allows is Door().allows
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full on this system")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"x" * 9_000_000)))
    full = os.open("/dev/full", os.O_WRONLY)
    monkeypatch.setattr(
        feed_source.tempfile, "TemporaryFile", lambda dir=None: os.fdopen(full, "wb", buffering=0)
    )
    with pytest.raises(BadFeed, match="No space left"):
        open_feed("-", FeedOptions(spool=tmp_path))

"""Whatever a feed holds, it gives products, named bad rows or one BadFeed, and ends soon."""

import gzip
import io
import json
import random
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.feeds import FeedOptions, open_feed
from models.errors import BadFeed
from pipelines.catalog_types import Product
from tests.fakes.feed_files import written


def check(path: Path, options: FeedOptions | None = None) -> None:
    began = time.process_time()
    try:
        opened = open_feed(path, options)
        assert opened.rows() >= 1
        seen = set()
        for item in opened.items():
            if isinstance(item, Product):
                assert item.id
                assert item.id not in seen
                seen.add(item.id)
                assert item.images
                repr(item).encode()
            else:
                assert item.place
                assert item.reason
                repr(item).encode()
    except BadFeed as error:
        assert error.message.isprintable()
        assert error.remedy
    assert time.process_time() - began < 2


NOISY = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
STARTS = (
    b"<rss><item><g:id>1</g:id><g:image_link>a</g:image_link>",
    b'<yml_catalog><shop><categories><category id="1">A</category></categories><offer id="1">',
    b'<?xml version="1.0" encoding="windows-1251"?><yml_catalog><offer id="1"><picture>a',
    b"Handle,Title,Image Src,Variant Price\n",
    b'{"@type": "Product", "sku": "1", "image": "a", ',
    b'<html><script type="application/ld+json">',
    b"PAR1",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    b"\xff\xfei\x00d\x00,\x00i\x00m\x00a\x00g\x00e\x00_\x00l\x00i\x00n\x00k\x00\n\x00",
    b"",
)


@NOISY
@given(start=st.sampled_from(STARTS), body=st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, start: bytes, body: bytes) -> None:
    check(written(tmp_path, start + body))
    check(written(tmp_path, gzip.compress(start + body)))


TEXTS = st.text(max_size=30)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
KEYS = st.sampled_from(
    ["@type", "@id", "@graph", "hasVariant", "isVariantOf", "offers", "image", "brand", "sku",
     "price", "name", "url", "priceSpecification", "additionalProperty", "category", "id",
     "image_link", "gtin", "product_detail", "productGroupID", "inProductGroupWithID"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS | st.sampled_from(["Product", "ProductGroup", "#a", "#b"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@NOISY
@given(value=st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_json(tmp_path: Path, value: dict[str, object]) -> None:
    node = {"@type": "Product", "sku": "1", "image": "a.jpg", **value}
    check(written(tmp_path, json.dumps({"@graph": [node, value]})), FeedOptions(format="json-ld"))
    check(written(tmp_path, json.dumps({"id": "1", "image_link": "a", **value})))


NAMES = st.sampled_from(
    ["g:id", "id", "title", "g:image_link", "g:price", "g:product_detail", "g:attribute_name",
     "link", "picture", "param", "price", "oldprice", "categoryId", "name", "barcode", "x"]
)  # fmt: skip
LEAVES = st.tuples(NAMES, st.text(st.characters(codec="utf-8"), max_size=20))


@NOISY
@given(leaves=st.lists(LEAVES, max_size=12), escape=st.booleans())
def test_any_elements(tmp_path: Path, leaves: list[tuple[str, str]], escape: bool) -> None:
    def clean(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;") if escape else text

    inside = "".join(f"<{name}>{clean(text)}</{name}>" for name, text in leaves)
    check(written(tmp_path, f"<rss><item>{inside}</item><item>{inside}</item></rss>"))
    offer = f'<offer id="1"><picture>a</picture>{inside}</offer>'
    check(written(tmp_path, f"<yml_catalog>{offer}{offer}</yml_catalog>"))


@NOISY
@given(cells=st.lists(st.lists(TEXTS, max_size=8), max_size=6))
def test_any_shopify_cells(tmp_path: Path, cells: list[list[str]]) -> None:
    header = (
        "Handle,Title,Image Src,Variant Price,Variant Barcode,Option1 Name,Option1 Value,Tags\n"
    )
    text = header + "\n".join(",".join(row) for row in cells)
    check(written(tmp_path, text.encode("utf-8", "surrogatepass")))


@pytest.mark.parametrize("seed", range(60))
def test_parquet_with_flipped_bytes(tmp_path: Path, seed: int) -> None:
    out = io.BytesIO()
    ids = [str(n) for n in range(50)]
    pq.write_table(pa.table({"id": ids, "image_link": ids, "title": ids}), out)
    data, chance = bytearray(out.getvalue()), random.Random(seed)  # noqa: S311
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    check(written(tmp_path, bytes(data)))

"""XML that expands, fetches or never ends is refused in under a second and in little memory."""

import resource
import time
from pathlib import Path

import pytest

from models.errors import BadFeed
from tests.fakes.feed_files import read, written

ITEM = "<item><id>1</id><title>{}</title><image_link>a.jpg</image_link></item>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTACKS = {
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]><rss>'
    + ITEM.format("&l9;") + "</rss>",
    "quadratic blow-up": f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]><rss>'
    + ITEM.format("&a;" * 50_000) + "</rss>",
    "external entity": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>'
    + ITEM.format("&x;") + "</rss>",
    "external parameter entity": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>'
    "<rss/>",
    "attribute default": '<!DOCTYPE rss [<!ATTLIST item a CDATA "x">]><rss/>',
    "endless attribute": '<rss a="' + "x" * 30_000_000,
    "endless comment": "<rss><!--" + "x" * 30_000_000,
    "endless name": "<rss><" + "x" * 30_000_000,
    "deep": "<rss>" + "<a>" * 1_000_000,
    "deep item": "<rss><item>" + "<a>" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused_at_once(tmp_path: Path, attack: str) -> None:
    path = written(tmp_path, ATTACKS[attack])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with pytest.raises(BadFeed) as caught:
        read(path)
    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert "root:" not in str(caught.value)


def test_a_doctype_that_only_names_a_dtd_is_passed(tmp_path: Path) -> None:
    text = f'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/shops.dtd"><rss>{ITEM.format("a&x;b")}</rss>'
    (product,), bad = read(written(tmp_path, text))
    assert product.title == "a&x;b"
    assert bad == []


def test_an_endless_text_costs_its_item_only(tmp_path: Path) -> None:
    many = "&a;" * 1_000_000
    for filler in ("x" * 30_000_000, many, "<![CDATA[" + "x" * 9_000_000 + "]]>", "<b/>" * 300_000):
        text = f"<rss>{ITEM.format(filler)}<item><id>2</id><image_link>b</image_link></item></rss>"
        began = time.process_time()
        (product,), bad = read(written(tmp_path, text))
        assert product.id == "2"
        assert [row.reason for row in bad] == ["item too large"]
        assert time.process_time() - began < 8

"""Google Merchant feeds in XML: RSS 2.0 items and Atom entries, with or without the g: prefix.

Source: support.google.com/merchants/answer/160589 (RSS 2.0), /160593 (Atom 1.0).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from indexer.feeds.merchant_fields import KNOWN, canonical_name, product_items
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.source_feed import SourceFeed
from indexer.feeds.text_encoding import BAD_BYTE
from indexer.feeds.xml_elements import Element, Item, xml_items

_ITEMS = ("item", "entry")
# Atom's own names where the g: ones are absent.
_ATOM = {"summary": "description", "content": "description"}


@dataclass(frozen=True)
class GoogleXmlFeed(SourceFeed):
    kind: str = "Google Merchant XML"

    def rows(self) -> int:
        return self.source.count(b"</item>", b"</entry>")

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        for item in xml_items(self.source, _ITEMS):
            place = f"{item.element.name} {item.number} (line {item.line})"
            for found in self._item(item, place):
                yield place, found

    def _item(self, item: Item, place: str) -> Iterator[FeedItem]:
        row = _row(item.element)
        if (bad := unusable(item, place, row.get("id", ("",))[0])) is not None:
            yield bad
            return
        yield from product_items(row, place, self.currency)


def unusable(item: Item, place: str, product_id: str) -> BadRow | None:
    """Why nothing of an item may be used."""
    if item.too_large:
        return BadRow(place, "item too large", "more than an item may hold; left out", product_id)
    if item.bad_bytes:
        detail = "some of its bytes are no text in the feed's encoding; left out"
        return BadRow(place, "bad encoding", detail, product_id.replace(BAD_BYTE, "?"))
    return None


def _row(item: Element) -> dict[str, tuple[str, ...]]:
    """Google's own names before those of RSS and Atom: an entry's <id> is no product's."""
    row: dict[str, tuple[str, ...]] = {}
    others: dict[str, tuple[str, ...]] = {}
    for child in item.children:
        name, is_googles = _column(child.name)
        if name and (text := _text(child, name)):
            into = row if is_googles else others
            into[name] = (*into[name], text) if name in into else (text,)
    return {**others, **row}


@lru_cache(maxsize=4096)
def _column(name: str) -> tuple[str, bool]:
    """An element's canonical name, "" where it is of no use, and whether it is Google's own."""
    prefix, _, local = name.rpartition(":")
    column = canonical_name(local)
    column = column if prefix else _ATOM.get(column, column)
    return column if column in KNOWN and prefix in ("", "g") else "", bool(prefix)


def _text(element: Element, name: str) -> str:
    if name == "link" and "href" in element.attributes:
        alternate = element.attributes.get("rel", "alternate") == "alternate"
        return element.attributes["href"] if alternate else ""
    if name == "product_detail" and element.children:
        told = {canonical_name(c.name.rpartition(":")[2]): c.text for c in element.children}
        section = told.get("section_name", "").replace(":", " ")
        fact = told.get("attribute_name", "").replace(":", " ")
        return f"{section}:{fact}:{told.get('attribute_value', '')}"
    return element.text.strip()

"""What kind of feed something is, by its first bytes."""

import re

from indexer.feed_format import Format
from indexer.feeds.merchant_fields import KNOWN
from indexer.feeds.shopify import COLUMNS, is_shopify
from indexer.feeds.source import Source
from indexer.feeds.table import header_names
from indexer.feeds.text_encoding import bom_encoding
from indexer.feeds.text_fields import plain
from indexer.feeds.xml_elements import root_of
from models.errors import BadFeed

# First bytes of what people try as a feed, to name it in the message.
_NOT_READ = (
    (b"PK\x03\x04", "a spreadsheet or ZIP archive", "export it as CSV in UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet", "export it as CSV in UTF-8"),
    (b"BZh", "compressed", "unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "compressed", "unpack it, or pack it with gzip"),
    (b"(\xb5/\xfd", "compressed", "unpack it, or pack it with gzip"),
    (b"\x1f\x8b", "compressed twice", "unpack it"),
    (b"%PDF", "a PDF", "export the feed as CSV in UTF-8"),
    (b"\xff\xd8\xff", "a picture", "give the folder that it lies in"),
    (b"\x89PNG", "a picture", "give the folder that it lies in"),
)
_XML: dict[str, Format] = {
    "yml_catalog": "yml",
    "rss": "google-xml",
    "feed": "google-xml",
    "rdf:rdf": "google-xml",
}
_LINKED = re.compile(r'"@(context|graph|type|id)"\s*:')


def detect(source: Source) -> Format:
    """Its kind, which is never "folder".

    Raises:
        BadFeed: it cannot be read, or is nothing that ShopLens reads.
    """
    head = source.head()
    text = head.decode(bom_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n\x0b\x0c")
    if not head or not text:
        raise BadFeed(f"{source.name} is empty", remedy="export the feed again")
    if head.startswith(b"PAR1"):
        with source.raw() as raw:
            if raw.peek(4)[:4] != b"PAR1":
                raise BadFeed(f"{source.name} is packed Parquet", remedy="unpack it")
        return "parquet"
    for magic, what, remedy in _NOT_READ:
        if head.startswith(magic):
            raise BadFeed(f"{source.name} is {what}, which is not read", remedy=remedy)
    if text.startswith("<") or head.startswith((b"<\x00", b"\x00<")):
        return _markup(source, head, text)
    if text.startswith(("{", "[")):
        if _LINKED.search(text):
            return "json-ld"
        if text.startswith("{"):
            return "jsonl"
        raise BadFeed(
            f"{source.name} is a JSON list, which is not read",
            remedy="write one object a line (JSONL)",
        )
    return "shopify" if is_shopify(header_names(source, KNOWN | COLUMNS)) else "csv"


def _markup(source: Source, head: bytes, text: str) -> Format:
    root = root_of(head)
    if kind := _XML.get(root.lower()):
        return kind
    if root.lower() in ("html", "head", "body", "script") or text[:14].lower() == "<!doctype html":
        return "json-ld"
    raise BadFeed(
        f"{source.name} is XML of a kind that is not read: <{plain(root, 40) or '?'}>",
        remedy="export it as RSS or Atom for Google Merchant, as Yandex YML, or as CSV",
    )

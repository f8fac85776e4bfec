"""Feeds that shops have, one file a kind; `open_feed` finds out which."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.feed_format import Format
from indexer.feeds.delimited import DelimitedFeed
from indexer.feeds.detect import detect
from indexer.feeds.folder import FolderFeed
from indexer.feeds.google_xml import GoogleXmlFeed
from indexer.feeds.in_folder import feed_in
from indexer.feeds.json_ld import JsonLdFeed
from indexer.feeds.json_lines import JsonLinesFeed
from indexer.feeds.parquet import ParquetFeed
from indexer.feeds.protocol import Feed, FeedItem
from indexer.feeds.shopify import ShopifyFeed
from indexer.feeds.source import FEED_DOOR, Source, open_source
from indexer.feeds.yml import YmlFeed
from models.errors import BadFeed
from pipelines.catalog_types import Product
from pipelines.fetch import Door

_READERS: dict[Format, Callable[[Source, str], Feed]] = {
    "csv": DelimitedFeed,
    "shopify": ShopifyFeed,
    "google-xml": GoogleXmlFeed,
    "yml": YmlFeed,
    "json-ld": JsonLdFeed,
    "jsonl": JsonLinesFeed,
    "parquet": ParquetFeed,
}


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """How a feed is opened.

    Attributes:
        format: its kind, where its content tells it wrongly.
        currency: ISO 4217, of prices that name none.
        spool: the folder that a feed is kept in, namelessly, while it is fetched and read.
        notice: is told in a sentence which feed is read, where only its folder was named.
    """

    format: Format | None = None
    currency: str = ""
    spool: Path | None = None
    door: Door = FEED_DOOR
    notice: Callable[[str], None] = lambda sentence: None


def open_feed(feed: str | Path, options: FeedOptions | None = None) -> Feed:
    """A feed at a path, an http(s) address or "-" (standard input); its kind is told from its
    content, never from its name. Packed with gzip or not. A folder stands for the feed that lies
    in it, and where there is none, or by `format`, for its pictures.

    Raises:
        BadFeed: nothing is there, nothing that ShopLens reads, or a folder with several feeds.
        FetchRefused: the address may not or cannot be fetched.
    """
    options = options or FeedOptions()
    currency = options.currency.strip().upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise BadFeed(f"{currency[:20]!r} is no currency", remedy="give its three letters: EUR")
    if isinstance(feed, Path) or feed != "-":
        path = Path(feed)
        if path.is_dir():
            return _of_folder(path, options, currency)
    if options.format == "folder":
        raise BadFeed(f"{feed} is no folder", remedy="give a folder, or leave out --format")
    return _of_source(open_source(feed, options.spool, options.door), options.format, currency)


def _of_source(source: Source, format: Format | None, currency: str) -> Feed:
    opened = _READERS[format or detect(source)](source, currency)
    return WebFeed(opened, source) if source.base else opened


def _of_folder(folder: Path, options: FeedOptions, currency: str) -> Feed:
    if options.format not in (None, "folder"):
        raise BadFeed(f"{folder} is a folder", remedy="leave out --format, or give a file")
    if options.format is None:
        found = feed_in(folder, lambda file: _of_source(open_source(file), None, currency))
        if found is not None:
            options.notice(
                f"{folder} holds a feed, which is read: {Path(found.name).name} ({found.kind});"
                " --format folder takes each of its pictures for a product instead."
            )
            return found
    return FolderFeed(folder.resolve())


@dataclass(frozen=True)
class WebFeed:
    """A feed from an address: relative pictures and links lie beside it, not on this machine."""

    inner: Feed
    source: Source

    @property
    def kind(self) -> str:
        return self.inner.kind

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def root(self) -> Path:
        return self.inner.root

    def rows(self) -> int:
        return self.inner.rows()

    def items(self) -> Iterator[FeedItem]:
        for item in self.inner.items():
            if isinstance(item, Product):
                images = tuple(map(self.source.picture, item.images))
                yield item if images == item.images else replace(item, images=images)
            else:
                yield item

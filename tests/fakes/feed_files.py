"""Feeds written and read by tests."""

from pathlib import Path

from indexer.feeds import FeedOptions, open_feed
from indexer.feeds.protocol import BadRow, FeedItem
from pipelines.catalog_types import Product


def written(folder: Path, content: str | bytes, name: str = "feed") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, options: FeedOptions | None = None) -> tuple[list[Product], list[BadRow]]:
    items: list[FeedItem] = list(open_feed(path, options).items())
    bad = [item for item in items if isinstance(item, BadRow)]
    return [item for item in items if isinstance(item, Product)], bad

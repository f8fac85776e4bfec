"""What a feed is to the run: a stream of products and of rows that could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from indexer.feeds.seen_ids import SeenIds
from pipelines.catalog_types import Product


@dataclass(frozen=True, slots=True)
class BadRow:
    """Something in a feed that is wrong. The stream goes on after it.

    Attributes:
        place: where, for a person: "line 12", "offer 7 (line 90)", or a file's path.
        reason: a few words that errors are counted by, e.g. "no id".
        detail: what exactly, and what was done about it.
    """

    place: str
    reason: str
    detail: str
    product_id: str = ""


FeedItem: TypeAlias = Product | BadRow


class Feed(Protocol):
    """A shop's full snapshot: a product that is absent was deleted."""

    @property
    def kind(self) -> str:
        """ "folder", "CSV", "Yandex YML", …, for messages."""
        ...

    @property
    def name(self) -> str:
        """What it is called in messages and reports: a path, an address, "standard input"."""
        ...

    @property
    def root(self) -> Path:
        """The folder that pictures are named from, and that none may leave; it is not there
        where a feed has none, since its pictures are all on the web."""
        ...

    def rows(self) -> int:
        """About how many products; for the progress bar and the free-space check only."""
        ...

    def items(self) -> Iterator[FeedItem]:
        """Products and bad rows in the feed's order, read as they are asked for; ids unique.

        Raises:
            BadFeed: the feed as a whole cannot be read.
        """
        ...


def first_of_each(items: Iterator[tuple[str, FeedItem]]) -> Iterator[FeedItem]:
    """Drop products whose id came before, naming them; `items` are (place, item)."""
    seen = SeenIds()
    for place, item in items:
        if isinstance(item, Product) and not seen.add(item.id):
            detail = f"the id {item.id!r} came before; the first one counts"
            yield BadRow(place, "duplicate id", detail, item.id)
        else:
            yield item

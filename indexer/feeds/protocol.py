"""What a feed is to the run: a stream of products and of rows that could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from pipelines.catalog_types import Product


@dataclass(frozen=True, slots=True)
class BadRow:
    """Something in a feed that is wrong. The stream goes on after it.

    Attributes:
        place: where, for a person: "line 12", or a file's path.
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
        """ "folder", "CSV" or "JSONL", for messages."""
        ...

    @property
    def path(self) -> Path: ...

    @property
    def root(self) -> Path:
        """The folder that pictures are named from, and that none may leave."""
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
    seen: dict[str, str] = {}
    for place, item in items:
        if isinstance(item, Product):
            if (first := seen.get(item.id)) is not None:
                yield BadRow(
                    place,
                    "duplicate id",
                    f"the id {item.id!r} came before ({first}); the first one counts",
                    item.id,
                )
                continue
            seen[item.id] = place
        yield item

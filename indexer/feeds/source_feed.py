"""What feeds of one file have in common: a source, a currency, products whose ids are unique."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.feeds.protocol import FeedItem, first_of_each
from indexer.feeds.source import Source


@dataclass(frozen=True)
class SourceFeed(ABC):
    """A `Feed` over one source; a reader says how it is taken apart.

    Attributes:
        currency: of prices that name none.
        kind: "CSV", "Yandex YML", …, for messages.
    """

    source: Source
    currency: str = ""
    kind: str = ""

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def root(self) -> Path:
        return self.source.root

    def items(self) -> Iterator[FeedItem]:
        """See `Feed.items`."""
        return first_of_each(self._placed())

    @abstractmethod
    def rows(self) -> int: ...

    @abstractmethod
    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        """(place, item) in the feed's order; ids may repeat."""

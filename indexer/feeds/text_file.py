"""What feeds that are one text file share."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from indexer.feeds.protocol import FeedItem
from models.errors import BadFeed


def count_lines(path: Path) -> int:
    """About how many rows a file has; at least 1.

    Raises:
        BadFeed: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            blocks = iter(lambda: file.read(1 << 20), b"")
            return max(1, sum(block.count(b"\n") for block in blocks))
    except OSError as error:
        _unreadable(path, error)


def readable(path: Path, items: Iterator[FeedItem]) -> Iterator[FeedItem]:
    """The same items.

    Raises:
        BadFeed: the file went away or fails in the middle.
    """
    try:
        yield from items
    except OSError as error:
        _unreadable(path, error)


def _unreadable(path: Path, error: OSError) -> NoReturn:
    raise BadFeed(
        f"{path} cannot be read: {error.strerror or error}",
        remedy="check the file and its permissions, and run the command again",
    ) from None

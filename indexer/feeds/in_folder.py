"""The feed that lies in a folder: what is meant where only the folder is named."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from indexer.feeds.folder import is_picture
from indexer.feeds.protocol import Feed
from indexer.feeds.text_fields import plain
from models.errors import BadFeed
from pipelines.catalog_types import Product

# Tables of other things (labels, queries, prices) lie beside pictures too: only one that gives a
# product is a feed, and a feed whose first thousand rows are all bad would be no help.
_ROWS_TRIED = 1_000
_NAMED = 5


def feed_in(folder: Path, opened: Callable[[Path], Feed]) -> Feed | None:
    """The one feed that lies directly in a folder, told by its content; None where there is none.

    Hidden files are no part of the folder, and what lies deeper is asked for by its own name.

    Args:
        opened: opens a file as a feed, or raises `BadFeed`.

    Raises:
        BadFeed: there are several, and which one is meant cannot be told.
    """
    found = list(_feeds(folder, opened))
    if len(found) > 1:
        named = ", ".join(f"{plain(file.name, 100)} ({feed.kind})" for file, feed in found[:_NAMED])
        more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
        raise BadFeed(
            f"{folder} holds several feeds: {named}{more}",
            remedy=f"give the one that is meant: {plain(str(found[0][0]), 300)}, say; or add"
            " --format folder to take each picture for a product",
        )
    return found[0][1] if found else None


def _feeds(folder: Path, opened: Callable[[Path], Feed]) -> Iterator[tuple[Path, Feed]]:
    try:
        files = sorted(entry for entry in folder.iterdir() if entry.is_file())
    except OSError:  # named as a bad row of the folder itself
        return
    for file in files:
        if file.name.startswith(".") or is_picture(file):
            continue
        try:
            feed = opened(file)
            if any(isinstance(item, Product) for item in islice(feed.items(), _ROWS_TRIED)):
                yield file, feed
        except BadFeed:
            continue

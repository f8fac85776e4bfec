"""Feeds that shops have, one file a kind; `open_feed` finds out which."""

from pathlib import Path

from indexer.feeds.delimited import DelimitedFeed
from indexer.feeds.folder import FolderFeed
from indexer.feeds.json_lines import JsonLinesFeed
from indexer.feeds.protocol import Feed
from models.errors import BadFeed

# First bytes of what people try as a feed, to name it in the message.
_NOT_READ = (
    (b"<", "XML", "export it as CSV or JSONL"),
    (b"[", "a JSON list", "write one object a line (JSONL)"),
    (b"PAR1", "Parquet", "export it as CSV or JSONL"),
    (b"PK\x03\x04", "a spreadsheet or ZIP archive", "export it as CSV in UTF-8"),
    (b"\x1f\x8b", "compressed", "unpack it"),
    (b"\xff\xfe", "UTF-16", "save it as CSV in UTF-8"),
    (b"\xfe\xff", "UTF-16", "save it as CSV in UTF-8"),
    (b"\xff\xd8\xff", "a picture", "give the folder that it lies in"),
    (b"\x89PNG", "a picture", "give the folder that it lies in"),
)


def open_feed(path: Path) -> Feed:
    """The feed at a path, its kind told from its content, never from its name.

    Raises:
        BadFeed: nothing is there, or nothing that ShopLens reads.
    """
    try:
        if path.is_dir():
            return FolderFeed(path.resolve())
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise BadFeed(
            f"{path}: no such file or folder", remedy="give a feed's path, or a folder of pictures"
        ) from None
    except OSError as error:
        raise BadFeed(
            f"{path} cannot be read: {error.strerror}", remedy="check the path and its permissions"
        ) from None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise BadFeed(f"{path} is empty", remedy="export the feed again")
    for magic, what, remedy in _NOT_READ:
        if start.startswith(magic):
            raise BadFeed(f"{path} is {what}, which is not read yet", remedy=remedy)
    path = path.resolve()
    return JsonLinesFeed(path) if start.startswith(b"{") else DelimitedFeed(path)

"""Small pictures for the page, as data addresses: decoded once, kept in memory, never on disk."""

import base64
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from models.errors import ShopLensError
from models.types import Photo
from pipelines.image_io import read_photo, thumbnail

SIDE = 360
"""Pixels: a card is about 200 CSS pixels wide, and screens have two to each."""

MOST = 4000
"""Thumbnails that are kept: at about 12 KB each some 50 MB."""


def data_address(webp: bytes) -> str:
    """A WebP as an address that needs no server."""
    return "data:image/webp;base64," + base64.b64encode(webp).decode("ascii")


def shown(photo: Photo, side: int) -> str:
    """A photo for the page, at most `side` pixels long."""
    return data_address(thumbnail(photo, side))


class Thumbnails:
    """Thumbnails of catalog pictures by path; safe to share between threads."""

    def __init__(self, home: Path) -> None:
        self._store = home / "pictures"
        self._kept: OrderedDict[tuple[str, int, int], str] = OrderedDict()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="thumbnails")

    def of(self, pictures: Sequence[str], side: int = SIDE) -> list[str]:
        """Data addresses in the order asked; "" for a picture that does not open.

        Args:
            pictures: paths as `Card.pictures` holds them.
        """
        return list(self._pool.map(lambda picture: self._one(picture, side), pictures))

    def path(self, picture: str) -> Path | None:
        """Where a card's picture lies; None where a relative path leaves the picture store."""
        path = Path(picture)
        if path.is_absolute():
            return path
        try:
            inside = (self._store / path).resolve()
        except (OSError, ValueError):  # too long, or with a NUL
            return None
        return inside if inside.is_relative_to(self._store.resolve()) else None

    def _one(self, picture: str, side: int) -> str:
        path = self.path(picture) if picture else None
        if path is None:
            return ""
        try:
            key = (str(path), path.stat().st_mtime_ns, side)
        except (OSError, ValueError):
            return ""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        try:
            made = shown(read_photo(path), side)
        except ShopLensError:
            made = ""
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made

"""Follow the published generation: every answer comes from one generation whole, and a new one is
taken up between two answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from models.errors import IndexMissing
from pipelines.catalog_types import IndexInfo
from pipelines.stores.protocol import IndexHome, VectorIndex


def no_index() -> IndexMissing:
    """Nothing was published yet."""
    return IndexMissing(
        "there is no index yet",
        remedy="make one with `shoplens index FEED`, or name its folder with --home",
    )


@dataclass(slots=True)
class _Open:
    index: VectorIndex
    readers: int = 0
    retired: bool = False


class Follower:
    """Hands out the current generation; closes an old one when its last reader has left."""

    def __init__(self, home: IndexHome, check: Callable[[IndexInfo], None]) -> None:
        """
        Args:
            check: raises where a generation may not be used (StaleIndex); called on each opening.
        """
        self._home = home
        self._check = check
        self._lock = Lock()
        self._open: _Open | None = None

    @contextmanager
    def reading(self) -> Iterator[VectorIndex]:
        """The newest generation, held open until the block ends.

        Raises:
            IndexMissing: nothing was published yet.
            StaleIndex: built with other models.
        """
        held = self._acquire()
        try:
            yield held.index
        finally:
            self._release(held)

    def close(self) -> None:
        with self._lock:
            self._retire()

    def _acquire(self) -> _Open:
        with self._lock:
            current = self._home.current()
            if current is None:
                raise no_index()
            # All of it: a home that was made anew counts generations from 1 again.
            if self._open is None or self._open.index.info != current:
                self._check(current)
                fresh = _Open(self._home.open())
                self._retire()
                self._open = fresh
            self._open.readers += 1
            return self._open

    def _release(self, held: _Open) -> None:
        with self._lock:
            held.readers -= 1
            if held.retired and held.readers == 0:
                held.index.close()

    def _retire(self) -> None:
        if self._open is None:
            return
        self._open.retired = True
        if self._open.readers == 0:
            self._open.index.close()
        self._open = None

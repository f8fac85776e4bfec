"""Follow the published generation: every answer comes from one generation whole, and a new one is
taken up between two answers."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from models.errors import BrokenIndex, DiskFull, IndexMissing, StoreUnavailable
from pipelines.catalog_types import IndexInfo
from pipelines.stores.protocol import IndexHome, VectorIndex

RETRY_AFTER = 30.0
"""Seconds until a generation that would not open is tried again: to copy it takes time and disk."""

_LOG = logging.getLogger(__name__)


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
    """Hands out the current generation; closes an old one when its last reader has left.

    Where a new one does not open, for want of room on the disk say, the old one goes on answering.
    """

    def __init__(
        self,
        home: IndexHome,
        check: Callable[[IndexInfo], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """
        Args:
            check: raises where a generation may not be used (StaleIndex); called on each opening.
            clock: seconds, which only grow.
        """
        self._home = home
        self._check = check
        self._clock = clock
        self._not_before = float("-inf")
        self._refused: IndexInfo | None = None
        self._lock = Lock()
        self._open: _Open | None = None

    @contextmanager
    def reading(self) -> Iterator[VectorIndex]:
        """The newest generation, held open until the block ends.

        Raises:
            IndexMissing: nothing was published yet.
            StaleIndex: built with other models.
            BrokenIndex, DiskFull, StoreUnavailable: it does not open, and none is open yet.
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
                self._open = self._taken_up(current)
            self._open.readers += 1
            return self._open

    def _taken_up(self, current: IndexInfo) -> _Open:
        """The generation opened, and the one before it retired; that one where it does not open."""
        self._check(current)
        if self._open and self._refused == current and self._clock() < self._not_before:
            return self._open
        try:
            fresh = _Open(self._home.open())
        except (BrokenIndex, DiskFull, StoreUnavailable) as error:
            if self._open is None:
                raise
            self._refused, self._not_before = current, self._clock() + RETRY_AFTER
            old, new = self._open.index.info.generation, current.generation
            _LOG.warning("index %d does not open, %d goes on answering: %s", new, old, error)
            return self._open
        self._retire()
        return fresh

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

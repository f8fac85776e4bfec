"""Callers who come while the model is busy are answered together, in one batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import cast

from models.errors import ShopLensError
from models.protocols import Embedder
from models.types import Photo, Vectors

_MOST_PHOTOS = 16


@dataclass(slots=True, eq=False)
class _Asked:
    photos: Sequence[Photo]
    vectors: Vectors | None = None


class GatheringEmbedder:
    """An embedder in front of a slower one that does more in batches.

    Nobody waits for company: a caller who finds the model idle is served at once. While it runs,
    others queue up, and whoever gets the next turn takes all of them along, up to 16 photos. Two
    batches at once would only take each other's cores.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._turn = Lock()
        self._queueing = Lock()
        self._queue: list[_Asked] = []

    @property
    def image_fingerprint(self) -> str:
        return self._embedder.image_fingerprint

    @property
    def text_fingerprint(self) -> str:
        return self._embedder.text_fingerprint

    @property
    def image_dim(self) -> int:
        return self._embedder.image_dim

    @property
    def text_dim(self) -> int:
        return self._embedder.text_dim

    @property
    def one_space(self) -> bool:
        return self._embedder.one_space

    def images(self, batch: Sequence[Photo]) -> Vectors:
        """See `Embedder.images`. Where a batch of several callers fails, each tries alone."""
        asked = _Asked(batch)
        with self._queueing:
            self._queue.append(asked)
        with self._turn:
            if asked.vectors is None:
                group = self._group(asked)
                try:
                    self._answer(group)
                except (ShopLensError, RuntimeError, ValueError, MemoryError):
                    if len(group) == 1:
                        raise
                    self._answer([asked])
        return cast(Vectors, asked.vectors)

    def texts(self, batch: Sequence[str]) -> Vectors:
        """See `Embedder.texts`."""
        return self._embedder.texts(batch)

    def colourless(self, pictures: Vectors) -> Vectors:
        """See `Embedder.colourless`."""
        return self._embedder.colourless(pictures)

    def _group(self, first: _Asked) -> list[_Asked]:
        """`first` and who waits beside it; alone where it was in a group that failed."""
        with self._queueing:
            if first not in self._queue:
                return [first]
            self._queue.remove(first)
            group, photos = [first], len(first.photos)
            for other in list(self._queue):
                photos += len(other.photos)
                if photos > _MOST_PHOTOS:
                    break
                self._queue.remove(other)
                group.append(other)
            return group

    def _answer(self, group: list[_Asked]) -> None:
        vectors = self._embedder.images([photo for asked in group for photo in asked.photos])
        start = 0
        for asked in group:
            end = start + len(asked.photos)
            asked.vectors = vectors[start:end]
            start = end

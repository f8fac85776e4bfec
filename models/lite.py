"""The `lite` embedder: works with no download, from weights that ordinary packages carry."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from models import lite_pictures, lite_words
from models.lite_weights import (
    EFFICIENTNET_LITE0,
    EFFICIENTNET_LITE2,
    LITE_WHITENING,
    MINILM,
    MINILM_TOKENIZER,
)
from models.picture_network import NamedNetwork
from models.protocols import Embedder
from models.runtime_types import IN_TORCH, RuntimeSettings
from models.types import Photo, Vectors
from models.weights_file import WeightFile

_Part = TypeVar("_Part")


class _Lazy(Generic[_Part]):
    """Builds its part once, at the first call, whichever thread makes it."""

    def __init__(self, build: Callable[[], _Part]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._part: _Part | None = None

    def __call__(self) -> _Part:
        part = self._part
        if part is None:
            with self._lock:
                if self._part is None:
                    self._part = self._build()
                part = self._part
        return part


class LiteEmbedder:
    """EfficientNet-Lite and colours for pictures, all-MiniLM-L6-v2 for words: two spaces.

    Each side loads at its first non-empty batch: a photo query never loads the words' side. Safe
    to call from several threads.

    Args:
        runtime: what runs the picture side.
        pictures, words: make the sides.
    """

    image_fingerprint = lite_pictures.FINGERPRINT
    text_fingerprint = lite_words.FINGERPRINT
    image_dim = lite_pictures.DIM
    text_dim = lite_words.DIM
    one_space = False

    def __init__(
        self,
        runtime: RuntimeSettings = IN_TORCH,
        pictures: Callable[[], lite_pictures.LitePictures] | None = None,
        words: Callable[[], lite_words.MiniLm] = lite_words.MiniLm,
    ) -> None:
        self._pictures = _Lazy(pictures or partial(lite_pictures.LitePictures, runtime))
        self._words = _Lazy(words)

    def images(self, batch: Sequence[Photo]) -> Vectors:
        """See `Embedder.images`. Each vector depends on its own picture only."""
        return self._pictures().embed(batch) if batch else lite_pictures.nothing()

    def texts(self, batch: Sequence[str]) -> Vectors:
        """See `Embedder.texts`. English; other scripts embed poorly, but without error."""
        return self._words().embed(batch) if batch else lite_words.nothing()

    def colourless(self, pictures: Vectors) -> Vectors:
        """See `Embedder.colourless`."""
        return lite_pictures.colourless(pictures)


LITE_NETWORK = NamedNetwork(lite_pictures.NAME, lite_pictures.lite_network)
"""What a runtime can run of the profile: its pictures."""


def lite_weights() -> list[WeightFile]:
    """The files that the profile needs, for `shoplens doctor`. Loads nothing."""
    files = (EFFICIENTNET_LITE2, EFFICIENTNET_LITE0, LITE_WHITENING, MINILM, MINILM_TOKENIZER)
    return [pinned.listing() for pinned in files]


_: type[Embedder] = LiteEmbedder  # mypy holds the class to the protocol

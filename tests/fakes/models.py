"""Models that are quick and predictable: they see mean colours and read what they are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Event

import numpy as np

from models.errors import BadInput
from models.types import Photo, Region, TextLine, Vectors


@dataclass
class ColourEmbedder:
    """A picture is its 4×4 grid of mean colours; a text is a hashed bag of its words.

    Pictures that look alike to a person in thumbnail size are near in this space, so searches
    over drawn pictures have something to get right.
    """

    image_fingerprint: str = "fake-colours-1"
    text_fingerprint: str = "fake-words-1"
    image_dim: int = 48
    text_dim: int = 32
    one_space: bool = False
    embedded: list[str] = field(default_factory=list)
    """sha256 of every photo that was embedded, in order: what a test counts."""

    def images(self, batch: Sequence[Photo]) -> Vectors:
        self.embedded += [photo.sha256 for photo in batch]
        return np.stack([self._image(photo) for photo in batch]) if batch else self._none()

    def texts(self, batch: Sequence[str]) -> Vectors:
        rows = np.zeros((len(batch), self.text_dim), dtype=np.float32)
        for row, text in zip(rows, batch, strict=True):
            for word in text.lower().split() or ["nothing"]:
                row[int(sha256(word.encode()).hexdigest(), 16) % self.text_dim] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def colourless(self, pictures: Vectors) -> Vectors:
        return pictures

    def _image(self, photo: Photo) -> Vectors:
        ys = np.linspace(0, photo.height, 5).astype(int)
        xs = np.linspace(0, photo.width, 5).astype(int)
        cells = [
            photo.pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].reshape(-1, 3).mean(axis=0)
            for y0, y1 in zip(np.minimum(ys, photo.height - 1), ys[1:], strict=False)
            for x0, x1 in zip(np.minimum(xs, photo.width - 1), xs[1:], strict=False)
        ]
        vector = np.concatenate(cells).astype(np.float32) + 1.0
        return vector / np.float32(np.linalg.norm(vector))

    def _none(self) -> Vectors:
        return np.zeros((0, self.image_dim), dtype=np.float32)


@dataclass
class SlowEmbedder(ColourEmbedder):
    """Waits at every batch until it is let go on; refuses photos of one source."""

    batches: list[int] = field(default_factory=list)
    entered: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def images(self, batch: Sequence[Photo]) -> Vectors:
        self.batches.append(len(batch))
        self.entered.set()
        assert self.go_on.wait(20)
        if any(photo.source == "bad" for photo in batch):
            raise BadInput("bad photo", remedy="leave it out")
        return super().images(batch)


@dataclass
class FixedDetector:
    """Finds what it is told, on every photo."""

    found: Sequence[Region] = ()
    fingerprint: str = "fake-detector-1"
    calls: int = 0

    def regions(self, photo: Photo) -> list[Region]:
        self.calls += 1
        return list(self.found)


@dataclass
class FixedReader:
    """Reads what it is told, by the photo's sha256."""

    lines_of: Mapping[str, Sequence[TextLine]] = field(default_factory=dict)
    fingerprint: str = "fake-reader-1"
    calls: int = 0

    def lines(self, photo: Photo) -> list[TextLine]:
        self.calls += 1
        return list(self.lines_of.get(photo.sha256, ()))

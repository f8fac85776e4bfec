"""A Lens whose answers are written down: by the sha256 of a photo and the box that was searched."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.errors import BadQuery
from models.types import Box, Photo, Region
from pipelines.catalog_types import Card, IndexInfo, IndexSpec
from pipelines.lens import Lens
from pipelines.search_types import (
    Candidate,
    Degraded,
    Fingerprints,
    Perception,
    Reading,
    SearchResult,
)

SPEC = IndexSpec("lite", "image-model", "text-model", 4, 4)


@dataclass
class RankedLens(Lens):
    """Knows `products`; answers `answers[(photo source's name, box)]`, or nothing.

    Attributes:
        detected: product regions of each picture by file name; the whole picture comes on top.
        asked: (file name, searched box, whether the text was read), in order.
    """

    products: set[str]
    answers: dict[tuple[str, Box | None], list[str]] = field(default_factory=dict)
    detected: dict[str, list[Box]] = field(default_factory=dict)
    failing: str = ""
    worded: dict[str, list[str]] = field(default_factory=dict)
    """Answers to words, with a picture and without one."""
    refused: set[str] = field(default_factory=set)
    """Words that name no product alone."""
    asked: list[tuple[str, Box, bool]] = field(default_factory=list)
    reads: int = 0

    def info(self) -> IndexInfo:
        return IndexInfo(generation=3, spec=SPEC, products=len(self.products), points=9)

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass

    def cards(self, product_ids: Sequence[str]) -> list[Card | None]:
        return [Card(i) if i in self.products else None for i in product_ids]

    def perceive(self, photo: Photo, boxes: Sequence[Box] = ()) -> Perception:
        name = photo.source.rpartition("/")[2]
        if any(box.right > photo.width or box.bottom > photo.height for box in boxes):
            raise BadQuery("the box leaves the picture", remedy="draw it again")
        found = [Region(box, 1.0, "crop") for box in boxes] or [
            *(Region(box, 0.9) for box in self.detected.get(name, [])),
            Region(photo.whole, 1.0, "whole"),
        ]
        known = any(name == asked for asked, _, _ in self.asked)
        return Perception(
            photo_sha256=name,
            width=photo.width,
            height=photo.height,
            regions=tuple(found),
            vectors=np.zeros((len(found), 4), np.float32),
            reading=None,
            fingerprints=Fingerprints(),
            timings_ms=(("embed", 0.0 if known else 2.0),),
        )

    def read(self, photo: Photo) -> Reading:
        self.reads += 1
        return Reading()

    def search(self, perception, *, region=0, words="", where=None, limit=24) -> SearchResult:
        if perception is None and words in self.refused:
            raise BadQuery("nothing to search for", remedy="name a product")
        if words in self.worded:
            found = tuple(Candidate(i, ()) for i in self.worded[words][:limit])
            return SearchResult(selected=found)
        box = perception.regions[region].box
        whole = box == Box(0, 0, perception.width, perception.height)
        self.asked.append((perception.photo_sha256, box, perception.reading is not None))
        ids = self.answers.get((perception.photo_sha256, None if whole else box), [])
        return SearchResult(
            selected=tuple(Candidate(i, ()) for i in ids[:limit]),
            degraded=(Degraded(self.failing, "down"),) if self.failing else (),
            timings_ms=(("retrieve", 1.0),),
        )

"""Photo → Perception: the one way in which pictures are looked at, for indexing and searching."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np

from models.keypoints import Keypoints
from models.protocols import Detector, Embedder, KeypointFinder, TextReader
from models.types import Box, Photo, Region, Vectors
from pipelines.reading import reading_of
from pipelines.remembered import Remembered
from pipelines.search_types import Fingerprints, Perception, Reading
from pipelines.stopwatch import Stopwatch

# Regions that are embedded at once: each costs one pass of the picture model. The demo's query
# pictures show up to seven products; of a half-trained detector's boxes the first six hold 69 % of
# them, the first eight 75 %, all of them 77 %. The whole picture comes on top.
MOST_REGIONS = 8


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one profile.

    Attributes:
        profile: "siglip2" or "lite".
        why: why this profile was chosen, for people.
        no_detector: what to tell a shopper where products are not marked; "" with a detector.
        checkpoint: which weights of the profile, where there is a choice; "" otherwise.
        keypoints: finds what a print is recognised by; None where the profile does without.
    """

    profile: str
    embedder: Embedder
    detector: Detector
    reader: TextReader | None
    why: str = ""
    no_detector: str = ""
    checkpoint: str = ""
    keypoints: KeypointFinder | None = None


class Perceiver:
    """Looks at photos, and remembers what it saw by photo and box (in memory only)."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._regions: Remembered[str, tuple[Region, ...]] = Remembered(256)
        self._vectors: Remembered[tuple[str, Box], Vectors] = Remembered(4096)
        self._keypoints: Remembered[tuple[str, Box], Keypoints] = Remembered(1024)
        self._readings: Remembered[str, Reading] = Remembered(256)

    def look(self, photo: Photo, boxes: Sequence[Box] = ()) -> Perception:
        """Find regions and embed them in one batch; the text is left for `read`.

        Args:
            boxes: embed these crops instead of detecting.
        """
        watch = Stopwatch()
        if boxes:
            regions = tuple(Region(box, 1.0, "crop") for box in boxes)
        else:
            regions = self.regions(photo)
            watch.lap("detect")
        vectors = self._embed(photo, regions)
        watch.lap("embed")
        keypoints = self._find_keypoints(photo, regions)
        watch.lap("keypoints")
        reader = self._models.reader
        return Perception(
            photo_sha256=photo.sha256,
            width=photo.width,
            height=photo.height,
            regions=regions,
            vectors=vectors,
            reading=self._readings.get(photo.sha256),
            fingerprints=Fingerprints(
                image=self._models.embedder.image_fingerprint,
                text=self._models.embedder.text_fingerprint,
                detector=self._models.detector.fingerprint,
                reader=reader.fingerprint if reader else "",
            ),
            notes=(self._models.no_detector,) if self._models.no_detector and not boxes else (),
            timings_ms=watch.laps,
            keypoints=keypoints,
        )

    def regions(self, photo: Photo) -> tuple[Region, ...]:
        """Products that the detector marks, likeliest first, and the whole picture last."""
        return self._regions.get_or(photo.sha256, lambda: self._detect(photo))

    def read(self, photo: Photo) -> Reading:
        """Words and codes on the photo; nothing where text reading is off."""
        reader = self._models.reader
        if reader is None:
            return Reading()

        return self._readings.get_or(photo.sha256, lambda: reading_of(reader.lines(photo)))

    def _detect(self, photo: Photo) -> tuple[Region, ...]:
        found = self._models.detector.regions(photo)[:MOST_REGIONS]
        return (*found, Region(photo.whole, 1.0, "whole"))

    def _embed(self, photo: Photo, regions: Sequence[Region]) -> Vectors:
        known = {r.box: self._vectors.get((photo.sha256, r.box)) for r in regions}
        missing = [box for box, vector in known.items() if vector is None]
        if missing:
            fresh = self._models.embedder.images([photo.crop(box) for box in missing])
            for box, vector in zip(missing, fresh, strict=True):
                known[box] = vector
                self._vectors.put((photo.sha256, box), vector)
        return np.stack([cast(Vectors, known[region.box]) for region in regions])

    def _find_keypoints(self, photo: Photo, regions: Sequence[Region]) -> tuple[Keypoints, ...]:
        finder = self._models.keypoints
        if finder is None:
            return ()

        def found(box: Box) -> Keypoints:
            (keypoints,) = finder.find([photo.crop(box)])
            return keypoints

        return tuple(
            self._keypoints.get_or((photo.sha256, region.box), partial(found, region.box))
            for region in regions
        )

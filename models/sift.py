"""SIFT through OpenCV: the keypoints of photos."""

from collections.abc import Sequence

import numpy as np

from models.keypoints import BITS, Keypoints
from models.protocols import KeypointFinder
from models.types import Photo, Vectors

_SIDE = 288
"""Pixels of the longer side that a photo is scaled to."""
_MOST = 300
"""Keypoints kept of a photo, the strongest first."""
_CONTRAST = 0.03
_REVISION = 1
"""Count it up when anything here or in `Keypoints` changes what is stored."""


class SiftFinder:
    """Keypoints of photos; needs no weights. Safe to call from several threads.

    Source:
        Lowe, IJCV 2004; the patent ended in 2020.
    """

    fingerprint = f"sift:{_SIDE}x{_MOST}:{_CONTRAST}:median{BITS}:{_REVISION}"

    def find(self, batch: Sequence[Photo]) -> list[Keypoints]:
        """See `KeypointFinder.find`."""
        return [_of(photo) for photo in batch]


def _of(photo: Photo) -> Keypoints:
    import cv2

    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    share = _SIDE / max(grey.shape)
    shape = (max(1, round(photo.width * share)), max(1, round(photo.height * share)))
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    sift = cv2.SIFT.create(nfeatures=_MOST, contrastThreshold=_CONTRAST)
    found, descriptors = sift.detectAndCompute(cv2.resize(grey, shape, interpolation=how), None)
    places = [(point.pt[0], point.pt[1], point.size, point.angle) for point in found]
    array: Vectors = np.array(places, dtype=np.float32).reshape(-1, 4)
    rows = np.zeros((0, BITS)) if descriptors is None else descriptors
    return Keypoints(array, np.packbits(rows > np.median(rows, axis=1, keepdims=True), axis=1))


_: type[KeypointFinder] = SiftFinder  # mypy holds the class to the protocol

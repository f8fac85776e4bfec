"""Keypoints of a picture, and how many of them two pictures of one print have in common.

A network tells a juice carton from a milk carton; which of six cartons it is stands in the print,
and corners and blobs of a print are found again on a photo that is turned, smaller or half hidden.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.errors import BrokenIndex
from models.types import Vectors

BITS = 128
"""Of a descriptor: one for each of SIFT's 128 numbers."""

_STORED = np.dtype(
    [("x", "<u2"), ("y", "<u2"), ("size", "<u2"), ("angle", "<u2"), ("bits", "u1", BITS // 8)]
)
_STEPS = 64  # a pixel, as it is stored

# Lowe's ratio is of distances, and Hamming's is a squared one of ±1 vectors.
_RATIO = 0.9**2
# A pair of keypoints alone places the whole picture, roughly: pixels, and |log| of a scale.
_ROUGH_PIXELS, _ROUGH_SCALE, _ROUGH_ANGLE = 30.0, 0.6, 0.6
# An affine map through all that agree places it better; twice, each time more strictly.
_PIXELS = (15.0, 8.0)
_LEAST = 4
"""Fewer pairs place nothing: an affine map goes through any three."""
_AREAS = (0.02, 40.0)
"""How much smaller or larger than its shop picture a print may be shown, as an area."""


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """Where a picture has something to recognise, and what it looks like there.

    Attributes:
        places: ndarray of shape (n, 4), float32: x, y and size in pixels of the scaled picture,
            angle in degrees.
        bits: ndarray of shape (n, 16), uint8: which of SIFT's 128 numbers are above their median.
    """

    places: Vectors
    bits: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.places)

    def to_bytes(self) -> bytes:
        """24 bytes a keypoint; `from_bytes` reads them back to 1/64 of a pixel or degree."""
        rows = np.zeros(len(self), dtype=_STORED)
        whole = np.clip(np.rint(self.places * _STEPS), 0, np.iinfo(np.uint16).max)
        for column, name in enumerate(("x", "y", "size", "angle")):
            rows[name] = whole[:, column]
        rows["bits"] = self.bits
        return rows.tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            BrokenIndex: it is cut.
        """
        if len(stored) % _STORED.itemsize:
            raise BrokenIndex(
                f"keypoints of {len(stored)} bytes are cut",
                remedy="run `shoplens index FEED` again; what was embedded is not embedded again",
            )
        rows = np.frombuffer(stored, dtype=_STORED)
        places = np.stack([rows[name] for name in ("x", "y", "size", "angle")], axis=1)
        return cls(np.asarray(places / _STEPS, dtype=np.float32), rows["bits"])


def in_common(shown: Keypoints, photo: Keypoints) -> int:
    """Keypoints of a shop's picture that a photo has too, all in the same arrangement.

    Nearest descriptors by Lowe's ratio test; the pair whose own position, scale and angle most
    others agree with; an affine map through those. No chance in it: the same pictures always have
    the same number in common.

    Source:
        Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004.
    """
    if min(len(shown), len(photo)) < _LEAST:
        return 0
    first, second = _pairs(shown.bits, photo.bits)
    if len(first) < _LEAST:
        return 0
    return _agreeing(shown.places[first], photo.places[second])


def _pairs(shown: NDArray[np.uint8], photo: NDArray[np.uint8]) -> tuple[NDArray[np.intp], ...]:
    """Indices of descriptors that are clearly nearer to each other than to the next one."""
    distances = np.zeros((len(shown), len(photo)), dtype=np.uint8)
    # Counted, not multiplied as ±1: a product this small wakes all of BLAS' threads, and took ten
    # times as long beside a busy program.
    for ours, theirs in zip(_words(shown).T, _words(photo).T, strict=True):
        distances += np.bitwise_count(ours[:, None] ^ theirs)
    rows = np.arange(len(shown))
    nearest = distances.argmin(axis=1)
    best = distances[rows, nearest]
    distances[rows, nearest] = BITS
    clear = best < _RATIO * distances.min(axis=1)
    return rows[clear], nearest[clear]


def _words(bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The same bits, 64 to a number."""
    return np.ascontiguousarray(bits).view(np.uint64)


def _agreeing(shown: Vectors, photo: Vectors) -> int:
    """How many pairs, rows of two arrays of places, one affine map explains."""
    scale = photo[:, 2] / shown[:, 2]
    turn = np.exp(1j * np.radians(photo[:, 3] - shown[:, 3]))
    here, there = shown[:, 0] + 1j * shown[:, 1], photo[:, 0] + 1j * photo[:, 1]
    # Each pair's own similarity map, asked where it would put every other pair.
    moved = there[:, None] + (scale * turn)[:, None] * (here[None] - here[:, None])
    agree = np.abs(moved - there[None]) < _ROUGH_PIXELS
    agree &= np.abs(np.log(scale[None] / scale[:, None])) < _ROUGH_SCALE
    agree &= np.abs(np.angle(turn[None] / turn[:, None])) < _ROUGH_ANGLE
    inside = agree[agree.sum(axis=1).argmax()]
    alike = np.abs(np.log(scale / np.median(scale[inside]))) < _ROUGH_SCALE
    ones = np.column_stack([shown[:, :2], np.ones(len(shown))])
    affine = np.zeros((3, 2))
    for pixels in _PIXELS:
        if inside.sum() < _LEAST:
            return int(inside.sum())
        affine = np.linalg.lstsq(ones[inside], photo[inside, :2], rcond=None)[0]
        inside = alike & (np.linalg.norm(ones @ affine - photo[:, :2], axis=1) < pixels)
    if not _AREAS[0] < np.linalg.det(affine[:2]) < _AREAS[1]:
        return 0  # mirrored, or squeezed to a line
    # SIFT gives one place several angles: they are no further witnesses.
    return min(len(np.unique(np.rint(side[inside, :2]), axis=0)) for side in (shown, photo))

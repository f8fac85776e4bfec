"""The values that models take and give: photos, boxes, regions, lines of text."""

import hashlib
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""ndarray of shape (n, dim), float32; rows have L2 norm 1 unless a docstring says otherwise."""

Pixels: TypeAlias = NDArray[np.uint8]
"""ndarray of shape (height, width, 3), uint8, RGB, contiguous."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels of the upright photo, origin top-left; right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right and 0 <= self.top < self.bottom):
            raise ValueError(f"empty or negative box: {self.as_list()}")

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def area(self) -> int:
        return self.width * self.height

    def as_list(self) -> list[int]:
        """[left, top, right, bottom], the order of the command line and of JSON."""
        return [self.left, self.top, self.right, self.bottom]

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.area + other.area - shared)


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """An upright RGB picture and where it came from.

    Attributes:
        pixels: ndarray of shape (height, width, 3), uint8, RGB.
        sha256: of the bytes it was decoded from; identity for every cache.
        source: a path, an address or "upload": for messages only.
    """

    pixels: Pixels
    sha256: str
    source: str

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise ValueError(f"a photo is (height, width, 3) uint8, not {self.pixels.shape}")

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def whole(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def crop(self, box: Box) -> "Photo":
        """The part inside `box`; shares memory with the whole, has an identity of its own."""
        if box == self.whole:
            return self
        if box.right > self.width or box.bottom > self.height:
            raise ValueError(f"box {box.as_list()} leaves the {self.width}×{self.height} photo")
        identity = hashlib.sha256(f"{self.sha256}:{box.as_list()}".encode()).hexdigest()
        part = self.pixels[box.top : box.bottom, box.left : box.right]
        return Photo(pixels=part, sha256=identity, source=self.source)


RegionKind: TypeAlias = Literal["product", "whole", "crop"]


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a photo that may show one product.

    Attributes:
        score: the detector's confidence, 0 to 1; 1.0 for the whole picture and for a drawn crop.
        kind: found by the detector, the whole picture, or drawn by a person.
        label: what the detector calls it, such as "mug"; "" where it knows no names.
    """

    box: Box
    score: float
    kind: RegionKind = "product"
    label: str = ""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text read on a photo.

    Attributes:
        score: the recogniser's confidence, 0 to 1.
    """

    text: str
    score: float
    box: Box

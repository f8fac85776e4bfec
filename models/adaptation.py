"""An adaptation head: what a shop's own photos taught about its pictures, as numbers.

A head turns an embedder's vectors into others of which a dot product says more in this shop
(docs/adapt.md). It never sees a pixel, so it fits every embedder.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import BadInput
from models.types import Vectors

_FORMAT = "shoplens-head-1"
# A photo that is the mean picture has no direction; nothing then is nearer than anything else.
_LEAST_NORM = 1e-9


@dataclass(frozen=True, slots=True)
class CosineScale:
    """What cosines between a photo and the catalog's pictures mean, as ascending steps.

    Attributes:
        none: an unrelated picture's usual cosine.
        close: above nine in ten unrelated pictures.
        very: what the best tenth of right products reaches.
    """

    none: float
    close: float
    very: float

    def __post_init__(self) -> None:
        if not -1 <= self.none < self.close < self.very < 1:
            raise ValueError(f"no scale of cosines: {self.none}, {self.close}, {self.very}")

    @property
    def far(self) -> float:
        """Under it a picture is not close at all: half way between none and close."""
        return (self.none + self.close) / 2

    @property
    def alike(self) -> float:
        """The least that the nearest product has where the shop sells what is shown: three quarters
        of the way from none to close. Of pictures of what it sells 4% stay under it, of others 64
        to 98% (`benchmarks/nothing_like_it.py`)."""
        return self.none + 0.75 * (self.close - self.none)

    def nearness(self, cosine: float) -> float:
        """How near a picture is: 0 as an unrelated one, 1 as the best of right ones, or nearer."""
        return min(1.0, max(0.0, (cosine - self.none) / (self.very - self.none)))


@dataclass(frozen=True, eq=False)
class AdaptationHead:
    """One map for photos and pictures, and a pull for each product that had photos.

    Attributes:
        embedder: the image fingerprint of the vectors that it takes.
        mean: shape (dim,), subtracted first: the catalog's mean picture.
        matrix: shape (dim, dim), multiplied from the right: takes out the direction from shop
            picture to phone photo, and shrinks those in which photos of one product differ.
        products: ids of the products that had photos, in ascending order.
        pulls: shape (len(products), dim): where their photos lie, seen from their pictures.
        confidence: length that a pulled picture keeps, above 0 and at most 1. Without it every
            photo of a product that had none would go to those that had.
        scale: what its cosines mean, from photos that were hidden from it; None where that was
            not measured, or where right and wrong products are no further apart than chance.
    """

    embedder: str
    mean: Vectors
    matrix: Vectors
    products: tuple[str, ...]
    pulls: Vectors
    confidence: float
    scale: CosineScale | None = None

    def __post_init__(self) -> None:
        dim = len(self.mean)
        if self.matrix.shape != (dim, dim) or self.pulls.shape != (len(self.products), dim):
            raise ValueError(f"a head of {dim} numbers does not fit together")
        if not 0 < self.confidence <= 1:
            raise ValueError(f"a confidence of {self.confidence} is not above 0 and at most 1")

    @property
    def dim(self) -> int:
        """Length of the vectors that it makes: one more than it takes, for what confidence cuts."""
        return len(self.mean) + 1

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of the head as bytes, hexadecimal."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def photos(self, vectors: Vectors) -> Vectors:
        """What to search with.

        Args:
            vectors: shape (n, dim - 1), as the embedder makes them.
        Returns:
            ndarray of shape (n, dim), float32, rows of L2 norm 1.
        """
        return _padded(self.mapped(vectors), 1.0)

    def words(self, vectors: Vectors) -> Vectors:
        """The same for texts of an embedder that has pictures and texts in one space.

        Texts lie around a mean of their own, so the pictures' is not subtracted: all scores of a
        text then change by the same amount, and their order does not.
        """
        return _padded(_unit(vectors @ self.matrix), 1.0)

    def picture(self, product_id: str, vector: Vectors) -> Vectors:
        """What to put into an index for one picture of a product, shape (dim,), L2 norm 1."""
        place = self._places.get(product_id)
        row, length = self.mapped(vector[None]), 1.0
        if place is not None:
            row, length = _unit(row + self.pulls[place]), self.confidence
        made: Vectors = _padded(row, length)[0]
        return made

    def stored(self, vectors: Vectors) -> Vectors:
        """Rows of an index as queries: without what confidence cut, which photos lack."""
        return _padded(_unit(vectors[:, :-1]), 1.0)

    def mapped(self, vectors: Vectors) -> Vectors:
        """The map alone: what photos and pictures have in common, shape as given, L2 norm 1."""
        return _unit((vectors - self.mean) @ self.matrix)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {product: place for place, product in enumerate(self.products)}

    def to_bytes(self) -> bytes:
        """A safetensors file; the same head gives the same bytes."""
        from safetensors.numpy import save

        told: dict[str, Any] = {
            "format": _FORMAT,
            "embedder": self.embedder,
            "confidence": self.confidence,
            "products": self.products,
        }
        if self.scale is not None:
            told["scale"] = [self.scale.none, self.scale.close, self.scale.very]
        # As a tensor: the library writes metadata of several keys in any order.
        text = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
        tensors = {"mean": self.mean, "matrix": self.matrix, "pulls": self.pulls}
        content: bytes = save({"head": text, **tensors})
        return content

    @classmethod
    def from_bytes(cls, content: bytes) -> "AdaptationHead":
        """Read what `to_bytes` wrote; no code in it runs.

        Raises:
            BadInput: it is no head, or one of another version.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            tensors = load(content)
            told = json.loads(tensors["head"].tobytes())
            known = told["format"] == _FORMAT
            head = cls(
                embedder=told["embedder"],
                mean=tensors["mean"],
                matrix=tensors["matrix"],
                products=tuple(told["products"]),
                pulls=tensors["pulls"],
                confidence=told["confidence"],
                scale=CosineScale(*told["scale"]) if "scale" in told else None,
            )
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise _no_head(str(error)) from None
        if not known:
            raise _no_head(f"its format is {told['format']!r}")
        return head


def _no_head(why: str) -> BadInput:
    return BadInput(
        f"this is no adaptation head of this version: {why}",
        remedy="run `shoplens adapt QUERIES.csv` again",
    )


def index_vectors(
    head: AdaptationHead, products: Sequence[str], owners: NDArray[np.int64], vectors: Vectors
) -> Vectors:
    """What `AdaptationHead.picture` gives for many pictures at once.

    Args:
        owners: shape (n,): the place in `products` of each row's product.
        vectors: shape (n, dim - 1), as the embedder makes them.
    Returns:
        ndarray of shape (n, dim), float32, rows of L2 norm 1.
    """
    place = {product: number for number, product in enumerate(head.products)}
    pull = np.array([place.get(product, -1) for product in products], dtype=np.int64)[owners]
    pulled = pull >= 0
    rows = head.mapped(vectors)
    rows[pulled] = _unit(rows[pulled] + head.pulls[pull[pulled]])
    return _padded(rows, np.where(pulled, head.confidence, 1.0))


def _unit(rows: "NDArray[np.floating[Any]]") -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.maximum(lengths, _LEAST_NORM)).astype(np.float32)
    return unit


def _padded(rows: Vectors, length: "float | NDArray[np.float64]") -> Vectors:
    """Rows cut to a length, and one number more that brings them back to 1; photos have 0 there."""
    kept = np.broadcast_to(np.asarray(length, dtype=np.float32), len(rows))[:, None]
    rest = np.sqrt(np.maximum(0, 1 - kept**2))
    return np.concatenate([rows * kept, rest], axis=1).astype(np.float32)

"""A shop in a few dozen numbers: pictures, and photos of them with a nuisance that was planted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.adaptation_fit import Photos, Shelf
from models.types import Vectors

DIM = 24


@dataclass(frozen=True)
class PlantedShop:
    """Products that differ in some numbers, photos that differ in others.

    Attributes:
        shift: how far every photo lies from its picture, in one direction: phone against studio.
        glare: how far photos of one product lie apart, in the same few directions for all.
        own: how far photos of a product lie from its picture, in a direction of its own: what only
            photos of the product itself can teach.
    """

    products: int = 32
    photos_each: int = 6
    shift: float = 4.0
    glare: float = 4.0
    own: float = 0.0
    seed: int = 0

    def made(self) -> tuple[Shelf, Photos]:
        draw = np.random.default_rng(self.seed)
        basis = np.linalg.qr(draw.normal(size=(DIM, DIM)))[0]
        shift, glare = basis[0], basis[1:4]
        pictures = draw.normal(size=(self.products, DIM))
        habits = _unit(draw.normal(size=(self.products, DIM)))
        shown = np.repeat(np.arange(self.products), self.photos_each)
        photos = (
            pictures[shown]
            + self.own * habits[shown]
            + self.shift * shift
            + self.glare * draw.normal(size=(len(shown), len(glare))) @ glare
            + draw.normal(size=(len(shown), DIM))
        )
        names = tuple(f"p{number:02}" for number in range(self.products))
        shelf = Shelf("planted", names, np.arange(self.products), _unit(pictures))
        return shelf, Photos(_unit(photos), shown)


def noise(products: int = 32, photos_each: int = 6, seed: int = 0) -> tuple[Shelf, Photos]:
    """Photos that have nothing to do with what they are said to show."""
    draw = np.random.default_rng(seed)
    shown = np.repeat(np.arange(products), photos_each)
    names = tuple(f"p{number:02}" for number in range(products))
    pictures, photos = (_unit(draw.normal(size=(n, DIM))) for n in (products, len(shown)))
    return Shelf("planted", names, np.arange(products), pictures), Photos(photos, shown)


def _unit(rows: NDArray[np.float64]) -> Vectors:
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit

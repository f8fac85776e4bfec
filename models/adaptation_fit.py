"""Fits an adaptation head to a shop's own pairs of a photo and the product that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.adaptation import AdaptationHead
from models.torch_threads import shared_workers
from models.types import Vectors

if TYPE_CHECKING:
    from torch import Tensor

# SigLIP's own start (arXiv:2303.15343): a temperature of 10 to 20, and a bias of −10 because nearly
# all pairs are negative. The temperature stays: the pulls can grow instead.
_TEMPERATURE, _FIRST_BIAS = 20.0, -10.0
_STEPS, _RATE = 60, 0.04
# Photos of one step; below this every step sees all of them.
_PHOTOS_A_STEP = 2048


@dataclass(frozen=True, slots=True)
class Strength:
    """How far a head may go; `indexer/adapt.py` chooses by what it does to hidden products.

    Attributes:
        shrinkage: of the within-product covariance, in mean variances; more is nearer to identity.
        decay: what a pull costs, the mean square over products; more is nearer to the picture.
        confidence: see `AdaptationHead`.
    """

    shrinkage: float
    decay: float
    confidence: float = 1.0


@dataclass(frozen=True, eq=False)
class Shelf:
    """The catalog's pictures as the embedder sees them.

    Attributes:
        embedder: the image fingerprint of all vectors.
        products: ids.
        owners: shape (pictures,): the place in `products` of each picture's product.
        vectors: shape (pictures, dim).
    """

    embedder: str
    products: tuple[str, ...]
    owners: NDArray[np.int64]
    vectors: Vectors


@dataclass(frozen=True, eq=False)
class Photos:
    """A shop's photos; one with several right products stands here once for each.

    Attributes:
        vectors: shape (n, dim).
        shown: shape (n,): the place in `Shelf.products`.
    """

    vectors: Vectors
    shown: NDArray[np.int64]

    def where(self, mask: NDArray[np.bool_]) -> "Photos":
        return Photos(self.vectors[mask], self.shown[mask])


@dataclass(frozen=True, eq=False)
class Pairs:
    """What a head learns from.

    Attributes:
        embedder: the image fingerprint of all vectors.
        pictures_mean: shape (dim,): of the whole catalog.
        products: ids of the products that have photos, ascending.
        pictures: shape (len(products), dim): each product's mean picture.
        photos: shape (n, dim).
        shown: shape (n,): the place in `products` of what each photo shows.
    """

    embedder: str
    pictures_mean: Vectors
    products: tuple[str, ...]
    pictures: Vectors
    photos: Vectors
    shown: NDArray[np.int64]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Photos of each product, shape (len(products),); at least one."""
        return np.bincount(self.shown, minlength=len(self.products))

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """Weight of each photo, shape (n,), sum 1: every product counts alike."""
        weights = 1.0 / self.counts[self.shown]
        shares: NDArray[np.float64] = weights / weights.sum()
        return shares

    @cached_property
    def photo_means(self) -> NDArray[np.float64]:
        """Each product's mean photo, shape (len(products), dim)."""
        sums = np.zeros(self.pictures.shape)
        np.add.at(sums, self.shown, self.photos.astype(np.float64))
        means: NDArray[np.float64] = sums / self.counts[:, None]
        return means

    @cached_property
    def spread(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Eigenvalues and eigenvectors of the covariance of one product's photos.

        Products with a single photo tell nothing about it.
        """
        apart = self.photos - self.photo_means[self.shown]
        free = np.sqrt(self.counts / np.maximum(self.counts - 1, 1))[self.shown]
        apart = apart * (free * np.sqrt(self.shares))[:, None]
        values, directions = np.linalg.eigh(apart.T @ apart)
        return np.maximum(values, 0), directions


def fit_heads(pairs: Pairs, strengths: Sequence[Strength], seed: int = 0) -> list[AdaptationHead]:
    """Learn a head of each strength, one core each; the same pairs and seed give the same ones.

    First the map, in closed form: the direction from shop picture to phone photo is taken out, and
    the directions in which photos of one product differ are shrunk (within-class covariance
    normalisation: Hatch, Kajarekar and Stolcke, Interspeech 2006). It knows no product, so it
    serves those that had no photo too. Then the pulls, by SigLIP's pairwise sigmoid loss
    (arXiv:2303.15343) of photos against the pictures of the products that had some; the others are
    no negatives, or they would be pushed away from every photo.
    """
    _ = pairs.spread, pairs.shares  # once, before several threads ask for them
    return list(shared_workers().map(lambda strength: _fit(pairs, strength, seed), strengths))


def _fit(pairs: Pairs, strength: Strength, seed: int) -> AdaptationHead:
    matrix = _matrix(pairs, strength.shrinkage)
    plain = AdaptationHead(
        embedder=pairs.embedder,
        mean=pairs.pictures_mean.astype(np.float32),
        matrix=matrix,
        products=pairs.products,
        pulls=np.zeros(pairs.pictures.shape, dtype=np.float32),
        confidence=strength.confidence,
    )
    pulls = _pulls(
        plain.mapped(pairs.photos), plain.mapped(pairs.pictures), pairs, strength.decay, seed
    )
    return replace(plain, pulls=pulls)


def _matrix(pairs: Pairs, shrinkage: float) -> Vectors:
    values, directions = pairs.spread
    floor = shrinkage * values.mean()
    scale = (values + floor) ** -0.5 if floor > 0 else np.ones_like(values)
    whitening = (directions * (scale / scale.mean())) @ directions.T
    domain = (pairs.photo_means - pairs.pictures).mean(axis=0)
    length = float(domain @ domain)
    without = np.eye(len(domain)) - (np.outer(domain, domain) / length if length > 0 else 0)
    return np.ascontiguousarray(without @ whitening, dtype=np.float32)


def _pulls(photos: Vectors, pictures: Vectors, pairs: Pairs, decay: float, seed: int) -> Vectors:
    import torch
    from torch.nn.functional import logsigmoid, normalize

    draw = np.random.default_rng(seed)
    still = torch.from_numpy(pictures)
    pulls = torch.zeros_like(still, requires_grad=True)
    bias = torch.tensor(_FIRST_BIAS, requires_grad=True)
    optimizer = torch.optim.Adam([pulls, bias], lr=_RATE)
    step = _step(photos, pairs, draw)
    for _ in range(_STEPS):
        if len(photos) > _PHOTOS_A_STEP:
            step = _step(photos, pairs, draw)
        pulled = normalize(still[step.products] + pulls[step.products], dim=1)
        logits = _TEMPERATURE * step.photos @ pulled.T + bias
        loss = -(logsigmoid(step.signs * logits).sum(dim=1) @ step.shares)
        loss = loss + decay * (pulls[step.products] ** 2).sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    found: Vectors = pulls.detach().numpy()
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """What one step sees: photos, the products that they show, and +1 where they do, else −1."""

    photos: "Tensor"
    shares: "Tensor"
    products: "Tensor"
    signs: "Tensor"


def _step(photos: Vectors, pairs: Pairs, draw: np.random.Generator) -> _Step:
    import torch

    rows = np.arange(len(photos))
    if len(rows) > _PHOTOS_A_STEP:
        rows = draw.choice(rows, _PHOTOS_A_STEP, replace=False)
    products, right = np.unique(pairs.shown[rows], return_inverse=True)
    signs = np.full((len(rows), len(products)), -1.0, dtype=np.float32)
    signs[np.arange(len(rows)), right] = 1.0
    shares = (pairs.shares[rows] / pairs.shares[rows].sum()).astype(np.float32)
    return _Step(*map(torch.from_numpy, (photos[rows], shares, products, signs)))


def pairs_of(shelf: Shelf, photos: Photos) -> Pairs:
    """A catalog's pictures and photos of some of its products, made ready to learn from."""
    having, place = np.unique(photos.shown, return_inverse=True)
    names = [shelf.products[number] for number in having]
    order = np.array(sorted(range(len(names)), key=names.__getitem__))
    sums = np.zeros((len(shelf.products), shelf.vectors.shape[1]))
    np.add.at(sums, shelf.owners, shelf.vectors.astype(np.float64))
    counts = np.bincount(shelf.owners, minlength=len(shelf.products))
    return Pairs(
        embedder=shelf.embedder,
        pictures_mean=shelf.vectors.mean(axis=0, dtype=np.float64).astype(np.float32),
        products=tuple(names[number] for number in order),
        pictures=(sums[having[order]] / counts[having[order], None]).astype(np.float32),
        photos=photos.vectors,
        shown=np.argsort(order)[place],
    )

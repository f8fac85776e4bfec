"""How far an adaptation head may go, and whether it earns its place, on pairs that it never saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from indexer.metrics import Interval, mean_with_interval
from models.adaptation import AdaptationHead, CosineScale, index_vectors
from models.adaptation_fit import Photos, Shelf, Strength, fit_heads, pairs_of
from models.errors import BadInput
from models.types import Vectors

LEAST_PRODUCTS = 12
LEAST_PHOTOS = 40
"""A quarter of the products is hidden, and of the rest a quarter again: below this nothing is
left to tell a gain from luck."""

# Of products, and of each product's photos: hidden to measure with.
_FOLDS = 4
_SHRINKAGES = (1.0, 3.0, 10.0)
_DECAYS = (4.0, 8.0)
_CONFIDENCES = np.arange(60, 101, 2) / 100
# Pictures of the catalog that must go on finding their own product.
_OWN_PICTURES = 500
# Photos and pictures that tell what cosines mean: a tenth of them is a sample still.
_SCALED_PHOTOS, _SCALED_PICTURES = 300, 2_000
# Twins trade places: of the catalog's own pictures so many may find another product than before.
_OWN_LOSS = 0.02

Mask = NDArray[np.bool_]
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Gain:
    """Recall@1 of one group, with 95% intervals, without the head and with it.

    Attributes:
        photos, products: how many were measured.
        difference: of each photo with and without; its interval says whether it is luck.
    """

    photos: int
    products: int
    before: Interval
    after: Interval
    difference: Interval


@dataclass(frozen=True, slots=True)
class Trial:
    """What a head did on photos that it did not learn from.

    Attributes:
        known: unseen photos of products that it had other photos of.
        new: photos of products that it had none of.
        own: the catalog's pictures themselves, which must go on finding their own product.
        strength: how far it was let go; None where every strength lost something.
        objection: why it must not be switched on; "" where it may.
        scale: what its cosines mean on the hidden photos; see `AdaptationHead.scale`.
    """

    known: Gain
    new: Gain
    own: Gain
    strength: Strength | None
    objection: str
    scale: CosineScale | None = None


@dataclass(frozen=True, eq=False)
class _Split:
    learn: Mask
    known: Mask
    new: Mask


@dataclass(frozen=True, eq=False)
class _Contest:
    """For each query the nearest picture among those that a head pulls, and among the others."""

    pulled: Vectors
    pulled_owner: NDArray[np.int64]
    plain: Vectors
    plain_owner: NDArray[np.int64]

    def first(self, confidence: float) -> NDArray[np.int64]:
        """Which product comes first for each query, under a confidence."""
        return np.where(confidence * self.pulled > self.plain, self.pulled_owner, self.plain_owner)


def try_head(
    shelf: Shelf, photos: Photos, seed: int = 0, told: Told = lambda done, of: None
) -> Trial:
    """Learn from a part of the photos, and measure on the rest.

    Every fourth product is hidden with all its photos, and of the others a quarter of the photos.
    The strength is chosen inside the part that is learned from, by hiding again.

    Args:
        told: called with (rounds of choosing done, rounds in all).
    Raises:
        BadInput: too few photos or products to tell a gain from luck.
    """
    check_enough(photos.shown)
    outer = _split(photos.shown, 0, np.random.default_rng(seed))
    learned = photos.where(outer.learn)
    strength = choose_strength(shelf, learned, seed, told)
    head = None if strength is None else learn(shelf, learned, strength, seed)
    known, new = (_gain(shelf, head, photos.where(mask), seed) for mask in (outer.known, outer.new))
    own = _gain(shelf, head, _own_pictures(shelf, seed), seed)
    objection = _objection(strength, known, new, own)
    hidden = photos.where(outer.known | outer.new)
    scale = None if head is None else cosine_scale(shelf, head, hidden, seed)
    return Trial(known, new, own, strength, objection, scale)


def learn(shelf: Shelf, photos: Photos, strength: Strength, seed: int = 0) -> AdaptationHead:
    """A head from all of the photos."""
    return fit_heads(pairs_of(shelf, photos), [strength], seed)[0]


def cosine_scale(
    shelf: Shelf, head: AdaptationHead, photos: Photos, seed: int = 0
) -> CosineScale | None:
    """What a head's cosines mean, by photos that it did not learn from.

    By the same shares of right and wrong products that the plain model's scale was set by.

    Returns:
        None where right products are hardly nearer than wrong ones.
    """
    draw = np.random.default_rng(seed)
    pictures = index_vectors(head, shelf.products, shelf.owners, shelf.vectors)
    rows = draw.permutation(len(photos.shown))[:_SCALED_PHOTOS]
    asked, shown = head.photos(photos.vectors[rows]), photos.shown[rows]
    right = [
        float((pictures[shelf.owners == number] @ photo).max())
        for photo, number in zip(asked, shown, strict=True)
    ]
    others = draw.permutation(len(pictures))[:_SCALED_PICTURES]
    wrong = (asked @ pictures[others].T)[shown[:, None] != shelf.owners[others]]
    if not wrong.size:
        return None
    none, close = np.quantile(wrong, (0.5, 0.9)).tolist()
    very = float(np.quantile(right, 0.9))
    return CosineScale(none, close, very) if none < close < very < 1 else None


def choose_strength(
    shelf: Shelf, photos: Photos, seed: int = 0, told: Told = lambda done, of: None
) -> Strength | None:
    """The strength with the best geometric mean of recall@1 on known and on new products.

    Geometric, so that neither group is sold for the other: an arithmetic mean gave all of the gain
    to known products. Only strengths count that lose nothing: on neither, nor on the catalog's own
    pictures. None where there is no such strength.
    """
    grid = [Strength(*pair) for pair in product(_SHRINKAGES, _DECAYS)]
    own = _own_pictures(shelf, seed)
    hits = np.zeros((len(grid), len(_CONFIDENCES), 3))
    before = np.zeros(3)
    order = np.random.default_rng(seed + 1)
    for fold in range(_FOLDS):
        parts = _split(photos.shown, fold, order)
        groups = (photos.where(parts.known), photos.where(parts.new), own)
        before += [_hits(_without_head(shelf, group), group) for group in groups]
        heads = fit_heads(pairs_of(shelf, photos.where(parts.learn)), grid, seed)
        for number, head in enumerate(heads):
            contests = [_contest(shelf, head, group.vectors) for group in groups]
            for column, confidence in enumerate(_CONFIDENCES):
                hits[number, column] += [
                    _hits(contest.first(confidence), group)
                    for contest, group in zip(contests, groups, strict=True)
                ]
        told(fold + 1, _FOLDS)
    allowed = (hits >= before).all(axis=2)
    worth = np.where(allowed, np.sqrt(hits[:, :, 0] * hits[:, :, 1]), -1.0)
    best, place = divmod(int(worth.argmax()), len(_CONFIDENCES))
    if worth[best, place] < 0:
        return None
    return replace(grid[best], confidence=float(_CONFIDENCES[place]))


def _objection(strength: Strength | None, known: Gain, new: Gain, own: Gain) -> str:
    if strength is None:
        return "every strength lost something on photos or products that were hidden from it"
    if known.difference.low <= 0:
        return (
            f"on unseen photos of known products the gain is {known.difference.value:+.3f}"
            f" ({known.difference.low:+.3f} to {known.difference.high:+.3f}), which may be luck"
        )
    if new.difference.value < 0:
        return f"products without photos lose {-new.difference.value:.3f}"
    if own.difference.value < -_OWN_LOSS:
        return f"the catalog's own pictures lose {-own.difference.value:.3f}"
    return ""


def check_enough(shown: Sequence[int] | NDArray[np.int64]) -> None:
    """Refuse what is too little to tell a gain from luck.

    Args:
        shown: which product each photo shows.
    Raises:
        BadInput: with how much is needed.
    """
    products = len(set(shown))
    if products < LEAST_PRODUCTS or len(shown) < LEAST_PHOTOS:
        raise BadInput(
            f"{len(shown)} photos of {products} products of the index are too few to learn from",
            remedy=f"list at least {LEAST_PHOTOS} photos of at least {LEAST_PRODUCTS} products,"
            " several of each",
        )


def _split(shown: NDArray[np.int64], fold: int, draw: np.random.Generator) -> _Split:
    """Hide every fourth product, and of the photos of the others a quarter, at least one of two."""
    having = draw.permutation(np.unique(shown))
    new = np.isin(shown, having[fold::_FOLDS])
    known = np.zeros(len(shown), dtype=np.bool_)
    for number in np.unique(shown[~new]):
        rows = draw.permutation(np.flatnonzero(shown == number))
        held = max(1, len(rows) // _FOLDS) if len(rows) > 1 else 0
        known[rows[:held]] = True
    return _Split(learn=~new & ~known, known=known, new=new)


def _own_pictures(shelf: Shelf, seed: int) -> Photos:
    rows = np.arange(len(shelf.owners))
    if len(rows) > _OWN_PICTURES:
        rows = np.random.default_rng(seed).choice(rows, _OWN_PICTURES, replace=False)
    return Photos(shelf.vectors[rows], shelf.owners[rows])


def _gain(shelf: Shelf, head: AdaptationHead | None, group: Photos, seed: int) -> Gain:
    first = _without_head(shelf, group)
    before = (first == group.shown).astype(np.float64)
    after = before
    if head is not None:
        contest = _contest(shelf, head, group.vectors)
        after = (contest.first(head.confidence) == group.shown).astype(np.float64)
    return Gain(
        photos=len(group.shown),
        products=len(np.unique(group.shown)),
        before=mean_with_interval(before, seed),
        after=mean_with_interval(after, seed),
        difference=mean_with_interval(after - before, seed),
    )


def _without_head(shelf: Shelf, group: Photos) -> NDArray[np.int64]:
    return _nearest(group.vectors, shelf.vectors, shelf.owners)[1]


def _contest(shelf: Shelf, head: AdaptationHead, queries: Vectors) -> _Contest:
    certain = replace(head, confidence=1.0)
    pictures = index_vectors(certain, shelf.products, shelf.owners, shelf.vectors)
    having = set(head.products)
    pulled = np.array([name in having for name in shelf.products])[shelf.owners]
    asked = certain.photos(queries)
    return _Contest(
        *_nearest(asked, pictures[pulled], shelf.owners[pulled]),
        *_nearest(asked, pictures[~pulled], shelf.owners[~pulled]),
    )


def _nearest(
    queries: Vectors, pictures: Vectors, owners: NDArray[np.int64], chunk: int = 256
) -> tuple[Vectors, NDArray[np.int64]]:
    """Each query's best score, and whose picture it is; −inf and −1 where there is no picture."""
    scores = np.full(len(queries), -np.inf, dtype=np.float32)
    whose = np.full(len(queries), -1, dtype=np.int64)
    for start in range(0, len(queries) if len(pictures) else 0, chunk):
        closeness = queries[start : start + chunk] @ pictures.T
        best = closeness.argmax(axis=1)
        scores[start : start + chunk] = closeness[np.arange(len(best)), best]
        whose[start : start + chunk] = owners[best]
    return scores, whose


def _hits(first: NDArray[np.int64], group: Photos) -> float:
    return float((first == group.shown).mean())

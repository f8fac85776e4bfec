"""The few colours that a product's own pixels have, without the ground it stands on."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.cielab import cielab
from models.types import Photo, Vectors

_COLOURS, _SIDE = 8, 56
DIM = 4 * _COLOURS

NAME: Final = f"palette{_COLOURS}x{_SIDE}-1"
"""The measure's fingerprint; count its last figure up when anything below changes a palette."""

# A studio's ground: at this share of rows both ends of the row differ by less than this in
# L*, a* and b*. A gradient from top to bottom, which most studios have, is no difference.
_EVEN_ROWS, _EVEN = 0.75, np.array([12.0, 5.0, 5.0])
# Ground is nearer than this to its row's ends; a shadow darkens it and keeps its hue, so darker
# counts less than half.
_GROUND_DISTANCE, _SHADOW, _HUE = 7.0, 0.45, 1.2
_END_WIDTH = 3
# Less left than this was no ground but the product itself, white on white.
_LEAST_PRODUCT = 0.02
# On a bed or a floor the middle of the picture is the product: a bell this wide, by the side; less
# what is this near to a colour that this share of the rim has, unless hardly anything were left.
_CENTRE_WIDTH = 0.25
_RIM_WIDTH, _RIM_SHARE, _RIM_DISTANCE = 3, 0.08, 9.0
_LEAST_LEFT = 0.2
# Nearly equal pixels are counted once: some 200 groups instead of 3,000 pixels.
_GROUP = np.array([6.0, 5.0, 5.0])
_ROUNDS = 10
# A new colour is sought where pixels are many and far from those found; further than this is far.
_FAR = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Colours and how much of the product has each, the largest share first.

    Attributes:
        lab: ndarray of shape (n, 3), float32, CIE L*a*b*.
        share: ndarray of shape (n,), float32, sums to 1.
    """

    lab: NDArray[np.float32]
    share: NDArray[np.float32]

    @classmethod
    def from_vector(cls, vector: Vectors) -> Self:
        rows = vector.reshape(-1, 4)
        rows = rows[rows[:, 3] > 0]
        return cls(rows[:, :3], rows[:, 3])

    def vector(self) -> Vectors:
        """All of it as float32 of shape (DIM,), unused places zero; not of unit length."""
        rows = np.zeros((_COLOURS, 4), dtype=np.float32)
        rows[: len(self.share), :3] = self.lab
        rows[: len(self.share), 3] = self.share
        return rows.ravel()


def palette_of(photo: Photo) -> Palette:
    """The at most 8 colours of what the photo shows; takes about 3 ms."""
    small = Image.fromarray(photo.pixels).resize(
        (_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0
    )
    lab = cielab(np.asarray(small))
    product = _product(lab)
    weights = _foreground(lab) if product is None else product.astype(np.float32)
    seen = weights > 0
    return _clustered(lab[seen], weights[seen])


def _product(lab: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """True where the product is, shape (_SIDE, _SIDE); None where there is no even ground."""
    left = np.median(lab[:, :_END_WIDTH], axis=1)
    right = np.median(lab[:, -_END_WIDTH:], axis=1)
    even = (np.abs(left - right) < _EVEN).all(axis=1)
    if even.mean() < _EVEN_ROWS:
        return None
    rows, known = np.arange(_SIDE), np.flatnonzero(even)
    # Rows where the product reaches an end take their ground from the rows about them.
    ground = np.stack(
        [np.interp(rows, known, ((left + right) / 2)[known, axis]) for axis in range(3)], axis=1
    )
    offset = lab - ground[:, None]
    lightness = np.where(offset[..., 0] < 0, _SHADOW, 1.0) * offset[..., 0]
    hue = _HUE * np.hypot(offset[..., 1], offset[..., 2])
    near = np.hypot(lightness, hue) < _GROUND_DISTANCE
    product: NDArray[np.bool_] = ~_reached(near)
    return product if product.mean() >= _LEAST_PRODUCT else None


def _reached(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ground that touches the rim: white inside the product stays the product's."""
    # Imported here: scipy's images take a tenth of a second.
    from scipy.ndimage import binary_propagation

    rim = np.zeros_like(near)
    rim[[0, -1]] = rim[:, [0, -1]] = True
    reached: NDArray[np.bool_] = binary_propagation(rim & near, mask=near)
    return reached


def _foreground(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely each pixel is the product's where it lies on no even ground."""
    ring = np.ones(lab.shape[:2], dtype=np.bool_)
    ring[_RIM_WIDTH:-_RIM_WIDTH, _RIM_WIDTH:-_RIM_WIDTH] = False
    rim = _clustered(lab[ring], np.ones(int(ring.sum()), dtype=np.float32))
    offset = lab[:, :, None] - rim.lab[rim.share >= _RIM_SHARE]
    offset[..., 0] *= _SHADOW
    elsewhere = np.sqrt((offset**2).sum(axis=-1)).min(axis=-1, initial=np.inf) > _RIM_DISTANCE
    centre = _centre()
    left: NDArray[np.float32] = centre * elsewhere
    return left if left.sum() >= _LEAST_LEFT * centre.sum() else centre


def _centre() -> NDArray[np.float32]:
    offset = (np.arange(_SIDE) - (_SIDE - 1) / 2) / (_SIDE * _CENTRE_WIDTH)
    bell = np.exp(-(offset**2) / 2).astype(np.float32)
    weights: NDArray[np.float32] = bell[:, None] * bell
    return weights


def _clustered(lab: NDArray[np.float32], weights: NDArray[np.float32]) -> Palette:
    """k-means over groups of nearly equal pixels; the same pixels always give the same colours.

    Args:
        lab: (n, 3), n > 0.
        weights: (n,), positive.
    """
    _, group = np.unique(np.round(lab / _GROUP).astype(np.int16), axis=0, return_inverse=True)
    group = group.ravel()
    mass = np.bincount(group, weights).astype(np.float64)
    colours = _means(lab, weights, group, mass)
    centres = _first_centres(colours, mass)
    for _ in range(_ROUNDS):
        nearest = _distances(colours, centres).argmin(axis=1)
        share = np.bincount(nearest, mass, minlength=len(centres))
        centres = np.where(
            share[:, None] > 0, _means(colours, mass, nearest, np.maximum(share, 1e-9)), centres
        )
    order = [place for place in np.argsort(-share, kind="stable") if share[place] > 0]
    kept = share[order] / share.sum()
    return Palette(centres[order].astype(np.float32), kept.astype(np.float32))


def _first_centres(colours: NDArray[np.float64], mass: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean, then again and again a colour that is common and far from those taken."""
    centres = [np.average(colours, axis=0, weights=mass)]
    while len(centres) < min(_COLOURS, len(colours)):
        away = _distances(colours, np.array(centres)).min(axis=1)
        centres.append(colours[np.argmax(np.minimum(away, _FAR**2) * np.sqrt(mass))])
    return np.array(centres)


def _distances(colours: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared, of shape (colours, centres)."""
    squared: NDArray[np.float64] = ((colours[:, None] - centres) ** 2).sum(axis=2)
    return squared


def _means(
    values: NDArray[np.floating],
    weights: NDArray[np.floating],
    group: NDArray[np.intp],
    mass: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The weighted mean of each group's values, shape (len(mass), 3)."""
    columns = [np.bincount(group, weights * column, minlength=len(mass)) for column in values.T]
    means: NDArray[np.float64] = np.stack(columns, axis=1) / mass[:, None]
    return means

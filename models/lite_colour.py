"""A picture's colours as a short vector: what a network trained on shapes forgets.

Measured on phone photo → shop picture (docs/models-lite.md): four more right answers in a hundred
among the first five, for 98 numbers and less than a millisecond.
"""

import numpy as np
from numpy.typing import NDArray

from models.cielab import cielab
from models.types import Pixels, Vectors

_LIGHT_BINS, _CHROMA_BINS = 2, 7
_CHROMA_LIMIT = 70.0
"""Beyond it a* and b* count as the outermost bin; shop pictures rarely go further."""
DIM = _LIGHT_BINS * _CHROMA_BINS * _CHROMA_BINS

NAME = f"lab{_LIGHT_BINS}x{_CHROMA_BINS}x{_CHROMA_BINS}-1"
"""Goes into the fingerprint; count its last figure up when anything below changes a vector."""

# A studio background: this share of the frame's rim within this distance of the rim's median.
_RIM_SHARE, _RIM_DISTANCE = 0.75, 18
# Less left than this was no background but the product itself, white on white.
_LEAST_PRODUCT = 0.03
_CENTRE_WIDTH = 0.25


def colour_vector(small: Pixels) -> Vectors:
    """Square root of a soft L*a*b* histogram, so that a dot product compares shares.

    Args:
        small: (side, side, 3) uint8, the whole picture scaled down; around 64 pixels are enough.
    Returns:
        ndarray of shape (98,), float32, L2 norm 1. The middle counts most, and a uniform
        background (a studio's white) not at all.
    """
    weights = product_mask(small) * _centre(small.shape[0])
    lightness, a, b = np.moveaxis(cielab(small), -1, 0)
    histogram = np.zeros(DIM, dtype=np.float64)
    shares = (
        _two_bins(lightness, 0.0, 100.0, _LIGHT_BINS),
        _two_bins(a, -_CHROMA_LIMIT, _CHROMA_LIMIT, _CHROMA_BINS),
        _two_bins(b, -_CHROMA_LIMIT, _CHROMA_LIMIT, _CHROMA_BINS),
    )
    for light_bin, light_share in shares[0]:
        for a_bin, a_share in shares[1]:
            for b_bin, b_share in shares[2]:
                at = (light_bin * _CHROMA_BINS + a_bin) * _CHROMA_BINS + b_bin
                share = weights * light_share * a_share * b_share
                histogram += np.bincount(at.ravel(), share.ravel(), minlength=DIM)
    vector: Vectors = np.sqrt(histogram / histogram.sum()).astype(np.float32)
    return vector


def product_mask(small: Pixels) -> NDArray[np.bool_]:
    """False on a uniform background that touches the rim; all True where there is none."""
    rim = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]]).astype(np.int16)
    colour = np.median(rim, axis=0)
    everything = np.ones(small.shape[:2], dtype=np.bool_)
    if (np.abs(rim - colour).max(axis=1) <= _RIM_DISTANCE).mean() < _RIM_SHARE:
        return everything
    near = np.abs(small - colour).max(axis=2) <= _RIM_DISTANCE
    # Reached in a straight line from one of the four sides: white inside the product stays.
    reached = np.zeros_like(near)
    for axis in (0, 1):
        reached |= np.logical_and.accumulate(near, axis=axis)
        reached |= np.flip(np.logical_and.accumulate(np.flip(near, axis), axis=axis), axis)
    product: NDArray[np.bool_] = ~reached
    return product if product.mean() >= _LEAST_PRODUCT else everything


def _centre(side: int) -> NDArray[np.float32]:
    """Weights of shape (side, side): a round bell, widest in the middle."""
    offset = (np.arange(side) - (side - 1) / 2) / (side * _CENTRE_WIDTH)
    bell = np.exp(-(offset**2) / 2).astype(np.float32)
    weights: NDArray[np.float32] = bell[:, None] * bell
    return weights


def _two_bins(
    values: NDArray[np.float32], low: float, high: float, bins: int
) -> tuple[tuple[NDArray[np.intp], NDArray[np.float32]], ...]:
    """Each value shared between the two nearest bins, so that a small shift of light is small."""
    place = (np.clip(values, low, high) - low) / (high - low) * (bins - 1)
    first = np.minimum(place.astype(np.intp), bins - 2)
    rest = (place - first).astype(np.float32)
    return (first, 1 - rest), (first + 1, rest)

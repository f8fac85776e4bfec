"""One vector for a picture and words, where both lie in one space."""

import numpy as np

from models.types import Vectors

NEUTRAL = "product"
"""Stands for the words where none are wanted, so that a refusal has something to differ from."""


def compose(
    pictures: Vectors, words: Vectors | None, refused: Vectors | None, balance: float
) -> Vectors:
    """(1 - balance)·picture + balance·(words - what is refused), of length 1.

    Pictures and texts of SigLIP lie in two cones apart; what is refused is subtracted from words,
    not from pictures, so that the way between the cones cancels.

    Args:
        pictures: ndarray of shape (n, dim), float32, rows of L2 norm 1.
        words: shape (dim,), L2 norm 1; None where nothing is wanted.
        refused: the same; None where nothing is refused.
        balance: 0 for the picture alone, 1 for the words alone.
    Returns:
        ndarray of shape (n, dim), float32, rows of L2 norm 1.
    """
    said = np.zeros(pictures.shape[1], dtype=np.float32) if words is None else words
    if refused is not None:
        said = said - refused
    mixed = (1.0 - balance) * pictures + balance * said
    lengths = np.linalg.norm(mixed, axis=1, keepdims=True)
    # Opposite to the words: nothing is left to search with but the picture itself.
    composed: Vectors = np.where(lengths > 1e-6, mixed / np.maximum(lengths, 1e-6), pictures)
    return composed.astype(np.float32)

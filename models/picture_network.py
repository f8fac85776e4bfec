"""A network for pictures as whatever runs it sees it: photos to inputs, inputs to unit vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.runtime_types import RUNTIMES, Runtime
from models.types import Photo, Vectors

if TYPE_CHECKING:
    from torch.nn import Module

Inputs: TypeAlias = tuple[NDArray[Any], ...]
"""What a network takes, in its order; the first axis of each array counts the items."""

Side: TypeAlias = Callable[[Inputs], Vectors]
"""Inputs to unit vectors: ndarray of shape (n, dim), float32, rows of L2 norm 1."""


@dataclass(frozen=True, slots=True, eq=False)
class InTorch:
    """A network as torch has it in memory.

    Attributes:
        side: what every other runtime is held to.
        encoder: what `side` runs and an export is made of: tensors to features of shape (n, dim),
            of any length.
    """

    side: Side
    encoder: "Module"


@dataclass(frozen=True, slots=True, eq=False)
class PictureNetwork:
    """All of it may be called from several threads.

    Attributes:
        name: of its weights and of how it prepares pictures; exports are kept under it.
        pictures: photos to inputs, each photo for itself.
        in_torch: the network in torch; may load it at the first call, and gives the same one ever
            after. Whoever has an export that passed the gate asks for none of it.
        runtimes: what can run it, and is worth it.
    """

    name: str
    pictures: Callable[[Sequence[Photo]], Inputs]
    in_torch: Callable[[], InTorch]
    runtimes: tuple[Runtime, ...] = RUNTIMES


@dataclass(frozen=True, slots=True)
class NamedNetwork:
    """A network that is not loaded yet.

    Attributes:
        name: as `PictureNetwork.name`.
        load: raises BadInput or WeightsMissing where it cannot be had.
    """

    name: str
    load: Callable[[], PictureNetwork]


def unit(features: NDArray[Any]) -> Vectors:
    """Features as rows of L2 norm 1, float32; rows of nothing stay nothing."""
    rows = np.asarray(features, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    vectors: Vectors = rows / np.maximum(lengths, np.finfo(np.float32).tiny)
    return vectors

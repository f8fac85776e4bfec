"""A checkpoint in torch: two networks, and what makes their inputs of photos and words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.torch_threads import MOST_WORKERS, shared_workers
from models.types import Photo, Vectors

if TYPE_CHECKING:
    from torch.nn import Module

Inputs: TypeAlias = tuple[NDArray[Any], ...]
"""What a network takes, in its order; the first axis of each array counts the items."""


Side: TypeAlias = Callable[[Inputs], Vectors]
"""Inputs to unit vectors: ndarray of shape (n, dim), float32, rows of L2 norm 1."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckpointNetwork:
    """What a library made of a checkpoint; all of it may be called from several threads.

    Attributes:
        pictures, words: to inputs.
        image_side, text_side: inputs to vectors.
    """

    pictures: Callable[[Sequence[Photo]], Inputs]
    words: Callable[[Sequence[str]], Inputs]
    image_side: Side
    text_side: Side


def has_accelerator() -> bool:
    """Whether torch finds a CUDA device; imports torch."""
    import torch

    return torch.cuda.is_available()


def unit(features: NDArray[Any]) -> Vectors:
    """Features as rows of L2 norm 1, float32; rows of nothing stay nothing."""
    rows = np.asarray(features, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    vectors: Vectors = rows / np.maximum(lengths, np.finfo(np.float32).tiny)
    return vectors


class TorchSide:
    """One encoder run by torch: bfloat16 on CUDA, float32 elsewhere.

    On a few cores a batch is shared out, whole items to a core, instead of every step of the
    network: steps meet at a barrier, and beside threads that decode pictures they wait there.

    Attributes:
        encoder: tensors to features of shape (n, dim), of any length.
    """

    def __init__(self, encoder: "Module") -> None:
        self._device = "cuda" if has_accelerator() else "cpu"
        self.encoder = encoder.eval().requires_grad_(False).to(self._device)

    def __call__(self, inputs: Inputs) -> Vectors:
        """See `Side`."""
        import torch

        items, cores = len(inputs[0]), torch.get_num_threads()
        if self._device != "cpu" or not 2 <= cores <= min(items, MOST_WORKERS):
            return self._run(inputs)
        shares = zip(*(np.array_split(array, cores) for array in inputs), strict=True)
        return np.concatenate(list(shared_workers().map(self._run, shares)))

    def _run(self, inputs: Inputs) -> Vectors:
        import torch

        arrays = [np.ascontiguousarray(array) for array in inputs]
        tensors = [torch.from_numpy(array).to(self._device) for array in arrays]
        with (
            torch.inference_mode(),
            torch.autocast(self._device, dtype=torch.bfloat16, enabled=self._device == "cuda"),
        ):
            return unit(self.encoder(*tensors).float().cpu().numpy())

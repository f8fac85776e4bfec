"""The two looks of `lite` as one network, and torch's way of running it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, cat, from_numpy, inference_mode
from torch.nn import Module
from torch.nn.functional import normalize

from models.lite_looks import MIDDLE, WHOLE, LookVectors
from models.picture_network import Inputs, unit
from models.torch_threads import shared_workers
from models.types import Vectors

# What one worker takes at once: enough to fill its vectors, few enough to share six regions out.
_CHUNK = 4


class LiteEncoder(Module):
    """Squares of both looks to features of shape (n, 672): each look whitened, side by side.

    Whitening divides out the directions in which a product's vector moves when its picture is
    cropped, lit or compressed another way (within-class covariance normalisation: Hatch,
    Kajarekar and Stolcke, Interspeech 2006).

    Args:
        whitening: a matrix of shape (dim, dim) for each look, by its name.
        middle_weight: how much the middle counts beside the whole.
    Raises:
        WeightsMissing: a file is absent or not the pinned one.
    """

    def __init__(self, whitening: Mapping[str, Vectors], *, middle_weight: float) -> None:
        super().__init__()
        self.middle_weight = middle_weight
        self.looks = {look.name: LookVectors(look) for look in (WHOLE, MIDDLE)}
        self.whitening = {name: from_numpy(matrix) for name, matrix in whitening.items()}

    def forward(self, wholes: Tensor, middles: Tensor) -> Tensor:
        return cat([self.whole(wholes), self.middle(middles)], dim=1)

    def whole(self, squares: Tensor) -> Tensor:
        """(n, 260, 260, 3), uint8 → (n, 352)."""
        return self._whitened(WHOLE.name, squares)

    def middle(self, squares: Tensor) -> Tensor:
        """(n, 224, 224, 3), uint8 → (n, 320), of the length that its weight gives it."""
        return self.middle_weight * self._whitened(MIDDLE.name, squares)

    def _whitened(self, name: str, squares: Tensor) -> Tensor:
        return normalize(self.looks[name].vectors(squares) @ self.whitening[name], dim=1)


class LiteSide:
    """A `Side`: a few squares of one look at a time, on one core each."""

    def __init__(self, encoder: LiteEncoder) -> None:
        self._encoder = encoder

    def __call__(self, inputs: Inputs) -> Vectors:
        wholes, middles = inputs
        workers, starts = shared_workers(), range(0, len(wholes), _CHUNK)
        # The larger look first, so that no worker ends long after the others.
        submitted = [
            [workers.submit(_run, look, squares[start : start + _CHUNK]) for start in starts]
            for look, squares in ((self._encoder.whole, wholes), (self._encoder.middle, middles))
        ]
        parts = [np.concatenate([chunk.result() for chunk in look]) for look in submitted]
        return unit(np.concatenate(parts, axis=1))


def _run(look: Any, squares: NDArray[np.uint8]) -> Vectors:
    with inference_mode():
        vectors: Vectors = look(from_numpy(np.ascontiguousarray(squares))).numpy()
    return vectors

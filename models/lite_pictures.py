"""The picture side of `lite`: two looks, each whitened, and the colours."""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from models import lite_colour
from models.lite_looks import MIDDLE, WHOLE
from models.lite_weights import LITE_WHITENING
from models.picture_network import Inputs, InTorch, PictureNetwork, unit
from models.picture_runtime import picture_side
from models.runtime_types import AUTOMATIC, IN_TORCH, RuntimeSettings
from models.types import Photo, Pixels, Vectors
from models.workers import workers

DIM = WHOLE.dim + MIDDLE.dim + lite_colour.DIM
# Selected on one split of the phone photos and confirmed on the other (docs/models-lite.md).
_MIDDLE_WEIGHT, _COLOUR_WEIGHT = 0.7, 0.4
# Colours are counted on averages of 4 × 4 pixels of the whole look: 65 × 65 of them.
_COLOUR_STEP = 4

FINGERPRINT = "+".join(
    (
        f"lite:{WHOLE.fingerprint}",
        f"{_MIDDLE_WEIGHT}*{MIDDLE.fingerprint}",
        f"{_COLOUR_WEIGHT}*{lite_colour.NAME}",
        f"whitening:{LITE_WHITENING.sha256[:12]}",
    )
)
NAME = f"lite-{hashlib.sha256(FINGERPRINT.encode()).hexdigest()[:16]}"
"""What exports of the two looks are kept under."""


class LitePictures:
    """Photos to unit vectors; each depends on its own picture and on the fingerprint only.

    Raises:
        WeightsMissing: a file is absent or not the pinned one.
        BadInput: the runtime is not installed, or its vectors are not those of torch.
    """

    def __init__(self, runtime: RuntimeSettings = IN_TORCH) -> None:
        self._side = picture_side(lite_network(), runtime)

    def embed(self, batch: Sequence[Photo]) -> Vectors:
        """Vectors of shape (len(batch), 770), float32, rows of L2 norm 1."""
        inputs = squares(batch)
        colours = workers().map(_colours, inputs[0])
        looks = self._side(inputs)
        return unit(np.concatenate([looks, _COLOUR_WEIGHT * np.stack([*colours])], axis=1))


def lite_network() -> PictureNetwork:
    """Both looks; torch and the weights load when `in_torch` is first called.

    That raises WeightsMissing where a file is absent or not the pinned one.
    """
    return PictureNetwork(NAME, squares, cache(_in_torch), AUTOMATIC)


def _in_torch() -> InTorch:
    from safetensors.numpy import load

    from models.lite_encoder import LiteEncoder, LiteSide

    encoder = LiteEncoder(load(LITE_WHITENING.verified()), middle_weight=_MIDDLE_WEIGHT)
    return InTorch(LiteSide(encoder), encoder)


def squares(photos: Sequence[Photo]) -> Inputs:
    """What the looks take: ndarrays of shape (n, 260, 260, 3) and (n, 224, 224, 3), uint8."""
    pairs = workers().map(lambda photo: (WHOLE.square(photo), MIDDLE.square(photo)), photos)
    return tuple(np.stack(look) for look in zip(*pairs, strict=True))


def colourless(vectors: Vectors) -> Vectors:
    """Vectors of shape (n, 770) with their colour part emptied, rows of L2 norm 1.

    Looks and colours lie side by side, so what is left ranks by looks alone.
    """
    looks = vectors.copy()
    looks[:, DIM - lite_colour.DIM :] = 0.0
    return unit(looks)


def nothing(count: int = 0) -> Vectors:
    """Room for the vectors of `count` photos."""
    return np.zeros((count, DIM), dtype=np.float32)


def _colours(whole: Pixels) -> Vectors:
    side = whole.shape[0] // _COLOUR_STEP
    blocks = whole.reshape(side, _COLOUR_STEP, side, _COLOUR_STEP, 3)
    return lite_colour.colour_vector(np.asarray(blocks.mean(axis=(1, 3)).astype(np.uint8)))

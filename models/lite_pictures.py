"""EfficientNet-Lite2 as an embedder of pictures: resize, scale, pool, centre, unit length."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.lite_network import EfficientNetLite
from models.lite_weights import EFFICIENTNET_LITE2
from models.types import Photo, Pixels, Vectors

if TYPE_CHECKING:
    from torch import Tensor

DIM = 1280
SIDE = 260
# What these weights were trained with; ImageNet's mean and deviation cost a quarter of recall@1.
_MIDDLE, _SPREAD = 127.0, 128.0
# Bounds memory: 16 pictures hold about 200 MB of maps at once.
_CHUNK = 16

FINGERPRINT = f"efficientnet-lite2:{EFFICIENTNET_LITE2.sha256[:12]}:squash{SIDE}-mean-1"


def nothing() -> Vectors:
    """The vectors of no photos."""
    return np.zeros((0, DIM), dtype=np.float32)


class LitePictures:
    """Photos to unit vectors. Building one loads 25 MB.

    Raises:
        WeightsMissing: the package is absent or its file is not the pinned one.
    """

    def __init__(self) -> None:
        self._network = EfficientNetLite(EFFICIENTNET_LITE2.verified())

    def embed(self, batch: Sequence[Photo]) -> Vectors:
        """Vectors of shape (len(batch), 1280), float32, rows of L2 norm 1."""
        vectors = np.zeros((len(batch), DIM), dtype=np.float32)
        for start in range(0, len(batch), _CHUNK):
            part = batch[start : start + _CHUNK]
            vectors[start : start + len(part)] = self._chunk(part)
        return vectors

    def _chunk(self, batch: Sequence[Photo]) -> Vectors:
        import torch
        from torch.nn import functional

        squares = torch.from_numpy(np.stack([squash(photo) for photo in batch]))
        with torch.inference_mode():
            # Permuted, not copied: rows of RGB are the channels-last layout the network wants.
            pixels = squares.permute(0, 3, 1, 2).float().sub_(_MIDDLE).div_(_SPREAD)
            _, head = self._network(pixels)
            pooled: Tensor = functional.normalize(head.mean((2, 3)), dim=1)
        vectors: Vectors = pooled.numpy()
        return vectors


def squash(photo: Photo) -> Pixels:
    """The photo as (260, 260, 3) uint8, whatever its shape: cutting could lose the product."""
    from PIL import Image

    picture = Image.fromarray(photo.pixels)
    small = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.array(small)

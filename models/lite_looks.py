"""Two looks at a picture: the whole by EfficientNet-Lite2, the middle by EfficientNet-Lite0.

Two small networks that err differently, each on another part of the frame, find more than one of
them on both parts at the same cost (docs/models-lite.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.lite_network import EfficientNetLite
from models.lite_weights import EFFICIENTNET_LITE0, EFFICIENTNET_LITE2
from models.pinned_file import PinnedFile
from models.types import Photo, Pixels, Vectors

if TYPE_CHECKING:
    from torch import Tensor

# What these weights were trained with. ImageNet's mean and deviation take a quarter of recall@1.
_OFFSET, _SCALE = 127.0, 128.0
_CENTRE_WIDTH = 0.3
_REVISION = 1
"""Count it up when resizing or pooling changes a vector."""


@dataclass(frozen=True, slots=True)
class Look:
    """What part of the frame goes through which network.

    Attributes:
        name: its matrix in the file of whitenings.
        dim: length of its vector.
        side: pixels of the network's square input, as it was trained.
        share: of the frame's width and height, around the middle.
    """

    name: str
    weights: PinnedFile
    dim: int
    side: int
    share: float

    @property
    def fingerprint(self) -> str:
        digest = self.weights.sha256[:12]
        return f"{digest}:{self.share}x{self.side}:bell{_CENTRE_WIDTH}:{_REVISION}"

    def square(self, photo: Photo) -> Pixels:
        """This look's part of the photo, squashed to (side, side, 3).

        Squashed, because cutting the longer side off could cut the product off.
        """
        from PIL import Image

        margin = (1 - self.share) / 2
        across, down = math.floor(photo.width * margin), math.floor(photo.height * margin)
        part = photo.pixels[down : photo.height - down, across : photo.width - across]
        small = Image.fromarray(part).resize(
            (self.side, self.side), Image.Resampling.BICUBIC, reducing_gap=2.0
        )
        return np.array(small)


WHOLE = Look("whole", EFFICIENTNET_LITE2, dim=352, side=260, share=1.0)
MIDDLE = Look("middle", EFFICIENTNET_LITE0, dim=320, side=224, share=0.7)


class LookVectors:
    """Runs a look's network and pools the maps of its last block, weighted towards the middle.

    The last block and not the usual head: it has no ReLU, so its batch norm has centred it on the
    whole of ImageNet. With a quarter of the numbers it finds as much, and more under crops.

    Raises:
        WeightsMissing: the package is absent or its file is not the pinned one.
    """

    def __init__(self, look: Look) -> None:
        self._network = EfficientNetLite(look.weights.verified())

    def of(self, squares: Sequence[Pixels]) -> Vectors:
        """Vectors of shape (len(squares), dim), float32, rows of L2 norm 1.

        Args:
            squares: what `Look.square` made, at least one.
        """
        import torch

        with torch.inference_mode():
            vectors: Vectors = self.vectors(torch.from_numpy(np.stack(squares))).numpy()
        return vectors

    def vectors(self, squares: "Tensor") -> "Tensor":
        """(n, side, side, 3) of 0 to 255 → (n, dim), rows of L2 norm 1; can be traced."""
        import torch
        from torch.nn import functional

        # Permuted, not copied: rows of RGB are the channels-last layout that the network wants.
        pixels = squares.permute(0, 3, 1, 2).float()
        maps: Tensor = self._network(pixels.sub_(_OFFSET).div_(_SCALE))
        pooled = (maps * torch.from_numpy(_bell(int(maps.shape[2])))).sum((2, 3))
        return functional.normalize(pooled, dim=1)


def _bell(side: int) -> Vectors:
    """Weights of shape (side, side) that sum to 1, largest in the middle."""
    offset = (np.arange(side) - (side - 1) / 2) / (side * _CENTRE_WIDTH)
    bell = np.exp(-(offset**2) / 2)
    weights = np.outer(bell, bell)
    shares: Vectors = (weights / weights.sum()).astype(np.float32)
    return shares

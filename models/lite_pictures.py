"""The picture side of `lite`: two looks, each whitened, and the colours."""

from collections.abc import Sequence

import numpy as np

from models import lite_colour
from models.lite_looks import MIDDLE, WHOLE, LookVectors
from models.lite_weights import LITE_WHITENING
from models.types import Photo, Pixels, Vectors

DIM = WHOLE.dim + MIDDLE.dim + lite_colour.DIM
# Selected on one split of the phone photos and confirmed on the other (docs/models-lite.md).
_MIDDLE_WEIGHT, _COLOUR_WEIGHT = 0.7, 0.4
# Bounds memory: 16 pictures hold about 200 MB of maps at once.
_CHUNK = 16
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


class LitePictures:
    """Photos to unit vectors; each depends on its own picture and on the fingerprint only.

    Whitening divides out the directions in which a product's vector moves when its picture is
    cropped, lit or compressed another way (within-class covariance normalisation: Hatch,
    Kajarekar and Stolcke, Interspeech 2006).

    Raises:
        WeightsMissing: a file is absent or not the pinned one.
    """

    def __init__(self) -> None:
        from safetensors.numpy import load

        whitening = load(LITE_WHITENING.verified())
        self._looks = [
            (look, weight, LookVectors(look), whitening[look.name])
            for look, weight in ((WHOLE, 1.0), (MIDDLE, _MIDDLE_WEIGHT))
        ]

    def embed(self, batch: Sequence[Photo]) -> Vectors:
        """Vectors of shape (len(batch), 770), float32, rows of L2 norm 1."""
        vectors = np.zeros((len(batch), DIM), dtype=np.float32)
        for start in range(0, len(batch), _CHUNK):
            part = batch[start : start + _CHUNK]
            squares = {
                look.name: [look.square(photo) for photo in part] for look, *_ in self._looks
            }
            looks = [
                weight * _unit(vectors_of.of(squares[look.name]) @ whitening)
                for look, weight, vectors_of, whitening in self._looks
            ]
            colours = [lite_colour.colour_vector(_small(pixels)) for pixels in squares[WHOLE.name]]
            rows = [_unit(np.concatenate(looks, axis=1)), _COLOUR_WEIGHT * np.stack(colours)]
            vectors[start : start + len(part)] = _unit(np.concatenate(rows, axis=1))
        return vectors


def nothing() -> Vectors:
    """The vectors of no photos."""
    return np.zeros((0, DIM), dtype=np.float32)


def _small(whole: Pixels) -> Pixels:
    side = whole.shape[0] // _COLOUR_STEP
    blocks = whole.reshape(side, _COLOUR_STEP, side, _COLOUR_STEP, 3)
    return np.asarray(blocks.mean(axis=(1, 3)).astype(np.uint8))


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit

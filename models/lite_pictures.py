"""The picture side of `lite`: two looks, each whitened, and the colours."""

from collections.abc import Callable, Sequence

import numpy as np

from models import lite_colour
from models.lite_looks import MIDDLE, WHOLE, Look, LookVectors, RunsLook
from models.lite_weights import LITE_WHITENING
from models.torch_threads import shared_workers
from models.types import Photo, Pixels, Vectors

DIM = WHOLE.dim + MIDDLE.dim + lite_colour.DIM
# Selected on one split of the phone photos and confirmed on the other (docs/models-lite.md).
_MIDDLE_WEIGHT, _COLOUR_WEIGHT = 0.7, 0.4
# What one worker takes at once: enough to fill its vectors, few enough to share six regions out.
_CHUNK = 4
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

    Args:
        runs: makes what runs a look's network.
    Raises:
        WeightsMissing: a file is absent or not the pinned one.
    """

    def __init__(self, runs: Callable[[Look], RunsLook] = LookVectors) -> None:
        from safetensors.numpy import load

        self._whitening: dict[str, Vectors] = load(LITE_WHITENING.verified())
        self._wholes = runs(WHOLE)
        self._middles = runs(MIDDLE)

    def embed(self, batch: Sequence[Photo]) -> Vectors:
        """Vectors of shape (len(batch), 770), float32, rows of L2 norm 1."""
        starts = range(0, len(batch), _CHUNK)
        chunks = [batch[start : start + _CHUNK] for start in starts]
        workers = shared_workers()
        # The larger look first, so that no worker ends long after the others.
        wholes = [workers.submit(self._whole, chunk) for chunk in chunks]
        middles = [workers.submit(self._middle, chunk) for chunk in chunks]
        vectors = nothing(len(batch))
        for start, whole, middle in zip(starts, wholes, middles, strict=True):
            shapes, colours = whole.result()
            looks = _unit(np.concatenate([shapes, _MIDDLE_WEIGHT * middle.result()], axis=1))
            rows = _unit(np.concatenate([looks, _COLOUR_WEIGHT * colours], axis=1))
            vectors[start : start + len(rows)] = rows
        return vectors

    def _whole(self, photos: Sequence[Photo]) -> tuple[Vectors, Vectors]:
        squares = [WHOLE.square(photo) for photo in photos]
        colours = [lite_colour.colour_vector(_small(square)) for square in squares]
        return _unit(self._wholes.of(squares) @ self._whitening[WHOLE.name]), np.stack(colours)

    def _middle(self, photos: Sequence[Photo]) -> Vectors:
        squares = [MIDDLE.square(photo) for photo in photos]
        return _unit(self._middles.of(squares) @ self._whitening[MIDDLE.name])


def colourless(vectors: Vectors) -> Vectors:
    """Vectors of shape (n, 770) with their colour part emptied, rows of L2 norm 1.

    Looks and colours lie side by side, so what is left ranks by looks alone.
    """
    looks = vectors.copy()
    looks[:, DIM - lite_colour.DIM :] = 0.0
    return _unit(looks) if len(looks) else looks


def nothing(count: int = 0) -> Vectors:
    """Room for the vectors of `count` photos."""
    return np.zeros((count, DIM), dtype=np.float32)


def _small(whole: Pixels) -> Pixels:
    side = whole.shape[0] // _COLOUR_STEP
    blocks = whole.reshape(side, _COLOUR_STEP, side, _COLOUR_STEP, 3)
    return np.asarray(blocks.mean(axis=(1, 3)).astype(np.uint8))


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit

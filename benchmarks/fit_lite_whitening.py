"""Make models/weights/lite_whitening.safetensors, the one file of `lite` that is ours.

    python -m benchmarks.fit_lite_whitening DATA

DATA holds `clothing/` (CC0): 1,628 photos, none of them in the gallery of lite_features. Each is
embedded as it is and as a disturbed crop of itself. Where a pair lies apart, the difference is
nuisance and not product: with S its covariance, the file holds (S + 3 · mean variance · I)^(-1/2)
for each look. The 3 was selected on the phone photos of `grocery/queries/`; 1 to 10 do nearly the
same.

It prints the digest to pin in models/lite_weights.py. Fitting again changes every vector.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from benchmarks.picture_sets import clothes, cropped
from models.lite_looks import MIDDLE, WHOLE, Look, LookVectors
from models.types import Photo, Vectors

SHRINKAGE = 3.0
CHUNK = 16


def seen(look: Look, photos: list[Photo]) -> Vectors:
    """The look's vectors before whitening, shape (len(photos), look.dim)."""
    vectors = LookVectors(look)
    starts = range(0, len(photos), CHUNK)
    chunks = ([look.square(p) for p in photos[start : start + CHUNK]] for start in starts)
    return np.concatenate([vectors.of(squares) for squares in chunks])


def whitening(plain: Vectors, disturbed: Vectors) -> Vectors:
    """The symmetric matrix that shrinks what differs between the rows of a pair."""
    apart = (plain - disturbed).astype(np.float64)
    values, directions = np.linalg.eigh(apart.T @ apart / (2 * len(apart)))
    scale = (values + SHRINKAGE * values.mean()) ** -0.5
    matrix = (directions * (scale / scale.mean())) @ directions.T
    return np.ascontiguousarray(matrix, dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the whitening of the lite profile.")
    parser.add_argument("data", type=Path)
    target = Path(__file__).resolve().parents[1] / "models/weights/lite_whitening.safetensors"
    parser.add_argument("--out", type=Path, default=target)
    options = parser.parse_args()
    _, photos = clothes(options.data)
    disturbed = cropped(photos, seed=11)
    matrices = {
        look.name: whitening(seen(look, photos), seen(look, disturbed)) for look in (WHOLE, MIDDLE)
    }
    content = save(matrices)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(content)
    print(f"{options.out}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()

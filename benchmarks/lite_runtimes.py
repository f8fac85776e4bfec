"""What else could run the two networks of `lite`: pictures a second, and what is still found.

    python -m benchmarks.lite_runtimes DATA [--seconds 10] [--rounds 2] [--speed-only]

DATA holds `grocery/` and `clothing/`. Torch, as `lite` uses it where nothing else was measured,
against ONNX Runtime and OpenVINO in float32, and against what is not let in: OpenVINO in bfloat16,
which the gate refuses, and 8 bits (weights and activations; their ranges are taken from 128
clothes). All get the same photos, decoded beforehand, one at a time and eight at once; rounds take
turns, and the best one counts. Beside it stand the worst cosine to torch, the ten nearest
neighbours kept among the shop's pictures, and recall@1 of 1,896 phone photos by vectors alone,
with the 95% interval of the difference to torch (bootstrap over photos). These weights are
trained: what rounding loses here is lost for a shopper too.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.picture_sets import clothes, grocery
from models.errors import BadInput
from models.lite_pictures import LitePictures, lite_network, squares
from models.onnx_export import export
from models.onnxruntime_side import OnnxRuntimeSide
from models.openvino_side import OpenVinoSide
from models.picture_network import Side
from models.runtime_benchmark import neighbours_kept
from models.types import Photo, Vectors

SIZES = (1, 8)
CALIBRATED_ON = 128


class RunBy(LitePictures):
    """`lite` on a side that nobody compared with torch."""

    def __init__(self, side: Side) -> None:
        self._side = side


def quantize(source: Path, path: Path, photos: Sequence[Photo]) -> None:
    """Weights and activations in 8 bits, a scale for each output of a convolution."""
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            made = (squares([photo]) for photo in photos)
            self._batches = ({"input0": wholes, "input1": middles} for wholes, middles in made)

        def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
            return next(self._batches, None)

    prepared = path.with_suffix(".prepared.onnx")
    quant_pre_process(source, prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared,
        path,
        Reader(),
        per_channel=True,
        op_types_to_quantize=["Conv"],
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


def contenders(folder: Path, photos: Sequence[Photo]) -> Iterator[tuple[str, LitePictures]]:
    network = lite_network().in_torch()
    yield "torch", RunBy(network.side)
    plain, small = folder / "plain.onnx", folder / "int8.onnx"
    export(network.encoder, squares(photos[:2]), folder, plain.name)
    quantize(plain, small, photos)
    yield "onnx", RunBy(OnnxRuntimeSide(plain))
    yield "openvino", RunBy(OpenVinoSide(plain))
    try:
        yield "openvino-bf16", RunBy(OpenVinoSide(plain, "bf16"))
    except BadInput as error:
        print(f"openvino-bf16: {error.message}")
    yield "onnx-int8", RunBy(OnnxRuntimeSide(small))
    yield "openvino-int8", RunBy(OpenVinoSide(small))


def embedded(pictures: LitePictures, photos: Sequence[Photo]) -> Vectors:
    size = SIZES[-1]
    starts = range(0, len(photos), size)
    return np.concatenate([pictures.embed(photos[start : start + size]) for start in starts])


def speed(pictures: LitePictures, photos: Sequence[Photo], size: int, seconds: float) -> float:
    source = cycle(photos)
    pictures.embed([*islice(source, size)])
    done, start = 0, perf_counter()
    while (spent := perf_counter() - start) < seconds:
        pictures.embed([*islice(source, size)])
        done += size
    return done / spent


def interval(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> tuple[float, float]:
    """95% of the difference of two means over the same photos."""
    difference = one.astype(float) - other
    draws = np.random.default_rng(0).integers(0, len(one), (2000, len(one)))
    low, high = np.quantile(difference[draws].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--speed-only", action="store_true")
    given = parser.parse_args()
    shop = grocery(given.data)
    calibrating = clothes(given.data)[1][:CALIBRATED_ON]
    with tempfile.TemporaryDirectory() as scratch:
        able = dict(contenders(Path(scratch), calibrating))
        speeds = {name: [0.0] * len(SIZES) for name in able}
        for _ in range(given.rounds):
            for name, pictures in able.items():
                rates = [speed(pictures, shop.queries[:200], n, given.seconds) for n in SIZES]
                speeds[name] = [max(pair) for pair in zip(speeds[name], rates, strict=True)]
        told = {
            name: "  ".join(
                f"{rate / torch:.2f}x torch at {size}"
                for size, rate, torch in zip(SIZES, rates, speeds["torch"], strict=True)
            )
            for name, rates in speeds.items()
        }
        if given.speed_only:
            print("\n".join(f"{name:<13} {line}" for name, line in told.items()))
            return
        exact: tuple[Vectors, NDArray[np.bool_]] | None = None
        for name, pictures in able.items():
            catalog, queries = embedded(pictures, shop.catalog), embedded(pictures, shop.queries)
            right = (queries @ catalog.T).argmax(axis=1) == shop.wanted
            exact = exact or (catalog, right)
            low, high = interval(right, exact[1])
            print(
                f"{name:<13} {told[name]}"
                f"  cosine {float((catalog * exact[0]).sum(axis=1).min()):.5f}"
                f"  neighbours kept {neighbours_kept(exact[0], catalog):.3f}"
                f"  recall@1 {right.mean():.3f} ({low:+.3f} to {high:+.3f})",
                flush=True,
            )


if __name__ == "__main__":
    main()

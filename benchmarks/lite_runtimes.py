"""What else could run the two networks of `lite`: pictures a second, and what is still found.

    python -m benchmarks.lite_runtimes DATA [--seconds 10] [--rounds 2] [--speed-only]

DATA holds `grocery/` and `clothing/`. Torch, as `lite` uses it, against ONNX Runtime and OpenVINO
in float32, in bfloat16 where the processor has it, and in 8 bits (weights and activations; their
ranges are taken from 128 clothes). All get the same photos, decoded beforehand, in batches of 8,
one core for each share of a batch; rounds take turns, and the best one counts. Beside it stand the
worst cosine to torch, the ten nearest neighbours kept among the shop's pictures, and recall@1 of
1,896 phone photos by vectors alone, with the 95% interval of the difference to torch (bootstrap
over photos). These weights are trained: what rounding loses here is lost for a shopper too.
"""

import argparse
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.picture_sets import clothes, grocery
from models.errors import BadInput
from models.lite_looks import MIDDLE, WHOLE, Look, LookVectors
from models.lite_pictures import LitePictures
from models.runtime_benchmark import neighbours_kept
from models.types import Photo, Pixels, Vectors

BATCH = 8
CALIBRATED_ON = 128
Run = Callable[[NDArray[np.float32]], Vectors]


class ExportedLook:
    """A look whose network is run by something else; one core a call, like torch's workers."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def of(self, squares: Sequence[Pixels]) -> Vectors:
        return self._run(pixels(squares))


def pixels(squares: Sequence[Pixels]) -> NDArray[np.float32]:
    """(n, 3, side, side), 0 to 255; the exported network scales them."""
    return np.ascontiguousarray(np.stack(squares).transpose(0, 3, 1, 2), np.float32)


def export(look: Look, path: Path) -> None:
    import torch

    class Network(torch.nn.Module):
        """Traced, not run: what `LookVectors` does from pixels on."""

        def __init__(self) -> None:
            super().__init__()
            self.look = LookVectors(look)

        def forward(self, raw: Any) -> Any:
            return self.look.vectors(raw)

    example = torch.zeros(2, 3, look.side, look.side)
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Network(),
            (example,),
            str(path),
            input_names=["pixels"],
            output_names=["vectors"],
            dynamic_axes={"pixels": {0: "pictures"}, "vectors": {0: "pictures"}},
            opset_version=17,
            dynamo=False,
        )


def quantize(source: Path, path: Path, look: Look, photos: Sequence[Photo]) -> None:
    """Weights and activations in 8 bits, a scale for each output of a convolution."""
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._batches = ({"pixels": pixels([look.square(photo)])} for photo in photos)

        def get_next(self) -> dict[str, NDArray[np.float32]] | None:
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


def by_onnxruntime(path: Path) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda batch: np.asarray(session.run(None, {"pixels": batch})[0])


def by_openvino(path: Path, precision: str) -> Run:
    import openvino

    core = openvino.Core()
    if precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise BadInput("this processor does not compute in bfloat16", remedy="none")
    settings = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "THROUGHPUT"}
    model = core.compile_model(core.read_model(path), "CPU", settings)
    own = threading.local()

    def run(batch: NDArray[np.float32]) -> Vectors:
        if not hasattr(own, "request"):
            own.request = model.create_infer_request()
        return np.array(own.request.infer([batch], share_inputs=True)[0])

    return run


def contenders(folder: Path, photos: Sequence[Photo]) -> Iterator[tuple[str, LitePictures]]:
    yield "torch", LitePictures()
    plain = {look: folder / f"{look.name}.onnx" for look in (WHOLE, MIDDLE)}
    small = {look: folder / f"{look.name}-int8.onnx" for look in plain}
    for look, path in plain.items():
        export(look, path)
        quantize(path, small[look], look, photos)
    ways: dict[str, Callable[[Look], Run]] = {
        "onnx": lambda look: by_onnxruntime(plain[look]),
        "openvino": lambda look: by_openvino(plain[look], "f32"),
        "openvino-bf16": lambda look: by_openvino(plain[look], "bf16"),
        "onnx-int8": lambda look: by_onnxruntime(small[look]),
        "openvino-int8": lambda look: by_openvino(small[look], "f32"),
    }
    for name, way in ways.items():
        try:
            yield name, LitePictures(lambda look, way=way: ExportedLook(way(look)))
        except BadInput as error:
            print(f"  {name}: {error.message}")


def embedded(pictures: LitePictures, photos: Sequence[Photo]) -> Vectors:
    starts = range(0, len(photos), BATCH)
    return np.concatenate([pictures.embed(photos[start : start + BATCH]) for start in starts])


def speed(pictures: LitePictures, photos: Sequence[Photo], seconds: float) -> float:
    source = cycle(photos)
    pictures.embed([*islice(source, BATCH)])
    done, start = 0, perf_counter()
    while (spent := perf_counter() - start) < seconds:
        pictures.embed([*islice(source, BATCH)])
        done += BATCH
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
        speeds = dict.fromkeys(able, 0.0)
        for _ in range(given.rounds):
            for name, pictures in able.items():
                speeds[name] = max(speeds[name], speed(pictures, shop.queries[:200], given.seconds))
        if given.speed_only:
            print({name: round(rate / speeds["torch"], 2) for name, rate in speeds.items()})
            return
        exact: tuple[Vectors, NDArray[np.bool_]] | None = None
        for name, pictures in able.items():
            catalog, queries = embedded(pictures, shop.catalog), embedded(pictures, shop.queries)
            right = (queries @ catalog.T).argmax(axis=1) == shop.wanted
            exact = exact or (catalog, right)
            low, high = interval(right, exact[1])
            print(
                f"{name:<13} {speeds[name] / speeds['torch']:.2f}x torch"
                f"  cosine {float((catalog * exact[0]).sum(axis=1).min()):.5f}"
                f"  neighbours kept {neighbours_kept(exact[0], catalog):.3f}"
                f"  recall@1 {right.mean():.3f} ({low:+.3f} to {high:+.3f})",
                flush=True,
            )


if __name__ == "__main__":
    main()

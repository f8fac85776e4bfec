"""How long one picture takes through the detector's network: ONNX Runtime against OpenVINO."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.openvino_side import core

Run = Callable[[NDArray[np.float32]], Any]


def own_size(weights: Path) -> int:
    """The longer side that the detector is run at, as its file tells."""
    import onnxruntime

    session = onnxruntime.InferenceSession(weights)
    return int(session.get_modelmeta().custom_metadata_map["shoplens.image_size"])


def onnx_runtime(weights: Path, threads: int) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(weights, options)
    return lambda images: session.run(None, {"images": images})


def openvino(weights: Path, threads: int) -> Run | None:
    """None where OpenVINO is not installed."""
    try:
        engine = core()
    except ImportError:
        return None
    model = engine.compile_model(
        str(weights),
        "CPU",
        {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"},
    )
    return lambda images: model([images])


def milliseconds(run: Run, height: int, width: int, rounds: int = 40) -> tuple[float, float]:
    """p50 and p95 of single pictures, after five that warm up."""
    images = np.random.default_rng(0).random((1, 3, height, width), dtype=np.float32)
    times = []
    for number in range(rounds + 5):
        begin = perf_counter()
        run(images)
        if number >= 5:
            times.append((perf_counter() - begin) * 1000)
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))

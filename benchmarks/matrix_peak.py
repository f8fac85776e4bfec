"""How many matrix products this machine does a second: the best of the libraries that are here.

One library is no measure of a processor. On one of AMD's with 512-bit vectors torch's MKL does half
the products of ONNX Runtime and OpenVINO: against torch's own those two would stand at 190 %.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SIZE = 2048
SECONDS = 2.0
PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class Peak:
    """The most that a library reached.

    Attributes:
        gflops: billions of multiplications and additions a second.
        engine: which library.
    """

    gflops: float
    engine: str


def matrix_peak(precision: str) -> Peak:
    """Products of two square matrices of 2,048 rows, each library in turn for two seconds.

    Args:
        precision: of `PRECISIONS`. ONNX Runtime has no products in bfloat16 on the CPU.
    """
    contenders: dict[str, Callable[[str], Callable[[], Any]]] = {
        "torch": _torch,
        "OpenVINO": _openvino,
    }
    if precision == "float32":
        contenders |= {"ONNX Runtime": _onnx_runtime}
    found = []
    for library, prepare in contenders.items():
        try:
            product = prepare(precision)
        except ImportError:  # of the extra `runtimes`
            continue
        found.append(Peak(_gflops(product), library))
    return max(found, key=lambda peak: peak.gflops)


def _gflops(product: Callable[[], Any]) -> float:
    product()
    best, end = 0.0, time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        product()
        best = max(best, 2 * SIZE**3 / (time.perf_counter() - start) / 1e9)
    return best


def _matrices() -> tuple[Any, Any]:
    draw = np.random.default_rng(0)
    one, two = (draw.standard_normal((SIZE, SIZE), dtype=np.float32) for _ in range(2))
    return one, two


def _torch(precision: str) -> Callable[[], Any]:
    import torch

    one, two = (torch.from_numpy(each).to(getattr(torch, precision)) for each in _matrices())
    return lambda: torch.mm(one, two)


def _openvino(precision: str) -> Callable[[], Any]:
    from openvino import Model, opset13

    from models.openvino_side import core

    one, two = _matrices()
    given = opset13.parameter(one.shape, np.float32)
    model = Model([opset13.matmul(given, opset13.constant(two), False, False)], [given])
    hint = {"float32": "f32", "bfloat16": "bf16"}[precision]
    request = core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": hint})
    product = request.create_infer_request()
    return lambda: product.infer([one], share_inputs=True, share_outputs=True)


def _onnx_runtime(_precision: str) -> Callable[[], Any]:
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    one, two = _matrices()
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, one.shape)
        for name in ("one", "product")
    ]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["one", "two"], ["product"])],
        "product",
        ends[:1],
        ends[1:],
        [numpy_helper.from_array(two, "two")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return lambda: session.run(None, {"one": one})

"""A network for pictures as an ONNX file, which ONNX Runtime and OpenVINO both read."""

import copy
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import BadInput
from models.picture_network import Inputs
from models.quiet_root import quiet_root

if TYPE_CHECKING:
    from torch.nn import Module

OUTPUT = "features"
_OPSET = 17


def export(encoder: "Module", example: Inputs, folder: Path, name: str) -> None:
    """Write `folder/name`, whole or not at all; any number of pictures may be run at once.

    The exporter is torch's older one: it needs no package that ShopLens does not have anyway, and
    what it makes is checked against torch before it is used.

    Args:
        example: inputs of two pictures or more: one picture alone may be taken for a constant.
    Raises:
        BadInput: this network cannot be exported.
        OSError: the folder cannot be written.
    """
    import torch

    if any(weights.is_cuda for weights in encoder.parameters()):
        encoder = copy.deepcopy(encoder).cpu()
    inputs = [f"input{number}" for number in range(len(example))]
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    try:
        with warnings.catch_warnings(), torch.inference_mode():
            # Notes of what tracing fixes (the picture's size), and that this exporter is the older.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                encoder,
                tuple(torch.from_numpy(array) for array in example),
                str(part),
                input_names=inputs,
                output_names=[OUTPUT],
                dynamic_axes={name: {0: "pictures"} for name in (*inputs, OUTPUT)},
                opset_version=_OPSET,
                dynamo=False,
            )
    except (RuntimeError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:240]
        raise BadInput(
            f"the network cannot be exported: {reason}", remedy="set SHOPLENS_RUNTIME=torch"
        ) from error
    part.replace(folder / name)


def quantize(source: Path, name: str) -> None:
    """Write `name` beside `source`: weights of matrix products in 8 bits, inputs as they come.

    Raises:
        BadInput: the package that does it is not installed.
    """
    try:
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError as error:
        raise BadInput(
            "8 bits need the package onnx", remedy="run `pip install 'shoplens[runtimes]'`"
        ) from error
    part = source.with_name(f"{name}.part")
    with quiet_root("onnxruntime"):  # a recommendation
        quantize_dynamic(
            source,
            part,
            op_types_to_quantize=["MatMul", "Gemm"],
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
    part.replace(source.with_name(name))

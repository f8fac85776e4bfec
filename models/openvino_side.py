"""A network for pictures run by OpenVINO, on the CPU."""

from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np

from models.errors import BadInput
from models.picture_network import Inputs, unit
from models.types import Vectors


class OpenVinoSide:
    """A `Side` from an exported file; may be called from several threads, which take turns.

    The precision is always said: left alone, OpenVINO takes bfloat16 wherever the processor has it,
    and nobody would know what vectors were made with.

    Args:
        precision: what matrix products are computed in. "bf16" does twice as many a second on
            processors that have instructions for it.
    Raises:
        BadInput: OpenVINO is not installed, or cannot run the file; or the processor has no such
            instructions.
    """

    def __init__(self, path: Path, precision: Literal["f32", "bf16"] = "f32") -> None:
        try:
            import openvino
        except ImportError as error:
            raise BadInput(
                "OpenVINO is not installed",
                remedy="run `pip install 'shoplens[runtimes]'`, or set SHOPLENS_RUNTIME=torch",
            ) from error
        try:
            core = openvino.Core()
            able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
            if precision == "bf16" and "BF16" not in able:
                raise BadInput(
                    "this processor does not compute in bfloat16",
                    remedy="set SHOPLENS_RUNTIME=openvino",
                )
            self._model = core.compile_model(
                core.read_model(path),
                "CPU",
                {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"},
            )
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:240]
            raise BadInput(
                f"OpenVINO cannot run {path}: {reason}",
                remedy="delete the file, or set SHOPLENS_RUNTIME=torch",
            ) from error
        self._request = self._model.create_infer_request()
        self._turn = Lock()

    def __call__(self, inputs: Inputs) -> Vectors:
        """See `Side`."""
        with self._turn:
            arrays = [np.ascontiguousarray(array) for array in inputs]
            found = self._request.infer(arrays, share_inputs=True)
            return unit(found[0])

"""The picture side of a checkpoint run by OpenVINO, on the CPU."""

from pathlib import Path
from threading import Lock

import numpy as np

from models.checkpoint_network import Inputs, unit
from models.errors import BadInput
from models.types import Vectors


class OpenVinoSide:
    """A `Side` from an exported file; may be called from several threads, which take turns.

    In float32, whatever the processor prefers: on newer ones OpenVINO would choose bfloat16 by
    itself, and vectors would depend on the machine.

    Raises:
        BadInput: OpenVINO is not installed, or cannot run the file.
    """

    def __init__(self, path: Path) -> None:
        try:
            import openvino
        except ImportError as error:
            raise BadInput(
                "OpenVINO is not installed",
                remedy="run `pip install 'shoplens[runtimes]'`, or set SHOPLENS_RUNTIME=torch",
            ) from error
        try:
            core = openvino.Core()
            self._model = core.compile_model(
                core.read_model(path),
                "CPU",
                {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"},
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
            found = self._request.infer([np.ascontiguousarray(inputs[0])], share_inputs=True)
            return unit(found[0])

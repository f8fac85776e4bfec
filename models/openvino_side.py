"""A network for pictures run by OpenVINO, on the CPU."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.errors import BadInput
from models.picture_network import Inputs, unit
from models.types import Vectors

if TYPE_CHECKING:
    from openvino import Core


_FIRST = Lock()


def core() -> "Core":
    """The process's one OpenVINO; it is never dropped before the process ends.

    Its CPU plugin gives the thread that loads it a stack for signal handlers, and unmaps that stack
    when the plugin goes. Only in that thread, and only where the plugin that came last goes first,
    does it put the former stack back: otherwise the next signal (Ctrl-C, the end of a child) ends
    the process with a segmentation fault and no word (OpenVINO 2026.4).

    Raises:
        ImportError: OpenVINO is not installed.
    """
    with _FIRST:  # two threads that find the cache empty would make two
        return _core()


@cache
def _core() -> "Core":
    from openvino import Core

    return Core()


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
            engine = core()
        except ImportError as error:
            raise BadInput(
                "OpenVINO is not installed",
                remedy="run `pip install 'shoplens[runtimes]'`, or set SHOPLENS_RUNTIME=torch",
            ) from error
        try:
            able = engine.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
            if precision == "bf16" and "BF16" not in able:
                raise BadInput(
                    "this processor does not compute in bfloat16",
                    remedy="set SHOPLENS_RUNTIME=openvino",
                )
            self._model = engine.compile_model(
                engine.read_model(path),
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

"""A network for pictures run by ONNX Runtime, on the CPU."""

from pathlib import Path

import numpy as np

from models.errors import BadInput
from models.picture_network import Inputs, unit
from models.types import Vectors


class OnnxRuntimeSide:
    """A `Side` from an exported file; may be called from several threads.

    Args:
        alone: run one picture at a time. In 8 bits the inputs of a whole batch share one scale, so
            that a vector would depend on its neighbours.
    Raises:
        BadInput: the file cannot be run.
    """

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import (
            Fail,
            InvalidGraph,
            InvalidProtobuf,
            NoSuchFile,
            NotImplemented,
        )

        try:
            self._session = onnxruntime.InferenceSession(
                str(path), providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile, NotImplemented) as error:
            reason = " ".join(str(error).split())[:240]
            raise BadInput(
                f"ONNX Runtime cannot run {path}: {reason}",
                remedy="delete the file, or set SHOPLENS_RUNTIME=torch",
            ) from error
        self._alone = alone
        self._inputs = [one.name for one in self._session.get_inputs()]

    def __call__(self, inputs: Inputs) -> Vectors:
        """See `Side`."""
        arrays = [np.ascontiguousarray(array) for array in inputs]
        step = 1 if self._alone else len(arrays[0])
        rows = [
            self._session.run(
                None,
                {
                    name: array[start : start + step]
                    for name, array in zip(self._inputs, arrays, strict=True)
                },
            )[0]
            for start in range(0, len(arrays[0]), step)
        ]
        return unit(np.concatenate(rows))

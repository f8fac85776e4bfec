"""A small ONNX writer: networks of a few nodes for tests, without the onnx package.

Field numbers: onnx/onnx.proto of the ONNX specification.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _tensor(name: str, array: NDArray[np.float32]) -> bytes:
    dims = b"".join(_field(1, size) for size in array.shape)
    return dims + _field(2, 1) + _field(8, name) + _field(9, array.astype("<f4").tobytes())


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    """A size that is a word is left open."""
    dims = b"".join(_field(1, _field(1 if isinstance(size, int) else 2, size)) for size in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, 1) + _field(2, dims)))


def _node(kind: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> bytes:
    out = b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, kind)
    for name, value in attributes.items():
        if isinstance(value, int):
            content = _field(3, value) + _field(20, 2)
        else:
            content = b"".join(_field(8, number) for number in value) + _field(20, 7)
        out += _field(5, _field(1, name) + content)
    return out


def detector_that_sees(
    color: tuple[float, float, float],
    boxes: Sequence[tuple[float, float, float, float, float]],
    *,
    size: int | None = 64,
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """An ONNX detector with one class whose answer is known beforehand.

    Args:
        color: weights of the picture's mean red, green and blue; their sum is "how much".
        boxes: centre x, centre y, width, height in pixels of the input, and the factor that makes
            a confidence of "how much".
        size: the input is size x size; None takes any.
        metadata: what the export says of itself; by default its size and names.
    """
    places = np.array([box[:4] for box in boxes], dtype=np.float32).T[None]
    factors = np.array([box[4] for box in boxes], dtype=np.float32)[None, None]
    nodes = (
        _node("ReduceMean", ["images"], "mean", axes=[2, 3], keepdims=0),
        _node("MatMul", ["mean", "color"], "how_much"),
        _node("Mul", ["how_much", "factors"], "scores"),
        _node("Concat", ["places", "scores"], "output0", axis=1),
    )
    weights = {
        "color": np.array(color, dtype=np.float32)[:, None],
        "places": places,
        "factors": factors,
    }
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, "test")
    graph += b"".join(_field(5, _tensor(name, array)) for name, array in weights.items())
    sides = ("height", "width") if size is None else (size, size)
    graph += _field(11, _value("images", (1, 3, *sides)))
    graph += _field(12, _value("output0", (1, "rows", "anchors")))
    told = {"imgsz": f"[{size}, {size}]", "names": "{0: 'product'}", "task": "detect"}
    entries = told if metadata is None else metadata
    props = b"".join(
        _field(14, _field(1, key) + _field(2, value)) for key, value in entries.items()
    )
    opset = _field(8, _field(1, "") + _field(2, 13))
    return _field(1, 8) + _field(7, graph) + opset + props

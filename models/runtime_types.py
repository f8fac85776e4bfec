"""What runs a network for pictures, and where what it needs is kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

Runtime: TypeAlias = Literal[
    "torch", "torch-compiled", "onnx", "openvino", "openvino-bf16", "onnx-int8"
]
"""`onnx-int8` gives vectors of its own; the others give the same ones to rounding (ADR 0010)."""

RUNTIMES: tuple[Runtime, ...] = get_args(Runtime)
AUTOMATIC: tuple[Runtime, ...] = ("torch", "onnx", "openvino", "openvino-bf16")
"""What `auto` may take: ready at once, and one index serves them all."""
ROUNDED: tuple[Runtime, ...] = ("openvino-bf16", "onnx-int8")
"""What computes less exactly than float32 on a processor, for speed."""


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """Which runtime, and where exports are kept.

    Attributes:
        runtime: "auto" takes what was measured quickest here (`shoplens models
            benchmark`, or an index of many new products), or torch.
        cache: exports and the remembered choice go below it; they can be made again at any time.
    """

    runtime: Runtime | Literal["auto"] = "torch"
    cache: Path = Path()


IN_TORCH = RuntimeSettings()


def export_folder(settings: RuntimeSettings, name: str) -> Path:
    """Where everything about one network is kept.

    Args:
        name: as `PictureNetwork.name`.
    """
    return settings.cache / "exports" / name

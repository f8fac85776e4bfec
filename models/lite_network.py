"""EfficientNet-Lite in plain torch, shaped by its own weights.

`timm` has the network too, and a test holds the two together. Here it needs no import of timm and
torchvision (as long again as torch's own, at every first query), and batch norm is folded into
the convolutions as they load.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

_BN_EPS = 1e-3
# Of the seven stages: EfficientNet (arXiv:1905.11946), table 1.
_STRIDES = (1, 2, 2, 2, 1, 2, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution with its batch norm folded in, padded as TensorFlow's SAME.

    Attributes:
        weight: (outputs, inputs / groups, kernel, kernel).
        clipped: ReLU6 follows.
    """

    weight: "Tensor"
    bias: "Tensor"
    stride: int
    groups: int
    clipped: bool

    def __call__(self, maps: "Tensor") -> "Tensor":
        from torch.nn import functional

        kernel = self.weight.shape[2]
        padding = 0
        if self.stride == 1:
            padding = kernel // 2
        else:
            # SAME puts the odd pixel right and below; torch's own padding is even on both sides.
            height, width = (_same(side, kernel, self.stride) for side in maps.shape[2:])
            maps = functional.pad(
                maps, (width // 2, width - width // 2, height // 2, height - height // 2)
            )
        maps = functional.conv2d(
            maps, self.weight, self.bias, self.stride, padding, groups=self.groups
        )
        return functional.relu6(maps, inplace=True) if self.clipped else maps


def _same(side: int, kernel: int, stride: int) -> int:
    """How many pixels SAME adds to a side."""
    return max((-(-int(side) // stride) - 1) * stride + kernel - int(side), 0)


@dataclass(frozen=True, slots=True)
class Block:
    """Inverted residual without squeeze-and-excitation, which the Lite variants leave out."""

    steps: tuple[Convolution, ...]
    residual: bool

    def __call__(self, maps: "Tensor") -> "Tensor":
        out = maps
        for step in self.steps:
            out = step(out)
        return out + maps if self.residual else out


class EfficientNetLite:
    """The convolutions up to the last block, without the head and the classifier.

    Args:
        checkpoint: bytes of a `.pth` state dict; read with weights_only, so no code in it runs.
    """

    def __init__(self, checkpoint: bytes) -> None:
        import torch

        weights = torch.load(io.BytesIO(checkpoint), map_location="cpu", weights_only=True)
        self.stem = folded(weights, "_conv_stem", "_bn0", stride=2)
        self.blocks = _blocks(weights)

    def __call__(self, pixels: "Tensor") -> "Tensor":
        """(n, 3, side, side) scaled pixels → maps of shape (n, width, side / 32, side / 32).

        The width is 352 for Lite2, 320 for Lite0.
        """
        maps = self.stem(pixels)
        for block in self.blocks:
            maps = block(maps)
        return maps


def _blocks(weights: Mapping[str, "Tensor"]) -> Sequence[Block]:
    blocks: list[Block] = []
    stage, width = -1, -1
    count = len({name.split(".")[1] for name in weights if name.startswith("_blocks.")})
    for number in range(count):
        prefix = f"_blocks.{number}."
        expands = f"{prefix}_expand_conv.weight" in weights
        project = weights[f"{prefix}_project_conv.weight"]
        # Every stage has a width of its own, so a change of width is a new stage.
        opens = project.shape[0] != width
        stage, width = stage + int(opens), project.shape[0]
        stride = _STRIDES[stage] if opens else 1
        steps = [
            folded(weights, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride),
            folded(weights, f"{prefix}_project_conv", f"{prefix}_bn2", clipped=False),
        ]
        if expands:
            steps.insert(0, folded(weights, f"{prefix}_expand_conv", f"{prefix}_bn0"))
        blocks.append(Block(tuple(steps), residual=not opens))
    return blocks


def folded(
    weights: Mapping[str, "Tensor"],
    convolution: str,
    norm: str,
    stride: int = 1,
    clipped: bool = True,
) -> Convolution:
    """A convolution of the state dict `weights`, with the batch norm that follows it."""
    import torch

    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + _BN_EPS)
    weight = weights[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    # One input a filter: depthwise. Nothing else here is grouped.
    groups = weight.shape[0] if weight.shape[1] == 1 else 1
    return Convolution(
        weight.contiguous(memory_format=torch.channels_last), bias, stride, groups, clipped
    )

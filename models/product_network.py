"""The product detector's network: an EfficientNet-Lite0 that knows photos, YOLO11n's neck and head.

The backbone comes ready from ImageNet, out of a package that the `lite` profile needs anyway; from
scratch a detector takes days to learn what it already sees (docs/adr/0008-product-detector.md).
Neck, head and loss are YOLO11n's own modules from ultralytics, one class, "product".
"""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from models.lite_network import EfficientNetLite
from models.lite_weights import EFFICIENTNET_LITE0

if TYPE_CHECKING:
    from torch import Tensor, nn

STRIDES = (8, 16, 32)
_WIDTHS = (40, 112, 320)  # of the backbone's maps at these strides
# Three quarters of the backbone's weights, and a third of what it costs to train them all.
DEEP_BLOCKS = tuple(f"backbone.blocks.{number}." for number in range(11, 16))
# Loss gains: ultralytics' defaults.
_GAINS = SimpleNamespace(box=7.5, cls=0.5, dfl=1.5)


def product_network() -> "nn.Module":
    """A network with the pretrained backbone and a fresh neck and head.

    Its forward takes float32 (n, 3, height, width), RGB 0 to 1, sides multiples of 32. In training
    it gives ultralytics' raw predictions, in evaluation (n, 5, anchors): centre x, centre y, width,
    height in pixels of the input, and the score.

    Raises:
        WeightsMissing: the package with the backbone is absent or damaged.
    """
    import torch
    from torch import nn
    from ultralytics.nn.modules import C2PSA, SPPF, C3k2, Concat, Conv, Detect

    class Backbone(nn.Module):
        """EfficientNet-Lite0 with its batch norms folded in; gives the maps of three strides."""

        def __init__(self) -> None:
            super().__init__()
            lite = EfficientNetLite(EFFICIENTNET_LITE0.verified())
            self.stem = _convolution(lite.stem)
            self.blocks = nn.ModuleList(
                nn.Sequential(*map(_convolution, block.steps)) for block in lite.blocks
            )
            self.residual = [block.residual for block in lite.blocks]
            # The last block of each tapped width.
            self.taps = [
                max(n for n, block in enumerate(lite.blocks) if len(block.steps[-1].bias) == width)
                for width in _WIDTHS
            ]

        def forward(self, pixels: "Tensor") -> "list[Tensor]":
            maps = self.stem((pixels * 255 - 127) / 128)
            tapped = []
            for number, block in enumerate(self.blocks):
                maps = block(maps) + maps if self.residual[number] else block(maps)
                if number in self.taps:
                    tapped.append(maps)
            return tapped

    class ProductNetwork(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = Backbone()
            self.context = nn.Sequential(SPPF(_WIDTHS[2], 256), C2PSA(256, 256))
            self.up = nn.Upsample(scale_factor=2.0, mode="nearest")
            self.join = Concat(1)
            self.top_16 = C3k2(256 + _WIDTHS[1], 128)
            self.top_8 = C3k2(128 + _WIDTHS[0], 64)
            self.down_16 = Conv(64, 64, 3, 2)
            self.low_16 = C3k2(64 + 128, 128)
            self.down_32 = Conv(128, 128, 3, 2)
            self.low_32 = C3k2(128 + 256, 256, c3k=True)
            self.detect = Detect(nc=1, ch=(64, 128, 256))
            self.detect.stride = torch.tensor([float(stride) for stride in STRIDES])
            self.detect.bias_init()

        def forward(self, pixels: "Tensor") -> Any:
            eighth, sixteenth, last = self.backbone(pixels)
            last = self.context(last)
            sixteenth = self.top_16(self.join([self.up(last), sixteenth]))
            eighth = self.top_8(self.join([self.up(sixteenth), eighth]))
            sixteenth = self.low_16(self.join([self.down_16(eighth), sixteenth]))
            last = self.low_32(self.join([self.down_32(sixteenth), last]))
            found = self.detect([eighth, sixteenth, last])
            # ultralytics adds the raw predictions to the boxes, unless it exports.
            return found if self.training or self.detect.export else found[0]

    network = ProductNetwork()
    for module in network.modules():  # as ultralytics initialises its own networks
        if isinstance(module, nn.BatchNorm2d):
            module.eps, module.momentum = 1e-3, 0.03
    return network


def detection_loss(network: "nn.Module") -> Any:
    """ultralytics' loss for the network: call it with predictions and a batch of targets."""
    from ultralytics.utils.loss import v8DetectionLoss

    view = SimpleNamespace(
        args=_GAINS, model=[network.detect], parameters=network.parameters, class_weights=None
    )
    return v8DetectionLoss(view)


def _convolution(folded: Any) -> "nn.Module":
    """A trainable convolution from a folded one, padded as TensorFlow pads even sides.

    TensorFlow's SAME puts one more row below than above where it skips. A kernel with two more
    rows and columns of zeros, padded evenly, does the same without copying the maps.
    """
    import torch
    from torch import nn

    outputs, inputs, kernel, _ = folded.weight.shape
    wider = kernel if folded.stride == 1 else kernel + 2
    convolution = nn.Conv2d(
        inputs * folded.groups,
        outputs,
        wider,
        folded.stride,
        padding=wider // 2,
        groups=folded.groups,
    )
    weight = torch.zeros_like(convolution.weight)
    weight[..., wider - kernel :, wider - kernel :] = folded.weight
    convolution.load_state_dict({"weight": weight, "bias": folded.bias})
    if not folded.clipped:
        return convolution
    return nn.Sequential(convolution, nn.ReLU6(inplace=True))

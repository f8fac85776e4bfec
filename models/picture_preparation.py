"""Photos to the numbers that a network takes: resized, cut, scaled, as the checkpoint asks.

One code for both libraries' checkpoints, with Pillow's resampling, which is what open_clip uses
and what the models were trained with; tests hold it to each library's own transform.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.errors import BadInput
from models.types import Photo

Fit: TypeAlias = Literal["squash", "shortest", "longest"]
_FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True, slots=True)
class PicturePreparation:
    """How a photo becomes the network's input.

    Attributes:
        height, width: of the input, pixels.
        fit: "squash" changes proportions; "shortest" cuts the middle out of the picture whose
            shorter side fits; "longest" puts all of it in, with a filled border.
        filter: Pillow's resampling filter.
        mean, deviation: of each channel, on a scale of 0 to 1.
        fill: brightness of the border, 0 to 255.
        cut_rounded: whether an odd rest at "shortest" and "longest" is rounded (open_clip) or cut
            off (transformers).
    """

    height: int
    width: int
    fit: Fit
    filter: Image.Resampling
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    fill: int = 0
    cut_rounded: bool = True

    def __call__(self, photos: Sequence[Photo]) -> NDArray[np.float32]:
        """Photos of any size → ndarray of shape (n, 3, height, width), float32, normalised."""
        scale = np.float32(1 / 255) / np.asarray(self.deviation, np.float32)
        offset = np.asarray(self.mean, np.float32) / np.asarray(self.deviation, np.float32)
        inputs = np.empty((len(photos), 3, self.height, self.width), np.float32)
        for row, photo in zip(inputs, photos, strict=True):
            pixels = np.asarray(self._fitted(Image.fromarray(photo.pixels)), np.float32)
            row[:] = (pixels * scale - offset).transpose(2, 0, 1)
        return inputs

    def _fitted(self, image: Image.Image) -> Image.Image:
        size = self._resized(image.width, image.height)
        if size != image.size:
            image = image.resize(size, self.filter)
        if size == (self.width, self.height):
            return image
        left, top = (self._start(*sides) for sides in zip(size, self._size, strict=True))
        framed = Image.new("RGB", self._size, (self.fill,) * 3)
        framed.paste(image, (-left, -top))
        return framed

    @property
    def _size(self) -> tuple[int, int]:
        return self.width, self.height

    def _resized(self, width: int, height: int) -> tuple[int, int]:
        if self.fit == "squash":
            return self._size
        if self.fit == "longest":
            ratio = max(height / self.height, width / self.width)
            return max(1, round(width / ratio)), max(1, round(height / ratio))
        side = self.width  # a square: `checked` saw to it
        if width <= height:
            return side, int(side * height / width)
        return int(side * width / height), side

    def _start(self, have: int, want: int) -> int:
        """Where the wanted part begins; negative where a border is put before it."""
        if have < want:
            return -((want - have) // 2)
        half = (have - want) / 2
        return round(half) if self.cut_rounded else int(half)


def of_openclip(config: dict[str, Any]) -> PicturePreparation:
    """From open_clip's `preprocess_cfg`, with its defaults filled in.

    Raises:
        BadInput: it asks for what ShopLens does not do.
    """
    size = config["size"]
    height, width = (size, size) if isinstance(size, int) else size
    if config["interpolation"] not in _FILTERS:
        raise _unknown("interpolation", config["interpolation"])
    return _checked(
        PicturePreparation(
            height=height,
            width=width,
            fit=config["resize_mode"],
            filter=_FILTERS[config["interpolation"]],
            mean=tuple(config["mean"]),
            deviation=tuple(config["std"]),
            fill=config["fill_color"],
        )
    )


def of_transformers(processor: Any) -> PicturePreparation:
    """From an image processor of transformers, which has its defaults filled in.

    Raises:
        BadInput: it asks for what ShopLens does not do.
    """
    steps = ("do_resize", "do_rescale", "do_normalize")
    left_out = [step for step in steps if not getattr(processor, step, True)]
    if left_out:
        raise _unknown(left_out[0], "false")
    size = processor.size
    square = size.get("shortest_edge")
    cut = processor.crop_size if getattr(processor, "do_center_crop", False) else None
    if square and cut is None:
        raise _unknown("size", "shortest_edge without a crop")
    if (
        not square
        and cut is not None
        and (cut["height"], cut["width"])
        != (
            size["height"],
            size["width"],
        )
    ):
        raise _unknown("crop_size", dict(cut))
    frame = cut or size
    return _checked(
        PicturePreparation(
            height=frame["height"],
            width=frame["width"],
            fit="shortest" if square else "squash",
            filter=Image.Resampling(int(processor.resample)),
            mean=tuple(processor.image_mean),
            deviation=tuple(processor.image_std),
            cut_rounded=False,
        ),
        shortest=square,
    )


def _checked(made: PicturePreparation, shortest: int | None = None) -> PicturePreparation:
    if made.fit not in ("squash", "shortest", "longest"):
        raise _unknown("resize_mode", made.fit)
    side = made.width if shortest is None else shortest
    if made.fit == "shortest" and not side == made.width == made.height:
        raise _unknown("size", f"{side} cut to {made.height}×{made.width}")
    return made


def _unknown(name: str, value: object) -> BadInput:
    return BadInput(
        f"the checkpoint's preprocessing asks for {name} {value}, which ShopLens does not do",
        remedy="choose another checkpoint",
    )

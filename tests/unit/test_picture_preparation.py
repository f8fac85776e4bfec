"""Photos become exactly the numbers that each library's own transform makes of them."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.errors import BadInput
from models.picture_preparation import of_openclip, of_transformers
from models.types import Photo

SIZES = [(40, 90), (91, 40), (33, 33), (32, 32), (7, 120), (500, 301)]
OPENCLIP = {
    "size": 32,
    "mode": "RGB",
    "mean": (0.48, 0.46, 0.41),
    "std": (0.27, 0.26, 0.28),
    "interpolation": "bicubic",
    "resize_mode": "squash",
    "fill_color": 0,
}


def photo(width: int, height: int) -> Photo:
    pixels = np.random.default_rng(width).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Photo(pixels=pixels, sha256="", source="test")


@pytest.mark.parametrize("mode", ["squash", "shortest", "longest"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_open_clips_transform_is_met_to_the_last_pixel(mode: str, interpolation: str) -> None:
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from PIL import Image

    config = {**OPENCLIP, "resize_mode": mode, "interpolation": interpolation, "fill_color": 90}
    prepare = of_openclip(config)
    theirs = image_transform_v2(PreprocessCfg(**config), is_train=False)
    for size in SIZES:
        mine = prepare([photo(*size)])[0]
        assert mine.shape == (3, 32, 32)
        assert np.abs(mine - theirs(Image.fromarray(photo(*size).pixels)).numpy()).max() < 1e-5


@pytest.mark.parametrize("cut", [False, True])
def test_transformers_processors_are_met_to_the_last_pixel(cut: bool) -> None:
    from PIL import Image
    from transformers import CLIPImageProcessorPil, SiglipImageProcessorPil

    square = {"height": 32, "width": 32}
    processor = (
        CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=square)
        if cut
        else SiglipImageProcessorPil(size=square)
    )
    prepare = of_transformers(processor)
    for size in SIZES:
        theirs = processor(Image.fromarray(photo(*size).pixels), return_tensors="np")
        mine = prepare([photo(*size)])
        assert np.abs(mine - theirs["pixel_values"]).max() < 1e-5


def test_several_photos_of_several_sizes_are_one_batch() -> None:
    prepare = of_openclip(OPENCLIP)
    batch = prepare([photo(*size) for size in SIZES])
    assert batch.shape == (len(SIZES), 3, 32, 32)
    assert batch.dtype == np.float32
    assert np.array_equal(batch[1], prepare([photo(*SIZES[1])])[0])
    assert not np.array_equal(batch[0], batch[1])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"interpolation": "random"}, "interpolation"),
        ({"resize_mode": "tile"}, "resize_mode"),
        ({"size": (32, 48), "resize_mode": "shortest"}, "size"),
    ],
)
def test_what_open_clip_asks_for_in_vain_is_named(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        of_openclip({**OPENCLIP, **changed})


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"do_normalize": False}, "do_normalize"),
        ({"size": {"shortest_edge": 32}}, "without a crop"),
        ({"do_center_crop": True, "crop_size": {"height": 20, "width": 20}}, "crop_size"),
    ],
)
def test_what_transformers_asks_for_in_vain_is_named(changed: dict[str, Any], named: str) -> None:
    whole = {
        "size": {"height": 32, "width": 32},
        "resample": 3,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
    }
    assert of_transformers(SimpleNamespace(**whole)).height == 32
    with pytest.raises(BadInput, match=named):
        of_transformers(SimpleNamespace(**{**whole, **changed}))

"""The truth of the demo's query pictures stays true while they are cropped, turned and covered."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def shots() -> ModuleType:
    """The module by its file: the studio around it needs Blender, this part does not."""
    file = Path(__file__).parents[2] / "examples" / "studio" / "shot.py"
    spec = spec_from_file_location("studio_shot", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shot(shots: ModuleType, **boxes: tuple[int, int, int, int]) -> object:
    """A picture of 100 x 80 on which each product fills a box."""
    labels = np.zeros((80, 100), np.uint8)
    for number, (left, top, right, bottom) in enumerate(boxes.values(), start=1):
        labels[top:bottom, left:right] = number
    picture = Image.new("RGB", (100, 80), "white")
    return shots.Shot(picture, Image.fromarray(labels), tuple(boxes), (1.0,) * len(boxes))


def test_boxes_follow_a_crop_and_a_change_of_size(shots: ModuleType) -> None:
    seen = shot(shots, mug=(20, 20, 40, 50)).cropped((10, 10, 60, 60)).resized((100, 100))
    assert seen.boxes() == [("mug", (20, 20, 60, 80))]


def test_a_product_of_which_too_little_is_left_is_not_listed(shots: ModuleType) -> None:
    both = shot(shots, mug=(0, 20, 40, 50), hat=(60, 20, 90, 50))
    assert [name for name, _ in both.cropped((10, 0, 100, 80)).boxes()] == ["mug", "hat"]
    assert [name for name, _ in both.cropped((30, 0, 100, 80)).boxes()] == ["hat"]


def test_what_an_interface_covers_is_not_seen(shots: ModuleType) -> None:
    layer = Image.new("RGBA", (100, 80), (0, 0, 0, 0))
    layer.paste((255, 255, 255, 255), (0, 0, 100, 30))
    covered = shot(shots, mug=(20, 20, 40, 50), hat=(60, 20, 90, 34)).drawn_over(layer)
    assert covered.boxes() == [("mug", (20, 30, 40, 50))]
    veil = Image.new("RGBA", (100, 80), (0, 0, 0, 90))
    assert len(shot(shots, mug=(20, 20, 40, 50)).drawn_over(veil).boxes()) == 1


def test_a_view_askew_moves_boxes_with_the_picture_and_counts_what_it_cuts_off(
    shots: ModuleType,
) -> None:
    mug = shot(shots, mug=(20, 20, 40, 50))
    still = mug.warped(((0, 0), (1, 0), (1, 1), (0, 1)))
    assert still.boxes() == mug.boxes()
    moved = mug.warped(((0.1, 0), (1.1, 0), (1.1, 1), (0.1, 1)))
    assert moved.boxes() == [("mug", (30, 20, 50, 50))]
    assert moved.shares[0] == pytest.approx(1.0)
    gone = mug.warped(((-0.35, 0), (0.65, 0), (0.65, 1), (-0.35, 1)))
    assert gone.boxes() == []
    assert gone.shares[0] == pytest.approx(0.25, abs=0.06)


def test_a_photo_on_a_screen_hides_what_lay_there_and_brings_its_own(shots: ModuleType) -> None:
    screen = shot(shots, hat=(0, 0, 30, 30), mug=(70, 60, 90, 75))
    photo = shot(shots, vase=(10, 10, 30, 30)).cropped((0, 0, 40, 40))
    laid = screen.pasted(photo, (0, 5))
    assert dict(laid.boxes()) == {"mug": (70, 60, 90, 75), "vase": (10, 15, 30, 35)}
    assert laid.shares[0] == pytest.approx(5 / 30, abs=0.01)

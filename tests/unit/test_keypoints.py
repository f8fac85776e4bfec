"""A print is known again by its keypoints, and another print is not taken for it."""

import numpy as np
import pytest

from models.errors import BrokenIndex
from models.keypoints import Keypoints, in_common
from models.sift import SiftFinder
from models.types import Pixels
from pipelines.ranking.scorers import SamePrint
from tests.fakes.prints import label, photo_of, seen

ENOUGH = SamePrint().least


def keypoints(*pictures: Pixels) -> list[Keypoints]:
    return SiftFinder().find([photo_of(pixels) for pixels in pictures])


@pytest.mark.parametrize("turn", [0.0, 25.0, -80.0, 180.0])
def test_a_turned_smaller_dimmer_print_is_the_same_print(turn: float) -> None:
    shown, photo = keypoints(label(1), seen(label(1), turn=turn))
    assert in_common(shown, photo) >= 3 * ENOUGH


def test_other_prints_are_not_the_same() -> None:
    photo, *others = keypoints(seen(label(1)), *(label(seed) for seed in range(2, 12)))
    assert max(in_common(other, photo) for other in others) < ENOUGH


def test_a_mirrored_print_is_another_one() -> None:
    shown, photo = keypoints(label(1), label(1)[:, ::-1])
    assert in_common(shown, photo) < ENOUGH


def test_half_a_print_has_less_in_common_than_all_of_it() -> None:
    half = seen(label(1))
    half[:, half.shape[1] // 2 :] = 120
    shown, whole, part = keypoints(label(1), seen(label(1)), half)
    assert ENOUGH <= in_common(shown, part) < in_common(shown, whole)


def test_nothing_is_in_common_with_a_blank_picture() -> None:
    blank, shown = keypoints(np.full((64, 64, 3), 255, np.uint8), label(1))
    assert len(blank) == 0
    assert in_common(blank, shown) == in_common(shown, blank) == in_common(blank, blank) == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 2), (3, 3)])
def test_a_sliver_of_a_picture_is_no_error(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (*shape, 3)).astype(np.uint8)
    (found,) = keypoints(noise)
    assert found.places.shape == (len(found), 4)
    assert found.bits.shape == (len(found), 16)


def test_stored_keypoints_are_as_good_as_fresh_ones() -> None:
    shown, photo = keypoints(label(1), seen(label(1)))
    again = Keypoints.from_bytes(shown.to_bytes())
    assert np.array_equal(again.bits, shown.bits)
    assert np.abs(again.places - shown.places).max() <= 1 / 128
    assert in_common(again, photo) >= 0.9 * in_common(shown, photo)
    assert len(Keypoints.from_bytes(b"")) == 0


def test_cut_keypoints_are_refused() -> None:
    (shown,) = keypoints(label(1))
    with pytest.raises(BrokenIndex, match="cut"):
        Keypoints.from_bytes(shown.to_bytes()[:-1])

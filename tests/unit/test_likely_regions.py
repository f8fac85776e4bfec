"""Raw boxes of a detector become few, clean, well ordered regions."""

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.likely_regions import USUAL_LIMITS, Found, RegionLimits, likely_regions
from models.types import Box, Region

WHOLE = Box(0, 0, 400, 300)


def found(*rows: tuple[float, ...], labels: str = "") -> Found:
    """Rows of left, top, right, bottom, score; labels as words."""
    array = np.array(rows, dtype=np.float64).reshape(-1, 5)
    return Found(array[:, :4], array[:, 4], np.array(labels.split()) if labels else None)


def regions(*rows: tuple[float, ...], labels: str = "") -> list[Region]:
    return likely_regions(found(*rows, labels=labels), WHOLE, USUAL_LIMITS)


def boxes(*rows: tuple[float, ...], labels: str = "") -> list[list[int]]:
    return [region.box.as_list() for region in regions(*rows, labels=labels)]


# ------------------------------------------------------------------------------ clean


def test_boxes_are_cut_at_the_picture_and_grow_to_whole_pixels() -> None:
    assert boxes((-7.5, 10.2, 100.1, 900.0, 0.5)) == [[0, 10, 101, 300]]


@pytest.mark.parametrize(
    "row",
    [
        (50, 50, 50, 90, 0.9),
        (90, 50, 50, 90, 0.9),
        (500, 10, 600, 90, 0.9),
        (-90, -90, -1, -1, 0.9),
        (float("nan"), 1, 9, 9, 0.9),
        (1, 1, float("inf"), 9, 0.9),
        (1, 1, 9, 9, float("nan")),
        (100, 100, 200, 200, 0.2),
    ],
)
def test_a_box_without_pixels_numbers_or_confidence_is_dropped(row: tuple[float, ...]) -> None:
    assert boxes(row) == []


def test_nothing_found_is_no_region() -> None:
    assert boxes() == []


def test_the_whole_picture_is_never_a_region() -> None:
    assert boxes((0, 0, 400, 300, 0.9), (1, 0, 400, 300, 0.8)) == [[1, 0, 400, 300]]


def test_an_answer_of_other_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="1 scores"):
        Found(np.zeros((2, 4)), np.zeros(1))
    with pytest.raises(ValueError, match="labels"):
        Found(np.zeros((2, 4)), np.zeros(2), np.array(["mug"]))


@pytest.mark.parametrize("wrong", [{"confidence": 25}, {"overlap": -1}, {"most": 0}])
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="RegionLimits"):
        RegionLimits(**wrong)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------ merge


def test_of_two_boxes_at_one_place_the_surer_stays() -> None:
    assert boxes((10, 10, 110, 110, 0.4), (12, 10, 112, 110, 0.8)) == [[12, 10, 112, 110]]


def test_one_place_is_one_thing_whatever_the_classes() -> None:
    bowl, cup = (10, 10, 110, 110, 0.4), (12, 10, 112, 110, 0.8)
    assert [region.label for region in regions(bowl, cup, labels="bowl cup")] == ["cup"]


@pytest.mark.parametrize(("tight", "loose"), [(0.9, 0.6), (0.6, 0.9)])
def test_a_tighter_and_a_looser_frame_are_one_thing(tight: float, loose: float) -> None:
    inner, outer = (100, 100, 200, 190, tight), (90, 60, 215, 200, loose)
    assert boxes(inner, outer) == [list(max(inner, outer, key=lambda row: row[4])[:4])]


def test_a_doubtful_part_goes_with_its_whole() -> None:
    shoe, sole = (60, 60, 300, 240, 0.9), (60, 200, 300, 240, 0.3)
    assert boxes(shoe, sole) == [[60, 60, 300, 240]]


@pytest.mark.parametrize(("chair", "pillow"), [(0.9, 0.6), (0.5, 0.9), (0.3, 0.9)])
def test_a_pillow_on_a_chair_stays_and_so_does_the_chair(chair: float, pillow: float) -> None:
    both = boxes((60, 20, 340, 290, chair), (150, 110, 250, 190, pillow))
    assert sorted(both) == [[60, 20, 340, 290], [150, 110, 250, 190]]


def test_a_part_of_another_class_is_another_thing() -> None:
    person, tie = (60, 20, 340, 290, 0.9), (180, 80, 220, 190, 0.3)
    assert len(boxes(person, tie, labels="person tie")) == 2
    assert len(boxes(person, tie, labels="person person")) == 1
    assert len(boxes(person, tie)) == 1


def test_a_frame_around_several_products_goes_if_they_are_surer() -> None:
    mugs = [(20, 100, 120, 200, 0.8), (130, 100, 230, 200, 0.8), (240, 100, 340, 200, 0.7)]
    row = (18, 95, 345, 205)
    assert len(boxes(*mugs, (*row, 0.5))) == 3
    assert list(row) in boxes(*mugs, (*row, 0.9))


def test_two_cushions_do_not_make_a_sofa_a_group() -> None:
    cushions = [(60, 100, 140, 180, 0.9), (250, 100, 330, 180, 0.9)]
    assert len(boxes(*cushions, (20, 60, 380, 280, 0.5))) == 3
    one = (60, 100, 140, 180, 0.9)
    again = (64, 96, 144, 176, 0.8)  # the same cushion twice does not fill a box twice
    assert [62, 90, 150, 260] in boxes(one, again, (62, 90, 150, 260, 0.5))


# ------------------------------------------------------------------------------ order


def test_the_large_and_central_box_comes_before_equally_sure_ones() -> None:
    corner, small, meant = (0, 0, 100, 80, 0.8), (180, 140, 220, 160, 0.8), (120, 80, 280, 220, 0.8)
    order = boxes(corner, small, meant)
    assert order[0] == [120, 80, 280, 220]
    assert len(order) == 3


def test_a_surely_found_small_product_beats_a_doubtful_large_one() -> None:
    apart = (10, 50, 200, 250, 0.26), (220, 100, 320, 200, 0.9)
    assert boxes(*apart)[0] == [220, 100, 320, 200]


def test_a_tiny_box_comes_last_however_sure() -> None:
    icon, doubtful = (190, 140, 205, 155, 0.99), (20, 200, 80, 280, 0.26)
    assert boxes(icon, doubtful) == [[20, 200, 80, 280], [190, 140, 205, 155]]


def test_a_neighbour_that_the_picture_cuts_off_comes_last_however_sure() -> None:
    meant = (150, 120, 240, 200, 0.4)
    for neighbour in (
        (0, 20, 120, 280, 0.99),
        (-9, 20, 120, 280, 0.99),
        (280, 20, 400, 280, 0.99),
        (20, 0, 380, 90, 0.99),
        (20, 215, 380, 300, 0.99),
    ):
        assert boxes(neighbour, meant)[0] == list(meant[:4])


def test_a_product_that_fills_the_picture_to_its_edges_clings_to_none() -> None:
    dress, bag = (80, 0, 330, 300, 0.8), (20, 180, 75, 280, 0.8)
    assert boxes(dress, bag)[0] == list(dress[:4])
    half, other = (0, 0, 190, 300, 0.8), (210, 100, 290, 200, 0.5)
    assert boxes(half, other)[0] == list(half[:4])


def test_regions_keep_confidence_and_label_and_are_never_too_many() -> None:
    grid = [(x, y, x + 9, y + 9, 0.3 + x / 1000) for x in range(0, 390, 10) for y in (0, 50, 99)]
    labels = " ".join(f"thing-{row[4]}" for row in grid)
    chosen = regions(*grid, labels=labels)
    assert len(chosen) == 20
    assert {region.score for region in chosen} <= {row[4] for row in grid}
    assert all(region.label == f"thing-{region.score}" for region in chosen)
    assert {region.kind for region in chosen} == {"product"}
    assert {region.label for region in regions(*grid)} == {""}


# ------------------------------------------------------------------------------ whatever comes

sides = st.floats(-60, 460) | st.sampled_from([0.0, 300.0, 400.0])
rows = st.tuples(sides, sides, sides, sides, st.floats(0, 1))
anything = st.floats(allow_nan=True, allow_infinity=True)
labelled = st.lists(st.tuples(rows, st.sampled_from(["mug", "lamp"])), max_size=25)


def ask(drawn: list[tuple[tuple[float, ...], str]]) -> list[Region]:
    return regions(*(row for row, _ in drawn), labels=" ".join(label for _, label in drawn))


@given(st.lists(st.tuples(*[anything] * 5), max_size=20))
def test_whatever_a_network_answers_regions_lie_inside_the_picture(
    drawn: list[tuple[float, ...]],
) -> None:
    for region in regions(*drawn):
        assert region.box.right <= 400
        assert region.box.bottom <= 300
        assert region.box != WHOLE
        assert 0.25 <= region.score <= 1


@given(labelled)
def test_no_two_regions_show_one_place(drawn: list[tuple[tuple[float, ...], str]]) -> None:
    kept = ask(drawn)
    assert len(kept) <= USUAL_LIMITS.most
    assert not any(
        one.box.iou(two.box) > USUAL_LIMITS.overlap for one, two in combinations(kept, 2)
    )


@given(labelled)
def test_every_region_is_a_box_that_was_found(drawn: list[tuple[tuple[float, ...], str]]) -> None:
    told = {(row[4], label) for row, label in drawn}
    assert {(region.score, region.label) for region in ask(drawn)} <= told


@given(labelled)
def test_the_surest_box_is_never_merged_away(drawn: list[tuple[tuple[float, ...], str]]) -> None:
    alone = [region for one in drawn for region in ask([one])]
    kept = ask(drawn)
    assert bool(kept) == bool(alone)
    if kept:
        assert max(region.score for region in kept) == max(region.score for region in alone)


@given(labelled, st.randoms())
def test_the_order_of_the_networks_output_changes_nothing(
    drawn: list[tuple[tuple[float, ...], str]], chance: Random
) -> None:
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    assert ask(shuffled) == ask(drawn)


@given(labelled)
def test_what_is_merged_stays_as_it_is(drawn: list[tuple[tuple[float, ...], str]]) -> None:
    once = ask(drawn)
    again = ask([((*region.box.as_list(), region.score), region.label) for region in once])
    assert again == once

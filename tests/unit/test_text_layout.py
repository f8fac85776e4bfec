"""Geometry of words: crops at full resolution, reading order, bounds on work."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.text_layout import LONGEST, TextBox, reading_order, upright, within_budget
from models.types import Box, Photo, TextLine


def quad(left: float, top: float, right: float, bottom: float) -> TextBox:
    return TextBox(((left, top), (right, top), (right, bottom), (left, bottom)))


def blank(width: int, height: int) -> Photo:
    return Photo(np.zeros((height, width, 3), np.uint8), sha256="blank", source="test")


def line(text: str, left: int, top: int, right: int, bottom: int) -> TextLine:
    return TextLine(text=text, score=1.0, box=Box(left, top, right, bottom))


def texts(lines: list[TextLine]) -> str:
    return " ".join(line.text for line in lines)


def test_bounds_are_cut_at_the_picture() -> None:
    assert quad(-5.5, 2.2, 300, 20.1).bounds(200, 100) == Box(0, 2, 200, 21)
    assert quad(210, 0, 300, 20).bounds(200, 100) is None


def test_a_level_box_is_cut_out_as_it_is() -> None:
    photo = blank(100, 50)
    photo.pixels[10:20, 30:60] = 200
    (crop,) = upright(photo, quad(30, 10, 60, 20))
    assert crop.shape == (10, 30, 3)
    assert (crop == 200).all()


def test_a_slanted_line_is_straightened() -> None:
    photo = blank(200, 200)
    for step in range(100):  # a bar of 10 rows that falls by one pixel in two
        photo.pixels[50 + step // 2 : 60 + step // 2, 40 + step] = 255
    slanted = TextBox(((40, 50), (140, 100), (140, 110), (40, 60)))
    (crop,) = upright(photo, slanted)
    assert crop.shape[0] == 10
    assert crop[2:-2, 2:-2].mean() > 240
    assert photo.pixels[50:110, 40:140].mean() < 60


def test_a_tall_box_is_offered_turned_to_either_side() -> None:
    first, second = upright(blank(100, 100), quad(10, 10, 20, 90))
    assert first.shape == second.shape == (10, 80, 3)
    assert upright(blank(100, 100), quad(110, 10, 120, 90)) == []


def test_an_endless_streak_is_squeezed() -> None:
    (crop,) = upright(blank(9000, 20), quad(0, 0, 9000, 4))
    assert crop.shape[1] <= LONGEST * crop.shape[0]


def test_lines_are_read_from_top_to_bottom_and_from_left_to_right() -> None:
    page = [
        line("price", 300, 95, 400, 145),
        line("title", 10, 10, 200, 40),
        line("was", 420, 112, 480, 134),
        line("brand", 10, 108, 120, 136),
        line("footer", 10, 300, 90, 320),
    ]
    assert texts(reading_order(page)) == "title brand price was footer"


def test_a_slight_slant_does_not_tear_a_line_apart() -> None:
    page = [line("b", 110, 12, 200, 32), line("a", 0, 18, 100, 38), line("c", 210, 6, 300, 26)]
    assert texts(reading_order(page)) == "a b c"


def test_stacked_lines_never_share_a_row() -> None:
    page = [line("below", 0, 25, 90, 50), line("above", 20, 0, 200, 30)]
    assert texts(reading_order(page)) == "above below"


def test_large_letters_are_read_first_within_the_budget() -> None:
    small, large = quad(0, 0, 100, 10), quad(0, 50, 300, 80)
    assert within_budget([small, large], lines=1, letters=600) == [large]
    assert within_budget([small, large], lines=9, letters=15) == [large]
    assert within_budget([small, large], lines=9, letters=20) == [large, small]
    assert within_budget([], lines=9, letters=20) == []


boxes = st.builds(
    lambda left, top, width, height: Box(left, top, left + width, top + height),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(1, 300),
    st.integers(1, 300),
)


@given(st.lists(boxes, max_size=30))
def test_ordering_loses_and_doubles_nothing(page: list[Box]) -> None:
    lines = [TextLine(text=str(n), score=1.0, box=box) for n, box in enumerate(page)]
    assert sorted(reading_order(lines), key=lambda line: int(line.text)) == lines


@given(boxes, st.integers(1, 400), st.integers(1, 400))
def test_every_crop_holds_pixels(box: Box, width: int, height: int) -> None:
    found = quad(box.left - 50, box.top - 50, box.right - 50, box.bottom - 50)
    crops = upright(blank(width, height), found)
    assert bool(crops) == (found.bounds(width, height) is not None)
    assert not any(crop.size == 0 for crop in crops)

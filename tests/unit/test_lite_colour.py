"""Colours as a vector: what counts, and what must not."""

import numpy as np
import pytest

from models import lite_colour
from models.lite_colour import colour_vector, product_mask
from models.types import Pixels

RED, GREEN, WHITE = (200, 30, 40), (30, 160, 60), (255, 255, 255)


def filled(colour: tuple[int, int, int], side: int = 65) -> Pixels:
    return np.full((side, side, 3), colour, dtype=np.uint8)


def on(background: Pixels, colour: tuple[int, int, int], margin: int) -> Pixels:
    picture = background.copy()
    picture[margin:-margin, margin:-margin] = colour
    return picture


def test_a_vector_is_of_unit_length_and_of_the_length_it_claims() -> None:
    vector = colour_vector(on(filled(WHITE), RED, 20))
    assert vector.shape == (lite_colour.DIM,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_studio_background_does_not_count() -> None:
    on_white = colour_vector(on(filled(WHITE), RED, 20))
    assert on_white @ colour_vector(filled(RED)) > 0.99
    assert on_white @ colour_vector(filled(WHITE)) < 0.1


def test_other_colours_are_far_and_a_little_less_light_is_near() -> None:
    red = colour_vector(filled(RED))
    assert red @ colour_vector(filled(GREEN)) < 0.3
    assert red @ colour_vector(filled((180, 27, 36))) > 0.9


def test_white_inside_a_product_stays_its_own() -> None:
    carton = on(on(filled(WHITE), RED, 15), WHITE, 25)
    mask = product_mask(carton)
    assert mask[32, 32]
    assert not mask[0, 0]


def test_a_cluttered_rim_is_no_background() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (65, 65, 3), dtype=np.uint8)
    assert product_mask(noise).all()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_of_one_colour_is_all_product(level: int) -> None:
    flat = filled((level, level, level))
    assert product_mask(flat).all()
    assert np.isfinite(colour_vector(flat)).all()

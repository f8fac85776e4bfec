"""One vector for a picture and words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.composing import compose
from tests.fakes.entries import unit

PICTURE, WORDS, REFUSED = unit(1)[None], unit(2), unit(3)


def test_the_ends_of_the_slider_are_either_alone() -> None:
    assert compose(PICTURE, WORDS, None, 0.0) == pytest.approx(PICTURE, abs=1e-6)
    assert compose(PICTURE, WORDS, None, 1.0)[0] == pytest.approx(WORDS, abs=1e-6)
    between = compose(PICTURE, WORDS, None, 0.5)[0]
    assert between @ WORDS > PICTURE[0] @ WORDS
    assert between @ PICTURE[0] < 1.0


def test_what_is_refused_is_further_away() -> None:
    plain = compose(PICTURE, WORDS, None, 0.5)[0]
    assert compose(PICTURE, WORDS, REFUSED, 0.5)[0] @ REFUSED < plain @ REFUSED - 0.1


@given(st.floats(0, 1), st.integers(0, 50), st.booleans())
def test_a_composed_vector_has_length_one(balance: float, seed: int, opposed: bool) -> None:
    pictures = np.stack([unit(seed), unit(seed + 1)])
    words = -unit(seed) if opposed else unit(seed + 2)
    composed = compose(pictures, words, None, balance)
    assert composed.dtype == np.float32
    assert np.linalg.norm(composed, axis=1) == pytest.approx(np.ones(2), abs=1e-4)


def test_no_pictures_make_no_vectors() -> None:
    assert compose(PICTURE[:0], WORDS, REFUSED, 0.5).shape == (0, PICTURE.shape[1])

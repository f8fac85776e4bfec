"""Measured colours: the product's own pixels, the same every time, and what they bear out."""

import numpy as np
import pytest

from models.cielab import cielab
from models.palette import DIM, Palette, palette_of
from models.types import Photo
from pipelines.lexicon import concept
from pipelines.looks import colour_verdict, named_colours, related

GROUND = (226, 224, 218)
RED, NAVY, WHITE = (190, 30, 40), (30, 42, 80), (246, 246, 244)


def drawn(pixels: np.ndarray) -> Photo:
    return Photo(pixels, sha256="drawn", source="test")


def product(*colours: tuple[int, int, int], ground: tuple[int, int, int] = GROUND) -> Photo:
    """Upright stripes of the colours in the middle of an even ground that darkens downwards."""
    pixels = np.empty((120, 120, 3), dtype=np.float64)
    pixels[:] = np.array(ground) * np.linspace(1.0, 0.8, 120)[:, None, None]
    for number, colour in enumerate(colours):
        width = 60 // len(colours)
        pixels[30:90, 30 + number * width : 30 + (number + 1) * width] = colour
    return drawn(pixels.astype(np.uint8))


def names(photo: Photo) -> tuple[str, ...]:
    return named_colours(palette_of(photo))


def verdict(key: str, *photos: Photo) -> str:
    colour = concept("colour", key)
    assert colour is not None
    return colour_verdict(colour, [palette_of(photo) for photo in photos])


def test_the_product_is_measured_and_the_ground_is_not():
    assert names(product(RED)) == ("red",)
    assert names(product(NAVY)) == ("navy",)
    assert set(names(product(RED, NAVY))) == {"red", "navy"}


def test_shares_sum_to_one_and_survive_being_stored():
    palette = palette_of(product(RED, NAVY))
    assert palette.share.sum() == pytest.approx(1.0, abs=1e-5)
    assert list(palette.share) == sorted(palette.share, reverse=True)
    assert palette.vector().shape == (DIM,)
    again = Palette.from_vector(palette.vector())
    assert np.array_equal(again.lab, palette.lab) and np.array_equal(again.share, palette.share)


def test_the_same_picture_always_gives_the_same_palette():
    rng = np.random.default_rng(3)
    photo = drawn(rng.integers(0, 256, (80, 60, 3), dtype=np.uint8))
    assert np.array_equal(palette_of(photo).vector(), palette_of(photo).vector())


def test_white_on_white_and_a_single_pixel_still_have_colours():
    assert names(drawn(np.full((50, 50, 3), 250, dtype=np.uint8))) == ("white",)
    assert names(drawn(np.full((1, 1, 3), 5, dtype=np.uint8))) == ("black",)


def test_a_colour_is_confirmed_by_pixels_and_contradicted_without_any():
    assert verdict("red", product(RED)) == "confirmed"
    assert verdict("burgundy", product(RED)) != "contradicted"
    assert verdict("red", product(NAVY)) == "contradicted"
    assert verdict("green", product(RED, WHITE)) == "contradicted"


def test_one_picture_that_has_the_colour_is_enough_and_all_must_lack_it():
    assert verdict("red", product(NAVY), product(RED)) == "confirmed"
    assert verdict("red", product(NAVY), product(WHITE)) == "contradicted"


def test_what_pixels_cannot_say_stays_unchecked():
    assert verdict("multicolour", product(RED)) == "unchecked"
    assert verdict("transparent", product(RED)) == "unchecked"
    assert verdict("red") == "unchecked"


def test_dim_light_does_not_contradict():
    dim = tuple(int(level * 0.6) for level in RED)
    assert verdict("red", product(dim, ground=(130, 120, 100))) != "contradicted"  # type: ignore[arg-type]


def test_shades_of_one_colour_are_related_and_others_are_not():
    assert related("navy", "blue") and related("navy", "light blue")
    assert not related("navy", "red")


def test_cielab_gives_the_known_values_of_primaries():
    white, red = cielab(np.array([[255, 255, 255], [255, 0, 0]], dtype=np.uint8))
    assert white == pytest.approx([100, 0, 0], abs=0.05)
    assert red == pytest.approx([53.2, 80.1, 67.2], abs=0.1)

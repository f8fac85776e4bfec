"""A head is tried on photos and products that were hidden from it, and judged by them."""

import numpy as np
import pytest

from indexer.adaptation import (
    Gain,
    Trial,
    choose_strength,
    cosine_scale,
    learn,
    try_head,
)
from models.adaptation import index_vectors
from models.adaptation_fit import Photos, Shelf
from models.errors import BadInput
from tests.fakes.planted_shop import PlantedShop, noise


def first(shelf: Shelf, photos: Photos, asked: np.ndarray, pictures: np.ndarray) -> float:
    return float((shelf.owners[(asked @ pictures.T).argmax(axis=1)] == photos.shown).mean())


@pytest.fixture(scope="module")
def trial() -> Trial:
    return try_head(*PlantedShop(own=4.0).made(), seed=0)


def test_products_that_had_photos_gain_and_those_without_lose_nothing(trial: Trial) -> None:
    assert trial.known.difference.low > 0.05
    assert trial.new.difference.value >= 0
    assert trial.objection == ""
    assert trial.own.after.value >= trial.own.before.value - 0.02


def test_what_was_hidden_is_a_quarter_and_none_of_it_is_in_both_groups(trial: Trial) -> None:
    assert (trial.new.products, trial.new.photos) == (8, 48)
    assert (trial.known.products, trial.known.photos) == (24, 24)
    assert trial.own.photos == 32


def test_a_planted_nuisance_is_taken_out_for_products_that_had_no_photo_at_all() -> None:
    shelf, photos = PlantedShop().made()
    had = photos.shown % 4 != 3
    strength = choose_strength(shelf, photos.where(had))
    assert strength is not None
    head = learn(shelf, photos.where(had), strength)
    without = photos.where(~had)
    pictures = index_vectors(head, shelf.products, shelf.owners, shelf.vectors)
    before = first(shelf, without, without.vectors, shelf.vectors)
    after = first(shelf, without, head.photos(without.vectors), pictures)
    assert after > before + 0.1


def test_photos_that_show_something_else_switch_nothing_on() -> None:
    trial = try_head(*noise())
    assert trial.objection != ""
    assert trial.known.difference.low <= 0


def test_where_nothing_is_left_to_win_nothing_is_switched_on() -> None:
    trial = try_head(*PlantedShop(shift=0.0, glare=0.0).made())
    assert trial.known.before.value > 0.9
    assert trial.objection != ""


def test_the_same_seed_hides_the_same_photos(trial: Trial) -> None:
    def gains(seed: int) -> tuple[Gain, Gain]:
        again = try_head(*PlantedShop(own=4.0).made(), seed=seed)
        return again.known, again.new

    assert gains(0) == (trial.known, trial.new)
    assert gains(4) != (trial.known, trial.new)


def test_the_scale_is_of_hidden_photos_and_there_is_none_where_cosines_tell_nothing(
    trial: Trial,
) -> None:
    shelf, photos = PlantedShop(own=4.0).made()
    assert trial.strength is not None
    assert trial.scale is not None
    head = learn(shelf, photos.where(photos.shown < 20), trial.strength)
    hidden = photos.where(photos.shown >= 20)
    scale = cosine_scale(shelf, head, hidden)
    assert scale is not None
    pictures = index_vectors(head, shelf.products, shelf.owners, shelf.vectors)
    cosines = head.photos(hidden.vectors) @ pictures.T
    right = hidden.shown[:, None] == shelf.owners
    assert (cosines[right] >= scale.close).mean() > 0.5
    assert (cosines[~right] < scale.close).mean() == pytest.approx(0.9, abs=0.02)
    assert (cosines[~right] >= scale.very).mean() < 0.01
    upside_down = Photos(-hidden.vectors, hidden.shown)
    assert cosine_scale(shelf, head, upside_down) is None


@pytest.mark.parametrize(("products", "each"), [(11, 6), (30, 1)])
def test_too_few_photos_or_products_are_refused_with_how_many_are_needed(
    products: int, each: int
) -> None:
    with pytest.raises(BadInput, match="too few") as told:
        try_head(*PlantedShop(products=products, photos_each=each).made())
    assert "40 photos" in told.value.remedy
    assert "12 products" in told.value.remedy

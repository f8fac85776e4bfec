"""What an adaptation head does to vectors, and how it is kept."""

from dataclasses import replace

import numpy as np
import pytest

from models.adaptation import AdaptationHead, CosineScale, index_vectors
from models.adaptation_fit import Strength, fit_heads, pairs_of
from models.errors import BadInput
from tests.fakes.planted_shop import DIM, PlantedShop

STRENGTH = Strength(shrinkage=3.0, decay=8.0, confidence=0.9)


@pytest.fixture(scope="module")
def head() -> AdaptationHead:
    shelf, photos = PlantedShop(own=2.0).made()
    return fit_heads(pairs_of(shelf, photos.where(photos.shown < 20)), [STRENGTH])[0]


def test_the_same_pairs_and_seed_give_the_same_head(head: AdaptationHead) -> None:
    shelf, photos = PlantedShop(own=2.0).made()
    pairs = pairs_of(shelf, photos.where(photos.shown < 20))
    again = fit_heads(pairs, [STRENGTH, replace(STRENGTH, decay=1.0)])
    assert again[0].fingerprint == head.fingerprint
    assert again[1].fingerprint != head.fingerprint


def test_all_vectors_have_unit_length_and_photos_nothing_where_confidence_was_cut(
    head: AdaptationHead,
) -> None:
    shelf, photos = PlantedShop(own=2.0).made()
    asked = head.photos(photos.vectors)
    pictures = index_vectors(head, shelf.products, shelf.owners, shelf.vectors)
    assert asked.shape == (192, DIM + 1) == (192, head.dim)
    np.testing.assert_allclose(np.linalg.norm(asked, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(pictures, axis=1), 1, atol=1e-5)
    assert not asked[:, -1].any()
    # Of the products that had photos, and of no others.
    np.testing.assert_allclose(pictures[:20, -1], np.sqrt(1 - 0.9**2), atol=1e-6)
    assert not pictures[20:, -1].any()
    assert not head.stored(pictures)[:, -1].any()


def test_one_picture_is_mapped_as_many_are(head: AdaptationHead) -> None:
    shelf, _ = PlantedShop(own=2.0).made()
    together = index_vectors(head, shelf.products, shelf.owners, shelf.vectors)
    for number in (0, 19, 20, 31):
        alone = head.picture(shelf.products[number], shelf.vectors[number])
        np.testing.assert_allclose(alone, together[number], atol=1e-6)


def test_a_picture_of_a_product_without_photos_meets_itself_whole(head: AdaptationHead) -> None:
    shelf, _ = PlantedShop(own=2.0).made()
    asked = head.photos(shelf.vectors[20:])
    stored = index_vectors(head, shelf.products, shelf.owners, shelf.vectors)[20:]
    np.testing.assert_allclose((asked * stored).sum(axis=1), 1, atol=1e-5)


def test_bytes_bring_the_same_head_back(head: AdaptationHead) -> None:
    back = AdaptationHead.from_bytes(head.to_bytes())
    assert back.fingerprint == head.fingerprint
    assert back.products == head.products
    vector = np.ones((1, DIM), dtype=np.float32)
    np.testing.assert_array_equal(back.photos(vector), head.photos(vector))
    assert replace(head, confidence=0.8).fingerprint != head.fingerprint


def test_a_scale_is_kept_and_a_head_from_before_there_was_one_stays_the_same(
    head: AdaptationHead,
) -> None:
    scale = CosineScale(0.1, 0.3, 0.55)
    told = replace(head, scale=scale)
    assert AdaptationHead.from_bytes(told.to_bytes()).scale == scale
    assert AdaptationHead.from_bytes(head.to_bytes()).scale is None
    assert b"scale" not in head.to_bytes()
    for wrong in ((0.3, 0.1, 0.5), (0.1, 0.1, 0.5), (0.1, 0.3, 1.0), (-2.0, 0.3, 0.5)):
        with pytest.raises(ValueError, match="scale"):
            CosineScale(*wrong)


@pytest.mark.parametrize("cut", [0, 7, 200])
def test_other_bytes_are_refused_with_what_to_do(head: AdaptationHead, cut: int) -> None:
    with pytest.raises(BadInput, match="no adaptation head") as told:
        AdaptationHead.from_bytes(head.to_bytes()[:cut])
    assert "shoplens adapt" in told.value.remedy


def test_photos_of_one_each_still_teach_the_shift() -> None:
    shelf, photos = PlantedShop(photos_each=1, glare=0.0).made()
    head = fit_heads(pairs_of(shelf, photos), [STRENGTH])[0]
    domain = (photos.vectors - shelf.vectors).mean(axis=0)
    assert np.isfinite(head.matrix).all()
    np.testing.assert_allclose(domain @ head.matrix, 0, atol=1e-5)

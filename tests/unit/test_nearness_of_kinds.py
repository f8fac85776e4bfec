"""A picture that looks near nothing in the shop is of no kind, however its neighbours agree."""

from dataclasses import replace

import numpy as np
import pytest

from models.adaptation import AdaptationHead, CosineScale
from models.tag_types import Tag
from models.types import Vectors
from pipelines.asked import understand
from pipelines.catalog_types import Card, Entry, IndexSpec, Money
from pipelines.kinds import LEAST, kind_of
from pipelines.refining import Shown, pictured
from pipelines.search_types import Query
from pipelines.stores.protocol import VectorIndex
from tests.fakes.index import MemoryHome

HATS = [
    Card(name, title=name, price=Money(20, "EUR"), tags=(Tag("type", "hat"),))
    for name in ("straw", "felt", "linen")
]


def shop(profile: str) -> VectorIndex:
    """Three hats that look the same: the first of two directions."""
    home = MemoryHome()
    looks = np.array([1, 0], dtype=np.float32)
    spec = IndexSpec(profile, "pictures", "texts", 2, 2, form=2)
    home.build(spec, [Entry(card, 0, looks, looks, card.title) for card in HATS])
    return home.open()


def seen(cosine: float) -> Vectors:
    """A picture with this cosine to each of the hats."""
    return np.array([[cosine, np.sqrt(1 - cosine**2)]], dtype=np.float32)


def head(scale: CosineScale | None) -> AdaptationHead:
    numbers = np.eye(2, dtype=np.float32)
    return AdaptationHead("pictures", numbers[0], numbers, (), numbers[:0], 1.0, scale)


def asking(words: str) -> Query:
    return Query(asked=understand(words), image_vectors=seen(0.5))


def shown(whole: float, shape: float) -> Shown:
    """A picture with these cosines to the hats, with its colours and without."""
    return Shown(seen(whole), seen(shape))


def test_what_neighbours_agree_on_is_believed_as_far_as_they_are_near() -> None:
    near = kind_of(HATS, 0.8)
    assert near is not None
    assert (near.share, near.sureness) == (1.0, 0.8)
    assert kind_of(HATS, LEAST - 0.01) is None
    ball = Card("b", tags=(Tag("type", "ball"),))
    assert kind_of([HATS[0], ball]) is not None
    assert kind_of([HATS[0], ball], 0.7) is None


def test_nearness_runs_from_unrelated_pictures_to_the_best_of_right_ones() -> None:
    scale = CosineScale(none=0.1, close=0.3, very=0.5)
    told = [scale.nearness(cosine) for cosine in (-0.2, 0.1, 0.3, 0.5, 0.9)]
    assert told == pytest.approx([0, 0, 0.5, 1, 1])


def test_a_picture_near_nothing_has_no_kind() -> None:
    index = shop("lite")
    near = pictured(index, asking("the same but linen"), shown(0.3, 0.5), None)
    assert near.kind is not None
    assert near.kind.value == "type:hat"
    far = pictured(index, asking("the same but linen"), shown(0.5, 0.2), None)
    assert far.kind is None


@pytest.mark.parametrize("profile", ["siglip2", "another"])
def test_where_nobody_measured_the_neighbours_decide_alone(profile: str) -> None:
    far = shown(0.1, 0.1)
    assert pictured(shop(profile), asking("linen"), far, None).kind is not None
    assert pictured(shop("lite"), asking("linen"), far, head(None)).kind is not None
    assert pictured(shop("lite"), asking("linen"), far, None).kind is None


def test_a_head_tells_by_its_own_scale() -> None:
    taught = head(CosineScale(-0.1, 0.1, 0.3))
    index = shop("lite")
    assert pictured(index, asking("linen"), shown(0.2, 0.2), taught).kind is not None
    assert pictured(index, asking("linen"), shown(0.2, 0.2), None).kind is None
    assert pictured(index, asking("linen"), shown(0.0, 0.0), taught).kind is None


def test_cheaper_compares_with_nothing_that_is_not_close() -> None:
    index = shop("lite")
    close = pictured(index, asking("cheaper"), shown(0.45, 0.1), None)
    assert close.asked.reference is not None
    assert close.asked.reference.product_id == "straw"
    far = pictured(index, asking("cheaper"), shown(0.2, 0.1), None)
    assert far.asked.reference is None
    named = replace(asking("cheaper"), product_id="felt")
    known = pictured(index, named, shown(0.2, 0.1), None).asked.reference
    assert known is not None
    assert known.product_id == "felt"

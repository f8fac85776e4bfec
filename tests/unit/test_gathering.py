"""Callers who come while the model runs are served together; each gets its own vectors."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from models.errors import BadInput
from models.gathering import GatheringEmbedder
from models.types import Photo, Vectors
from tests.fakes.models import ColourEmbedder, SlowEmbedder


def photo(seed: int, source: str = "test") -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return Photo(pixels=pixels, sha256=str(seed), source=source)


def ask_while_busy(slow: SlowEmbedder, asked: Sequence[Sequence[Photo]]) -> list[Future[Vectors]]:
    """The first is running when the others come."""
    gathering = GatheringEmbedder(slow)
    pool = ThreadPoolExecutor(len(asked))
    first = pool.submit(gathering.images, asked[0])
    assert slow.entered.wait(20)
    others = [pool.submit(gathering.images, photos) for photos in asked[1:]]
    while len(gathering._queue) < len(others):
        Event().wait(0.01)
    slow.go_on.set()
    pool.shutdown(wait=True)
    return [first, *others]


def test_who_comes_while_the_model_runs_is_served_in_one_batch() -> None:
    slow = SlowEmbedder()
    asked = [[photo(1)], [photo(2)], [photo(3), photo(4)], [photo(5)]]
    answers = ask_while_busy(slow, asked)
    assert slow.batches == [1, 4]
    for photos, answer in zip(asked, answers, strict=True):
        assert np.array_equal(answer.result(), ColourEmbedder().images(photos))
    assert not np.array_equal(answers[1].result(), answers[3].result())


def test_a_batch_stays_small_enough_for_memory() -> None:
    slow = SlowEmbedder()
    asked = [[photo(0)], *([photo(n)] * 10 for n in range(1, 4))]
    ask_while_busy(slow, asked)
    assert sorted(slow.batches) == [1, 10, 10, 10]


def test_alone_nobody_waits_and_nothing_is_changed() -> None:
    slow = SlowEmbedder()
    slow.go_on.set()
    gathering = GatheringEmbedder(slow)
    assert np.array_equal(gathering.images([photo(1)]), ColourEmbedder().images([photo(1)]))
    assert gathering.images([]).shape == (0, slow.image_dim)
    assert np.array_equal(gathering.texts(["mug"]), slow.texts(["mug"]))
    for name in ("image_fingerprint", "text_fingerprint", "image_dim", "text_dim", "one_space"):
        assert getattr(gathering, name) == getattr(slow, name)


def test_a_photo_that_fails_costs_nobody_else_an_answer() -> None:
    slow = SlowEmbedder()
    answers = ask_while_busy(slow, [[photo(1)], [photo(2, "bad")], [photo(3)]])
    with pytest.raises(BadInput, match="bad photo"):
        answers[1].result()
    assert np.array_equal(answers[2].result(), ColourEmbedder().images([photo(3)]))

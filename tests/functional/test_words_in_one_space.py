"""Picture and words as one vector, through the real code of a SigLIP checkpoint; a tiny one, so
that the way is proved and no quality."""

import numpy as np
import pytest
from tiny_siglip import write_checkpoint

from models.checkpoint import CheckpointSettings
from models.siglip import SiglipEmbedder
from models.types import Photo
from pipelines.catalog_types import Card, Entry, IndexSpec
from pipelines.lens import Lens
from pipelines.perceive import Models
from tests.fakes.index import MemoryHome
from tests.fakes.models import FixedDetector, FixedReader

pytestmark = pytest.mark.real_models

NAMES = ("red mug", "red dress", "красное платье", "mug with a handle")


def photo(seed: int) -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return Photo(pixels, sha256=str(seed), source="test")


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> SiglipEmbedder:
    folder = write_checkpoint(tmp_path_factory.mktemp("one-space") / "tiny")
    return SiglipEmbedder(CheckpointSettings(checkpoint=str(folder)))


@pytest.fixture(scope="module")
def lens(embedder: SiglipEmbedder) -> Lens:
    home = MemoryHome()
    home.build(
        IndexSpec("siglip2", embedder.image_fingerprint, embedder.text_fingerprint, 64, 64),
        [
            Entry(
                Card(name, title=name),
                0,
                embedder.images([photo(number)])[0],
                embedder.texts([name])[0],
                name,
            )
            for number, name in enumerate(NAMES)
        ],
    )
    return Lens(Models("siglip2", embedder, FixedDetector(), FixedReader()), home)


def composed_scores(lens: Lens, words: str, balance: float) -> dict[str, float]:
    result = lens.search(lens.perceive(photo(1)), words=words, balance=balance)
    assert not result.degraded
    return {c.product_id: e.score for c in result.selected if (e := c.found_by("composed"))}


def test_the_composed_vector_is_searched_between_picture_and_words(
    lens: Lens, embedder: SiglipEmbedder
) -> None:
    stored = embedder.images([photo(number) for number in range(len(NAMES))])
    for balance in (0.1, 0.5, 0.9):
        mixed = (1 - balance) * embedder.images([photo(1)])[0]
        mixed = mixed + balance * embedder.texts(["red"])[0]
        expected = dict(zip(NAMES, stored @ (mixed / np.linalg.norm(mixed)), strict=True))
        assert composed_scores(lens, "the same but red", balance) == pytest.approx(
            expected, abs=1e-3
        )


def test_what_is_refused_is_subtracted_and_a_refusal_alone_moves_the_picture(
    lens: Lens, embedder: SiglipEmbedder
) -> None:
    plain = composed_scores(lens, "", 0.5)
    assert plain == {}
    refused, product = embedder.texts(["red", "product"])
    mixed = 0.5 * embedder.images([photo(1)])[0] + 0.5 * (product - refused)
    mixed /= np.linalg.norm(mixed)
    stored = embedder.images([photo(number) for number in range(len(NAMES))])
    scores = composed_scores(lens, "not red", 0.5)
    assert scores == pytest.approx(dict(zip(NAMES, stored @ mixed, strict=True)), abs=1e-3)


def test_words_without_a_picture_compose_nothing(lens: Lens) -> None:
    result = lens.search(None, words="red mug")
    assert result.selected
    assert not any(candidate.found_by("composed") for candidate in result.selected)

"""A head from photos to answers: kept in the home, named by the index, met by every query."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.adapt_home import photos_of, shelf_of, switch_on, without_head
from indexer.adaptation import learn
from indexer.feeds import open_feed
from indexer.publish import publish
from indexer.query_list import QueryList, read_queries
from indexer.run import RunOptions, Workplace, index_feed
from models.adaptation_fit import Strength
from models.errors import BadInput, StaleIndex
from models.whole_picture import WholePicture
from pipelines.build import index_spec
from pipelines.head_store import HEADS, HeadStore
from pipelines.image_io import read_photo
from pipelines.lens import Lens
from pipelines.perceive import Models
from pipelines.settings import Settings
from tests.fakes.home import Shop, shop, write_csv
from tests.fakes.models import ColourEmbedder

PRODUCTS, EACH = 16, 4


def picture(number: int, dark: float = 1.0, seed: int = 0) -> Image.Image:
    """A grid of colours that belong to the product, darkened and a little disturbed."""
    cells = np.random.default_rng(number).integers(0, 255, size=(4, 4, 3))
    noise = np.random.default_rng(1000 + seed).normal(0, 8, size=(4, 4, 3))
    shown = np.clip(cells * dark + noise * (dark < 1), 0, 255).astype(np.uint8)
    return Image.fromarray(shown.repeat(12, axis=0).repeat(12, axis=1))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Shop]:
    """A shop that is indexed, with photos of three quarters of its products and a list of them."""
    lines = ["image,relevant_id"]
    for number in range(PRODUCTS):
        picture(number).save(tmp_path / f"p{number:02}.png")
        for seed in range(EACH if number % 4 else 0):
            picture(number, 0.5, number * 10 + seed).save(tmp_path / f"q{number:02}-{seed}.png")
            lines.append(f"q{number:02}-{seed}.png,p{number:02}")
    feed = write_csv(tmp_path, [f"p{n:02},p{n:02}.png,thing {n}" for n in range(PRODUCTS)])
    (tmp_path / "queries.csv").write_text("\n".join(lines) + "\n")
    with shop(tmp_path / "home") as made:
        assert made.index(feed).counts.products == PRODUCTS
        made.embedder.embedded.clear()
        yield made


def place_of(here: Shop) -> Workplace:
    info = here.home.current()
    assert info is not None
    return Workplace(here.catalog, here.home, here.embedder, info.spec)


def switched_on(here: Shop, folder: Path) -> None:
    place = place_of(here)
    shelf = shelf_of(here.catalog, place.spec)
    photos, bad = photos_of(read_queries(folder / "queries.csv"), shelf, here.embedder)
    assert not bad
    switch_on(place, learn(shelf, photos, Strength(3.0, 4.0, 0.9)))


def lens_of(here: Shop, folder: Path) -> Lens:
    models = Models("lite", here.embedder, WholePicture(), None)
    return Lens(models, here.home, HeadStore(folder / HEADS))


def found(lens: Lens, path: Path) -> str:
    return lens.search(lens.perceive(read_photo(path))).selected[0].product_id


def test_switching_on_embeds_photos_only_and_the_index_names_the_head(
    here: Shop, tmp_path: Path
) -> None:
    before = [entry.image for entry in here.entries()]
    switched_on(here, tmp_path)
    assert len(here.embedder.embedded) == 12 * EACH
    spec = place_of(here).spec
    (kept,) = (tmp_path / "home" / HEADS).iterdir()
    assert spec.head.startswith(kept.stem)
    assert spec.image_dim == here.embedder.image_dim + 1
    assert all(len(entry.image) == spec.image_dim for entry in here.entries())
    # The catalog keeps the embedder's own: back is as cheap as there.
    publish(here.catalog, here.home, without_head(spec))
    assert place_of(here).spec == here.spec
    for entry, raw in zip(here.entries(), before, strict=True):
        np.testing.assert_array_equal(entry.image, raw)


def test_a_query_goes_through_the_head_of_the_generation_that_answers(
    here: Shop, tmp_path: Path
) -> None:
    lens = lens_of(here, tmp_path / "home")
    asked = tmp_path / "q05-0.png"
    assert found(lens, asked) == "p05"
    switched_on(here, tmp_path)
    # The same lens, with what it remembers of the photo.
    assert found(lens, asked) == "p05"
    assert found(lens, tmp_path / "p08.png") == "p08"
    like = lens.more_like("p05").selected
    assert "p05" not in {candidate.product_id for candidate in like}
    assert len(like) == PRODUCTS - 1
    publish(here.catalog, here.home, without_head(place_of(here).spec))
    assert found(lens, asked) == "p05"


def test_words_meet_mapped_pictures_where_both_have_one_space(here: Shop, tmp_path: Path) -> None:
    here.embedder = ColourEmbedder(text_fingerprint="as-long", text_dim=48, one_space=True)
    here.index(tmp_path / "feed.csv")
    switched_on(here, tmp_path)
    result = lens_of(here, tmp_path / "home").search(None, words="thing")
    assert not result.degraded
    assert any(candidate.found_by("depicted") for candidate in result.selected)


@pytest.mark.parametrize("harm", ["missing", "cut", "another"])
def test_without_the_named_head_the_index_is_refused_with_the_remedy(
    here: Shop, tmp_path: Path, harm: str
) -> None:
    switched_on(here, tmp_path)
    (kept,) = (tmp_path / "home" / HEADS).iterdir()
    if harm == "missing":
        kept.unlink()
    elif harm == "cut":
        kept.write_bytes(kept.read_bytes()[:100])
    else:
        store = HeadStore(tmp_path / "home" / HEADS)
        head = store.of(place_of(here).spec)
        assert head is not None
        kept.write_bytes(replace(head, confidence=0.7).to_bytes())
    with pytest.raises(StaleIndex, match="adaptation head") as told:
        found(lens_of(here, tmp_path / "home"), tmp_path / "p05.png")
    assert "--off" in told.value.remedy
    with pytest.raises(StaleIndex):
        publish(here.catalog, here.home, place_of(here).spec)


def test_a_nightly_run_keeps_the_head_and_another_model_leaves_it_out(
    here: Shop, tmp_path: Path
) -> None:
    switched_on(here, tmp_path)
    before = here.home.current()
    assert before is not None
    models = Models("lite", here.embedder, WholePicture(), None)
    spec = index_spec(models, Settings(), before)
    assert spec == before.spec
    picture(99).save(tmp_path / "p00.png")
    place = Workplace(here.catalog, here.home, here.embedder, spec)
    report = index_feed(open_feed(tmp_path / "feed.csv"), place, RunOptions())
    assert report.index is not None
    assert report.index.spec.head == before.spec.head
    other = replace(models, embedder=ColourEmbedder(image_fingerprint="another"))
    left = index_spec(other, Settings(), report.index)
    assert (left.head, left.image_dim) == ("", here.embedder.image_dim)


def test_bad_rows_are_named_and_the_others_are_used(here: Shop, tmp_path: Path) -> None:
    path = tmp_path / "queries.csv"
    (tmp_path / "broken.png").write_bytes(b"no picture")
    rows = ["q05-0.png,gone", "broken.png,p05", "absent.png,p06"]
    path.write_text(path.read_text() + "\n".join(rows) + "\n", encoding="utf-8")
    path.write_text(path.read_text().replace("q05-0.png,gone", "q01-0.png,p01|gone"))
    shelf = shelf_of(here.catalog, place_of(here).spec)
    photos, bad = photos_of(read_queries(path), shelf, here.embedder)
    assert len(photos.shown) == 12 * EACH
    assert [row.image for row in bad] == ["q01-0.png", "broken.png", "absent.png"]
    assert "no product 'gone'" in bad[0].reason


def test_a_photo_that_words_turn_into_something_else_teaches_nothing(
    here: Shop, tmp_path: Path
) -> None:
    pairs = read_queries(tmp_path / "queries.csv")
    first, *others = pairs.queries
    worded = QueryList((replace(first, words="but red"), *others))
    shelf = shelf_of(here.catalog, place_of(here).spec)
    photos, bad = photos_of(worded, shelf, here.embedder)
    assert len(photos.shown) == 12 * EACH - 1
    assert [row.reason for row in bad] == ["its words ask for something else than the photo shows"]


def test_too_few_photos_are_refused_before_anything_is_embedded(here: Shop, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("image,relevant_id\nq01-0.png,p01\nq02-0.png,p02\n")
    shelf = shelf_of(here.catalog, place_of(here).spec)
    with pytest.raises(BadInput, match="2 photos of 2 products of the index are too few"):
        photos_of(read_queries(path), shelf, here.embedder)
    assert here.embedder.embedded == []

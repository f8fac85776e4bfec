"""A run embeds each picture once, loses none without a word, and publishes whole generations."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.feeds import open_feed
from indexer.load_ahead import PicturePlaces, load_ahead
from indexer.run import RunOptions, Workplace, index_feed
from indexer.run_report import Progress, Silent
from indexer.sight import prompts
from models import palette
from models.errors import BadFeed, DiskFull, StoreUnavailable, WeightsMissing
from models.keypoints import Keypoints, in_common
from models.sift import SiftFinder
from models.tag_types import Tag
from models.types import Photo, Vectors
from pipelines.catalog_types import INDEX_FORMAT, Entry, IndexInfo, IndexSpec, Money
from tests.fakes.home import shop, write_csv
from tests.fakes.index import MemoryHome
from tests.fakes.index_process import spec_of
from tests.fakes.models import ColourEmbedder
from tests.fakes.pictures import folder_of, picture, poisoned
from tests.fakes.prints import label, photo_of


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Ten products with a picture each."""
    (tmp_path / "shop").mkdir()
    folder_of(tmp_path / "shop", 10)
    return write_csv(
        tmp_path / "shop", (f"p{i},shelf-0/{i:04}.png,Mug number {i}" for i in range(10))
    )


def test_a_feed_becomes_a_searchable_generation(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        report = here.index(feed)
        assert report.clean
        assert report.outcome == "finished"
        assert (report.counts.products, report.counts.images, report.counts.new) == (10, 10, 10)
        assert report.counts.embedded == 10
        assert report.counts.images_per_second > 0
        assert report.built
        assert report.index is not None
        assert (report.index.products, report.index.points) == (10, 10)
        first = here.entries()[0]
        assert first.card.title == "Mug number 0"
        assert Path(first.card.pictures[0]).is_absolute()
        assert Path(first.card.pictures[0]).read_bytes() == picture(0)
        assert first.text is not None
        assert np.isclose(np.linalg.norm(first.image), 1)


def test_the_same_feed_again_embeds_nothing_and_builds_nothing(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        again = here.index(feed)
        assert again.counts.embedded == 0
        assert again.counts.unchanged == 10
        assert not again.built
        assert again.index is not None
        assert again.index.generation == 1
        assert len(here.embedder.embedded) == 10


def test_an_index_of_an_older_format_is_built_again_without_embedding(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        assert here.home.published is not None
        here.home.published.info = replace(here.home.published.info, format=1)
        again = here.index(feed)
        assert (again.counts.embedded, again.built) == (0, True)
        assert again.index is not None
        assert again.index.format == INDEX_FORMAT
        assert not here.index(feed).built


def test_colours_are_measured_once_and_also_for_pictures_with_a_vector(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        known = here.catalog.palettes_known()
        assert len(known) == 10
        with here.catalog.transaction() as db:
            db.execute(
                "DELETE FROM image_vectors WHERE model_id ="
                " (SELECT id FROM models WHERE fingerprint = ?)",
                (palette.NAME,),
            )
        again = here.index(feed)
        assert (again.counts.embedded, again.built) == (0, True)
        assert here.catalog.palettes_known() == known
        assert all(entry.card.tags for entry in here.entries())


def test_the_lexicon_is_embedded_once_where_pictures_and_words_share_a_space(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        apart = here.catalog.text_vectors_known(here.embedder.text_fingerprint)
    with shop(tmp_path / "one") as here:
        here.embedder = ColourEmbedder(text_dim=48, one_space=True)
        here.index(feed)
        known = here.catalog.text_vectors_known(here.embedder.text_fingerprint)
        assert len(known) == len(apart) + len(set(prompts()))
        assert not here.index(feed).built
        # Ten products of which the feed says the type are too few to trust the space's word.
        tags = [tag for entry in here.entries() for tag in entry.card.tags]
        assert {tag.verdict for tag in tags if tag.field == "type"} == {"unchecked"}
        assert not [tag for tag in tags if tag.origin == "seen"]


def test_the_order_of_rows_is_irrelevant(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        header, *rows = feed.read_text().splitlines()
        random.Random(7).shuffle(rows)  # noqa: S311
        feed.write_text("\n".join([header, *rows]))
        again = here.index(feed)
        assert (again.counts.unchanged, again.counts.embedded, again.built) == (10, 0, False)


def test_changes_additions_and_deletions_reach_the_index(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        (feed.parent / "shelf-0" / "0001.png").write_bytes(picture(501))
        (feed.parent / "new.png").write_bytes(picture(502))
        rows = feed.read_text().splitlines()[2:]
        write_csv(feed.parent, [rows[0].replace("Mug", "Cup"), *rows[1:], "q,new.png,Bowl"])
        report = here.index(feed)
        counts = report.counts
        assert (counts.new, counts.changed, counts.unchanged, counts.gone) == (1, 1, 8, 1)
        assert counts.embedded == 2
        assert report.built
        assert here.ids() == {f"p{i}" for i in range(1, 10)} | {"q"}
        titles = {entry.card.product_id: entry.card.title for entry in here.entries()}
        assert titles["p1"] == "Cup number 1"
        assert "p0" not in titles


def test_only_words_change_and_no_picture_is_embedded(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        feed.write_text(feed.read_text().replace("Mug", "Cup"))
        report = here.index(feed)
        assert (report.counts.changed, report.counts.embedded, report.built) == (10, 0, True)
        before = here.embedder.texts(["Mug number 3"])[0]
        after = next(e.text for e in here.entries() if e.card.product_id == "p3")
        assert after is not None
        assert not np.allclose(before, after)


def test_one_picture_under_many_products_is_embedded_once(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in ("a.png", "same.png"):
        (folder / name).write_bytes(picture(1))
    rows = [f"p{i},{'a' if i % 2 else 'same'}.png,Mug" for i in range(30)]
    with shop(tmp_path / "home") as here:
        report = here.index(write_csv(folder, rows))
        assert (report.counts.images, report.counts.embedded) == (30, 1)
        assert len(here.entries()) == 30
        assert len(here.embedder.embedded) == 1


def test_several_pictures_are_several_points_of_one_card(tmp_path: Path) -> None:
    folder_of(tmp_path / "shop", 3)
    row = {
        "id": "mug", "title": "Red mug", "brand": "Acme", "mpn": "RE16-TGK", "color": "red",
        "image_link": "shelf-0/0000.png", "price": "20 EUR", "sale_price": "15 EUR",
        "additional_image_link": ["shelf-0/0001.png", "gone.png", "shelf-0/0002.png"],
        "product_type": "Home > Mugs", "description": "Holds tea",
    }  # fmt: skip
    path = tmp_path / "shop" / "feed.jsonl"
    path.write_text(json.dumps(row))
    with shop(tmp_path / "home") as here:
        report = here.index(path)
        assert [(r.kind, r.reason, r.count) for r in report.reasons] == [
            ("picture", "missing file", 1)
        ]
        assert [entry.image_number for entry in here.entries()] == [0, 1, 3]
        card, words = here.entries()[0].card, here.entries()[0].words
        assert (card.price, card.old_price) == (Money(15, "EUR"), Money(20, "EUR"))
        assert card.tags[0] == Tag("type", "mug")
        assert Tag("colour", "red", verdict="confirmed") in card.tags
        assert len(card.pictures) == 3
        assert words.startswith("Red mug Acme Home Mugs red RE16-TGK ")
        assert {"кружка", "красный", "drinkware"} <= set(words.split())
        assert "tea" not in words


def test_exactly_the_bad_pictures_are_named(tmp_path: Path) -> None:
    reasons = poisoned(tmp_path / "shop")
    with shop(tmp_path / "home") as here:
        report = here.index(tmp_path / "shop")
        named = {error.product_id: error.reason for error in here.catalog.errors()}
        assert named == reasons
        assert report.counts.bad_images == len(reasons)
        assert report.counts.embedded == 10
        assert not report.clean
        assert sum(reason.count for reason in report.reasons) == len(reasons)
        assert all(error.detail and "\n" not in error.detail for error in report.examples)
        assert len(here.ids()) == 10
        assert not here.ids() & set(reasons)
        again = here.index(tmp_path / "shop")
        assert again.counts.bad_images == len(reasons)
        assert (again.counts.embedded, again.built) == (0, False)


def test_bad_rows_are_counted_and_the_rest_indexed(tmp_path: Path, feed: Path) -> None:
    with feed.open("a") as file:
        file.write(",x.png,no id\np0,shelf-0/0001.png,twice\nweb,https://127.0.0.1/a.jpg,far\n")
    with shop(tmp_path / "home") as here:
        report = here.index(feed)
        assert (report.counts.bad_rows, report.counts.bad_images) == (2, 1)
        details = [error.detail for error in report.examples]
        assert any("inside the network" in detail for detail in details)
        assert [error.place for error in report.examples][:2] == ["line 12", "line 13"]
        assert here.ids() == {f"p{i}" for i in range(10)}


def test_a_feed_without_a_usable_picture_leaves_the_index_alone(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        for rows, says in (
            ([], "holds no product"),
            (["p1,gone.png,x"], r"no picture .* \(0 bad rows, 1 bad .* \S*gone.png: no such file"),
            ([",a.png,x"], r"no picture .* \(1 bad rows, 0 bad .* line 2: .*"),
            # The pictures are why, whatever row comes first.
            (
                [",a.png,x", "p1,gone.png,x", "p2,off.png,x"],
                r"most often \(2\): \S*gone.png: no such file",
            ),
        ):
            with pytest.raises(BadFeed, match=says):
                here.index(write_csv(feed.parent, rows))
        assert len(here.ids()) == 10
        assert here.catalog.runs(1)[0].outcome == "failed"


def test_another_model_embeds_anew_and_the_first_ones_vectors_stay(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        first = here.embedder
        here.embedder = ColourEmbedder(image_fingerprint="fake-colours-2")
        report = here.index(feed)
        assert (report.counts.embedded, report.counts.unchanged, report.built) == (10, 10, True)
        here.embedder = first
        report = here.index(feed)
        assert (report.counts.embedded, report.built) == (0, True)


def test_an_index_from_before_keypoints_gets_them_and_only_once(tmp_path: Path) -> None:
    for number in range(3):
        Image.fromarray(label(number)).save(tmp_path / f"{number}.png")
    feed = write_csv(tmp_path, [f"p{n},{n}.png,Label {n}" for n in range(3)])
    with shop(tmp_path / "home") as here:
        here.index(feed)
        assert {entry.keypoints for entry in here.entries()} == {b""}
        here.keypoints = SiftFinder()
        assert here.index(feed).built
        found = [Keypoints.from_bytes(entry.keypoints) for entry in here.entries()]
        assert all(len(each) > 20 for each in found)
        embedded = len(here.embedder.embedded)
        report = here.index(feed)
        assert (report.counts.embedded, report.built) == (0, False)
        assert len(here.embedder.embedded) == embedded
        # And a new picture of a product brings its own, beside those that are kept.
        Image.fromarray(label(9)).save(tmp_path / "1.png")
        assert here.index(feed).counts.embedded == 1
        first, second, third = (Keypoints.from_bytes(e.keypoints) for e in here.entries())
        assert np.array_equal(first.bits, found[0].bits)
        assert np.array_equal(third.bits, found[2].bits)
        assert in_common(second, SiftFinder().find([photo_of(label(9))])[0]) > 20


def test_stopping_finishes_the_batch_publishes_nothing_and_goes_on_later(
    tmp_path: Path, feed: Path
) -> None:
    asked = 0

    def after_six() -> bool:
        nonlocal asked
        asked += 1
        return asked > 6

    with shop(tmp_path / "home") as here:
        report = here.index(feed, stop=after_six)
        assert report.outcome == "interrupted"
        assert report.index is None
        assert report.counts.embedded == 6
        assert here.catalog.summary().products == 6
        assert here.home.published is None
        report = here.index(feed)
        assert report.counts.embedded == 4
        assert len(here.ids()) == 10
        assert len(here.embedder.embedded) == len(set(here.embedder.embedded)) == 10


def test_products_not_reached_before_a_stop_do_not_leave(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        report = here.index(feed, stop=lambda: True)
        assert report.counts.gone == 0
        assert here.catalog.summary().products == 10
        assert report.index is not None
        assert report.index.generation == 1


def test_whenever_the_disk_fills_up_the_next_run_ends_as_if_it_had_not(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "expected") as expected:
        expected.index(feed)
        wanted = [(e.card, e.image.tobytes()) for e in expected.entries()]
    for failing in range(1, 20):
        calls = 0

        def free(folder: str, failing: int = failing) -> int:
            nonlocal calls
            calls += 1
            return 0 if calls == failing else 10**12

        with shop(tmp_path / f"home-{failing}") as here:
            try:
                here.index(feed, free=free)
            except DiskFull as error:
                assert "nothing was lost" in error.remedy
                assert here.home.published is None
                here.index(feed)
            else:
                assert failing > 3
                break
            assert [(e.card, e.image.tobytes()) for e in here.entries()] == wanted
            assert len(here.embedder.embedded) == 10
    else:
        pytest.fail("the disk never was large enough")


class FailingHome(MemoryHome):
    """Fails to build as long as it is told to."""

    broken = True

    def build(self, spec: IndexSpec, entries: Iterable[Entry]) -> IndexInfo:
        if self.broken:
            raise DiskFull("no room for the index", remedy="free some space")
        return super().build(spec, entries)


def test_a_failed_build_is_made_up_for_although_the_feed_did_not_change(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.home = home = FailingHome()
        with pytest.raises(DiskFull):
            here.index(feed)
        assert here.catalog.runs(1)[0].outcome == "failed"
        home.broken = False
        report = here.index(feed)
        assert (report.counts.embedded, report.built) == (0, True)


class FussyEmbedder(ColourEmbedder):
    """Cannot take pictures of one side length, and makes NaN of those of another."""

    def images(self, batch: Sequence[Photo]) -> Vectors:
        if any(photo.width == 13 for photo in batch):
            raise RuntimeError("cannot\ntake thirteen")
        vectors = super().images(batch)
        for photo, vector in zip(batch, vectors, strict=True):
            if photo.width == 14:
                vector[:] = np.nan
        return vectors


def test_a_picture_that_the_model_fails_on_costs_itself_only(tmp_path: Path, feed: Path) -> None:
    for side in (13, 14):
        (feed.parent / f"{side}.png").write_bytes(picture(side, side=side))
    with feed.open("a") as file:
        file.write("x,13.png,bad\nx2,13.png,bad again\ny,14.png,nan\n")
    with shop(tmp_path / "home") as here:
        here.embedder = FussyEmbedder()
        report = here.index(feed)
        named = {error.product_id: error.reason for error in here.catalog.errors()}
        assert named == {
            "x": "failed unexpectedly",
            "x2": "failed unexpectedly",
            "y": "no usable vector",
        }
        assert here.ids() == {f"p{i}" for i in range(10)}
        assert report.counts.embedded == 10
        assert all("\n" not in error.detail for error in report.examples)


class BrokenEmbedder(ColourEmbedder):
    error: Exception = RuntimeError("the model is broken")

    def images(self, batch: Sequence[Photo]) -> Vectors:
        raise self.error


def test_a_model_that_fails_on_everything_is_no_fault_of_the_pictures(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.embedder = broken = BrokenEmbedder()
        with pytest.raises(RuntimeError, match="model is broken"):
            here.index(feed)
        broken.error = WeightsMissing("no weights", remedy="download them")
        with pytest.raises(WeightsMissing):
            here.index(feed)
        assert here.catalog.summary().errors == 0
        here.embedder = ColourEmbedder()
        assert here.index(feed).counts.embedded == 10


class AbsentServer(MemoryHome):
    def current(self) -> IndexInfo | None:
        raise StoreUnavailable("no server", remedy="start it")


def test_a_server_that_is_down_is_told_before_anything_is_embedded(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.home = AbsentServer()
        with pytest.raises(StoreUnavailable):
            here.index(feed)
        assert here.embedder.embedded == []


def test_progress_ends_at_the_feeds_length(tmp_path: Path, feed: Path) -> None:
    told: list[Progress] = []

    class Listening(Silent):
        def moved(self, progress: Progress) -> None:
            told.append(progress)

    with shop(tmp_path / "home") as here:
        place = Workplace(here.catalog, here.home, here.embedder, spec_of(here.embedder))
        index_feed(open_feed(feed), place, RunOptions(batch=3), Listening())
    assert [p.rows for p in told] == sorted(p.rows for p in told)
    assert told[-1] == Progress(rows=10, of_rows=11, images=10, embedded=10, bad=0)


class Probe:
    """Knows no picture, and counts how often it is asked: once for each that is loaded."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def __contains__(self, digest: object) -> bool:
        self.asked.append(digest)
        return False


@pytest.mark.parametrize(("room_pictures", "most"), [(5, 8), (1, 8), (10_000, 96)])
def test_pictures_wait_decoded_only_as_many_as_memory_has_room_for(
    tmp_path: Path, room_pictures: int, most: int
) -> None:
    folder = folder_of(tmp_path / "shop", 200)
    probe = Probe()
    room = room_pictures * 24 * 24 * 3
    ahead = []
    for number, _ in enumerate(
        load_ahead(
            open_feed(folder).items(), PicturePlaces(folder), probe, workers=4, room_bytes=room
        )
    ):
        ahead.append(len(probe.asked) - number)
    assert len(ahead) == 200
    assert max(ahead[:20]) <= most + 1
    # Past the first ones, whose size nobody knew.
    assert max(ahead[20:]) <= max(room_pictures, 2) + 1 or room_pictures > 200

"""A feed is the whole shop: what it lacks leaves, but never a shop at once by mistake."""

from pathlib import Path

import pytest

from indexer.difference import difference
from indexer.feeds import open_feed
from models.errors import FeedShrank
from tests.fakes.home import shop, write_csv
from tests.fakes.models import ColourEmbedder
from tests.fakes.pictures import folder_of, picture


def rows(first: int, last: int) -> list[str]:
    return [f"p{i},shelf-{i // 10}/{i:04}.png,Mug number {i}" for i in range(first, last)]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Ten products with a picture each, and twenty more pictures beside them."""
    (tmp_path / "shop").mkdir()
    folder_of(tmp_path / "shop", 30)
    return write_csv(tmp_path / "shop", rows(0, 10))


def named(first: int, last: int) -> set[str]:
    return {f"p{i}" for i in range(first, last)}


def test_a_feed_that_lost_more_than_a_fifth_takes_nothing_away(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        write_csv(feed.parent, [*rows(3, 10), "q,shelf-1/0011.png,Bowl"])
        with pytest.raises(FeedShrank, match=r"lacks 3 of 10 products \(30%\)") as caught:
            here.index(feed)
        assert "--allow-shrink" in caught.value.remedy
        assert caught.value.exit_code == 9
        assert here.catalog.runs(1)[0].outcome == "failed"
        assert here.catalog.runs(1)[0].counts.gone == 0
        assert here.ids() == named(0, 10)
        assert here.home.current().generation == 1  # type: ignore[union-attr]

        report = here.index(feed, allow_shrink=True)
        assert (report.counts.gone, report.counts.embedded) == (3, 0)
        assert here.ids() == named(3, 10) | {"q"}


def test_a_fifth_may_leave(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        write_csv(feed.parent, rows(2, 10))
        assert here.index(feed).counts.gone == 2
        assert here.ids() == named(2, 10)


def test_asking_every_night_never_wears_the_guard_down(tmp_path: Path, feed: Path) -> None:
    # What a refused feed brought must not make its losses look small the next time.
    with shop(tmp_path / "home") as here:
        here.index(feed)
        other = [row.replace("p", "other", 1) for row in rows(10, 30)]
        for _ in range(3):
            with pytest.raises(FeedShrank, match="lacks 10 of 10"):
                here.index(write_csv(feed.parent, other))
        # Nor may it stand in the way of the right feed.
        report = here.index(write_csv(feed.parent, rows(0, 10)))
        assert (report.outcome, report.counts.unchanged) == ("finished", 10)
        assert here.ids() == named(0, 10)


def test_missing_products_are_kept_on_demand(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        part = write_csv(feed.parent, ["p1,shelf-0/0001.png,Cup", "q,shelf-1/0011.png,Bowl"])
        report = here.index(part, keep_missing=True)
        assert (report.counts.gone, report.counts.changed, report.counts.new) == (0, 1, 1)
        assert here.ids() == named(0, 10) | {"q"}


def test_a_first_run_has_nothing_to_lose(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        asked = iter([False] * 6 + [True])
        assert here.index(feed, stop=lambda: next(asked)).outcome == "interrupted"
        report = here.index(write_csv(feed.parent, rows(20, 22)))
        assert (report.outcome, here.ids()) == ("finished", named(20, 22))


# Before a run


def test_the_difference_is_told_and_nothing_is_written(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        before = sorted((tmp_path / "home").iterdir()), here.catalog.path.read_bytes()
        (feed.parent / "shelf-0" / "0004.png").write_bytes(picture(700))
        write_csv(
            feed.parent,
            [
                rows(1, 2)[0].replace("Mug", "Cup"),
                *rows(2, 10),
                "q,shelf-1/0011.png,Bowl",
                "r,gone.png,No picture",
                ",shelf-1/0012.png,No id",
            ],
        )
        told = difference(open_feed(feed), here.catalog)
        assert (told.new, told.changed, told.unchanged, told.gone) == (2, 2, 7, 1)
        assert (told.bad_rows, told.bad_images) == (1, 1)
        assert {(r.kind, r.reason) for r in told.reasons} == {
            ("row", "no id"),
            ("picture", "missing file"),
        }
        assert ("gone", "p0") in told.examples
        assert {i for change, i in told.examples if change == "changed"} == {"p1", "p4"}
        assert not told.refused
        assert (sorted((tmp_path / "home").iterdir()), here.catalog.path.read_bytes()) == before

        counts = here.index(feed).counts
        assert (counts.new, counts.changed, counts.unchanged, counts.gone) == (2, 2, 7, 1)
        again = difference(open_feed(feed), here.catalog)
        assert (again.new, again.changed, again.unchanged, again.gone) == (0, 0, 11, 0)


def test_the_difference_says_that_a_run_would_stop(tmp_path: Path, feed: Path) -> None:
    with shop(tmp_path / "home") as here:
        assert difference(open_feed(feed), None).new == 10
        here.index(feed)
        write_csv(feed.parent, rows(5, 12))
        told = difference(open_feed(feed), here.catalog)
        assert (told.new, told.unchanged, told.gone, told.refused) == (2, 5, 5, True)


# Another model, another index


@pytest.mark.parametrize(
    "change", [{"precision": "int8"}, {"hnsw_m": 32}, {"hnsw_ef_construct": 200}]
)
def test_another_kind_of_index_is_built_of_what_is_there(
    tmp_path: Path, feed: Path, change: dict[str, object]
) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        here.layout = change
        report = here.index(feed)
        assert (report.built, report.counts.embedded, report.counts.unchanged) == (True, 0, 10)
        assert report.index is not None
        assert report.index.spec == here.spec
        assert not here.index(feed).built


class Counting(ColourEmbedder):
    """Counts texts too, and dies when its time has come."""

    left = 10**9
    texts_seen = 0

    def images(self, batch):  # type: ignore[no-untyped-def]
        if self.left < len(batch):
            raise KeyboardInterrupt
        self.left -= len(batch)
        return super().images(batch)

    def texts(self, batch):  # type: ignore[no-untyped-def]
        self.texts_seen += len(batch)
        return super().texts(batch)


def test_another_model_takes_over_at_the_end_whatever_happens_on_the_way(
    tmp_path: Path, feed: Path
) -> None:
    with shop(tmp_path / "home") as here:
        here.index(feed)
        old = here.home.current()
        here.embedder = second = Counting(image_fingerprint="fake-colours-2")
        second.left = 6
        with pytest.raises(KeyboardInterrupt):
            here.index(feed)
        # The old one serves, with its own vectors, until the new one is whole.
        assert here.home.current() == old
        assert len(here.catalog.image_vectors_known("fake-colours-2")) == 4
        second.left = 10**9
        report = here.index(feed)
        assert report.index is not None
        assert report.index.spec.image_fingerprint == "fake-colours-2"
        assert len(here.entries()) == 10
        # Nothing twice but the batch that was cut, and no text: its model stayed the same.
        assert len(second.embedded) == 10
        assert second.texts_seen == 0
        assert report.counts.unchanged == 10

"""An indexer that is killed, stopped or started twice loses nothing and says what to do."""

import os
import signal
import time
from pathlib import Path

import pytest

from indexer.home_lock import home_lock
from models.errors import BadInput, HomeLocked
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.stores.edge import EdgeHome
from tests.fakes.models import ColourEmbedder
from tests.fakes.pictures import folder_of
from tests.fakes.watched_indexer import (
    BATCH,
    PICTURES,
    allow,
    contents,
    embedded,
    indexer,
    steps,
    until_it_builds,
)


def test_kills_at_any_moment_cost_at_most_a_batch_each(tmp_path: Path) -> None:
    feed = folder_of(tmp_path / "shop", PICTURES)
    all_embedded: list[str] = []
    home = tmp_path / "home"
    kills = ((1, 0.0), (2, 0.002), (1, 0.02), (0, 0.004))
    for batches, later in kills:
        with indexer(home, feed) as process:
            lines = steps(process, batches)
            # Somewhere between the model and the end of the transaction.
            allow(process)
            time.sleep(later)
            process.send_signal(signal.SIGKILL)
            rest, _ = process.communicate()
            all_embedded += embedded(lines + rest.splitlines())
        assert process.returncode == -signal.SIGKILL
        with CatalogDb.open_read_only(home / CATALOG_NAME) as catalog:
            done = catalog.image_vectors_known(ColourEmbedder().image_fingerprint)
        assert len(set(all_embedded)) - len(done) <= BATCH
        assert len(done) >= batches * BATCH
        assert EdgeHome(home / "index").current() is None
    with indexer(home, feed) as process:
        all_embedded += embedded(until_it_builds(process))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert EdgeHome(home / "index").current() is None
    with indexer(home, feed) as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert embedded(out.splitlines()) == []
    assert len(set(all_embedded)) == PICTURES
    assert len(all_embedded) <= PICTURES + len(kills) * BATCH

    with indexer(tmp_path / "unbroken", feed) as process:
        process.communicate()
    assert contents(home) == contents(tmp_path / "unbroken")
    assert len(contents(home)) == PICTURES
    assert not list((home / "index").glob("*.half-*"))


def test_a_killed_change_of_models_goes_on_and_the_old_index_serves_until_then(
    tmp_path: Path,
) -> None:
    feed, home = folder_of(tmp_path / "shop", PICTURES), tmp_path / "home"
    with indexer(home, feed) as process:
        process.communicate()
    before = contents(home)
    all_embedded: list[str] = []
    for batches in (2, 1):
        with indexer(home, feed, "another-model") as process:
            all_embedded += embedded(steps(process, batches))
            process.send_signal(signal.SIGKILL)
            process.communicate()
        info = EdgeHome(home / "index").current()
        assert info is not None
        assert info.spec.image_fingerprint == ColourEmbedder.image_fingerprint
        assert contents(home) == before
    with indexer(home, feed, "another-model") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    all_embedded += embedded(out.splitlines())
    # Killed while it waited for its next batch: none was cut, so none was embedded twice.
    assert len(all_embedded) == len(set(all_embedded)) == PICTURES
    info = EdgeHome(home / "index").current()
    assert info is not None
    assert (info.generation, info.spec.image_fingerprint) == (2, "another-model")
    assert [i for i, _ in contents(home)] == [i for i, _ in before]
    with CatalogDb.open_read_only(home / CATALOG_NAME) as catalog:
        assert len(catalog.image_vectors_known(ColourEmbedder.image_fingerprint)) == PICTURES


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_finishes_the_batch_and_the_next_run_goes_on(
    tmp_path: Path, number: signal.Signals
) -> None:
    feed, home = folder_of(tmp_path / "shop", PICTURES), tmp_path / "home"
    with indexer(home, feed) as process:
        lines = steps(process, 2)
        process.send_signal(number)
        out, err = process.communicate()
    first = embedded(lines + out.splitlines())
    assert process.returncode == 130
    assert "Finishing this batch" in err
    assert "Traceback" not in err
    assert "building" not in out
    # The batch that it waited to embed when the signal came was finished, and was the last.
    assert len(first) == 3 * BATCH
    with CatalogDb.open_read_only(home / CATALOG_NAME) as catalog:
        assert catalog.runs(1)[0].outcome == "interrupted"
        assert len(catalog.image_vectors_known("fake-colours-1")) == len(first)
    with indexer(home, feed) as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    assert sorted(first + embedded(out.splitlines())) == sorted(
        set(first + embedded(out.splitlines()))
    )
    assert len(contents(home)) == PICTURES


def test_a_second_indexer_is_told_who_works_here(tmp_path: Path) -> None:
    feed, home = folder_of(tmp_path / "shop", PICTURES), tmp_path / "home"
    with indexer(home, feed) as first:
        steps(first, 1)
        with indexer(home, feed) as second:
            out, _ = second.communicate()
        assert second.returncode == HomeLocked.exit_code
        assert f"process {first.pid}, since 20" in out
        assert "Ctrl-C" in out
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    # The lock died with its holder.
    with home_lock(home):
        pass


def test_a_home_is_free_again_after_use_and_its_note_may_be_garbage(tmp_path: Path) -> None:
    with home_lock(tmp_path / "new" / "home"):
        with (
            pytest.raises(HomeLocked, match=f"process {os.getpid()}"),
            home_lock(tmp_path / "new/home"),
        ):
            pass
        (tmp_path / "new" / "home" / "indexer.lock").write_text("[]")
        with (
            pytest.raises(HomeLocked, match="another indexer works"),
            home_lock(tmp_path / "new/home"),
        ):
            pass
    with home_lock(tmp_path / "new" / "home"):
        pass


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    for home in (tmp_path / "home", tmp_path / "home" / "below"):
        with pytest.raises(BadInput, match="cannot be used") as caught, home_lock(home):
            pass
        assert "--home" in caught.value.remedy
    assert (tmp_path / "home").read_text() == ""

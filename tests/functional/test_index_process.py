"""An indexer that is killed, stopped or started twice loses nothing and says what to do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from indexer.home_lock import home_lock
from models.errors import BadInput, HomeLocked
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.stores.edge import EdgeHome
from pipelines.stores.protocol import StoreFilter
from tests.fakes.models import ColourEmbedder
from tests.fakes.pictures import folder_of

PICTURES, BATCH = 60, 8


@contextmanager
def indexer(
    repository: Path, home: Path, feed: Path, *model: str
) -> Iterator[subprocess.Popen[str]]:
    place = [str(home), str(feed), str(BATCH)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.index_process", *place, *model],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        with process:
            pass


def steps(process: subprocess.Popen[str], batches: int) -> list[str]:
    """Let it embed that many batches; what it told, to where it waits before the next."""
    assert process.stdout is not None
    told: list[str] = []
    allowed = 0
    while line := process.stdout.readline():
        told.append(line.strip())
        if told[-1] == "waiting":
            if allowed == batches:
                break
            allow(process)
            allowed += 1
    return told


def until_it_builds(process: subprocess.Popen[str]) -> list[str]:
    """Let it embed everything; what it told until the index is being built."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    told: list[str] = []
    while line := process.stdout.readline():
        told.append(line.strip())
        if line.startswith("building"):
            break
    return told


def allow(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def the_rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it says to its end, with no more waiting."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    # `communicate` would lose what `readline` has buffered.
    out, err = process.stdout.read(), process.stderr.read()
    process.wait()
    return out, err


def embedded(lines: list[str]) -> list[str]:
    return [line.split()[1] for line in lines if line.startswith("embedded")]


def contents(home: Path) -> list[tuple[str, bytes]]:
    """Every product of the published generation with its vector."""
    index = EdgeHome(home / "index").open()
    try:
        probe = np.ones((1, ColourEmbedder().image_dim), dtype=np.float32)
        (hits,) = index.nearest("image", probe, 10 * PICTURES, StoreFilter(), exact=True)
        ids = sorted(hit.product_id for hit in hits)
        vectors = index.image_vectors(ids)
        return [
            (i, v.tobytes() if v is not None else b"") for i, v in zip(ids, vectors, strict=True)
        ]
    finally:
        index.close()


def test_kills_at_any_moment_cost_at_most_a_batch_each(tmp_path: Path, repository: Path) -> None:
    feed = folder_of(tmp_path / "shop", PICTURES)
    all_embedded: list[str] = []
    home = tmp_path / "home"
    kills = ((1, 0.0), (2, 0.002), (1, 0.02), (0, 0.004))
    for batches, later in kills:
        with indexer(repository, home, feed) as process:
            lines = steps(process, batches)
            # Somewhere between the model and the end of the transaction.
            allow(process)
            time.sleep(later)
            process.send_signal(signal.SIGKILL)
            rest, _ = the_rest(process)
            all_embedded += embedded(lines + rest.splitlines())
        assert process.returncode == -signal.SIGKILL
        with CatalogDb.open_read_only(home / CATALOG_NAME) as catalog:
            done = catalog.image_vectors_known(ColourEmbedder().image_fingerprint)
        assert len(set(all_embedded)) - len(done) <= BATCH
        assert len(done) >= batches * BATCH
        assert EdgeHome(home / "index").current() is None
    with indexer(repository, home, feed) as process:
        all_embedded += embedded(until_it_builds(process))
        process.send_signal(signal.SIGKILL)
        the_rest(process)
    assert EdgeHome(home / "index").current() is None
    with indexer(repository, home, feed) as process:
        out, err = the_rest(process)
    assert (process.returncode, err) == (0, "")
    assert embedded(out.splitlines()) == []
    assert len(set(all_embedded)) == PICTURES
    assert len(all_embedded) <= PICTURES + len(kills) * BATCH

    with indexer(repository, tmp_path / "unbroken", feed) as process:
        the_rest(process)
    assert contents(home) == contents(tmp_path / "unbroken")
    assert len(contents(home)) == PICTURES
    assert not list((home / "index").glob("*.half-*"))


def test_a_killed_change_of_models_goes_on_and_the_old_index_serves_until_then(
    tmp_path: Path, repository: Path
) -> None:
    feed, home = folder_of(tmp_path / "shop", PICTURES), tmp_path / "home"
    with indexer(repository, home, feed) as process:
        the_rest(process)
    before = contents(home)
    all_embedded: list[str] = []
    for batches in (2, 1):
        with indexer(repository, home, feed, "another-model") as process:
            all_embedded += embedded(steps(process, batches))
            process.send_signal(signal.SIGKILL)
            the_rest(process)
        info = EdgeHome(home / "index").current()
        assert info is not None
        assert info.spec.image_fingerprint == ColourEmbedder.image_fingerprint
        assert contents(home) == before
    with indexer(repository, home, feed, "another-model") as process:
        out, err = the_rest(process)
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
    tmp_path: Path, repository: Path, number: signal.Signals
) -> None:
    feed, home = folder_of(tmp_path / "shop", PICTURES), tmp_path / "home"
    with indexer(repository, home, feed) as process:
        lines = steps(process, 2)
        process.send_signal(number)
        out, err = the_rest(process)
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
    with indexer(repository, home, feed) as process:
        out, _ = the_rest(process)
    assert process.returncode == 0
    assert sorted(first + embedded(out.splitlines())) == sorted(
        set(first + embedded(out.splitlines()))
    )
    assert len(contents(home)) == PICTURES


def test_a_second_indexer_is_told_who_works_here(tmp_path: Path, repository: Path) -> None:
    feed, home = folder_of(tmp_path / "shop", PICTURES), tmp_path / "home"
    with indexer(repository, home, feed) as first:
        steps(first, 1)
        with indexer(repository, home, feed) as second:
            out, _ = the_rest(second)
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

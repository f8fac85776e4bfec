"""What the folder of a Qdrant Edge index promises beyond the contract of every index."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import get_args

import pytest

from models.errors import BadInput, BrokenIndex, DiskFull, HomeLocked, StaleIndex
from pipelines.catalog_types import INDEX_FORMAT, Card, Entry, Precision
from pipelines.stores import edge, manifest
from pipelines.stores.edge import EdgeHome
from pipelines.stores.private_copy import readers_of
from pipelines.stores.protocol import StoreFilter
from tests.fakes.entries import SPEC, ids, many, unit
from tests.fakes.read_only import may_only_read
from tests.fakes.sparse_copy import copy_with_holes
from tests.fakes.warm_process import CONTEXT

ALL = StoreFilter()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, Precision], Path]:
    """The folder of an index with so many products, built once."""

    @cache
    def built(count: int, precision: Precision) -> Path:
        folder = tmp_path_factory.mktemp("original") / "index"
        EdgeHome(folder).build(replace(SPEC, precision=precision), many(count))
        return folder

    return built


@pytest.fixture
def home(originals: Callable[[int, Precision], Path], tmp_path: Path) -> EdgeHome:
    """Three products, published."""
    return EdgeHome(copy_with_holes(originals(3, "float32"), tmp_path / "index"))


@pytest.fixture
def large_home(originals: Callable[[int, Precision], Path], tmp_path: Path) -> EdgeHome:
    """Enough of them for the engine to build a graph and to keep an immutable segment."""
    return EdgeHome(copy_with_holes(originals(400, "float32"), tmp_path / "index"))


def litter(folder: Path) -> list[str]:
    """Names in an index's folder that no finished generation explains."""
    known = {"CURRENT", "build.lock", "readers", *(f"gen-{number}" for number in range(1, 9))}
    return sorted(
        [path.name for path in folder.iterdir() if path.name not in known]
        + [path.name for path in (folder / "readers").glob("*")]
    )


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("gen-*"))


# Many readers


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
def test_another_users_readers_are_left_alone(
    originals: Callable[[int, Precision], Path],
) -> None:
    with tempfile.TemporaryDirectory() as shared:  # where another user may look into
        Path(shared).chmod(0o755)
        folder = copy_with_holes(originals(3, "float32"), Path(shared) / "index")
        (folder / "readers").mkdir(exist_ok=True)
        (folder / "readers").chmod(0o777)
        theirs = folder / "readers" / "1-1-theirs.lock"
        theirs.touch(mode=0o600)
        os.seteuid(65534)
        try:
            index = EdgeHome(folder).open()
            assert index.cards(["item-0"]) != [None]
            index.close()
        finally:
            os.seteuid(0)
        assert list((folder / "readers").iterdir()) == [theirs]


def test_an_index_that_may_only_be_read_is_searched_in_a_copy_elsewhere(
    originals: Callable[[int, Precision], Path],
) -> None:
    with tempfile.TemporaryDirectory() as shared:  # where another user may look into
        Path(shared).chmod(0o755)
        folder = copy_with_holes(originals(3, "float32"), Path(shared) / "index")
        (folder / "readers").rmdir()
        aside = Path(shared) / "aside"
        aside.mkdir()
        aside.chmod(0o777)
        home = EdgeHome(folder, temporary=aside)
        with may_only_read(folder):
            first, second = home.open(), home.open()
            assert ids(first.nearest("image", unit(1_000)[None], 1, ALL)[0]) == ["item-0"]
            assert second.cards(["item-0"]) != [None]
            (mine,) = aside.iterdir()
            assert mine.stat().st_mode & 0o077 == 0
            assert len(list(mine.rglob("*.lock"))) == 2
            first.close()
            second.close()
            assert not [path for path in mine.rglob("*") if path.is_file()]
            with pytest.raises(DiskFull, match="may only be read") as caught:
                EdgeHome(folder, temporary=aside, free=lambda _: 32_000_000).open()
            assert "TMPDIR" in caught.value.remedy
        assert not (folder / "readers").exists()
        home.open().close()  # and where it may be written, it goes back to links
        assert (folder / "readers").is_dir()


def test_a_folder_that_another_user_put_in_the_way_is_not_used(
    home: EdgeHome, tmp_path: Path
) -> None:
    (tmp_path / "aside").mkdir()
    (tmp_path / "aside" / f"shoplens-{os.geteuid()}").symlink_to(tmp_path)
    with pytest.raises(BadInput, match="belongs to another user"):
        readers_of(tmp_path / "nowhere", tmp_path / "aside")


def test_what_is_no_lock_among_the_readers_keeps_nobody_out(home: EdgeHome, tmp_path: Path) -> None:
    (tmp_path / "index" / "readers" / "odd.lock").mkdir(parents=True)
    home.open().close()
    assert litter(tmp_path / "index") == ["odd.lock"]


def read_in_a_process(folder: Path, answers: "Connection[object, None]", go_on: object) -> None:
    """Open, search until told to stop, reopen whenever a newer generation is published."""
    home = EdgeHome(folder)
    seen: list[tuple[int, tuple[str, ...]]] = []
    answers.send("ready")
    while True:
        stop = go_on.is_set()  # type: ignore[attr-defined]
        index = home.open()
        for _ in range(5):
            (hits,) = index.nearest("image", unit(1_000)[None], 3, ALL)
            seen.append((index.info.generation, tuple(sorted(ids(hits)))))
        index.close()
        if stop:
            break
        time.sleep(0.01)  # three without a pause leave the builder no core
    answers.send(sorted(set(seen)))


def test_three_processes_read_at_once_while_a_newer_generation_is_published(
    home: EdgeHome, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    stop = CONTEXT.Event()
    pipes = [CONTEXT.Pipe(duplex=False) for _ in range(3)]
    readers = [
        CONTEXT.Process(target=read_in_a_process, args=(folder, sender, stop))
        for _, sender in pipes
    ]
    for reader in readers:
        reader.start()
    assert [answers.recv() for answers, _ in pipes] == ["ready"] * 3
    home.build(SPEC, many(3, first=50))
    stop.set()
    answered = [answers.recv() for answers, _ in pipes]
    for reader in readers:
        reader.join()

    whole = {
        (1, ("item-0", "item-1", "item-2")),
        (2, ("item-50", "item-51", "item-52")),
    }
    assert [reader.exitcode for reader in readers] == [0, 0, 0]
    assert all(set(seen) <= whole for seen in answered)
    assert all(seen[-1][0] == 2 for seen in answered)
    assert litter(folder) == []


@pytest.mark.parametrize("precision", get_args(Precision))
def test_reading_changes_no_byte_of_the_published_generation(
    originals: Callable[[int, Precision], Path], precision: Precision
) -> None:
    home = EdgeHome(originals(400, precision))
    folder = originals(400, precision) / "gen-1"
    before = {path: manifest.sha256(path) for path in folder.rglob("*") if path.is_file()}
    for _ in range(2):
        first, second = home.open(), home.open()
        for index in (first, second):
            index.nearest("image", unit(1)[None], 50, StoreFilter(exclude_ids=("item-1",)))
            index.words("item number 7", 10, ALL)
            index.cards([f"item-{number}" for number in range(100)])
            index.image_vectors(["item-1"])
            index.facets("brand", 5, ALL)
        first.close()
        second.close()
    after = {path: manifest.sha256(path) for path in folder.rglob("*") if path.is_file()}
    assert before == after
    assert any(path.name == "links_compressed.bin" for path in after)
    assert home.verify() == home.current()


def test_big_files_are_shared_and_not_copied(large_home: EdgeHome, tmp_path: Path) -> None:
    index = large_home.open()
    (matrix,) = (tmp_path / "index" / "gen-1").rglob("vector_storage-image/matrix.dat")
    (linked,) = (tmp_path / "index" / "readers").rglob("vector_storage-image/matrix.dat")
    assert linked.samefile(matrix)
    assert matrix.stat().st_mode & 0o222 == 0
    (config,) = (tmp_path / "index" / "gen-1").glob("edge_config.json")
    (own,) = (tmp_path / "index" / "readers").rglob("edge_config.json")
    assert not own.samefile(config)
    index.close()


def test_threads_share_a_reader(home: EdgeHome) -> None:
    index = home.open()
    expected = index.nearest("image", unit(1)[None], 5, ALL)
    wrong: list[object] = []

    def search() -> None:
        for _ in range(50):
            if (found := index.nearest("image", unit(1)[None], 5, ALL)) != expected:
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    index.close()
    assert wrong == []


def test_a_reader_outlives_the_pruning_of_its_generation(home: EdgeHome, tmp_path: Path) -> None:
    old = home.open()
    for first in (10, 20):
        home.build(SPEC, many(2, first=first))
    assert generations(tmp_path / "index") == ["gen-2", "gen-3"]
    assert old.cards(["item-0", "item-20"])[1] is None
    assert old.cards(["item-0"]) != [None]
    (hits,) = old.nearest("image", unit(1_000)[None], 1, ALL)
    assert ids(hits) == ["item-0"]
    old.close()
    assert litter(tmp_path / "index") == []


OPEN_AND_WAIT = """
import sys, time
from pathlib import Path
from pipelines.stores.edge import EdgeHome
index = EdgeHome(Path(sys.argv[1])).open()
print("open", flush=True)
time.sleep(600)
"""


def test_what_a_killed_reader_left_is_swept_and_living_readers_are_not(
    home: EdgeHome, tmp_path: Path, repository: Path
) -> None:
    living = home.open()
    with started(OPEN_AND_WAIT, tmp_path / "index", repository) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline().strip() == "open"
        killed.kill()
        killed.wait()
    assert len(list((tmp_path / "index" / "readers").glob("*.lock"))) == 2
    home.open().close()
    assert len(list((tmp_path / "index" / "readers").glob("*.lock"))) == 1
    assert living.cards(["item-0"]) != [None]
    living.close()
    assert litter(tmp_path / "index") == []


# Builders that die


def killing(how: signal.Signals) -> Iterator[Entry]:
    """Entries that kill the process they are sent to, halfway."""
    yield from many(600)
    for child in multiprocessing.active_children():
        if child.name == "shoplens-index" and child.pid is not None:
            os.kill(child.pid, how)
            child.join()
    yield from many(600, first=600)


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        (signal.SIGKILL, BrokenIndex, "signal 9"),
        (signal.SIGBUS, DiskFull, "the disk ran full"),
    ],
)
def test_a_builder_that_dies_leaves_the_old_generation_and_nothing_else(
    home: EdgeHome, tmp_path: Path, how: signal.Signals, error: type[Exception], message: str
) -> None:
    published = home.current()
    with pytest.raises(error, match=message):
        home.build(SPEC, killing(how))
    assert home.current() == published
    assert home.verify() == published
    assert generations(tmp_path / "index") == ["gen-1"]
    assert litter(tmp_path / "index") == []
    assert home.build(SPEC, many(4)).points == 4


BUILD_AND_WAIT = """
import sys, time
from pathlib import Path
from pipelines.stores.edge import EdgeHome
from pipelines.stores.private_copy import readers_of
from tests.fakes.entries import SPEC, many

def entries():
    yield from many(600)
    print("half", flush=True)
    time.sleep(600)

if __name__ == "__main__":
    EdgeHome(Path(sys.argv[1])).build(SPEC, entries())
"""


def test_a_killed_indexer_leaves_the_old_generation_and_the_next_one_cleans_up(
    home: EdgeHome, tmp_path: Path, repository: Path
) -> None:
    published = home.current()
    with started(BUILD_AND_WAIT, tmp_path / "index", repository) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline().strip() == "half"
        with pytest.raises(HomeLocked):
            home.build(SPEC, many(1))
        killed.kill()
        killed.wait()
    assert home.current() == published
    assert home.build(SPEC, many(3)).generation == 2
    assert litter(tmp_path / "index") == []


def started(code: str, folder: Path, repository: Path) -> "subprocess.Popen[str]":
    script = folder.parent / "script.py"
    script.write_text(code, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )


# Disk


def test_the_disk_is_checked_before_anything_is_written(home: EdgeHome, tmp_path: Path) -> None:
    roomy, short = tmp_path / "index", tmp_path / "short"
    published = home.current()
    with pytest.raises(DiskFull, match="previous index still serves") as refusal:
        EdgeHome(roomy, free=lambda _: edge.RESERVE + 100).build(SPEC, many(5))
    assert refusal.value.remedy
    assert home.current() == published
    assert litter(roomy) == []

    with pytest.raises(DiskFull):
        EdgeHome(short, free=lambda _: 0).build(SPEC, iter(many(5)))
    assert list(short.iterdir()) == []


def test_a_disk_that_fills_while_entries_come_stops_the_build(
    home: EdgeHome, tmp_path: Path
) -> None:
    folder, published = tmp_path / "index", home.current()
    free = iter([10**9, 10**9, edge.RESERVE])  # at first, after the first batch, after the second
    taken: list[int] = []

    def entries() -> Iterator[Entry]:
        for number, entry in enumerate(many(2_000)):
            taken.append(number)
            yield entry

    with pytest.raises(DiskFull):
        EdgeHome(folder, free=lambda _: next(free)).build(SPEC, entries())
    assert len(taken) < 1_000
    assert home.current() == published
    assert litter(folder) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_really_full_is_said_plainly(
    originals: Callable[[int, Precision], Path], small_disk: Path
) -> None:
    folder = copy_with_holes(originals(3, "float32"), small_disk / "index")
    unsuspecting = EdgeHome(folder, free=lambda _: 10**12)
    published = unsuspecting.current()
    wide = replace(SPEC, image_dim=8_192)
    picture = unit(1, wide.image_dim)
    too_many = (Entry(Card(f"big-{number}"), 0, picture, None, "") for number in range(20_000))
    with pytest.raises(DiskFull, match="ran full"):
        unsuspecting.build(wide, too_many)
    assert unsuspecting.current() == published
    assert litter(small_disk / "index") == []
    index = unsuspecting.open()
    assert index.cards(["item-0"]) != [None]
    index.close()


# Damage


def damage(folder: Path, name: str, how: Callable[[bytes], bytes]) -> str:
    path = next(path for path in sorted(folder.rglob(name)) if path.stat().st_size)
    path.chmod(0o644)
    path.write_bytes(how(path.read_bytes()))
    return path.name


def test_verify_names_a_file_with_one_flipped_bit(large_home: EdgeHome, tmp_path: Path) -> None:
    generation = tmp_path / "index" / "gen-1"
    name = damage(generation, "matrix.dat", lambda old: old[:-1] + bytes([old[-1] ^ 1]))
    with pytest.raises(BrokenIndex, match=f"{name} was changed") as broken:
        large_home.verify()
    assert "links_compressed.bin" not in broken.value.message


@pytest.mark.parametrize(
    "change", [lambda old: old[:-1], lambda old: old + b"\0"], ids=["cut", "grown"]
)
def test_a_file_of_another_size_stops_the_opening(
    home: EdgeHome, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    name = damage(tmp_path / "index" / "gen-1", "page_0.dat", change)
    with pytest.raises(BrokenIndex, match=name):
        home.open()
    with pytest.raises(BrokenIndex, match=f"{name} has"):
        home.verify()
    assert litter(tmp_path / "index") == []


def test_a_missing_file_or_generation_is_named(home: EdgeHome, tmp_path: Path) -> None:
    generation = tmp_path / "index" / "gen-1"
    (generation / "edge_config.json").unlink()
    with pytest.raises(BrokenIndex, match=r"edge_config.json is missing"):
        home.open()
    with pytest.raises(BrokenIndex, match=r"edge_config.json is missing"):
        home.verify()
    generation.rename(tmp_path / "elsewhere")
    with pytest.raises(BrokenIndex, match="gen-1"):
        home.open()
    assert litter(tmp_path / "index") == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BrokenIndex),
        ("[]", BrokenIndex),
        ('{"format": 1}', BrokenIndex),
        ('{"format": 99}', StaleIndex),
    ],
)
def test_an_unreadable_CURRENT_is_said_plainly(  # noqa: N802 - the file's name
    home: EdgeHome, tmp_path: Path, text: str, error: type[Exception]
) -> None:
    (tmp_path / "index" / "CURRENT").write_text(text, encoding="utf-8")
    with pytest.raises(error, match="CURRENT"):
        home.current()


def test_an_older_format_is_not_searched_and_the_remedy_builds_it_anew(
    home: EdgeHome, tmp_path: Path
) -> None:
    for path in (tmp_path / "index" / "CURRENT", tmp_path / "index" / "gen-1" / "manifest.json"):
        stored = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**stored, "format": 1}), encoding="utf-8")
    with pytest.raises(StaleIndex, match="format 1") as caught:
        home.open()
    assert "shoplens index FEED" in caught.value.remedy
    before = home.current()
    assert before is not None
    assert before.spec == SPEC
    assert home.build(SPEC, many(1)).generation == 2
    index = home.open()
    assert index.info.format == INDEX_FORMAT
    index.close()


def test_the_manifest_records_the_models_and_every_file(home: EdgeHome, tmp_path: Path) -> None:
    folder = tmp_path / "index" / "gen-1"
    stored = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert stored["spec"]["image_fingerprint"] == SPEC.image_fingerprint
    assert stored["spec"]["text_fingerprint"] == SPEC.text_fingerprint
    recorded = {file["path"] for file in stored["files"]}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found - recorded == {"manifest.json"}
    assert not any(path.startswith("wal/") for path in recorded)


def test_a_manifest_of_an_older_release_opens(home: EdgeHome, tmp_path: Path) -> None:
    built = home.current()
    for path in (tmp_path / "index" / "CURRENT", tmp_path / "index" / "gen-1" / "manifest.json"):
        stored = json.loads(path.read_text())
        for newer in ("precision", "rescore"):
            del stored["spec"][newer]
        path.write_text(json.dumps(stored))
    assert home.current() == built
    index = home.open()
    assert index.info.spec.precision == "float32"
    index.close()
    assert home.verify() == built


def test_a_folder_that_cannot_be_used_is_no_damage_and_no_trace(
    home: EdgeHome, tmp_path: Path
) -> None:
    readers = tmp_path / "index" / "readers"
    readers.rmdir()
    readers.touch()  # as little to be written to as a folder of another user
    with pytest.raises(BadInput, match="readers cannot be written") as caught:
        home.open()
    assert "let this user write" in caught.value.remedy
    with pytest.raises(BadInput, match="Not a directory"):
        EdgeHome(readers / "index").current()
    assert generations(tmp_path / "index") == ["gen-1"]


def test_a_disk_that_is_full_at_the_last_step_is_told_and_nothing_is_left(
    home: EdgeHome, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    (folder / f".CURRENT.{os.getpid()}.new").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="the previous index still serves"):
        home.build(SPEC, many(4))
    assert litter(folder) == []
    assert home.verify().generation == 1
    (folder / ".CURRENT.1.new").write_text("{")  # of one that was killed in the middle
    assert home.build(SPEC, many(4)).products == 4
    assert litter(folder) == []

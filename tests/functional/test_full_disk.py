"""A disk that really fills up ends a run cleanly: the old index serves, nothing is lost."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from models.errors import DiskFull
from pipelines.stores.edge import EdgeHome
from tests.fakes.pictures import folder_of, picture
from tests.fakes.sparse_copy import copy_with_holes
from tests.fakes.watched_indexer import (
    PICTURES,
    contents,
    embedded,
    indexer,
    steps,
    until_it_builds,
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed shop, and 20 pictures that are new in it since."""
    folder = tmp_path_factory.mktemp("shop")
    feed = folder_of(folder / "pictures", PICTURES)
    with indexer(folder / "home", feed) as process:
        process.communicate()
    for number in range(20):
        (feed / "shelf-0" / f"new-{number}.png").write_bytes(picture(500 + number))
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 320 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=320m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """A file that takes all but `leave` bytes of a disk."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file, suppress(OSError):
        # In pieces: what the system says is free may be a page too much.
        while (free := shutil.disk_usage(disk).free - leave) > 0:
            written = file.tell()
            os.posix_fallocate(file.fileno(), written, piece := min(free, 1 << 20))
            file.seek(written + piece)
    return ballast


@pytest.mark.parametrize(
    ("moment", "leave"),
    [
        ("before the run", 0),
        ("before the run", 30_000_000),
        ("between batches", 0),
        # Room enough to go on embedding, and too little to build.
        ("between batches", 30_000_000),
        ("before the build", 0),
        ("before the build", 2_000_000),
    ],
)
def test_a_run_on_a_full_disk_ends_cleanly_and_goes_on_later(
    shop: Path, small_disk: Path, moment: str, leave: int
) -> None:
    feed, home = shop / "pictures", small_disk / "home"
    copy_with_holes(shop / "home", home)
    before = contents(home)
    serving = EdgeHome(home / "index").open()

    if moment == "before the run":
        fill(small_disk, leave)
    with indexer(home, feed) as process:
        lines: list[str] = []
        if moment == "between batches":
            lines = steps(process, 1)
            fill(small_disk, leave)
        elif moment == "before the build":
            lines = until_it_builds(process)
            fill(small_disk, leave)
        out, err = process.communicate()
        lines += out.splitlines()
    assert process.returncode == DiskFull.exit_code, (out, err)
    assert "Traceback" not in err
    assert lines[-1].startswith("error ")
    assert serving.cards(["shelf-0/0000.png"]) != [None]
    serving.close()
    first = embedded(lines)

    (small_disk / "ballast").unlink()
    assert contents(home) == before
    with indexer(home, feed) as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, ""), out
    again = embedded(out.splitlines())
    assert sorted({*first, *again}) == sorted(again + [d for d in first if d not in again])
    assert len(contents(home)) == PICTURES + 20
    assert not list((home / "index").glob("*.half-*"))

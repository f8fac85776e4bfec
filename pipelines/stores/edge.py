"""Generations of a Qdrant Edge index in a folder: built apart, published in one atomic step.

index/CURRENT          which generation is published, and what it is
index/gen-N/           finished generations: sealed, never written again
index/gen-N.half-X/    one that is being built
index/readers/         private copies of readers (docs/adr/0002), where they may be made here
"""

import errno
import fcntl
import json
import multiprocessing
import re
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection
from operator import length_hint
from pathlib import Path

from models.errors import BadInput, BrokenIndex, DiskFull, HomeLocked, IndexMissing
from pipelines.catalog_types import Entry, IndexInfo, IndexSpec
from pipelines.stores import edge_build, manifest
from pipelines.stores.edge_reader import EdgeEngine
from pipelines.stores.point_index import PointIndex
from pipelines.stores.points import Point, points
from pipelines.stores.private_copy import copy_generation, readers_of, sweep
from pipelines.stores.protocol import Pruned

BATCH = 256
"""Points a message to the child: 1.5 MB at 1,024 + 384 numbers. The pipe holds 64 KB, so the
parent reads at most one batch ahead of what the engine has taken."""

KEPT = 2
"""Finished generations that stay. Readers have links of their own and need none of them; the one
before the last is there for a process that is opening it right now."""

RESERVE = 32_000_000
"""Bytes that stay free on the disk whatever is built: an empty index takes 6 MB."""


KEYPOINT_BYTES = 20_000
"""Twice what a picture's 300 keypoints take as text: the copy that is optimized lies beside."""


def free_bytes(folder: Path) -> int:
    """Bytes that this process may still write on the disk of `folder`."""
    return shutil.disk_usage(folder).free


def bytes_on_disk(folder: Path) -> int:
    """What a folder's files take; holes take nothing."""
    return sum(512 * path.lstat().st_blocks for path in folder.rglob("*"))


def peak_bytes(spec: IndexSpec, count: int) -> int:
    """Most disk that building `count` points takes at once.

    Measured with 20,000 points: 320 MB at 1,024 + 384 numbers, 183 MB at 256 + 384, while
    optimize() writes the indexed segment beside the plain one. Asked for whatever the precision:
    float16 and turbo8 take less, int8 a tenth more, which the factor of 5/2 covers.
    """
    numbers = spec.image_dim + spec.text_dim
    payload = 4096 + (KEYPOINT_BYTES if spec.keypoints else 0)
    return count * (numbers * 4 * 5 // 2 + payload)


class EdgeHome:
    """Where generations live on disk; an `IndexHome`."""

    def __init__(
        self,
        folder: Path,
        *,
        free: Callable[[Path], int] = free_bytes,
        temporary: Path | None = None,
    ) -> None:
        """Args:
        folder: of this index alone; made when the first generation is built.
        free: bytes that are free on the disk of a folder.
        temporary: where an index that may only be read is copied; None for the system's folder.
        """
        self._folder = folder
        self._free = free
        self._temporary = temporary or Path(tempfile.gettempdir())

    def current(self) -> IndexInfo | None:
        """The published generation, from one small file; None before the first.

        Raises:
            BadInput: this user may not read there, or a file lies where the folder should.
            BrokenIndex: the file says nothing that can be understood.
        """
        path = self._folder / "CURRENT"
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadInput(
                f"{path} cannot be read: {error.strerror}",
                remedy="name a folder that this user may read with --home",
            ) from error
        return manifest.info_from_json(manifest.parse(text, str(path)), str(path))

    def open(self) -> PointIndex:
        """Open the published generation through a private copy; its big files are links.

        Raises:
            IndexMissing: nothing was published yet.
            StaleIndex: an older release built it.
            BrokenIndex: a file is missing, has another size, or the engine cannot read it.
            DiskFull: no room for the small files of the copy, or for all of it where the index
                may only be read.
            BadInput: this user may not write to the folder of copies.
        """
        while True:
            info = manifest.searchable(self._published(), str(self._folder))
            folder = self._generation(info.generation)
            readers = readers_of(self._folder, self._temporary)
            sweep(readers)
            try:
                if readers.parent != self._folder:
                    self._require_copy(folder, readers.parent)
                copy = copy_generation(folder, manifest.read(folder), readers)
            except FileNotFoundError as error:
                # Pruned between the two reads: by then a newer one is published.
                if self.current() == info:
                    raise BrokenIndex(f"{folder} is missing", remedy=manifest.REBUILD) from error
                continue
            return PointIndex(info, EdgeEngine(info, copy))

    def verify(self) -> IndexInfo:
        """Compare every byte of the published generation with its manifest.

        Raises:
            IndexMissing: nothing was published yet.
            BrokenIndex: names the damaged files.
        """
        info = self._published()
        folder = self._generation(info.generation)
        try:
            wrong = manifest.damaged(folder, manifest.read(folder))
        except FileNotFoundError as error:
            raise BrokenIndex(f"{error.filename} is missing", remedy=manifest.REBUILD) from error
        if wrong:
            raise BrokenIndex(f"{folder.name}: {'; '.join(wrong)}", remedy=manifest.REBUILD)
        return info

    def build(self, spec: IndexSpec, entries: Iterable[Entry]) -> IndexInfo:
        """Write the next generation in a child process, verify it, and publish it.

        Args:
            entries: each product's pictures one after another. Where it knows its length, the
                disk is checked for all of it before anything is written.
        Raises:
            DiskFull: there is not room enough. The previous generation stays.
            BadInput: a vector is not what `spec` says, or a picture comes twice.
            BrokenIndex: the engine or its process failed. The previous generation stays.
            HomeLocked: another process builds here.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._require(peak_bytes(spec, length_hint(entries, 0)))
        with self._only_builder():
            self._remove_half_built()
            number = self._next_number()
            half = self._folder / f"gen-{number}.half-{secrets.token_hex(4)}"
            job = edge_build.Job(half, self._folder / "readers", number, spec)
            try:
                info = self._run(job, points(entries, spec))
                self._seal(half, number)
            finally:
                shutil.rmtree(half, ignore_errors=True)
            self._publish(info)
            self._prune()
        return info

    def _run(self, job: edge_build.Job, stream: Iterator[Point]) -> IndexInfo:
        """Feed the child and wait for its answer; the child is gone when this returns."""
        context = multiprocessing.get_context("spawn")  # the engine does not survive a fork
        batches, feed = context.Pipe(duplex=False)
        answers, answer = context.Pipe(duplex=False)
        child = context.Process(
            target=edge_build.run, args=(job, batches, answer), name="shoplens-index", daemon=True
        )
        child.start()
        # The child's ends belong to the child: its death must close them.
        batches.close()
        answer.close()
        try:
            self._feed(feed, stream, job.spec)
            outcome = _answer(answers)
            child.join(timeout=60 if outcome else None)
        finally:
            child.kill()
            child.join()
            feed.close()
            answers.close()
        if isinstance(outcome, IndexInfo):
            return outcome
        raise _failure(outcome, child.exitcode)

    def _feed(
        self, feed: "Connection[list[Point], None]", stream: Iterator[Point], spec: IndexSpec
    ) -> None:
        sent = 0
        try:
            while batch := list(islice(stream, BATCH)):
                feed.send(batch)
                sent += len(batch)
                # What is still to be written: the indexed segment beside what is there now.
                self._require(peak_bytes(spec, sent) // 2)
            feed.send([])
        except BrokenPipeError:
            return  # the child died or gave up; its answer or its exit code tells why

    def _require(self, needed: int) -> None:
        free = self._free(self._folder)
        if free < needed + RESERVE:
            raise DiskFull(
                f"the index needs {_megabytes(needed + RESERVE)} on the disk of {self._folder}, "
                f"{_megabytes(free)} are free; the previous index still serves",
                remedy="free some space, or move the home with --home, and run the command again",
            )

    def _require_copy(self, generation: Path, where: Path) -> None:
        """Told before the engine meets a full disk, which ends the process."""
        needed, free = bytes_on_disk(generation) + RESERVE, self._free(where)
        if free < needed:
            raise DiskFull(
                f"{self._folder} may only be read, so a search copies the index: it needs"
                f" {_megabytes(needed)} in {where}, {_megabytes(free)} are free",
                remedy="free some space there, or set TMPDIR to a folder that has it",
            )

    def _seal(self, half: Path, number: int) -> None:
        half.rename(self._generation(number))
        manifest.sync(self._folder)

    def _publish(self, info: IndexInfo) -> None:
        try:
            manifest.replace_text(self._folder / "CURRENT", json.dumps(manifest.info_json(info)))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _disk_ran_full() from error
            raise

    def prune(self, *, dry_run: bool = False) -> Pruned:
        """Drop every generation but the published one; readers keep theirs by links.

        Raises:
            HomeLocked: another process builds here.
        """
        info = self.current()
        if info is None:
            return Pruned(0, 0)
        with self._only_builder():
            old = [self._generation(n) for n in self._numbers() if n != info.generation]
            old += self._folder.glob("gen-*.half-*")
            freed = sum(bytes_on_disk(folder) for folder in old)
            if not dry_run:
                for folder in old:
                    shutil.rmtree(folder, ignore_errors=True)
                sweep(self._folder / "readers")
        return Pruned(len(old), freed)

    def _prune(self) -> None:
        for number in sorted(self._numbers())[:-KEPT]:
            shutil.rmtree(self._generation(number), ignore_errors=True)
        # Again: a child that lost its parent may have written on while the build began.
        self._remove_half_built()
        for unread in self._folder.glob(".CURRENT.*.new"):  # of one that was killed as it wrote it
            unread.unlink(missing_ok=True)
        sweep(self._folder / "readers")

    def _remove_half_built(self) -> None:
        for half in self._folder.glob("gen-*.half-*"):
            shutil.rmtree(half, ignore_errors=True)

    def _published(self) -> IndexInfo:
        info = self.current()
        if info is None:
            raise IndexMissing(
                f"there is no index in {self._folder} yet", remedy="run `shoplens index FEED` first"
            )
        return info

    def _generation(self, number: int) -> Path:
        return self._folder / f"gen-{number}"

    def _numbers(self) -> list[int]:
        names = (re.fullmatch(r"gen-(\d+)", path.name) for path in self._folder.iterdir())
        return [int(name[1]) for name in names if name]

    def _next_number(self) -> int:
        info = self.current()
        return max([0 if info is None else info.generation, *self._numbers()]) + 1

    @contextmanager
    def _only_builder(self) -> Iterator[None]:
        with (self._folder / "build.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise HomeLocked(
                    f"another process builds the index in {self._folder}",
                    remedy="wait until it is done",
                ) from error
            yield


def _answer(answers: "Connection[None, object]") -> object:
    try:
        return answers.recv()
    except EOFError:
        return None


def _failure(outcome: object, exit_code: int | None) -> DiskFull | BrokenIndex:
    """Say plainly why the child brought no index."""
    if isinstance(outcome, edge_build.Failure):
        if outcome.disk_full:
            return _disk_ran_full()
        return BrokenIndex(
            f"the index was not built: {outcome.message}; the previous one still serves",
            remedy=outcome.remedy,
        )
    if exit_code == -signal.SIGBUS:  # the engine writes through memory maps
        return _disk_ran_full()
    how = f"signal {-exit_code}" if exit_code and exit_code < 0 else f"exit status {exit_code}"
    return BrokenIndex(
        f"the process that builds the index ended with {how}; the previous index still serves",
        remedy="check that memory was not short, and run the command again",
    )


def _disk_ran_full() -> DiskFull:
    return DiskFull(
        "the disk ran full while the index was built; the previous index still serves",
        remedy="free some space and run the command again",
    )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"

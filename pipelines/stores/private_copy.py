"""A reader's own copy of a generation, so that many processes read the same one at once.

Qdrant Edge lets one process into a folder and writes a little into it even when it only reads
(docs/adr/0002). So each reader opens a copy: big files are hard links to the published ones,
small mutable ones are copied.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import BadInput, BrokenIndex, DiskFull
from pipelines.permissions import may_write
from pipelines.stores.manifest import REBUILD, Manifest

READ_ONLY = ("*.bin", "matrix.dat", "inverted_index.dat", "id_tracker.mappings")
"""Files that the engine opens for reading only (strace of load, search and close)."""

LINKED = (*READ_ONLY, "page_*.dat", "quantized.data", "tq_vectors.dat")
"""Read-only files, and pages of payload, sparse and compressed vectors: written by updates alone,
and a reader makes none. Together they are nearly all of a generation's bytes."""

_ELSEWHERE = "set TMPDIR to a folder of yours: what may only be read is searched in a copy"

_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class PrivateCopy:
    """A folder of one reader; the lock tells every other process that the reader lives."""

    folder: Path
    _lock: Path
    _descriptor: int

    def release(self) -> None:
        """Remove the folder, then its lock. Safe after an engine error; call it once."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.unlink(missing_ok=True)
        os.close(self._descriptor)


def readers_of(index: Path, temporary: Path) -> Path:
    """Where private copies of an index lie: beside it, so that links will do.

    An index that may only be read (a volume mounted so, another user's folder) has them below
    `temporary`, in a folder of this user alone, by the index's path. Mostly that is another file
    system, and they are whole copies.

    Raises:
        BadInput: somebody else made the folder that would hold them.
    """
    beside = index / "readers"
    if may_write(beside if beside.exists() else index):
        return beside
    mine = temporary / f"shoplens-{os.geteuid()}"
    try:
        mine.mkdir(mode=0o700, exist_ok=True)
        found = mine.lstat()
    except OSError as error:
        raise BadInput(f"{mine} cannot be used: {error.strerror}", remedy=_ELSEWHERE) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise BadInput(f"{mine} belongs to another user", remedy=_ELSEWHERE)
    return mine / hashlib.sha256(os.fsencode(index.resolve())).hexdigest()[:16]


def copy_generation(generation: Path, manifest: Manifest, readers: Path) -> PrivateCopy:
    """Make a private copy under `readers` and check the size of every file on the way.

    Raises:
        BrokenIndex: a file is missing or has another size than the manifest says.
        DiskFull: no room for the small files.
        BadInput: this user may not write under `readers`.
        FileNotFoundError: the generation was removed meanwhile.
    """
    copy = _claimed(readers, manifest.info.generation)
    try:
        copy.folder.mkdir()
        for file in manifest.files:
            _take(generation / file.path, copy.folder / file.path, file.size)
    except FileNotFoundError as error:
        copy.release()
        if not generation.is_dir():
            raise
        missing = Path(str(error.filename)).name
        raise BrokenIndex(f"{generation.name}: {missing} is missing", remedy=REBUILD) from error
    except OSError as error:
        copy.release()
        if error.errno in _FULL:
            raise _no_room(readers) from error
        raise BrokenIndex(f"cannot open {generation}: {error}", remedy=REBUILD) from error
    except BrokenIndex:
        copy.release()
        raise
    return copy


def sweep(readers: Path) -> None:
    """Remove copies whose reader is dead, whatever killed it: its lock died with it."""
    for lock in readers.glob("*.lock"):
        descriptor = _lock_file(lock)
        if descriptor is not None:
            PrivateCopy(lock.with_suffix(""), lock, descriptor).release()


def link_or_copy(source: Path, target: Path) -> None:
    """Link where the file is never written through the copy, else copy it with its holes."""
    if any(source.match(pattern) for pattern in LINKED):
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP):
                raise
        else:
            return
    copy_sparse(source, target)


def copy_sparse(source: Path, target: Path) -> None:
    """Copy a file without writing its holes: the engine preallocates megabytes for a few bytes."""
    with source.open("rb") as original, target.open("wb") as copied:
        size = os.fstat(original.fileno()).st_size
        os.truncate(copied.fileno(), size)
        for start, end in _extents(original.fileno(), size):
            original.seek(start)
            copied.seek(start)
            copied.write(original.read(end - start))


def _extents(descriptor: int, size: int) -> Iterator[tuple[int, int]]:
    """Stretches that hold data; the whole file where the file system knows no holes."""
    position = 0
    while position < size:
        try:
            start = os.lseek(descriptor, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:
                yield position, size
            return
        position = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield start, position


def _take(source: Path, target: Path, size: int) -> None:
    found = source.stat().st_size
    if found != size:
        raise BrokenIndex(
            f"{source.name} of {source.parent} has {found} bytes instead of {size}", remedy=REBUILD
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(source, target)


def _claimed(readers: Path, generation: int) -> PrivateCopy:
    """A name among the readers, told in words where there is none to be had."""
    try:
        readers.mkdir(parents=True, exist_ok=True)
        return _claim(readers, generation)
    except OSError as error:
        if error.errno in _FULL:
            raise _no_room(readers) from error
        raise BadInput(
            f"{readers} cannot be written: {error.strerror}",
            remedy="let this user write there: who searches keeps a small copy of the index's"
            " changing files beside it",
        ) from error


def _no_room(readers: Path) -> DiskFull:
    return DiskFull(
        f"no room to open the index in {readers}", remedy="free some space and try again"
    )


def _claim(readers: Path, generation: int) -> PrivateCopy:
    """Take a new name and lock it before its folder exists, so that no sweep can mistake it."""
    while True:
        folder = readers / f"{os.getpid()}-{generation}-{secrets.token_hex(4)}"
        lock = folder.with_suffix(".lock")
        lock.touch()
        descriptor = _lock_file(lock)
        if descriptor is not None:
            return PrivateCopy(folder, lock, descriptor)


def _lock_file(path: Path) -> int | None:
    """Lock a file that still has its name; None where another process holds it or removed it.

    A lock, not a process id: ids are reused, and another container has its own.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        return None  # also where it is another user's: that one sweeps it
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        named = path.stat().st_ino == os.fstat(descriptor).st_ino
    except (BlockingIOError, FileNotFoundError):
        named = False
    if not named:
        os.close(descriptor)
        return None
    return descriptor

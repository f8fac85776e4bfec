"""A copy of a folder whose files have holes, as those of an index: 1 MB that look like 200."""

import errno
import os
import shutil
from pathlib import Path


def copy_with_holes(source: Path, target: Path) -> Path:
    """`shutil.copytree` would fill every hole with zeros; the target's path comes back."""
    return Path(shutil.copytree(source, target, copy_function=_copy_file))


def _copy_file(source: str, target: str) -> None:
    with Path(source).open("rb") as old, Path(target).open("wb") as new:
        start = 0
        while (start := _data_from(old.fileno(), start)) is not None:
            end = os.lseek(old.fileno(), start, os.SEEK_HOLE)
            new.seek(start)
            new.write(os.pread(old.fileno(), end - start, start))
            new.flush()
            start = end
        new.truncate(os.fstat(old.fileno()).st_size)
    shutil.copystat(source, target)


def _data_from(file: int, start: int) -> int | None:
    """Where the next data lies; None after the last."""
    try:
        return os.lseek(file, start, os.SEEK_DATA)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return None
        raise

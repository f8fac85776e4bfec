"""A folder that may only be read, as a volume mounted so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534


@contextmanager
def may_only_read(folder: Path) -> Iterator[None]:
    """Take the right to write from every folder in it; root, who needs none, is somebody else."""
    inside = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    modes = [path.stat().st_mode for path in inside]
    root = os.geteuid() == 0
    for path in inside:
        path.chmod(0o555)
    if root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in zip(inside, modes, strict=True):
            path.chmod(mode)

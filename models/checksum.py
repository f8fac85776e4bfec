"""The sha256 of a file, computed once for as long as the file stays the same."""

import hashlib
from pathlib import Path
from threading import Lock

_known: dict[tuple[Path, int, int], str] = {}
_lock = Lock()


def file_sha256(path: Path) -> str:
    """Hex sha256 of the file's bytes; remembered by path, size and time of change.

    Fingerprints ask for it at every query, and a checkpoint may weigh gigabytes.

    Raises:
        OSError: the file cannot be read.
    """
    stat = path.stat()
    key = (path.resolve(), stat.st_size, stat.st_mtime_ns)
    with _lock:
        if key not in _known:
            with path.open("rb") as file:
                _known[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return _known[key]

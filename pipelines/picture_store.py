"""Fetched pictures on the disk, each under the sha256 of its bytes, written whole or not at all."""

import errno
import hashlib
import os
import uuid
from pathlib import Path

from models.errors import BadInput, DiskFull

PICTURES = "pictures"
"""Folder of the home that holds fetched pictures."""


class PictureStore:
    """The bytes as they were fetched; `shoplens prune` drops what no product has any more.

    Nothing is ever changed in place: readers and several writers need no lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def name(self, sha256: str) -> str:
        """The path below the store, as cards hold it."""
        return f"{sha256[:2]}/{sha256[2:]}"

    def path(self, sha256: str) -> Path:
        return self._folder / self.name(sha256)

    def has(self, sha256: str) -> bool:
        return bool(sha256) and self.path(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Keep a picture; its sha256, hexadecimal.

        Raises:
            DiskFull: nothing of it is left behind.
            BadInput: the folder cannot be written to.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if self.has(sha256):
            return sha256
        path = self.path(sha256)
        begun = path.with_name(f".{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with begun.open("xb") as file:
                    file.write(data)
                    file.flush()
                    # The catalog, which is durable, will say that it is here.
                    os.fsync(file.fileno())
                begun.replace(path)
            finally:
                begun.unlink(missing_ok=True)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(
                    f"no room left to keep pictures in {self._folder}",
                    remedy="free some space and run the same command again; nothing was lost",
                ) from None
            raise BadInput(
                f"{self._folder} cannot be written to: {error.strerror or error}",
                remedy="check its permissions, or choose another folder with --home",
            ) from None
        return sha256

    def drop(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

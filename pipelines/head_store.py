"""Adaptation heads in the home, each under its own fingerprint."""

import os
from pathlib import Path
from threading import Lock

from models.adaptation import AdaptationHead
from models.errors import BadInput, StaleIndex
from pipelines.catalog_types import IndexSpec

HEADS = "heads"
"""Folder of the home that holds them. An index names the one that it was built with, so a reader
needs both."""

_SHORT = 16


class HeadStore:
    """Heads are written whole or not at all, never changed, and remembered once they were read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._read: dict[str, AdaptationHead] = {}

    def path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint[:_SHORT]}.safetensors"

    def put(self, head: AdaptationHead) -> None:
        """Keep a head on the disk.

        Raises:
            BadInput: the folder cannot be written to.
        """
        path = self.path(head.fingerprint)
        fresh = path.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                file.write(head.to_bytes())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise BadInput(
                f"{path} cannot be written: {error.strerror or error}",
                remedy="check the home's folder, its permissions and the room on its disk",
            ) from None

    def of(self, spec: IndexSpec) -> AdaptationHead | None:
        """The head that an index was built with; None where it was built without.

        Raises:
            StaleIndex: its file is missing, or not the one that the index names.
        """
        if not spec.head:
            return None
        with self._lock:
            head = self._read.get(spec.head)
            if head is None:
                head = self._read[spec.head] = self._load(spec.head)
        return head

    def unused(self, spec: IndexSpec) -> list[Path]:
        """Files of heads that an index does not name."""
        return [path for path in self._folder.glob("*") if path != self.path(spec.head)]

    def _load(self, fingerprint: str) -> AdaptationHead:
        path = self.path(fingerprint)
        try:
            head = AdaptationHead.from_bytes(path.read_bytes())
            if head.fingerprint == fingerprint:
                return head
            wrong = "is another head"
        except FileNotFoundError:
            wrong = "is missing"
        except (OSError, BadInput) as error:
            wrong = f"cannot be read: {error}"
        raise StaleIndex(
            f"the index was built with an adaptation head, and {path} {wrong}",
            remedy="copy it from the home that the index was built in, or run"
            " `shoplens adapt --off` there",
        )

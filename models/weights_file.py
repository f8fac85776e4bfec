"""One file of weights that a model needs: where it lies, and how to get it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WeightFile:
    """What `shoplens doctor` lists about one file of weights.

    Attributes:
        name: the file's name.
        purpose: what it is for, a few words.
        path: where it lies on this machine; None where its package or folder is absent.
        remedy: the command or step that brings it, in the imperative.
    """

    name: str
    purpose: str
    path: Path | None
    remedy: str

    @property
    def present(self) -> bool:
        return self.path is not None and self.path.is_file()

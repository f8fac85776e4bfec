"""What all tests share: where the development pictures are, and no way out to a model hub."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before any library reads them: tests never download, and never report what they do.
os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "TOKENIZERS_PARALLELISM": "false",
}

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def main_module_as_it_was() -> Iterator[None]:
    """Streamlit's AppTest makes its script the main module, and leaves it so: a process that is
    spawned later, such as the builder of an index, would run that script first."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_pictures() -> Path:
    """The folder of development picture sets: `grocery/` and `clothing/`."""
    folder = Path(os.environ.get("SHOPLENS_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "grocery" / "catalog.csv").is_file():
        pytest.skip("the development pictures are not here; name them in SHOPLENS_TEST_DATA")
    return folder

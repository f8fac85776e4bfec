"""What all tests share: where the development pictures are, and no way out to a model hub."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

# Before any library reads them: tests never download, and never report what they do.
os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "TOKENIZERS_PARALLELISM": "false",
}

REPOSITORY = Path(__file__).resolve().parents[1]

# What a spawned process, such as the builder of an index, runs first: pytest's own takes it longer
# than its work.
EMPTY_MAIN = ModuleType("__main__")
sys.modules["__main__"] = EMPTY_MAIN


@pytest.fixture(autouse=True)
def empty_main_module() -> Iterator[None]:
    """Streamlit's AppTest makes its script the main module, and leaves it so."""
    yield
    sys.modules["__main__"] = EMPTY_MAIN


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

"""What several functional tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fakes.shop import Shop


@pytest.fixture(scope="module")
def one_core() -> Iterator[None]:
    """Networks this small are all barriers on several: many times slower beside other work."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def shop(tmp_path: Path) -> "Iterator[Shop]":
    """The drawn shop, as a page under test shows it."""
    yield from _opened(tmp_path, indexed=True)


@pytest.fixture
def empty_shop(tmp_path: Path) -> "Iterator[Shop]":
    yield from _opened(tmp_path, indexed=False)


def _opened(folder: Path, *, indexed: bool) -> "Iterator[Shop]":
    # Here, since most tests need no page and its imports take seconds.
    from tests.fakes.shop import OPEN_SHOPS, make_shop

    shop = make_shop(folder, indexed=indexed)
    OPEN_SHOPS.append(shop)
    yield shop
    shop.reader.go.set()
    OPEN_SHOPS.remove(shop)

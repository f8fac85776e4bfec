"""Thumbnails of what an index names: pictures of the store, and nothing beside it."""

from pathlib import Path

import pytest

from app.thumbnails import Thumbnails
from tests.fakes.shop import draw


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = tmp_path / "home" / "pictures"
    (store / "ab").mkdir(parents=True)
    for place in (store / "ab" / "cd.png", tmp_path / "home" / "private.png"):
        draw("mug", "red", side=20).save(place)
    (store / "link.png").symlink_to(tmp_path / "home" / "private.png")
    return tmp_path / "home"


@pytest.mark.parametrize("name", ["../private.png", "ab/../../private.png", "link.png"])
def test_a_relative_picture_never_leaves_the_store(home: Path, name: str) -> None:
    thumbnails = Thumbnails(home)
    assert thumbnails.path(name) is None
    assert thumbnails.of([name]) == [""]


def test_a_picture_of_the_store_is_shown(home: Path) -> None:
    (address,) = Thumbnails(home).of(["ab/cd.png"])
    assert address.startswith("data:image/webp;base64,")


def test_what_is_no_picture_gives_none(home: Path) -> None:
    assert Thumbnails(home).of(["ab/none.png", "", "x" * 5000, "a\0b"]) == [""] * 4

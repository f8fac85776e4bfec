"""Pictures to try: their order and titles come from a file that an owner can write by hand."""

from pathlib import Path

import pytest

from app.examples import MOST, examples_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jpg", "a-desk_lamp.webp", "notes.txt", "c.PNG"):
        (tmp_path / name).touch()
    return tmp_path


def test_without_titles_pictures_stand_by_name_under_it(folder: Path) -> None:
    found = examples_in(folder)
    assert [Path(example.picture).name for example in found] == [
        "a-desk_lamp.webp",
        "b.jpg",
        "c.PNG",
    ]
    assert found[0].title("ru") == "a desk lamp"
    assert Path(found[0].picture).is_absolute()


def test_titles_name_order_and_language_and_miss_nothing(folder: Path) -> None:
    (folder / "titles.csv").write_text(
        "image,en,ru\nc.PNG,A chair,Стул\ngone.jpg,Nothing,Ничего\nb.jpg,A bag,\n", encoding="utf-8"
    )
    found = examples_in(folder)
    assert [example.title("ru") for example in found] == ["Стул", "A bag", "a desk lamp"]
    assert [example.title("en") for example in found] == ["A chair", "A bag", "a desk lamp"]


def test_a_folder_of_thousands_is_cut(tmp_path: Path) -> None:
    for number in range(MOST + 5):
        (tmp_path / f"{number}.jpg").touch()
    assert len(examples_in(tmp_path)) == MOST


def test_titles_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "titles.csv").write_bytes(b"image,en\nb.jpg,\xff\xfe\x00\n")
    with pytest.raises(ValueError, match="utf-8"):
        examples_in(folder)

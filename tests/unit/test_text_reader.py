"""What the reader makes of its two halves; no model runs here."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.easyocr_scripts import script_of
from models.errors import BadInput
from models.text_layout import TextBox, Word
from models.text_reader import SceneTextReader, TextOptions, text_reader, text_reader_weights
from models.types import Box, Photo, Pixels


def quad(left: float, top: float, right: float, bottom: float) -> TextBox:
    return TextBox(((left, top), (right, top), (right, bottom), (left, bottom)))


class FixedFinder:
    fingerprint = "finder-1"

    def __init__(self, *boxes: TextBox) -> None:
        self._boxes = list(boxes)

    def boxes(self, photo: Photo) -> list[TextBox]:
        assert min(photo.width, photo.height) > 1, "no model should see a speck"
        return self._boxes


class ByBrightness:
    """Reads a crop as the word that belongs to the brightness of its first pixel."""

    fingerprint = "words-1"
    doubtful = 0.5

    def __init__(self, words: dict[int, Word]) -> None:
        self._words = words
        self.read = 0

    def words(self, crops: Sequence[Pixels]) -> list[Word]:
        self.read += len(crops)
        return [self._words[int(crop[0, 0, 0])] for crop in crops]


def photo(*marks: tuple[Box, int]) -> Photo:
    pixels = np.zeros((200, 300, 3), np.uint8)
    for box, brightness in marks:
        pixels[box.top : box.bottom, box.left : box.right] = brightness
    return Photo(pixels, sha256="marks", source="test")


FIRST, SECOND = Box(10, 10, 110, 30), Box(10, 60, 110, 80)
BOTH = photo((FIRST, 1), (SECOND, 2))
FINDER = FixedFinder(quad(10, 60, 110, 80), quad(10, 10, 110, 30))


def test_lines_come_in_reading_order_with_their_boxes() -> None:
    words = ByBrightness({1: Word("RE16-TGK", 0.9), 2: Word("  black   mug ", 0.8)})
    first, second = SceneTextReader(FINDER, words).lines(BOTH)
    assert (first.text, first.box) == ("RE16-TGK", FIRST)
    assert (second.text, second.score) == ("black mug", 0.8)


@pytest.mark.parametrize(
    "noise", [Word("blur", 0.4), Word("0", 0.99), Word("-- /", 0.99), Word("", 1)]
)
def test_noise_is_dropped(noise: Word) -> None:
    words = ByBrightness({1: Word("mug", 0.6), 2: noise})
    assert [line.text for line in SceneTextReader(FINDER, words).lines(BOTH)] == ["mug"]


def test_the_least_confidence_may_be_chosen() -> None:
    words = ByBrightness({1: Word("mug", 0.6), 2: Word("blur", 0.4)})
    assert len(SceneTextReader(FINDER, words, TextOptions(min_score=0.1)).lines(BOTH)) == 2
    assert SceneTextReader(FINDER, words, TextOptions(min_score=0.7)).lines(BOTH) == []


def test_a_tall_box_keeps_the_turn_that_reads_better() -> None:
    spine = photo((Box(20, 10, 40, 60), 1), (Box(20, 60, 40, 110), 2))
    words = ByBrightness({1: Word("dnlou", 0.6), 2: Word("spine", 0.9)})
    lines = SceneTextReader(FixedFinder(quad(20, 10, 40, 110)), words).lines(spine)
    assert [line.text for line in lines] == ["spine"]
    assert words.read == 2


def test_work_is_bounded() -> None:
    many = [quad(10, top, 110, top + 10) for top in range(0, 180, 2)]
    words = ByBrightness({0: Word("text", 0.9)})
    lines = SceneTextReader(FixedFinder(*many), words, TextOptions(max_lines=7)).lines(photo())
    assert len(lines) == words.read == 7


def test_a_speck_of_a_picture_has_no_words() -> None:
    speck = Photo(np.zeros((1, 1, 3), np.uint8), sha256="speck", source="test")
    words = ByBrightness({})
    assert SceneTextReader(FINDER, words).lines(speck) == []
    assert words.read == 0


def test_the_fingerprint_tells_models_and_thresholds_apart() -> None:
    prints = {
        text_reader(options).fingerprint
        for options in (
            TextOptions(),
            TextOptions(boxes="easyocr"),
            TextOptions(words="rapidocr"),
            TextOptions(min_score=0.9),
            TextOptions(languages=("en", "ru")),
        )
    }
    assert len(prints) == 5
    assert text_reader().fingerprint == text_reader(TextOptions()).fingerprint


def test_languages_of_two_scripts_are_refused() -> None:
    assert script_of(["en"]).model == "english_g2"
    assert script_of(["ru", "en"]).model == "cyrillic_g2"
    for languages in (["ru", "de"], ["xx"], []):
        with pytest.raises(BadInput, match="no EasyOCR model"):
            script_of(languages)


def test_weights_of_another_language_are_listed_where_they_are_looked_for(tmp_path: Path) -> None:
    options = TextOptions(languages=("en", "ru"), weights_folder=tmp_path)
    _, absent = text_reader_weights(options)
    assert (absent.name, absent.present) == ("cyrillic_g2.pth", False)
    assert str(tmp_path) in absent.remedy
    (tmp_path / "cyrillic_g2.pth").write_bytes(b"weights")
    assert text_reader_weights(options)[1].present
    assert not text_reader_weights(TextOptions(languages=("en", "ru")))[1].present

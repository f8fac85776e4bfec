"""Reads the words on a photo: one model finds lines, another reads them.

The default pairs PP-OCR's detector with EasyOCR's recogniser: EasyOCR's own detector (CRAFT)
takes many times as long for the same words (docs/models-text.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from models.easyocr_scripts import ScriptWeights, script_of
from models.easyocr_text import CRAFT, CraftFinder, EasyOcrWords
from models.rapidocr_text import DETECTOR, RECOGNISER, PpOcrFinder, RapidOcrWords
from models.text_layout import (
    TextBox,
    TextFinder,
    Word,
    WordReader,
    reading_order,
    upright,
    within_budget,
)
from models.types import Photo, Pixels, TextLine
from models.weights_file import WeightFile

BoxModel: TypeAlias = Literal["ppocr", "easyocr"]
WordModel: TypeAlias = Literal["easyocr", "rapidocr"]

SHORTEST_LINE = 2
"""Letters and digits of a line that stays: round fruit reads as a very sure "0"."""

SMALLEST_SIDE = 8
"""Pixels; no model reads letters on a smaller picture, and some fail on it."""


@dataclass(frozen=True, slots=True)
class TextOptions:
    """Which models read, and how much work they may do.

    Attributes:
        boxes: what finds lines: PP-OCR's DB detector, or EasyOCR's own (CRAFT), slow on a CPU.
        words: what reads them: EasyOCR, or RapidOCR's own recogniser (Latin and Chinese).
        languages: EasyOCR's codes; all of them must belong to one of its models.
        weights_folder: where weights of other languages than English lie; downloads never happen.
        threads: None takes every core to find lines, and up to four to read them.
        max_lines: lines read on one photo, largest letters first.
        max_letters: letter heights of all lines together; 600 take about as long as 60 lines of
            ten letter heights.
        min_score: lines below this confidence are noise; None asks the recogniser, as each has
            a scale of its own.
    """

    boxes: BoxModel = "ppocr"
    words: WordModel = "easyocr"
    languages: tuple[str, ...] = ("en",)
    weights_folder: Path | None = None
    threads: int | None = None
    max_lines: int = 60
    max_letters: float = 600.0
    min_score: float | None = None


class SceneTextReader:
    """A `TextReader` made of a finder and a word reader; both load on first use."""

    def __init__(
        self, finder: TextFinder, words: WordReader, options: TextOptions | None = None
    ) -> None:
        self._finder = finder
        self._words = words
        self._options = options or TextOptions()

    @property
    def fingerprint(self) -> str:
        """Both models and what decides which lines stay; known without loading either."""
        options = self._options
        kept = f"{options.max_lines}/{options.max_letters:g}/{self._min_score:g}/{SHORTEST_LINE}"
        return f"{self._finder.fingerprint}+{self._words.fingerprint}+lines:{kept}"

    @property
    def _min_score(self) -> float:
        chosen = self._options.min_score
        return self._words.doubtful if chosen is None else chosen

    def lines(self, photo: Photo) -> list[TextLine]:
        """Lines of text in reading order, noise left out.

        Raises:
            WeightsMissing: a file of weights is absent, or is not the file it should be.
        """
        if min(photo.width, photo.height) < SMALLEST_SIDE:
            return []
        options = self._options
        found = within_budget(self._finder.boxes(photo), options.max_lines, options.max_letters)
        return reading_order(line for line in self._read(photo, found) if self._is_text(line))

    def _is_text(self, line: TextLine) -> bool:
        letters = sum(character.isalnum() for character in line.text)
        return line.score >= self._min_score and letters >= SHORTEST_LINE

    def _read(self, photo: Photo, found: Sequence[TextBox]) -> list[TextLine]:
        crops: list[Pixels] = []
        owners: list[int] = []
        for number, box in enumerate(found):
            for crop in upright(photo, box):
                crops.append(crop)
                owners.append(number)
        best: dict[int, Word] = {}
        for owner, word in zip(owners, self._words.words(crops), strict=True):
            if owner not in best or word.score > best[owner].score:
                best[owner] = word
        read: list[TextLine] = []
        for number, word in best.items():
            bounds = found[number].bounds(photo.width, photo.height)
            if bounds is not None:
                text = " ".join(word.text.split())
                read.append(TextLine(text=text, score=word.score, box=bounds))
        return read


def text_reader(options: TextOptions | None = None) -> SceneTextReader:
    """The reader that the options ask for; nothing is loaded yet.

    Raises:
        BadInput: the languages do not belong to one of EasyOCR's models.
    """
    options = options or TextOptions()
    finder: TextFinder
    words: WordReader
    finder = PpOcrFinder(options.threads) if options.boxes == "ppocr" else CraftFinder()
    if options.words == "rapidocr":
        words = RapidOcrWords(options.threads)
    else:
        words = EasyOcrWords(options.languages, options.weights_folder, options.threads)
    return SceneTextReader(finder, words, options)


def text_reader_weights(options: TextOptions | None = None) -> list[WeightFile]:
    """The files that this reader needs, for `shoplens doctor`; opens none of them."""
    options = options or TextOptions()
    finder = DETECTOR if options.boxes == "ppocr" else CRAFT
    if options.words == "rapidocr":
        return [finder.listing(), RECOGNISER.listing()]
    words = ScriptWeights(script_of(options.languages), options.weights_folder)
    return [finder.listing(), words.listing()]

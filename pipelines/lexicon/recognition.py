"""Finds the lexicon's concepts in what people write, in English and Russian."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from models.tag_types import TagField
from pipelines.lexicon.concepts import Concept, concepts
from pipelines.stores.bm25 import stem_ids

_WORD = re.compile(r"[^\W_]+(?:['’](?:s|re)\b)?")
# What may stand between the words of one name: "polka dot", "polka-dot"; no comma, no slash.
_GAP = re.compile(r"[\s\-–‑]+")

_FIELDS: tuple[TagField, ...] = (
    "type",
    "colour",
    "pattern",
    "material",
    "audience",
    "style",
    "occasion",
)

_Phrase: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that a text names.

    Attributes:
        start: of its first character in the text.
        end: after its last one.
    """

    concept: Concept
    start: int
    end: int


def recognise(text: str, fields: Sequence[TagField] = _FIELDS) -> list[Mention]:
    """The concepts that a text names, in its order; where names overlap, the longest wins.

    A name that several concepts share ("gold" is a colour and a material, «чайник» a kettle and a
    teapot) gives a mention of each over the same characters, in the order of `fields`.

    Args:
        fields: where to look; all that the lexicon has, unless told.
    """
    words = [
        _Word(_folded(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)
    ]
    index = _index()
    found: list[Mention] = []
    at = 0
    while at < len(words):
        for run in _runs(text, words, at, index.longest):
            if known := index.named(run, fields):
                found += [Mention(one, run[0].start, run[-1].end) for one in known]
                at += len(run)
                break
        else:
            at += 1
    return found


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int


def _runs(text: str, words: Sequence[_Word], at: int, longest: int) -> Iterator[Sequence[_Word]]:
    """Words from `at` on that may be one name, the longest run first."""
    end = at + 1
    while (
        end < len(words)
        and end - at < longest
        and _GAP.fullmatch(text, words[end - 1].end, words[end].start)
    ):
        end += 1
    for stop in range(end, at, -1):
        yield words[at:stop]


@dataclass(frozen=True, slots=True)
class _Index:
    """Concepts by their names.

    Attributes:
        written: by a name as written; asked first, so that "glasses" are no "glass".
        stemmed: by the stems of a name.
        longest: words of the longest name.
    """

    written: Mapping[_Phrase, tuple[Concept, ...]]
    stemmed: Mapping[_Phrase, tuple[Concept, ...]]
    longest: int

    def named(self, run: Sequence[_Word], fields: Sequence[TagField]) -> list[Concept]:
        for names, phrase in (
            (self.written, tuple(word.folded for word in run)),
            (self.stemmed, _stems([word.folded for word in run])),
        ):
            known = [one for one in names.get(phrase, ()) if one.field in fields]
            if known:
                return sorted(known, key=lambda one: fields.index(one.field))
        return []


@lru_cache(maxsize=1)
def _index() -> _Index:
    written: dict[_Phrase, dict[Concept, None]] = {}
    stemmed: dict[_Phrase, dict[Concept, None]] = {}
    for field in _FIELDS:
        for known in concepts(field):
            for form in (form for forms in known.names.values() for form in forms):
                words = [_folded(match.group()) for match in _WORD.finditer(form)]
                written.setdefault(tuple(words), {})[known] = None
                if not form.startswith("="):
                    stemmed.setdefault(_stems(words), {})[known] = None
    return _Index(
        {phrase: tuple(known) for phrase, known in written.items()},
        {phrase: tuple(known) for phrase, known in stemmed.items()},
        max(len(phrase) for phrase in written),
    )


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("ё", "е").replace("’", "'")


def _stems(words: Sequence[str]) -> _Phrase:
    """A stop word, which the stemmer drops, stays as it is: «в клетку»."""
    return tuple(stem_ids(word)[0] if stem_ids(word) else word for word in words)

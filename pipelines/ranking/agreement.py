"""Scorers of the typed words: whether a product is what they ask for and not what they refuse."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.tag_types import VISUAL_FIELDS, Tag
from pipelines.asked import Asked, Phrase
from pipelines.asked.meaning import closeness
from pipelines.catalog_types import Card
from pipelines.measures import measures
from pipelines.search_types import Candidate, Query, Reason, ScorePart
from pipelines.stores.bm25 import stem_ids

SAID = 0.5
"""What a wanted thing counts that the card's text names and its tags do not."""

_WORD = re.compile(r"[^\W_]+")
_LACKING = re.compile(
    r"(?:without|no|free of|без)\s+(?:an?\s+|any\s+|the\s+)?(?P<thing>(?:[^\W_]+\s+){0,2}[^\W_]+)"
    r"|(?P<less>[^\W\d_]{3,})(?:less|-free)(?![^\W_])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WordsAgree:
    """What is wanted and on the card raises; what is wanted while the card says otherwise lowers.

    A card that says nothing of a field is neither. Tags that the picture contradicts do not count.

    Attributes:
        weight: of one wanted thing; a first place of a source is worth 1/61 beside it.
        otherwise: the share of it that a card loses which says something else.
    """

    weight: float = 0.02
    otherwise: float = 0.5

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        if candidate.card is None or not query.asked.wanted:
            return []
        strength = self.weight * _strength(query)
        return [
            part
            for phrase in query.asked.wanted
            if (part := self._part(phrase, candidate.card, strength)) is not None
        ]

    def _part(self, phrase: Phrase, card: Card, strength: float) -> ScorePart | None:
        agrees = closeness(phrase, {tag.key for tag in card.tags if _holds(tag)})
        if agrees:
            return ScorePart("asked", strength * agrees, Reason.of("asked", text=phrase.text))
        denied = closeness(phrase, {tag.key for tag in card.tags if not _holds(tag)})
        # "On a steel bracelet" names a type of jewellery, and means a part of a watch.
        if not denied and set(_stems(phrase.text)) <= _said(card):
            return ScorePart("asked", strength * SAID, Reason.of("said", text=phrase.text))
        spoken = {one.field for one in phrase.any_of}
        told = {tag.field for tag in card.tags if _holds(tag)}
        if spoken & told and spoken <= set(VISUAL_FIELDS):
            otherwise = Reason.of("denied", text=phrase.text)
            return ScorePart("asked", -strength * self.otherwise, otherwise)
        return None


@dataclass(frozen=True)
class WordsSaid:
    """Words that name no concept raise a product by the share of them that its card says.

    For what no tag tells, in the language of the description: "on a steel bracelet", «с
    пуговицами», "1.7 l". BM25 knows titles and tags alone, and misses it.
    """

    weight: float = 0.02

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        if candidate.card is None or query.image_vectors is None:
            return []
        asked = set(unnamed(query.asked))
        if not asked:
            return []
        said = asked & _said(candidate.card)
        if not said:
            return []
        share = len(said) / len(asked)
        reason = Reason.of("typed" if share == 1.0 else "partly typed")
        return [ScorePart("asked", self.weight * _strength(query) * share, reason)]


@dataclass(frozen=True)
class WordsRefuse:
    """A product whose card speaks of a refused thing falls; one that says it lacks it rises.

    For things that no tag tells: "without a handle" knows "handleless mug" and «кружка без ручки».
    """

    weight: float = 0.02

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        things = [word for phrase in query.asked.unwanted for word in phrase.named]
        if candidate.card is None or not things:
            return []
        strength = self.weight * _strength(query)
        text = _told(candidate.card)
        lacks = set(_lacking(text))
        says = _said(candidate.card)
        parts = []
        for thing in things:
            stems = set(_stems(thing))
            if stems and stems <= lacks:
                parts.append(ScorePart("asked", strength, Reason.of("lacking", text=thing)))
            elif stems and stems <= says:
                parts.append(ScorePart("asked", -strength, Reason.of("spoken of", text=thing)))
        return parts


def _holds(tag: Tag) -> bool:
    return tag.verdict != "contradicted"


def _strength(query: Query) -> float:
    """The slider's part: nothing of the words at 0, all of them from the middle on."""
    return min(1.0, 2.0 * query.balance) if query.image_vectors is not None else 1.0


def between(query: Query) -> float:
    """The slider's part where picture and words both count: 1 in the middle, 0 at either end,
    where only one is asked."""
    return 4.0 * query.balance * (1.0 - query.balance)


def _told(card: Card) -> str:
    return " ".join([card.title, card.description, *(tag.value for tag in card.tags)])


def _lacking(text: str) -> Iterator[int]:
    """Stems of what a text says to be missing."""
    for match in _LACKING.finditer(text):
        yield from _stems(match["less"] or match["thing"])


def unnamed(asked: Asked) -> Iterator[int]:
    """Stems of the searched words that name no concept; a quantity is one word."""
    text = asked.words
    for phrase in asked.wanted:
        text = text.replace(phrase.text, " ", 1)
    yield from _stems_and_quantities(text)


def _said(card: Card) -> set[int]:
    return set(_stems_and_quantities(f"{card.brand} {_told(card)}"))


def _stems_and_quantities(text: str) -> Iterator[int]:
    at = 0
    for quantity in measures(text):
        yield from _stems(text[at : quantity.start])
        yield from stem_ids(quantity.token)
        at = quantity.end
    yield from _stems(text[at:])


def _stems(words: str) -> Iterator[int]:
    for word in _WORD.findall(words):
        yield from stem_ids(word.casefold().replace("ё", "е"))

"""Whatever speaks for a product can be said, on the page in either language and in a terminal."""

from string import Formatter
from typing import get_args

import numpy as np
import pytest

from app.reasons import said
from app.words import EN, LANGUAGES, RU, Words
from models.tag_types import Tag
from pipelines.asked import understand
from pipelines.catalog_types import Card, IndexInfo
from pipelines.kinds import Kind
from pipelines.ranking.core import score
from pipelines.ranking.standard import standard_stages
from pipelines.reasons import SENTENCES, in_english
from pipelines.search_types import Candidate, Evidence, Query, Reason, ReasonName, SourceName
from tests.fakes.entries import SPEC
from tests.fakes.index import MemoryIndex

STAGES = standard_stages(MemoryIndex(IndexInfo(1, SPEC, 0, 0), []), one_space=True)
MUG = Kind("type", "type:mug", 1.0)
PICTURE = np.zeros((1, 4), np.float32)

RED_MUG = Card("a", tags=(Tag("colour", "red"), Tag("type", "mug")), group_id="mugs")
HANDLED = Card("b", title="Scarlet bowl with a handle", tags=(Tag("type", "bowl"),))
SAYS = Card("c", title="Crockery", description="A red thing of 1.7 l.", group_id="mugs")
BLUE = Card("d", tags=(Tag("colour", "blue"),), description="Without a handle.", group_id="mugs")
CARDS = (RED_MUG, HANDLED, SAYS, BLUE)


def everything_that_speaks() -> list[tuple[str, Reason]]:
    """(stage, reason) of searches that together make every scorer and the selector speak."""
    sources: tuple[SourceName, ...] = get_args(SourceName)
    evidence = tuple(Evidence(source, 3, 0.47) for source in sources)
    pool = tuple(Candidate(card.product_id, evidence, card, in_common=14) for card in CARDS)
    told = []
    for words in ("", "red", "without a handle", "red 1.7 l woofer", "1.7 l"):
        asked = understand(words)
        query = Query(PICTURE, asked, kind=MUG if words else None)
        for scorer in STAGES.scorers:
            told += [
                (type(scorer).__name__, part.reason)
                for candidate in pool
                for part in scorer(query, candidate)
            ]
        chosen, _ = STAGES.selector(query, score(STAGES.scorers, query, pool))
        lowered = {part.reason for c in chosen for part in c.parts if part.name == "variety"}
        told += [(type(STAGES.selector).__name__, reason) for reason in lowered]
    return told


SPOKEN = everything_that_speaks()


def test_every_stage_speaks_and_every_reason_occurs() -> None:
    stages = {type(stage).__name__ for stage in (*STAGES.scorers, STAGES.selector)}
    assert {stage for stage, _ in SPOKEN} == stages
    assert {reason.name for _, reason in SPOKEN} == set(get_args(ReasonName))


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_the_page_says_each_reason_with_all_that_it_tells(words: Words) -> None:
    assert words.reasons.keys() == set(get_args(ReasonName))
    for _, reason in SPOKEN:
        assert told_by(words.reasons[reason.name]) == dict(reason.values).keys()
        assert "{" not in said(reason, words)


def test_a_terminal_says_each_reason_with_all_that_it_tells() -> None:
    assert SENTENCES.keys() == set(get_args(ReasonName))
    for _, reason in SPOKEN:
        assert told_by(SENTENCES[reason.name]) == dict(reason.values).keys()
        assert "{" not in in_english(reason)


def test_no_reason_of_the_russian_page_is_english() -> None:
    for _, reason in SPOKEN:
        typed = {name: "красный" for name, value in reason.values if isinstance(value, str)}
        told = said(Reason.of(reason.name, **dict(reason.values) | typed), RU)
        assert not [letter for letter in told.lower() if "a" <= letter <= "z"], told


def test_numbers_and_what_was_typed_are_told_as_they_are() -> None:
    alike = Reason.of("image", place=1200, likeness=0.468)
    assert in_english(alike) == "looks alike: place 1200, similarity 0.47"
    assert said(alike, EN) == "place 1,200, similarity 0.47"
    assert said(alike, RU) == "место 1\xa0200, сходство 0,47"
    assert said(Reason.of("kind", kind=MUG), RU) == "кружка, как на картинке"
    assert said(Reason.of("asked", text="{place}"), EN) == "{place}, as you asked"


def told_by(sentence: str) -> set[str]:
    """The values that a sentence has places for."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}

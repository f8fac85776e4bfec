"""What words add to a picture: composed answers beside those of either alone, by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from indexer.metrics import Interval, Ranking, measure
from indexer.query_list import LabelledQuery
from models.errors import BadQuery
from pipelines.lens import Lens
from pipelines.search_types import Perception, SearchResult

Mode: TypeAlias = Literal["composed", "picture", "words"]
"""Asked with both, with the picture alone, with the words alone."""
MODES: tuple[Mode, ...] = ("composed", "picture", "words")
SHOWN = ("recall@1", "recall@5")
DEPTH = 100
"""Places that are looked at; what stands behind them counts as not found."""

Scores: TypeAlias = dict[Mode, dict[str, Interval]]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question with words, by how it was asked."""

    query: LabelledQuery
    rankings: dict[Mode, Ranking]


@dataclass(frozen=True, slots=True)
class Group:
    """Scores of the questions of one kind or language; `of` is "kind", "language" or "" for all.

    Attributes:
        queries: how many questions they are means of.
    """

    of: str
    name: str
    queries: int
    scores: Scores


def answers(
    lens: Lens,
    query: LabelledQuery,
    perception: Perception,
    region: int | None,
    composed: SearchResult | None,
) -> Answers:
    """Ask the same question with either part alone; words that name no product find nothing.

    Args:
        region: None where the detector missed what is meant: a picture finds nothing then.
    """
    picture = None
    if region is not None:
        picture = lens.search(perception, region=region, limit=DEPTH)
    try:
        words: SearchResult | None = lens.search(None, words=query.words, limit=DEPTH)
    except BadQuery:
        words = None
    results = {"composed": composed, "picture": picture, "words": words}
    return Answers(query, {mode: ranking(query, results[mode]) for mode in MODES})


def ranking(query: LabelledQuery, result: SearchResult | None) -> Ranking:
    """An answer as `metrics` takes it; None found nothing."""
    found = result.selected if result is not None else ()
    return Ranking(tuple(candidate.product_id for candidate in found), query.relevant)


def groups(asked: Sequence[Answers], seed: int = 0) -> tuple[Group, ...]:
    """Scores of all questions with words, then by kind, then by language; empty without any."""
    if not asked:
        return ()
    found = [_group("", "all", asked, seed)]
    for of in ("kind", "language"):
        names = dict.fromkeys(getattr(one.query, of) for one in asked)
        found += [
            _group(of, name, [one for one in asked if getattr(one.query, of) == name], seed)
            for name in names
            if name
        ]
    return tuple(found)


def _group(of: str, name: str, asked: Sequence[Answers], seed: int) -> Group:
    scores: Scores = {}
    for mode in MODES:
        measured = measure([one.rankings[mode] for one in asked], seed)
        scores[mode] = {measure_name: measured[measure_name] for measure_name in SHOWN}
    return Group(of, name, len(asked), scores)

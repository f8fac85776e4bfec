"""rank(): the order of the stages, and nothing else."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum

from models.errors import ShopLensError
from pipelines.ranking.protocols import Filter, Hydrator, Pool, Scorer, Source, Stages
from pipelines.search_types import (
    Candidate,
    Degraded,
    Evidence,
    Query,
    Removed,
    SearchResult,
    SourceName,
    Verdict,
)
from pipelines.stopwatch import Stopwatch
from pipelines.stores.protocol import Hit

log = logging.getLogger(__name__)


def rank(query: Query, stages: Stages) -> SearchResult:
    """Answer one query.

    Raises:
        ShopLensError: every source that was asked failed; one that fails alone is `degraded`.
    """
    watch = Stopwatch()
    found, degraded = gather(stages.sources, query)
    watch.lap("retrieve")
    pool = hydrate(stages.hydrators, query, shortlist(merge(found), stages.pool))
    watch.lap("hydrate")
    kept, removed = sift(stages.filters, query, pool)
    selected, reserve = stages.selector(query, score(stages.scorers, query, kept))
    watch.lap("rank")
    result = SearchResult(
        selected=selected,
        reserve=reserve,
        removed=removed,
        verdict=verdict(query, selected),
        degraded=degraded,
        timings_ms=watch.laps,
    )
    for side_effect in stages.side_effects:
        side_effect(query, result)
    return result


def gather(
    sources: Sequence[Source], query: Query
) -> tuple[dict[SourceName, Sequence[Hit]], tuple[Degraded, ...]]:
    """Ask every source; one that fails is named and the others answer."""
    found: dict[SourceName, Sequence[Hit]] = {}
    failures: list[tuple[SourceName, Exception]] = []
    for source in sources:
        try:
            found[source.name] = source(query)
        except Exception as error:  # noqa: BLE001 - one of the two places: a source may fail
            log.warning("source %s failed: %s", source.name, error)
            failures.append((source.name, error))
    if failures and not any(found.values()):
        # Nothing answered: an empty list would claim that the shop has nothing like it.
        first = failures[0][1]
        if isinstance(first, ShopLensError):
            raise first
        raise ShopLensError(
            f"the search failed: {first}", remedy="run `shoplens doctor` to see what is broken"
        ) from first
    return found, tuple(Degraded(name, _reason(error)) for name, error in failures)


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, ShopLensError) else type(error).__name__


def merge(found: Mapping[SourceName, Sequence[Hit]]) -> Pool:
    """One candidate a product, with its best evidence from each source.

    Points become products here: the rank in an Evidence counts products, so that a product with
    ten pictures does not push the second product to rank eleven.
    """
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    for name, hits in found.items():
        best: dict[str, Hit] = {}
        for hit in hits:
            known = best.get(hit.product_id)
            if known is None or hit.score > known.score:
                best[hit.product_id] = hit
        # A stable order between equal scores: the same question has the same answer.
        order = sorted(best.values(), key=lambda hit: (-hit.score, hit.product_id))
        for place, hit in enumerate(order, start=1):
            evidence[hit.product_id].append(Evidence(name, place, hit.score, hit.image_number))
    return tuple(Candidate(product_id, tuple(rows)) for product_id, rows in evidence.items())


def shortlist(pool: Pool, most: int) -> Pool:
    """The candidates that the sources agree on most; a code is never cut.

    Facts cost more than finding: at 100,000 products a photo with words brings 790 candidates, and
    reading their cards took longer than all searches together. The order is that of reciprocal
    rank fusion without weights, so what falls out could not have come near the top.
    """
    if len(pool) <= most:
        return pool

    def agreement(candidate: Candidate) -> tuple[bool, float]:
        found = fsum(1.0 / (60 + evidence.rank) for evidence in candidate.evidence)
        return candidate.found_by("code") is not None, found

    return tuple(sorted(pool, key=agreement, reverse=True)[:most])


def hydrate(hydrators: Sequence[Hydrator], query: Query, pool: Pool) -> Pool:
    """Add facts, in turn; no hydrator may lose, add or reorder candidates."""
    for hydrator in hydrators:
        hydrated = hydrator(query, pool)
        if [c.product_id for c in hydrated] != [c.product_id for c in pool]:
            raise AssertionError(f"{type(hydrator).__name__} changed the pool")
        pool = hydrated
    return pool


def sift(filters: Sequence[Filter], query: Query, pool: Pool) -> tuple[Pool, tuple[Removed, ...]]:
    """Apply filters in turn; a candidate is removed once, by the first that objects."""
    removed: list[Removed] = []
    for each in filters:
        split = each(query, pool)
        pool = split.kept
        removed.extend(split.removed)
    return pool, tuple(removed)


def score(scorers: Sequence[Scorer], query: Query, pool: Pool) -> Pool:
    """Give each candidate its parts; its score is their sum, exactly."""

    def scored(candidate: Candidate) -> Candidate:
        parts = tuple(part for scorer in scorers for part in scorer(query, candidate))
        return replace(candidate, parts=parts, score=fsum(part.value for part in parts))

    return tuple(scored(candidate) for candidate in pool)


def verdict(query: Query, selected: Pool) -> Verdict:
    """What to say above the list."""
    if not selected:
        return "nothing"
    if selected[0].found_by("code"):
        return "exact"
    return "nothing" if _all_far(query, selected) else "similar"


def _all_far(query: Query, selected: Pool) -> bool:
    """Whether a picture alone was asked for and nothing looks like it, by a scale that was
    measured. Words that were typed, or read and found in the first product, may be right."""
    if query.scale is None or query.image_vectors is None or query.words:
        return False
    if selected[0].found_by("words"):
        return False
    looks = (candidate.found_by("image") for candidate in selected)
    near = any(one is not None and one.score >= query.scale.alike for one in looks)
    return not near and not any(candidate.same_print for candidate in selected)

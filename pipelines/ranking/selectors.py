"""Selectors: the last choice, with neighbours in sight."""

from collections import Counter
from dataclasses import dataclass, replace
from math import fsum, isnan
from typing import Final

from pipelines.ranking.protocols import Pool
from pipelines.search_types import Candidate, Query, Reason, ScorePart

_ASKED: Final = ("asked", "kind")
"""Parts of a score that are no source's."""


@dataclass(frozen=True)
class DiverseTopK:
    """The best `query.limit`, with further variants of one product a little lower.

    The first `free` variants of a group stand where their score puts them; each further one loses
    a tenth more, as a part of its score that says so. Softly, since a shopper who asks for a vase
    wants the fifth vase of a family before any teapot: a hard limit put it behind every ball.

    Taken from what sources found it by alone. A variant that is as the words ask keeps what that is
    worth: else the fourth lamp of the asked brand would stand behind lamps of others.
    """

    free: int = 2
    decay: float = 0.9

    def __call__(self, query: Query, pool: Pool) -> tuple[Pool, Pool]:
        seen: Counter[str] = Counter()
        spread: list[Candidate] = []
        for candidate in sorted(pool, key=_best_first):
            group = candidate.card.group_id if candidate.card else ""
            spread.append(self._lowered(candidate, seen[group]) if group else candidate)
            seen[group] += 1
        spread.sort(key=_best_first)
        return tuple(spread[: query.limit]), tuple(spread[query.limit :])

    def _lowered(self, candidate: Candidate, before: int) -> Candidate:
        """The candidate with what `before` better variants of its group take from it."""
        times = max(0, before - self.free + 1)
        asked = fsum(part.value for part in candidate.parts if part.name in _ASKED)
        found = candidate.score - asked
        if not times or found <= 0:
            return candidate
        loss = found * (self.decay**times - 1.0)
        part = ScorePart("variety", loss, Reason.of("variants", count=before))
        return replace(candidate, score=candidate.score + loss, parts=(*candidate.parts, part))


def _best_first(candidate: Candidate) -> tuple[bool, float, str]:
    """NaN sinks below every number; the id breaks ties, so that equal questions answer alike."""
    sinks = isnan(candidate.score)
    return sinks, 0.0 if sinks else -candidate.score, candidate.product_id

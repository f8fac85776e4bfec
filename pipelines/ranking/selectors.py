"""Selectors: the last choice, with neighbours in sight."""

from collections import Counter
from dataclasses import dataclass
from math import isnan

from pipelines.ranking.protocols import Pool
from pipelines.search_types import Candidate, Query


@dataclass(frozen=True)
class DiverseTopK:
    """The best `query.limit`, at most `per_group` variants of one product group among them.

    Variants beyond that are not lost: they open the reserve's order at their own score. Where the
    groups run out before the list is full, the limit on variants gives way.
    """

    per_group: int = 2

    def __call__(self, query: Query, pool: Pool) -> tuple[Pool, Pool]:
        order = sorted(pool, key=_best_first)
        seen: Counter[str] = Counter()
        chosen: list[Candidate] = []
        held_back: list[Candidate] = []
        for candidate in order:
            group = candidate.card.group_id if candidate.card else ""
            if len(chosen) < query.limit and (not group or seen[group] < self.per_group):
                chosen.append(candidate)
                seen[group] += 1
            else:
                held_back.append(candidate)
        missing = max(0, query.limit - len(chosen))
        return tuple(chosen + held_back[:missing]), tuple(held_back[missing:])


def _best_first(candidate: Candidate) -> tuple[bool, float, str]:
    """NaN sinks below every number; the id breaks ties, so that equal questions answer alike."""
    sinks = isnan(candidate.score)
    return sinks, 0.0 if sinks else -candidate.score, candidate.product_id

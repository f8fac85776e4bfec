"""The stages of the ranking core, each a small protocol; one file a kind implements them.

Data flows one way: sources → merge → hydrator → filters → scorers → selector → side effects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from pipelines.search_types import Candidate, Query, Removed, ScorePart, SearchResult, SourceName
from pipelines.stores.protocol import Hit

Pool: TypeAlias = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A pool in two: what a stage keeps and what it takes out; nothing is lost between them."""

    kept: Pool
    removed: tuple[Removed, ...] = ()


class Source(Protocol):
    """Finds candidates. May fail: the answer is then made without it and says so."""

    @property
    def name(self) -> SourceName: ...

    def __call__(self, query: Query) -> Sequence[Hit]:
        """Points, best first; empty where the query has nothing for this source."""
        ...


class Hydrator(Protocol):
    """Adds facts. Keeps length and order; a fact that is unknown stays None."""

    def __call__(self, query: Query, pool: Pool) -> Pool: ...


class Filter(Protocol):
    """Partitions a pool, with a reason for each candidate that it takes out."""

    def __call__(self, query: Query, pool: Pool) -> Split: ...


class Scorer(Protocol):
    """Explains one candidate's worth; never sees its neighbours."""

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]: ...


class Selector(Protocol):
    """Chooses from the scored pool; the only stage that sees neighbours.

    Returns (selected, reserve): together a permutation of the pool.
    """

    def __call__(self, query: Query, pool: Pool) -> tuple[Pool, Pool]: ...


SideEffect: TypeAlias = Callable[[Query, SearchResult], None]
"""Sees the finished answer and cannot change it: logs, counters."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The wiring of one ranking core.

    Attributes:
        pool: candidates that are hydrated and ranked at most.
    """

    sources: tuple[Source, ...]
    hydrators: tuple[Hydrator, ...]
    filters: tuple[Filter, ...]
    scorers: tuple[Scorer, ...]
    selector: Selector
    side_effects: tuple[SideEffect, ...] = ()
    pool: int = 200

    def describe(self) -> str:
        """The wiring for people, a line for each kind of stage."""
        rows: dict[str, list[str]] = {
            "sources": [str(source.name) for source in self.sources],
            "hydrators": [type(stage).__name__ for stage in self.hydrators],
            "filters": [type(stage).__name__ for stage in self.filters],
            "scorers": [type(stage).__name__ for stage in self.scorers],
            "selector": [type(self.selector).__name__],
        }
        return "\n".join(f"{kind}: {', '.join(names)}" for kind, names in rows.items())

"""What a run tells while it works and when it is done."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from indexer.tagging.report import TagReport
from pipelines.catalog_records import ErrorRecord, ReasonCount, RunCounts, RunOutcome
from pipelines.catalog_types import IndexInfo


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        rows: of the feed that are done.
        of_rows: about how many there are.
        embedded: pictures that the model looked at in this run.
        bad: rows and pictures that could not be used.
        fetched: pictures whose bytes came from the web in this run.
    """

    rows: int
    of_rows: int
    images: int
    embedded: int
    bad: int
    fetched: int = 0


@dataclass(slots=True)
class StageTimes:
    """Seconds by stage, added up over a run."""

    _seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - began

    @property
    def stages(self) -> tuple[tuple[str, float], ...]:
        return tuple(self._seconds.items())


class ProgressSink(Protocol):
    """Who shows progress; called from the run's own thread."""

    def started(self, profile: str, why: str) -> None:
        """The models are chosen: which, and why."""
        ...

    def settled(self, sentence: str) -> None:
        """Something is chosen that was not named, or is being measured; for people."""
        ...

    def moved(self, progress: Progress) -> None: ...

    def building(self, images: int, done: int = 0) -> None:
        """The index is being built from that many pictures, of which `done` are handed over.

        After the last one the engine orders them, which takes a while and tells no more.
        """
        ...


class Silent:
    """Shows nothing."""

    def started(self, profile: str, why: str) -> None: ...

    def settled(self, sentence: str) -> None: ...

    def moved(self, progress: Progress) -> None: ...

    def building(self, images: int, done: int = 0) -> None: ...


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did.

    Attributes:
        reasons: errors by reason, the most frequent first.
        examples: the first of them, in the feed's order.
        built: whether a new generation was published; False where nothing had changed.
        index: the generation that serves now; None where an interrupted first run made none.
        stages: (name, seconds); "wait for pictures" is what the model lost to decoding.
        tags: what a language model wrote; None where none was asked.
    """

    feed: str
    outcome: RunOutcome
    counts: RunCounts
    reasons: tuple[ReasonCount, ...]
    examples: tuple[ErrorRecord, ...]
    built: bool
    index: IndexInfo | None
    stages: tuple[tuple[str, float], ...]
    tags: TagReport | None = None

    @property
    def clean(self) -> bool:
        return not self.reasons and (self.tags is None or self.tags.clean)

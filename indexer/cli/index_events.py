"""The progress of `shoplens index --json`: one JSON object a line on stderr, for a program."""

import dataclasses
import time
from typing import TYPE_CHECKING

from indexer.cli.output import tell_event
from indexer.run_report import Progress
from indexer.tagging.report import TagProgress

if TYPE_CHECKING:
    from types import TracebackType

    from pipelines.catalog_records import ErrorRecord

_EVERY_S = 0.5


class IndexEvents:
    """Tells a run; a `ProgressSink`. Twice a second at most, and always the end of a stage."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._told = 0.0

    def started(self, profile: str, why: str) -> None:
        tell_event("started", profile=profile, why=why)

    def settled(self, sentence: str) -> None:
        tell_event("settled", sentence=sentence)

    def moved(self, progress: Progress) -> None:
        if self._due(last=progress.rows == progress.of_rows):
            elapsed = time.monotonic() - self._began
            tell_event(
                "progress",
                **dataclasses.asdict(progress),
                seconds=round(elapsed, 3),
                rows_per_second=round(progress.rows / elapsed, 1) if elapsed else 0.0,
                images_per_second=round(progress.embedded / elapsed, 1) if elapsed else 0.0,
            )

    def tagged(self, progress: TagProgress) -> None:
        if self._due(last=progress.done == progress.of):
            tell_event("tagged", **dataclasses.asdict(progress))

    def building(self, images: int, done: int = 0) -> None:
        if self._due(last=done in (0, images)):
            tell_event("building", images=images, done=done)

    def skipped(self, error: "ErrorRecord") -> None:
        tell_event("skipped", **dataclasses.asdict(error))

    def __enter__(self) -> "IndexEvents":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        if error is not None:
            message, remedy = getattr(error, "message", ""), getattr(error, "remedy", "")
            tell_event("failed", error=type(error).__name__, message=message, remedy=remedy)

    def _due(self, *, last: bool) -> bool:
        now = time.monotonic()
        if not last and now - self._told < _EVERY_S:
            return False
        self._told = now
        return True

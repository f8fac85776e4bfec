"""The progress bars of `shoplens index`, on stderr and only where someone watches."""

from typing import TYPE_CHECKING

from rich.progress import TaskID

from indexer.cli.stage_bars import StageBars
from indexer.cli.tag_progress import tag_note
from indexer.run_report import Progress as Moved
from indexer.tagging.report import TagProgress

if TYPE_CHECKING:
    from pipelines.catalog_records import ErrorRecord


class IndexProgress(StageBars):
    """Shows a run, a bar for each stage; a `ProgressSink`."""

    def __init__(self) -> None:
        super().__init__()
        self._read = self._bars.add_task("Reading", total=None, note="rows")
        self._fetch = self._bars.add_task("Fetching", total=None, note="pictures", visible=False)
        self._embed = self._bars.add_task("Models", total=None, note="pictures", visible=False)
        self._tags = self._bars.add_task("Tags", total=None, note="products", visible=False)
        self._build = self._bars.add_task("Index", total=None, note="pictures", visible=False)

    def started(self, profile: str, why: str) -> None:
        self._console.print(f"Models: {profile} ({why}).", style="dim", markup=False)

    def settled(self, sentence: str) -> None:
        self._console.print(sentence, style="dim", markup=False)

    def moved(self, progress: Moved) -> None:
        bad = f", {progress.bad:,} skipped" if progress.bad else ""
        note = f"rows, {self._rate(progress.rows)}{bad}"
        self._bars.update(self._read, completed=progress.rows, total=progress.of_rows, note=note)
        if progress.fetched:
            self._pictures(self._fetch, progress.fetched, progress)
        if progress.embedded:
            self._pictures(self._embed, progress.embedded, progress)

    def _pictures(self, bar: TaskID, done: int, progress: Moved) -> None:
        """Move a bar of pictures: as many to come as there were in the rows so far."""
        # Not through `update`, which measures the time left anew for every other total.
        self._bars.tasks[bar].total = round(done * progress.of_rows / max(progress.rows, 1))
        note = f"pictures, {self._rate(done)}"
        self._bars.update(bar, completed=done, note=note, visible=True)

    def tagged(self, progress: TagProgress) -> None:
        self._bars.update(
            self._tags,
            completed=progress.done,
            total=progress.of,
            note=tag_note(progress),
            visible=True,
        )

    def building(self, images: int, done: int = 0) -> None:
        if not done:
            self._bars.reset(self._build)
        # Handed over is not built: the graph comes after the last one.
        note = "pictures, building the graph" if done == images else "pictures"
        self._bars.update(self._build, completed=done, total=images, note=note, visible=True)

    def skipped(self, error: "ErrorRecord") -> None:
        """Name a row or picture that could not be used."""
        subject = error.product_id if error.kind == "picture" else error.place
        line = f"Skipped {error.kind}, {subject}: {error.detail}"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _rate(self, count: int) -> str:
        # From the run's start, which the first bar knows: models run beside the reading.
        elapsed = self._bars.tasks[self._read].elapsed or 0.0
        return f"{count / elapsed:,.1f}/s" if elapsed else ""

"""The progress bar of `shoplens index`, on stderr and only where someone watches."""

from types import TracebackType

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from indexer.cli.output import to_stderr
from indexer.run_report import Progress as Moved


class IndexProgress:
    """Shows a run; a `ProgressSink`."""

    def __init__(self) -> None:
        self._console = to_stderr()
        self._bar = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("Indexing", total=None, note="")

    def started(self, profile: str, why: str) -> None:
        self._console.print(f"Models: {profile} ({why}).", style="dim", markup=False)

    def moved(self, progress: Moved) -> None:
        elapsed = self._bar.tasks[self._task].elapsed or 0.0
        note = f"{progress.images:,} pictures"
        if progress.embedded and elapsed:
            note += f", {progress.embedded / elapsed:,.1f}/s"
        if progress.bad:
            note += f", {progress.bad:,} skipped"
        self._bar.update(self._task, completed=progress.rows, total=progress.of_rows, note=note)

    def building(self, images: int, done: int = 0) -> None:
        self._bar.update(
            self._task, description="Building", total=None, note=f"{images:,} pictures"
        )

    def __enter__(self) -> "IndexProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

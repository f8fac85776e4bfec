"""A checkpoint's way from the model hub, shown on stderr where someone watches."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.checkpoint import CheckpointSettings
    from pipelines.settings import Settings


def bring_weights(settings: "Settings") -> None:
    """Fetch what the run's embedder needs and lacks, before a silent run would.

    Raises:
        WeightsMissing, BadInput, DiskFull: as `download_checkpoint`.
    """
    from models.checkpoint import checkpoint_available
    from pipelines.build import choose_profile
    from pipelines.checkpoint_choice import checkpoint_settings

    choice = choose_profile(settings)
    wanted = checkpoint_settings(settings, choice.checkpoint) if choice.checkpoint else None
    if wanted and wanted.allow_download and not checkpoint_available(wanted):
        download_shown(wanted)


def download_shown(wanted: "CheckpointSettings") -> Path:
    """Fetch a checkpoint with a bar for each file of weights; returns its folder."""
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TaskID,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    from indexer.cli.output import megabytes, to_stderr
    from models.checkpoint_hub import download_checkpoint

    console = to_stderr()
    tasks: dict[str, TaskID] = {}
    with Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bars:

        def moved(name: str, done: int, size: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=size, completed=done)
                if not console.is_terminal:
                    left = f"{megabytes(size - done)} of {megabytes(size)}"
                    line = f"Downloading {wanted.checkpoint}: {name}, {left}."
                    console.print(line, markup=False, soft_wrap=True)
            bars.update(tasks[name], completed=done)

        return download_checkpoint(wanted, moved)

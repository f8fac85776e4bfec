"""What the command line prints: data on stdout, everything for the eye on stderr."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


def print_json(value: object) -> None:
    """One JSON object on one line of stdout; dataclasses become objects, paths strings."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain) + "\n")
    sys.stdout.flush()


def tell_event(event: str, **facts: object) -> None:
    """What happens meanwhile, for a program: one JSON object on one line of stderr."""
    line = json.dumps({"event": event, **facts}, ensure_ascii=False)
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def megabytes(count: int) -> str:
    """Bytes for people: "0.4 MB", "1,250 MB"."""
    return f"{count / 1e6:,.1f} MB" if count < 1e8 else f"{count / 1e6:,.0f} MB"


def inert(cell: str) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula.

    Source: OWASP, CSV injection.
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def to_stderr() -> "Console":
    """A console for progress, tables that accompany JSON, and errors."""
    from rich.console import Console

    return Console(stderr=True)


def counted_progress() -> "Progress":
    """A bar with how many of how many and the time left; nothing where no person looks."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = to_stderr()
    return Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def to_stdout() -> "Console":
    """A console for tables that are the data themselves."""
    from rich.console import Console

    return Console()

"""How tagging is shown: a bar on stderr or JSON lines, then what was done and what it took."""

import dataclasses
from typing import Any

from rich.markup import escape
from rich.table import Table

from indexer.cli.output import tell_event, to_stderr, to_stdout
from indexer.cli.stage_bars import StageBars
from indexer.tagging.estimate import Estimate
from indexer.tagging.report import TagProgress, TagReport

_OUTCOMES = {
    "finished": "all that waited",
    "limit": "as many as --limit says",
    "budget": "the budget pays for no more",
    "interrupted": "interrupted",
    "unavailable": "the model could not be asked any more",
}


def tag_note(progress: TagProgress) -> str:
    """What stands beside a bar."""
    spent = f", {progress.spent:,.4f} spent" if progress.spent else ""
    failed = f", {progress.failed:,} failed" if progress.failed else ""
    return f"products, {progress.tokens_in + progress.tokens_out:,} tokens{spent}{failed}"


class TagProgressBar(StageBars):
    """A bar with the time left, only where someone watches; a `TagSink`."""

    def __init__(self) -> None:
        super().__init__()
        self._task = self._bars.add_task("Tags", total=None, note="products")

    def tagged(self, progress: TagProgress) -> None:
        self._bars.update(
            self._task, completed=progress.done, total=progress.of, note=tag_note(progress)
        )


class TagEvents:
    """One JSON object a line on stderr, for a program; a `TagSink`."""

    def tagged(self, progress: TagProgress) -> None:
        tell_event("tagged", **dataclasses.asdict(progress))

    def __enter__(self) -> "TagEvents":
        return self

    def __exit__(self, *_: object) -> None: ...


def report_as_json(report: TagReport) -> dict[str, Any]:
    """A report as docs/cli.md describes it."""
    return {
        "outcome": report.outcome,
        "fingerprint": report.fingerprint,
        "products": report.products,
        "known": report.known,
        "written": report.written,
        "waiting": report.waiting,
        "values_left_out": report.left_out,
        "tokens_in": report.tokens_in,
        "tokens_out": report.tokens_out,
        "spent": round(report.spent, 6),
        "seconds": round(report.seconds, 3),
        "failures": dict(report.failures),
        "failed": report.named,
        "problem": report.problem,
    }


def print_tag_report(report: TagReport) -> None:
    """Failures on stderr, the rest as a table."""
    errors = to_stderr()
    for failure in report.named:
        line = f"Not tagged, {failure.product_id}: {failure.detail}"
        errors.print(line, markup=False, highlight=False, soft_wrap=True)
    if report.problem:
        errors.print(f"Stopped: {report.problem}", markup=False, highlight=False, soft_wrap=True)
    table = _table()
    state = f"{report.known:,} known before, {report.waiting:,} wait"
    table.add_row("Tagged", f"{report.written:,} of {report.products:,} products ({state})")
    table.add_row("Ended", _OUTCOMES[report.outcome])
    table.add_row("Tokens", f"{report.tokens_in:,} read, {report.tokens_out:,} written")
    if report.spent:
        table.add_row("Spent", f"{report.spent:,.4f}")
    if report.seconds and report.written:
        rate = 60 * report.written / report.seconds
        table.add_row("Time", f"{report.seconds:,.1f} s ({rate:,.1f} products a minute)")
    if report.left_out:
        table.add_row("Left out", f"{report.left_out:,} values that describe no product")
    for reason, count in report.failures:
        table.add_row("Failed", escape(f"{count:,} × {reason}"))
    to_stdout().print(table)


def print_estimate(found: Estimate) -> None:
    table = _table()
    table.add_row("Products", f"{found.waiting:,} to ask about ({found.known:,} need no asking)")
    table.add_row("Tokens", f"about {found.tokens_in:,} read, {found.tokens_out:,} written")
    table.add_row("Told by", found.basis)
    table.add_row("Time", _time(found.seconds))
    table.add_row("Money", "needs --price" if found.money is None else f"about {found.money:,.4f}")
    to_stdout().print(table)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "needs --sample 5"
    minutes = seconds / 60
    return f"about {minutes:,.0f} minutes" if minutes >= 2 else f"about {seconds:,.0f} s"


def _table() -> Table:
    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column()
    return table

"""`shoplens index`: a feed in, an index out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from indexer.cli.options import Home, Json, Models, QdrantUrl, settings_from

if TYPE_CHECKING:
    from indexer.run_report import RunReport


def index(
    feed: Annotated[
        Path,
        typer.Argument(
            help="A CSV, TSV or JSONL in Google Merchant's names, or a folder of pictures.",
            show_default=False,
        ),
    ],
    home: Home = None,
    models: Models = None,
    qdrant_url: QdrantUrl = None,
    json: Json = False,
) -> None:
    """Index a shop's products. Repeat it whenever the feed changed: only what is new is embedded.

    The feed is the whole shop: products that are no longer in it leave the index.
    """
    from indexer.cli.index_progress import IndexProgress
    from indexer.cli.output import print_json
    from indexer.cli.stop_signal import stop_on_signal
    from indexer.index_home import index_home
    from indexer.run import RunOptions

    settings = settings_from(home=home, models=models, qdrant_url=qdrant_url)
    try:
        with stop_on_signal() as stop, IndexProgress() as progress:
            report = index_home(settings, feed, RunOptions(stop=stop), progress)
    except KeyboardInterrupt:
        _interrupted()
    _name_errors(report)
    if json:
        print_json(_as_json(report))
    else:
        _print_table(report)
    if report.outcome == "interrupted":
        _interrupted()
    raise typer.Exit(0 if report.clean else 1)


def _interrupted() -> NoReturn:
    typer.echo("Interrupted; nothing was lost. Run the same command again to go on.", err=True)
    raise typer.Exit(130)


def _as_json(report: "RunReport") -> dict[str, Any]:
    import dataclasses

    counts = dataclasses.asdict(report.counts)
    return {
        "feed": report.feed,
        "outcome": report.outcome,
        **{name: round(value, 3) for name, value in counts.items()},
        "errors": report.reasons,
        "stages": {name: round(seconds, 3) for name, seconds in report.stages},
        "generation": report.index.generation if report.index else None,
        "built": report.built,
    }


def _name_errors(report: "RunReport") -> None:
    for error in report.examples:
        subject = error.product_id if error.kind == "picture" else error.place
        typer.echo(f"Skipped {error.kind}, {subject}: {error.detail}", err=True)
    total = sum(reason.count for reason in report.reasons)
    if total > len(report.examples):
        rest = total - len(report.examples)
        typer.echo(f"… and {rest} more; `shoplens status` counts them by reason.", err=True)


def _print_table(report: "RunReport") -> None:
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stdout

    counts = report.counts
    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column()
    table.add_row(
        "Products",
        f"{counts.products:,} ({counts.new:,} new, {counts.changed:,} changed,"
        f" {counts.unchanged:,} unchanged, {counts.gone:,} gone)",
    )
    table.add_row("Pictures", f"{counts.images:,} ({counts.embedded:,} embedded)")
    if counts.embedded:
        table.add_row("Speed", f"{counts.images_per_second:,.1f} pictures a second")
    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.stages)
    table.add_row("Time", f"{counts.seconds:,.1f} s ({stages})")
    for reason in report.reasons:
        table.add_row("Skipped", escape(f"{reason.count:,} × {reason.kind}: {reason.reason}"))
    if report.index is not None:
        state = "published now" if report.built else "unchanged"
        table.add_row("Index", f"generation {report.index.generation}, {state}")
    to_stdout().print(table)

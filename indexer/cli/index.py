"""`shoplens index`: a feed in, an index out."""

from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from indexer.cli.options import (
    HnswEf,
    HnswM,
    Home,
    JsonEvents,
    Models,
    Precision,
    QdrantUrl,
    Rescore,
    settings_from,
)
from indexer.feed_format import Format

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.index_home import FeedChoice
    from indexer.run_report import RunReport
    from indexer.tagging.report import TagReport, TagSink
    from pipelines.catalog_db import CatalogDb
    from pipelines.settings import Settings


def index(
    feed: Annotated[
        str,
        typer.Argument(
            metavar="FEED",
            help="A file, an http(s) address or - (standard input): Google Merchant (TSV, RSS,"
            " Atom), Yandex YML, Shopify CSV, JSON-LD, CSV, JSONL, Parquet; or a folder with one"
            " of these in it, or with nothing but pictures.",
            show_default=False,
        ),
    ],
    home: Home = None,
    models: Models = None,
    qdrant_url: QdrantUrl = None,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="What the feed is, where its content is told wrongly; `folder` takes each picture"
            " of a folder for a product, whatever else lies there.",
        ),
    ] = None,
    currency: Annotated[
        str,
        typer.Option("--currency", help="Of prices that name none: EUR, RUB, … (Shopify has none)"),
    ] = "",
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="Keep products that the feed no longer has.")
    ] = False,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink", help="Let more than a fifth of the products leave at once."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; write nothing.")
    ] = False,
    precision: Precision = None,
    hnsw_m: HnswM = None,
    hnsw_ef: HnswEf = None,
    rescore: Rescore = None,
    tags: Annotated[
        str | None,
        typer.Option(
            "--tags",
            metavar="URL|MODEL",
            help="Have a language model write tags before the index is published, as `shoplens"
            " tags --tagger` does; more of its options as SHOPLENS_TAGGER_… (docs/tags.md).",
            show_default=False,
        ),
    ] = None,
    tags_model: Annotated[
        str | None,
        typer.Option("--tags-model", help="Which of the address's models.", show_default=False),
    ] = None,
    tags_budget: Annotated[
        float | None,
        typer.Option(
            "--tags-budget",
            min=0.0,
            help="Stop writing tags before more is spent (needs SHOPLENS_TAGGER_PRICE).",
            show_default=False,
        ),
    ] = None,
    json: JsonEvents = False,
) -> None:
    """Index a shop's products. Repeat it whenever the feed changed: only what is new is embedded.

    The feed is the whole shop: products that are no longer in it leave the index.
    """
    from indexer.cli.download_progress import bring_weights
    from indexer.cli.index_events import IndexEvents
    from indexer.cli.index_progress import IndexProgress
    from indexer.cli.output import print_json
    from indexer.cli.stop_signal import stop_on_signal
    from indexer.cli.tag_progress import print_tag_report
    from indexer.feeds import FeedOptions
    from indexer.index_home import FeedChoice, index_home
    from indexer.run import RunOptions

    settings = settings_from(
        home=home,
        models=models,
        qdrant_url=qdrant_url,
        precision=precision,
        hnsw_m=hnsw_m,
        hnsw_ef=hnsw_ef,
        rescore=rescore,
        tagger=tags,
        tagger_model=tags_model,
    )
    options = FeedOptions(format=format, currency=currency, notice=_note)
    choice = FeedChoice(feed, options)
    if dry_run:
        _tell_difference(settings, choice, allow_shrink=allow_shrink, json=json)
    bring_weights(settings)
    shown = IndexEvents() if json else IndexProgress()
    try:
        with stop_on_signal() as stop, shown as progress:
            run_options = RunOptions(
                keep_missing=keep_missing,
                allow_shrink=allow_shrink,
                stop=stop,
                tag=_tagging(settings, tags_budget, stop, progress) if tags else None,
            )
            report = index_home(settings, choice, run_options, progress)
    except KeyboardInterrupt:
        _interrupted()
    for error in report.examples:
        shown.skipped(error)
    total = sum(reason.count for reason in report.reasons)
    if total > len(report.examples):
        rest = total - len(report.examples)
        typer.echo(f"… and {rest} more; `shoplens errors` names them all.", err=True)
    if json:
        print_json(_as_json(report))
    else:
        _print_table(report)
        if report.tags is not None:
            print_tag_report(report.tags)
    tagging = report.tags.outcome if report.tags else ""
    if "interrupted" in (report.outcome, tagging):
        _interrupted()
    raise typer.Exit(0 if report.clean else 1)


def _tagging(
    settings: "Settings",
    budget: float | None,
    stop: "Callable[[], bool]",
    sink: "TagSink",
) -> "Callable[[CatalogDb], TagReport]":
    from indexer.cli.tag_options import price_of
    from indexer.tagging.home import Tagging
    from indexer.tagging.run import TagOptions

    tagging = Tagging(settings, TagOptions(None, price_of(settings), budget, stop), sink)
    tagging.check()  # now, not after hours of embedding
    return tagging.tag


def _note(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _interrupted() -> NoReturn:
    typer.echo("Interrupted; nothing was lost. Run the same command again to go on.", err=True)
    raise typer.Exit(130)


def _as_json(report: "RunReport") -> dict[str, Any]:
    import dataclasses

    from indexer.cli.tag_progress import report_as_json

    counts = dataclasses.asdict(report.counts)
    return {
        "feed": report.feed,
        "outcome": report.outcome,
        **{name: round(value, 3) for name, value in counts.items()},
        "errors": report.reasons,
        "stages": {name: round(seconds, 3) for name, seconds in report.stages},
        **({"tags": report_as_json(report.tags)} if report.tags else {}),
        "generation": report.index.generation if report.index else None,
        "built": report.built,
    }


def _tell_difference(
    settings: "Settings", choice: "FeedChoice", *, allow_shrink: bool, json: bool
) -> NoReturn:
    """End as the run itself would."""
    from indexer.cli.index_difference import print_difference
    from indexer.cli.output import print_json
    from indexer.index_home import compare_home
    from models.errors import BadFeed, FeedShrank

    found = compare_home(settings, choice)
    if json:
        print_json(found)
    else:
        print_difference(found)
    if found.useless:
        raise typer.Exit(BadFeed.exit_code)
    if found.refused and not allow_shrink:
        raise typer.Exit(FeedShrank.exit_code)
    raise typer.Exit(1 if found.reasons else 0)


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
    came = f", {counts.fetched:,} fetched" if counts.fetched else ""
    table.add_row("Pictures", f"{counts.images:,} ({counts.embedded:,} embedded{came})")
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

"""`shoplens adapt`: let a shop's own photos teach the search, where that wins."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from indexer.cli.options import Home, Json, Models, QdrantUrl, settings_from

if TYPE_CHECKING:
    from indexer.adapt_home import Adapted, AdaptOptions
    from indexer.query_list import QueryList
    from pipelines.settings import Settings


def adapt(
    queries: Annotated[
        Path | None,
        typer.Argument(
            metavar="QUERIES.csv",
            help="Photos and the products that they show: columns image, relevant_id and maybe "
            "box (left,top,right,bottom).",
            show_default=False,
        ),
    ] = None,
    off: Annotated[
        bool, typer.Option("--off", help="Go back to the index without a head.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Measure; leave the index as it is.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of what is hidden to measure with.")] = 0,
    home: Home = None,
    models: Models = None,
    qdrant_url: QdrantUrl = None,
    json: Json = False,
) -> None:
    """Learn from a shop's own photos how they differ from its pictures; embeds no catalog again.

    A part of the photos, and every fourth product with all of its photos, is hidden and measured
    on. Only what wins on the one and loses nothing on the other is switched on.
    """
    from indexer.cli.output import print_json
    from models.errors import BadQuery

    settings = settings_from(home=home, models=models, qdrant_url=qdrant_url)
    if off:
        _switch_off(settings, json)
        return
    if queries is None:
        raise BadQuery(
            "there are no photos to learn from",
            remedy="name a file: `shoplens adapt QUERIES.csv` (see docs/adapt.md)",
        )
    from indexer.adapt_home import AdaptOptions
    from indexer.query_list import read_queries

    pairs = read_queries(queries)
    done = _with_progress(settings, pairs, AdaptOptions(seed=seed, dry_run=dry_run))
    for row in done.bad:
        typer.echo(f"Skipped: line {row.line}: {row.image}: {row.reason}", err=True)
    if json:
        print_json(_as_json(done))
    else:
        _print_table(done, dry_run=dry_run)
    raise typer.Exit(1 if done.bad else 0)


def _switch_off(settings: "Settings", json: bool) -> None:
    from indexer.adapt_home import adapt_off
    from indexer.cli.output import print_json

    was_on, info = adapt_off(settings)
    if json:
        print_json({"was_on": was_on, "generation": info.generation})
    elif was_on:
        typer.echo(f"Switched off; generation {info.generation} serves.")
    else:
        typer.echo(f"No head was on; generation {info.generation} serves on.")


def _with_progress(settings: "Settings", pairs: "QueryList", options: "AdaptOptions") -> "Adapted":
    from dataclasses import replace

    from indexer.adapt_home import adapt as adapt_index
    from indexer.cli.output import counted_progress

    with counted_progress() as bar:
        task = bar.add_task("Opening", total=None)
        return adapt_index(
            settings,
            pairs,
            replace(
                options,
                told=lambda what, done, of: bar.update(
                    task, description=what, completed=done, total=of
                ),
            ),
        )


def _as_json(done: "Adapted") -> dict[str, Any]:
    """As docs/adapt.md describes it."""
    from dataclasses import asdict

    trial = done.trial
    return {
        "known": asdict(trial.known),
        "new": asdict(trial.new),
        "own": asdict(trial.own),
        "strength": trial.strength,
        "wins": not trial.objection,
        "objection": trial.objection,
        "switched_on": bool(done.head),
        "head": done.head,
        "bad": [asdict(row) for row in done.bad],
        "generation": done.index.generation,
    }


def _print_table(done: "Adapted", *, dry_run: bool) -> None:
    from rich.table import Table

    from indexer.cli.output import to_stdout

    trial = done.trial
    table = Table("Recall@1", "Photos", "Products", "Before", "After", "Gain", "95%", box=None)
    groups = (
        ("with photos", trial.known),
        ("without photos", trial.new),
        ("own pictures", trial.own),
    )
    for name, gain in groups:
        table.add_row(
            name,
            f"{gain.photos:,}",
            f"{gain.products:,}",
            f"{gain.before.value:.3f}",
            f"{gain.after.value:.3f}",
            f"{gain.difference.value:+.3f}",
            f"{gain.difference.low:+.3f} to {gain.difference.high:+.3f}",
        )
    to_stdout().print(table)
    if trial.objection:
        typer.echo(f"Not switched on: {trial.objection}. The index stays as it was.")
    elif dry_run:
        typer.echo("It would be switched on; --dry-run left the index as it was.")
    else:
        typer.echo(
            f"Switched on: generation {done.index.generation} serves, head {done.head[:16]}."
        )

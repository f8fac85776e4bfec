"""`shoplens doctor`: what is installed, which weights are where, is the index readable."""

from typing import TYPE_CHECKING

import typer

from indexer.cli.options import Detector, Home, Json, Models, QdrantUrl, settings_from

if TYPE_CHECKING:
    from indexer.checkup import Check


def doctor(
    home: Home = None,
    models: Models = None,
    detector: Detector = None,
    qdrant_url: QdrantUrl = None,
    json: Json = False,
) -> None:
    """Check packages, weights, home and index; each no comes with its remedy."""
    from indexer.checkup import examine
    from indexer.cli.output import print_json

    settings = settings_from(home=home, models=models, detector=detector, qdrant_url=qdrant_url)
    checks = list(examine(settings))
    healthy = all(check.ok is not False for check in checks)
    if json:
        print_json({"ok": healthy, "checks": checks})
        raise typer.Exit(0 if healthy else 1)

    _print(checks)
    raise typer.Exit(0 if healthy else 1)


def _print(checks: "list[Check]") -> None:
    """A line for each check, under its area; a remedy once, below the checks that share it."""
    from itertools import groupby

    from rich.markup import escape

    from indexer.cli.output import to_stdout

    console = to_stdout()
    signs = {True: "[green]yes[/]", False: "[red bold]no [/]", None: "[dim] – [/]"}
    for area, rows in groupby(checks, key=lambda check: check.area):
        console.print(f"[bold]{area.capitalize()}[/]")
        for remedy, same in groupby(rows, key=lambda check: check.remedy):
            for check in same:
                line = f"  {signs[check.ok]}  {escape(check.name)}  [dim]{escape(check.detail)}[/]"
                console.print(line, soft_wrap=True)
            if remedy:
                console.print(f"       [yellow]→ {escape(remedy)}[/]", soft_wrap=True)

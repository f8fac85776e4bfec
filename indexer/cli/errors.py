"""`shoplens errors`: every row and picture that the last run could not use."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.options import Home, Json, settings_from

if TYPE_CHECKING:
    from pipelines.catalog_db import CatalogDb
    from pipelines.catalog_records import ErrorRecord

_COLUMNS = ("kind", "place", "product_id", "reason", "detail")
_PAGE = 1000


def errors(
    home: Home = None,
    reason: Annotated[
        str, typer.Option(help="Only those of one reason, as `shoplens status` names it.")
    ] = "",
    export: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Write them all to a file.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to print.")] = 100,
    json: Json = False,
) -> None:
    """Name what the last run could not use, and why."""
    from indexer.cli.output import print_json
    from pipelines.build import open_catalog

    with open_catalog(settings_from(home=home), read_only=True) as catalog:
        last = next(iter(catalog.runs(limit=1)), None)
        counts = catalog.errors_by_reason()
        total = sum(count.count for count in counts if reason in ("", count.reason))
        if export is not None:
            _export(export, _all(catalog, reason))
            typer.echo(f"{total:,} written to {export}.", err=True)
        if json:
            print_json(
                {
                    "total": total,
                    "by_reason": counts,
                    "errors": catalog.errors(reason=reason, limit=limit),
                }
            )
        elif export is None:
            found = catalog.errors(reason=reason, limit=limit)
            if found:
                _print(found, total)
            else:
                typer.echo(_nothing(reason, last.outcome if last else ""), err=True)


def _all(catalog: "CatalogDb", reason: str) -> "Iterator[ErrorRecord]":
    start = 0
    while page := catalog.errors(reason=reason, limit=_PAGE, offset=start):
        yield from page
        start += len(page)


def _export(path: Path, found: "Iterator[ErrorRecord]") -> None:
    """A CSV that a spreadsheet opens as text, whatever a feed put into it."""
    import csv

    from indexer.cli.output import inert
    from models.errors import BadInput

    try:
        # With a byte order mark: a spreadsheet would take Cyrillic for something else.
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            for error in found:
                writer.writerow([inert(getattr(error, column)) for column in _COLUMNS])
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written: {error.strerror}", remedy="choose another file"
        ) from None


def _nothing(reason: str, outcome: str) -> str:
    """What an empty list means, which is not always that all went well."""
    if reason:
        return f"The last run named nothing {reason!r}; `shoplens status` tells its reasons."
    if outcome == "finished":
        return "The last run could use everything."
    return f"The last run named no row or picture, but it did not finish ({outcome or 'no run'})."


def _print(found: "list[ErrorRecord]", total: int) -> None:
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stderr, to_stdout

    table = Table("Kind", "Where", "Product", "Why", box=None, header_style="bold")
    for error in found:
        table.add_row(*map(escape, (error.kind, error.place, error.product_id, error.detail)))
    to_stdout().print(table)
    if total > len(found):
        to_stderr().print(f"… and {total - len(found):,} more: --limit, or --export errors.csv")

"""`shoplens tags report`: the vocabulary of a shop's tags."""

from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.options import Home, Json, QdrantUrl, settings_from

if TYPE_CHECKING:
    from indexer.tags_report import TagsReport


def report(
    home: Home = None,
    qdrant_url: QdrantUrl = None,
    most: Annotated[
        int, typer.Option("--most", min=1, help="Tags of each field that the table names.")
    ] = 20,
    json: Json = False,
) -> None:
    """Show every tag with how many products have it, who says so, and what the pictures say."""
    from indexer.cli.output import print_json
    from indexer.tags_report import tags_report

    found = tags_report(settings_from(home=home, qdrant_url=qdrant_url))
    if json:
        print_json(found)
    else:
        _print_tables(found, most)


def _print_tables(found: "TagsReport", most: int) -> None:
    from itertools import groupby

    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stdout

    for field, group in groupby(found.tags, key=lambda use: use.field):
        uses = list(group)
        table = Table(title=f"{field}: {len(uses):,}", title_justify="left", box=None)
        for name in ("tag", "products", "said by", "picture says", "such as", "also written"):
            table.add_column(name, justify="right" if name == "products" else "left")
        for use in uses[:most]:
            table.add_row(
                escape(use.value),
                f"{use.products:,}",
                ", ".join(f"{name} {count:,}" for name, count in use.origins.items()),
                ", ".join(f"{name} {count:,}" for name, count in use.verdicts.items()),
                escape(", ".join(use.examples)),
                escape(", ".join(use.spellings)),
            )
        to_stdout().print(table)
        if len(uses) > most:
            to_stdout().print(f"… and {len(uses) - most:,} more (--most)\n")
    if found.hidden:
        to_stdout().print(
            f"Searched, not shown (fewer than 2 products): {escape(', '.join(found.hidden))}"
        )

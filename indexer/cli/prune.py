"""`shoplens prune`: give space back."""

from typing import Annotated

import typer

from indexer.cli.options import Home, Json, QdrantUrl, settings_from


def prune(
    home: Home = None,
    qdrant_url: QdrantUrl = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would go; drop nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Drop vectors and fetched pictures of products that left, and old generations.

    A product that comes back is embedded again. Files of the shop's own feeds are never touched.
    """
    from indexer.cli.output import megabytes, print_json
    from indexer.upkeep import prune as drop

    freed = drop(settings_from(home=home, qdrant_url=qdrant_url), dry_run=dry_run)
    if json:
        print_json(freed)
        return
    what = "Would free about" if dry_run else "Freed"
    typer.echo(
        f"{what} {megabytes(freed.bytes)}: {freed.vectors:,} vectors,"
        f" {freed.pictures:,} fetched pictures, {freed.generations:,} old generations."
    )

"""`shoplens prune`: give space back."""

from typing import Annotated

import typer

from indexer.cli.options import Home, Json, QdrantUrl, settings_from


def prune(
    home: Home = None,
    qdrant_url: QdrantUrl = None,
    tags: Annotated[
        float | None,
        typer.Option(
            "--tags",
            metavar="DAYS",
            min=0.0,
            help="Drop also what language models wrote, where `shoplens prune` found so many days"
            " ago that no product has it; 0 drops all of that now. Without it such tags are kept:"
            " they were paid for.",
            show_default=False,
        ),
    ] = None,
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

    settings = settings_from(home=home, qdrant_url=qdrant_url)
    freed = drop(settings, tags_after_days=tags, dry_run=dry_run)
    if json:
        print_json(freed)
        return
    what = "Would free about" if dry_run else "Freed"
    typer.echo(
        f"{what} {megabytes(freed.bytes)}: {freed.vectors:,} vectors,"
        f" {freed.pictures:,} fetched pictures, {freed.tags:,} records of tags,"
        f" {freed.generations:,} old generations."
    )
    if kept := freed.left_tags - freed.tags:
        typer.echo(
            f"Kept {kept:,} paid records of tags that no product has (--tags DAYS drops them).",
            err=True,
        )

"""`shoplens remove`: take products out of the index at once, without a feed."""

from typing import Annotated

import typer

from indexer.cli.options import Home, Json, QdrantUrl, settings_from


def remove(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID", help="Products' ids, as the feed wrote them.")
    ],
    home: Home = None,
    qdrant_url: QdrantUrl = None,
    json: Json = False,
) -> None:
    """Remove products and publish an index without them.

    Remove them from the feed too: the next run over a feed that has them brings them back.
    """
    from indexer.cli.output import print_json
    from indexer.upkeep import remove as take_out

    done = take_out(settings_from(home=home, qdrant_url=qdrant_url), ids)
    if json:
        print_json(
            {
                "removed": done.removed,
                "unknown": done.unknown,
                "generation": done.index.generation if done.index else None,
            }
        )
    else:
        serving = f"; generation {done.index.generation} serves" if done.index else ""
        typer.echo(f"Removed {len(done.removed):,} products{serving}.")
    for product_id in done.unknown:
        typer.echo(f"Unknown: {product_id}", err=True)
    raise typer.Exit(1 if done.unknown else 0)

"""`shoplens`: registers the commands, and turns errors into one line and an exit status."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from indexer.cli import (
    adapt,
    api,
    checkpoints,
    detect,
    doctor,
    errors,
    evaluate,
    index,
    prune,
    remove,
    search,
    serve,
    status,
    tags,
    train_detector,
    verify,
)
from models.errors import ShopLensError

app = typer.Typer(
    name="shoplens",
    help="Photo search for any shop: index a catalog, search it with a screenshot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for command in (
    index,
    search,
    detect,
    evaluate,
    adapt,
    serve,
    api,
    status,
    errors,
    remove,
    prune,
    verify,
    doctor,
    train_detector,
):
    name = command.__name__.rpartition(".")[2]
    app.command(name.replace("_", "-"))(getattr(command, name))
app.add_typer(checkpoints.app)
app.add_typer(tags.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shoplens {version('shoplens')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print it."),
    ] = False,
) -> None:
    """Photo search for any shop: index a catalog, search it with a screenshot."""


def main() -> None:
    """Run the command line; never shows a trace for an error that a person can act on."""
    try:
        app()
    except ShopLensError as error:
        sys.stderr.write(f"Error: {error.message}\nRemedy: {error.remedy}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    except BrokenPipeError:
        # `shoplens … | head` closed our output: not an error, and Python must not complain either.
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()

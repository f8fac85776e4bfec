"""`shoplens verify`: is every byte of the home what it should be."""

import typer

from indexer.cli.options import Home, Json, QdrantUrl, settings_from


def verify(home: Home = None, qdrant_url: QdrantUrl = None, json: Json = False) -> None:
    """Check every page of the catalog, every file of the index, and that no vector is missing.

    Reads everything: a minute for some gigabytes. Searches go on meanwhile.
    """
    from indexer.cli.checks import print_checks
    from indexer.cli.output import print_json
    from indexer.upkeep import verify as look
    from models.errors import BrokenIndex

    checks = list(look(settings_from(home=home, qdrant_url=qdrant_url)))
    sound = all(check.ok for check in checks)
    if json:
        print_json({"ok": sound, "checks": checks})
    else:
        print_checks(checks)
    raise typer.Exit(0 if sound else BrokenIndex.exit_code)

"""`shoplens doctor`: what is installed, which weights are where, is the index readable."""

import typer

from indexer.cli.options import Detector, Home, Json, Models, QdrantUrl, settings_from


def doctor(
    home: Home = None,
    models: Models = None,
    detector: Detector = None,
    qdrant_url: QdrantUrl = None,
    json: Json = False,
) -> None:
    """Check packages, weights, home and index; each no comes with its remedy."""
    from indexer.checkup import examine
    from indexer.cli.checks import print_checks
    from indexer.cli.output import print_json

    settings = settings_from(home=home, models=models, detector=detector, qdrant_url=qdrant_url)
    checks = list(examine(settings))
    healthy = all(check.ok is not False for check in checks)
    if json:
        print_json({"ok": healthy, "checks": checks})
        raise typer.Exit(0 if healthy else 1)

    print_checks(checks)
    raise typer.Exit(0 if healthy else 1)

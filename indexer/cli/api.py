"""`shoplens api`: answer other programs over HTTP."""

from typing import Annotated

import typer

from indexer.cli.options import Detector, DetectorClasses, Home, QdrantUrl, settings_from
from indexer.cli.server_process import command, environment, require_free, run_server


def api(
    home: Home = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; another than this machine's needs a key.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8600,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="https://shop.example",
            help="A site whose pages may call it from a browser; repeat it for more.",
            show_default=False,
        ),
    ] = None,
    detector: Detector = None,
    detector_classes: DetectorClasses = None,
    qdrant_url: QdrantUrl = None,
) -> None:
    """Serve the HTTP API at http://localhost:8600 until Ctrl-C (key: $SHOPLENS_API_KEY)."""
    settings = settings_from(
        home=home,
        detector=detector,
        detector_classes=detector_classes,
        qdrant_url=qdrant_url,
        api_origins=tuple(allow_origin) if allow_origin else None,
    )
    require_free(host, port, "the API")
    raise typer.Exit(run_server(command("app.api", host, port), environment(settings)))

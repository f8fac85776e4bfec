"""`shoplens serve`: open the page."""

from pathlib import Path
from typing import Annotated

import typer

from indexer.cli.options import Detector, DetectorClasses, Home, QdrantUrl, settings_from
from indexer.cli.server_process import command, environment, require_free, run_server


def serve(
    home: Home = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    detector: Detector = None,
    detector_classes: DetectorClasses = None,
    qdrant_url: QdrantUrl = None,
    examples: Annotated[
        Path | None,
        typer.Option(
            help="Folder of pictures that the page offers to try [default: some products].",
            show_default=False,
            exists=True,
            file_okay=False,
        ),
    ] = None,
    open_browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = False,
) -> None:
    """Serve the photo search page at http://localhost:8501 until Ctrl-C."""
    settings = settings_from(
        home=home,
        detector=detector,
        detector_classes=detector_classes,
        qdrant_url=qdrant_url,
        examples=examples,
    )
    require_free(host, port, "the page")
    page = f"http://localhost:{port}" if open_browser else ""
    line = command("app.launch", host, port)
    raise typer.Exit(run_server(line, environment(settings), page))

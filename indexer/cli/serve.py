"""`shoplens serve`: open the page."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from indexer.cli.options import Detector, DetectorClasses, Home, QdrantUrl, settings_from


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
    environment = os.environ | {"SHOPLENS_HOME": str(settings.home.absolute())}
    weights = settings.detector
    environment["SHOPLENS_DETECTOR"] = str(
        weights.absolute() if isinstance(weights, Path) else weights
    )
    environment["SHOPLENS_DETECTOR_CLASSES"] = ",".join(settings.detector_classes)
    if settings.examples:
        environment["SHOPLENS_EXAMPLES"] = str(settings.examples.absolute())
    if settings.qdrant_url:
        environment["SHOPLENS_QDRANT_URL"] = settings.qdrant_url
    _require_free(host, port)
    # By module name, not by import: the page is another room, and Streamlit wants a process of
    # its own. -P: the folder that this is run in may hold an `app` of its own.
    command = [sys.executable, "-P", "-m", "app.launch", "--host", host, "--port", str(port)]
    command += ["--parent", str(os.getpid())]
    raise typer.Exit(_run(command, environment, f"http://localhost:{port}" if open_browser else ""))


def _require_free(host: str, port: int) -> None:
    """
    Raises:
        BadInput: another program listens there, or the address is not this machine's.
    """
    import socket

    from models.errors import BadInput

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # Python adds the address once more
        raise BadInput(
            f"the page cannot listen on {host}, port {port}: {why}",
            remedy="stop what listens there, or choose another --port or --host",
        ) from None


def _run(command: list[str], environment: dict[str, str], address: str) -> int:
    """Run the server until it ends, and end it when we are asked to end.

    Args:
        address: to open in a browser; "" for none.
    Returns:
        its exit status; 0 where it was ended by Ctrl-C, SIGTERM or SIGHUP.
    """
    asked = Event()
    running: list[subprocess.Popen[bytes]] = []

    def end(number: int, frame: FrameType | None) -> None:
        # Ctrl-C in a terminal reaches both; a service manager, `kill` and a script's end of a job
        # tell this process alone.
        again = asked.is_set()
        asked.set()
        for server in running:
            if again:
                server.kill()
            else:
                server.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, a script's background job
            signal.signal(number, end)
    with subprocess.Popen(command, env=environment) as server:  # noqa: S603 - our own interpreter
        running.append(server)
        if asked.is_set():
            server.terminate()
        if address:
            _open_when_ready(server, address)
        code = server.wait()
    return 0 if asked.is_set() else code


def _open_when_ready(server: "subprocess.Popen[bytes]", address: str) -> None:
    """Show the page in the person's browser as soon as the server answers, if it has one."""
    import time
    import urllib.request
    import webbrowser

    for _ in range(120):
        if server.poll() is not None:
            return
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()  # noqa: S310
        except OSError:
            time.sleep(0.5)
        else:
            webbrowser.open(address)
            return

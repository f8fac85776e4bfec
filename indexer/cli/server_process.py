"""A server in a process of its own: the page and the API are another room than the command line."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.settings import Settings


def environment(settings: "Settings") -> dict[str, str]:
    """This process's environment with what the options said, as a server reads it.

    Secrets are in it already: no option takes them.
    """
    weights = settings.detector
    said = {
        "SHOPLENS_HOME": str(settings.home.absolute()),
        "SHOPLENS_DETECTOR": str(weights.absolute() if isinstance(weights, Path) else weights),
        "SHOPLENS_DETECTOR_CLASSES": ",".join(settings.detector_classes),
        "SHOPLENS_API_ORIGINS": ",".join(settings.api_origins),
    }
    if settings.examples:
        said["SHOPLENS_EXAMPLES"] = str(settings.examples.absolute())
    if settings.qdrant_url:
        said["SHOPLENS_QDRANT_URL"] = settings.qdrant_url
    return os.environ | said


def require_free(host: str, port: int, server: str) -> None:
    """
    Args:
        server: what would listen there, for the message.
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
            f"{server} cannot listen on {host}, port {port}: {why}",
            remedy="stop what listens there, or choose another --port or --host",
        ) from None


def command(module: str, host: str, port: int) -> list[str]:
    """The command line of a server that ends with this process.

    Args:
        module: by its name, not by import: it is another room.
    """
    # -P: the folder that this is run in may hold an `app` of its own.
    line = [sys.executable, "-P", "-m", module, "--host", host, "--port", str(port)]
    return [*line, "--parent", str(os.getpid())]


def run_server(command: Sequence[str], environment: Mapping[str, str], page: str = "") -> int:
    """Run a server until it ends, and end it when we are asked to end.

    Args:
        page: its address, to open in a browser; "" for none.
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
        if page:
            _open_when_ready(server, page)
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

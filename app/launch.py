"""`python -m app.launch`: the page in a Streamlit server; `shoplens serve` runs this."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from models.with_parent import end_with_parent

SCRIPT = Path(__file__).with_name("page.py")


def command(host: str, port: int) -> list[str]:
    """The command line that serves the page.

    Everything else stands in app/.streamlit/config.toml, which Streamlit finds beside the script.
    """
    return [
        sys.executable,
        "-P",  # not the `app` and `models` of whatever folder the shop serves from
        "-m",
        "streamlit",
        "run",
        str(SCRIPT),
        f"--server.address={host}",
        f"--server.port={port}",
        # Always: otherwise Streamlit's first start asks the terminal for an e-mail address.
        "--server.headless=true",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Become the server, so that a signal reaches it."""
    parser = argparse.ArgumentParser(prog="python -m app.launch", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument(
        "--parent",
        type=int,
        help="the process that starts this one; the server ends with it, however that ends",
    )
    given = parser.parse_args(arguments)
    if given.parent and not end_with_parent(given.parent, signal.SIGTERM):
        return
    line = command(given.host, given.port)
    sys.stderr.write(f"ShopLens: http://{given.host}:{given.port} (Ctrl-C ends it)\n")
    os.execv(line[0], line)  # noqa: S606 - our own interpreter, no shell


if __name__ == "__main__":
    main()

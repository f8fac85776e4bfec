"""`python -m app.launch`: the page in a Streamlit server; `shoplens serve` runs this."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.server_arguments import parse_listen

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
    listen = parse_listen("app.launch", __doc__, 8501, arguments)
    if listen is None:
        return
    line = command(listen.host, listen.port)
    sys.stderr.write(f"ShopLens: http://{listen.host}:{listen.port} (Ctrl-C ends it)\n")
    os.execv(line[0], line)  # noqa: S606 - our own interpreter, no shell


if __name__ == "__main__":
    main()

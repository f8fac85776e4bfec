"""What a server process of ShopLens is told when it is started."""

import argparse
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from models.with_parent import end_with_parent


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen."""

    host: str
    port: int


def parse_listen(
    module: str, about: str | None, port: int, arguments: Sequence[str] | None
) -> Listen | None:
    """Read a server's command line, and see to it that it ends with who started it.

    Args:
        module: as it stands after `python -m`.
        about: a line for `--help`.
        port: unless another is given.
        arguments: None for this process's own.
    Returns:
        None where who started it is gone already.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument(
        "--parent",
        type=int,
        help="the process that starts this one; the server ends with it, however that ends",
    )
    given = parser.parse_args(arguments)
    if given.parent and not end_with_parent(given.parent, signal.SIGTERM):
        return None
    return Listen(given.host, given.port)

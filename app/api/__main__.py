"""`python -m app.api`: the HTTP API in a process of its own; `shoplens api` runs this."""

import logging
import sys
from collections.abc import Sequence
from contextlib import suppress

import uvicorn

from app.api.connection import ImpatientProtocol
from app.api.guard import is_local
from app.api.limits import limits_of
from app.api.service import Access, make_service
from app.searcher import Searcher
from app.server_arguments import parse_listen
from models.errors import BadInput, ShopLensError
from pipelines.build import open_lens
from pipelines.settings import Settings

MOST_CONNECTIONS = 512
"""Open at a time; uvicorn turns further ones away."""
LAST_SECONDS = 10
"""In which requests that are being answered may end after the server was told to."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal ends it; an error that a person can act on is told without a trace."""
    listen = parse_listen("app.api", __doc__, 8600, arguments)
    if listen is None:
        return
    try:
        serve(Settings(), listen.host, listen.port)
    except ShopLensError as error:
        sys.stderr.write(f"Error: {error.message}\nRemedy: {error.remedy}\n")
        sys.exit(error.exit_code)


def serve(settings: Settings, host: str, port: int) -> None:
    """
    Raises:
        BadInput: others than this machine would be answered without a key.
    """
    key = settings.api_key.get_secret_value()
    if not key and not is_local(host):
        raise BadInput(
            f"without a key the API would answer everybody who reaches {host}",
            remedy="export SHOPLENS_API_KEY=$(openssl rand -hex 32), or leave --host out",
        )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # What a client sent wrong is told to the client.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    searcher = Searcher(lambda: open_lens(settings))
    access = Access(key, settings.api_origins)
    server = uvicorn.Server(
        uvicorn.Config(
            make_service(searcher, limits_of(settings), access),
            host=host,
            port=port,
            http=ImpatientProtocol,
            ws="none",
            log_config=None,
            # A line a request would hold what shoppers type.
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=LAST_SECONDS,
        )
    )
    told = "" if key else "; SHOPLENS_API_KEY is not set: whoever is on this machine may search"
    sys.stderr.write(f"ShopLens API: http://{host}:{port} (Ctrl-C ends it){told}\n")
    with suppress(KeyboardInterrupt):
        server.run()


if __name__ == "__main__":
    main()

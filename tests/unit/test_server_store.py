"""What the server store says when the server does not do what was asked."""

import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from models.errors import BadInput, BrokenIndex, DiskFull, StoreUnavailable
from pipelines.stores.server import QdrantHome
from tests.fakes.entries import SPEC, many

SECRET = "not-to-be-shown-0123456789"  # noqa: S105 - a made-up one, to look for in messages


class Refusing(http.server.BaseHTTPRequestHandler):
    """A server that gives one answer to everything and remembers the keys it was shown."""

    status = 500
    message = "broken"
    keys: list[str | None]

    def _answer(self) -> None:
        self.keys.append(self.headers.get("api-key"))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"status": {"error": self.message}}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _answer  # noqa: N815 - names of the base

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def refusing() -> Iterator[tuple[type[Refusing], str]]:
    handler = type("Handler", (Refusing,), {"keys": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield handler, f"http://user:{SECRET}@127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "message", "error", "says"),
    [
        (401, "Must provide an API key", StoreUnavailable, "refuses the key"),
        (403, "Global access is required", StoreUnavailable, "refuses the key"),
        (404, "Not found", BrokenIndex, "no longer has"),
        (500, "Service internal error: No space left on device", DiskFull, "disk"),
        (503, "not ready", StoreUnavailable, "answers 503"),
    ],
)
def test_a_refusal_is_said_plainly_and_without_the_key(
    refusing: tuple[type[Refusing], str],
    status: int,
    message: str,
    error: type[StoreUnavailable],
    says: str,
) -> None:
    handler, url = refusing
    handler.status, handler.message = status, message
    home = QdrantHome(url, SECRET)
    for ask in (home.current, home.open, lambda: home.build(SPEC, many(1))):
        with pytest.raises(error, match=says) as refusal:
            ask()
        assert refusal.value.remedy
        assert SECRET not in str(refusal.value)
    assert set(handler.keys) == {SECRET}
    assert SECRET not in repr(home)
    home.close()


def test_a_server_that_is_not_there_is_named() -> None:
    home = QdrantHome(f"http://user:{SECRET}@127.0.0.1:1", SECRET, timeout_s=2)
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1 does not answer") as refusal:
        home.current()
    assert SECRET not in str(refusal.value)
    assert "SHOPLENS_QDRANT_URL" in refusal.value.remedy
    home.close()


@pytest.mark.parametrize("url", ["ftp://host", "http://host:port", "http://[::1"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadInput, match="cannot be understood"):
        QdrantHome(url, SECRET)

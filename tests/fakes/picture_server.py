"""A shop's picture server on this machine, as patient or moody as a test needs it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address

from indexer.downloads import Web
from indexer.host_manners import Manners
from pipelines.door import Door


@dataclass
class Reply:
    """An answer; `then` gives way to it from the second request on."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    then: "Reply | None" = None
    seconds: float = 0.0


@dataclass
class PictureServer:
    """What it has by path, and what it was asked."""

    port: int
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    given: Counter[int] = field(default_factory=Counter)
    most_at_once: int = 0
    _at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    pause: Callable[[float], object] = field(default_factory=lambda: threading.Event().wait)

    def address(self, path: str, host: str = "shop.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def has(self, path: str, body: bytes, **headers: str) -> str:
        """Offer a picture; its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies[path] = Reply(body, headers=named)
        return self.address(path)

    def _turn(self, path: str) -> Reply:
        with self.lock:
            self.asked[path] += 1
            reply = self.replies.get(path, Reply(status=404))
            if reply.then is not None:
                self.replies[path] = reply.then
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            return reply

    def _done(self, status: int) -> None:
        with self.lock:
            self._at_once -= 1
            self.given[status] += 1


@contextmanager
def picture_server() -> Iterator[PictureServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = shop._turn(self.path)
            shop.pause(reply.seconds)
            etag = reply.headers.get("ETag")
            since = reply.headers.get("Last-Modified")
            same = (etag and self.headers.get("If-None-Match") == etag) or (
                since and self.headers.get("If-Modified-Since") == since
            )
            status, body = (304, b"") if same else (reply.status, reply.body)
            # Before the client knows: what a test counts has happened once it has its answer.
            shop._done(status)
            self.send_response(status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    shop = PictureServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()


def _only_example_names(address: IPv4Address | IPv6Address) -> bool:
    return str(address) == "127.0.0.1"


def local_web(door: dict[str, object] | None = None, **manners: object) -> Web:
    """Every *.example name is this machine, which may be reached; waits are short."""

    def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host.endswith(".example") else ["10.0.0.1"]

    facts = {"resolver": resolver, "allows": _only_example_names, "seconds": 5.0} | (door or {})
    return Web(
        Door(**facts),  # type: ignore[arg-type]
        Manners(**{"first_wait": 0.01, "attempts": 3} | manners),  # type: ignore[arg-type]
    )

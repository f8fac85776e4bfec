"""As much of a model hub's protocol as the download of a repository needs, on this machine."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """A hub with one repository.

    Attributes:
        cut_at: a file's answer breaks off after so many bytes of it, each time it is asked for.
        lies: names of files whose content is not what the hub promises.
        sent: ranges that were asked for, by file; "" for the whole.
    """

    repository: str
    files: Mapping[str, bytes]
    cut_at: dict[str, int] = field(default_factory=dict)
    lies: set[str] = field(default_factory=set)
    sent: dict[str, list[str]] = field(default_factory=dict)
    address: str = ""


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            root = f"/api/models/{hub.repository}"
            if path in (root, f"{root}/revision/main", f"{root}/revision/{COMMIT}"):
                listing = [{"rfilename": name} for name in hub.files]
                about = {"id": hub.repository, "sha": COMMIT, "siblings": listing}
                return self._answer(json.dumps(about).encode())
            if path.startswith(f"{root}/tree/"):
                tree = [
                    {"type": "file", "path": name, "size": len(content), "oid": ""}
                    for name, content in hub.files.items()
                ]
                return self._answer(json.dumps(tree).encode())
            name = path.removeprefix(f"/{hub.repository}/resolve/{COMMIT}/")
            if name not in hub.files:
                return self._answer(b"", status=404)
            return self._file(name)

        do_HEAD = do_GET  # noqa: N815

        def _file(self, name: str) -> None:
            content = hub.files[name]
            digest = hashlib.sha256(content).hexdigest()
            if name in hub.lies:
                content = bytes(len(content))
            asked = self.headers.get("Range", "")
            start = int(re.sub(r"\D", "", asked) or 0)
            if self.command == "GET":
                hub.sent.setdefault(name, []).append(asked)
            headers = {"ETag": f'"{digest}"', "X-Repo-Commit": COMMIT}
            cut = hub.cut_at.get(name, len(content))
            self._answer(content[start:], 206 if asked else 200, headers, cut)

        def _answer(
            self,
            body: bytes,
            status: int = 200,
            headers: Mapping[str, str] | None = None,
            cut: int | None = None,
        ) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body[:cut])
                self.close_connection = cut is not None and cut < len(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        hub.address = f"http://127.0.0.1:{server.server_port}"
        yield hub
        server.shutdown()

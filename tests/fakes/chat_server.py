"""As much of an OpenAI-compatible server as a tagger needs, with the failures of real ones."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RECORD: Mapping[str, Any] = {
    "type": "mug",
    "audience": [],
    "colours": ["red"],
    "material": ["ceramic"],
    "pattern": [],
    "style": [],
    "features": ["dishwasher safe"],
    "occasion": [],
    "synonyms": ["cup", "кружка"],
}


@dataclass(frozen=True)
class Reply:
    """One answer: by default what a good model writes."""

    content: str | None = json.dumps(RECORD, ensure_ascii=False)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str = "stop"
    refusal: str | None = None
    seconds: float = 0.0
    usage: tuple[int, int] | None = (300, 60)
    raw: bytes | None = None


GOOD = Reply()


@dataclass
class ChatServer:
    """A server; `answer` says how each request is answered.

    Attributes:
        asked: bodies of the requests, in their order.
        keys: their Authorization headers.
        formats: values of response_format's type that it takes; others are refused with 400.
        most_at_once: requests that were open together.
    """

    answer: Callable[[int, dict[str, Any]], Reply] = lambda number, body: GOOD
    formats: frozenset[str] = frozenset({"json_schema", "json_object", "none"})
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    address: str = ""
    most_at_once: int = 0
    _open: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prompts(self) -> list[str]:
        """Everything that was said in each request."""
        return [json.dumps(body["messages"], ensure_ascii=False) for body in self.asked]

    def reply(self, body: dict[str, Any], key: str) -> Reply:
        with self._lock:
            self.asked.append(body)
            self.keys.append(key)
            number = len(self.asked)
        wanted = body.get("response_format", {}).get("type", "none")
        if wanted not in self.formats:
            said = f"response_format {wanted} is not supported"
            return Reply(status=400, raw=json.dumps({"error": {"message": said}}).encode())
        return self.answer(number, body)


def product_in(body: dict[str, Any]) -> dict[str, Any]:
    """The product's data in a request."""
    text = body["messages"][1]["content"]
    if isinstance(text, list):
        text = next(part["text"] for part in text if part["type"] == "text")
    found = re.search(r"^PRODUCT (\w+)\n(.*)\nEND \1$", text, re.MULTILINE)
    assert found, text
    data: dict[str, Any] = json.loads(found[2])
    return data


@contextmanager
def chatting(server: ChatServer) -> Iterator[ChatServer]:
    """The server at work; `address` ends with its version."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path != "/v1/chat/completions":
                self.send_error(404)
                return
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with server._lock:
                server._open += 1
                server.most_at_once = max(server.most_at_once, server._open)
            try:
                reply = server.reply(body, self.headers.get("Authorization", ""))
                stopped.wait(reply.seconds)
            finally:
                with server._lock:
                    server._open -= 1
            self._send(reply, reply.raw if reply.raw is not None else _body(reply))

        def _send(self, reply: Reply, content: bytes) -> None:
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except ConnectionError:
                """Whoever asked has given up."""

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    stopped = threading.Event()
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    server.address = f"http://127.0.0.1:{http.server_port}/v1"
    try:
        yield server
    finally:
        stopped.set()
        http.shutdown()
        thread.join()
        http.server_close()


def _body(reply: Reply) -> bytes:
    said = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    answer: dict[str, Any] = {"choices": [{"message": said, "finish_reason": reply.finish}]}
    if reply.usage:
        answer["usage"] = {
            "prompt_tokens": reply.usage[0],
            "completion_tokens": reply.usage[1],
        }
    return json.dumps(answer, ensure_ascii=False).encode()

"""`shoplens api` as a process: who is slow is dropped, and a signal ends it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from app.api.connection import ImpatientProtocol
from tests.fakes.command_line import shoplens

KEY = "a-key-for-this-process"
HEAD = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY.encode()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    port = free_port()
    line = [sys.executable, "-m", "indexer.cli.main", "api", "--port", str(port)]
    with subprocess.Popen(
        [*line, "--home", str(home)],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as server:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                assert server.poll() is None, server.stdout and server.stdout.read()
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port, server
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)


def said_until_closed(connection: socket.socket) -> bytes:
    connection.settimeout(20)
    said = b""
    while piece := connection.recv(4096):
        said += piece
    return said


def test_a_slow_sender_is_dropped_while_others_are_answered_and_sigterm_ends_it(
    tmp_path: Path,
) -> None:
    settings = {"SHOPLENS_API_KEY": KEY, "SHOPLENS_API_UPLOAD_SECONDS": "0.7"}
    with serving(tmp_path / "home", **settings) as (port, server):
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(HEAD + b"\r\nContent-Length: 1000\r\n\r\nall that ever comes")
            begin = time.monotonic()
            other = httpx.get(f"http://127.0.0.1:{port}/openapi.json", timeout=20)
            assert other.status_code == 200
            said = said_until_closed(slow)
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b'"remedy"' in said
        assert 0.6 < time.monotonic() - begin < 20
        server.terminate()  # to the command alone, as a service manager does
        output = server.communicate(timeout=30)[0].decode()  # both hold this pipe
    assert server.returncode == 0
    assert "Traceback" not in output
    assert KEY not in output
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/healthz")


def test_ctrl_c_ends_it_quietly_and_without_a_key_it_says_who_may_search(tmp_path: Path) -> None:
    with serving(tmp_path / "home", SHOPLENS_API_KEY="") as (port, server):
        answer = httpx.post(f"http://127.0.0.1:{port}/v1/search", data={"words": "mug"})
        assert (answer.status_code, answer.json()["error"]) == (503, "there is no index yet")
        os.killpg(server.pid, signal.SIGINT)  # what Ctrl-C in a terminal does
        output = server.communicate(timeout=30)[0].decode()
    assert server.returncode == 0
    assert "SHOPLENS_API_KEY is not set" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("arguments", "key", "told"),
    [
        (["--host", "0.0.0.0"], "", "answer everybody who reaches 0.0.0.0"),  # noqa: S104
        ([], "short", "at least 16 characters"),
        (["--allow-origin", "https://shop.example/page"], "", "without a path"),
    ],
)
def test_what_would_open_it_too_far_is_refused_with_a_remedy(
    tmp_path: Path, arguments: list[str], key: str, told: str
) -> None:
    environment = os.environ | {"SHOPLENS_API_KEY": key}
    command = ("api", "--port", free_port(), "--home", tmp_path, *arguments)
    ran = shoplens(*command, env=environment)
    error, remedy = ran.err.splitlines()
    assert ran.status == 3
    assert error.startswith("Error: ")
    assert told in error
    assert remedy.startswith("Remedy: ")


async def _refuses(scope: dict, receive: object, send) -> None:  # type: ignore[no-untyped-def,type-arg]
    """An application that answers before the body has come."""
    if scope["type"] == "http":
        head = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 413, "headers": head})
        await send({"type": "http.response.body", "body": b"no"})


class _Quick(ImpatientProtocol):
    head_seconds = 0.3


@pytest.mark.parametrize(
    ("protocol", "dropped"), [(_Quick, True), ("h11", False)], ids=["ours", "uvicorn's own"]
)
@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST / HT",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\nx",
    ],
    ids=["silent", "within the head", "after a refusal"],
)
def test_who_never_comes_to_the_point_is_dropped(
    protocol: object, dropped: bool, begun: bytes
) -> None:
    port = free_port()
    config = uvicorn.Config(
        _refuses,  # type: ignore[arg-type]
        port=port,
        http=protocol,  # type: ignore[arg-type]
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.01)
    try:
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(begun)
            until = time.monotonic() + 0.8
            gone = False
            while not gone and time.monotonic() < until:
                time.sleep(0.05)
                gone = not _takes(slow, b"y" if begun else b"")
        assert gone is dropped
    finally:
        server.should_exit = True
        running.join(20)


def _takes(connection: socket.socket, more: bytes) -> bool:
    """Whether the other side still holds the connection; sends `more`."""
    connection.setblocking(False)
    try:
        connection.send(more)
        while connection.recv(4096):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False

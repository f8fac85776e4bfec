"""Pictures come from the open web only, in time, and not too large."""

import io
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from PIL import Image

from models.errors import BadPicture, FetchRefused
from pipelines.fetch import Door, fetch_photo, is_public, resolve

Answer = Callable[[socket.socket, str], None]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (12, 8), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def reply(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def server(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A plain HTTP server on this machine: its address, and the requests it got."""
    listener = socket.create_server(("127.0.0.1", 0))
    requests: list[str] = []

    def handle(connection: socket.socket) -> None:
        with connection:
            request = connection.recv(65536).decode("latin-1")
            requests.append(request)
            with suppress(OSError):  # the client hung up, as some tests want
                answer(connection, request.split(" ")[1])

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://shop.example:{listener.getsockname()[1]}", requests
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def local_door(**changes: object) -> Door:
    """Every name is this machine, and this machine may be reached: for tests only."""
    door = Door(resolver=lambda host, port: ["127.0.0.1"], allows=lambda address: True)
    return replace(door, **changes)  # type: ignore[arg-type]


def test_a_picture_is_fetched_whatever_its_headers_say() -> None:
    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(reply("200 OK", picture(), "Content-Type: text/plain"))

    with server(answer) as (base, requests):
        photo = fetch_photo(f"{base}/mug.jpg?token=secret", local_door())
    assert (photo.width, photo.height) == (12, 8)
    assert "secret" not in photo.source
    assert f"host: {base.removeprefix('http://')}\r\n" in requests[0].lower()
    assert "GET /mug.jpg?token=secret " in requests[0]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "0.0.0.0",  # noqa: S104
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "169.254.169.254", "[::ffff:169.254.169.254]", "10.0.0.1",
        "192.168.1.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[fe80::1]",
        "[fc00::1]", "[ff02::1]", "0",
    ],
)  # fmt: skip
def test_addresses_inside_the_network_are_refused(host: str) -> None:
    with pytest.raises(FetchRefused) as caught:
        fetch_photo(f"http://{host}:9/picture.jpg")
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_name_with_one_inner_address_among_public_ones_is_refused() -> None:
    door = Door(resolver=lambda host, port: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(FetchRefused, match="inside the network"):
        fetch_photo("http://shop.example/mug.jpg", door)


def test_a_name_is_resolved_once_so_flipping_it_gains_nothing() -> None:
    asked: list[str] = []

    def flipping(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    reached: list[str] = []

    def allows(address: object) -> bool:
        reached.append(str(address))
        return False

    with pytest.raises(FetchRefused):
        fetch_photo("http://shop.example/", Door(resolver=flipping, allows=allows))
    assert (asked, reached) == (["shop.example"], ["93.184.216.34"])


def test_the_checked_address_is_the_one_connected_to() -> None:
    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(reply("200 OK", picture()))

    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    with server(answer) as (base, _):
        fetch_photo(f"{base}/mug.jpg", local_door(resolver=once))
    assert asked == ["shop.example"]


def test_a_redirect_is_followed_and_its_target_checked() -> None:
    def answer(connection: socket.socket, path: str) -> None:
        if path == "/moved":
            connection.sendall(reply("302 Found", b"", "Location: /mug.png"))
        elif path == "/inward":
            connection.sendall(reply("302 Found", b"", "Location: http://169.254.169.254/x"))
        elif path == "/file":
            connection.sendall(reply("302 Found", b"", "Location: file:///etc/passwd"))
        else:
            connection.sendall(reply("200 OK", picture()))

    def metadata_is_inside(address: object) -> bool:
        return str(address) != "169.254.169.254"

    def by_name(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "shop.example" else list(resolve(host, port))

    door = local_door(resolver=by_name, allows=metadata_is_inside)
    with server(answer) as (base, requests):
        assert fetch_photo(f"{base}/moved", door).width == 12
        with pytest.raises(FetchRefused, match="inside the network"):
            fetch_photo(f"{base}/inward", door)
        with pytest.raises(FetchRefused, match="not a web address"):
            fetch_photo(f"{base}/file", door)
    assert len(requests) == 4


def test_redirects_end() -> None:
    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(reply("301 Moved", b"", f"Location: {path}a"))

    with server(answer) as (base, requests), pytest.raises(FetchRefused, match="too often"):
        fetch_photo(f"{base}/a", local_door())
    assert len(requests) == 4


def test_what_is_too_large_is_cut_off_even_when_its_header_lies() -> None:
    sent: list[int] = []

    def announced(connection: socket.socket, path: str) -> None:
        connection.sendall(reply("200 OK", bytes(200_000)))

    def endless(connection: socket.socket, path: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(10_000):
            connection.sendall(bytes(10_000))
            sent.append(10_000)

    for answer in (announced, endless):
        with server(answer) as (base, _), pytest.raises(FetchRefused, match="larger than"):
            fetch_photo(f"{base}/", local_door(max_bytes=100_000))
    assert sum(sent) < 50_000_000


def test_a_server_that_drips_is_left_in_time() -> None:
    stop = threading.Event()

    def drip(connection: socket.socket, path: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not stop.wait(0.05):
            connection.sendall(b"a")

    began = time.monotonic()
    with server(drip) as (base, _), pytest.raises(FetchRefused, match="too long"):
        fetch_photo(f"{base}/", local_door(seconds=0.5))
    stop.set()
    assert time.monotonic() - began < 5


def test_a_page_instead_of_a_picture_is_a_bad_picture() -> None:
    def answer(connection: socket.socket, path: str) -> None:
        connection.sendall(
            reply("200 OK", b"<!doctype html><p>Not here", "Content-Type: image/png")
        )

    with server(answer) as (base, _), pytest.raises(BadPicture, match="web page"):
        fetch_photo(f"{base}/mug.png", local_door())


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (reply("404 Not Found"), "404"),
        (reply("200 OK", b"x", "Content-Encoding: gzip"), "compressed"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "cannot be fetched"),
        (b"", "cannot be fetched"),
    ],
)
def test_odd_answers_are_refused_in_plain_words(head: bytes, words: str) -> None:
    with (
        server(lambda connection, path: connection.sendall(head)) as (base, _),
        pytest.raises(FetchRefused, match=words),
    ):
        fetch_photo(f"{base}/mug.png", local_door())


@pytest.mark.parametrize(
    "url",
    [
        "", "mug.jpg", "ftp://shop.example/mug.jpg", "file:///etc/passwd", "http://", "http:///x",
        "https://user:secret@shop.example/mug.jpg", "http://shop.example:99999/", "gopher://x/",
        "http://a\nb/", "http://" + "a" * 3000, "http://" + "a" * 80 + ".example/", "data:,x",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    def unreachable(host: str, port: int) -> list[str]:
        return [str(address) for address in socket.gethostbyname_ex(host.encode("idna"))[2]]

    with pytest.raises(FetchRefused) as caught:
        fetch_photo(url, Door(resolver=unreachable))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(caught.value.message) < 300


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(FetchRefused, match="cannot be fetched"):
        fetch_photo(f"http://shop.example:{port}/", local_door())

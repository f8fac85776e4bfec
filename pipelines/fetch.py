"""A picture from an address on the web, without reaching anything inside the network."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NoReturn

import httpcore
import httpx

from models.types import Photo
from pipelines.door import Deadline, Door, PinnedBackend, is_public, refuse, resolve, shown
from pipelines.image_io import decode

__all__ = [
    "Connections",
    "Door",
    "Version",
    "fetch_bytes",
    "fetch_into",
    "fetch_photo",
    "is_public",
    "resolve",
]

_MAX_URL = 2_000
# Longer ones are no ETags but a way to fill a disk.
_MAX_VALIDATOR = 500
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = (
    (b"User-Agent", b"ShopLens"),
    # A compressed body could unfold past every cap.
    (b"Accept-Encoding", b"identity"),
)
# Status → what reports count by, and whether the same request may succeed later.
_REASONS = {
    401: ("not allowed", False),
    403: ("not allowed", False),
    404: ("not found", False),
    408: ("took too long", True),
    410: ("not found", False),
    425: ("server error", True),
    429: ("too many requests", True),
    500: ("server error", True),
    502: ("server error", True),
    503: ("server error", True),
    504: ("server error", True),
}
_OPEN_INTERNET = Door()


@dataclass(frozen=True, slots=True)
class Version:
    """What tells one state of an address from the next; "" where the server says nothing.

    Attributes:
        located: the address that gave it, after redirects: another one is not asked about it.
    """

    located: str = ""
    etag: str = ""
    last_modified: str = ""


def fetch_photo(url: str, door: Door = _OPEN_INTERNET) -> Photo:
    """The picture at an http(s) address; what it is, its bytes tell, not its headers.

    Raises:
        FetchRefused: the address may not or cannot be fetched.
        BadPicture: what came is no picture.
    """
    return decode(fetch_bytes(url, door), shown(url))


def fetch_bytes(url: str, door: Door = _OPEN_INTERNET) -> bytes:
    """What `fetch_photo` decodes.

    Each host is resolved once, where the connection is made, and that address is the one
    connected to: a name that answers differently the second time gains nothing.

    Raises:
        FetchRefused: the address may not or cannot be fetched.
    """
    body = bytearray()
    fetch_into(url, body.extend, door)
    return bytes(body)


def fetch_into(url: str, take: Callable[[bytes], object], door: Door) -> None:
    """Hand over piece by piece what is at an http(s) address, through the same door.

    Args:
        take: given each piece as it comes; nothing of a redirect, at most `door.max_bytes`.

    Raises:
        FetchRefused: the address may not or cannot be fetched; pieces may have been taken.
    """
    with closing(Connections(door)) as connections:
        connections.get(url, take)


class Connections:
    """Requests through one door over connections that are kept. For one thread at a time.

    A connection that is kept stays with the address that was checked when it was made.
    """

    def __init__(self, door: Door = _OPEN_INTERNET) -> None:
        self._door = door
        self._deadline = Deadline()
        self._pool = httpcore.ConnectionPool(
            network_backend=PinnedBackend(door, self._deadline),
            max_keepalive_connections=2,
            keepalive_expiry=20.0,
        )

    def close(self) -> None:
        self._pool.close()

    def get(
        self, url: str, take: Callable[[bytes], object], before: Version | None = None
    ) -> Version | None:
        """What `fetch_into` does; which version was taken, or None where it is still `before`.

        Raises:
            FetchRefused: the address may not or cannot be fetched; pieces may have been taken.
        """
        self._deadline.at = time.monotonic() + self._door.seconds
        current = _checked(url)
        try:
            for _ in range(self._door.max_redirects + 1):
                answer = self._ask(current, take, before)
                if not isinstance(answer, str):
                    return answer
                current = _checked(answer)
        except (httpcore.TimeoutException, TimeoutError):
            remedy = "save the picture and give the file"
            refuse(url, "took too long", remedy, "took too long", 0.0)
        except httpcore.UnsupportedProtocol as error:
            refuse(url, f"cannot be fetched: {_one_line(error)}", "check the address in a browser")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            refuse(
                url,
                f"cannot be fetched: {_one_line(error)}",
                "check the address in a browser",
                "connection failed",
                0.0,
            )
        refuse(
            url, "redirects too often", "give the address that it ends at", "redirects too often"
        )

    def _ask(
        self, url: httpx.URL, take: Callable[[bytes], object], before: Version | None
    ) -> Version | str | None:
        """One request: a version whose body was taken, the address that it redirects to, or
        None where `before` still holds."""
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        # httpcore would leave the brackets off a v6 host.
        headers = [(b"Host", url.netloc), *_HEADERS, (b"Accept", self._door.accept.encode())]
        asked = before is not None and before.located == str(url)
        if before is not None and asked:
            headers += _conditions(before)
        with self._pool.stream("GET", target, headers=headers) as response:
            told = {name.lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTS and b"location" in told:
                return _joined(url, told[b"location"])
            if response.status == 304 and asked:
                return None
            if response.status != 200:
                _unwilling(url, response.status, told.get(b"retry-after", ""))
            if told.get(b"content-encoding", "identity").lower() not in ("", "identity"):
                refuse(str(url), "sent compressed", "save the picture and give the file")
            length = told.get(b"content-length", "")
            if length.isdigit() and int(length) > self._door.max_bytes:
                _too_large(str(url), self._door)
            size = 0
            for chunk in response.iter_stream():
                size += len(chunk)
                if size > self._door.max_bytes:
                    _too_large(str(url), self._door)
                take(chunk)
            return Version(str(url), _validator(told, b"etag"), _validator(told, b"last-modified"))


def _conditions(before: Version) -> list[tuple[bytes, bytes]]:
    if before.etag:
        return [(b"If-None-Match", before.etag.encode("latin-1"))]
    if before.last_modified:
        return [(b"If-Modified-Since", before.last_modified.encode("latin-1"))]
    return []


def _validator(told: dict[bytes, str], name: bytes) -> str:
    value = told.get(name, "")
    return value if len(value) <= _MAX_VALIDATOR and value.isprintable() else ""


def _unwilling(url: httpx.URL, status: int, retry_after: str) -> NoReturn:
    reason, temporary = _REASONS.get(status, ("cannot be fetched", False))
    refuse(
        str(url),
        f"the server answered {status}",
        "check the address",
        reason,
        (_seconds(retry_after) or 0.0) if temporary else None,
    )


def _seconds(retry_after: str) -> float | None:
    """How long a server asks to wait: it says seconds, or a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _joined(base: httpx.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except (httpx.InvalidURL, ValueError):
        refuse(str(base), "redirects to no address", "check the address in a browser")


def _checked(url: str) -> httpx.URL:
    remedy, reason = "give an http(s) address", "not a web address"
    if len(url) > _MAX_URL:
        refuse(url, "longer than an address can be", remedy, reason)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        refuse(url, "not an address", remedy, reason)
    if parsed.scheme not in ("http", "https"):
        refuse(url, "not a web address", remedy, reason)
    if not parsed.host:
        refuse(url, "names no host", remedy, reason)
    if parsed.userinfo:
        refuse(url, "carries a password", "give the address without it", "refused address")
    return parsed


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _too_large(url: str, door: Door) -> NoReturn:
    refuse(url, f"larger than {door.max_bytes / 2**20:.0f} MB", "give a smaller file", "too large")

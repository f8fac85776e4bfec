"""A picture from an address on the web, without reaching anything inside the network."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import httpcore
import httpx

from models.errors import FetchRefused
from models.types import Photo
from pipelines.image_io import decode

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver: TypeAlias = Callable[[str, int], Sequence[str]]

MAX_BYTES = 10 * 1024 * 1024
_MAX_URL = 2_000
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HEADERS = (
    (b"User-Agent", b"ShopLens"),
    # A compressed body could unfold past every cap.
    (b"Accept-Encoding", b"identity"),
)


def is_public(address: IPAddress) -> bool:
    """Whether an address lies on the open internet, also once v6 wrappings are taken off."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(wrapped is not None and not is_public(wrapped) for wrapped in inner):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def resolve(host: str, port: int) -> Sequence[str]:
    """Addresses of a host, in the system's order of preference.

    The system also reads 127.1, 0x7f000001 and 2130706433 as addresses, as every client would.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Door:
    """Who may be reached, and how much of what they say is read.

    Attributes:
        resolver, allows: replaced by tests that serve pictures on this machine; nothing else may.
        seconds: for everything together, redirects included.
    """

    resolver: Resolver = resolve
    allows: Callable[[IPAddress], bool] = is_public
    max_bytes: int = MAX_BYTES
    max_redirects: int = 3
    seconds: float = 15.0
    connect_seconds: float = 5.0
    accept: str = "image/avif,image/webp,image/png,image/jpeg,image/gif"


_OPEN_INTERNET = Door()


def fetch_photo(url: str, door: Door = _OPEN_INTERNET) -> Photo:
    """The picture at an http(s) address; what it is, its bytes tell, not its headers.

    Raises:
        FetchRefused: the address may not or cannot be fetched.
        BadPicture: what came is no picture.
    """
    return decode(fetch_bytes(url, door), _shown(url))


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
    backend = _PinnedBackend(door, deadline=time.monotonic() + door.seconds)
    current = _checked(url)
    try:
        with httpcore.ConnectionPool(network_backend=backend) as pool:
            for _ in range(door.max_redirects + 1):
                redirected = _get(pool, current, door, take)
                if redirected is None:
                    return
                current = _checked(redirected)
    except (httpcore.TimeoutException, TimeoutError):
        _refuse(url, "took too long", "save the picture and give the file")
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        _refuse(url, f"cannot be fetched: {_one_line(error)}", "check the address in a browser")
    _refuse(url, "redirects too often", "give the address that it ends at")


def _get(
    pool: httpcore.ConnectionPool, url: httpx.URL, door: Door, take: Callable[[bytes], object]
) -> str | None:
    """One request: its body is taken, or the address that it redirects to is returned."""
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    # httpcore would leave the brackets off a v6 host.
    headers = [(b"Host", url.netloc), *_HEADERS, (b"Accept", door.accept.encode())]
    with pool.stream("GET", target, headers=headers) as response:
        told = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in _REDIRECTS and b"location" in told:
            return _joined(url, told[b"location"])
        if response.status != 200:
            _refuse(str(url), f"the server answered {response.status}", "check the address")
        if told.get(b"content-encoding", "identity").lower() not in ("", "identity"):
            _refuse(str(url), "sent compressed", "save the picture and give the file")
        length = told.get(b"content-length", "")
        if length.isdigit() and int(length) > door.max_bytes:
            _too_large(str(url), door)
        size = 0
        for chunk in response.iter_stream():
            size += len(chunk)
            if size > door.max_bytes:
                _too_large(str(url), door)
            take(chunk)
        return None


def _joined(base: httpx.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except (httpx.InvalidURL, ValueError):
        _refuse(str(base), "redirects to no address", "check the address in a browser")


def _checked(url: str) -> httpx.URL:
    remedy = "give an http(s) address"
    if len(url) > _MAX_URL:
        _refuse(url, "longer than an address can be", remedy)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        _refuse(url, "not an address", remedy)
    if parsed.scheme not in ("http", "https"):
        _refuse(url, "not a web address", remedy)
    if not parsed.host:
        _refuse(url, "names no host", remedy)
    if parsed.userinfo:
        _refuse(url, "carries a password", "give the address without it")
    return parsed


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the very addresses that it checked, until the deadline."""

    def __init__(self, door: Door, deadline: float) -> None:
        self._door = door
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            try:
                stream = self._network.connect_tcp(
                    address,
                    port,
                    timeout=min(self._door.connect_seconds, _left(self._deadline)),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _DeadlineStream(stream, self._deadline)
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = list(self._door.resolver(host, port))
        except (OSError, ValueError):
            _refuse(host, "no such host", "check the address")
        for text in found:
            # A v6 address may carry the name of an interface: "fe80::1%eth0".
            if not self._door.allows(ipaddress.ip_address(text.partition("%")[0])):
                _refuse(
                    host, "lies inside the network", "give a public address, or the picture's file"
                )
        return found


@dataclass(slots=True)
class _DeadlineStream(httpcore.NetworkStream):
    """A connection of which no read or write outlasts the deadline.

    Without it a server that sends one byte every few seconds holds a thread for hours.
    """

    inner: httpcore.NetworkStream
    deadline: float

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, timeout=_left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, timeout=_left(self.deadline))

    def close(self) -> None:
        self.inner.close()

    # The context is an ssl.SSLContext, and what may be asked for is httpcore's affair.
    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self.inner.start_tls(ssl_context, server_hostname, timeout=_left(self.deadline))
        return _DeadlineStream(secured, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left


def _shown(url: str) -> str:
    """An address as messages show it: one line, no query (it may hold a key), not endless."""
    bare = url.partition("?")[0].partition("#")[0]
    plain = "".join(c if c.isprintable() else "?" for c in bare)
    scheme, mark, rest = plain.partition("://")
    if "@" in rest.partition("/")[0]:
        plain = f"{scheme}{mark}…@{rest.partition('@')[2]}"
    return plain if len(plain) <= 120 else plain[:119] + "…"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _too_large(url: str, door: Door) -> NoReturn:
    _refuse(url, f"larger than {door.max_bytes / 2**20:.0f} MB", "give a smaller file")


def _refuse(url: str, what: str, remedy: str) -> NoReturn:
    raise FetchRefused(f"{_shown(url)}: {what}", remedy=remedy) from None

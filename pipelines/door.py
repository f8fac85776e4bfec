"""Whom a fetch may reach, checked where the connection is made, and for how long."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import httpcore

from models.errors import FetchRefused

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver: TypeAlias = Callable[[str, int], Sequence[str]]

MAX_BYTES = 10 * 1024 * 1024
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


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


@dataclass(slots=True)
class Deadline:
    """When the request that a connection serves must be over, in `time.monotonic()` seconds."""

    at: float = 0.0

    def left(self) -> float:
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the very addresses that it checked, until the deadline."""

    def __init__(self, door: Door, deadline: Deadline) -> None:
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
                    timeout=min(self._door.connect_seconds, self._deadline.left()),
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
        except (OSError, ValueError) as error:
            later = 0.0 if getattr(error, "errno", None) == socket.EAI_AGAIN else None
            refuse(host, "no such host", "check the address", "no such host", later)
        for text in found:
            # A v6 address may carry the name of an interface: "fe80::1%eth0".
            if not self._door.allows(ipaddress.ip_address(text.partition("%")[0])):
                refuse(
                    host,
                    "lies inside the network",
                    "give a public address, or the picture's file",
                    "refused address",
                )
        return found


@dataclass(slots=True)
class _DeadlineStream(httpcore.NetworkStream):
    """A connection of which no read or write outlasts the deadline.

    Without it a server that sends one byte every few seconds holds a thread for hours.
    """

    inner: httpcore.NetworkStream
    deadline: Deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, timeout=self.deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, timeout=self.deadline.left())

    def close(self) -> None:
        self.inner.close()

    # The context is an ssl.SSLContext, and what may be asked for is httpcore's affair.
    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self.inner.start_tls(ssl_context, server_hostname, timeout=self.deadline.left())
        return _DeadlineStream(secured, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def shown(url: str) -> str:
    """An address as messages show it: one line, no query (it may hold a key), not endless."""
    bare = url.partition("?")[0].partition("#")[0]
    plain = "".join(c if c.isprintable() else "?" for c in bare)
    scheme, mark, rest = plain.partition("://")
    if "@" in rest.partition("/")[0]:
        plain = f"{scheme}{mark}…@{rest.partition('@')[2]}"
    return plain if len(plain) <= 120 else plain[:119] + "…"


def refuse(
    url: str,
    what: str,
    remedy: str,
    reason: str = "cannot be fetched",
    retry_in: float | None = None,
) -> NoReturn:
    raise FetchRefused(
        f"{shown(url)}: {what}", remedy=remedy, reason=reason, retry_in=retry_in
    ) from None

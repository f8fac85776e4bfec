"""Who may ask, and how often: before anything of a request's body is read."""

import hmac
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.refusals import Refusal

GUARDED: Final = "/v1/"
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class Buckets:
    """A token bucket for each address. Remembers the last 10,000 addresses; whoever comes again
    after that finds a full one, as after a pause.

    Attributes:
        per_minute: tokens that come back in a minute.
        burst: tokens that a bucket holds.
    """

    per_minute: float
    burst: float
    now: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str) -> float:
        """Take a token.

        Returns:
            0 where there was one, else the seconds until there is.
        """
        now = self.now()
        left, seen = self._left.pop(address, (self.burst, now))
        left = min(self.burst, left + (now - seen) * self.per_minute / 60)
        wait = 0.0 if left >= 1 else (1 - left) * 60 / self.per_minute
        self._left[address] = (left if wait else left - 1, now)
        if len(self._left) > _ADDRESSES:
            self._left.popitem(last=False)
        return wait


@dataclass(frozen=True, slots=True)
class Guard:
    """ASGI middleware: counts requests by address, then asks for the key.

    Wrong keys are counted too, so that nobody tries many.

    Attributes:
        key: "" for none: then only names of this machine are answered, so that no page of a
            foreign host reaches it through the browser of whoever works here (DNS rebinding).
        buckets: None for no limit.
    """

    app: ASGIApp
    key: str
    buckets: Buckets | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(GUARDED):
            refusal = self._refusal(scope)
            if refusal is not None:
                await refusal.response()(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        client = scope.get("client")
        wait = self.buckets.take(network_of(client[0] if client else "")) if self.buckets else 0.0
        if wait:
            return Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too many requests from this address",
                remedy="wait for as many seconds as Retry-After says",
                retry_in=wait,
            )
        headers = Headers(scope=scope)
        if not self.key:
            return _foreign_host(headers.get("host", ""))
        scheme, _, given = headers.get("authorization", "").partition(" ")
        # The whole of it, whatever comes first: time tells nothing about the key. Headers are
        # bytes that Starlette reads as Latin-1.
        same = hmac.compare_digest(given.strip().encode("latin-1"), self.key.encode())
        if scheme.lower() == "bearer" and same:
            return None
        return Refusal(
            HTTPStatus.UNAUTHORIZED,
            "the key is wrong" if given else "a key is needed",
            remedy="send the header Authorization: Bearer KEY, with the server's SHOPLENS_API_KEY",
        )


def network_of(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the /64 network that one household has."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def is_local(host: str) -> bool:
    """Whether only this machine reaches a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _foreign_host(host: str) -> Refusal | None:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        name = None
    if name in _LOCAL_NAMES:
        return None
    return Refusal(
        HTTPStatus.FORBIDDEN,
        "without a key only http://localhost is answered",
        remedy="set SHOPLENS_API_KEY for the server, and send it",
    )

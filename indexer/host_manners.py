"""How shops' servers are treated: few requests at once, waits that grow, and giving up in time."""

import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from models.errors import FetchRefused


@dataclass(frozen=True, slots=True)
class Manners:
    """How politely pictures are fetched.

    Attributes:
        per_host: requests to one host at a time.
        lanes: hosts that are asked side by side; more of them share.
        attempts: for each picture, the first included.
        first_wait: seconds before the second attempt; doubled from then on, half of it by chance.
        longest_wait: seconds; a server that asks for more is asked no more until then.
        give_up_after: pictures in a row that a host failed to give in all attempts.
    """

    per_host: int = 6
    lanes: int = 6
    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 60.0
    give_up_after: int = 20


@dataclass(slots=True)
class Host:
    """What one host asked for, and how it fared; shared by the threads that ask it."""

    name: str
    manners: Manners
    _not_before: float = 0.0
    _closed_until: float = 0.0
    _failed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, stop: threading.Event) -> None:
        """Return when it may be asked.

        Raises:
            FetchRefused: not soon, or everything stops.
        """
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                raise FetchRefused(
                    f"{self.name}: is not asked for now: it failed too often or asks to wait",
                    remedy="run it again later; what was fetched before stays in use",
                    reason="host does not answer",
                )
            wait = self._not_before - now
        _sleep(stop, wait)

    def answered(self) -> None:
        with self._lock:
            self._failed = 0

    def refused(self, error: FetchRefused, attempt: int, stop: threading.Event) -> None:
        """Wait before the next attempt.

        Raises:
            FetchRefused: `error`, where there is no point in another one.
        """
        manners = self.manners
        if error.retry_in is None:
            # An answer too.
            self.answered()
            raise error
        with self._lock:
            now = time.monotonic()
            if error.retry_in > manners.longest_wait:
                self._closed_until = now + error.retry_in
                raise error
            self._not_before = max(self._not_before, now + error.retry_in)
            if attempt >= manners.attempts or self._failed >= manners.give_up_after:
                self._failed += 1
                if self._failed >= manners.give_up_after:
                    self._closed_until = now + manners.longest_wait
                raise error
        own = min(manners.longest_wait, manners.first_wait * 2 ** (attempt - 1))
        _sleep(stop, own * random.uniform(0.5, 1.0))  # noqa: S311 # spreads requests, no secret


def host_of(url: str) -> str:
    """Whom an address asks; "" where it names none, which the fetch itself refuses."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _sleep(stop: threading.Event, seconds: float) -> None:
    if stop.is_set() or (seconds > 0 and stop.wait(seconds)):
        raise FetchRefused("the run is over", remedy="run the same command again to go on")

"""How much one client may ask: bytes, seconds, requests, and how many at once."""

from dataclasses import dataclass

from app.uploads import LARGEST_PICTURE
from pipelines.settings import Settings

FORM_AROUND = 64 * 1024
"""Bytes of a form that are not the picture."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What `Settings` says, and what follows from it.

    Attributes:
        at_once: searches that run at a time; more of them only take each other's cores.
        waiting: further ones that wait for their turn; whoever comes then is sent away at once.
        uploads: bodies that are received at a time; with `body` this bounds the memory.
        seconds: from the last byte of a request to its answer.
        upload_seconds: from the first byte of a request to its last.
        per_minute: requests of one address; None for no limit.
        body: bytes.
    """

    at_once: int
    waiting: int
    uploads: int
    seconds: float
    upload_seconds: float
    per_minute: float | None
    body: int = LARGEST_PICTURE + FORM_AROUND

    @property
    def burst(self) -> float:
        """Requests that one address may make without a pause: ten seconds' worth, at least ten."""
        return max(10.0, (self.per_minute or 0.0) / 6)


def limits_of(settings: Settings) -> Limits:
    return Limits(
        at_once=settings.api_at_once,
        # A short queue: with a second a search the last of them waits for four.
        waiting=4 * settings.api_at_once,
        uploads=8 * settings.api_at_once,
        seconds=settings.api_seconds,
        upload_seconds=settings.api_upload_seconds,
        per_minute=settings.api_per_minute or None,
    )

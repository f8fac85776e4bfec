"""Every error that ShopLens raises on purpose, each with its remedy.

ShopLensError
├── BadInput              what was given cannot be used
│   ├── BadPicture        not a picture, too large, broken
│   ├── BadFeed           the feed as a whole cannot be read
│   └── BadQuery          a box, an address or an option of a search that makes no sense
├── FetchRefused          an address that may not or cannot be fetched
├── WeightsMissing        a model's files are not on this machine
├── IndexMissing          nothing was indexed yet
├── StaleIndex            the index was built with other models than the query's
├── BrokenIndex           files of the index are damaged or incomplete
├── HomeLocked            another indexer works on the same home
├── DiskFull              not enough room to finish safely
├── FeedShrank            a feed lacks so many products that it may be broken
├── StoreUnavailable      the Qdrant server does not answer
├── TaggerUnavailable     the language model cannot be asked: no server, no access, no such model
└── TaggingFailed         the language model wrote nothing usable of one product

Only the edges (command line, page, API) turn these into text and exit statuses; the
statuses are part of the command line's contract (docs/cli.md).
"""

from typing import ClassVar


class ShopLensError(Exception):
    """An error that a person can act on.

    Args:
        message: what happened, one line, no trace.
        remedy: what to do about it, one line, in the imperative.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} ({self.remedy})"


class BadInput(ShopLensError):
    """What was given cannot be used."""


class BadPicture(BadInput):
    """The bytes are not a picture that ShopLens opens.

    Args:
        reason: a few words without names or numbers, by which reports count: "too large".
    """

    def __init__(self, message: str, *, remedy: str, reason: str = "not a picture") -> None:
        super().__init__(message, remedy=remedy)
        self.reason = reason


class BadFeed(BadInput):
    """The feed as a whole cannot be read (a bad row is no reason for this)."""


class BadQuery(BadInput):
    """A box, an address or an option of a search makes no sense.

    Args:
        reason: a few words without names or numbers, by which the page knows it; "" for others.
    """

    def __init__(self, message: str, *, remedy: str, reason: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.reason = reason


class FetchRefused(BadInput):
    """An address may not or cannot be fetched.

    Args:
        reason: a few words without names or numbers, by which reports count: "not found".
        retry_in: seconds after which the same request may well succeed, as the server asks; 0
            where it does not say, None where there is no point.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str,
        reason: str = "cannot be fetched",
        retry_in: float | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.reason = reason
        self.retry_in = retry_in


class WeightsMissing(ShopLensError):
    """A model's files are not on this machine."""

    exit_code = 4


class IndexMissing(ShopLensError):
    """Nothing was indexed yet."""

    exit_code = 5


class StaleIndex(ShopLensError):
    """The index was built with other models than the query's."""

    exit_code = 5


class BrokenIndex(ShopLensError):
    """Files of the index are damaged or incomplete."""

    exit_code = 5


class HomeLocked(ShopLensError):
    """Another indexer works on the same home."""

    exit_code = 6


class DiskFull(ShopLensError):
    """Not enough room to finish safely; nothing was lost."""

    exit_code = 7


class FeedShrank(ShopLensError):
    """A feed lacks so many of the indexed products that it may be broken; nothing left."""

    exit_code = 9


class StoreUnavailable(ShopLensError):
    """The Qdrant server does not answer."""

    exit_code = 8


class TaggerUnavailable(ShopLensError):
    """The language model cannot be asked: no server, no access, no such model."""

    exit_code = 8


class TaggingFailed(ShopLensError):
    """The language model wrote nothing usable of one product.

    Args:
        reason: a few words without names or numbers, by which reports count: "refused".
        tokens_in, tokens_out: what was paid for it nevertheless.
    """

    def __init__(
        self, message: str, *, remedy: str, reason: str, tokens_in: int = 0, tokens_out: int = 0
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.reason = reason
        self.tokens_in = tokens_in
        self.tokens_out = tokens_out

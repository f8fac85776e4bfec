"""What a tagging run tells while it works and when it is done."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

TagOutcome: TypeAlias = Literal["finished", "limit", "budget", "interrupted", "unavailable"]
"""All that waited were asked about; as many as `limit` says; as many as the budget pays for; until
someone stopped it; until the model could not be asked any more."""

# Failures that a report names one by one.
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class TagFailure:
    """A product that keeps the shop's own attributes, and why.

    Attributes:
        reason: a few words that failures are counted by.
        detail: the whole message with its remedy.
    """

    product_id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class TagProgress:
    """How far a run is.

    Attributes:
        done: products that were asked about, failed ones too.
        of: products to ask about.
        spent: money; 0 where no price was given.
    """

    done: int
    of: int
    failed: int
    tokens_in: int
    tokens_out: int
    spent: float


@dataclass(frozen=True, slots=True)
class TagReport:
    """What a run did.

    Attributes:
        products: that the catalog or feed has.
        known: of them that had been written of before, or share their facts with another one.
        written: records that were written now.
        left_out: values that were no words of a product.
        named: the first failures.
        problem: why the model could not be asked any more, with a remedy; "" otherwise.
    """

    fingerprint: str
    outcome: TagOutcome
    products: int
    known: int
    written: int = 0
    left_out: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    spent: float = 0.0
    seconds: float = 0.0
    failures: tuple[tuple[str, int], ...] = ()
    named: tuple[TagFailure, ...] = ()
    problem: str = ""

    @property
    def failed(self) -> int:
        return sum(count for _, count in self.failures)

    @property
    def clean(self) -> bool:
        """Whether every product that was to be asked about has its record."""
        return not self.failures and self.outcome != "unavailable"

    @property
    def waiting(self) -> int:
        """Products that were not asked about."""
        return self.products - self.known - self.written - self.failed


def counted(failures: Counter[str]) -> tuple[tuple[str, int], ...]:
    """By reason, the most frequent first."""
    return tuple(sorted(failures.items(), key=lambda item: (-item[1], item[0])))


class TagSink(Protocol):
    """Who shows progress; called from the run's own thread."""

    def tagged(self, progress: TagProgress) -> None: ...


class SilentTags:
    """Shows nothing."""

    def tagged(self, progress: TagProgress) -> None: ...

"""What tagging may cost: prices, and a purse that never pays more than it holds."""

from dataclasses import dataclass, field

from models.tagger_prompt import system_prompt, user_prompt
from models.tagger_types import TaggerOptions, TagSubject

# A picture of 512 pixels: 85 to 765 tokens by the tables of hosted models, 350 in open ones.
PICTURE_TOKENS = 800
# Around each message of a chat template, and what a correction says.
_AROUND = 200


@dataclass(frozen=True, slots=True)
class Price:
    """Of a million tokens, in the owner's currency."""

    reading: float
    writing: float

    def of(self, tokens_in: float, tokens_out: float) -> float:
        return (self.reading * tokens_in + self.writing * tokens_out) / 1e6


def most_tokens(subject: TagSubject, options: TaggerOptions) -> tuple[int, int]:
    """(in, out) that a product takes at the very most: every attempt, every answer at full length,
    and a token for each byte of its words, which no tokenizer exceeds."""
    prompt = len((system_prompt(options) + user_prompt(subject)).encode()) + _AROUND
    prompt += PICTURE_TOKENS if subject.picture else 0
    answer = options.answer_tokens
    read = options.attempts * prompt + (options.attempts - 1) * (answer + _AROUND)
    return read, options.attempts * answer


@dataclass(slots=True)
class Purse:
    """Money set aside before each question and settled after it, so that answers on their way
    cannot exceed the budget.

    Attributes:
        budget: None for no limit.
        spent: by the tokens that the server counted.
    """

    price: Price | None = None
    budget: float | None = None
    spent: float = 0.0
    _aside: dict[int, float] = field(default_factory=dict)

    def set_aside(self, number: int, tokens_in: int, tokens_out: int) -> bool:
        """Whether there is enough for question `number` at its worst."""
        worst = self.price.of(tokens_in, tokens_out) if self.price else 0.0
        if self.budget is not None and self.spent + sum(self._aside.values()) + worst > self.budget:
            return False
        self._aside[number] = worst
        return True

    def settle(self, number: int, tokens_in: int, tokens_out: int) -> None:
        """Pay question `number`; at its worst where the server did not count."""
        worst = self._aside.pop(number)
        counted = tokens_in or tokens_out
        paid = self.price.of(tokens_in, tokens_out) if self.price else 0.0
        self.spent += paid if counted else worst

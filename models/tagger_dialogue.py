"""One product's dialogue with a language model: asked, checked, and asked again with the error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from models.errors import TaggingFailed
from models.tagger_prompt import correction, system_prompt, user_prompt
from models.tagger_schema import WrongAnswer, read_answer
from models.tagger_types import Tagged, TaggerOptions, TagSubject

# What of an unusable answer the model is shown again.
_SHOWN_AGAIN = 2_000


@dataclass(frozen=True, slots=True)
class Message:
    """One turn; `picture` is a JPEG that stands before the text, empty for none."""

    role: Literal["system", "user", "assistant"]
    text: str
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a backend gave.

    Attributes:
        cut: whether it ended at the longest answer.
        refused: whether the model declined, by its server's word.
    """

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    cut: bool = False
    refused: bool = False


Complete: TypeAlias = Callable[[Sequence[Message]], Answer]


def opening(subject: TagSubject, options: TaggerOptions) -> list[Message]:
    """The first prompt of a product; nothing that is not the product's or the options'."""
    picture = subject.picture if options.pictures else b""
    return [
        Message("system", system_prompt(options)),
        Message("user", user_prompt(subject), picture),
    ]


def converse(subject: TagSubject, options: TaggerOptions, complete: Complete) -> Tagged:
    """Ask until an answer passes the schema.

    Raises:
        TaggingFailed: none did, in `options.attempts`.
    """
    messages = opening(subject, options)
    tokens_in = tokens_out = 0
    reason = problem = ""
    for _ in range(options.attempts):
        try:
            answer = complete(messages)
        except TaggingFailed as failed:
            failed.tokens_in += tokens_in
            failed.tokens_out += tokens_out
            raise
        tokens_in += answer.tokens_in
        tokens_out += answer.tokens_out
        reason, problem = _flaw(answer)
        if not problem:
            try:
                record, left_out = read_answer(answer.text)
            except WrongAnswer as wrong:
                reason, problem = "wrong answer", str(wrong)
            else:
                return Tagged(record, tokens_in, tokens_out, left_out)
        messages = [*opening(subject, options), *_again(answer, problem)]
    raise TaggingFailed(
        f"no usable answer in {options.attempts} attempts; the last: {problem}",
        remedy="the product keeps the shop's own attributes; run it again, or try another model",
        reason=reason,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
    )


def _flaw(answer: Answer) -> tuple[str, str]:
    """What is wrong before its content is looked at: (reason, what the model is told)."""
    if answer.refused:
        return "refused", "the task is only to describe a product in JSON"
    if answer.cut:
        return "cut off", "it was too long and was cut off: write fewer values"
    if not answer.text.strip():
        return "empty", "it was empty"
    return "", ""


def _again(answer: Answer, problem: str) -> list[Message]:
    said = answer.text.strip()[:_SHOWN_AGAIN]
    correct = Message("user", correction(problem))
    return [Message("assistant", said), correct] if said else [correct]

"""What tagging would take: tokens, time and money, before any of it is spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from indexer.tagging.money import PICTURE_TOKENS, Price
from indexer.tagging.waiting import Queue, Waiting
from models.errors import TaggingFailed
from models.protocols import Tagger
from models.tagger_prompt import EXAMPLE, system_prompt, user_prompt
from models.tagger_types import TagSubject
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_tags import tokens_before

# Prompts that are built and counted; more would change a mean by less than the rest is unsure.
_LOOKED_AT = 200
# Characters a token, for a model whose tokenizer only its server knows: SmolLM2's over the prompts
# of the demo shop, half English and half Russian (python -m benchmarks.tagging MODEL --ratio). That
# is an English tokenizer; one of many languages takes fewer tokens.
CHARACTERS_A_TOKEN = 3.1
# What a chat template puts around the two messages.
_AROUND = 12


@dataclass(frozen=True, slots=True)
class Estimate:
    """What asking about everything that waits would take.

    Attributes:
        waiting: products to ask about.
        known: products that need no asking.
        basis: what the tokens were told from, for people.
        seconds: None where nothing tells how quick the model is.
        money: None without a price.
    """

    waiting: int
    known: int
    tokens_in: int
    tokens_out: int
    basis: str
    seconds: float | None = None
    money: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Products that were tagged to learn what the rest takes."""

    products: int
    characters: int
    tokens_in: int
    tokens_out: int
    seconds: float


def estimate(
    queue: Queue,
    catalog: CatalogDb,
    tagger: Tagger,
    price: Price | None = None,
    sample: Sample | None = None,
) -> Estimate:
    """Told from a sample where there is one, else from what the tagger wrote before in this home,
    else from its tokenizer, else from a ratio; the answer's length likewise, at last from the
    example in the prompt.
    """
    subjects = _spread(queue.waiting)
    characters = sum(_characters(subject, tagger) for subject in subjects)
    mean = characters / len(subjects) if subjects else 0.0
    count = len(queue.waiting)
    records, before_in, before_out = tokens_before(catalog, tagger.fingerprint)
    if sample and sample.products and sample.tokens_in:
        # Longer products than the sample's take more: by characters, not by the piece.
        read = sample.tokens_in / max(sample.characters, 1) * mean
        written = sample.tokens_out / sample.products
        basis = f"a sample of {sample.products}"
    elif records:
        read, written = before_in / records, before_out / records
        basis = f"{records:,} records that it wrote before"
    else:
        counts = [_tokens(subject, tagger) for subject in subjects]
        read = sum(counts) / len(counts) if counts else 0.0
        known = tagger.tokens(EXAMPLE)
        written = float(known) if known is not None else len(EXAMPLE) / CHARACTERS_A_TOKEN
        basis = "its tokenizer" if known is not None else "the length of the prompts"
    tokens_in, tokens_out = round(read * count), round(written * count)
    return Estimate(
        waiting=count,
        known=queue.known,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        basis=basis,
        seconds=_seconds(sample, count, tagger.at_once) if sample and sample.products else None,
        money=price.of(tokens_in, tokens_out) if price else None,
    )


def _seconds(sample: Sample, count: int, at_once: int) -> float:
    """By rounds of questions at a time: the last round of a small sample is seldom a full one."""
    return sample.seconds / ceil(sample.products / at_once) * ceil(count / at_once)


def characters_of(waiting: Sequence[Waiting], tagger: Tagger) -> int:
    """Characters of the prompts of all of them."""
    return sum(_characters(subject, tagger) for subject in _subjects(waiting))


def _spread(waiting: Sequence[Waiting]) -> list[TagSubject]:
    """Subjects at even distances: catalogs are sorted by kind."""
    step = max(1, len(waiting) // _LOOKED_AT)
    return _subjects(waiting[::step])


def _subjects(waiting: Sequence[Waiting]) -> list[TagSubject]:
    subjects = []
    for one in waiting:
        try:
            subjects.append(one.subject())
        except TaggingFailed:
            continue  # the run will name it
    return subjects


def _characters(subject: TagSubject, tagger: Tagger) -> int:
    return len(system_prompt(tagger.options)) + len(user_prompt(subject))


def _tokens(subject: TagSubject, tagger: Tagger) -> float:
    text = f"{system_prompt(tagger.options)}\n{user_prompt(subject)}"
    known = tagger.tokens(text)
    words = len(text) / CHARACTERS_A_TOKEN if known is None else known
    return words + _AROUND + (PICTURE_TOKENS if subject.picture else 0)

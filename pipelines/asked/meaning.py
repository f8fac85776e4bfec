"""What understood words mean to the stages of a search: conditions, words to match and to embed."""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from math import inf, nextafter

from models.tag_types import TagField
from pipelines.asked.types import Asked, Phrase, Relation
from pipelines.lexicon import Concept, ancestors, concepts
from pipelines.stores.protocol import StoreFilter


def narrowed(where: StoreFilter, asked: Asked) -> StoreFilter:
    """Conditions with those that the words ask for; of two prices the narrower holds."""
    refused = [key for phrase in asked.unwanted for one in phrase.any_of for key in kinds(one)]
    where = _compared(where, asked)
    where = replace(
        where,
        in_stock_only=where.in_stock_only or asked.in_stock_only,
        without_tags=tuple(dict.fromkeys((*where.without_tags, *refused))),
    )
    if asked.sold_in:
        return where
    where = _between(where, asked.price_min, asked.price_max)
    return replace(where, currency=where.currency or asked.currency)


def _compared(where: StoreFilter, asked: Asked) -> StoreFilter:
    """Conditions with the price compared to that of the reference; as they are without one."""
    shown = asked.reference
    if shown is None:
        return where
    ends: dict[Relation, tuple[float | None, float | None]] = {
        "cheaper": (None, nextafter(shown.amount, -inf)),
        "at most": (None, shown.amount),
        "at least": (shown.amount, None),
        "dearer": (nextafter(shown.amount, inf), None),
    }
    for relation in asked.comparisons:
        where = _between(where, *ends[relation])
    return replace(where, currency=where.currency or shown.currency)


def _between(where: StoreFilter, low: float | None, high: float | None) -> StoreFilter:
    """Of two lower and two upper ends the narrower hold."""
    lows = [end for end in (where.price_min, low) if end is not None]
    highs = [end for end in (where.price_max, high) if end is not None]
    return replace(where, price_min=max(lows, default=None), price_max=min(highs, default=None))


def wanted_tags(asked: Asked) -> tuple[str, ...]:
    """Keys of tags of which a product carries one of each field, if it is as wanted.

    A name of two fields ("gold", a colour and a material) counts for the first: as a condition on
    both it would ask for gold that is gilded.
    """
    keys = (
        key
        for phrase in asked.wanted
        for one in phrase.any_of
        if one.field == phrase.any_of[0].field
        for key in kinds(one)
    )
    return tuple(dict.fromkeys(keys))


def names_field(asked: Asked, field: TagField) -> bool:
    """Whether something of a field is wanted or refused."""
    phrases = (*asked.wanted, *asked.unwanted)
    return any(one.field == field for phrase in phrases for one in phrase.any_of)


def matched_words(asked: Asked) -> str:
    """Words for BM25: what is left of the typed ones, English names of what is wanted, and what
    lacks a refused thing ("handleless")."""
    names = [one.key for phrase in asked.wanted for one in phrase.any_of]
    lacking = [
        f"{word}less"
        for phrase in asked.unwanted
        for word in phrase.named
        if word.isascii() and word.isalpha()
    ]
    return " ".join([asked.words, *names, *lacking]).strip()


def embedded_words(asked: Asked) -> str:
    """Words for the text side of a model: with the English names of what is wanted in place of
    words in another script, which the small models hardly know."""
    text = asked.words
    for phrase in asked.wanted:
        if not phrase.text.isascii():
            names = dict.fromkeys(one.key for one in phrase.any_of)
            text = text.replace(phrase.text, " ".join(names), 1)
    return text


def refused_words(asked: Asked) -> str:
    """Words for what is refused, to be embedded; "" where nothing is."""
    names = [one.key for phrase in asked.unwanted for one in phrase.any_of]
    return " ".join([*names, *(word for phrase in asked.unwanted for word in phrase.named)])


@lru_cache(maxsize=4096)
def kinds(known: Concept) -> tuple[str, ...]:
    """Keys of the tags that are this: its own first, then those of its kinds (navy is blue)."""
    beneath = (one for one in concepts(known.field) if known in ancestors(one))
    return (known.tag_key, *(one.tag_key for one in beneath))


def closeness(phrase: Phrase, carried: Collection[str]) -> float:
    """How well tags answer a wanted phrase: 1 for what was named, less for a kind of it, else 0."""
    keys = set(carried)
    if any(one.tag_key in keys for one in phrase.any_of):
        return 1.0
    return KIND if any(keys & set(kinds(one)) for one in phrase.any_of) else 0.0


KIND = 0.8
"""What a kind of the wanted thing counts: navy where blue was asked."""

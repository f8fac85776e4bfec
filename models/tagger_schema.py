"""The record that a tagger has to write: its schema, and the check of every answer against it."""

import json
import re
import unicodedata
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from models.tag_types import TagField, TagRecord

LONGEST_VALUE = 40
_MOST_WORDS = 4
# What may stand between the letters and digits of a value, never two in a row; % and ° may end one.
_BETWEEN = frozenset(" '’.,/+№-")
_SIGNS = frozenset("%°")
# Marks on one letter: scripts have two or three, towers of them hide what stands around.
_MOST_MARKS = 3
# Where a single sign is a word: from CJK's radicals on.
_FIRST_WORD_SIGN = "\u2e80"
_ADDRESS = re.compile(r"[^\W\d_]\.[^\W\d_]{2}|\bwww\b|\bhttps?\b|^data\b.*base64", re.IGNORECASE)
_PROMPT_WORDS = re.compile(
    r"\b(?:ignore|instructions?|system prompt|assistant|json|игнорируй\w*|инструкци\w*)\b",
    re.IGNORECASE,
)

Values = Annotated[list[str], Field(max_length=12)]


class WrittenRecord(BaseModel):
    """The shape of an answer. Counts are what a card can show; `to_record` keeps the first."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Annotated[str, Field(min_length=1)]
    audience: Values = []
    colours: Values = []
    material: Values = []
    pattern: Values = []
    style: Values = []
    features: Values = []
    occasion: Values = []
    synonyms: Values = []

    @field_validator("*", mode="before")
    @classmethod
    def _nothing(cls, given: object) -> object:
        """Models write null for an empty list; that is no reason to ask again."""
        return [] if given is None else given


_FIELDS: dict[str, tuple[TagField, int]] = {
    "type": ("type", 1),
    "audience": ("audience", 3),
    "colours": ("colour", 4),
    "material": ("material", 4),
    "pattern": ("pattern", 3),
    "style": ("style", 4),
    "features": ("feature", 6),
    "occasion": ("occasion", 4),
    "synonyms": ("synonym", 8),
}
"""Name in the answer → field of the tag, and how many are kept."""
_FIELDS_MOST = max(most for _, most in _FIELDS.values())


class WrongAnswer(Exception):
    """An answer that is no record; the message is written for the model to read."""


def answer_schema(*, strict_values: bool = False) -> dict[str, Any]:
    """JSON Schema of an answer.

    Args:
        strict_values: also what values look like, and shorter lists, for a decoder of our own that
            has to come to an end. Servers differ in which keywords they take.
    """
    value: dict[str, Any] = {"type": "string"}
    longest = _FIELDS_MOST
    if strict_values:
        value |= {"pattern": r"^[\p{L}\p{N}]([\p{L}\p{M}\p{N} -]{0,22}[\p{L}\p{M}\p{N}])?$"}
        longest = 3
    properties = {
        name: value
        if most == 1
        else {"type": "array", "items": value, "maxItems": min(most, longest)}
        for name, (_, most) in _FIELDS.items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_answer(text: str) -> tuple[TagRecord, int]:
    """The record in an answer, and how many values were left out of it.

    Raises:
        WrongAnswer: no JSON object, cut off, of another shape, or without one usable value.
    """
    try:
        given = json.loads(_object_in(text))
    except (ValueError, RecursionError) as error:  # a model in a loop opens brackets without end
        raise WrongAnswer(f"it is no JSON ({error})") from None
    try:
        return _to_record(WrittenRecord.model_validate(given))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))[:60] or "the whole"
        raise WrongAnswer(f"{place}: {first['msg']}") from None


def _object_in(text: str) -> str:
    """Without the fence that models put around JSON although nobody asked."""
    text = text.strip()
    if text.startswith("```"):
        text = text.strip("`").removeprefix("json").strip()
    return text


def _to_record(written: WrittenRecord) -> tuple[TagRecord, int]:
    kept: list[tuple[TagField, str]] = []
    left_out = 0
    for name, (field, most) in _FIELDS.items():
        given = getattr(written, name)
        values = [given] if isinstance(given, str) else given
        usable = list(dict.fromkeys(filter(None, map(plain_value, values))))
        kept += [(field, value) for value in usable[:most]]
        left_out += len(values) - len(usable[:most])
    if not kept:
        raise WrongAnswer("no value is a word or a short phrase that describes the product")
    return TagRecord(tuple(kept)), left_out


def plain_value(value: str) -> str:
    """A value as tags have it, or "" where it is none: markup, an address, a sentence, an order,
    letters of two alphabets in one word."""
    text = " ".join(unicodedata.normalize("NFKC", value).split()).casefold()
    text = "".join(c for c in text if unicodedata.category(c) != "Cf").strip(" .,;:!-")
    shortest = 1 if text[:1] >= _FIRST_WORD_SIGN else 2
    if not shortest <= len(text) <= LONGEST_VALUE or len(text.split()) > _MOST_WORDS:
        return ""
    if not _is_plain(text) or _ADDRESS.search(text) or _PROMPT_WORDS.search(text):
        return ""
    return "" if any(_is_mixed(word) for word in re.split(r"[\W\d_]+", text)) else text


def _is_plain(text: str) -> bool:
    """Whether it is letters of any script with their marks, digits, and little between them."""
    after_gap, marks = True, 0
    for c in text:
        kind = unicodedata.category(c)[0]
        marks = marks + 1 if kind == "M" else 0
        if (kind in "LMN" and marks <= _MOST_MARKS) or c in _SIGNS:
            after_gap = False
        elif c in _BETWEEN and not after_gap:
            after_gap = True
        else:
            return False
    return text[0].isalnum()


def _is_mixed(word: str) -> bool:
    """Whether Latin, Cyrillic and Greek letters stand in one word: they only do to deceive."""
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in word}
    return len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1

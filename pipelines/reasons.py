"""The reasons of a score in English, for a terminal and for JSON; the page has its own words."""

from collections.abc import Mapping
from typing import Final

from pipelines.kinds import Kind
from pipelines.search_types import Reason, ReasonName

SENTENCES: Final[Mapping[ReasonName, str]] = {
    "image": "looks alike: place {place}, similarity {likeness}",
    "agreeing": "looks alike among those that are as you asked: place {place}",
    "kindred": "looks alike among those of its kind: place {place}",
    "composed": "like the picture and your words together: place {place}",
    "depicted": "looks like your words: place {place}, similarity {likeness}",
    "text": "described alike: place {place}, similarity {likeness}",
    "words": "contains your words: place {place}",
    "printed": "contains words read on the picture: place {place}",
    "code": "its article number is the one you showed",
    "print": "same print: {count} details in the same places",
    "kind": "{kind}, as on the picture",
    "another kind": "no {kind}, which is pictured",
    "asked": "{text}, as you asked",
    "said": "says {text}",
    "denied": "not {text}",
    "typed": "says what you typed",
    "partly typed": "says some of what you typed",
    "lacking": "without {text}, as you asked",
    "spoken of": "speaks of {text}",
    "variants": "{count} variants of it stand before it",
}


def in_english(reason: Reason) -> str:
    """A reason as one line: "looks alike: place 3, similarity 0.47"."""
    return SENTENCES[reason.name].format(**{name: _shown(value) for name, value in reason.values})


def _shown(value: str | int | float | Kind) -> str:
    if isinstance(value, Kind):
        return value.name
    return f"{value:.2f}" if isinstance(value, float) else str(value)

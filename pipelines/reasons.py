"""An answer in English, for a terminal and for JSON: reasons, and what was not done as asked.

The page has words of its own, in each of its languages.
"""

from collections.abc import Mapping
from typing import Final

from pipelines.asked import Asked, Unmet
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

UNMET: Final[Mapping[Unmet, str]] = {
    "price in a foreign currency": "prices here are in {sold}: a price in {asked} was not applied",
    "nothing to compare with": "no price to compare with: show a picture of what is sold here, or"
    " say one",
    "no colour to compare with": "no colour to compare with: show a picture of what is sold here,"
    " or name one",
    "sizes": "sizes are not compared here: name one that the card may say, as 40 cm",
}


def unmet_in_english(asked: Asked) -> list[str]:
    """Plain sentences on what could not be done as the words ask."""
    sold = ", ".join(asked.sold_in)
    return [UNMET[unmet].format(sold=sold, asked=asked.currency) for unmet in asked.unmet]


def in_english(reason: Reason) -> str:
    """A reason as one line: "looks alike: place 3, similarity 0.47"."""
    return SENTENCES[reason.name].format(**{name: _shown(value) for name, value in reason.values})


def _shown(value: str | int | float | Kind) -> str:
    if isinstance(value, Kind):
        return value.name
    return f"{value:.2f}" if isinstance(value, float) else str(value)

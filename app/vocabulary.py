"""The vocabulary of a catalog's tags, for its owner: counts, who says so, what is contradicted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

import streamlit as st

from app.amounts import count
from app.labels import tag_name
from app.words import Words
from models.tag_types import TAG_FIELDS, TagOrigin
from pipelines.catalog_types import Card

ROWS_EACH = 60
"""Values of one field that are listed."""


@dataclass(slots=True)
class TagUse:
    """How a catalog uses one tag, in products.

    Attributes:
        said: by whom; a product counts for each origin that says it.
        contradicted: where the picture says otherwise, by whom it was said.
    """

    products: int = 0
    said: dict[TagOrigin, int] = field(default_factory=lambda: defaultdict(int))
    contradicted: dict[TagOrigin, int] = field(default_factory=lambda: defaultdict(int))


def vocabulary_of(cards: Iterable[Card]) -> dict[str, TagUse]:
    """Every tag by its key, the most frequent first."""
    uses: dict[str, TagUse] = defaultdict(TagUse)
    for card in cards:
        for key in dict.fromkeys(tag.key for tag in card.tags):
            uses[key].products += 1
        for tag in dict.fromkeys(card.tags):
            uses[tag.key].said[tag.origin] += 1
            if tag.verdict == "contradicted":
                uses[tag.key].contradicted[tag.origin] += 1
    return dict(sorted(uses.items(), key=lambda item: (-item[1].products, item[0])))


def vocabulary(uses: Mapping[str, TagUse], words: Words) -> None:
    """Draw it, a table for each field."""
    st.html(f"<h2>{escape(words.vocabulary)}</h2>")
    if not uses:
        st.html(f'<p class="quiet">{escape(words.vocabulary_none)}</p>')
    head = "".join(f"<th>{escape(name)}</th>" for name in words.vocabulary_columns)
    for name in TAG_FIELDS:
        mine = {key: use for key, use in uses.items() if key.startswith(f"{name}:")}
        if mine:
            rows = "".join(_rows(mine, words))
            told = count(len(mine), words.locale)
            st.html(
                f'<details class="reason"><summary>{escape(words.fields[name])} '
                f'<small>{told}</small></summary><table class="runs"><thead><tr>{head}</tr>'
                f"</thead><tbody>{rows}</tbody></table></details>"
            )


def _rows(uses: Mapping[str, TagUse], words: Words) -> Iterator[str]:
    for key, use in list(uses.items())[:ROWS_EACH]:
        said = ", ".join(_told(use.said, words))
        against = ", ".join(_told(use.contradicted, words))
        yield (
            f"<tr><td>{escape(tag_name(key, words))}</td>"
            f"<td>{count(use.products, words.locale)}</td><td>{escape(said)}</td>"
            f'<td class="alarm">{escape(against)}</td></tr>'
        )


def _told(counts: Mapping[TagOrigin, int], words: Words) -> Iterator[str]:
    for origin, number in sorted(counts.items(), key=lambda item: -item[1]):
        yield f"{words.tag_origins[origin]} {count(number, words.locale)}"

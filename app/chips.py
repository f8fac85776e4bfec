"""Conditions one click away: what holds stands first with ×, then what splits the list best."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app import address
from app.address import Question
from app.amounts import count
from app.labels import condition_name, kind_name, phrase_name, swatch_style
from app.plain_text import markdown_plain
from app.visit import PAGE_OF_RESULTS, current_visit
from app.words import Words
from pipelines.asked import Asked, Phrase
from pipelines.asked.types import cut
from pipelines.chips import chips
from pipelines.conditions import single_conditions, with_condition, without_condition
from pipelines.kinds import Kind
from pipelines.search_types import Candidate, SearchResult
from pipelines.stores.protocol import StoreFilter

KEY = "chips"
LONGEST = 40


@dataclass(frozen=True, slots=True)
class _Pill:
    """One chip as it is drawn.

    Attributes:
        label: Markdown.
        condition: what it switches; empty for a phrase.
        phrase: a part of the typed words that a click takes back.
        says: what a click adds to the typed words.
        tag: whose colour it shows.
    """

    label: str
    condition: StoreFilter
    on: bool
    phrase: Phrase | None = None
    says: str = ""
    tag: str = ""


def chips_row(
    found: Sequence[Candidate], result: SearchResult, question: Question, words: Words
) -> None:
    """Draw the row; a click changes the address.

    Args:
        found: what the question finds without its conditions, so that counts are of these.
        result: its answer; tells what was understood of the typed words.
    """
    asked = result.asked
    row = [
        *_phrases(asked, words),
        *_kinds(result.kind, words),
        *_pills(found, asked, question, words),
    ]
    pills = {str(place): pill for place, pill in enumerate(row)}
    if not pills:
        return
    active = [name for name, pill in pills.items() if pill.on]
    # Always: what the row showed before belongs to another list of chips.
    st.session_state[KEY] = active
    st.pills(
        words.chips,
        list(pills),
        selection_mode="multi",
        key=KEY,
        format_func=lambda name: pills[name].label,
        on_change=_switch,
        args=(pills, asked),
        label_visibility="collapsed",
    )
    styles = "".join(
        swatch_style(f".st-key-{KEY} button:nth-of-type({place})", pill.tag)
        for place, pill in enumerate(row, start=1)
    )
    st.html(f"<style>{styles}</style>")


def _phrases(asked: Asked, words: Words) -> Iterator[_Pill]:
    """What was understood of the words."""
    for phrase in asked.told:
        colours = [known.tag_key for known in phrase.any_of if known.field == "colour"]
        tag = colours[0] if colours and phrase.kind == "wanted" else ""
        label = f"{markdown_plain(phrase_name(phrase, asked, words), longest=LONGEST)} ×"
        yield _Pill(label, StoreFilter(), on=True, phrase=phrase, tag=tag)


def _kinds(kind: Kind | None, words: Words) -> Iterator[_Pill]:
    """What the picture shows, where it counts as asked for."""
    if kind is not None:
        told = words.as_shown.format(kind=kind_name(kind, words))
        label = f"{markdown_plain(told, longest=LONGEST)} ×"
        yield _Pill(label, StoreFilter(), on=True, says=words.any_kind)


def _pills(
    found: Sequence[Candidate], asked: Asked, question: Question, words: Words
) -> Iterator[_Pill]:
    where, currency = question.where, currency_of(found)
    wished = {known.tag_key for phrase in asked.wanted for known in phrase.any_of}

    def named(condition: StoreFilter) -> str:
        name = condition_name(condition, words, currency=currency)
        return markdown_plain(name, longest=LONGEST)

    for condition in single_conditions(where):
        yield _Pill(f"{named(condition)} ×", condition, on=True, tag="".join(condition.tags))
    for chip in chips(found, where):
        beside = f"{words.chip_or} " if chip.field in where.tags_by_field else ""
        if wished.intersection(chip.condition.tags):  # words prefer, a chip insists
            beside = f"{words.chip_only} "
        told = f":gray[{count(chip.count, words.locale)}]"
        label = f"{beside}{named(chip.condition)} {told}"
        yield _Pill(label, chip.condition, on=False, tag="".join(chip.condition.tags))


def currency_of(found: Sequence[Candidate]) -> str:
    """What prices among these are in; "" where that is not one thing."""
    prices = [c.card.price for c in found if c.card and c.card.price]
    currencies = {price.currency for price in prices}
    return currencies.pop() if len(currencies) == 1 else ""


def _switch(pills: Mapping[str, _Pill], asked: Asked) -> None:
    """Bring the address in line with what is pressed."""
    pressed = set(st.session_state[KEY])
    question = address.current()
    where = question.where
    gone, said = [], []
    for name, pill in pills.items():
        if (name in pressed) == pill.on:
            continue
        if pill.phrase is not None:
            gone.append(pill.phrase)
        elif pill.says:
            said.append(pill.says)
        else:
            change = without_condition if pill.on else with_condition
            where = change(where, pill.condition)
    if gone or said:
        kept = cut(asked.text, gone)
        question = replace(question, words=", ".join(filter(None, [kept, *said])))
    current_visit().limit = PAGE_OF_RESULTS
    address.go(question.narrowed(where))

"""The filter panel: facets of the shop with counts; each choice lives in the address."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from app import address
from app.address import Question
from app.amounts import count
from app.engine import Engine
from app.labels import condition_name, swatch_style, tag_name
from app.plain_text import markdown_plain
from app.visit import PAGE_OF_RESULTS, current_visit
from app.words import Words
from models.errors import ShopLensError
from models.tag_types import TAG_FIELDS, TagField
from pipelines.conditions import condition, field_of, price_ends
from pipelines.facets import Facets
from pipelines.price_bands import PriceBand
from pipelines.stores.protocol import FacetValue

SWATCHES = 16


def filters(engine: Engine, question: Question, words: Words) -> None:
    """Hard conditions, with how many products of the shop meet each."""
    try:
        facets = engine.lens().facets(where=question.where)
    except ShopLensError:
        return
    _follow_the_address(question)
    with st.expander(words.filters, key="filters", type="compact"):
        _price_and_stock(facets, words)
        _choice("f-category", words.category, facets.category, question.category, words)
        _choice("f-brand", words.brand, facets.brand, question.brand, words)
        for field, values in facets.tags.items():
            chosen = [key for key in question.tags if field_of(key) == field]
            (_swatches if field == "colour" else _several)(field, values, chosen, words)
        if question.filtered:
            st.button(words.clear, type="tertiary", key="clear-filters", on_click=clear_filters)


def clear_filters() -> None:
    address.go(address.current().unfiltered())


def _follow_the_address(question: Question) -> None:
    address.follow("f-from", question.price_min)
    address.follow("f-to", question.price_max)
    address.follow("f-stock", question.in_stock_only)
    address.follow("f-category", question.category)
    address.follow("f-brand", question.brand)
    for field, keys in _by_field(question.tags).items():
        address.follow(f"f-{field}", keys)


def _changed() -> None:
    """Write what the fields show into the address; a field that is not drawn changes nothing."""
    state, before = st.session_state, address.current()
    current_visit().limit = PAGE_OF_RESULTS
    tags = _by_field(before.tags)
    for field in TAG_FIELDS:
        tags[field] = list(state.get(f"f-{field}", tags[field]))
    address.go(
        replace(
            before,
            price_min=state.get("f-from"),
            price_max=state.get("f-to"),
            in_stock_only=bool(state.get("f-stock")),
            category=state.get("f-category", before.category) or "",
            brand=state.get("f-brand", before.brand) or "",
            tags=tuple(key for keys in tags.values() for key in keys),
        )
    )


def _price_and_stock(facets: Facets, words: Words) -> None:
    low, high = st.columns(2)
    for column, label, key in (
        (low, words.price_from, "f-from"),
        (high, words.price_to, "f-to"),
    ):
        column.number_input(
            label, min_value=0.0, value=None, key=key, on_change=_changed, format="%g"
        )
    _bands(facets.prices, words)
    in_stock = count(facets.in_stock, words.locale)
    st.toggle(f"{words.in_stock_only} :gray[{in_stock}]", key="f-stock", on_change=_changed)


def _bands(bands: Sequence[PriceBand], words: Words) -> None:
    """Price ranges, each with its count; a chosen one fills the two fields above it."""
    counts = {price_ends(band.low, band.high): band.count for band in bands}

    def named(ends: str) -> str:
        name = condition_name(condition("price", ends), words)
        return f"{name} :gray[{count(counts[ends], words.locale)}]"

    def changed() -> None:
        asked = condition("price", st.session_state.get("f-band") or price_ends(None, None))
        current_visit().limit = PAGE_OF_RESULTS
        address.go(replace(address.current(), price_min=asked.price_min, price_max=asked.price_max))

    if len(counts) > 1:
        address.follow("f-band", chosen if (chosen := _price_asked()) in counts else None)
        st.pills(
            words.price,
            list(counts),
            key="f-band",
            format_func=named,
            on_change=changed,
            label_visibility="collapsed",
        )


def _price_asked() -> str:
    question = address.current()
    return price_ends(question.price_min, question.price_max)


def _choice(key: str, label: str, values: Sequence[FacetValue], chosen: str, words: Words) -> None:
    """One value of many."""
    counts = {value.value: value.count for value in values}
    options = ["", *counts, *([chosen] if chosen and chosen not in counts else [])]

    def named(value: str) -> str:
        if not value:
            return words.anything
        return f"{value} · {count(counts.get(value, 0), words.locale)}"

    if len(options) > 1:
        st.selectbox(label, options, key=key, format_func=named, on_change=_changed)


def _several(
    field: TagField, values: Sequence[FacetValue], chosen: Sequence[str], words: Words
) -> None:
    """Any of the chosen values will do."""
    counts = {value.value: value.count for value in values}
    st.multiselect(
        words.fields[field],
        list(dict.fromkeys((*chosen, *counts))),
        key=f"f-{field}",
        format_func=lambda key: f"{tag_name(key, words)} · {counts.get(key, 0)}",
        placeholder=words.anything,
        on_change=_changed,
    )


def _swatches(
    field: TagField, values: Sequence[FacetValue], chosen: Sequence[str], words: Words
) -> None:
    """Colours, each with its swatch, name and count: nothing is told by colour alone."""
    counts = {value.value: value.count for value in values}
    shown = list(dict.fromkeys((*chosen, *counts)))[:SWATCHES]

    def named(key: str) -> str:
        name = markdown_plain(tag_name(key, words), longest=24)
        return f"{name} :gray[{count(counts.get(key, 0), words.locale)}]"

    st.pills(
        words.fields[field],
        shown,
        selection_mode="multi",
        key=f"f-{field}",
        format_func=named,
        on_change=_changed,
    )
    rules = (
        swatch_style(f".st-key-f-{field} button:nth-of-type({place})", key)
        for place, key in enumerate(shown, start=1)
    )
    st.html(f"<style>{''.join(rules)}</style>")


def _by_field(keys: Sequence[str]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {field: [] for field in TAG_FIELDS}
    for key in keys:
        fields[field_of(key)].append(key)
    return fields

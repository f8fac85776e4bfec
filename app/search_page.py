"""The shopper's page: give a picture, point at the thing, pick a product."""

from dataclasses import replace
from html import escape

import streamlit as st

from app import address
from app.address import Question
from app.engine import Engine
from app.filters import filters
from app.intake import WORDS_KEY, intake, listen, upload_field
from app.notices import notice
from app.picture_panel import picture_panel, product_panel
from app.results import looking, results
from app.visit import PAGE_OF_RESULTS, Visit, current_visit
from app.words import Words, words_for
from models.errors import ShopLensError
from pipelines.catalog_types import Card


def search_page(engine: Engine) -> None:
    """Draw the page for the session's picture and the address's question."""
    question = address.current()
    words = words_for(question.language, st.context.locale)
    visit = current_visit()
    visit.take_reading()
    _header(visit, question, words)
    listen(engine, words)
    if visit.refused is not None:
        notice(visit.refused, words)
    if visit.photo is None and not question.words and not question.product:
        intake(engine, visit, words)
    else:
        _search(engine, visit, question, words)


def _search(engine: Engine, visit: Visit, question: Question, words: Words) -> None:
    left, right = st.columns([4, 7], gap="large")
    must_look = visit.must_look and not question.product
    if must_look and visit.perception is not None:
        # A crop of a picture that is known takes one pass of one model: the results in view stay
        # until the new ones are there.
        visit.look(engine)
        must_look = False
    with left, st.container(key="left"):
        if question.product:
            product_panel(engine, _card(engine, question.product), visit, words)
        elif visit.photo is not None:
            picture_panel(visit, words)
        else:
            upload_field(visit, words)
        if not must_look:
            filters(engine, question, words)
    with right, st.container(key="right"):
        if must_look:
            looking(engine, words)
            visit.look(engine)
            st.rerun()
        results(engine, visit, question, words)


def _card(engine: Engine, product_id: str) -> Card | None:
    try:
        return engine.lens().cards([product_id])[0]
    except ShopLensError:
        return None  # the right side says why


def _header(visit: Visit, question: Question, words: Words) -> None:
    code, name = words.other_language
    address.follow(WORDS_KEY, question.words)

    def on_words() -> None:
        current_visit().limit = PAGE_OF_RESULTS
        asked = str(st.session_state.get(WORDS_KEY) or "").strip()
        address.go(replace(address.current(), words=asked))

    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="medium"):
        st.button("ShopLens", key="brand", type="tertiary", on_click=_home)
        begun = visit.photo is not None or bool(question.product)
        st.text_input(
            words.words_label,
            key=WORDS_KEY,
            type="search",
            placeholder=words.words_refine if begun else words.words_search,
            max_chars=address.LONGEST,
            label_visibility="collapsed",
            on_change=on_words,
        )
        st.button(
            code,
            key="language",
            type="tertiary",
            help=escape(name),
            on_click=address.go,
            args=(replace(question, language=code),),
        )


def _home() -> None:
    current_visit().leave()
    address.go(address.current().only_language())

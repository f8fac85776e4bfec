"""The right side: the verdict first, then chips, then the grid; every state has its own look."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from app import address
from app.address import ORDERS, Order, Question
from app.amounts import count, plain_number
from app.cards import Shelf, show_card, show_cards
from app.engine import Engine
from app.notices import notice
from app.picture_panel import clear_filters
from app.plain_text import markdown_plain
from app.visit import PAGE_OF_RESULTS, Visit, current_visit
from app.words import Words
from models.errors import ShopLensError
from pipelines.search_types import Candidate, SearchResult

CHIPS_EACH = 3


def looking(engine: Engine, words: Words) -> None:
    """While the models look: say so, and hold the places of the cards."""
    line = words.looking if engine.awake else words.waking
    st.html(f'<p class="verdict busy" role="status">{escape(line)}</p>')
    bones = '<div class="bone"><i></i><b></b><u></u></div>' * 8
    st.html(f'<div class="skeleton" aria-hidden="true">{bones}</div>')


def results(engine: Engine, visit: Visit, question: Question, words: Words) -> None:
    """The answer to the question, or why there is none."""
    if visit.trouble is not None and not question.product:
        notice(visit.trouble, words)
        st.button(words.again, key="again", on_click=_try_again, type="tertiary")
        return
    try:
        shelf = Shelf(engine, words, engine.lens().info().spec.profile)
        if visit.every_product and not question.product and visit.products:
            _rails(shelf, visit, question)
            return
        result = visit.result(engine, question)
    except ShopLensError as error:
        notice(error, words)
        return
    _answer(shelf, result, visit, question)


def _answer(shelf: Shelf, result: SearchResult, visit: Visit, question: Question) -> None:
    words = shelf.words
    exact = [c for c in result.selected if c.found_by("code")] if result.verdict == "exact" else []
    rest = [c for c in result.selected if c not in exact]
    if exact:
        codes = visit.read_in_view.codes if not question.product else ()
        quoted = words.quoted.format(text=codes[0]) if codes else ""
        read = f" · {words.read.lower()} {quoted}" if quoted else ""
        st.html(f'<h2 class="verdict">{escape(words.exact + read)}</h2>')
        with st.container(key="exact"):
            for number, candidate in enumerate(exact):
                show_card(shelf, candidate, f"exact-{number}")
    if result.verdict == "nothing" or not result.selected:
        _nothing(question, words)
    found = len(rest) + len(result.reserve)
    if rest:
        _heading(_title(result, visit, question, words), found, question, words)
        _chips([*result.selected, *result.reserve], question, words)
        show_cards(shelf, _ordered(rest, question.order), far=result.verdict == "nothing")
        if result.reserve:
            with st.container(key="more-row", horizontal=True, horizontal_alignment="center"):
                st.button(words.more, key="more", on_click=_more)
    elif question.filtered:
        _chips([], question, words)
    for degraded in result.degraded:
        text = words.without.format(source=degraded.source, reason=degraded.reason)
        st.html(f'<p class="quiet">{escape(text)}</p>')


def _rails(shelf: Shelf, visit: Visit, question: Question) -> None:
    """One row of products for each product on the picture."""
    for place, region in enumerate(visit.products, start=1):
        result = visit.result(shelf.engine, question, region)
        st.html(
            f'<h2 class="verdict"><i class="number">{place}</i>'
            f"{escape(shelf.words.product_number.format(n=place))}</h2>"
        )
        with st.container(key=f"rail-{place}"):
            show_cards(shelf, result.selected, prefix=f"rail-{place}-")


def _title(result: SearchResult, visit: Visit, question: Question, words: Words) -> str:
    if question.product:
        return words.like_product
    if result.verdict == "nothing":
        return words.not_close
    return words.similar if visit.photo is not None else words.by_words


def _nothing(question: Question, words: Words) -> None:
    why = words.nothing_filtered if question.filtered else words.nothing_help
    st.html(
        f'<div class="nothing" role="status"><h2>{escape(words.nothing)}</h2>'
        f"<span>{escape(why)}</span></div>"
    )
    if question.filtered:
        st.button(words.clear, key="nothing-clear", on_click=clear_filters)


def _heading(title: str, found: int, question: Question, words: Words) -> None:
    names = {"match": words.sort_match, "cheap": words.sort_cheap, "dear": words.sort_dear}
    address.follow("sort", question.order)

    def changed() -> None:
        order: Order = st.session_state["sort"]
        address.go(replace(address.current(), order=order))

    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        told = words.found.of(found, words.locale, shown=count(found, words.locale))
        st.html(f'<h2 class="verdict">{escape(title)} <small>{escape(told)}</small></h2>')
        st.selectbox(
            words.sort,
            ORDERS,
            key="sort",
            format_func=names.__getitem__,
            on_change=changed,
            label_visibility="collapsed",
            width=190,
        )


def _ordered(candidates: Sequence[Candidate], order: Order) -> list[Candidate]:
    """By price where asked; what has no price comes last either way."""
    if order == "match":
        return list(candidates)
    sign = 1 if order == "cheap" else -1

    def place(candidate: Candidate) -> tuple[bool, float]:
        price = candidate.card.price if candidate.card else None
        return price is None, sign * price.amount if price else 0.0

    return sorted(candidates, key=place)


def _chips(found: Sequence[Candidate], question: Question, words: Words) -> None:
    """Conditions one click away: active ones first, then what is frequent in what was found."""
    cards = [candidate.card for candidate in found if candidate.card]
    chips: list[tuple[str, Question, bool]] = []
    brands = Counter(card.brand for card in cards if card.brand)
    categories = Counter(card.category[-1] for card in cards if card.category)
    paths = {card.category[-1]: " > ".join(card.category) for card in cards if card.category}
    stocked = sum(card.in_stock is True for card in cards)
    if question.in_stock_only:
        chips.append((words.in_stock, replace(question, in_stock_only=False), True))
    if question.price_min is not None or question.price_max is not None:
        chips.append((_price_range(question, words), _any_price(question), True))
    if question.category:
        name = question.category.split(" > ")[-1]
        chips.append((name, replace(question, category=""), True))
    if question.brand:
        chips.append((question.brand, replace(question, brand=""), True))
    if not question.in_stock_only and 0 < stocked < len(cards):
        label = f"{words.in_stock} {count(stocked, words.locale)}"
        chips.append((label, replace(question, in_stock_only=True), False))
    if not question.brand and len(brands) > 1:
        chips.extend(
            (f"{brand} {count(n, words.locale)}", replace(question, brand=brand), False)
            for brand, n in brands.most_common(CHIPS_EACH)
        )
    if not question.category and len(categories) > 1:
        chips.extend(
            (f"{name} {count(n, words.locale)}", replace(question, category=paths[name]), False)
            for name, n in categories.most_common(CHIPS_EACH)
        )
    if not chips:
        return
    with st.container(key="chips", horizontal=True, gap="small"):
        for number, (label, wanted, active) in enumerate(chips):
            name = markdown_plain(label, longest=40)
            st.button(
                f"{name} ×" if active else name,
                key=f"chip-{'on' if active else 'off'}-{number}",
                on_click=address.go,
                args=(wanted,),
            )


def _price_range(question: Question, words: Words) -> str:
    parts = (
        (words.price_over, question.price_min),
        (words.price_under, question.price_max),
    )
    return " ".join(
        phrase.format(n=plain_number(price, words.locale))
        for phrase, price in parts
        if price is not None
    )


def _any_price(question: Question) -> Question:
    return replace(question, price_min=None, price_max=None)


def _more() -> None:
    current_visit().limit += PAGE_OF_RESULTS


def _try_again() -> None:
    current_visit().trouble = None

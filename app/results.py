"""The right side: the verdict first, then chips, then the grid; every state has its own look."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from app import address
from app.address import ORDERS, Order, Question
from app.amounts import count
from app.balance import balance_slider
from app.cards import Shelf, show_card, show_cards
from app.chips import chips_row
from app.closeness import closeness, scale_of
from app.engine import Engine
from app.filters import clear_filters
from app.labels import remarks
from app.notices import notice
from app.visit import PAGE_OF_RESULTS, Visit, current_visit
from app.words import Words
from models.errors import ShopLensError
from pipelines.asked import Asked
from pipelines.search_types import Candidate, SearchResult
from pipelines.stores.protocol import normal_code


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
        lens = engine.lens()
        profile, head = lens.info().spec.profile, lens.head()
        scales = (scale_of(profile, head), scale_of(profile, head, colourless=True))
        shelf = Shelf(engine, words, scales, frozenset(question.tags))
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
    shelf = shelf.of(result, _wanted(result.asked))
    exact = [c for c in result.selected if c.found_by("code")] if result.verdict == "exact" else []
    if exact:
        code = _read_code(exact[0], visit) if not question.product else ""
        quoted = words.quoted.format(text=code) if code else ""
        read = f" · {words.read.lower()} {quoted}" if quoted else ""
        st.html(f'<h2 class="verdict">{escape(words.exact + read)}</h2>')
        with st.container(key="exact"):
            for number, candidate in enumerate(exact):
                show_card(shelf, candidate, f"exact-{number}")
    if result.verdict == "nothing" or not result.selected:
        _nothing(question, words, empty=not result.selected)
    before = visit.result(shelf.engine, question.unfiltered()) if question.filtered else result
    pool = [c for c in before.found if not (exact and c.found_by("code"))]
    near, further = _parted([c for c in result.found if c not in exact], pool)
    if near:
        _heading(_title(shelf, near, result, visit, question), len(near), question, words)
    chips_row(pool if near else [], result, question, words)
    if result.asked.words and (visit.photo is not None or question.product):
        balance_slider(question, words)
    for told in remarks(result.asked, words):
        st.html(f'<p class="quiet">{escape(told)}</p>')
    shown = near[: visit.limit]
    if shown:
        far = result.verdict == "nothing"
        show_cards(shelf, _ordered(shown, question.order), far=far)
    rest = further[: max(0, visit.limit - len(near))]
    if rest:
        st.html(f'<h2 class="verdict">{escape(words.further)}</h2>')
        show_cards(shelf, _ordered(rest, question.order), prefix="further-")
    if len(shown) + len(rest) < len(near) + len(further):
        with st.container(key="more-row", horizontal=True, horizontal_alignment="center"):
            st.button(words.more, key="more", on_click=_more)
    for degraded in result.degraded:
        text = words.without.format(source=words.evidence[degraded.source])
        st.html(f'<p class="quiet">{escape(text)}</p>')


def _read_code(found: Candidate, visit: Visit) -> str:
    """The code on the picture by which a product was found; "" for a typed one."""
    its = {normal_code(code) for code in found.card.codes} if found.card else set()
    return next((c for c in visit.read_in_view.codes if normal_code(c) in its), "")


def _wanted(asked: Asked) -> frozenset[str]:
    """Keys of the tags that the words ask for."""
    return frozenset(known.tag_key for phrase in asked.wanted for known in phrase.any_of)


def _parted(
    found: list[Candidate], pool: Sequence[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """What the question finds without its conditions too, and what only they brought up from
    further away; the count on a chip is of the former."""
    known = {candidate.product_id for candidate in pool}
    near = [candidate for candidate in found if candidate.product_id in known]
    if not near:
        return found, []
    return near, [candidate for candidate in found if candidate.product_id not in known]


def _rails(shelf: Shelf, visit: Visit, question: Question) -> None:
    """One row of products for each product on the picture."""
    for place, region in enumerate(visit.products, start=1):
        result = visit.result(shelf.engine, question, region)
        st.html(
            f'<h2 class="verdict"><i class="number">{place}</i>'
            f"{escape(shelf.words.product_number.format(n=place))}</h2>"
        )
        with st.container(key=f"rail-{place}"):
            far = result.verdict == "nothing"
            show_cards(shelf.of(result), result.selected, prefix=f"rail-{place}-", far=far)


def _title(
    shelf: Shelf, near: Sequence[Candidate], result: SearchResult, visit: Visit, question: Question
) -> str:
    words = shelf.words
    if question.product:
        return words.like_product
    if result.verdict == "nothing":
        return words.not_close
    if visit.photo is None:
        return words.by_words
    alike = any(closeness(each, shelf.scale).word not in ("similar", "far") for each in near)
    return words.similar if alike else words.nearest


def _nothing(question: Question, words: Words, *, empty: bool) -> None:
    """Says so, and what may help: other filters where they leave nothing at all."""
    filtered = empty and question.filtered
    why = words.nothing_filtered if filtered else words.nothing_help
    st.html(
        f'<div class="nothing" role="status"><h2>{escape(words.nothing)}</h2>'
        f"<span>{escape(why)}</span></div>"
    )
    if filtered:
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


def _more() -> None:
    current_visit().limit += PAGE_OF_RESULTS


def _try_again() -> None:
    current_visit().trouble = None

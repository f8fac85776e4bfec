"""The left side: the picture with its boxes, what can be done with it, what was read."""

from dataclasses import replace
from html import escape

import streamlit as st

from app import address
from app.amounts import count
from app.crop_widget import Choice, Labels, Mark, Stage, choice_of, crop_widget
from app.engine import Engine
from app.notices import sentence
from app.sent import sent
from app.visit import Visit, current_visit
from app.words import Words
from pipelines.catalog_types import Card

CROP_KEY = "crop"
READING_POLL_SECONDS = 0.4
LINES_SHOWN = 8


def picture_panel(visit: Visit, words: Words) -> None:
    """The picture of the visit, with everything that was seen in it."""
    photo = visit.photo
    if photo is None:
        return
    regions = visit.perception.regions if visit.perception else ()
    stage = Stage(
        photo=photo.sha256[:16],
        picture=visit.picture,
        alt=words.your_picture,
        width=photo.width,
        height=photo.height,
        marks=[Mark(regions[i].box, i, regions[i].label) for i in visit.products],
        chosen=visit.chosen_box,
        busy=visit.must_look,
    )

    def on_choice() -> None:
        value = sent(CROP_KEY, "choice")
        choice = choice_of(value, photo=stage.photo, width=stage.width, height=stage.height)
        if choice is not None:
            current_visit().choose(choice)

    with st.container(key="picture"):
        told = stage.busy or (visit.perception is not None and bool(visit.perception.notes))
        hint = words.hint if stage.marks else "" if told else words.hint_unmarked
        labels = Labels(words.surface, hint, words.region, words.crop)
        crop_widget(stage, labels, key=CROP_KEY, on_choice=on_choice)
    with st.container(key="picture-actions", horizontal=True, gap="small"):
        if visit.chosen_box is not None:
            st.button(
                words.whole,
                type="tertiary",
                key="whole",
                on_click=lambda: current_visit().choose(Choice()),
            )
        found = len(visit.products)
        if found > 1:
            every = words.find_all.of(found, words.locale, shown=count(found, words.locale))
            st.button(
                words.one_product if visit.every_product else every,
                type="tertiary",
                key="every",
                on_click=_toggle_every,
            )
        st.button(words.new_picture, type="tertiary", key="new", on_click=_start_over)
    _read_line(visit, words)
    if visit.perception:
        for note in visit.perception.notes:
            st.html(f'<p class="quiet">{sentence(words.notes.get(note, note))}</p>')


def product_panel(engine: Engine, card: Card | None, visit: Visit, words: Words) -> None:
    """The product that "more like this" starts from, where the picture stands otherwise."""
    if card is not None:
        picture = engine.thumbnails.of(card.pictures[:1], 900)
        with st.container(key="picture"):
            image = (
                f'<img alt="{escape(card.title)}" src="{picture[0]}">'
                if picture and picture[0]
                else ""
            )
            st.html(
                f'<figure class="from">{image}'
                f"<figcaption>{escape(card.title)}</figcaption></figure>"
            )
    with st.container(key="picture-actions", horizontal=True, gap="small"):
        if visit.photo is not None:
            st.button(words.back_to_picture, type="tertiary", key="back", on_click=_back_to_picture)
        st.button(words.new_picture, type="tertiary", key="new", on_click=_start_over)


def _read_line(visit: Visit, words: Words) -> None:
    """What was read; while it is being read, look again until it is there."""

    def poll() -> None:
        if visit.reading_now:
            st.html(f'<p class="quiet busy" role="status">{escape(words.reading)}</p>')
        else:
            st.rerun()

    if visit.reading_now:
        st.fragment(poll, run_every=READING_POLL_SECONDS)()
        return
    lines = [line.text for line in visit.read_in_view.lines]
    if lines:
        told = ", ".join(words.quoted.format(text=line) for line in lines[:LINES_SHOWN])
        more = "…" if len(lines) > LINES_SHOWN else ""
        st.html(f'<p class="quiet">{escape(words.read)}: {escape(told)}{more}</p>')


def _toggle_every() -> None:
    visit = current_visit()
    visit.every_product = not visit.every_product


def _start_over() -> None:
    current_visit().leave()
    address.go(address.current().only_language())


def _back_to_picture() -> None:
    address.go(replace(address.current(), product=""))

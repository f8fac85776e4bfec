"""The ways in which a picture comes to the page: file, camera, address, paste, drop, example."""

import json
import logging
from collections.abc import Callable
from html import escape
from pathlib import Path

import streamlit as st

from app import address
from app.amounts import ago, count
from app.engine import Engine
from app.examples import Example
from app.page_events import given_picture, page_events
from app.plain_text import markdown_plain
from app.sent import sent
from app.uploads import LARGEST_PICTURE
from app.visit import Visit, current_visit
from app.words import Words
from models.errors import BadPicture, IndexMissing, ShopLensError
from models.types import Photo
from pipelines.image_io import decode, read_photo

_LOG = logging.getLogger(__name__)

EVENTS_KEY = "page-events"
WORDS_KEY = "words"
EXAMPLES_SHOWN = 6


def take(opened: Callable[[], Photo]) -> None:
    """Offer a picture to the visit; a picture that is taken begins a new question."""
    if current_visit().offer(opened):
        address.go(address.current().only_language())


def listen(engine: Engine, words: Words) -> None:
    """Listen for pastes and drops anywhere on the page."""

    def on_picture() -> None:
        given = given_picture(sent(EVENTS_KEY, "picture"))
        if given is not None:
            take(lambda: _decoded(given.data, given.name, given.size, words))

    def on_address() -> None:
        url = sent(EVENTS_KEY, "address")
        if isinstance(url, str):
            take(lambda: engine.fetch(url.strip()))

    page_events(
        key=EVENTS_KEY,
        words_key=WORDS_KEY,
        language=words.locale,
        on_picture=on_picture,
        on_address=on_address,
    )


def intake(engine: Engine, visit: Visit, words: Words) -> None:
    """The empty page: a drop zone, the other ways in, and examples."""
    left, right = st.columns([1, 1], gap="large", vertical_alignment="top")
    with left:
        upload_field(visit, words)
        with st.container(key="ways", horizontal=True, vertical_alignment="top"):
            st.button(
                words.camera_close if visit.camera else words.camera,
                icon=":material/photo_camera:",
                key="camera-way",
                on_click=_switch_camera,
            )
            _fetch(engine, visit, words)
        if visit.camera:
            _camera(visit, words)
    with right:
        steps = "".join(f"<li>{escape(step)}</li>" for step in words.how)
        st.html(f'<div class="hello"><h1>{escape(words.tagline)}</h1><ol>{steps}</ol></div>')
        shop = st.container(key="shop")
    with left:
        examples = st.container(key="examples")
    with shop:
        line = st.empty()
        line.html(f'<p class="shop">{escape(words.opening)}</p>')
        try:
            info = engine.lens().info()
        except IndexMissing:
            line.html(
                f'<div class="notice" role="status"><span>{escape(words.no_index)}</span>'
                "<code>shoplens index FEED</code></div>"
            )
            return
        except ShopLensError as error:
            from app.notices import notice

            with line:
                notice(error, words)
            return
        size = words.shop_size.of(
            info.products, words.locale, shown=count(info.products, words.locale)
        )
        when = ago(info.built_at, words.locale)
        updated = f", {words.updated.format(ago=when)}" if when else ""
        line.html(
            f'<p class="shop">{escape(size + updated)}</p>'
            f'<p class="private">{escape(words.private)}</p>'
        )
    engine.wake()
    with examples:
        _examples(engine, words)


def _is_news(drawn: int) -> bool:
    """Whether a field of round `drawn` holds something that was not taken yet.

    On a busy machine the browser's next message may still carry a field that is gone, and
    Streamlit then calls its callback once more: taking the same picture again would forget what
    was chosen on it meanwhile (one run in two, with three other programs on two cores).
    """
    return current_visit().round == drawn


def upload_field(visit: Visit, words: Words) -> None:
    """The drop zone."""
    drawn = visit.round
    key = f"upload-{drawn}"

    def on_upload() -> None:
        file = st.session_state.get(key)
        if file is not None and _is_news(drawn):
            data = file.getvalue()
            take(lambda: _decoded(data, file.name, len(data), words))

    with st.container(key="dropzone"):
        st.html(
            f'<div class="drop"><b>{escape(words.drop)}</b>'
            f"<span>{escape(words.drop_more)}</span></div>"
        )
        own_word = json.dumps(words.choose_file, ensure_ascii=False)
        st.html(f"<style>:root{{--choose-file:{own_word}}}</style>")
        # All files are admitted: what a file really is, its bytes tell, with a remedy.
        st.file_uploader(words.drop, key=key, on_change=on_upload, label_visibility="collapsed")


def _camera(visit: Visit, words: Words) -> None:
    drawn = visit.round
    key = f"camera-{drawn}"

    def on_photo() -> None:
        file = st.session_state.get(key)
        if file is not None and _is_news(drawn):
            data = file.getvalue()
            take(lambda: _decoded(data, words.your_picture, len(data), words))

    st.camera_input(words.camera, key=key, on_change=on_photo, label_visibility="collapsed")


def _switch_camera() -> None:
    visit = current_visit()
    visit.camera = not visit.camera


def _fetch(engine: Engine, visit: Visit, words: Words) -> None:
    drawn = visit.round
    key = f"address-{drawn}"

    def on_address() -> None:
        url = str(st.session_state.get(key) or "").strip()
        if url and _is_news(drawn):
            take(lambda: engine.fetch(url))

    with st.popover(words.address, icon=":material/link:", key="address-way"):
        st.text_input(
            words.address_label,
            key=key,
            type="url",
            placeholder=words.address_hint,
            on_change=on_address,
        )


def _examples(engine: Engine, words: Words) -> None:
    """A row of pictures, one click each; a button shows the rest of them."""
    examples = engine.examples()
    if not examples:
        return
    st.html(f'<p class="label">{escape(words.examples)}</p>')
    key = "all-examples"
    shown = examples if st.session_state.get(key) else examples[:EXAMPLES_SHOWN]
    pictures = engine.thumbnails.of([example.picture for example in shown], 220)
    # Only style: Streamlit's buttons hold no pictures, so each gets its own as a background.
    rules = "".join(
        f".st-key-example-{i} button{{background-image:url({picture})}}"
        for i, picture in enumerate(pictures)
    )
    st.html(f"<style>{rules}</style>")
    with st.container(key="example-row", horizontal=True, gap="small"):
        for i, example in enumerate(shown):
            label = markdown_plain(example.title(words.locale), longest=60)
            st.button(
                words.example.format(title=label),
                key=f"example-{i}",
                help=label,
                on_click=_run_example,
                args=(engine, example),
            )
    if len(shown) < len(examples):
        more = words.more_examples.of(
            len(examples), words.locale, shown=count(len(examples), words.locale)
        )
        st.button(
            more,
            type="tertiary",
            key="more-examples",
            on_click=lambda: st.session_state.update({key: True}),
        )


def _run_example(engine: Engine, example: Example) -> None:
    path = engine.thumbnails.path(example.picture)
    if path is not None:
        take(lambda: _example_photo(path))


def _example_photo(path: Path) -> Photo:
    """An example; where it is broken, its path is the owner's affair."""
    try:
        return read_photo(path)
    except BadPicture as error:
        _LOG.error("%s", error)
        told = "this example cannot be opened"
        raise BadPicture(told, remedy="choose another picture", reason=error.reason) from error


def _decoded(data: bytes, name: str, size: int, words: Words) -> Photo:
    if size > LARGEST_PICTURE:
        limit = f"{LARGEST_PICTURE // 2**20} MB"
        raise BadPicture(
            f"larger than {limit}", remedy=f"make it smaller than {limit}", reason="too large"
        )
    return decode(data, name or words.your_picture)

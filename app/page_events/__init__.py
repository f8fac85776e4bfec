"""What a person may do anywhere on the page: paste or drop a picture, paste its address, press /.

A Components-v2 component without a face.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from app.uploads import LARGEST_PICTURE

_listener: Final = st.components.v2.component(
    "shoplens_page_events",
    js=(Path(__file__).parent / "page_events.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class GivenPicture:
    """A pasted or dropped file.

    Attributes:
        data: its bytes; empty where it was larger than LARGEST_PICTURE and was not sent.
        size: bytes that it has.
    """

    name: str
    data: bytes
    size: int


def page_events(
    *,
    key: str,
    words_key: str,
    language: str,
    on_picture: Callable[[], None],
    on_address: Callable[[], None],
) -> None:
    """Listen; the two callbacks read `st.session_state[key]` ("picture", "address").

    Args:
        words_key: key of the text field that "/" leads to.
        language: of the page's words, for the document.
    """
    _listener(
        key=key,
        data={"limit": LARGEST_PICTURE, "words": words_key, "language": language},
        height=1,
        on_picture_change=on_picture,
        on_address_change=on_address,
    )


def given_picture(value: object) -> GivenPicture | None:
    """What the browser sent as a picture; None where it makes no sense."""
    if not isinstance(value, Mapping):
        return None
    name, encoded, size = value.get("name"), value.get("base64"), value.get("bytes")
    if not isinstance(encoded, str) or not isinstance(size, int):
        return None
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return GivenPicture(name=name if isinstance(name, str) else "", data=data, size=size)

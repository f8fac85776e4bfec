"""The picture with its boxes: choose one, draw one, correct one; a Components-v2 widget."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from models.types import Box

SMALLEST_SIDE = 8
"""Pixels of the photo: the models see nothing in less."""

_FOLDER: Final = Path(__file__).parent


def _asset(name: str) -> str:
    # Read here, because v2 takes a single line for a path and many lines for the content itself.
    return (_FOLDER / name).read_text(encoding="utf-8")


_widget: Final = st.components.v2.component(
    "shoplens_crop",
    html=_asset("crop_widget.html"),
    css=_asset("crop_widget.css"),
    js=_asset("crop_widget.js"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A box that can be chosen, the number of the region that it stands for, and what it is called
    ("" where that is not known)."""

    box: Box
    region: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the widget says; `product` holds {n} and {of}."""

    surface: str
    hint: str
    product: str
    crop: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What is shown.

    Attributes:
        photo: identity of the photo; comes back with a choice, so that a late one is known.
        picture: a data address.
        width, height: of the photo in its own pixels, which boxes count in.
        chosen: None for the whole picture.
    """

    photo: str
    picture: str
    alt: str
    width: int
    height: int
    marks: Sequence[Mark]
    chosen: Box | None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose: a region, a box of their own, or (both None) the whole picture."""

    region: int | None = None
    box: Box | None = None


def crop_widget(stage: Stage, labels: Labels, *, key: str, on_choice: Callable[[], None]) -> None:
    """Draw the widget; in `on_choice`, `choice_of` tells what was chosen."""
    data = {
        "photo": stage.photo,
        "picture": stage.picture,
        "alt": stage.alt,
        "width": stage.width,
        "height": stage.height,
        "marks": [
            {"box": m.box.as_list(), "region": m.region, "label": m.label} for m in stage.marks
        ],
        "chosen": stage.chosen.as_list() if stage.chosen else None,
        "busy": stage.busy,
        "labels": {
            "surface": labels.surface,
            "hint": labels.hint,
            "product": labels.product,
            "crop": labels.crop,
        },
    }
    _widget(key=key, data=data | {"turn": _turn(f"{key}-turn", data)}, on_choice_change=on_choice)


def _turn(key: str, data: object) -> int:
    """A number that grows with every change of `data`, and stays where nothing changed.

    Streamlit 1.67 loads a component's script anew for each change and calls it when that is done:
    of two changes in quick succession the older one may arrive last (one upload in ten did).
    """
    last_data, last = st.session_state.get(key, (None, 0))
    if data != last_data:
        # From the clock, so that a page that outlives its server's restart is not left behind.
        last = max(last + 1, time.time_ns() // 1_000_000)
        st.session_state[key] = (data, last)
    return int(last)


def choice_of(value: object, *, photo: str, width: int, height: int) -> Choice | None:
    """What the browser sent, if it makes sense for this photo; None otherwise.

    Args:
        value: anything: a browser may send what it likes.
    """
    if not isinstance(value, Mapping) or value.get("photo") != photo:
        return None
    region, box = value.get("region"), value.get("box")
    if box is None:
        known = region is None or (isinstance(region, int) and not isinstance(region, bool))
        return Choice(region=region) if known else None
    if not isinstance(box, list) or len(box) != 4:
        return None
    if not all(isinstance(side, int | float) and abs(side) < 1e6 for side in box):
        return None
    left, top, right, bottom = (int(side) for side in box)
    left, right = max(0, left), min(width, right)
    top, bottom = max(0, top), min(height, bottom)
    least_width, least_height = min(SMALLEST_SIDE, width), min(SMALLEST_SIDE, height)
    if right - left < least_width or bottom - top < least_height:
        return None
    return Choice(box=Box(left, top, right, bottom))

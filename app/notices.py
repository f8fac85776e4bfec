"""Errors as a shopper meets them: what happened, what to do, and never a trace."""

from html import escape

import streamlit as st

from app.words import Words
from models.errors import ShopLensError


def explained(error: ShopLensError, words: Words) -> tuple[str, str]:
    """(what happened, what to do) in the reader's language.

    Errors are written in English; other languages say what their class means.
    """
    reason = getattr(error, "reason", "")
    special = words.errors.get(f"{type(error).__name__}: {reason}")
    if special is not None:
        return special
    for kind in type(error).__mro__:
        if kind.__name__ in words.errors:
            return words.errors[kind.__name__]
    return error.message, error.remedy


def notice(error: ShopLensError, words: Words) -> None:
    """Show an error."""
    happened, remedy = explained(error, words)
    detail = "" if happened == error.message else f"<small>{escape(error.message)}</small>"
    st.html(
        f'<div class="notice" role="alert"><strong>{sentence(happened)}</strong>'
        f"<span>{sentence(remedy)}</span>{detail}</div>"
    )


def sentence(text: str) -> str:
    """HTML of a message: a capital first, `commands` as code, everything else escaped.

    A name that the message begins with ("shoes.jpg: …") is left as it is.
    """
    if not text.partition(" ")[0].endswith(":"):
        text = text[:1].upper() + text[1:]
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(
        f"<code>{escape(part)}</code>" if i % 2 else escape(part) for i, part in enumerate(parts)
    )

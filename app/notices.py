"""Errors as a shopper meets them: what happened, what to do, and never a trace."""

import logging
from html import escape
from typing import Final

import streamlit as st

from app.words import Words
from models.errors import BadPicture, BadQuery, FetchRefused, ShopLensError

_LOG = logging.getLogger(__name__)

_THEIRS: Final = (BadPicture, FetchRefused, BadQuery)
"""Errors in what the shopper gave; what all others are about is the owner's affair."""


def explained(error: ShopLensError, words: Words) -> tuple[str, str]:
    """(what happened, what a shopper can do) in the reader's language.

    Of what went wrong on the server a shopper is told neither paths nor commands: those are for
    whoever runs it, in its log and on the page *Catalog*.
    """
    if isinstance(error, _THEIRS):
        name = type(error).__name__
        special = words.errors.get(f"{name}: {error.reason}") or words.errors.get(name)
        return special or (error.message, error.remedy)
    names = [kind.__name__ for kind in type(error).__mro__]
    return next(words.errors[name] for name in names if name in words.errors)


def notice(error: ShopLensError, words: Words) -> None:
    """Show an error to a shopper; what the owner must know of it goes to the log."""
    if not isinstance(error, _THEIRS):
        _LOG.error("%s", error)
    _show(*explained(error, words))


def owners_notice(error: ShopLensError) -> None:
    """Show an error to the owner, with its path and its command."""
    _show(error.message, error.remedy)


def _show(happened: str, remedy: str) -> None:
    st.html(
        f'<div class="notice" role="alert"><strong>{sentence(happened)}</strong>'
        f"<span>{sentence(remedy)}</span></div>"
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

"""How much the picture counts, and how much the words: a slider where there are both."""

from dataclasses import replace
from html import escape

import streamlit as st

from app import address
from app.address import Question
from app.words import Words

KEY = "balance"
STEP = 0.1


def balance_slider(question: Question, words: Words) -> None:
    """Draw it; what it says goes into the address."""
    address.follow(KEY, question.balance)
    picture, typed = words.balance_ends
    with st.container(key="balance-row", horizontal=True, vertical_alignment="center"):
        st.html(f'<span aria-hidden="true">{escape(picture)}</span>')
        st.slider(
            f"{words.balance}: {picture} – {typed}",
            min_value=0.0,
            max_value=1.0,
            step=STEP,
            key=KEY,
            on_change=_changed,
            label_visibility="collapsed",
            format="percent",
            width=190,
        )
        st.html(f'<span aria-hidden="true">{escape(typed)}</span>')


def _changed() -> None:
    balance = round(float(st.session_state[KEY]), 2)
    address.go(replace(address.current(), balance=balance))

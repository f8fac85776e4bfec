"""What a Components-v2 widget sent in this run."""

from collections.abc import Mapping

import streamlit as st


def sent(key: str, event: str) -> object:
    """The value of a widget's trigger while its callback runs; None otherwise."""
    state = st.session_state.get(key)
    return state.get(event) if isinstance(state, Mapping) else None

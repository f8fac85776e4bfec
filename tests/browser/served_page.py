"""The page over the drawn shop: what the browser tests serve with `streamlit run`."""

import os
from pathlib import Path

import streamlit as st

from app.page import main
from tests.fakes.shop import Shop, make_shop


@st.cache_resource
def shop() -> Shop:
    made = make_shop(Path(os.environ["SHOPLENS_TEST_SHOP"]))
    made.reader.go.set()
    made.reader.seconds = 0.6  # as with real models: results are there before the text is
    return made


main(shop().engine)

"""The Streamlit script: `streamlit run` begins here, see app/launch.py."""

from functools import partial
from pathlib import Path

import streamlit as st

from app.address import current
from app.catalog_page import catalog_page
from app.engine import Engine, standard_engine
from app.search_page import search_page
from app.uploads import keep_uploads_in_memory
from app.words import words_for

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")


def main(engine: Engine | None = None) -> None:
    """Run the page.

    Args:
        engine: what to search with; the server's own by default.
    """
    st.set_page_config(page_title="ShopLens", page_icon=str(ICON), layout="wide")
    keep_uploads_in_memory()
    st.html(STYLE)
    engine = engine or standard_engine()
    words = words_for(current().language, st.context.locale)
    search = st.Page(
        partial(search_page, engine), title=words.search, url_path="search", default=True
    )
    catalog = st.Page(partial(catalog_page, engine), title=words.catalog, url_path="catalog")
    page = st.navigation([search, catalog], position="hidden")
    if page is catalog:
        with st.container(key="to-search"):
            st.page_link(search, label="ShopLens")
    page.run()
    if page is not catalog:
        with st.container(key="footer", horizontal=True, horizontal_alignment="right"):
            st.page_link(catalog, label=words.catalog)


if __name__ == "__main__":
    main()

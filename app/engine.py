"""All that the page asks of the rest of ShopLens, behind one object for each server process."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import streamlit as st

from app.examples import Example, examples_in, examples_of
from app.searcher import Searcher
from app.thumbnails import Thumbnails
from app.vocabulary import TagUse, vocabulary_of
from models.errors import ShopLensError
from models.types import Photo
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_tags import products_to_tag
from pipelines.catalog_types import IndexInfo
from pipelines.fetch import fetch_photo
from pipelines.lens import Lens
from pipelines.settings import Settings

VOCABULARY_OF = 20_000
"""Products whose tags are told together: their cards are read in a second or two, once for each
generation."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Openers:
    """How the page reaches what it shows; tests give their own.

    Attributes:
        lens: opens the searcher of a home.
        catalog: opens its catalog.db for reading.
        fetch: a photo from an http(s) address.
    """

    lens: Callable[[Settings], Lens]
    catalog: Callable[[Settings], CatalogDb]
    fetch: Callable[[str], Photo] = fetch_photo


class Engine(Searcher):
    """The searcher, and the shop's own pictures and tags."""

    def __init__(self, settings: Settings, openers: Openers) -> None:
        super().__init__(lambda: openers.lens(settings))
        self.settings = settings
        self.fetch = openers.fetch
        self.thumbnails = Thumbnails(settings.home)
        self._open_catalog = openers.catalog
        self._examples: tuple[IndexInfo | None, list[Example]] = (None, [])
        self._vocabulary: tuple[IndexInfo | None, dict[str, TagUse]] = (None, {})

    def catalog(self) -> CatalogDb:
        """The home's catalog, open for reading; the caller closes it.

        Raises:
            IndexMissing: nothing was indexed yet.
        """
        return self._open_catalog(self.settings)

    def examples(self) -> list[Example]:
        """Pictures that a newcomer may try; none without an index or where they cannot be read."""
        try:
            lens = self.lens()
            index = lens.info()
            if self._examples[0] != index:
                self._examples = (index, self._find_examples(lens))
        except (ShopLensError, OSError, ValueError) as error:
            _LOG.warning("no example pictures: %s", error)
            return []
        return self._examples[1]

    def vocabulary(self) -> dict[str, TagUse]:
        """Tags of the shop's (first VOCABULARY_OF) products, as the index has them.

        Raises:
            ShopLensError: there is no index, or it does not answer.
        """
        lens = self.lens()
        index = lens.info()
        if self._vocabulary[0] != index:
            with self.catalog() as catalog:
                products = islice(products_to_tag(catalog), VOCABULARY_OF)
                ids = [product.id for product, *_ in products]
            cards = (card for card in lens.cards(ids) if card)
            self._vocabulary = (index, vocabulary_of(cards))
        return self._vocabulary[1]

    def _find_examples(self, lens: Lens) -> list[Example]:
        if self.settings.examples is not None:
            return examples_in(self.settings.examples)
        with self.catalog() as catalog:
            return examples_of(lens, catalog)


@st.cache_resource(show_spinner=False)
def standard_engine() -> Engine:
    """The engine of this server process, from SHOPLENS_* settings."""
    from pipelines.build import open_catalog, open_lens

    openers = Openers(
        lens=open_lens, catalog=lambda settings: open_catalog(settings, read_only=True)
    )
    return Engine(Settings(), openers)

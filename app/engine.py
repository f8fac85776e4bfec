"""All that the page asks of the rest of ShopLens, behind one object for each server process."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from threading import Lock

import streamlit as st

from app.examples import Example, examples_in, examples_of
from app.thumbnails import Thumbnails
from app.vocabulary import TagUse, vocabulary_of
from models.errors import ShopLensError
from models.types import Photo
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_tags import products_to_tag
from pipelines.catalog_types import IndexInfo
from pipelines.fetch import fetch_photo
from pipelines.lens import Lens
from pipelines.search_types import Reading
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


class Engine:
    """The searcher, the pictures, and the thread that reads text aside."""

    def __init__(self, settings: Settings, openers: Openers) -> None:
        self.settings = settings
        self.fetch = openers.fetch
        self.thumbnails = Thumbnails(settings.home)
        self._open_lens = openers.lens
        self._open_catalog = openers.catalog
        self._examples: tuple[IndexInfo | None, list[Example]] = (None, [])
        self._vocabulary: tuple[IndexInfo | None, dict[str, TagUse]] = (None, {})
        self._lens: Lens | None = None
        self._lock = Lock()
        # One worker: reading is the slowest model, and two at once only slow each other down.
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._waker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="warming")
        self._warming: Future[None] | None = None

    def lens(self) -> Lens:
        """The searcher, opened once; a home that cannot be opened is tried again next time.

        Raises:
            ShopLensError: there is no index, or it does not open.
        """
        with self._lock:
            if self._lens is None:
                self._lens = self._open_lens(self.settings)
            return self._lens

    def wake(self) -> None:
        """Begin to load the models, so that the first picture waits less; returns at once."""
        with self._lock:
            failed = self._warming and self._warming.done() and self._warming.exception()
            if self._warming is None or failed:
                self._warming = self._waker.submit(lambda: self.lens().warm())

    @property
    def awake(self) -> bool:
        return self._warming is not None and self._warming.done()

    def read_aside(self, photo: Photo) -> Future[Reading]:
        """Words and codes on a photo, in the background: results never wait for them."""
        return self._aside.submit(lambda: self.lens().read(photo))

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

"""What `shoplens tags` does: lock the home, ask about what waits, publish what was written."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from indexer.feeds import open_feed
from indexer.feeds.protocol import BadRow
from indexer.home_lock import home_lock
from indexer.index_home import FeedChoice
from indexer.publish import publish
from indexer.tagging.estimate import Estimate, Sample, characters_of, estimate
from indexer.tagging.languages import languages_of
from indexer.tagging.report import TagReport, TagSink
from indexer.tagging.run import TagOptions, tag_products
from indexer.tagging.waiting import (
    Queue,
    queue_of_catalog,
    queue_of_feed,
    subject_of,
)
from models.errors import BadInput, BadQuery
from models.protocols import Tagger
from models.tagger_prompt import system_prompt, user_prompt
from models.tagger_types import TaggerOptions
from pipelines.build import open_catalog, open_index_home, open_tagger
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_tags import products_to_tag
from pipelines.catalog_types import IndexInfo, Product
from pipelines.settings import Settings

OpenTagger = Callable[[Settings, tuple[str, ...]], Tagger]


@dataclass(frozen=True, slots=True)
class Tagging:
    """Which tagger a home uses and how far it goes; `open_tagger` is replaced by tests."""

    settings: Settings
    options: TagOptions
    sink: TagSink | None = None
    open_tagger: OpenTagger = open_tagger

    def check(self) -> None:
        """Whether it could begin.

        Raises:
            BadQuery: a budget without a price.
            BadInput, WeightsMissing: see `open_tagger`.
        """
        self._check_budget()
        self.open_tagger(self.settings, self.settings.tagger_languages or ("en",))

    def tagger(self, catalog: CatalogDb, products: Iterator[Product]) -> Tagger:
        """The tagger in the catalog's languages.

        Raises:
            BadQuery, BadInput, WeightsMissing: see `check`.
        """
        self._check_budget()
        languages = languages_of(catalog, self.settings.tagger_languages, products)
        return self.open_tagger(self.settings, languages)

    def _check_budget(self) -> None:
        if self.options.budget is not None and self.options.price is None:
            raise BadQuery(
                "a budget needs prices: what does a million tokens cost?",
                remedy="give both: --price 0.15/0.60 (read/written) --budget 2",
            )

    def tag(self, catalog: CatalogDb) -> TagReport:
        """Tag a catalog's own products; whoever asks holds the home's lock."""
        tagger = self.tagger(catalog, _products(catalog))
        _remember(catalog, tagger)
        pictures = tagger.options.pictures
        queue = queue_of_catalog(catalog, tagger.fingerprint, pictures=pictures)
        return tag_products(queue, catalog, tagger, self.options, self.sink)


def tag_home(tagging: Tagging, choice: FeedChoice | None) -> tuple[TagReport, IndexInfo | None]:
    """Tag the home's products, or a feed's, and publish a generation with what was written.

    Raises:
        IndexMissing: there is neither a home nor a feed.
        HomeLocked, DiskFull, StoreUnavailable: what was written is kept; run it again.
    """
    settings = tagging.settings
    if choice is None:
        open_catalog(settings, read_only=True).close()
    with home_lock(settings.home), open_catalog(settings) as catalog:
        if choice is None:
            report = tagging.tag(catalog)
        else:
            tagger, queue = _of_feed(tagging, catalog, choice)
            _remember(catalog, tagger)
            report = tag_products(queue, catalog, tagger, tagging.options, tagging.sink)
        return report, _published(settings, catalog)


def estimate_home(tagging: Tagging, choice: FeedChoice | None, sample: int = 0) -> Estimate:
    """What tagging the home's products, or a feed's, would take.

    Args:
        sample: products that are tagged to tell it better; what is written of them is kept.
    Raises:
        IndexMissing: there is neither a home nor a feed.
    """
    settings = tagging.settings
    if choice is None:
        open_catalog(settings, read_only=True).close()
    with home_lock(settings.home), open_catalog(settings) as catalog:
        if choice is None:
            tagger = tagging.tagger(catalog, _products(catalog))
            queue = queue_of_catalog(catalog, tagger.fingerprint, pictures=tagger.options.pictures)
        else:
            tagger, queue = _of_feed(tagging, catalog, choice)
        price = tagging.options.price
        if not sample or not queue.waiting:
            return estimate(queue, catalog, tagger, price)
        taken, rest = _sampled(queue, sample)
        measured = _measure(taken, catalog, tagger, tagging)
        return estimate(rest, catalog, tagger, price, measured)


def prompt_of(settings: Settings, product_id: str) -> str:
    """What a model is asked about one product of the home; a picture comes beside it.

    Raises:
        IndexMissing: nothing was indexed yet.
        BadQuery: the home has no such product.
    """
    with open_catalog(settings, read_only=True) as catalog:
        found = next(products_to_tag(catalog, [product_id]), None)
        languages = languages_of(catalog, settings.tagger_languages, _products(catalog))
    if found is None:
        raise BadQuery(
            f"the home has no product {product_id!r}", remedy="see `shoplens search` for their ids"
        )
    options = TaggerOptions(languages, pictures=settings.tagger_pictures)
    return f"{system_prompt(options)}\n\n{user_prompt(subject_of(found[0]))}"


def _products(catalog: CatalogDb) -> Iterator[Product]:
    return (product for product, *_ in products_to_tag(catalog))


def _of_feed(tagging: Tagging, catalog: CatalogDb, choice: FeedChoice) -> tuple[Tagger, Queue]:
    """A feed's words; its pictures come with indexing, which fetches and checks them."""
    spool = replace(choice.options, spool=tagging.settings.home)
    feed = open_feed(choice.feed, spool)
    products = [item for item in feed.items() if not isinstance(item, BadRow)]
    tagger = tagging.tagger(catalog, iter(products))
    if tagger.options.pictures:
        raise BadInput(
            "a feed's pictures are not here yet, and the model is to see them",
            remedy="run `shoplens index FEED` first, then `shoplens tags` without a feed",
        )
    return tagger, queue_of_feed(products, catalog, tagger.fingerprint)


def _remember(catalog: CatalogDb, tagger: Tagger) -> None:
    """The next run writes in the same languages, or all of it would be paid again."""
    catalog.remember("tag_languages", ",".join(tagger.options.languages))


def _sampled(queue: Queue, sample: int) -> tuple[Queue, Queue]:
    """A few products at even distances, and the others."""
    step = max(1, len(queue.waiting) // sample)
    chosen = set(range(0, len(queue.waiting), step)[:sample])
    taken = tuple(one for number, one in enumerate(queue.waiting) if number in chosen)
    rest = tuple(one for number, one in enumerate(queue.waiting) if number not in chosen)
    return replace(queue, waiting=taken), replace(
        queue, waiting=rest, known=queue.known + len(taken)
    )


def _measure(taken: Queue, catalog: CatalogDb, tagger: Tagger, tagging: Tagging) -> Sample:
    tagger.tokens("")  # a local model loads now, not in the measured time
    began = time.perf_counter()
    report = tag_products(taken, catalog, tagger, tagging.options, tagging.sink)
    return Sample(
        products=report.written + report.failed,
        characters=characters_of(taken.waiting, tagger),
        tokens_in=report.tokens_in,
        tokens_out=report.tokens_out,
        seconds=time.perf_counter() - began,
    )


def _published(settings: Settings, catalog: CatalogDb) -> IndexInfo | None:
    """A generation with what was written; None where there is no index yet."""
    home = open_index_home(settings)
    info = home.current()
    if info is not None and catalog.changed_since_build(info.generation):
        return publish(catalog, home, info.spec)
    return info

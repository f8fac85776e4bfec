"""Products that wait for a tagger: each once, however many share its facts, none that it knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import BadPicture, TaggingFailed
from models.tagger_types import TagSubject
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import facts_digest
from pipelines.catalog_tags import products_to_tag, tags_known
from pipelines.catalog_types import Product
from pipelines.image_io import read_photo, thumbnail
from pipelines.picture_store import PICTURES

# Pixels of the longer side: what vision models divide into a few tiles at most.
PICTURE_SIDE = 512


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to ask about.

    Attributes:
        product_id: of the first product that has these facts.
        facts, picture: what the record will be kept under; see `WrittenTags`.
        subject: reads the product, and its picture for a tagger that sees. Raises TaggingFailed.
    """

    product_id: str
    facts: bytes
    picture: bytes
    subject: Callable[[], TagSubject]


@dataclass(frozen=True, slots=True)
class Queue:
    """What a tagger has to do.

    Attributes:
        products: in all.
        known: of them that it wrote of before, or that share their facts with another one.
    """

    waiting: tuple[Waiting, ...]
    products: int
    known: int


def subject_of(product: Product, picture: bytes = b"") -> TagSubject:
    return TagSubject(
        title=product.title,
        description=product.description,
        category=product.category,
        brand=product.brand,
        attributes=product.attributes,
        picture=picture,
    )


def queue_of_catalog(catalog: CatalogDb, fingerprint: str, *, pictures: bool) -> Queue:
    """Every product of the home that a tagger has not written of.

    Args:
        pictures: whether the tagger sees them; a product without one waits all the same.
    """
    store = catalog.path.parent / PICTURES

    def waiting(product: Product, picture: bytes, path: str) -> Waiting:
        seen = picture if pictures else b""

        # Read again when its turn comes: a million descriptions do not fit into memory.
        def subject() -> TagSubject:
            for again, *_ in products_to_tag(catalog, [product_id]):
                whole = subject_of(again)
                return replace(whole, picture=_shown(store / path)) if seen else whole
            raise TaggingFailed("it left the catalog", remedy="run it again", reason="gone")

        product_id = product.id
        return Waiting(product_id, facts_digest(product), seen, subject)

    return _queue(
        (waiting(*row) for row in products_to_tag(catalog)), tags_known(catalog, fingerprint)
    )


def queue_of_feed(products: Iterable[Product], catalog: CatalogDb, fingerprint: str) -> Queue:
    """Every product of a feed that a tagger has not written of, by its words alone."""

    def waiting(product: Product) -> Waiting:
        return Waiting(product.id, facts_digest(product), b"", lambda: subject_of(product))

    return _queue(map(waiting, products), tags_known(catalog, fingerprint))


def _queue(all_of_them: Iterable[Waiting], known: set[tuple[bytes, bytes]]) -> Queue:
    asked: dict[tuple[bytes, bytes], Waiting] = {}
    count = 0
    for one in all_of_them:
        count += 1
        key = (one.facts, one.picture)
        if key not in known:
            asked.setdefault(key, one)
    return Queue(tuple(asked.values()), count, count - len(asked))


def _shown(path: Path) -> bytes:
    try:
        return thumbnail(read_photo(path), PICTURE_SIDE, "JPEG")
    except BadPicture as error:
        raise TaggingFailed(error.message, remedy=error.remedy, reason=error.reason) from None

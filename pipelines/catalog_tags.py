"""What language models wrote of the catalog's products: paid for once, and kept."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from models.tag_types import TagRecord
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import WrittenTags, product_from_json, tags_to_json
from pipelines.catalog_types import Product
from pipelines.catalog_writes import touch


def save_tags(catalog: CatalogDb, fingerprint: str, written: Iterable[WrittenTags]) -> None:
    """Keep what a tagger wrote; a record of the same facts, picture and tagger is replaced."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    with catalog.transaction() as db:
        db.execute("INSERT OR IGNORE INTO models (fingerprint) VALUES (?)", (fingerprint,))
        db.executemany(
            "INSERT OR REPLACE INTO tags (facts_sha256, picture_sha256, model_id, record,"
            " tokens_in, tokens_out, written_at)"
            " VALUES (?, ?, (SELECT id FROM models WHERE fingerprint = ?), ?, ?, ?, ?)",
            [
                (
                    tags.facts,
                    tags.picture,
                    fingerprint,
                    tags_to_json(tags.record),
                    tags.tokens_in,
                    tags.tokens_out,
                    when,
                )
                for tags in written
            ],
        )
        touch(db)


def tags_known(catalog: CatalogDb, fingerprint: str) -> set[tuple[bytes, bytes]]:
    """(facts, picture) of everything that a tagger wrote of; see `WrittenTags`."""
    rows = catalog.rows(
        "SELECT facts_sha256, picture_sha256 FROM tags"
        " WHERE model_id = (SELECT id FROM models WHERE fingerprint = ?)",
        (fingerprint,),
    )
    return set(rows)


def use_tagger(catalog: CatalogDb, fingerprint: str) -> None:
    """From now on what this tagger wrote counts first, however old it is."""
    if catalog.fact("tagger") != fingerprint:
        catalog.remember("tagger", fingerprint)
        with catalog.transaction() as db:
            touch(db)


def written_tags(catalog: CatalogDb) -> Iterator[tuple[str, TagRecord]]:
    """(product id, record) of every product that has one, by id: what `stored_products` gives as
    `written`, whether the product has a vector or not."""
    for product, picture in tag_subjects(catalog):
        record = catalog.written_of(product, picture)
        if record is not None:
            yield product.id, record


def tag_subjects(catalog: CatalogDb) -> Iterator[tuple[Product, bytes]]:
    """Every product with the sha256 of its main picture, the first that is ready (empty without),
    by id."""
    rows = catalog.rows(
        "SELECT body, (SELECT sha256 FROM images WHERE product_id = p.id AND state = 'ready'"
        " ORDER BY number LIMIT 1) FROM products p ORDER BY id"
    )
    for body, picture in rows:
        yield product_from_json(body), picture or b""

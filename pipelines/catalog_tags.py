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
    for product, picture, _ in products_to_tag(catalog):
        record = catalog.written_of(product, picture)
        if record is not None:
            yield product.id, record


def products_to_tag(
    catalog: CatalogDb, ids: Iterable[str] | None = None
) -> Iterator[tuple[Product, bytes, str]]:
    """Every product with the sha256 and the path of its main picture, the first that is ready
    (both empty without), by id.

    Args:
        ids: only these, in their order; one that is not there is left out.
    """
    sql = (
        "SELECT body, sha256, path FROM products p LEFT JOIN images i ON i.product_id = p.id"
        " AND i.number = (SELECT min(number) FROM images"
        " WHERE product_id = p.id AND state = 'ready')"
    )
    rows = (
        catalog.rows(f"{sql} ORDER BY p.id")
        if ids is None
        else (row for one in ids for row in catalog.rows(f"{sql} WHERE p.id = ?", (one,)))
    )
    for body, picture, path in rows:
        yield product_from_json(body), picture or b"", path or ""


def tokens_before(catalog: CatalogDb, fingerprint: str) -> tuple[int, int, int]:
    """(records, tokens in, tokens out) that a tagger took so far, of what its server counted."""
    ((records, tokens_in, tokens_out),) = catalog.rows(
        "SELECT count(*), coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0) FROM tags"
        " WHERE tokens_in > 0 AND model_id = (SELECT id FROM models WHERE fingerprint = ?)",
        (fingerprint,),
    )
    return records, tokens_in, tokens_out

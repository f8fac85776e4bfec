"""How a product and its vectors become rows; each function runs inside its caller's transaction."""

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import Literal, TypeAlias

from models.tag_types import TagRecord
from pipelines.catalog_records import (
    FetchRecord,
    ImageRecord,
    NewKeypoints,
    NewVectors,
    ProductRecord,
    facts_digest,
    product_to_json,
    tags_from_json,
)
from pipelines.catalog_types import Product

VectorTable: TypeAlias = Literal["image_vectors", "text_vectors"]
Outcome: TypeAlias = Literal["new", "changed", "unchanged"]


def touch(db: sqlite3.Connection) -> None:
    """Note that the catalog is no longer what was published."""
    db.execute(
        "INSERT INTO meta (key, value) VALUES ('revision', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def save_product(db: sqlite3.Connection, run: int, record: ProductRecord) -> Outcome:
    """Write a product and its pictures where they differ from what is there."""
    product = record.product
    body = product_to_json(product)
    text = hashlib.sha256(record.text.encode()).digest() if record.text else None
    before = db.execute(
        "SELECT body, text_sha256 FROM products WHERE id = ?", (product.id,)
    ).fetchone()
    if before == (body, text) and images_of(db, product.id) == list(record.images):
        db.execute("UPDATE products SET seen_run = ? WHERE id = ?", (run, product.id))
        return "unchanged"
    db.execute(
        "INSERT INTO products (id, body, text_sha256, seen_run, added_run) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET body = excluded.body,"
        " text_sha256 = excluded.text_sha256, seen_run = excluded.seen_run",
        (product.id, body, text, run, run),
    )
    db.execute("DELETE FROM images WHERE product_id = ?", (product.id,))
    db.executemany(
        "INSERT INTO images (product_id, number, ref, path, sha256, state, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                product.id,
                image.number,
                image.ref,
                image.path,
                bytes.fromhex(image.sha256) or None,
                image.state,
                image.reason,
            )
            for image in record.images
        ],
    )
    return "changed" if before else "new"


def images_of(db: sqlite3.Connection, product_id: str) -> list[ImageRecord]:
    return [
        ImageRecord(number, ref, path, sha256.hex() if sha256 else "", state, reason)
        for number, ref, path, sha256, state, reason in db.execute(
            "SELECT number, ref, path, sha256, state, reason FROM images"
            " WHERE product_id = ? ORDER BY number",
            (product_id,),
        )
    ]


def written_of(db: sqlite3.Connection, product: Product, picture: bytes) -> TagRecord | None:
    """See `CatalogDb.written_of`."""
    row = db.execute(
        "SELECT t.record FROM tags t JOIN models m ON m.id = t.model_id"
        " WHERE t.facts_sha256 = ? AND t.picture_sha256 IN (x'', ?)"
        " ORDER BY m.fingerprint = (SELECT value FROM meta WHERE key = 'tagger') DESC, t.id DESC",
        (facts_digest(product), picture),
    ).fetchone()
    return None if row is None else tags_from_json(row[0])


def save_vectors(db: sqlite3.Connection, table: VectorTable, made: NewVectors | None) -> int:
    """Write vectors that are not there yet; how many."""
    if made is None or not made.sha256s:
        return 0
    db.execute("INSERT OR IGNORE INTO models (fingerprint) VALUES (?)", (made.fingerprint,))
    before = db.total_changes
    db.executemany(
        f"INSERT OR IGNORE INTO {table} (model_id, sha256, vector)"  # noqa: S608 # a Literal
        " VALUES ((SELECT id FROM models WHERE fingerprint = ?), ?, ?)",
        [
            (made.fingerprint, bytes.fromhex(sha256), vector.astype("<f4").tobytes())
            for sha256, vector in zip(made.sha256s, made.vectors, strict=True)
        ],
    )
    return db.total_changes - before


def save_keypoints(db: sqlite3.Connection, made: NewKeypoints | None) -> int:
    """Write keypoints that are not there yet; of how many pictures."""
    if made is None:
        return 0
    db.execute("INSERT OR IGNORE INTO models (fingerprint) VALUES (?)", (made.fingerprint,))
    before = db.total_changes
    db.executemany(
        "INSERT OR IGNORE INTO image_keypoints (model_id, sha256, keypoints)"
        " VALUES ((SELECT id FROM models WHERE fingerprint = ?), ?, ?)",
        [(made.fingerprint, bytes.fromhex(sha256), found) for sha256, found in made.found.items()],
    )
    return db.total_changes - before


def save_fetched(db: sqlite3.Connection, run: int, records: Iterable[FetchRecord]) -> None:
    """Write how addresses fared."""
    db.executemany(
        "INSERT OR REPLACE INTO fetched (url, sha256, state, reason, detail, located, etag,"
        " last_modified, fetched_at, checked_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                record.url,
                bytes.fromhex(record.sha256) or None,
                record.state,
                record.reason,
                record.detail,
                record.located,
                record.etag,
                record.last_modified,
                record.fetched_at,
                run,
            )
            for record in records
        ],
    )


def forget_fetched(db: sqlite3.Connection) -> None:
    """Forget addresses that nothing asked since a run last finished."""
    db.execute(
        "DELETE FROM fetched WHERE checked_run <="
        " (SELECT coalesce(max(id), 0) FROM runs WHERE outcome = 'finished')"
    )

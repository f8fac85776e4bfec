"""What keeps a catalog in order: who would leave, removing by hand, checking, giving space back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from models.errors import BrokenIndex
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import ImageRecord
from pipelines.catalog_schema import sqlite_errors
from pipelines.catalog_writes import VectorTable, touch

# Of the finished runs' shop: what a refused or killed run brought neither counts nor leaves.
_KNOWN = "added_run <= (SELECT max(id) FROM runs WHERE outcome = 'finished')"

_UNUSED = {
    "image_vectors": "sha256 NOT IN (SELECT sha256 FROM images WHERE sha256 IS NOT NULL)",
    "text_vectors": "sha256 NOT IN (SELECT text_sha256 FROM products WHERE text_sha256 NOTNULL)",
}


@dataclass(frozen=True, slots=True)
class Leaving:
    """What retiring would do.

    Attributes:
        known: products that the shop had when a run last finished.
        gone: those of them that the run's feed did not have.
    """

    known: int
    gone: int


@dataclass(frozen=True, slots=True)
class Unused:
    """Vectors and palettes of pictures, and vectors of texts, that no product has; their bytes."""

    vectors: int
    bytes: int


def leaving(catalog: CatalogDb, run: int) -> Leaving:
    """What `CatalogDb.retire` of this run would take away."""
    ((known, gone),) = catalog.rows(
        f"SELECT count(*), count(*) FILTER (WHERE seen_run <> ?) FROM products WHERE {_KNOWN}",  # noqa: S608
        (run,),
    )
    return Leaving(known, gone)


def remove_products(catalog: CatalogDb, ids: Iterable[str]) -> tuple[str, ...]:
    """Take products out of the catalog; those that were there. Their vectors stay until pruned."""
    removed = []
    with catalog.transaction() as db:
        for product_id in dict.fromkeys(ids):
            if db.execute("DELETE FROM products WHERE id = ?", (product_id,)).rowcount:
                removed.append(product_id)
        if removed:
            touch(db)
    return tuple(removed)


def unused_vectors(catalog: CatalogDb) -> Unused:
    """What `drop_unused_vectors` would drop."""
    found = [
        row
        for table in get_args(VectorTable)
        for row in catalog.rows(
            f"SELECT count(*), coalesce(sum(length(vector)), 0) FROM {table}"  # noqa: S608
            f" WHERE {_UNUSED[table]}"
        )
    ]
    return Unused(sum(count for count, _ in found), sum(size for _, size in found))


def drop_unused_vectors(catalog: CatalogDb) -> Unused:
    """Drop the vectors of what left the shop, under every model."""
    unused = unused_vectors(catalog)
    with catalog.transaction() as db:
        for table in get_args(VectorTable):
            db.execute(f"DELETE FROM {table} WHERE {_UNUSED[table]}")  # noqa: S608
        # What else was found on it, and what its server said of it, are of no use without.
        unused_pictures = _UNUSED["image_vectors"]
        db.execute(f"DELETE FROM image_keypoints WHERE {unused_pictures}")  # noqa: S608
        db.execute(f"DELETE FROM fetched WHERE {unused_pictures}")  # noqa: S608
    return unused


def give_space_back(catalog: CatalogDb) -> None:
    """Make the file as small as what it holds.

    Raises:
        DiskFull: it is written anew for this, and there is no room beside the old one.
    """
    with sqlite_errors(catalog.path):
        list(catalog.rows("VACUUM"))
        list(catalog.rows("PRAGMA wal_checkpoint(TRUNCATE)"))


def pictures_in_use(catalog: CatalogDb) -> set[str]:
    """Paths of every picture that a product has."""
    return {path for (path,) in catalog.rows("SELECT DISTINCT path FROM images WHERE path <> ''")}


def damage(catalog: CatalogDb) -> list[str]:
    """What SQLite finds wrong with the whole file, page by page; empty for a sound one."""
    try:
        found = [str(row[0]) for row in catalog.rows("PRAGMA integrity_check(20)")]
        found += [f"a row of {row[0]} points nowhere" for row in catalog.rows(_FOREIGN)]
    except BrokenIndex as error:
        return [error.message]
    return [line for line in found if line != "ok"]


_FOREIGN = "PRAGMA foreign_key_check"


def without_vector(catalog: CatalogDb, image_fingerprint: str) -> list[str]:
    """Products with a ready picture that has no vector under that fingerprint, by id."""
    return [
        str(product_id)
        for (product_id,) in catalog.rows(
            "SELECT DISTINCT i.product_id FROM images i WHERE i.state = 'ready' AND NOT EXISTS"
            " (SELECT 1 FROM image_vectors v WHERE v.sha256 = i.sha256 AND v.model_id ="
            " (SELECT id FROM models WHERE fingerprint = ?)) ORDER BY i.product_id",
            (image_fingerprint,),
        )
    ]


def product_ids(catalog: CatalogDb) -> Iterator[tuple[str, bool]]:
    """Every product's id, and whether a finished run had it."""
    for product_id, known in catalog.rows(f"SELECT id, coalesce({_KNOWN}, 0) FROM products"):  # noqa: S608
        yield product_id, bool(known)


def stored_state(catalog: CatalogDb, product_id: str) -> tuple[str, str, list[ImageRecord]] | None:
    """A product as JSON, the sha256 of its text ("" without) and its pictures; None if unknown."""
    row = next(
        catalog.rows("SELECT body, hex(text_sha256) FROM products WHERE id = ?", (product_id,)),
        None,
    )
    return None if row is None else (row[0], row[1].lower(), catalog.images_of(product_id))

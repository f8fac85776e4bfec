"""What a catalog knows of addresses that were fetched, so that unchanged ones are not again."""

from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import FetchRecord


def fetched(catalog: CatalogDb, url: str) -> FetchRecord | None:
    """How an address fared when it was last asked; None where it never was."""
    row = next(
        catalog.rows(
            "SELECT url, lower(hex(sha256)), state, reason, detail, located, etag, last_modified,"
            " fetched_at, checked_run FROM fetched WHERE url = ?",
            (url,),
        ),
        None,
    )
    return None if row is None else FetchRecord(*row)


def first_run_that_holds(catalog: CatalogDb) -> int:
    """Addresses that were asked in this run or later need not be asked again.

    Those are the runs that were cut short since one came to its end: the next one goes on.
    """
    ((ended,),) = catalog.rows(
        "SELECT coalesce(max(id), 0) FROM runs WHERE outcome IN ('finished', 'failed')"
    )
    return int(ended) + 1

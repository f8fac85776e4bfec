"""Tags that were paid for and that no product has any more: noted first, dropped after a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import facts_digest
from pipelines.catalog_tags import products_to_tag

_COLUMNS = "SELECT name FROM pragma_table_info('tags')"


@dataclass(frozen=True, slots=True)
class LeftTags:
    """What language models wrote of products that left, that say other things now, or that were
    never indexed.

    Attributes:
        records: that no product has.
        due: those of them that were seen so for long enough.
        bytes: that the due ones take.
    """

    records: int
    due: int
    bytes: int


def left_tags(catalog: CatalogDb, days: float | None, now: datetime | None = None) -> LeftTags:
    """What `drop_left_tags` would find and drop; writes nothing, and reads older schemas too."""
    rows = list(_left(catalog))
    due = [size for _, since, size in rows if _is_due(since, days, now)]
    return LeftTags(len(rows), len(due), sum(due))


def drop_left_tags(catalog: CatalogDb, days: float | None, now: datetime | None = None) -> LeftTags:
    """Note since when no product has a record, and drop what was noted `days` ago or before.

    A record that a product has again is noted afresh when it is left again. So a feed that lacked
    its products for a night, or tags that were written ahead of an index, cost nothing.

    Args:
        days: None only notes; 0 drops what was never noted too.
    """
    rows = list(_left(catalog))
    due = [(number, size) for number, since, size in rows if _is_due(since, days, now)]
    noted = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    with catalog.transaction() as db:
        db.execute("CREATE TEMP TABLE left_now (id INTEGER PRIMARY KEY)")
        db.executemany("INSERT INTO left_now VALUES (?)", [(number,) for number, *_ in rows])
        db.execute("UPDATE tags SET left_at = '' WHERE left_at <> '' AND id NOT IN left_now")
        db.execute("UPDATE tags SET left_at = ? WHERE left_at = '' AND id IN left_now", (noted,))
        db.execute("DROP TABLE left_now")
        db.executemany("DELETE FROM tags WHERE id = ?", [(number,) for number, _ in due])
    return LeftTags(len(rows), len(due), sum(size for _, size in due))


def _left(catalog: CatalogDb) -> Iterator[tuple[int, str, int]]:
    """(id, since when it is noted or "", bytes) of every record that no product has."""
    columns = {name for (name,) in catalog.rows(_COLUMNS)}
    if not columns:
        return
    words: set[bytes] = set()
    seen: set[tuple[bytes, bytes]] = set()
    for product, picture, _ in products_to_tag(catalog):
        words.add(facts := facts_digest(product))
        seen.add((facts, picture))
    left_at = "left_at" if "left_at" in columns else "''"
    rows = catalog.rows(
        f"SELECT id, facts_sha256, picture_sha256, {left_at}, length(record) FROM tags"  # noqa: S608
    )
    for number, facts, picture, since, size in rows:
        if facts not in words if not picture else (facts, picture) not in seen:
            yield number, since, size


def _is_due(since: str, days: float | None, now: datetime | None) -> bool:
    if days is None or not since:
        return days == 0
    return datetime.fromisoformat(since) <= (now or datetime.now(UTC)) - timedelta(days=days)

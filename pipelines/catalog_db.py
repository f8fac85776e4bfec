"""catalog.db, the truth that every index is a projection of: products, pictures, vectors, runs."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal, Self, TypeAlias

import numpy as np

from models import palette
from models.errors import BrokenIndex, IndexMissing
from models.palette import Palette
from models.tag_types import TagRecord
from models.types import Vectors
from pipelines.catalog_records import (
    Batch,
    BatchOutcome,
    CatalogSummary,
    ErrorRecord,
    ImageRecord,
    ReasonCount,
    RunCounts,
    RunOutcome,
    RunRecord,
    StoredImage,
    StoredProduct,
    counts_from_json,
    counts_to_json,
    product_from_json,
)
from pipelines.catalog_schema import check_version, migrate, sqlite_errors
from pipelines.catalog_types import Product
from pipelines.catalog_writes import (
    VectorTable,
    forget_fetched,
    images_of,
    save_fetched,
    save_keypoints,
    save_product,
    save_vectors,
    touch,
    written_of,
)
from pipelines.permissions import may_write

CATALOG_NAME = "catalog.db"

_TAGS_TABLE = "SELECT count(*) FROM sqlite_schema WHERE name = 'tags'"

Fact: TypeAlias = Literal["feed", "profile", "tagger", "tag_languages"]

_KEYPOINTS = (
    " LEFT JOIN image_keypoints k ON k.sha256 = i.sha256"
    " AND k.model_id = (SELECT id FROM models WHERE fingerprint = ?)"
)


class CatalogDb:
    """One connection to a catalog. Several threads may use it, one at a time.

    Any number of readers work beside one writer (WAL). What `commit` returned from is on the
    disk: synchronous=FULL costs one fsync a batch, and survives a power cut too.

    Raises:
        DiskFull, HomeLocked, BrokenIndex: from every method, by what SQLite says.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        with sqlite_errors(path):
            (tables,) = connection.execute(_TAGS_TABLE).fetchone()
        # Readers open a home as an older release left it.
        self._holds_tags = bool(tables)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open for writing; made, or brought to the newest schema, where that is needed."""
        with sqlite_errors(path):
            connection = _connect(path, "rwc")
            try:
                # Before anything is written: it may be another program's file.
                check_version(connection, path)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                migrate(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    @classmethod
    def open_read_only(cls, path: Path) -> Self:
        """Open for reading.

        Raises:
            IndexMissing: there is no catalog yet.
        """
        try:
            there = path.is_file()
        except OSError as error:
            raise BrokenIndex(
                f"{path} cannot be opened: {error.strerror}",
                remedy="check the folder and its permissions",
            ) from error
        if not there:
            raise IndexMissing(
                f"nothing was indexed in {path.parent} yet", remedy="run `shoplens index FEED`"
            )
        with sqlite_errors(path):
            connection = _connect(path, _reading_mode(path))
            try:
                version = check_version(connection, path)
            except BaseException:
                connection.close()
                raise
        if not version:
            connection.close()
            raise IndexMissing(f"{path} is empty", remedy="run `shoplens index FEED`")
        return cls(connection, path)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Runs

    def begin_run(self, feed: str) -> int:
        """Start a run and forget the errors of earlier ones; its number."""
        with self.transaction() as db:
            # Whoever still "runs" was killed: the home's lock admits one run at a time.
            db.execute("UPDATE runs SET outcome = 'interrupted' WHERE outcome = 'running'")
            db.execute("DELETE FROM errors")
            self._set("feed", feed)
            run = db.execute("INSERT INTO runs (feed, started_at) VALUES (?, ?)", (feed, _now()))
            return int(run.lastrowid or 0)

    def commit(self, run: int, batch: Batch) -> BatchOutcome:
        """Make one batch durable: everything in it, or, after a crash, nothing of it."""
        tally = {"new": 0, "changed": 0, "unchanged": 0}
        with self.transaction() as db:
            fresh = save_vectors(db, "image_vectors", batch.images)
            fresh += save_vectors(db, "image_vectors", batch.palettes)
            fresh += save_vectors(db, "text_vectors", batch.texts)
            fresh += save_keypoints(db, batch.keypoints)
            for record in batch.products:
                tally[save_product(db, run, record)] += 1
            save_fetched(db, run, batch.fetched)
            db.executemany(
                "INSERT INTO errors (run_id, kind, product_id, place, reason, detail)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [(run, e.kind, e.product_id, e.place, e.reason, e.detail) for e in batch.errors],
            )
            if fresh or tally["new"] or tally["changed"]:
                touch(db)
        return BatchOutcome(**tally)

    def retire(self, run: int) -> int:
        """Drop products that the run's feed did not have; how many. Their vectors stay."""
        with self.transaction() as db:
            forget_fetched(db)
            gone = db.execute("DELETE FROM products WHERE seen_run <> ?", (run,)).rowcount
            if gone:
                touch(db)
        return gone

    def finish_run(self, run: int, outcome: RunOutcome, counts: RunCounts) -> None:
        with self.transaction() as db:
            db.execute(
                "UPDATE runs SET finished_at = ?, outcome = ?, counts = ? WHERE id = ?",
                (_now(), outcome, counts_to_json(counts), run),
            )

    def runs(self, limit: int = 20) -> list[RunRecord]:
        """The latest first."""
        rows = self.rows(
            "SELECT id, feed, started_at, finished_at, outcome, counts FROM runs"
            " ORDER BY id DESC LIMIT ?",
            (limit,),
        )
        return [
            RunRecord(number, feed, started, finished, outcome, counts_from_json(counts))
            for number, feed, started, finished, outcome, counts in rows
        ]

    # What an index is built from

    def stored_products(
        self, image_fingerprint: str, text_fingerprint: str, keypoints_fingerprint: str = ""
    ) -> Iterator[StoredProduct]:
        """Every product that has a picture with a vector of that fingerprint, by id.

        Streams; write nothing through this connection until it is exhausted.

        Args:
            keypoints_fingerprint: "" leaves them out, and reads catalogs of older releases too.
        """
        named = (keypoints_fingerprint,) if keypoints_fingerprint else ()
        rows = self.rows(
            # Only constants are pieced together.
            "SELECT p.id, p.body, t.vector, i.number, i.path, i.sha256, v.vector, c.vector,"  # noqa: S608
            f" {'k.keypoints' if named else 'NULL'}"
            " FROM products p"
            " JOIN images i ON i.product_id = p.id AND i.state = 'ready'"
            " JOIN image_vectors v ON v.sha256 = i.sha256"
            "   AND v.model_id = (SELECT id FROM models WHERE fingerprint = ?)"
            " LEFT JOIN image_vectors c ON c.sha256 = i.sha256"
            "   AND c.model_id = (SELECT id FROM models WHERE fingerprint = ?)"
            " LEFT JOIN text_vectors t ON t.sha256 = p.text_sha256"
            "   AND t.model_id = (SELECT id FROM models WHERE fingerprint = ?)"
            f"{_KEYPOINTS if named else ''} ORDER BY p.id, i.number",
            (image_fingerprint, palette.NAME, text_fingerprint, *named),
        )
        for _, group in groupby(rows, key=lambda row: row[0]):
            pictures = list(group)
            _, body, text, _, _, main_picture, *_ = pictures[0]
            product = product_from_json(body)
            yield StoredProduct(
                product=product,
                images=tuple(
                    StoredImage(
                        number,
                        path,
                        sha256.hex(),
                        _vector(blob),
                        None if colours is None else Palette.from_vector(_vector(colours)),
                        keypoints or b"",
                    )
                    for *_, number, path, sha256, blob, colours, keypoints in pictures
                ),
                text_vector=None if text is None else _vector(text),
                written=self.written_of(product, main_picture),
            )

    def indexable(self, image_fingerprint: str) -> int:
        """How many pictures `stored_products` will give."""
        ((count,),) = self.rows(
            "SELECT count(*) FROM images i JOIN image_vectors v ON v.sha256 = i.sha256"
            " AND v.model_id = (SELECT id FROM models WHERE fingerprint = ?)"
            " WHERE i.state = 'ready'",
            (image_fingerprint,),
        )
        return int(count)

    def image_vectors_known(self, fingerprint: str) -> set[bytes]:
        """sha256 digests of every picture that has a vector under that fingerprint."""
        return self._known("image_vectors", fingerprint)

    def palettes_known(self) -> set[bytes]:
        """sha256 digests of every picture whose colours were measured."""
        return self._known("image_vectors", palette.NAME)

    def keypoints_known(self, fingerprint: str) -> set[bytes]:
        """sha256 digests of every picture whose keypoints were looked for under it."""
        return self._known("image_keypoints", fingerprint)

    def text_vectors_known(self, fingerprint: str) -> set[bytes]:
        """sha256 digests of every text that has a vector under that fingerprint."""
        return self._known("text_vectors", fingerprint)

    def text_vector(self, fingerprint: str, sha256: bytes) -> Vectors | None:
        """The vector of one text, shape (text_dim,); None where it has none."""
        rows = self.rows(
            "SELECT vector FROM text_vectors WHERE sha256 = ?"
            " AND model_id = (SELECT id FROM models WHERE fingerprint = ?)",
            (sha256, fingerprint),
        )
        return next((_vector(blob) for (blob,) in rows), None)

    def changed_since_build(self, generation: int) -> bool:
        """Whether anything changed since `mark_built` of that generation."""
        return self._get("built") != f"{generation}:{self._get('revision')}"

    def mark_built(self, generation: int) -> None:
        """Say that a published generation shows the catalog as it is now."""
        with self.transaction():
            self._set("built", f"{generation}:{self._get('revision')}")

    # What people ask

    def summary(self) -> CatalogSummary:
        ((products, images, bad, errors),) = self.rows(
            "SELECT (SELECT count(*) FROM products),"
            " (SELECT count(*) FROM images WHERE state = 'ready'),"
            " (SELECT count(*) FROM images WHERE state = 'bad'),"
            " (SELECT count(*) FROM errors)"
        )
        return CatalogSummary(products, images, bad, errors)

    def errors_by_reason(self) -> list[ReasonCount]:
        """Errors of the last run, the most frequent first."""
        return [
            ReasonCount(*row)
            for row in self.rows(
                "SELECT kind, reason, count(*) FROM errors GROUP BY kind, reason"
                " ORDER BY count(*) DESC, kind, reason"
            )
        ]

    def errors(self, reason: str = "", limit: int = 100, offset: int = 0) -> list[ErrorRecord]:
        """Errors of the last run in the feed's order; of one reason, or of any."""
        return [
            ErrorRecord(*row)
            for row in self.rows(
                "SELECT kind, place, reason, detail, product_id FROM errors"
                " WHERE ? IN ('', reason) ORDER BY id LIMIT ? OFFSET ?",
                (reason, limit, offset),
            )
        ]

    def images_of(self, product_id: str) -> list[ImageRecord]:
        with sqlite_errors(self.path):
            return images_of(self._connection, product_id)

    def written_of(self, product: Product, picture: bytes) -> TagRecord | None:
        """What was written of a product: by the tagger in use, else the newest; None without.

        Args:
            picture: sha256 of its main picture; what a tagger saw in another one does not count.
        """
        if not self._holds_tags:
            return None
        with sqlite_errors(self.path):
            return written_of(self._connection, product, picture)

    def fact(self, key: Fact) -> str:
        """What the home remembers: the last feed, the model profile, the fingerprint of the tagger
        in use, the languages that tags are written in; "" where unset."""
        return self._get(key)

    def remember(self, key: Fact, value: str) -> None:
        with self.transaction():
            self._set(key, value)

    # Inside a transaction

    def _known(
        self, table: VectorTable | Literal["image_keypoints"], fingerprint: str
    ) -> set[bytes]:
        rows = self.rows(
            f"SELECT sha256 FROM {table}"  # noqa: S608 # a Literal
            " WHERE model_id = (SELECT id FROM models WHERE fingerprint = ?)",
            (fingerprint,),
        )
        return {sha256 for (sha256,) in rows}

    def _get(self, key: str) -> str:
        with sqlite_errors(self.path):
            row = self._connection.execute(
                "SELECT value FROM meta WHERE key = ?", (key,)
            ).fetchone()
        return "" if row is None else str(row[0])

    def _set(self, key: str, value: str) -> None:
        self._connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    # For catalog_care, which holds what an indexing run and a search do not need

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything that is done inside, or after an error nothing of it."""
        with sqlite_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself (a full disk).
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    # The rows of SQLite are of any type: the schema says which.
    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple]:  # type: ignore[type-arg]
        """What a query gives, streamed."""
        with sqlite_errors(self.path):
            yield from self._connection.execute(sql, values)


def texts_digest(texts: Iterable[str]) -> list[str]:
    """The sha256 that a text vector is kept under, hexadecimal."""
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def _reading_mode(path: Path) -> Literal["ro", "ro&immutable=1"]:
    """SQLite reads in WAL mode only where it may make files beside the catalog; or, where it may
    not and no writer's log lies there, when it is told that nothing changes."""
    alone = not path.with_name(f"{path.name}-wal").exists()
    return "ro&immutable=1" if alone and not may_write(path.parent) else "ro"


def _connect(path: Path, mode: Literal["ro", "ro&immutable=1", "rwc"]) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=10, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype="<f4").astype(np.float32)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

"""The tables of catalog.db, how they came to be, and SQLite's errors as ours."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import BrokenIndex, DiskFull, HomeLocked

# "ShLs": tells a catalog from any other SQLite file.
APPLICATION_ID = 0x53684C73

# Bytes: the log's index grows by 32 KB.
_LEAST_FREE = 1_000_000

# One script a schema version, oldest first; a released one is never edited, only followed.
MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        feed TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT NOT NULL DEFAULT '',
        outcome TEXT NOT NULL DEFAULT 'running',
        counts TEXT NOT NULL DEFAULT '{}'
    );

    CREATE TABLE products (
        id TEXT PRIMARY KEY,
        body TEXT NOT NULL,           -- the product as JSON
        text_sha256 BLOB,             -- of what its text vector is made of; NULL without text
        seen_run INTEGER NOT NULL     -- the last run whose feed had it
    ) WITHOUT ROWID;

    CREATE TABLE images (
        product_id TEXT NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        ref TEXT NOT NULL,
        path TEXT NOT NULL,
        sha256 BLOB,                  -- NULL where the bytes could not be read
        state TEXT NOT NULL CHECK (state IN ('ready', 'bad')),
        reason TEXT NOT NULL,
        PRIMARY KEY (product_id, number)
    ) WITHOUT ROWID;

    CREATE TABLE errors (
        id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('row', 'picture')),
        product_id TEXT NOT NULL,
        place TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL
    );
    CREATE INDEX errors_by_reason ON errors (run_id, kind, reason);

    CREATE TABLE models (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE);

    -- float32, little-endian. Keyed by content: one picture under ten products is one row.
    CREATE TABLE image_vectors (
        model_id INTEGER NOT NULL REFERENCES models (id),
        sha256 BLOB NOT NULL,
        vector BLOB NOT NULL
    );
    CREATE UNIQUE INDEX image_vector_key ON image_vectors (model_id, sha256);
    CREATE TABLE text_vectors (
        model_id INTEGER NOT NULL REFERENCES models (id),
        sha256 BLOB NOT NULL,
        vector BLOB NOT NULL
    );
    CREATE UNIQUE INDEX text_vector_key ON text_vectors (model_id, sha256);
    """,
    # The run that brought a product: what a refused or killed run brought is no part of the shop.
    "ALTER TABLE products ADD COLUMN added_run INTEGER NOT NULL DEFAULT 0;",
    """
    CREATE TABLE fetched (
        url TEXT PRIMARY KEY,
        sha256 BLOB,                  -- of the last picture that could be used, if any
        state TEXT NOT NULL CHECK (state IN ('ready', 'bad', 'failed')),
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        located TEXT NOT NULL,        -- the address that gave it, after redirects
        etag TEXT NOT NULL,
        last_modified TEXT NOT NULL,
        fetched_at TEXT NOT NULL,     -- when its bytes came
        checked_run INTEGER NOT NULL  -- the last run that asked
    ) WITHOUT ROWID;
    """,
    """
    -- Keyed by content: what was paid for once holds for every product of the same facts.
    CREATE TABLE tags (
        id INTEGER PRIMARY KEY,       -- the highest is the newest
        facts_sha256 BLOB NOT NULL,   -- of what a tagger reads of a product
        picture_sha256 BLOB NOT NULL, -- of the picture that it saw; empty where it saw none
        model_id INTEGER NOT NULL REFERENCES models (id),
        record TEXT NOT NULL,         -- (field, value) pairs as JSON
        tokens_in INTEGER NOT NULL,
        tokens_out INTEGER NOT NULL,
        written_at TEXT NOT NULL
    );
    CREATE UNIQUE INDEX tags_key ON tags (facts_sha256, picture_sha256, model_id);
    """,
    """
    CREATE TABLE image_keypoints (
        model_id INTEGER NOT NULL REFERENCES models (id),
        sha256 BLOB NOT NULL,
        keypoints BLOB NOT NULL       -- empty for a picture that has none
    );
    CREATE UNIQUE INDEX image_keypoints_key ON image_keypoints (model_id, sha256);
    """,
    # When pruning first found that no product has them; empty while one does, or before.
    "ALTER TABLE tags ADD COLUMN left_at TEXT NOT NULL DEFAULT '';",
)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an opened file to the newest schema; each step is one transaction.

    Raises:
        BrokenIndex: another program's file, or a newer ShopLens's.
    """
    version = check_version(connection, path)
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA application_id = {APPLICATION_ID};"
            f" PRAGMA user_version = {number}; COMMIT;"
        )


def check_version(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of an opened file; 0 for a new one.

    Raises:
        BrokenIndex: another program's file, or a newer ShopLens's.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (tables or version or application):
        raise BrokenIndex(
            f"{path} is another program's database", remedy="choose another folder with --home"
        )
    if version > len(MIGRATIONS):
        raise BrokenIndex(
            f"{path} was made by a newer ShopLens (schema {version}; this one knows"
            f" {len(MIGRATIONS)})",
            remedy="upgrade ShopLens, or choose another folder with --home",
        )
    return int(version)


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours.

    Raises:
        DiskFull, HomeLocked, BrokenIndex: by what SQLite says.
    """
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code; the rest tells kinds of I/O apart.
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path)):
            raise DiskFull(
                f"no room left to write {path}",
                remedy="free some space and run the same command again; nothing was lost",
            ) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise HomeLocked(
                f"another program holds {path}", remedy="wait until it ends, then try again"
            ) from error
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            raise BrokenIndex(
                f"{path} cannot be opened: {error}", remedy="check the folder and its permissions"
            ) from error
        if code == sqlite3.SQLITE_IOERR:
            raise BrokenIndex(
                f"{path} cannot be read or written: {error}",
                remedy="check the disk, then run the same command again",
            ) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise BrokenIndex(
                f"{path} is damaged: {error}",
                remedy="restore it from a backup, or delete it and run `shoplens index FEED` again",
            ) from error
        raise


def _is_full(path: Path) -> bool:
    """Whether an I/O error has an innocent cause: the log's index cannot grow on a full disk, and
    SQLite does not call that one full."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_FREE
    except OSError:
        return False

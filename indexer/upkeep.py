"""What a shop does with its home between runs: remove products, verify, give space back."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.checkup import Check
from indexer.home_lock import home_lock
from indexer.publish import publish
from models.errors import BrokenIndex, ShopLensError
from pipelines.build import open_catalog, open_heads, open_index_home
from pipelines.catalog_care import (
    Unused,
    damage,
    drop_unused_vectors,
    give_space_back,
    pictures_in_use,
    remove_products,
    unused_vectors,
    without_vector,
)
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_left_tags import drop_left_tags, left_tags
from pipelines.catalog_types import IndexInfo
from pipelines.picture_store import PICTURES
from pipelines.settings import Settings
from pipelines.stores.protocol import Pruned

_NAMED = 10
_RESTORE = "restore it from a backup, or delete it and run `shoplens index FEED` again"
_REBUILD = "run `shoplens index FEED` again"


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing by hand did.

    Attributes:
        index: the generation that serves now; None where none was ever published.
    """

    removed: tuple[str, ...]
    unknown: tuple[str, ...]
    index: IndexInfo | None


@dataclass(frozen=True, slots=True)
class Freed:
    """What pruning dropped, or would drop.

    Attributes:
        pictures: fetched ones that no product has any more; the feed's own files are never touched.
        tags: records of language models, which were asked for by their age.
        left_tags: of those records that no product has, dropped or not.
        bytes: that the home takes less; with `dry_run` about as many.
    """

    vectors: int
    pictures: int
    tags: int
    left_tags: int
    generations: int
    bytes: int


def remove(settings: Settings, ids: Sequence[str]) -> Removal:
    """Take products out of the shop and publish a generation without them; no model is needed.

    The next run over a feed that has them brings them back, without embedding.

    Raises:
        IndexMissing: nothing was indexed yet.
        HomeLocked, DiskFull, StoreUnavailable: what was removed stays removed, run it again.
    """
    open_catalog(settings, read_only=True).close()
    with home_lock(settings.home), open_catalog(settings) as catalog:
        home = open_index_home(settings)
        info = home.current()
        removed = remove_products(catalog, ids)
        # Also after a run of this that was killed before it published.
        if info is not None and catalog.changed_since_build(info.generation):
            info = publish(catalog, home, info.spec)
    unknown = tuple(i for i in dict.fromkeys(ids) if i not in removed)
    return Removal(removed, unknown, info)


def prune(
    settings: Settings, *, tags_after_days: float | None = None, dry_run: bool = False
) -> Freed:
    """Drop vectors and fetched pictures that no product has, old generations and their heads.

    Args:
        tags_after_days: drop also what language models wrote, where pruning found so many days ago
            that no product has it; None keeps it, since it was paid for.

    Raises:
        IndexMissing: nothing was indexed yet.
        HomeLocked: an indexer works there.
        DiskFull: the catalog is written anew, which needs as much room as it takes.
    """
    if dry_run:
        with open_catalog(settings, read_only=True) as catalog:
            return _freed(settings, catalog, tags_after_days, dry_run=True)
    open_catalog(settings, read_only=True).close()
    with home_lock(settings.home), open_catalog(settings) as catalog:
        before = size_of(settings.home)
        freed = _freed(settings, catalog, tags_after_days, dry_run=False)
        if freed.vectors or freed.tags:
            give_space_back(catalog)
        return replace(freed, bytes=max(0, before - size_of(settings.home)))


def _freed(
    settings: Settings, catalog: CatalogDb, tags_after_days: float | None, *, dry_run: bool
) -> Freed:
    pictures = list(_unused_pictures(settings.home / PICTURES, pictures_in_use(catalog)))
    home = open_index_home(settings)
    info = home.current()
    heads = open_heads(settings).unused(info.spec) if info is not None else []
    size = sum(path.stat().st_size for path in (*pictures, *heads))
    generations: Pruned = home.prune(dry_run=dry_run)
    unused: Unused = unused_vectors(catalog) if dry_run else drop_unused_vectors(catalog)
    tags = (left_tags if dry_run else drop_left_tags)(catalog, tags_after_days)
    for path in (*pictures, *heads) if not dry_run else ():
        path.unlink(missing_ok=True)
    return Freed(
        vectors=unused.vectors,
        pictures=len(pictures),
        tags=tags.due,
        left_tags=tags.records,
        generations=generations.generations,
        bytes=size + generations.bytes + unused.bytes + tags.bytes,
    )


def _unused_pictures(store: Path, in_use: set[str]) -> Iterator[Path]:
    for path in store.rglob("*"):
        relative = path.relative_to(store)
        known = str(path.absolute()) in in_use or relative.as_posix() in in_use
        if path.is_file() and not known:
            yield path


def verify(settings: Settings) -> Iterator[Check]:
    """Look at every page of the catalog and every byte of the index.

    Raises:
        IndexMissing: nothing was indexed yet.
    """
    with ExitStack() as opened:
        catalog, wrong, remedy = None, [], _RESTORE
        try:
            catalog = opened.enter_context(open_catalog(settings, read_only=True))
            wrong = damage(catalog)
        except BrokenIndex as error:  # not even its tables can be told
            wrong, remedy = [error.message], error.remedy
        detail = "; ".join(wrong) or "every page is sound"
        yield Check("catalog", CATALOG_NAME, not wrong, detail, remedy if wrong else "")
        home = open_index_home(settings)
        try:
            info = home.verify()
        except ShopLensError as error:
            yield Check("index", "generation", False, error.message, error.remedy)
            return
        detail = f"{info.generation}: {info.points:,} points, as they were built"
        yield Check("index", "generation", True, detail)
        if catalog is not None and not wrong:
            yield _vectors(catalog, info)


def _vectors(catalog: CatalogDb, info: IndexInfo) -> Check:
    """Whether the published generation can be built again from what the catalog holds."""
    missing = without_vector(catalog, info.spec.image_fingerprint)
    changed = catalog.changed_since_build(info.generation)
    points = catalog.indexable(info.spec.image_fingerprint)
    if not changed and points != info.points:
        detail = f"the index has {info.points:,} pictures, the catalog {points:,}"
        return Check("catalog", "vectors", False, detail, _REBUILD)
    if missing and not changed:
        named = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
        detail = f"{len(missing):,} products lack one: {named}"
        return Check("catalog", "vectors", False, detail, _REBUILD)
    detail = f"{points:,} pictures have theirs"
    if changed:
        detail += "; a run that did not finish left changes that are not published yet"
    return Check("catalog", "vectors", True, detail)


def size_of(folder: Path) -> int:
    """Bytes that a folder takes on the disk, links counted once, holes not at all."""
    taken = {}
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except FileNotFoundError:  # a reader left meanwhile
            continue
        taken[status.st_ino] = 512 * status.st_blocks
    return sum(taken.values())

"""catalog.db into the next published generation."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.entries import CatalogEntries
from indexer.run_report import ProgressSink, Silent
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_types import Entry, IndexInfo, IndexSpec
from pipelines.head_store import HEADS, HeadStore
from pipelines.stores.protocol import IndexHome

_TELL_EVERY = 500


def publish(
    catalog: CatalogDb, home: IndexHome, spec: IndexSpec, progress: ProgressSink | None = None
) -> IndexInfo:
    """Build a generation of everything that the catalog has for a spec; embeds nothing.

    Raises:
        DiskFull, BrokenIndex, StoreUnavailable, HomeLocked: the previous generation serves on.
        StaleIndex: the adaptation head that the spec names is not in the home.
    """
    head = HeadStore(catalog.path.parent / HEADS).of(spec)
    info = home.build(spec, _Told(CatalogEntries(catalog, spec, head), progress or Silent()))
    catalog.mark_built(info.generation)
    return info


@dataclass(frozen=True, slots=True)
class _Told:
    """Entries that tell how many of them were taken."""

    entries: CatalogEntries
    progress: ProgressSink

    def __length_hint__(self) -> int:
        return self.entries.__length_hint__()

    def __iter__(self) -> Iterator[Entry]:
        count = self.__length_hint__()
        self.progress.building(count)
        for number, entry in enumerate(self.entries, start=1):
            yield entry
            if number % _TELL_EVERY == 0 or number == count:
                self.progress.building(count, number)

"""A home to index into: a real catalog on disk, an index in memory."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from indexer.feeds import open_feed
from indexer.run import RunOptions, Workplace, index_feed
from indexer.run_report import RunReport
from models.protocols import KeypointFinder
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_types import Entry, IndexSpec
from tests.fakes.index import MemoryHome
from tests.fakes.index_process import spec_of
from tests.fakes.models import ColourEmbedder


@dataclass
class Shop:
    """A home in memory beside a real catalog."""

    catalog: CatalogDb
    home: MemoryHome = field(default_factory=MemoryHome)
    embedder: ColourEmbedder = field(default_factory=ColourEmbedder)
    layout: dict[str, Any] = field(default_factory=dict)
    """How the index keeps vectors: fields of its spec."""

    keypoints: KeypointFinder | None = None

    @property
    def spec(self) -> IndexSpec:
        finder = self.keypoints.fingerprint if self.keypoints else ""
        return replace(spec_of(self.embedder), keypoints=finder, **self.layout)

    def index(self, feed: Path, **options: object) -> RunReport:
        place = Workplace(self.catalog, self.home, self.embedder, self.spec, self.keypoints)
        return index_feed(open_feed(feed), place, RunOptions(**{"batch": 4, **options}))  # type: ignore[arg-type]

    def entries(self) -> list[Entry]:
        assert self.home.published is not None
        return list(self.home.published.entries)

    def ids(self) -> set[str]:
        return {entry.card.product_id for entry in self.entries()}


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    folder.mkdir(exist_ok=True)
    with CatalogDb.open(folder / "catalog.db") as catalog:
        yield Shop(catalog)


def write_csv(folder: Path, rows: Iterable[str], columns: str = "id,image_link,title") -> Path:
    path = folder / "feed.csv"
    path.write_text("\n".join([columns, *rows, ""]), encoding="utf-8")
    return path

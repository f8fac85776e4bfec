"""An index in memory, exact and small: the stand-in for an engine."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.errors import IndexMissing
from models.types import Vectors
from pipelines.catalog_types import Card, Entry, IndexInfo, IndexSpec
from pipelines.conditions import passing
from pipelines.search_types import Candidate
from pipelines.stores.points import points, ranked_facets
from pipelines.stores.protocol import FacetValue, Hit, Pruned, StoreFilter, VectorName, normal_code


@dataclass
class MemoryIndex:
    info: IndexInfo
    entries: Sequence[Entry]
    closed: bool = False

    def nearest(
        self,
        name: VectorName,
        vectors: Vectors,
        limit: int,
        where: StoreFilter,
        *,
        exact: bool = False,
    ) -> list[list[Hit]]:
        assert not self.closed, "searched after close()"
        rows = []
        for vector in vectors:
            hits = [
                Hit(e.card.product_id, e.image_number, float(stored @ vector))
                for e in self._admitted(where)
                if (stored := e.image if name == "image" else e.text) is not None
            ]
            rows.append(sorted(hits, key=lambda hit: -hit.score)[:limit])
        return rows

    def words(self, text: str, limit: int, where: StoreFilter) -> list[Hit]:
        wanted = set(text.lower().split())
        hits = [
            Hit(e.card.product_id, e.image_number, float(shared))
            for e in self._admitted(where)
            if (shared := len(wanted & set(e.words.lower().split())))
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def codes(self, codes: Sequence[str], limit: int, where: StoreFilter) -> list[Hit]:
        wanted = {normal_code(code) for code in codes}
        return [
            Hit(e.card.product_id, e.image_number, 1.0)
            for e in self._main(where)
            if wanted & {normal_code(code) for code in e.card.codes}
        ][:limit]

    def cards(self, product_ids: Sequence[str]) -> list[Card | None]:
        cards = {e.card.product_id: e.card for e in self.entries}
        return [cards.get(product_id) for product_id in product_ids]

    def image_vectors(self, product_ids: Sequence[str]) -> list[Vectors | None]:
        vectors = {e.card.product_id: e.image for e in reversed(self.entries)}
        return [vectors.get(product_id) for product_id in product_ids]

    def keypoints(self, pictures: Sequence[tuple[str, int]]) -> list[bytes]:
        known = {(e.card.product_id, e.image_number): e.keypoints for e in self.entries}
        return [known.get(picture, b"") for picture in pictures]

    def facets(self, field: str, limit: int, where: StoreFilter) -> list[FacetValue]:
        mains = {entry.card.product_id: entry for entry in self._main(where)}
        payloads = [p.payload for main in mains.values() for p in points([main], self.info.spec)]
        counts = Counter(value for each in payloads for value in _listed(each.get(field)))
        return ranked_facets(counts.items(), limit)

    def close(self) -> None:
        self.closed = True

    def _admitted(self, where: StoreFilter) -> list[Entry]:
        cards = {e.card.product_id: e.card for e in self.entries}
        kept = {c.product_id for c in passing([Candidate(i, (), cards[i]) for i in cards], where)}
        return [
            e
            for e in self.entries
            if e.card.product_id in kept and e.card.product_id not in where.exclude_ids
        ]

    def _main(self, where: StoreFilter) -> list[Entry]:
        return list({e.card.product_id: e for e in reversed(self._admitted(where))}.values())


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


@dataclass
class MemoryHome:
    """Publishes like the real ones: a whole generation, in one step."""

    published: MemoryIndex | None = None
    opened: list[MemoryIndex] = field(default_factory=list)

    def current(self) -> IndexInfo | None:
        return self.published.info if self.published else None

    def open(self) -> MemoryIndex:
        if self.published is None:
            raise IndexMissing("nothing was published", remedy="build first")
        opened = MemoryIndex(self.published.info, self.published.entries)
        self.opened.append(opened)
        return opened

    def build(self, spec: IndexSpec, entries: Iterable[Entry]) -> IndexInfo:
        kept = list(entries)
        assert all(np.isfinite(entry.image).all() for entry in kept)
        generation = self.published.info.generation + 1 if self.published else 1
        products = len({entry.card.product_id for entry in kept})
        info = IndexInfo(generation, spec, products, len(kept))
        self.published = MemoryIndex(info, kept)
        return info

    def verify(self) -> IndexInfo:
        return self.open().info

    def prune(self, *, dry_run: bool = False) -> Pruned:
        return Pruned(0, 0)

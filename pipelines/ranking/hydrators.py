"""Hydrators: facts for candidates."""

from dataclasses import dataclass, replace

from pipelines.ranking.protocols import Pool
from pipelines.search_types import Query
from pipelines.stores.protocol import VectorIndex


@dataclass(frozen=True)
class Cards:
    """What the shop says of each product, from the generation that found it."""

    index: VectorIndex

    def __call__(self, query: Query, pool: Pool) -> Pool:
        cards = self.index.cards([candidate.product_id for candidate in pool])
        return tuple(replace(c, card=card) for c, card in zip(pool, cards, strict=True))

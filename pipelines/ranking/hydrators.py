"""Hydrators: facts for candidates."""

from dataclasses import dataclass, replace

from models.keypoints import Keypoints, in_common
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


@dataclass(frozen=True)
class SharedKeypoints:
    """How much of the photo's print is on the pictures that look most like it.

    Attributes:
        most: candidates that are compared: 20 hold 99.6 % of the right packages among 81 grocery
            products, and comparing them takes longer than finding them.
    """

    index: VectorIndex
    most: int = 20

    def __call__(self, query: Query, pool: Pool) -> Pool:
        if query.keypoints is None:
            return pool
        asked = {
            c.product_id: (c.product_id, e.image_number)
            for c in pool
            if (e := c.found_by("image")) and e.rank <= self.most
        }
        stored = dict(zip(asked, self.index.keypoints(list(asked.values())), strict=True))
        shared = {
            product_id: in_common(Keypoints.from_bytes(found), query.keypoints)
            for product_id, found in stored.items()
        }
        return tuple(replace(c, in_common=shared.get(c.product_id)) for c in pool)

"""One generation, open for reading: a `VectorIndex` over whichever engine holds its points."""

from collections.abc import Iterator, Sequence

from models.types import Vectors
from pipelines.catalog_types import Card, IndexInfo
from pipelines.stores import bm25
from pipelines.stores.asked_points import (
    MAIN,
    WHO,
    Condition,
    Engine,
    OneOf,
    Search,
    point_filter,
)
from pipelines.stores.card_cache import CardCache
from pipelines.stores.points import (
    Payload,
    checked_queries,
    code_hits,
    facet_field,
    hit_of,
    in_order,
    keypoints_of,
    normal_codes,
    point_id,
    ranked_facets,
)
from pipelines.stores.protocol import FacetValue, Hit, StoreFilter, VectorName


class PointIndex:
    """A finished generation, open for reading. Safe to share between threads."""

    def __init__(self, info: IndexInfo, engine: Engine) -> None:
        self._info = info
        self._engine = engine
        self._cards = CardCache()

    @property
    def info(self) -> IndexInfo:
        return self._info

    def nearest(
        self,
        name: VectorName,
        vectors: Vectors,
        limit: int,
        where: StoreFilter,
        *,
        exact: bool = False,
    ) -> list[list[Hit]]:
        """Nearest points by cosine, best first, one list for each row of `vectors`.

        Raises:
            BadQuery: vectors of another model's shape, or not finite.
        """
        spec = self._info.spec
        queries = checked_queries(vectors, spec.image_dim if name == "image" else spec.text_dim)
        if not len(queries) or limit < 1:
            return [[] for _ in queries]
        condition = point_filter(where)
        return self._search([Search(name, row, limit, condition, exact) for row in queries])

    def words(self, text: str, limit: int, where: StoreFilter) -> list[Hit]:
        """Points whose words match by BM25, best first; empty for a text without words."""
        asked = bm25.query(text)
        if not asked or limit < 1:
            return []
        return self._search([Search("words", asked, limit, point_filter(where))])[0]

    def codes(self, codes: Sequence[str], limit: int, where: StoreFilter) -> list[Hit]:
        """Main pictures of products that carry one of `codes`, in the order of the codes."""
        wanted = normal_codes(codes)
        if not wanted or limit < 1:
            return []
        condition = point_filter(where, OneOf("codes", tuple(wanted)), MAIN)
        found = self._engine.scroll(condition, limit, [*WHO, "codes"])
        return code_hits([payload for payload, _ in found], wanted)

    def cards(self, product_ids: Sequence[str]) -> list[Card | None]:
        """Same length and order as asked; None where the product is not in this generation."""
        self._engine.check_open()
        return self._cards.get(product_ids, self._card_payloads)

    def image_vectors(self, product_ids: Sequence[str]) -> list[Vectors | None]:
        """Vector of each product's main picture, shape (image_dim,); None where unknown."""
        found = {
            payload["product_id"]: vector
            for payload, vector in self._of_products(product_ids, ["product_id", "image"])
        }
        return [found.get(product_id) for product_id in product_ids]

    def keypoints(self, pictures: Sequence[tuple[str, int]]) -> list[bytes]:
        """What entries brought as keypoints, same length and order; empty where unknown."""
        wanted = [point_id(product_id, number) for product_id, number in pictures]
        found = {
            point: keypoints_of(payload)
            for point, payload in self._engine.retrieve(wanted, ["keypoints"])
        }
        return [found.get(each, b"") for each in wanted]

    def facets(self, field: str, limit: int, where: StoreFilter) -> list[FacetValue]:
        """Counts of products (main pictures) by value, the most frequent first.

        Args:
            field: category (every level of the path), brand, in_stock ("true" or "false"), tags
                ("colour:red") or currency.
        """
        key, condition = facet_field(field), point_filter(where, MAIN)
        return ranked_facets(self._engine.count(key, max(limit, 1), condition), limit)

    def close(self) -> None:
        """Later calls fail."""
        self._engine.close()

    def _search(self, searches: Sequence[Search]) -> list[list[Hit]]:
        return [
            in_order([hit_of(payload, score) for payload, score in answer])
            for answer in self._engine.search(searches)
        ]

    def _card_payloads(self, product_ids: Sequence[str]) -> Iterator[Payload]:
        return (payload for payload, _ in self._of_products(product_ids, ["product_id", "card"]))

    def _of_products(
        self, product_ids: Sequence[str], fields: Sequence[str]
    ) -> list[tuple[Payload, Vectors | None]]:
        wanted = tuple(dict.fromkeys(product_ids))
        if not wanted:
            return []
        condition: tuple[Condition, ...] = (OneOf("product_id", wanted), MAIN)
        return self._engine.scroll(point_filter(StoreFilter(), *condition), len(wanted), fields)

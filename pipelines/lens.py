"""ShopLens for a searcher: one object that the page, the command line and `evaluate` share."""

from collections.abc import Sequence

from models.types import Box, Photo
from pipelines.catalog_types import IndexInfo
from pipelines.search_types import Perception, Query, Reading, SearchResult
from pipelines.stores.protocol import StoreFilter


class Lens:
    """A photo in, products out. Thread-safe; models load once, on first use."""

    def info(self) -> IndexInfo:
        """The generation that answers now (follows the published one)."""
        raise NotImplementedError

    def perceive(self, photo: Photo, boxes: Sequence[Box] = ()) -> Perception:
        """Find products and embed every region in one batch; text is not read here.

        With `boxes` those regions are embedded (kind "crop") and nothing is detected.
        Vectors are remembered by photo and box, so a repeated call runs no model.
        """
        raise NotImplementedError

    def read(self, photo: Photo) -> Reading:
        """Read words and codes; remembered by photo. Takes longest, so callers run it aside."""
        raise NotImplementedError

    def search(
        self,
        perception: Perception | None,
        *,
        region: int = 0,
        words: str = "",
        where: StoreFilter | None = None,
        limit: int = 24,
    ) -> SearchResult:
        """Products like one region of a perception, refined by words; or by words alone."""
        raise NotImplementedError

    def more_like(self, product_id: str, *, words: str = "", limit: int = 24) -> SearchResult:
        """Products like a product of the catalog, itself left out."""
        raise NotImplementedError

    def ask(self, query: Query) -> SearchResult:
        raise NotImplementedError

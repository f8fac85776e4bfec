"""What the rest of ShopLens asks of a vector index, whichever engine holds it.

Reading and building are apart: a reader sees one finished generation, never a half; a builder
makes the next one and publishes it in one atomic step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from models.types import Vectors
from pipelines.catalog_types import Card, Entry, IndexInfo, IndexSpec

VectorName: TypeAlias = Literal["image", "text"]


@dataclass(frozen=True, slots=True)
class StoreFilter:
    """Hard conditions that the engine applies while it searches; the default admits all.

    A product whose fact is unknown passes, except where `in_stock_only` or a price is asked:
    unknown stock passes, an unknown price does not.

    Attributes:
        currency: of `price_min` and `price_max`: other prices are outside. "" for amounts of any.
        tags: keys of tags, as "colour:red"; a product must carry one of each field that is named.
        without_tags: keys of tags, of which a product may carry none.
    """

    in_stock_only: bool = False
    price_min: float | None = None
    price_max: float | None = None
    currency: str = ""
    category: str = ""
    brand: str = ""
    exclude_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()

    @property
    def tags_by_field(self) -> dict[str, list[str]]:
        """Keys of the wanted tags by their field: any of each list will do."""
        fields: dict[str, list[str]] = {}
        for key in self.tags:
            fields.setdefault(key.partition(":")[0], []).append(key)
        return fields


@dataclass(frozen=True, slots=True)
class Hit:
    """One point that a source found.

    Attributes:
        score: cosine similarity for vectors, BM25 for words, 1.0 for an exact code.
    """

    product_id: str
    image_number: int
    score: float


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int


class VectorIndex(Protocol):
    """A finished generation, open for reading. Safe to share between threads."""

    @property
    def info(self) -> IndexInfo: ...

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

        Args:
            vectors: ndarray of shape (n, dim), float32, finite; n may be 0.
            limit: points, not products: a product with three pictures may come three times.
            exact: brute force instead of HNSW, to measure recall against.
        """
        ...

    def words(self, text: str, limit: int, where: StoreFilter) -> list[Hit]:
        """Points whose words match by BM25, best first; empty for a text without words."""
        ...

    def codes(self, codes: Sequence[str], limit: int, where: StoreFilter) -> list[Hit]:
        """Main pictures of products that carry one of `codes` (compared by `normal_code`)."""
        ...

    def cards(self, product_ids: Sequence[str]) -> list[Card | None]:
        """Same length and order as asked; None where the product is not in this generation."""
        ...

    def image_vectors(self, product_ids: Sequence[str]) -> list[Vectors | None]:
        """Vector of each product's main picture, shape (image_dim,); None where unknown."""
        ...

    def keypoints(self, pictures: Sequence[tuple[str, int]]) -> list[bytes]:
        """What entries brought as keypoints, same length and order as asked; empty where unknown.

        Args:
            pictures: (product id, image number) of each.
        """
        ...

    def facets(self, field: str, limit: int, where: StoreFilter) -> list[FacetValue]:
        """Counts of products (main pictures) by value: field is category, brand, in_stock,
        tags or currency."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was dropped, or would be.

    Attributes:
        bytes: freed on the disk; 0 where they lie on a server, which does not tell.
    """

    generations: int
    bytes: int


class IndexHome(Protocol):
    """Where generations live: a folder (Edge) or a server (Qdrant)."""

    def current(self) -> IndexInfo | None:
        """The published generation; None before the first."""
        ...

    def open(self) -> VectorIndex:
        """Open the published generation.

        Raises:
            IndexMissing: nothing was published yet.
            BrokenIndex: its files do not match the manifest.
            StoreUnavailable: the server does not answer.
        """
        ...

    def build(self, spec: IndexSpec, entries: Iterable[Entry]) -> IndexInfo:
        """Write the next generation, verify it, and publish it in one atomic step.

        Until that step readers see the previous one; a crash at any moment leaves it.

        Raises:
            DiskFull: there is not room enough; checked before anything is written.
        """
        ...

    def verify(self) -> IndexInfo:
        """Hold the published generation against what was recorded when it was built.

        Raises:
            IndexMissing: nothing was published yet.
            BrokenIndex: names what is damaged or missing.
        """
        ...

    def prune(self, *, dry_run: bool = False) -> Pruned:
        """Drop every generation but the published one; open readers of a folder keep theirs.

        Args:
            dry_run: only tell.
        Raises:
            HomeLocked: another process builds here.
        """
        ...


_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХІILO", "ABEKMH0PCTYX1110")
"""Signs that a label's reader cannot tell apart: Cyrillic capitals drawn like Latin ones (this
string starts with eleven of them), O and 0, I, L and 1."""


def normal_code(code: str) -> str:
    """The form in which codes are compared: letters and digits only, look-alikes made one.

    A label prints "RE16-TGK", OCR reads "RE16 TGK" or "REI6-TGK", a feed says "re16tgk" or types a
    Cyrillic Т: all the same.
    """
    return "".join(sign for sign in code.upper() if sign.isalnum()).translate(_LOOKALIKES)

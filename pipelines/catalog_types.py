"""Products as a feed tells them, and what an index stores of them."""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from models.tag_types import Tag
from models.types import Vectors


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units (19.99) and its ISO 4217 currency, or "" where unknown."""

    amount: float
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a shop, as its feed tells it.

    Attributes:
        id: the shop's own; unique in the catalog.
        images: addresses or paths as the feed wrote them, the main picture first.
        category: from general to particular, e.g. ("Home", "Mugs").
        in_stock: None where the feed does not say.
        codes: article numbers, GTIN, MPN: what a shopper may read on a label, as written.
        attributes: (name, value) pairs that have no field of their own, e.g. ("color", "red").
    """

    id: str
    title: str = ""
    description: str = ""
    images: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    brand: str = ""
    link: str = ""
    price: Money | None = None
    sale_price: Money | None = None
    in_stock: bool | None = None
    group_id: str = ""
    codes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What a result shows and filters need of a product; stored in the index itself, so that an
    answer comes from one generation whole.

    Attributes:
        pictures: paths of the product's pictures relative to the home's picture store, or
            absolute paths of local feeds; the main picture first. Never trusted as addresses.
        tags: of every origin and verdict; see `Tag` for which of them shoppers meet.
        price: what a shopper pays now (the sale price where there is one).
        old_price: struck through; None without a sale.
    """

    product_id: str
    title: str = ""
    description: str = ""
    category: tuple[str, ...] = ()
    brand: str = ""
    link: str = ""
    price: Money | None = None
    old_price: Money | None = None
    in_stock: bool | None = None
    group_id: str = ""
    codes: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One picture of one product on its way into an index: a point.

    Attributes:
        image_number: 0 for the main picture.
        image: ndarray of shape (image_dim,), float32, L2 norm 1.
        text: ndarray of shape (text_dim,), float32, L2 norm 1; None where there are no words.
        words: the text that the `words` source (BM25) searches.
        keypoints: `Keypoints.to_bytes` of the picture; empty where none were looked for.
    """

    card: Card
    image_number: int
    image: Vectors
    text: Vectors | None
    words: str
    keypoints: bytes = b""


Precision: TypeAlias = Literal["float32", "float16", "turbo8", "int8"]
"""How an index keeps dense vectors. int8 is a copy beside the originals that is searched first;
float16 and turbo8 take the originals' place. The catalog keeps float32 whatever the index does."""


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """What a generation is built for; recorded in its manifest and checked on every open.

    Attributes:
        checkpoint: which weights of the profile, where there is a choice; "" otherwise.
        image_fingerprint: of the vectors that the catalog holds, before any head.
        image_dim: length of the vectors in the index, after it.
        hnsw_m: edges a node of the graph has.
        hnsw_ef_construct: candidates that are weighed for each node while the graph is built.
        rescore: whether what int8 finds is ordered again by the originals.
        head: fingerprint of the adaptation head that pictures went through; "" without one.
        form: of its words and payload; see `pipelines.stores.points.FORM`.
        keypoints: fingerprint of what found the pictures' keypoints; "" where none are kept.
    """

    profile: str
    image_fingerprint: str
    text_fingerprint: str
    image_dim: int
    text_dim: int
    # Older manifests lack what follows: these defaults are what their generations were built with.
    hnsw_m: int = 16
    hnsw_ef_construct: int = 100
    precision: Precision = "float32"
    rescore: bool = True
    # A name, while identity is the fingerprints': the same weights may lie in a folder elsewhere.
    checkpoint: str = field(default="", compare=False)
    head: str = ""
    form: int = 1
    keypoints: str = ""


INDEX_FORMAT: Final = 2
"""Of what a generation holds; 2: cards' tags have fields, origins and verdicts."""


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """A finished generation, as its manifest tells it.

    Attributes:
        format: of an older one only `INDEX_FORMAT` can be searched; what it tells can be read, so
            that the next generation is built like it.
    """

    generation: int
    spec: IndexSpec
    products: int
    points: int
    built_at: str = field(default="")
    format: int = INDEX_FORMAT

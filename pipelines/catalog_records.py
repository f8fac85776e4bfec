"""The rows of catalog.db as values."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from models.palette import Palette
from models.tag_types import TagRecord
from models.types import Vectors
from pipelines.catalog_types import Money, Product

ImageState: TypeAlias = Literal["ready", "bad"]
FetchState: TypeAlias = Literal["ready", "bad", "failed"]
ErrorKind: TypeAlias = Literal["row", "picture"]
RunOutcome: TypeAlias = Literal["running", "finished", "interrupted", "failed"]


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One picture of one product.

    Attributes:
        number: 0 for the main picture.
        ref: as the feed wrote it.
        path: absolute path of a local picture, or below the picture store of a fetched one; ""
            where it was not found.
        sha256: of its bytes, hexadecimal; "" where they could not be read.
        reason: why it is bad, a few words; "" for a ready one.
    """

    number: int
    ref: str
    path: str = ""
    sha256: str = ""
    state: ImageState = "ready"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product with its pictures, and the text that its text vector is made of ("" for none)."""

    product: Product
    images: tuple[ImageRecord, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One row or picture that could not be used.

    Attributes:
        place: "line 12" of the feed, or the picture as the feed wrote it.
        reason: a few words that errors are counted by, e.g. "damaged".
        detail: the whole message with its remedy.
    """

    kind: ErrorKind
    place: str
    reason: str
    detail: str
    product_id: str = ""


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """How an address of a picture fared when it was last asked.

    Attributes:
        sha256: of the last bytes that could be used, hexadecimal; "" where there are none. They
            stay in use while the address fails.
        state: "bad" came and is no usable picture, "failed" did not come.
        detail: the whole message with its remedy.
        located, etag, last_modified: what the server called the bytes that came last.
        fetched_at: when they came, ISO 8601 in UTC.
        run: that asked last; when written, the run that writes.
    """

    url: str
    sha256: str = ""
    state: FetchState = "ready"
    reason: str = ""
    detail: str = ""
    located: str = ""
    etag: str = ""
    last_modified: str = ""
    fetched_at: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class ReasonCount:
    kind: ErrorKind
    reason: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class NewVectors:
    """Vectors made under one fingerprint, by the sha256 of what they were made of.

    Attributes:
        sha256s: hexadecimal; of a picture's bytes, or of a text in UTF-8.
        vectors: ndarray of shape (len(sha256s), dim), float32; rows of L2 norm 1, but for
            palettes, which are kept beside them under the measure's name.
    """

    fingerprint: str
    sha256s: tuple[str, ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class NewKeypoints:
    """`Keypoints.to_bytes` of pictures, by the sha256 of their bytes, hexadecimal."""

    fingerprint: str
    found: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one transaction makes durable, whole or not at all."""

    products: tuple[ProductRecord, ...] = ()
    errors: tuple[ErrorRecord, ...] = ()
    images: NewVectors | None = None
    texts: NewVectors | None = None
    fetched: tuple[FetchRecord, ...] = ()
    palettes: NewVectors | None = None
    keypoints: NewKeypoints | None = None


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How a batch's products compare with what the catalog held before it."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did; `seconds` is all of it, `images_per_second` counts embedded pictures.

    Attributes:
        fetched: pictures whose bytes came from the web; not those that had not changed.
    """

    products: int = 0
    images: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    embedded: int = 0
    bad_rows: int = 0
    bad_images: int = 0
    seconds: float = 0.0
    images_per_second: float = 0.0
    fetched: int = 0

    def plus(self, **more: float) -> "RunCounts":
        """The counts with `more` added to the named ones."""
        return dataclasses.replace(self, **{k: getattr(self, k) + v for k, v in more.items()})


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run over a feed; times are ISO 8601 in UTC, "" while it runs or was killed."""

    id: int
    feed: str
    started_at: str
    finished_at: str
    outcome: RunOutcome
    counts: RunCounts


@dataclass(frozen=True, slots=True)
class CatalogSummary:
    """What the catalog holds now.

    Attributes:
        images: pictures that are ready.
        bad_images: pictures that could not be used.
        errors: rows and pictures that the last run could not use.
    """

    products: int
    images: int
    bad_images: int
    errors: int


@dataclass(frozen=True, slots=True, eq=False)
class StoredImage:
    """A ready picture with its vector, shape (image_dim,).

    Attributes:
        palette: None where its colours were not measured yet.
        keypoints: empty where it has none, and where none were asked for.
    """

    number: int
    path: str
    sha256: str
    vector: Vectors
    palette: Palette | None = None
    keypoints: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class StoredProduct:
    """A product with what an index needs of it; `images` is never empty, in order of number.

    Attributes:
        written: what the tagger in use wrote of it, else the newest of any; None without.
    """

    product: Product
    images: tuple[StoredImage, ...]
    text_vector: Vectors | None
    written: TagRecord | None = None


@dataclass(frozen=True, slots=True)
class WrittenTags:
    """What a tagger wrote of the products that have these facts, and what it took.

    Attributes:
        facts: `facts_digest` of the product.
        picture: sha256 of the picture that the tagger saw; empty where it saw none.
        tokens_in, tokens_out: of every attempt together.
    """

    facts: bytes
    record: TagRecord
    picture: bytes = b""
    tokens_in: int = 0
    tokens_out: int = 0


def product_to_json(product: Product) -> str:
    """Canonical: equal products give equal strings. Defaults are left out."""
    blank = Product(id="")
    facts = {
        field.name: value
        for field in dataclasses.fields(product)
        if (value := getattr(product, field.name)) != getattr(blank, field.name)
    }
    for name in ("price", "sale_price"):
        if (money := facts.get(name)) is not None:
            facts[name] = [money.amount, money.currency]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def product_from_json(text: str) -> Product:
    facts = json.loads(text)
    for name in ("price", "sale_price"):
        if name in facts:
            facts[name] = Money(*facts[name])
    for name in ("images", "category", "codes"):
        if name in facts:
            facts[name] = tuple(facts[name])
    if "attributes" in facts:
        facts["attributes"] = tuple((key, value) for key, value in facts["attributes"])
    return Product(**facts)


def facts_digest(product: Product) -> bytes:
    """The sha256 of what a tagger reads of a product: price, stock and addresses are not in it."""
    facts = (
        product.title,
        product.description,
        product.category,
        product.brand,
        product.attributes,
    )
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).digest()


def tags_to_json(record: TagRecord) -> str:
    return json.dumps(record.values, ensure_ascii=False, separators=(",", ":"))


def tags_from_json(text: str) -> TagRecord:
    return TagRecord(tuple((field, value) for field, value in json.loads(text)))


def counts_to_json(counts: RunCounts) -> str:
    return json.dumps(dataclasses.asdict(counts))


def counts_from_json(text: str) -> RunCounts:
    """Counts that another release knew and this one does not are left out."""
    known = {field.name for field in dataclasses.fields(RunCounts)}
    return RunCounts(**{key: value for key, value in json.loads(text).items() if key in known})

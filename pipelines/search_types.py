"""What a search is asked, what it gathers on its way, and what it answers."""

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from models.adaptation import CosineScale
from models.keypoints import Keypoints
from models.tag_types import TagField
from models.types import Region, TextLine, Vectors
from pipelines.asked import Asked
from pipelines.catalog_types import Card
from pipelines.kinds import Kind
from pipelines.stores.protocol import StoreFilter

SourceName: TypeAlias = Literal[
    "image", "agreeing", "kindred", "composed", "depicted", "text", "words", "printed", "code"
]
"""Ways to find a product: it looks alike; it looks alike among those that are as the typed words
ask; the same among those that are also of the kind shown; it looks like picture and words together;
it looks like the typed words (both one space only); its description means the typed words; it
contains them; it contains words read on the photo; its article number was read or typed."""
Verdict: TypeAlias = Literal["exact", "similar", "nothing"]
ReasonName: TypeAlias = Literal[
    SourceName,
    "print",
    "kind",
    "another kind",
    "asked",
    "said",
    "denied",
    "typed",
    "partly typed",
    "lacking",
    "spoken of",
    "variants",
]
"""Why a part of a score is what it is: a source found it; its picture has the photo's print; it is
of the kind that is pictured; it is not; it is what the words ask for; its text says so; it is
another; its text says all that was typed and names no concept; or some of it; it lacks what the
words refuse; it has that; other variants of it stand before it."""
ChipField: TypeAlias = Literal[TagField, "category", "brand", "price", "stock"]
"""What a condition is about: one of a tag's fields, or a fact of the card."""


BALANCE = 0.5
"""How much words weigh beside a picture, unless the shopper moves the slider."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Which models made a perception; "" for one that was not asked."""

    image: str = ""
    text: str = ""
    detector: str = ""
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on a photo.

    Attributes:
        codes: article numbers and barcodes among the lines, as printed.
    """

    lines: tuple[TextLine, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Perception:
    """What the models saw in one photo.

    Attributes:
        regions: what may be meant, likeliest first, the whole picture last; or just the crops that
            were asked for.
        vectors: ndarray of shape (len(regions), image_dim), float32, rows of L2 norm 1.
        reading: None while the text is not read yet (it never holds results back).
        notes: plain sentences for the shopper, such as why no products were marked.
        keypoints: of each region; empty where none are looked for.
    """

    photo_sha256: str
    width: int
    height: int
    regions: tuple[Region, ...]
    vectors: Vectors
    reading: Reading | None
    fingerprints: Fingerprints
    notes: tuple[str, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()
    keypoints: tuple[Keypoints, ...] = ()

    def with_reading(self, reading: Reading) -> "Perception":
        return replace(self, reading=reading)


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One question to the ranking core.

    Attributes:
        image_vectors: shape (n, image_dim): the chosen region's, or several; n may be 0.
        asked: what the shopper typed, understood.
        colourless: whether the image vectors had their colours taken out, so that their cosines
            are lower than those of whole ones.
        words: what of it BM25 matches.
        balance: how much the words weigh beside a picture: 0 none, 1 alone.
        text_vector: shape (text_dim,): the words in the text space; None without words.
        composed_vectors: shape (n, image_dim): picture and words together; None without either,
            and where pictures and texts have two spaces.
        refused_vector: shape (text_dim,): what the words refuse; None where they refuse nothing.
        depicted_vector: shape (image_dim,): the words among the pictures; None without words, and
            where pictures and texts have two spaces.
        scale: what cosines to the image vectors mean; None where nobody measured it.
        kind: what the picture shows, where words refine it and name no kind themselves; None
            otherwise, and where the products that look most like it are of many kinds, or far.
        keypoints: of the chosen region; None where none were looked for.
        read_words: words read on the photo; weaker evidence than typed ones.
        codes: article numbers, read or typed.
        where: hard conditions.
        product_id: set when the query is a product itself ("more like this"): never answered.
        limit: how many products to select.
    """

    image_vectors: Vectors | None = None
    asked: Asked = field(default_factory=Asked)
    colourless: bool = False
    scale: CosineScale | None = None
    kind: Kind | None = None
    keypoints: Keypoints | None = None
    words: str = ""
    balance: float = BALANCE
    text_vector: Vectors | None = None
    composed_vectors: Vectors | None = None
    refused_vector: Vectors | None = None
    depicted_vector: Vectors | None = None
    read_words: str = ""
    codes: tuple[str, ...] = ()
    where: StoreFilter = field(default_factory=StoreFilter)
    product_id: str = ""
    limit: int = 24


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one source found a product: its place (1 = first) and its own score there."""

    source: SourceName
    rank: int
    score: float
    image_number: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a part of a score is what it is, as data: page and command line say it, each in its
    reader's language.

    Attributes:
        values: what a sentence on it tells, by name: `place` and `likeness` of what a source found,
            `count` of details or variants, `text` as it was typed, `kind`.
    """

    name: ReasonName
    values: tuple[tuple[str, str | int | float | Kind], ...] = ()

    @classmethod
    def of(cls, name: ReasonName, **values: str | int | float | Kind) -> "Reason":
        return cls(name, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One addend of a candidate's score: parts sum to the score exactly.

    Attributes:
        name: which source or rule made it, mostly a SourceName.
        value: what it adds.
    """

    name: str
    value: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """One product with everything that speaks for it.

    Attributes:
        card: None until hydrated, and where the index does not know the product.
        in_common: keypoints that its picture and the photo share; None where nobody looked.
        score: the sum of `parts`.
    """

    product_id: str
    evidence: tuple[Evidence, ...]
    card: Card | None = None
    score: float = 0.0
    parts: tuple[ScorePart, ...] = ()
    in_common: int | None = None

    def found_by(self, source: SourceName) -> Evidence | None:
        """The best evidence of one source."""
        return min(
            (e for e in self.evidence if e.source == source), key=lambda e: e.rank, default=None
        )

    @property
    def same_print(self) -> bool:
        """Whether enough details stand on both pictures in the same places."""
        return any(part.name == "print" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Removed:
    """A candidate that a filter took out, and why: "sold out"."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Degraded:
    """A source that failed; the answer was made without it."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that splits what was found.

    Attributes:
        condition: this condition alone, to be added to the query's own.
        count: candidates that it keeps.
        bits: what it adds to the chips before it about which candidate is meant.
    """

    field: ChipField
    condition: StoreFilter
    count: int
    bits: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to one query.

    Attributes:
        selected: best first; Candidate.card is never None here.
        reserve: kept by the filters but beyond the limit, in order.
        verdict: "exact" where a code matched, "nothing" where a picture alone was given and nothing
            looks like it, else "similar".
        chips: conditions that best split `found`.
        asked: how the typed words were understood.
        kind: what the picture shows, which counted as asked for; see `Query`.
        colourless: whether looks were compared without colours; see `Query`.
    """

    selected: tuple[Candidate, ...]
    reserve: tuple[Candidate, ...] = ()
    removed: tuple[Removed, ...] = ()
    verdict: Verdict = "similar"
    degraded: tuple[Degraded, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()
    chips: tuple[Chip, ...] = ()
    asked: Asked = field(default_factory=Asked)
    kind: Kind | None = None
    colourless: bool = False

    @property
    def found(self) -> tuple[Candidate, ...]:
        """All that was found and not removed, in order."""
        return self.selected + self.reserve

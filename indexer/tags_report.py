"""The vocabulary of a shop's tags for its owner: how often each is said, by whom, and how many of
them the pictures bear out."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from indexer.entries import CatalogEntries, catalog_vocabulary
from models.errors import IndexMissing
from models.tag_types import TAG_FIELDS, TagField
from pipelines.build import open_catalog, open_index_home
from pipelines.settings import Settings

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class TagUse:
    """One tag of the vocabulary.

    Attributes:
        origins: products by who says it of them.
        verdicts: products by what their pictures say to it.
        examples: ids of the first products that have it.
        spellings: written values that count as it.
    """

    field: TagField
    value: str
    products: int
    origins: dict[str, int]
    verdicts: dict[str, int]
    examples: tuple[str, ...]
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagsReport:
    """Attributes:
    tags: by field, the most frequent first.
    hidden: written values that are searched and not shown, for nearly no product has them.
    """

    products: int
    tags: tuple[TagUse, ...]
    hidden: tuple[str, ...]


def tags_report(settings: Settings) -> TagsReport:
    """The vocabulary of the home's products as the next index will have it.

    Raises:
        IndexMissing: nothing was indexed yet.
    """
    info = open_index_home(settings).current()
    if info is None:
        raise IndexMissing("nothing was indexed yet", remedy="run `shoplens index FEED`")
    origins: dict[tuple[TagField, str], Counter[str]] = defaultdict(Counter)
    verdicts: dict[tuple[TagField, str], Counter[str]] = defaultdict(Counter)
    examples: dict[tuple[TagField, str], list[str]] = defaultdict(list)
    products = 0
    with open_catalog(settings, read_only=True) as catalog:
        vocabulary = catalog_vocabulary(catalog, info.spec.text_fingerprint)
        for stored, tags in CatalogEntries(catalog, info.spec).tagged():
            products += 1
            for tag in tags:
                said = tag.field, tag.value
                origins[said][tag.origin] += 1
                verdicts[said][tag.verdict] += 1
                if len(examples[said]) < _EXAMPLES:
                    examples[said].append(stored.product.id)
    spellings: dict[tuple[TagField, str], list[str]] = defaultdict(list)
    for (field, value), other in vocabulary.merged.items():
        spellings[field, other].append(value)
    uses = [
        TagUse(
            field,
            value,
            origins[field, value].total(),
            dict(origins[field, value].most_common()),
            dict(verdicts[field, value].most_common()),
            tuple(examples[field, value]),
            tuple(spellings.get((field, value), ())),
        )
        for field, value in origins
    ]
    uses.sort(key=lambda use: (TAG_FIELDS.index(use.field), -use.products, use.value))
    hidden = tuple(sorted(f"{field}:{value}" for field, value in vocabulary.rare))
    return TagsReport(products, tuple(uses), hidden)

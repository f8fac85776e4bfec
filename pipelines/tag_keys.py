"""The keys by which a product's tags are searched: its own, and those of what they imply."""

from collections.abc import Iterable

from models.tag_types import Tag, TagField
from pipelines.lexicon import ancestors, concept


def searched_keys(tags: Iterable[Tag]) -> dict[str, TagField]:
    """What filters, facets and chips meet, each key with its field: navy is found as blue, a mug
    as drinkware.

    A tag that its picture contradicts is not searched, and neither is what it implies.
    """
    keys: dict[str, TagField] = {}
    for tag in tags:
        if tag.verdict == "contradicted":
            continue
        keys[tag.key] = tag.field
        if (known := concept(tag.field, tag.value)) is not None:
            keys |= {wider.tag_key: wider.field for wider in ancestors(known)}
    return keys

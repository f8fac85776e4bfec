"""The keys by which a product's tags are searched: its own, and those of what they imply."""

from collections.abc import Iterable
from functools import lru_cache

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
        keys.update(_implied(tag.field, tag.value))
    return keys


@lru_cache(maxsize=10_000)  # the page asks it of two hundred cards at every click
def _implied(field: TagField, value: str) -> tuple[tuple[str, TagField], ...]:
    known = concept(field, value)
    return () if known is None else tuple((w.tag_key, w.field) for w in ancestors(known))

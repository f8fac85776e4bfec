"""The few tags that a card tells: what was asked for first, and that it was."""

from collections.abc import Collection, Iterator
from html import escape
from typing import Final

from app.labels import kind_name, tag_name
from app.words import Words
from models.tag_types import Tag, TagField
from pipelines.catalog_types import Card
from pipelines.kinds import Kind
from pipelines.tag_keys import searched_keys

MOST: Final = 3
_TOLD: Final[tuple[TagField, ...]] = ("material", "pattern", "colour", "style", "feature")
"""Fields in the order in which a card tells them; the kind stands in its title."""
_PLAIN: Final = "pattern:plain"
"""True of most things, and told by none."""


def tags_line(card: Card, asked: Collection[str], words: Words) -> str:
    """HTML of a card's tags, an asked one in bold; "" without any.

    Args:
        asked: keys of tags that the shopper asked for.
    """
    told = []
    for tag in list(_chosen(card, asked))[:MOST]:
        name = escape(tag_name(tag.key, words))
        if _meets(tag, asked):
            why = escape(words.as_asked.format(tag=tag_name(tag.key, words)))
            name = f'<b title="{why}">✓ {name}</b>'
        told.append(name)
    return f'<p class="tags">{" · ".join(told)}</p>' if told else ""


def asked_for(card: Card, asked: Collection[str], words: Words) -> str:
    """HTML that says which of the asked tags it has: "red, as you asked"; "" for none."""
    names = (tag_name(tag.key, words) for tag in _shown(card) if _meets(tag, asked))
    told = ", ".join(dict.fromkeys(names))
    return f'<p class="quiet">✓ {escape(words.as_asked.format(tag=told))}</p>' if told else ""


def of_its_kind(card: Card, kind: Kind | None, words: Words) -> str:
    """HTML that says that it is what the picture shows: "mug, as on the picture"; or ""."""
    if kind is None or not kind.holds(card):
        return ""
    told = words.as_shown.format(kind=kind_name(kind, words))
    return f'<p class="quiet">✓ {escape(told)}</p>'


def _chosen(card: Card, asked: Collection[str]) -> Iterator[Tag]:
    yield from (tag for tag in _shown(card) if _meets(tag, asked))
    for field in _TOLD:
        # One of each: "oak, brown, beige" would say the same thing three times.
        mine = (tag for tag in _shown(card) if tag.field == field and not _meets(tag, asked))
        yield from (tag for tag in list(mine)[:1] if tag.key != _PLAIN)


def _meets(tag: Tag, asked: Collection[str]) -> bool:
    """Whether it is asked for, by its own name or as what it is a kind of: cream is white."""
    return any(key in asked for key in searched_keys([tag]))


def _shown(card: Card) -> Iterator[Tag]:
    """Tags that shoppers meet, each once, whoever says it."""
    known: dict[str, Tag] = {}
    for tag in card.tags:
        if tag.verdict != "contradicted" and tag.field != "synonym":
            known.setdefault(tag.key, tag)
    return iter(known.values())

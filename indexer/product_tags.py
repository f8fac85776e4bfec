"""A product's tags from everyone who says something of it, each thing said once."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from indexer.sight import Seen
from models.palette import Palette
from models.tag_types import TAG_FIELDS, Tag, TagField, TagRecord, TagVerdict
from pipelines.catalog_types import Product
from pipelines.lexicon import Concept, ancestors, concept, recognise
from pipelines.looks import colour_verdict, named_colours

MOST_CHARACTERS: Final = 60
"""A longer value is prose or an attack, and no tag."""
_MOST_WRITTEN: Final = 60

_ATTRIBUTES: Final[Mapping[TagField, tuple[str, ...]]] = {
    "type": ("type", "product type", "тип", "тип товара", "вид", "вид товара"),
    "colour": ("color", "colour", "цвет", "основной цвет", "цвет товара"),
    "material": ("material", "материал", "состав", "composition", "fabric", "ткань"),
    "pattern": ("pattern", "рисунок", "узор", "принт", "print"),
    "audience": ("gender", "age_group", "age group", "пол", "возраст", "audience"),
    "style": ("style", "стиль"),
    "occasion": ("occasion", "season", "сезон", "назначение", "повод"),
}
_FIELD_OF_ATTRIBUTE: Final[Mapping[str, TagField]] = {
    name: field for field, names in _ATTRIBUTES.items() for name in names
}
_SEVERAL = re.compile(r"\s*[/,;|&+]\s*|\s+(?:and|with|и|с)\s+")
_SAID: Final[tuple[TagField, ...]] = ("colour", "pattern", "material", "audience")
"""What a title is asked for where no attribute says it."""
_NO_VALUE = frozenset({"no", "none", "n/a", "false", "нет", "-", "—", "0"})
_YES = frozenset({"yes", "true", "да"})
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
# A title's first words name the thing; what comes after a comma or "with" is about it.
_HEAD_OF_TITLE = re.compile(r"[,;:(—|]| with | for | для | с | со ", re.IGNORECASE)


def tags_of(
    product: Product,
    written: TagRecord | None = None,
    palettes: Sequence[Palette] = (),
    seen: Seen | None = None,
) -> tuple[Tag, ...]:
    """What is said of a product; where several say the same, the first of these origins counts:
    the feed, a language model, the embedder's labels, the measured colours.

    Args:
        written: what a language model wrote.
        palettes: the colours of its pictures.
        seen: its pictures as the embedder sees them: it labels fields of which nobody has said
            anything, and has a word on what is said.
    """
    tags: dict[str, Tag] = {}
    for tag in (*feed_tags(product), *_written_tags(written)):
        tags.setdefault(tag.key, replace(tag, verdict=_verdict(tag, palettes, seen)))
    for tag in seen.labels() if seen else ():
        if not _told(tags.values(), tag.field):
            tags.setdefault(tag.key, tag)
    if palettes and not _told(tags.values(), "colour"):
        for key in named_colours(palettes[0]):
            measured = Tag("colour", key, "measured", "confirmed")
            tags.setdefault(measured.key, measured)
    return tuple(sorted(tags.values(), key=lambda tag: TAG_FIELDS.index(tag.field)))


def feed_tags(product: Product) -> tuple[Tag, ...]:
    """What the shop itself says: its attributes, its categories, and where these are silent its
    title."""
    found = [tag for name, value in product.attributes for tag in _of_attribute(name, value)]
    fields = {tag.field for tag in found}
    if "type" not in fields and (kind := _type_of(product)) is not None:
        found.append(_tag(kind))
    found += [known for known in _titled(product.title) if known.field not in fields]
    return tuple(dict.fromkeys(found))


def _titled(title: str) -> Iterator[Tag]:
    """What a title says beside the type. A name that fields share ("gold") is the first's."""
    at = -1
    for mention in recognise(title):
        if mention.start != at and mention.concept.field in _SAID:
            yield _tag(mention.concept)
        at = mention.start


def _of_attribute(name: str, value: str) -> Iterator[Tag]:
    """An attribute's tags; at least one, unless it is empty or denies something."""
    name, value = plain(name), plain(value)
    if not value or value in _NO_VALUE:
        return
    field = _FIELD_OF_ATTRIBUTE.get(name, "feature")
    if field == "feature":
        if value in _YES:
            value = name
        elif not any(letter.isalpha() for letter in value):
            value = f"{name}: {value}"
        yield Tag("feature", value)
        return
    for part in _SEVERAL.split(value):
        known = recognise(part, (field,))
        yield from (_tag(mention.concept) for mention in known)
        if part and not known:
            yield Tag(field, part)


def _type_of(product: Product) -> Concept | None:
    """The finest type that category and title agree on; the title's where the category has none.

    Of a word for several («часы» are clocks and watches) it is the one that the other of the two
    is a kind of, else the last in the lexicon.
    """
    head = _HEAD_OF_TITLE.split(product.title, maxsplit=1)[0]
    mentions = recognise(head, ("type",))[::-1]  # English names the thing last: "sofa table"
    if _CYRILLIC.search(head):
        mentions.sort(key=lambda mention: mention.start)
    titled = [mention.concept for mention in mentions]
    for level in reversed(product.category):
        placed = [mention.concept for mention in recognise(level, ("type",))]
        if placed:
            finer = (one for one in titled if set(ancestors(one)) & set(placed))
            return next(finer, placed[-1])
        if titled:
            break
    return titled[0] if titled else None


def _written_tags(written: TagRecord | None) -> Iterator[Tag]:
    for field, value in (written.values if written else ())[:_MOST_WRITTEN]:
        yield from (replace(tag, origin="written") for tag in canonical(field, value))


def canonical(field: TagField, value: str) -> tuple[Tag, ...]:
    """A written value as tags of the feed's kind: a concept where all of it names one, else as
    written; none where it is empty or too long."""
    value = plain(value)
    if not value or len(value) > MOST_CHARACTERS:
        return ()
    known = recognise(value, (field,))
    if known and (known[0].end - known[0].start == len(value) or _visual(field)):
        whole = [mention for mention in known if mention.start == known[0].start]
        return tuple(dict.fromkeys(Tag(field, mention.concept.key) for mention in whole))
    return (Tag(field, value),)


def plain(text: str) -> str:
    """Lower case, single spaces, no control characters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.casefold().split())


def _visual(field: TagField) -> bool:
    """Whether a known word within a longer value is what counts: "soft navy blue"."""
    return field in ("colour", "material", "pattern")


def _verdict(tag: Tag, palettes: Sequence[Palette], seen: Seen | None) -> TagVerdict:
    """Pixels have the first word on a colour; the embedder is asked where they have none."""
    colour = concept("colour", tag.value) if tag.field == "colour" else None
    said = "unchecked" if colour is None else colour_verdict(colour, palettes)
    return seen.verdict(tag) if said == "unchecked" and seen is not None else said


def _told(tags: Iterable[Tag], field: TagField) -> bool:
    return any(tag.field == field and tag.verdict != "contradicted" for tag in tags)


def _tag(known: Concept) -> Tag:
    return Tag(known.field, known.key)


def spoken_words(tags: Sequence[Tag]) -> tuple[str, ...]:
    """The words by which BM25 shall find a product beside its own: names of its tags and of what
    they imply in every language, so that «кружка» finds an English feed's mug.

    Of several words only a concept's display name counts: "coffee mug" would make every mug a
    result for coffee.
    """
    words: dict[str, None] = {}
    for tag in tags:
        if tag.verdict == "contradicted":
            continue
        known = concept(tag.field, tag.value)
        if known is None:
            words[tag.value] = None
            continue
        for locale in known.names:
            names = known.spoken(locale)
            words |= dict.fromkeys((names[0], *(name for name in names[1:] if " " not in name)))
            words |= dict.fromkeys(wider.display(locale) for wider in ancestors(known))
    return tuple(words)

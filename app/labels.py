"""What conditions are called on the page, in the reader's language."""

from collections.abc import Iterator
from typing import Final

from app.amounts import money, plain_number
from app.words import Words
from models.tag_types import TagField
from pipelines.asked import Asked, Phrase, Shade
from pipelines.catalog_types import Money
from pipelines.conditions import field_of
from pipelines.kinds import Kind
from pipelines.lexicon import concept, display
from pipelines.stores.points import CATEGORY_SEPARATOR
from pipelines.stores.protocol import StoreFilter

_MANY_COLOURS: Final = "conic-gradient(#d33, #dc3, #3a4, #38c, #83b, #d33)"
_CLEAR: Final = "repeating-conic-gradient(#fff 0 25%, #ccc 0 50%) 50% / 0.5em 0.5em"


def condition_name(condition: StoreFilter, words: Words, *, currency: str = "") -> str:
    """A single condition in words: "red", "up to €20", "Mugs"; plain text, not markup.

    Args:
        currency: of the prices that it is about; "" where that is not known.
    """
    if condition.tags:
        return tag_name(condition.tags[0], words)
    if condition.without_tags:
        return words.without_tag.format(tag=tag_name(condition.without_tags[0], words))
    if condition.category:
        return condition.category.split(CATEGORY_SEPARATOR)[-1]
    if condition.brand:
        return condition.brand
    if condition.in_stock_only:
        return words.in_stock
    ends = (
        (words.price_over, condition.price_min),
        (words.price_under, condition.price_max),
    )
    return " ".join(
        phrase.format(n=_price(end, currency, words)) for phrase, end in ends if end is not None
    )


def tag_name(key: str, words: Words) -> str:
    """A tag as shoppers read it: "navy" of "colour:navy"."""
    return display(key, words.locale)


def kind_name(kind: Kind, words: Words) -> str:
    """What a picture shows, in the reader's language; a category as the feed writes it."""
    return display(kind.value, words.locale) if kind.field == "type" else kind.name


def phrase_name(phrase: Phrase, asked: Asked, words: Words) -> str:
    """A phrase as it was typed; a comparison with the price or colour that it came to."""
    told = words.compared.get(phrase.relation) if phrase.relation else None
    if told is not None and asked.shade is not None and phrase.relation in asked.shades:
        return told.format(n=_colours(asked.shade, words))
    if told is None or asked.reference is None or phrase.relation not in asked.comparisons:
        return phrase.text
    return told.format(n=_price(asked.reference.amount, asked.reference.currency, words))


def remarks(asked: Asked, words: Words) -> Iterator[str]:
    """Sentences on what was compared with what, and on what could not be done as asked."""
    if (shown := asked.reference) is not None:
        price = _price(shown.amount, shown.currency, words)
        yield words.compared_with.format(title=shown.title or shown.product_id, price=price)
    if (shade := asked.shade) is not None:
        colours = _colours(shade, words)
        yield words.shade_compared_with.format(
            title=shade.title or shade.product_id, colours=colours
        )
    for unmet in asked.unmet:
        yield words.unmet[unmet].format(asked=asked.currency, sold=", ".join(asked.sold_in))


def swatch_style(selector: str, key: str) -> str:
    """A CSS rule that shows a colour ("colour:navy") before a button's words; "" for other tags.

    Only numbers and constants of ours: nothing that a feed says gets into a style.
    """
    field: TagField = "colour"
    known = concept(field, key.partition(":")[2]) if field_of(key) == field else None
    if known is None:
        return ""
    if known.lab is None:
        ground = _CLEAR if known.key == "transparent" else _MANY_COLOURS
    else:
        ground = "lab({:.1f} {:.1f} {:.1f})".format(*known.lab)
    return f'{selector} p::before{{content:"";background:{ground}}}'


def _colours(shade: Shade, words: Words) -> str:
    return ", ".join(tag_name(key, words) for key in shade.colours)


def _price(amount: float, currency: str, words: Words) -> str:
    if currency:
        return money(Money(amount, currency), words.locale)
    return plain_number(amount, words.locale)

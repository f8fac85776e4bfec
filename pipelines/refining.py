"""A picture and words as one query: what is asked, of which kind, and cheaper than what."""

from collections.abc import Sequence
from dataclasses import replace

from models.types import Vectors
from pipelines.asked import Reference, understand
from pipelines.asked.meaning import matched_words, names_field, narrowed
from pipelines.catalog_types import Card
from pipelines.codes import typed_codes
from pipelines.kinds import Kind, kind_of, neighbours
from pipelines.search_types import Query
from pipelines.stores.protocol import StoreFilter, VectorIndex


def asked_query(words: str, where: StoreFilter, balance: float, limit: int) -> Query:
    """A query of typed words alone, understood; a picture is added to it."""
    asked = understand(words.strip())
    return Query(
        asked=asked,
        words=matched_words(asked),
        codes=typed_codes(asked.words),
        where=where,
        balance=min(1.0, max(0.0, balance)),
        limit=limit,
    )


def pictured(index: VectorIndex, query: Query, coloured: Vectors | None) -> Query:
    """A query with what the products tell that look most like its picture: the kind, which is asked
    for too where words refine it and name no other, and the price that "cheaper" compares with.

    Args:
        query: its image vectors are as the index has them, without colours where words name one.
        coloured: the same with their colours, by which the very product is known best.
    """
    asked = query.asked
    if query.image_vectors is None or coloured is None or not asked.text:
        return query
    near = neighbours(index, query.image_vectors[:1])
    kind = kind_of(near)
    if asked.comparisons:
        very = neighbours(index, coloured[:1]) if query.colourless else near
        shown = [*_named(index, query), *_of_kind(very, kind)]
        query = replace(query, asked=replace(asked, reference=_priced(shown, asked.currency)))
    both = 0 < query.balance < 1
    silent = asked.any_kind or names_field(asked, "type")
    return replace(query, kind=kind if both and not silent else None)


def bounded(query: Query, sold: Sequence[str]) -> Query:
    """A query with what its words ask as conditions, in a currency that the shop sells in.

    Args:
        sold: currencies of the shop, the most frequent first; empty where it names none.
    """
    asked, notes = query.asked, list(query.asked.notes)
    foreign = bool(asked.currency and sold and asked.currency not in sold)
    if foreign:
        notes.append(
            f"prices here are in {', '.join(sold)}: a price in {asked.currency} was not applied"
        )
    if asked.comparisons and asked.reference is None:
        notes.append("no price to compare with: show a picture of what is sold here, or say one")
    if asked.sizes:
        notes.append("sizes are not compared here: name one that the card may say, as 40 cm")
    asked = replace(
        asked, currency=asked.currency if sold else "", foreign=foreign, notes=tuple(notes)
    )
    return replace(query, asked=asked, where=narrowed(query.where, asked))


def _named(index: VectorIndex, query: Query) -> list[Card]:
    """The very product that is meant, where that is known: by its id or its article number."""
    ids = [query.product_id] if query.product_id else []
    if not ids and query.codes:
        ids = [hit.product_id for hit in index.codes(query.codes, 1, StoreFilter())]
    return [card for card in index.cards(ids) if card is not None]


def _of_kind(near: Sequence[Card], kind: Kind | None) -> list[Card]:
    return [card for card in near if kind is None or kind.holds(card) is not False]


def _priced(cards: Sequence[Card], currency: str) -> Reference | None:
    """The first of the products that has a price, in a currency if one was said."""
    for card in cards:
        if card.price is not None and currency in ("", card.price.currency):
            return Reference(card.product_id, card.title, card.price.amount, card.price.currency)
    return None

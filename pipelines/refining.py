"""A picture and words as one query: what is asked, of which kind, and cheaper than what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.adaptation import AdaptationHead, CosineScale
from models.types import Vectors
from pipelines.asked import Reference, understand
from pipelines.asked.meaning import matched_words, names_field, narrowed
from pipelines.catalog_types import Card
from pipelines.codes import typed_codes
from pipelines.cosine_scales import measured_scale
from pipelines.kinds import Kind, Neighbour, kind_of, nearness, neighbours
from pipelines.search_types import Query
from pipelines.shades import shade_of, shade_tags
from pipelines.stores.protocol import StoreFilter, VectorIndex


def asked_query(words: str, where: StoreFilter, balance: float, limit: int) -> Query:
    """A query of typed words alone, understood; a picture is added to it."""
    # Half a character, as a terminal of another encoding gives, is no word to any model.
    asked = understand(words.encode("utf-8", "replace").decode("utf-8").strip())
    return Query(
        asked=asked,
        words=matched_words(asked),
        codes=typed_codes(asked.words),
        where=where,
        balance=min(1.0, max(0.0, balance)),
        limit=limit,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture as its neighbours are asked for, each of shape (n, image_dim), as the index has it.

    Attributes:
        whole: with its colours, by which the very product is known best.
        shape: without, by which the kind is known best: a red mug is a mug, and lamplight is warm.
            With its colours where an adaptation head is on, whose trial was with them.
    """

    whole: Vectors
    shape: Vectors


def pictured(
    index: VectorIndex, query: Query, shown: Shown | None, head: AdaptationHead | None
) -> Query:
    """A query with what the products tell that look most like its picture: the kind, which is asked
    for too where words refine it and name no other, and the price and the colour that "cheaper" and
    "darker" compare with.

    Args:
        head: that the index was built with.
    """
    asked = query.asked
    if shown is None or not asked.text:
        return query
    profile = index.info.spec.profile
    near = neighbours(index, shown.shape[:1])
    scale = measured_scale(profile, head, colourless=head is None)
    kind = kind_of([each.card for each in near], nearness(near, scale))
    if asked.comparisons or asked.shades:
        very = _of_kind(neighbours(index, shown.whole[:1]), kind, measured_scale(profile, head))
        meant = [*_named(index, query), *very]
        shades = (shade for card in meant if (shade := shade_of(card)) is not None)
        compared = replace(
            asked,
            reference=_priced(meant, asked.currency) if asked.comparisons else None,
            shade=next(shades, None) if asked.shades else None,
        )
        query = replace(query, asked=compared)
    both = 0 < query.balance < 1
    silent = asked.any_kind or names_field(asked, "type")
    return replace(query, kind=kind if both and not silent else None)


def bounded(query: Query, sold: Sequence[str]) -> Query:
    """A query with what its words ask as conditions, in a currency that the shop sells in.

    Args:
        sold: currencies of the shop, the most frequent first; empty where it names none.
    """
    asked = query.asked
    foreign = asked.currency and sold and asked.currency not in sold
    asked = replace(
        asked,
        currency=asked.currency if sold else "",
        sold_in=tuple(sold) if foreign else (),
    )
    where = narrowed(query.where, asked)
    if (tags := shade_tags(asked)) and "colour" not in where.tags_by_field:
        where = replace(where, tags=(*where.tags, *tags))
    return replace(query, asked=asked, where=where)


def _named(index: VectorIndex, query: Query) -> list[Card]:
    """The very product that is meant, where that is known: by its id or its article number."""
    ids = [query.product_id] if query.product_id else []
    if not ids and query.codes:
        ids = [hit.product_id for hit in index.codes(query.codes, 1, StoreFilter())]
    return [card for card in index.cards(ids) if card is not None]


def _of_kind(near: Sequence[Neighbour], kind: Kind | None, scale: CosineScale | None) -> list[Card]:
    """What the picture shows, the likeliest first: of its kind, or what is close without one."""
    if kind is not None:
        return [each.card for each in near if kind.holds(each.card) is not False]
    return [each.card for each in near if scale is None or each.cosine >= scale.close]


def _priced(cards: Sequence[Card], currency: str) -> Reference | None:
    """The first of the products that has a price, in a currency if one was said."""
    for card in cards:
        if card.price is not None and currency in ("", card.price.currency):
            return Reference(card.product_id, card.title, card.price.amount, card.price.currency)
    return None

"""Filters: what may not be shown, each with the reason that a person reads.

The engine applies the same conditions while it searches, so that they cost no recall; here they
hold for every source, whatever it returned.
"""

from collections.abc import Callable

from pipelines.catalog_types import Card
from pipelines.ranking.protocols import Filter, Pool, Split
from pipelines.search_types import Candidate, Query, Removed
from pipelines.shades import in_shade
from pipelines.tag_keys import searched_keys


def split(pool: Pool, keep: Callable[[Candidate], bool], reason: str) -> Split:
    """Partition a pool by a test."""
    kept = tuple(candidate for candidate in pool if keep(candidate))
    removed = tuple(Removed(candidate, reason) for candidate in pool if not keep(candidate))
    return Split(kept, removed)


class Known:
    """Remove products that the index has no facts of."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        return split(pool, lambda c: c.card is not None, "not in this index")


class NotItself:
    """Remove the product that "more like this" started from."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        hidden = {query.product_id, *query.where.exclude_ids}
        return split(pool, lambda c: c.product_id not in hidden, "the product itself")


class InStock:
    """Remove sold-out products where the shopper asked so; unknown stock stays."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        if not query.where.in_stock_only:
            return Split(pool)
        return split(pool, _card(lambda card: card.in_stock is not False), "sold out")


class PriceBetween:
    """Remove products outside the asked prices; an unknown price is outside, and so is one in
    another currency than the asked one."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        low, high = query.where.price_min, query.where.price_max
        if low is None and high is None:
            return Split(pool)

        def inside(card: Card) -> bool:
            if card.price is None:
                return False
            if query.where.currency not in ("", card.price.currency):
                return False
            amount = card.price.amount
            return (low is None or amount >= low) and (high is None or amount <= high)

        return split(pool, _card(inside), "outside the price range")


class InCategory:
    """Remove products of other categories; a category stands for everything beneath it."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        wanted = tuple(part.strip() for part in query.where.category.split(">") if part.strip())
        if not wanted:
            return Split(pool)
        inside = _card(lambda card: card.category[: len(wanted)] == wanted)
        return split(pool, inside, "of another category")


class OfBrand:
    """Remove products of other brands."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        brand = query.where.brand
        if not brand:
            return Split(pool)
        return split(pool, _card(lambda card: card.brand == brand), "of another brand")


class Tagged:
    """Remove products without the asked tags, or with one that was asked away."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        where = query.where
        if not where.tags and not where.without_tags:
            return Split(pool)

        def fits(card: Card) -> bool:
            keys = set(searched_keys(card.tags))
            wanted = where.tags_by_field.values()
            return all(keys & set(any_of) for any_of in wanted) and not keys & set(
                where.without_tags
            )

        return split(pool, _card(fits), "without the asked tags")


class InShade:
    """Remove products that are not darker or lighter than what is shown, where that is asked."""

    def __call__(self, query: Query, pool: Pool) -> Split:
        if not query.asked.shades:
            return Split(pool)
        return split(pool, _card(lambda card: in_shade(card, query.asked)), "not in the shade")


CONDITIONS: tuple[Filter, ...] = (InStock(), PriceBetween(), InCategory(), OfBrand(), Tagged())
"""What a StoreFilter says of products' facts."""


def _card(test: Callable[[Card], bool]) -> Callable[[Candidate], bool]:
    return lambda candidate: candidate.card is not None and test(candidate.card)

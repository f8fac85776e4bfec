"""The conditions of a search taken apart and put together: what chips switch on and off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.errors import BadQuery
from models.tag_types import TAG_FIELDS
from pipelines.ranking.core import sift
from pipelines.ranking.filters import CONDITIONS
from pipelines.search_types import Candidate, ChipField, Query
from pipelines.stores.protocol import StoreFilter


def conditions(  # noqa: PLR0913 - what a person can set
    *,
    in_stock: bool = False,
    price_min: float | None = None,
    price_max: float | None = None,
    category: str = "",
    brand: str = "",
    tags: Sequence[str] = (),
    without_tags: Sequence[str] = (),
) -> StoreFilter:
    """Conditions as a person types them, on a command line or in a request.

    Args:
        tags, without_tags: as FIELD:VALUE.
    Raises:
        BadQuery: no price can meet them, or a tag is none.
    """
    if price_min is not None and price_max is not None and price_min > price_max:
        raise BadQuery(
            f"no price lies between {price_min:g} and {price_max:g}",
            remedy="give the lower one as the least price",
        )
    return StoreFilter(
        in_stock_only=in_stock,
        price_min=price_min,
        price_max=price_max,
        category=category,
        brand=brand,
        tags=_typed_keys(tags),
        without_tags=_typed_keys(without_tags),
    )


def _typed_keys(given: Sequence[str]) -> tuple[str, ...]:
    for key in given:
        field, _, value = key.partition(":")
        if field not in TAG_FIELDS or not value:
            raise BadQuery(
                f"{key!r} is no tag",
                remedy=f"write FIELD:VALUE, such as colour:red; fields: {', '.join(TAG_FIELDS)}",
            )
    return tuple(key.lower() for key in given)


def condition(field: ChipField, value: str) -> StoreFilter:
    """One condition alone.

    Args:
        value: a tag's key ("colour:red"), a category, a brand, or the ends of a price
            ("..20", "20.."); of no meaning for stock.
    """
    match field:
        case "category":
            return StoreFilter(category=value)
        case "brand":
            return StoreFilter(brand=value)
        case "price":
            low, _, high = value.partition("..")
            return StoreFilter(
                price_min=float(low) if low else None, price_max=float(high) if high else None
            )
        case "stock":
            return StoreFilter(in_stock_only=True)
        case _:
            return StoreFilter(tags=(value,))


def price_ends(low: float | None, high: float | None) -> str:
    """Ends of a price as `condition` takes them: "..20"; None is open."""
    return "..".join("" if end is None else f"{end:g}" for end in (low, high))


def with_condition(where: StoreFilter, more: StoreFilter) -> StoreFilter:
    """Both: tags add up, and where one value alone can hold, that of `more` does."""
    return replace(
        where,
        in_stock_only=where.in_stock_only or more.in_stock_only,
        price_min=where.price_min if more.price_min is None else more.price_min,
        price_max=where.price_max if more.price_max is None else more.price_max,
        currency=more.currency or where.currency,
        category=more.category or where.category,
        brand=more.brand or where.brand,
        tags=tuple(dict.fromkeys((*where.tags, *more.tags))),
        without_tags=tuple(dict.fromkeys((*where.without_tags, *more.without_tags))),
    )


def without_condition(where: StoreFilter, less: StoreFilter) -> StoreFilter:
    """`where` without everything that `less` sets."""
    return replace(
        where,
        in_stock_only=where.in_stock_only and not less.in_stock_only,
        price_min=where.price_min if less.price_min is None else None,
        price_max=where.price_max if less.price_max is None else None,
        category="" if less.category else where.category,
        brand="" if less.brand else where.brand,
        tags=tuple(key for key in where.tags if key not in less.tags),
        without_tags=tuple(key for key in where.without_tags if key not in less.without_tags),
    )


def without_field(where: StoreFilter, field: ChipField) -> StoreFilter:
    """`where` without what it asks of one field: the ground on which its values are counted."""
    kept = replace(where, tags=tuple(key for key in where.tags if field_of(key) != field))
    match field:
        case "category":
            return replace(kept, category="")
        case "brand":
            return replace(kept, brand="")
        case "price":
            return replace(kept, price_min=None, price_max=None)
        case "stock":
            return replace(kept, in_stock_only=False)
        case _:
            return kept


def single_conditions(where: StoreFilter) -> Iterator[StoreFilter]:
    """Each condition that is set, alone; the two ends of a price are one."""
    yield from (StoreFilter(tags=(key,)) for key in where.tags)
    yield from (StoreFilter(without_tags=(key,)) for key in where.without_tags)
    if where.category:
        yield StoreFilter(category=where.category)
    if where.brand:
        yield StoreFilter(brand=where.brand)
    if where.price_min is not None or where.price_max is not None:
        yield StoreFilter(price_min=where.price_min, price_max=where.price_max)
    if where.in_stock_only:
        yield StoreFilter(in_stock_only=True)


def field_of(key: str) -> str:
    """The field of a tag's key: "colour" of "colour:red"."""
    return key.partition(":")[0]


def passing(found: Sequence[Candidate], where: StoreFilter) -> tuple[Candidate, ...]:
    """The candidates that meet the conditions, in their order."""
    return sift(CONDITIONS, Query(where=where), tuple(found))[0]

"""Rows in Google Merchant Center's names to products.

Source: the product data specification, support.google.com/merchants/answer/7052112.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from indexer.feeds.money import parse_money
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.text_fields import plain
from pipelines.catalog_types import Money, Product

Row: TypeAlias = Mapping[str, tuple[str, ...]]
"""Values by canonical name; several where the feed repeats or lists them."""

REQUIRED = ("id", "image_link")
MAX_PICTURES = 20

_CODES = ("gtin", "mpn", "sku", "ean", "upc", "isbn", "barcode")
_ATTRIBUTES = (
    "color", "size", "material", "pattern", "gender", "age_group", "size_type", "size_system",
)  # fmt: skip
_OTHER = (
    "title", "description", "category", "product_type", "google_product_category",
    "additional_image_link", "link", "price", "sale_price", "availability", "brand",
    "item_group_id", "product_detail",
)  # fmt: skip
KNOWN = frozenset((*REQUIRED, *_CODES, *_ATTRIBUTES, *_OTHER))

_IN_STOCK = frozenset({"in_stock", "instock", "limited_availability", "available", "yes", "true"})
_SOLD_OUT = frozenset(
    {"out_of_stock", "outofstock", "sold_out", "soldout", "discontinued", "preorder", "pre_order",
     "backorder", "back_order", "unavailable", "no", "false"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters that are kept of a field; Google's own limits, rounded up."""

    id: int = 200
    title: int = 500
    description: int = 5_000
    name: int = 200
    ref: int = 2_000


_LIMITS = Limits()


def canonical_name(name: str) -> str:
    """`g:Image Link`, "image link" and "image_link" are one column."""
    name = name.strip().lstrip("\ufeff").lower().removeprefix("g:")
    return "_".join(name.replace("-", " ").replace("_", " ").split())


def product_items(row: Row, place: str) -> Iterator[FeedItem]:
    """The product of one row, after whatever is wrong with it; only bad rows where it has no
    id or no picture."""
    product_id = plain(_one(row, "id"), _LIMITS.id)
    if not product_id:
        yield BadRow(place, "no id", "the row has no id; left out")
        return
    pictures = _pictures(row)
    if not pictures:
        yield BadRow(place, "no picture", "the row has no image_link; left out", product_id)
        return
    if len(pictures) > MAX_PICTURES:
        detail = f"{len(pictures)} pictures; the first {MAX_PICTURES} count"
        yield BadRow(place, "too many pictures", detail, product_id)
    prices: dict[str, Money | None] = {}
    for name in ("price", "sale_price"):
        told = _one(row, name)
        prices[name] = parse_money(told) if told else None
        if told and prices[name] is None:
            detail = f"{name} {plain(told, 60)!r} is not understood; kept without it"
            yield BadRow(place, "bad price", detail, product_id)
    yield Product(
        id=product_id,
        title=plain(_one(row, "title"), _LIMITS.title),
        description=plain(_one(row, "description"), _LIMITS.description),
        images=pictures[:MAX_PICTURES],
        category=_category(row),
        brand=plain(_one(row, "brand"), _LIMITS.name),
        link=_link(_one(row, "link")),
        price=prices["price"],
        sale_price=prices["sale_price"],
        in_stock=_in_stock(_one(row, "availability")),
        group_id=plain(_one(row, "item_group_id"), _LIMITS.id),
        codes=_each(row, _CODES),
        attributes=tuple(_attributes(row)),
    )


def _one(row: Row, name: str) -> str:
    return next((value.strip() for value in row.get(name, ()) if value.strip()), "")


def _each(row: Row, names: tuple[str, ...]) -> tuple[str, ...]:
    values = (plain(value, _LIMITS.name) for name in names for value in row.get(name, ()))
    return tuple(dict.fromkeys(value for value in values if value))


def _pictures(row: Row) -> tuple[str, ...]:
    refs = [_one(row, "image_link"), *row.get("additional_image_link", ())]
    trimmed = (ref.strip() for ref in refs)
    return tuple(dict.fromkeys(ref[: _LIMITS.ref] for ref in trimmed if ref))


def _category(row: Row) -> tuple[str, ...]:
    for name in ("product_type", "category", "google_product_category"):
        values = row.get(name, ())
        # A list is a path already; Google's own categories may come as a bare number.
        parts = values if len(values) > 1 else (_one(row, name).split(">"))
        path = tuple(part for part in (plain(value, _LIMITS.name) for value in parts) if part)
        if path and not (len(path) == 1 and path[0].isdigit()):
            return path
    return ()


def _attributes(row: Row) -> Iterator[tuple[str, str]]:
    for name in _ATTRIBUTES:
        for value in row.get(name, ()):
            if text := plain(value, _LIMITS.name):
                yield name, text
    # "General:Screen size:27 in": section, name, value.
    for detail in row.get("product_detail", ()):
        parts = [plain(part, _LIMITS.name) for part in detail.split(":", 2)]
        if len(parts) == 3 and parts[1] and parts[2]:
            yield parts[1], parts[2]


def _link(text: str) -> str:
    """Web addresses only: a page shows it as a link, where `javascript:` would run."""
    fine = text.lower().startswith(("http://", "https://")) and len(text) <= _LIMITS.ref
    return text if fine and text.isprintable() and " " not in text else ""


def _in_stock(text: str) -> bool | None:
    word = canonical_name(text.rpartition("/")[2])
    return True if word in _IN_STOCK else False if word in _SOLD_OUT else None

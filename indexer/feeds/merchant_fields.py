"""Rows in Google Merchant Center's names to products; every other feed is put into them first.

Source: the product data specification, support.google.com/merchants/answer/7052112.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from indexer.feeds.money import parse_money
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.text_fields import plain
from pipelines.catalog_types import Money, Product
from pipelines.codes import valid_gtin

Row: TypeAlias = Mapping[str, tuple[str, ...]]
"""Values by canonical name; several where the feed repeats or lists them."""

REQUIRED = ("id", "image_link")
MAX_PICTURES = 20
LISTS = frozenset({"additional_image_link", "product_detail", "gtin"})
"""Columns in which commas part several values, as Google's TSV has it."""

# Must be GTINs; a barcode may be a shop's own.
_GTINS = ("gtin", "gtin8", "gtin12", "gtin13", "gtin14", "ean", "upc")
_CODES = ("mpn", "sku", "isbn", "barcode")
_ATTRIBUTES = (
    "color", "size", "material", "pattern", "gender", "age_group", "size_type", "size_system",
)  # fmt: skip
_OTHER = (
    "title", "description", "category", "product_type", "google_product_category",
    "additional_image_link", "link", "price", "sale_price", "availability", "brand",
    "item_group_id", "product_detail", "condition", "identifier_exists",
)  # fmt: skip
KNOWN = frozenset((*REQUIRED, *_GTINS, *_CODES, *_ATTRIBUTES, *_OTHER))

_IN_STOCK = frozenset(
    {"in_stock", "instock", "limited_availability", "limitedavailability", "onlineonly",
     "instoreonly", "available", "yes", "true"}
)  # fmt: skip
_SOLD_OUT = frozenset(
    {"out_of_stock", "outofstock", "sold_out", "soldout", "discontinued", "preorder", "pre_order",
     "presale", "backorder", "back_order", "madetoorder", "reserved", "unavailable", "no", "false"}
)  # fmt: skip
_SIZES_OF_GTINS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters that are kept of a field; Google's own limits, rounded up."""

    id: int = 200
    title: int = 500
    description: int = 5_000
    name: int = 200
    ref: int = 2_000


_LIMITS = Limits()


@lru_cache(maxsize=4096)
def canonical_name(name: str) -> str:
    """`g:Image Link`, "image link" and "image_link" are one column."""
    name = name.strip().lstrip("\ufeff").lower().removeprefix("g:")
    return "_".join(name.replace("-", " ").replace("_", " ").split())


def product_items(
    row: Row, place: str, currency: str = "", details: Iterable[tuple[str, str]] = ()
) -> Iterator[FeedItem]:
    """The product of one row, after whatever is wrong with it; only bad rows where it has no
    id or no picture.

    Args:
        currency: of prices that name none.
        details: more attributes, (name, value).
    """
    product_id = plain(_one(row, "id"), _LIMITS.id)
    if not product_id:
        yield BadRow(place, "no id", "it has no id; left out")
        return
    pictures = _pictures(row)
    if not pictures:
        yield BadRow(place, "no picture", "it has no image_link; left out", product_id)
        return
    if len(pictures) > MAX_PICTURES:
        detail = f"{len(pictures)} pictures; the first {MAX_PICTURES} count"
        yield BadRow(place, "too many pictures", detail, product_id)
        pictures = pictures[:MAX_PICTURES]
    prices: list[Money | None] = []
    for name in ("price", "sale_price"):
        told = _one(row, name)
        money = parse_money(told, currency) if told else None
        prices.append(money)
        if told and money is None:
            detail = f"{name} {plain(told, 60)!r} is not understood; kept without it"
            yield BadRow(place, "bad price", detail, product_id)
    codes, wrong = _codes(row)
    if wrong:
        detail = f"{', '.join(map(repr, wrong[:3]))}: its check digit is wrong; kept without it"
        yield BadRow(place, "bad GTIN", detail, product_id)
    yield Product(
        id=product_id,
        title=plain(_one(row, "title"), _LIMITS.title),
        description=plain(_one(row, "description"), _LIMITS.description),
        images=pictures,
        category=_category(row),
        brand=plain(_one(row, "brand"), _LIMITS.name),
        link=_link(_one(row, "link")),
        price=prices[0],
        sale_price=prices[1],
        in_stock=_in_stock(_one(row, "availability")),
        group_id=plain(_one(row, "item_group_id"), _LIMITS.id),
        codes=codes,
        attributes=_attributes(row, details),
    )


def _one(row: Row, name: str) -> str:
    for value in row.get(name, ()):
        if value := value.strip():
            return value
    return ""


def _codes(row: Row) -> tuple[tuple[str, ...], list[str]]:
    """Codes that can be right, and GTINs whose check digit says that they are not."""
    right: dict[str, None] = {}
    wrong: list[str] = []
    for name in _GTINS:
        for value in row.get(name, ()):
            if value and (told := plain(value, _LIMITS.name)):
                gtin = _gtin(told)
                if gtin:
                    right[gtin] = None
                else:
                    wrong.append(told)
    for name in _CODES:
        for value in row.get(name, ()):
            if value and (told := plain(value, _LIMITS.name)):
                claims = name == "barcode" and told.isdigit() and len(told) in _SIZES_OF_GTINS
                if claims and not valid_gtin(told):
                    wrong.append(told)
                else:
                    right[told] = None
    return tuple(right), wrong


@lru_cache(maxsize=1024)
def _gtin(told: str) -> str:
    """Its digits, or "" where it is none; a spreadsheet drops zeros in front."""
    digits = told.replace(" ", "").replace("-", "")
    size = next((size for size in _SIZES_OF_GTINS if size >= len(digits)), 0)
    digits = digits.zfill(size) if 7 <= len(digits) <= size else digits
    return digits if valid_gtin(digits) else ""


def _pictures(row: Row) -> tuple[str, ...]:
    main = row.get("image_link", ())
    if not main:
        return ()
    more = row.get("additional_image_link", ())
    # An empty main picture is no picture, whatever else there is beside it.
    refs = dict.fromkeys(ref.strip()[: _LIMITS.ref] for ref in (*main, *more))
    refs.pop("", None)
    return tuple(refs) if _one(row, "image_link") else ()


def _category(row: Row) -> tuple[str, ...]:
    for name in ("product_type", "category", "google_product_category"):
        values = row.get(name)
        if values and (path := category_path(values)):
            return path
    return ()


@lru_cache(maxsize=4096)
def category_path(values: tuple[str, ...]) -> tuple[str, ...]:
    """From general to particular. A list of names is a path already; of a list of paths, the
    first one counts. A bare number names a category of Google's that is not looked up."""
    values = tuple(value for value in values if value.strip())
    if not values:
        return ()
    parts = values if len(values) > 1 and ">" not in values[0] else values[0].split(">")
    path = tuple(part for part in (plain(value, _LIMITS.name) for value in parts) if part)
    return () if len(path) == 1 and path[0].isdigit() else path


def _attributes(row: Row, details: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for name in _ATTRIBUTES:
        for value in row.get(name, ()):
            if text := plain(value, _LIMITS.name):
                found[name, text] = None
    # New is what a shop sells unless it says otherwise.
    if (condition := _one(row, "condition")) and canonical_name(condition) not in _NEW:
        found["condition", plain(condition, _LIMITS.name)] = None
    # "General:Screen size:27 in": section, name, value.
    for detail in row.get("product_detail", ()):
        parts = [plain(part, _LIMITS.name) for part in detail.split(":", 2)]
        if len(parts) == 3 and parts[1] and parts[2]:
            found[parts[1], parts[2]] = None
    for told_name, told in details:
        pair = plain(told_name, _LIMITS.name), plain(told, _LIMITS.name)
        if all(pair):
            found[pair] = None
    return tuple(found)


_NEW = frozenset({"new", "newcondition", "https://schema.org/newcondition"})


def _link(text: str) -> str:
    """Web addresses only: a page shows it as a link, where `javascript:` would run."""
    fine = text[:8].lower().startswith(("http://", "https://")) and len(text) <= _LIMITS.ref
    return text if fine and text.isprintable() and " " not in text else ""


@lru_cache(maxsize=256)
def _in_stock(text: str) -> bool | None:
    word = canonical_name(text.rpartition("/")[2])
    return True if word in _IN_STOCK else False if word in _SOLD_OUT else None

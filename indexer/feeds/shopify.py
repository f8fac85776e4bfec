"""Shopify's product export, in both sets of column names: rows that share a handle are one product.

Source: help.shopify.com, "Using CSV files to import and export products".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from indexer.feeds.merchant_fields import canonical_name, product_items
from indexer.feeds.money import parse_money
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.source_feed import SourceFeed
from indexer.feeds.table import open_table
from models.errors import BadFeed

# Shopify allows 2,048 variants and 250 pictures.
_MAX_ROWS = 5_000
_MAX_TAGS = 20

# Names since 2025, then those before.
_NAMES = {
    "url_handle": "handle",
    "published_on_online_store": "published",
    "body_(html)": "description",
    "variant_sku": "sku",
    "variant_barcode": "barcode",
    "variant_price": "price",
    "variant_compare_at_price": "compare_at_price",
    "image_src": "picture",
    "product_image_url": "picture",
    "variant_image": "variant_picture",
    "variant_image_url": "variant_picture",
    "variant_inventory_qty": "stock",
    "inventory_quantity": "stock",
    "variant_inventory_policy": "oversold",
    "continue_selling_when_out_of_stock": "oversold",
}
_SAME = frozenset(
    {"handle", "title", "description", "vendor", "product_category", "type", "tags", "published",
     "status", "sku", "barcode", "price", "compare_at_price", "image_position"}
    | {f"option{n}_{what}" for n in (1, 2, 3) for what in ("name", "value")}
)  # fmt: skip
COLUMNS = _SAME | frozenset(_NAMES)


def is_shopify(names: frozenset[str]) -> bool:
    """By canonical column names."""
    return bool(names & {"handle", "url_handle"}) and "title" in names and "image_link" not in names


@dataclass(frozen=True)
class ShopifyFeed(SourceFeed):
    """Drafts, archived and unpublished products are none of the shop that shoppers see.

    Attributes:
        currency: the export names none.
    """

    kind: str = "Shopify CSV"

    def rows(self) -> int:
        return self.source.count(b"\n")

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        group: _Group | None = None
        with open_table(self.source, COLUMNS) as table:
            names = [_own_name(cell) for cell in table.header]
            if "handle" not in names or "picture" not in names:
                raise BadFeed(
                    f"{self.name} has no column for the handle or for the pictures",
                    remedy="export all columns of the products from Shopify's admin",
                )
            for place, cells in table.rows():
                if isinstance(cells, BadRow):
                    yield place, cells
                    continue
                row = _row(names, cells)
                handle = row.get("handle", "")
                if not handle:
                    yield place, BadRow(place, "no id", "it has no handle; left out")
                elif group is None or handle != group.handle:
                    yield from self._product(group)
                    group = _Group(handle, place, [row])
                elif len(group.rows) < _MAX_ROWS:
                    group.rows.append(row)
                elif not group.told:
                    group.told = True
                    detail = f"more than {_MAX_ROWS:,} rows of one product; the first ones count"
                    yield place, BadRow(place, "too many rows", detail, handle)
        yield from self._product(group)

    def _product(self, group: "_Group | None") -> Iterator[tuple[str, FeedItem]]:
        if group is not None and group.is_shown():
            row, details = group.as_merchant()
            for item in product_items(row, group.place, self.currency, details):
                yield group.place, item


@dataclass
class _Group:
    handle: str
    place: str
    rows: list[dict[str, str]]
    told: bool = field(default=False)

    def is_shown(self) -> bool:
        status = self._first("status").lower()
        published = self._first("published").lower()
        return status in ("", "active") and published not in ("false", "no")

    def as_merchant(self) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
        """The product in Google's names, and what its variants differ in."""
        pictures = self._pictures()
        category = self._first("product_category") or self._first("type")
        row = {
            "id": (self.handle,),
            "title": (self._first("title"),),
            "description": (self._first("description"),),
            "brand": (self._first("vendor"),),
            "category": (category,),
            "image_link": pictures[:1],
            "additional_image_link": pictures[1:],
            "sku": self._each("sku"),
            # A spreadsheet marks a number as text with an apostrophe.
            "barcode": tuple(code.lstrip("'") for code in self._each("barcode")),
            "availability": (self._availability(),),
            **self._prices(),
        }
        return row, [*self._options(), *self._tags()]

    def _first(self, name: str) -> str:
        return next((value for row in self.rows if (value := row.get(name, ""))), "")

    def _each(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for row in self.rows if (value := row.get(name, ""))))

    def _pictures(self) -> tuple[str, ...]:
        placed = [
            (_position(row.get("image_position", "")), number, row["picture"])
            for number, row in enumerate(self.rows)
            if "picture" in row
        ]
        ordered = [picture for _, _, picture in sorted(placed)]
        return tuple(dict.fromkeys((*ordered, *self._each("variant_picture"))))

    def _prices(self) -> dict[str, tuple[str, ...]]:
        """Of the cheapest variant; one that nobody understands is named by `product_items`."""
        told = [row for row in self.rows if "price" in row]
        known = [(money.amount, n) for n, row in enumerate(told)
                 if (money := parse_money(row["price"]))]  # fmt: skip
        if not known:
            return {"price": (told[0]["price"],)} if told else {}
        amount, n = min(known)
        before = told[n].get("compare_at_price", "")
        struck = parse_money(before) if before else None
        if before and (struck is None or struck.amount > amount):
            return {"price": (before,), "sale_price": (told[n]["price"],)}
        return {"price": (told[n]["price"],)}

    def _availability(self) -> str:
        stocks = [row for row in self.rows if "stock" in row]
        if not stocks:
            return ""
        sold = any(
            not row["stock"].startswith(("0", "-"))
            or row.get("oversold", "").lower() in ("continue", "true")
            for row in stocks
        )
        return "in_stock" if sold else "out_of_stock"

    def _options(self) -> Iterator[tuple[str, str]]:
        for n in (1, 2, 3):
            # Only a product's first row names its options.
            name = self._first(f"option{n}_name")
            for value in self._each(f"option{n}_value"):
                if name and (name, value) != ("Title", "Default Title"):
                    common = canonical_name(name)
                    yield ("color" if common == "colour" else common, value)

    def _tags(self) -> Iterator[tuple[str, str]]:
        for tag in self._first("tags").split(",")[:_MAX_TAGS]:
            yield "tag", tag


def _own_name(cell: str) -> str:
    name = canonical_name(cell)
    return _NAMES.get(name, name if name in _SAME else "")


def _row(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells that hold something, the first of each name."""
    row: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and (value := cell.strip()):
            row.setdefault(name, value)
    return row


def _position(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 10**6

"""Yandex Market's YML: offers, and the tree of categories that comes before them.

Source: yandex.ru/support/marketplace (the YML format).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from indexer.feeds.google_xml import unusable
from indexer.feeds.merchant_fields import product_items
from indexer.feeds.money import parse_money
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.source_feed import SourceFeed
from indexer.feeds.xml_elements import Element, Item, xml_items

_MAX_CATEGORIES = 200_000
_MAX_DEPTH = 20
# Elements of an offer by what they are in Google's names.
_NAMES = {
    "url": "link",
    "vendor": "brand",
    "description": "description",
    "vendorCode": "mpn",
    "barcode": "barcode",
    "picture": "additional_image_link",
}
# Facts that words are searched in and that a card shows, under the names that it looks for.
_FACTS = {
    "цвет": "color",
    "цвет товара": "color",
    "размер": "size",
    "материал": "material",
    "пол": "gender",
    "возраст": "age_group",
}


@dataclass(frozen=True)
class YmlFeed(SourceFeed):
    kind: str = "Yandex YML"

    def rows(self) -> int:
        return self.source.count(b"</offer>")

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        categories = _Categories()
        for item in xml_items(self.source, ("category", "offer")):
            element = item.element
            place = f"{element.name} {item.number} (line {item.line})"
            if (bad := unusable(item, place, element.attributes.get("id", ""))) is not None:
                yield place, bad
            elif element.name == "category":
                if not categories.add(element):
                    yield place, BadRow(place, "too many categories", "its products have none")
            else:
                for found in self._offer(item, place, categories):
                    yield place, found

    def _offer(self, item: Item, place: str, categories: "_Categories") -> Iterator[FeedItem]:
        attributes = item.element.attributes
        told: dict[str, str] = {}
        row: dict[str, tuple[str, ...]] = {
            "id": (attributes.get("id", ""),),
            "availability": (attributes.get("available", ""),),
            "item_group_id": (attributes.get("group_id", ""),),
        }
        details: list[tuple[str, str]] = []
        for child in item.element.children:
            text = child.text.strip()
            if not text:
                continue
            if child.name == "param":
                details.append(_fact(child, text))
            elif name := _NAMES.get(child.name):
                row[name] = (*row.get(name, ()), text)
            else:
                told.setdefault(child.name, text)
        pictures = row.pop("additional_image_link", ())
        row["image_link"], row["additional_image_link"] = pictures[:1], pictures[1:]
        brand = row.get("brand", ("",))[0]
        made = " ".join(filter(None, (told.get("typePrefix", ""), brand, told.get("model", ""))))
        row["title"] = (told.get("name") or made,)
        row["category"] = categories.path(told.get("categoryId", ""))
        row.update(_prices(told))
        yield from product_items(row, place, self.currency, details)


def _prices(told: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """YML's price is what a shopper pays; Google's is what was paid before the sale."""
    currency = told.get("currencyId", "")[:3]
    now, before = (
        f"{told[name]} {currency}".strip() if name in told else "" for name in ("price", "oldprice")
    )
    if not before:
        return {"price": (now,)}
    paid, struck = parse_money(now), parse_money(before)
    if paid and struck and struck.amount <= paid.amount:
        return {"price": (now,)}
    return {"price": (before,), "sale_price": (now,)}


def _fact(param: Element, text: str) -> tuple[str, str]:
    name = param.attributes.get("name", "").strip()
    unit = param.attributes.get("unit", "").strip()
    return _FACTS.get(name.casefold(), name), f"{text} {unit}".strip()


@dataclass
class _Categories:
    """The tree, by id; a parent that is absent or goes in a circle ends a path."""

    _known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, element: Element) -> bool:
        """Whether there is room for it."""
        if len(self._known) >= _MAX_CATEGORIES:
            return False
        number = element.attributes.get("id", "").strip()
        parent = element.attributes.get("parentId", "").strip()
        # A ">" in a name would part it.
        self._known[number] = (element.text.replace(">", "›")[:200], parent)
        return True

    def path(self, number: str) -> tuple[str, ...]:
        names: list[str] = []
        passed: set[str] = set()
        while number in self._known and number not in passed and len(names) < _MAX_DEPTH:
            passed.add(number)
            name, number = self._known[number]
            names.append(name)
        return tuple(reversed(names))

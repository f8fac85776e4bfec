"""The demo shop's feed as plain facts, and which products fit a few of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_G = "{http://base.google.com/ns/1.0}"
_FACT = re.compile(r"(?P<name>\w+)(?:(?P<test><=|>=|!=|!~|=|~)(?P<value>.+))?")


@dataclass(frozen=True, slots=True)
class Facts:
    """One item of the feed.

    Attributes:
        values: the item's fields by the names that facts use.
        price: what is paid now, in euros.
    """

    id: str
    values: dict[str, str]
    price: float
    stock: bool

    def fit(self, fact: str) -> bool:
        """Whether one fact holds: "colour=red" (one of its colours), "title~word", "price<=20",
        "stock"; != and !~ deny."""
        match = _FACT.fullmatch(fact.strip())
        assert match, fact
        name, test, value = match.groups()
        if name == "stock":
            return self.stock
        if name == "price":
            return self.price <= float(value) if test == "<=" else self.price >= float(value)
        told = self.values[name].casefold()
        if test.endswith("~"):
            return (value.casefold() in told) == (test == "~")
        return (value.casefold() in re.split("[/>]", told.replace(" > ", ">"))) == (test == "=")


def products(feed: Path | str) -> list[Facts]:
    """Every item of the feed, in its order."""
    return [_facts(item) for item in ElementTree.parse(feed).iter("item")]  # noqa: S314 - our own


def fitting(shop: Sequence[Facts], facts: str) -> list[str]:
    """Ids of the products that all facts hold for; facts are separated by ";"."""
    asked = [fact for fact in facts.split(";") if fact.strip()]
    return [product.id for product in shop if all(product.fit(fact) for fact in asked)]


def _facts(item: ElementTree.Element) -> Facts:
    def of(name: str) -> str:
        return item.findtext(_G + name) or item.findtext(name) or ""

    path = of("product_type")
    return Facts(
        id=of("id"),
        values={
            "title": of("title"),
            "text": of("description"),
            "group": of("item_group_id"),
            "colour": of("color"),
            "material": of("material"),
            "pattern": of("pattern"),
            "brand": of("brand"),
            "category": path,
            "type": path.rpartition(" > ")[2],
        },
        price=float((of("sale_price") or of("price")).split()[0]),
        stock=of("availability") == "in_stock",
    )

"""One product of schema.org to a row in Google Merchant's names."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from indexer.feeds.field_values import text_of
from indexer.feeds.linked_data import Graph, Node, types
from indexer.feeds.money import parse_money
from indexer.feeds.text_fields import plain

MerchantRow: TypeAlias = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """What one node says.

    Attributes:
        row: in Google's names; "productGroupID" is what a group is called.
        facts: (name, value) that have no column.
    """

    row: MerchantRow
    facts: list[tuple[str, str]]


_GTINS = ("gtin13", "gtin12", "gtin14", "gtin8", "gtin")
_SAME = ("color", "size", "material", "pattern", "mpn", "sku", "isbn")
_STRUCK = ("ListPrice", "StrikethroughPrice", "SRP", "MSRP")
_NOT_A_GROUPS = frozenset({"sku", "mpn", "gtin", "id", "link", "productGroupID"})
# Of offers, pictures and facts of one node; more is an attack on whoever copies them.
_MOST = 100


def with_group(own: Told, group: Told | None) -> Told:
    """What a variant does not say, its group says."""
    if group is None:
        return own
    inherited = {name: values for name, values in group.row.items() if name not in _NOT_A_GROUPS}
    if "price" in own.row:
        inherited.pop("sale_price", None)
    row = {**inherited, **own.row}
    row.setdefault("item_group_id", group.row.get("productGroupID", ()))
    return Told(row, [*own.facts, *group.facts])


def told_by(graph: Graph, node: Node) -> Told:
    """A product or a group, without what others say about it."""
    row: MerchantRow = {name: _texts(graph, node.get(name)) for name in _SAME}
    row["gtin"] = tuple(text for name in _GTINS for text in _texts(graph, node.get(name)))
    row["title"] = _texts(graph, node.get("name"))[:1]
    # Once here, as all variants of a group share it.
    row["description"] = tuple(
        plain(text, 5_000) for text in _texts(graph, node.get("description"))[:1]
    )
    brand = _texts(graph, node.get("brand")) or _texts(graph, node.get("manufacturer"))
    row["brand"] = brand[:1]
    row["category"] = _texts(graph, node.get("category"))
    if len(row["category"]) == 1:
        row["category"] = (row["category"][0].replace("/", ">"),)
    pictures = tuple(dict.fromkeys(_pictures(graph, node.get("image"))))
    row["image_link"], row["additional_image_link"] = pictures[:1], pictures[1:]
    row["link"] = _texts(graph, node.get("url"))[:1]
    row["item_group_id"] = _texts(graph, node.get("inProductGroupWithID"))[:1]
    row["condition"] = _texts(graph, node.get("itemCondition"))[:1]
    row.update(_offer(graph, node.get("offers"), row["link"]))
    names = (*row["sku"], _text(node.get("productID")), *row["gtin"], *row["mpn"],
             _text(node.get("@id")), *row["link"])  # fmt: skip
    row["id"] = tuple(name for name in names if name)[:1]
    row["productGroupID"] = (_text(node.get("productGroupID")) or _text(node.get("@id")),)
    return Told(
        {name: values for name, values in row.items() if any(values)}, list(_facts(graph, node))
    )


def _offer(graph: Graph, told: object, link: tuple[str, ...]) -> MerchantRow:
    """The lowest price of all offers; in stock where any of them is."""
    offers = list(islice(graph.each(told), _MOST))
    for offer in list(offers):
        if "AggregateOffer" in types(offer):
            offers += list(islice(graph.each(offer.get("offers")), _MOST))
    prices: list[tuple[float, str]] = []
    struck: list[tuple[float, str]] = []
    odd = ""
    for offer in offers:
        for text, is_struck in _prices(graph, offer):
            if money := parse_money(text):
                (struck if is_struck else prices).append((money.amount, text))
            else:
                odd = text
    stocks = [text for offer in offers if (text := _text(offer.get("availability")))]
    row: MerchantRow = {}
    if prices:
        lowest = min(prices)
        before = min((price for price in struck if price[0] > lowest[0]), default=None)
        row = {"price": (before[1],), "sale_price": (lowest[1],)} if before else {
            "price": (lowest[1],)}  # fmt: skip
    elif odd:
        row = {"price": (odd,)}
    if stocks:
        row["availability"] = (min(stocks, key=_rank),)
    if not link:
        links = [text for offer in offers if (text := _text(offer.get("url")))]
        row["link"] = tuple(links[:1])
    return row


def _rank(availability: str) -> int:
    return 0 if availability.rpartition("/")[2] == "InStock" else 1


def _prices(graph: Graph, offer: Node) -> Iterator[tuple[str, bool]]:
    """(amount with its currency, whether it is a price of before)."""
    currency = _text(offer.get("priceCurrency"))
    for name in ("price", "lowPrice"):
        if amount := _text(offer.get(name)):
            yield f"{amount} {currency}".strip(), False
            break
    for part in graph.each(offer.get("priceSpecification")):
        if amount := _text(part.get("price")):
            told = _text(part.get("priceCurrency")) or currency
            yield f"{amount} {told}".strip(), _text(part.get("priceType")).endswith(_STRUCK)


def _facts(graph: Graph, node: Node) -> Iterator[tuple[str, str]]:
    for each in islice(graph.each(node.get("additionalProperty")), _MOST):
        unit = _text(each.get("unitText")) or _text(each.get("unitCode"))
        if value := _text(each.get("value")):
            yield _text(each.get("name")), f"{value} {unit}".strip()


def _pictures(graph: Graph, told: object) -> Iterator[str]:
    for each in (told if isinstance(told, list) else [told])[:_MOST]:
        if isinstance(each, dict):
            node = graph.resolved(each)
            for name in ("contentUrl", "url", "@id"):
                if text := _text(node.get(name)):
                    yield text
                    break
        elif isinstance(each, str):
            nodes = list(graph.each(each))
            yield (_text(nodes[0].get("url")) or each) if nodes else each


def _texts(graph: Graph, told: object) -> tuple[str, ...]:
    """Texts, numbers, and the names of objects."""
    found = []
    for each in (told if isinstance(told, list) else [told])[:_MOST]:
        if isinstance(each, dict):
            node = graph.resolved(each)
            said = (_text(node.get(name)) for name in ("name", "@value", "value", "url"))
            found.append(next(filter(None, said), ""))
        else:
            found.append(_text(each))
    return tuple(text for text in found if text)


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value", value.get("name", value.get("@id")))
    return text_of(value).strip()

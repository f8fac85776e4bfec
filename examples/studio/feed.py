"""The demo shop's feed as Google Merchant Center takes it: RSS 2.0 with its g: names."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from studio.assortment import Item

NAMESPACE = "http://base.google.com/ns/1.0"
SHOP = "https://shop.example"


def write_feed(items: Sequence[Item], path: Path) -> None:
    """English titles, descriptions in English and Russian, pictures relative to the feed."""
    ElementTree.register_namespace("g", NAMESPACE)
    rss = ElementTree.Element("rss", {"version": "2.0"})
    channel = ElementTree.SubElement(rss, "channel")
    told = (("title", "ShopLens demo shop"), ("link", SHOP), ("description", "Nothing is for sale"))
    for name, text in told:
        ElementTree.SubElement(channel, name).text = text
    for place, item in enumerate(items):
        entry = ElementTree.SubElement(channel, "item")
        for name, text in _fields(item, place):
            ElementTree.SubElement(entry, name.replace("g:", f"{{{NAMESPACE}}}")).text = text
    ElementTree.indent(rss)
    ElementTree.ElementTree(rss).write(path, encoding="utf-8", xml_declaration=True)


def _fields(item: Item, place: int) -> Iterator[tuple[str, str]]:
    """Every sixth product is on sale, every eleventh sold out."""
    yield "g:id", item.id
    yield "title", item.title
    yield "description", f"{item.description}\n{item.description_ru}"
    yield "g:link", f"{SHOP}/products/{item.id}"
    first, *others = item.pictures
    yield "g:image_link", f"pictures/{first}"
    for other in others:
        yield "g:additional_image_link", f"pictures/{other}"
    yield "g:price", f"{item.price:.2f} EUR"
    if place % 6 == 3:
        yield "g:sale_price", f"{item.price * 0.8:.2f} EUR"
    yield "g:availability", "out_of_stock" if place % 11 == 7 else "in_stock"
    yield "g:condition", "new"
    yield "g:brand", item.family.brand
    yield "g:mpn", item.article
    yield "g:gtin", item.gtin
    yield "g:item_group_id", item.family.key
    yield "g:color", "/".join(item.colours)
    yield "g:material", item.family.material[0]
    yield "g:pattern", item.pattern
    yield "g:product_type", item.family.category
    if item.look.printed:
        yield "g:custom_label_0", "printed"  # brand and article number can be read on the picture

"""Pictures that a newcomer may try with one click: a folder's, else the shop's own products."""

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipelines.catalog_db import CatalogDb
from pipelines.lens import Lens

TITLES = "titles.csv"
MOST = 60
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
_PRODUCTS = 6
_PRODUCTS_FROM = 400


@dataclass(frozen=True, slots=True)
class Example:
    """A picture to try.

    Attributes:
        picture: a path as `Card.pictures` holds them.
        titles: what it shows, by language; never empty, the first serves any other.
    """

    picture: str
    titles: dict[str, str]

    def title(self, language: str) -> str:
        return self.titles.get(language) or next(iter(self.titles.values()))


def examples_in(folder: Path) -> list[Example]:
    """The pictures of a folder, in the order of its `titles.csv`, else of their names.

    `titles.csv` has a column `image` and one for each language (`en`, `ru`). A picture that it
    does not name is shown under its file's name; a name without a picture is passed over.

    Raises:
        OSError: the folder or its titles cannot be read.
        ValueError: the titles are no CSV in UTF-8.
    """
    pictures = {p.name: p for p in sorted(folder.iterdir()) if p.suffix.lower() in _ENDINGS}
    named: dict[str, dict[str, str]] = {}
    if (folder / TITLES).is_file():
        with (folder / TITLES).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                titles = {name: text for name, text in row.items() if name != "image" and text}
                if titles and row.get("image") in pictures:
                    named[row["image"]] = titles
    order = [*named, *(name for name in pictures if name not in named)]
    return [
        Example(str(pictures[name].absolute()), named.get(name) or {"": _readable(pictures[name])})
        for name in order[:MOST]
    ]


def examples_of(lens: Lens, catalog: CatalogDb) -> list[Example]:
    """A few products of different kinds.

    Raises:
        ShopLensError: the index or the catalog cannot be read.
    """
    spec = lens.info().spec
    stored = catalog.stored_products(spec.image_fingerprint, spec.text_fingerprint)
    products = [one.product for one in islice(stored, _PRODUCTS_FROM)]
    # One of each kind first, spread over the catalog's order.
    kinds: dict[tuple[str, ...], str] = {}
    for product in products:
        kinds.setdefault(product.category, product.id)
    ids = list(kinds.values())
    ids += [product.id for product in products if product.id not in set(ids)]
    wanted = ids[: len(kinds)][:: max(1, len(kinds) // _PRODUCTS)] + ids[len(kinds) :]
    cards = lens.cards(wanted[:_PRODUCTS])
    return [
        Example(card.pictures[0], {"": card.title or card.product_id})
        for card in cards
        if card is not None and card.pictures
    ]


def _readable(picture: Path) -> str:
    return picture.stem.replace("-", " ").replace("_", " ")

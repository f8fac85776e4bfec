"""Makes what the grocery numbers are measured on of a checkout of the Grocery Store Dataset.

    git clone https://github.com/marcusklasson/GroceryStoreDataset
    python -m benchmarks.grocery_feed GroceryStoreDataset DATA/grocery

The set's 81 classes become a catalog, each with its iconic picture and its English description; the
photos of its validation and test lists become queries. Pictures are scaled to 288 pixels.
"""

import argparse
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TextIO

import numpy as np
from PIL import Image

from models.errors import BadInput, ShopLensError
from pipelines.image_io import read_photo

SIDE = 288
"""Pixels of the longer side that the numbers in docs/quality.md were measured on."""

_NAME, _NUMBER = "Class Name (str)", "Class ID (int)"
_KIND = "Coarse Class Name (str)"
_ICON, _TEXT = "Iconic Image Path (str)", "Product Description Path (str)"
_LAYOUT = "name a checkout of github.com/marcusklasson/GroceryStoreDataset"


@dataclass(frozen=True, slots=True)
class Product:
    """A class of the set as a product.

    Attributes:
        number: the set's; what the lists of photos name.
        picture: its iconic one.
    """

    number: int
    name: str
    kind: str
    picture: Path
    description: str

    @property
    def id(self) -> str:
        return f"groc-{self.number:03d}"


@dataclass(frozen=True, slots=True)
class Shot:
    """A phone photo and the number of the product on it."""

    picture: Path
    number: int


def products(dataset: Path) -> list[Product]:
    """What `classes.csv` lists, by number.

    Raises:
        BadInput: there is no such file, or its columns are others.
    """
    with _opened(dataset / "classes.csv") as file:
        rows = csv.DictReader(file)
        if missing := {_NAME, _NUMBER, _KIND, _ICON, _TEXT} - {*(rows.fieldnames or ())}:
            raise BadInput(f"classes.csv has no column {sorted(missing)[0]!r}", remedy=_LAYOUT)
        found = [_product(dataset, row) for row in rows]
    return sorted(found, key=lambda product: product.number)


def shots(dataset: Path, split: str) -> list[Shot]:
    """Photos of a split ("train", "val" or "test"), in the order of its list.

    Raises:
        BadInput: there is no such list, or a line names no product.
    """
    found = []
    with _opened(dataset / f"{split}.txt") as lines:
        for number, line in enumerate(filter(str.strip, lines), start=1):
            path, *labels = (part.strip() for part in line.split(","))
            if not labels or not labels[0].isdecimal():
                raise BadInput(f"{split}.txt, line {number} names no product", remedy=_LAYOUT)
            found.append(Shot(dataset / path, int(labels[0])))
    return found


def write(catalog: Iterable[Product], queries: dict[str, Sequence[Shot]], out: Path) -> None:
    """`catalog.csv`, `queries.csv` and their pictures.

    Args:
        queries: photos by the folder that they come to lie in.
    Raises:
        ShopLensError: a picture is missing or cannot be read.
    """
    known = {product.number: product for product in catalog}
    rows = []
    for product in known.values():
        picture = PurePosixPath("catalog", f"{product.name.replace(' ', '-')}.jpg")
        _scaled(product.picture, out / picture)
        rows.append((product.id, product.name, product.description, product.kind, str(picture)))
    _table(out / "catalog.csv", ("id", "title", "description", "category", "image_link"), rows)
    pairs = []
    for folder, photos in queries.items():
        for number, shot in enumerate(photos):
            picture = PurePosixPath(folder, f"{number:04d}.jpg")
            _scaled(shot.picture, out / picture)
            pairs.append((str(picture), known[shot.number].id))
    _table(out / "queries.csv", ("image", "relevant_id"), pairs)


def _product(dataset: Path, row: dict[str, str]) -> Product:
    picture = dataset / row[_ICON].strip().lstrip("/")
    # Some rows misspell the file; the folder of the iconic picture holds it under its usual name.
    texts = (
        dataset / row[_TEXT].strip().lstrip("/"),
        picture.parent / f"{row[_NAME].strip()}_Description.txt",
    )
    text = next((path for path in texts if path.is_file()), None)
    return Product(
        number=int(row[_NUMBER]),
        name=row[_NAME].strip().replace("-", " "),
        kind=row[_KIND].strip().replace("-", " "),
        picture=picture,
        description=" ".join(text.read_text(encoding="utf-8").split()) if text else "",
    )


def _opened(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", remedy=_LAYOUT) from error


def _scaled(source: Path, target: Path) -> None:
    picture = Image.fromarray(read_photo(source).pixels)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, quality=90)


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_AsWritten)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sample", type=int, metavar="N", help="N photos of the test list")
    parser.add_argument("--seed", type=int, default=0, help="which N")
    asked = parser.parse_args()
    dataset = asked.checkout / "dataset"
    try:
        test = shots(dataset, "test")
        if asked.sample is not None and asked.sample < len(test):
            drawn = np.random.default_rng(asked.seed)
            kept = drawn.choice(len(test), size=asked.sample, replace=False)
            test = [test[number] for number in sorted(kept)]
        catalog, val = products(dataset), shots(dataset, "val")
        write(catalog, {"queries": test, "queries_val": val}, asked.out)
    except ShopLensError as error:
        raise SystemExit(f"Error: {error.message}\nRemedy: {error.remedy}") from error
    undescribed = sum(not product.description for product in catalog)
    print(f"{len(catalog)} products, {undescribed} without a description")
    print(f"{len(test)} photos of the test list, {len(val)} of the validation list")


class _AsWritten(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the module's docstring."""


if __name__ == "__main__":
    main()

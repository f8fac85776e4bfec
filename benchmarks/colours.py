"""How often measured colours bear out true ones, and see through false ones.

    python -m benchmarks.colours examples/catalog/feed.xml
    python -m benchmarks.colours benchmarks/clothing_colours.csv --pictures ../shared/data/clothing

A feed says its products' colours itself; `clothing_colours.csv` has those that a person saw on 96
phone photos. False colours are all that are of no kin to a true one.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from indexer.feeds import open_feed
from indexer.feeds.protocol import BadRow
from models.palette import Palette, palette_of
from pipelines.image_io import decode
from pipelines.lexicon import concepts, recognise
from pipelines.looks import colour_verdict, named_colours, related

_VERDICTS = ("confirmed", "unchecked", "contradicted")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("truth", type=Path, help="a feed, or a CSV of image and colours")
    parser.add_argument("--pictures", type=Path, help="where the CSV's pictures lie")
    options = parser.parse_args()
    source = (
        _from_feed(options.truth)
        if options.pictures is None
        else _from_table(options.truth, options.pictures)
    )
    true: Counter[str] = Counter()
    false: Counter[str] = Counter()
    named, products = 0, 0
    for colours, pictures in source:
        palettes = [_palette(picture) for picture in pictures]
        for colour in concepts("colour"):
            if colour.lab is None:
                continue
            if colour.key in colours:
                true[colour_verdict(colour, palettes)] += 1
            elif not any(related(colour.key, other) for other in colours):
                false[colour_verdict(colour, palettes)] += 1
        products += 1
        named += any(related(named_colours(palettes[0])[0], colour) for colour in colours)
    for name, counts in (("true", true), ("false", false)):
        shares = ", ".join(
            f"{counts[verdict] / counts.total():.1%} {verdict}" for verdict in _VERDICTS
        )
        print(f"{counts.total()} {name} colours: {shares}")
    print(f"{products} products: the foremost measured colour is of kin to a true one in {named}")


def _from_feed(path: Path) -> Iterator[tuple[set[str], Sequence[Path]]]:
    feed = open_feed(str(path))
    for item in feed.items():
        if isinstance(item, BadRow):
            continue
        said = " / ".join(value for name, value in item.attributes if name == "color")
        colours = {mention.concept.key for mention in recognise(said, ("colour",))}
        if colours - {"multicolour"}:
            yield colours, [feed.root / image for image in item.images]


def _from_table(path: Path, pictures: Path) -> Iterator[tuple[set[str], Sequence[Path]]]:
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield set(row["colours"].split("/")), [pictures / row["image"]]


def _palette(path: Path) -> Palette:
    return palette_of(decode(path.read_bytes(), str(path)))


if __name__ == "__main__":
    main()

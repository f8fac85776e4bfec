"""Which kind of thing a picture is taken for, also where the shop sells nothing like it.

    python -m benchmarks.kinds QUERIES.csv --home HOME [--data DATA]

Three sorts of pictures: the boxes of the questions, whose kind is known; windows of the same
pictures that touch none of these boxes, and what the detector marks there; and photos of `DATA`
(benchmarks/README.md) that show nothing of the demo shop: groceries, and clothes but hats and
shoes. Told for each is how many are given the right kind and how many another one, by the majority
of the neighbours alone and by how near they are too. The least sureness is chosen on one half of
the pictures and told on the other, with the colours of the picture and without.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.query_list import LabelledQuery, read_queries
from models.types import Box, Photo, Vectors
from pipelines.build import open_index_home, open_lens
from pipelines.catalog_types import Card
from pipelines.cosine_scales import measured_scale
from pipelines.image_io import read_photo
from pipelines.kinds import LEAST, Kind, kind_of, nearness, neighbours
from pipelines.lens import Lens
from pipelines.settings import Settings
from pipelines.stores.protocol import VectorIndex

WINDOWS = 8  # of a picture, each a tenth to a third as wide
SOLD = ("hat", "shoes")
STEPS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
BOX = "boxes of products"


@dataclass(frozen=True, slots=True)
class Look:
    """One part of a picture, embedded.

    Attributes:
        group: the sort of picture.
        half: 0 or 1; all parts of a picture lie in one.
        meant: the product that it shows; None where the shop has none.
    """

    group: str
    half: int
    vectors: Vectors
    meant: Card | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What one look was taken for, by the majority alone, and how near that is."""

    look: Look
    kind: Kind | None
    near: float

    def outcome(self, least: float) -> str:
        """ "right", "wrong" or "none", at a least sureness; 0 asks for a majority alone."""
        kind = self.kind
        if kind is None or (least and kind.share * self.near < least):
            return "none"
        meant = self.look.meant
        return "right" if meant is not None and kind.holds(meant) is True else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("queries", type=Path, help="image,relevant_id,box")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="folder with clothing/ and grocery/")
    parser.add_argument("--photos", type=int, default=400, help="of each set of DATA")
    arguments = parser.parse_args()
    settings = Settings(home=arguments.home)
    lens, index = open_lens(settings), open_index_home(settings).open()
    looks = [*_of_queries(lens, index, read_queries(arguments.queries).queries)]
    if arguments.data:
        looks += _of_data(lens, arguments.data, arguments.photos)
    for colourless in (False, True):
        scale = measured_scale(index.info.spec.profile, lens.head(), colourless=colourless)
        told = []
        for look in looks:
            vectors = look.vectors
            if colourless:
                vectors = lens.models.embedder.colourless(vectors)
            near = neighbours(index, vectors)
            told.append(Told(look, kind_of([n.card for n in near]), nearness(near, scale)))
        _report("without colours" if colourless else "with colours", told)
    lens.close()
    index.close()


def _report(title: str, told: Sequence[Told]) -> None:
    print(f"\n{title}: right/wrong of the pictures, in %")
    steps = (0.0, *STEPS)
    print(f"{'':<28}{'':>5}  majority" + "".join(f"{step:>9.2f}" for step in STEPS))
    groups = list(dict.fromkeys(one.look.group for one in told))
    for half in (0, 1):
        worth = np.zeros(len(steps))
        for group in groups:
            ours = [one for one in told if one.look.half == half and one.look.group == group]
            shares = []
            for place, step in enumerate(steps):
                counts = Counter(one.outcome(step) for one in ours)
                right, wrong = counts["right"] / len(ours), counts["wrong"] / len(ours)
                shares.append(f"{100 * right:.0f}/{100 * wrong:.0f}")
                worth[place] += right if group == BOX else -wrong / (len(groups) - 1)
            row = "".join(f"{share:>9}" for share in shares)
            print(f"{group:<24}half {half}{len(ours):4} {row}")
        print(
            f"{'right - mean wrong of rest':<33}" + "".join(f"{100 * each:>9.0f}" for each in worth)
        )
    wrong = [one.kind.name for one in told if one.kind and one.outcome(LEAST) == "wrong"]
    before = [one.kind.name for one in told if one.kind and one.outcome(0) == "wrong"]
    print("commonest wrong kinds before:", Counter(before).most_common(6))
    print("commonest wrong kinds now:   ", Counter(wrong).most_common(6))


def _of_queries(lens: Lens, index: VectorIndex, queries: Sequence[LabelledQuery]) -> Iterator[Look]:
    rng = np.random.default_rng(0)
    pictures = sorted({query.image for query in queries})
    for number, path in enumerate(pictures):
        photo, half = read_photo(path), number % 2
        asked = [query for query in queries if query.image == path and query.box]
        boxes = [query.box for query in asked if query.box]
        meant = [index.cards(query.relevant[:1])[0] for query in asked]
        for row, card in zip(lens.perceive(photo, boxes).vectors, meant, strict=True):
            yield Look(BOX, half, row[None], card)
        for row in lens.perceive(photo, _windows(photo, boxes, rng)).vectors:
            yield Look("windows elsewhere", half, row[None])
        seen = lens.perceive(photo)
        for region, row in zip(seen.regions, seen.vectors, strict=True):
            if region.kind == "product" and not any(_meet(region.box, box) for box in boxes):
                yield Look("detected elsewhere", half, row[None])


def _windows(photo: Photo, boxes: Sequence[Box], rng: np.random.Generator) -> list[Box]:
    """Parts of a picture that touch none of the boxes and overlap each other little."""
    found: list[Box] = []
    for _ in range(3000):
        width = int(rng.uniform(0.1, 0.35) * photo.width)
        height = min(photo.height - 1, int(width * rng.uniform(0.6, 1.6)))
        left = int(rng.integers(0, photo.width - width))
        top = int(rng.integers(0, photo.height - height))
        window = Box(left, top, left + width, top + height)
        if any(_meet(window, box) for box in boxes) or any(window.iou(w) > 0.1 for w in found):
            continue
        found.append(window)
        if len(found) == WINDOWS:
            break
    return found


def _meet(one: Box, other: Box) -> bool:
    return one.iou(other) > 0


def _of_data(lens: Lens, data: Path, photos: int) -> Iterator[Look]:
    with (data / "clothing" / "labels.csv").open(encoding="utf-8", newline="") as file:
        clothes = [
            data / "clothing" / row["image"]
            for row in csv.DictReader(file)
            if row["category"] not in SOLD
        ]
    groceries = [query.image for query in read_queries(data / "grocery" / "queries.csv").queries]
    rng = np.random.default_rng(0)
    for group, paths in (("clothes", clothes), ("groceries", groceries)):
        for number, place in enumerate(rng.permutation(len(paths))[:photos]):
            photo = read_photo(paths[place])
            yield Look(group, number % 2, lens.perceive(photo, [photo.whole]).vectors[:1])


if __name__ == "__main__":
    main()

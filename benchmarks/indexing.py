"""How much of the model's own speed indexing keeps: pictures a second end to end, against the
embedder alone on the same pictures and texts, already decoded, in the same run.

    python -m benchmarks.indexing FOLDER [--rounds 6] [--chunk 64] [--models lite]

Every round takes the next pictures of the folder and measures both ways, which of them first in
turn, so that a noisy machine slows both; the answer is the median of the rounds. Seconds of
processor time are told as well: other programs do not touch those. Target: a ratio of 0.9.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from indexer.entries import text_of
from indexer.feeds.folder import FolderFeed
from indexer.feeds.located import locate
from indexer.feeds.protocol import FeedItem
from indexer.run import RunOptions, Workplace, index_feed
from indexer.run_report import RunReport
from models.protocols import Embedder
from pipelines.build import index_spec, open_catalog, open_index_home, open_models
from pipelines.catalog_types import Product
from pipelines.image_io import read_photo
from pipelines.settings import Settings

BATCH = RunOptions().batch


@dataclass(frozen=True)
class SomeOf(FolderFeed):
    """Some products of a folder."""

    products: Sequence[Product] = ()

    def rows(self) -> int:
        return len(self.products)

    def items(self) -> Iterator[FeedItem]:
        yield from self.products


@dataclass(frozen=True)
class Cost:
    """Wall-clock and processor seconds."""

    wall: float
    cpu: float


def alone(embedder: Embedder, feed: SomeOf) -> Cost:
    """The embedder on pictures that are decoded already, and on their texts."""
    photos = [read_photo(locate(feed.root, product.images[0])) for product in feed.products]
    texts = [text_of(product) for product in feed.products]
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(photos), BATCH):
        embedder.images(photos[start : start + BATCH])
        embedder.texts(texts[start : start + BATCH])
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def end_to_end(embedder: Embedder, feed: SomeOf, settings: Settings) -> tuple[Cost, RunReport]:
    """The run into an empty home: read, decode, embed, write; without building the index."""
    settings.home.mkdir()
    with open_catalog(settings) as catalog:
        spec = index_spec(open_models(settings), settings, None)
        place = Workplace(catalog, open_index_home(settings), embedder, spec)
        cpu = time.process_time()
        report = index_feed(feed, place)
        cpu = time.process_time() - cpu
    assert report.counts.embedded == len(feed.products), "equal pictures would flatter the run"
    return Cost(report.counts.embedded / report.counts.images_per_second, cpu), report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--chunk", type=int, default=64)
    parser.add_argument("--models", default="lite", choices=("lite", "siglip2"))
    asked = parser.parse_args()

    folder = asked.folder.resolve()
    items = (item for item in FolderFeed(folder).items() if isinstance(item, Product))
    scratch = Path(tempfile.mkdtemp())
    settings = Settings(home=scratch / "none", models=asked.models)
    embedder = open_models(settings).embedder
    alone(embedder, SomeOf(folder, products=tuple(islice(items, 8))))  # loads the weights
    walls, cpus, stages = [], [], []
    for number in range(asked.rounds):
        feed = SomeOf(folder, products=tuple(islice(items, asked.chunk)))
        home = settings.model_copy(update={"home": scratch / f"home-{number}"})
        first = alone(embedder, feed) if number % 2 else None
        whole, report = end_to_end(embedder, feed, home)
        model = first or alone(embedder, feed)
        walls.append(model.wall / whole.wall)
        cpus.append(model.cpu / whole.cpu)
        stages.append(dict(report.stages))
        print(
            f"{len(feed.products)} pictures: alone {len(feed.products) / model.wall:.1f}/s, "
            f"end to end {len(feed.products) / whole.wall:.1f}/s, ratio {walls[-1]:.3f} "
            f"(processor time {cpus[-1]:.3f})"
        )
    for name in stages[0]:
        print(f"{name}: {statistics.median(stage[name] for stage in stages):.3f} s")
    print(f"median ratio {statistics.median(walls):.3f}, of processor time "
          f"{statistics.median(cpus):.3f}, {asked.models}, batches of {BATCH}")  # fmt: skip
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()

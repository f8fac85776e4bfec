"""How long the nightly run of an unchanged feed takes, and that it embeds nothing.

    python -m benchmarks.second_run [--rows 100000]

Draws a shop whose every product has a local picture of its own, indexes it, and indexes it again.
The model is a stand-in that sees mean colours: the second run must not ask any model. Budget: 30
seconds for 100,000 rows.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from indexer.feeds import open_feed
from indexer.run import RunOptions, Workplace, index_feed
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.stores.edge import EdgeHome
from tests.fakes.index_process import spec_of
from tests.fakes.models import ColourEmbedder

BUDGET_S = 30.0


def draw_shop(folder: Path, rows: int) -> Path:
    """A CSV and its pictures, a thousand to a folder; every picture has bytes of its own."""
    random = np.random.default_rng(1)
    lines = ["id,title,price,image_link"]
    for number in range(rows):
        shelf = folder / f"{number // 1000:04}"
        shelf.mkdir(exist_ok=True)
        pixels = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((48, 48)).save(shelf / f"{number}.jpg", quality=80)
        lines.append(f"p{number},Product {number},{number % 900}.50 EUR,{shelf.name}/{number}.jpg")
    feed = folder / "feed.csv"
    feed.write_text("\n".join(lines), encoding="utf-8")
    return feed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        feed = draw_shop(folder, rows)
        embedder = ColourEmbedder()
        (folder / "home").mkdir()
        with CatalogDb.open(folder / "home" / CATALOG_NAME) as catalog:
            home = EdgeHome(folder / "home" / "index")
            place = Workplace(catalog, home, embedder, spec_of(embedder))
            for run in ("first", "second"):
                embedder.embedded.clear()
                began = time.perf_counter()
                report = index_feed(open_feed(feed), place, RunOptions(batch=256))
                seconds = time.perf_counter() - began
                assert report.counts.products == rows
                print(f"{run} run: {rows} rows, {len(embedder.embedded)} embedded, {seconds:.1f} s")
        assert not embedder.embedded, "the second run asked the model"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        verdict = "within" if seconds <= BUDGET_S else "OVER"
        print(f"{verdict} the budget of {BUDGET_S:.0f} s; peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()

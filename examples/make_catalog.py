"""Draws the demo shop: product pictures, their feed, and pictures to search with.

    python examples/make_catalog.py                      # into examples/catalog
    python examples/make_catalog.py OUT --only mug       # one family, no queries

The same seed gives the same bytes. Needs Pillow and numpy only.
"""

import argparse
import csv
import io
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from drawing.assortment import FEED_COLUMNS, feed_row, picture
from drawing.families import items
from drawing.queries import QUERIES
from PIL import Image

MOST_BYTES = 60_000


def webp(image: Image.Image) -> bytes:
    """The best quality that stays under 60 KB."""
    for quality in (90, 82, 74, 66, 50):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=4)
        if buffer.tell() <= MOST_BYTES:
            break
    return buffer.getvalue()


def draw_product(name: str, folder: Path, seed: int) -> None:
    item = next(item for item in items() if item.id == name)
    (folder / "pictures" / f"{name}.webp").write_bytes(webp(picture(item, seed)))


def draw_query(number: int, folder: Path, seed: int) -> list[dict[str, str]]:
    """Draw one picture to search with; its rows of queries.csv."""
    query = QUERIES[number](seed)
    name = f"{query.name}.jpg"
    query.image.save(folder / "queries" / name, quality=88)
    return [
        {"image": name, "relevant_id": product, "box": ",".join(map(str, box)) if box else ""}
        for product, box in query.shows
    ]


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make(
    folder: Path,
    seed: int = 1,
    *,
    only: Sequence[str] = (),
    queries: Sequence[int] = tuple(range(len(QUERIES))),
    workers: int = 1,
) -> int:
    """Draw the catalog into a folder; returns how many products it has.

    Args:
        only: ids or families of the products; empty draws all.
        queries: which of QUERIES to draw.
    """
    chosen = [i for i in items() if not only or i.id in only or i.family.name in only]
    for part in ("pictures", "queries"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    names = [item.id for item in chosen]
    draw = partial(draw_product, folder=folder, seed=seed)
    ask = partial(draw_query, folder=folder, seed=seed)
    if workers > 1:
        # A process a core; BLAS threads on top of that only wait for each other.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            asked = pool.map(ask, queries)  # the slow ones first
            list(pool.map(draw, names, chunksize=2))
            shown = list(asked)
    else:
        shown = list(map(ask, queries))
        list(map(draw, names))
    rows = [feed_row(item, place) for place, item in enumerate(chosen)]
    write_csv(folder / "feed.csv", FEED_COLUMNS, rows)
    if shown:
        rows = [row for rows in shown for row in rows]
        write_csv(folder / "queries" / "queries.csv", ("image", "relevant_id", "box"), rows)
    return len(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent / "catalog")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], help="ids or families; no queries")
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    options = parser.parse_args()
    queries = () if options.only else tuple(range(len(QUERIES)))
    count = make(
        options.folder, options.seed, only=options.only, queries=queries, workers=options.workers
    )
    print(f"{count} products and {len(queries)} query pictures in {options.folder}")


if __name__ == "__main__":
    main()

"""How long retrieval and ranking take, and how near the graph comes to exact search.

    python -m benchmarks.retrieval [--products 100000] [--dim 1024] [--queries 200]
    python -m benchmarks.retrieval --url http://localhost:6333      (a Qdrant server instead)

Vectors are drawn around a 24-dimensional surface, as embeddings of a catalog lie: independent
random numbers have no neighbours worth finding. Cards, words and filters are of a shop's size.
Memory is the build's and the reader's peak; time is wall clock on an otherwise idle machine.
"""

import argparse
import os
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from models.types import Vectors
from pipelines.catalog_types import Card, Entry, IndexSpec, Money
from pipelines.ranking.core import rank
from pipelines.ranking.standard import standard_stages
from pipelines.search_types import Query
from pipelines.stores.protocol import IndexHome, StoreFilter, VectorIndex

BUDGET_MS = 20.0
SURFACE = 24
TEXT_DIM = 384
WORDS = [f"{stem}{end}" for stem in ("mug", "lamp", "кружк", "стол", "шар") for end in "abcdefghij"]


class Surface:
    """Draws unit vectors near a low-dimensional surface, the same one for catalog and queries."""

    def __init__(self, dim: int, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._directions = self._random.normal(size=(SURFACE, dim)).astype(np.float32)

    def draw(self, count: int) -> Vectors:
        dim = self._directions.shape[1]
        place = self._random.normal(size=(count, SURFACE)).astype(np.float32)
        noise = self._random.normal(size=(count, dim)).astype(np.float32)
        rows = place @ self._directions + 0.3 * SURFACE**0.5 * noise
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def card(number: int) -> Card:
    words = [WORDS[(number * step) % len(WORDS)] for step in (1, 7, 11, 13)]
    return Card(
        product_id=f"sku-{number}",
        title=f"{' '.join(words)} {number}",
        description=" ".join(words * 12),
        category=("Shop", f"Aisle {number % 20}", f"Shelf {number % 400}"),
        brand=f"Brand {number % 200}",
        link=f"https://shop.example/{number}",
        price=Money(5.0 + number % 500, "EUR"),
        in_stock=number % 10 != 0,
        group_id=f"group-{number // 3}",
        codes=(f"RE{number}-TGK",),
        tags=tuple(words),
        colour="red",
        pictures=(f"pictures/{number}.jpg",),
    )


def entries(products: int, pictures: Surface, texts: Surface) -> Iterator[Entry]:
    for start in range(0, products, 1_000):
        count = min(1_000, products - start)
        images, titles = pictures.draw(count), texts.draw(count)
        for offset in range(count):
            facts = card(start + offset)
            words = f"{facts.title} {facts.brand} {' '.join(facts.codes)}"
            yield Entry(facts, 0, images[offset], titles[offset], words)


def timed(name: str, count: int, ask: Callable[[int], object]) -> float:
    for number in range(5):  # not counted: they warm what is loaded on first use
        ask(number)
    times = []
    for number in range(5, count):
        begin = perf_counter()
        ask(number)
        times.append((perf_counter() - begin) * 1000)
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{name:<48} {p50:8.2f} {p95:8.2f}")
    return float(p50)


def recall(index: VectorIndex, queries: Vectors, limit: int, wanted: int = 10) -> float:
    everything = StoreFilter()
    found = index.nearest("image", queries, limit, everything)
    exact = index.nearest("image", queries, wanted, everything, exact=True)
    shares = [
        len({h.product_id for h in a[:wanted]} & {h.product_id for h in e}) / wanted
        for a, e in zip(found, exact, strict=True)
    ]
    return float(np.mean(shares))


def measure(index: VectorIndex, pictures: Vectors, texts: Vectors) -> None:
    count, everything = len(pictures) // 2, StoreFilter()
    some = StoreFilter(in_stock_only=True, category="Shop > Aisle 3")
    ids = [
        [hit.product_id for hit in index.nearest("image", row[None], 100, everything)[0]]
        for row in pictures[:count]
    ]
    stages = standard_stages(index, one_space=False)

    def photo(number: int) -> Query:
        return Query(image_vectors=pictures[number][None])

    def photo_and_words(number: int) -> Query:
        return Query(
            image_vectors=pictures[number][None],
            words=card(number).title,
            text_vector=texts[number],
            read_words=card(number + 1).title,
            codes=card(number).codes,
        )

    same = photo_and_words(0)
    print(f"{'milliseconds':<48} {'p50':>8} {'p95':>8}")
    # First, for a reader remembers the cards that it has given.
    full = timed(
        "retrieve and rank a photo, words and a code",
        count,
        lambda i: rank(photo_and_words(i), stages),
    )
    timed("  … the same again, as when a filter is turned", 50, lambda _: rank(same, stages))
    ranked = timed("retrieve and rank a photo", count, lambda i: rank(photo(count + i), stages))
    near = timed(
        "nearest picture, top 100",
        count,
        lambda i: index.nearest("image", pictures[i][None], 100, everything),
    )
    timed(
        "  … in stock and of one category of twenty",
        count,
        lambda i: index.nearest("image", pictures[i][None], 100, some),
    )
    brute = timed(
        "  … exact, by brute force",
        20,
        lambda i: index.nearest("image", pictures[i][None], 100, everything, exact=True),
    )
    timed("words, top 100", count, lambda i: index.words(card(i).title, 100, everything))
    timed("code", count, lambda i: index.codes(card(i).codes, 10, everything))
    timed("100 cards, given before", count, lambda i: index.cards(ids[i]))
    timed("24 vectors", count, lambda i: index.image_vectors(ids[i][:24]))
    timed("facet of brands, all products", 20, lambda i: index.facets("brand", 20, everything))
    print(f"recall@10 of a top-10 search  {recall(index, pictures, 10):.3f}")
    print(f"recall@10 of a top-100 search {recall(index, pictures, 100):.3f}")
    print(f"the graph is {brute / near:.0f} times as fast as brute force")
    for name, value in (("a photo", ranked), ("a photo with words", full)):
        verdict = "within" if value <= BUDGET_MS else "OVER"
        print(f"{name}: {verdict} the budget of {BUDGET_MS:.0f} ms (p50)")


def open_home(url: str, folder: Path) -> IndexHome:
    if url:
        from pipelines.stores.server import QdrantHome

        key = os.environ.get("SHOPLENS_QDRANT_API_KEY", "")
        return QdrantHome(url, key, collection="shoplens-benchmark")
    from pipelines.stores.edge import EdgeHome

    return EdgeHome(folder / "index")


def megabytes(folder: Path) -> float:
    blocks = sum(path.stat().st_blocks for path in folder.rglob("*") if path.is_file())
    return blocks * 512 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=1_024)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--url", default="", help="a Qdrant server instead of the embedded engine")
    arguments = parser.parse_args()

    spec = IndexSpec("benchmark", "benchmark", "benchmark", arguments.dim, TEXT_DIM)
    pictures, texts = Surface(arguments.dim, seed=1), Surface(TEXT_DIM, seed=2)
    folder = Path(tempfile.mkdtemp(prefix="shoplens-retrieval-"))
    home = open_home(arguments.url, folder)
    try:
        begin = perf_counter()
        info = home.build(spec, entries(arguments.products, pictures, texts))
        print(f"{info.products} products of {arguments.dim} + {TEXT_DIM} numbers")
        print(f"build {perf_counter() - begin:.0f} s, {megabytes(folder):.0f} MB on disk")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
        print(f"memory of the builder {peak:.0f} MB at most")
        begin = perf_counter()
        index = home.open()
        print(f"open {(perf_counter() - begin) * 1000:.0f} ms")
        measure(index, pictures.draw(2 * arguments.queries), texts.draw(arguments.queries))
        print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB at most")
        index.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

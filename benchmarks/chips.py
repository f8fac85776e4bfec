"""What chips tell: bits about which of the found products is meant, against other choices of chips.

    python -m benchmarks.chips QUERIES.csv --home HOME [--limit 200] [--draws 50]

For each question whose product is found, the same number of chips is chosen in three ways: by
information (pipelines/chips.py), by frequency (stock, then the commonest brands and categories, as
the page did before), and at random among all conditions that split the list at all. Told are the
expected bits, with candidates weighed by their place, and what is left in truth: how many products
still fit once each chip is answered as the right product answers it. Then: milliseconds of
processor time for a list of 200 products with 15 tags each.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import process_time

import numpy as np
from numpy.typing import NDArray

from indexer.query_list import read_queries
from models.tag_types import TAG_FIELDS, Tag
from pipelines.build import open_lens
from pipelines.catalog_types import Card, Money
from pipelines.chips import chips, information, options_of, relevance
from pipelines.conditions import condition, passing
from pipelines.image_io import read_photo
from pipelines.search_types import Candidate, Chip
from pipelines.settings import Settings
from pipelines.stores.protocol import StoreFilter

BUDGET_MS = 5.0
Splits = NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("queries", type=Path, help="image,relevant_id[,box]")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=200, help="questions, drawn at random")
    parser.add_argument("--draws", type=int, default=50, help="random rows of chips a question")
    arguments = parser.parse_args()
    random = Random(0)  # noqa: S311 - a sample, no secret
    queries = list(read_queries(arguments.queries).queries)
    random.shuffle(queries)
    lens = open_lens(Settings(home=arguments.home))
    bits: dict[str, list[float]] = {"by information": [], "by frequency": [], "at random": []}
    left: dict[str, list[float]] = {name: [] for name in bits}
    places, sizes, numbers = [], [], []
    for query in queries[: arguments.limit]:
        perception = lens.perceive(read_photo(query.image), [query.box] if query.box else [])
        found = lens.search(perception).found
        meant = next((i for i, c in enumerate(found) if c.product_id in query.relevant), None)
        row = chips(found)
        if meant is None or not row:
            continue
        places.append(meant + 1)
        sizes.append(len(found))
        numbers.append(len(row))
        splits = [splits_of(found, [chip.condition for chip in row])]
        common = by_frequency(found)[: len(row)]
        told = {"by information": splits, "by frequency": [splits_of(found, common)]}
        told["at random"] = at_random(found, len(row), arguments.draws, random)
        for name, rows in told.items():
            bits[name] += [float(np.mean([information(relevance(len(found)), s) for s in rows]))]
            left[name] += [float(np.mean([(s == s[meant]).all(axis=1).sum() for s in rows]))]
    lens.close()
    print(
        f"{len(places)} of {min(len(queries), arguments.limit)} questions find their product, at "
        f"place {np.median(places):.0f} (median) of {np.mean(sizes):.0f} (mean)"
    )
    print(f"chips: {np.mean(numbers):.1f} (mean)      bits   95% interval   products left")
    for name, values in bits.items():
        low, high = interval(values)
        print(
            f"{name:<20} {np.mean(values):13.2f}   {low:.2f}-{high:.2f}      "
            f"{np.mean(left[name]):10.1f}"
        )
    speed()


def splits_of(found: Sequence[Candidate], conditions: Sequence[StoreFilter]) -> Splits:
    """Shape (found, conditions): which product meets which."""
    kept = [{c.product_id for c in passing(found, each)} for each in conditions]
    return np.array([[c.product_id in ids for ids in kept] for c in found], dtype=bool)


def by_frequency(found: Sequence[Candidate], each: int = 5) -> list[StoreFilter]:
    """Stock, and the commonest brands and categories, as the page did before."""
    cards = [candidate.card for candidate in found if candidate.card]
    brands = Counter(card.brand for card in cards if card.brand)
    categories = Counter(" > ".join(card.category) for card in cards if card.category)
    stock = [StoreFilter(in_stock_only=True)]
    return [
        *(stock if 0 < sum(card.in_stock is not False for card in cards) < len(cards) else []),
        *(StoreFilter(brand=name) for name, _ in brands.most_common(each)),
        *(StoreFilter(category=name) for name, _ in categories.most_common(each)),
    ]


def at_random(found: Sequence[Candidate], number: int, draws: int, random: Random) -> list[Splits]:
    cards = [candidate.card for candidate in found if candidate.card]
    splitting = [o for o, rows in options_of(cards).items() if 0 < len(rows) < len(cards)]
    every = splits_of(found, [condition(field, value) for field, value in splitting])
    columns = range(len(splitting))
    return [every[:, random.sample(columns, min(number, len(columns)))] for _ in range(draws)]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95% bootstrap interval of the mean."""
    drawn = np.random.default_rng(0).choice(values, (2000, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def speed() -> None:
    random = Random(1)  # noqa: S311 - a sample, no secret

    def card(number: int) -> Card:
        tags = [Tag(f, f"{f}{int(random.paretovariate(0.7))}") for f in TAG_FIELDS for _ in "ab"]
        return Card(
            f"p{number}",
            category=("Home", f"Shelf {random.randrange(9)}"),
            brand=f"Brand {random.randrange(30)}",
            price=Money(random.lognormvariate(3, 1), "EUR"),
            in_stock=random.random() < 0.8,
            tags=tuple(dict.fromkeys(tags)),
        )

    found = [Candidate(c.product_id, (), c) for c in map(card, range(200))]
    taken: list[float] = []
    row: tuple[Chip, ...] = ()
    for _ in range(100):
        begin = process_time()
        row = chips(found)
        taken.append((process_time() - begin) * 1000)
    p50, p95 = np.percentile(taken[10:], [50, 95])
    verdict = "within" if p50 <= BUDGET_MS else "OVER"
    print(
        f"{len(row)} chips for 200 products: p50 {p50:.1f} ms, p95 {p95:.1f} ms of processor time, "
        f"{verdict} the budget of {BUDGET_MS:.0f} ms"
    )


if __name__ == "__main__":
    main()

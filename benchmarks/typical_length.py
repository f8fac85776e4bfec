"""How many words a product has in an index's word search: what BM25's AVERAGE_LENGTH should be.

    python -m benchmarks.typical_length --home HOME

Counted as pipelines/stores/bm25.py counts them, of the published shop: after stemming, without stop
words, the names of tags in every language of the lexicon among them.
"""

import argparse
from pathlib import Path

import numpy as np

from indexer.entries import CatalogEntries, words_of
from models.errors import IndexMissing
from pipelines.build import open_catalog, open_index_home
from pipelines.settings import Settings
from pipelines.stores import bm25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--home", type=Path, required=True)
    settings = Settings(home=parser.parse_args().home)
    info = open_index_home(settings).current()
    if info is None:
        raise IndexMissing("nothing was indexed yet", remedy="run `shoplens index FEED`")
    with open_catalog(settings, read_only=True) as catalog:
        tagged = list(CatalogEntries(catalog, info.spec).tagged())
    counts = {
        "as indexed": [bm25.length(words_of(stored.product, tags)) for stored, tags in tagged],
        "without tags": [bm25.length(words_of(stored.product)) for stored, _ in tagged],
    }
    for name, lengths in counts.items():
        low, middle, high = np.percentile(lengths, [10, 50, 90])
        print(
            f"{name:14}{len(lengths):8,} products, mean {np.mean(lengths):5.1f} words,"
            f" 10% {low:.0f}, median {middle:.0f}, 90% {high:.0f}"
        )


if __name__ == "__main__":
    main()

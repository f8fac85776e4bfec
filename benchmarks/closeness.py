"""What cards say of how close a product is, by what it has in common with the one that is meant.

    python -m benchmarks.closeness QUERIES.csv --home HOME

Every product of the shop is compared with every question's box, with the picture's colours and
without (as where words name a colour), by the scales in app/closeness.py. Told for the product that
is meant, its variants (the same group in other colours) and products of other categories: which
share of each is called very close, close, similar and not close. The last lines read colourless
cosines by the scale of whole ones.
"""

import argparse
from collections import Counter, defaultdict
from pathlib import Path

from app.closeness import closeness, scale_of
from indexer.query_list import read_queries
from models.adaptation import CosineScale
from models.types import Vectors
from pipelines.build import open_index_home, open_lens
from pipelines.catalog_types import Card
from pipelines.image_io import read_photo
from pipelines.search_types import Candidate, Evidence
from pipelines.settings import Settings
from pipelines.stores.protocol import StoreFilter, VectorIndex

SAID = ("very", "close", "similar", "far")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("queries", type=Path, help="image,relevant_id[,box]")
    parser.add_argument("--home", type=Path, required=True)
    arguments = parser.parse_args()
    settings = Settings(home=arguments.home)
    lens, index = open_lens(settings), open_index_home(settings).open()
    whole, colourless = (
        scale_of(index.info.spec.profile, None, colourless=without) for without in (False, True)
    )
    said: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for query in read_queries(arguments.queries).queries:
        vectors = lens.perceive(read_photo(query.image), [query.box] if query.box else []).vectors
        meant = index.cards(query.relevant[:1])[0]
        if meant is None:
            continue
        silent = lens.models.embedder.colourless(vectors)
        ways: dict[str, tuple[Vectors, CosineScale | None]] = {
            "with colours": (vectors, whole),
            "without": (silent, colourless),
            "without, by the scale of whole ones": (silent, whole),
        }
        for way, (picture, scale) in ways.items():
            for card, cosine in compared(index, picture):
                if relation := related(card, meant):
                    found = Candidate(card.product_id, (Evidence("image", 1, cosine),))
                    said[way, relation].append(closeness(found, scale).word)
    lens.close()
    index.close()
    print(f"{'':<58}{'pairs':>7}" + "".join(f"{word:>9}" for word in SAID))
    for (way, relation), words in said.items():
        shares = Counter(words)
        row = "".join(f"{shares[word] / len(words):9.3f}" for word in SAID)
        print(f"{way:<37}{relation:<21}{len(words):7}{row}")


def compared(index: VectorIndex, picture: Vectors) -> list[tuple[Card, float]]:
    """Every product with the cosine of its nearest picture."""
    hits = index.nearest("image", picture[:1], index.info.points, StoreFilter(), exact=True)[0]
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.product_id] = max(best.get(hit.product_id, -1.0), hit.score)
    return [
        (card, cosine)
        for card, cosine in zip(index.cards(list(best)), best.values(), strict=True)
        if card is not None
    ]


def related(card: Card, meant: Card) -> str:
    """What a product is to the one that is meant; "" for others of its category."""
    if card.product_id == meant.product_id:
        return "the product itself"
    if card.group_id and card.group_id == meant.group_id:
        return "a variant"
    return "of another category" if card.category != meant.category else ""


if __name__ == "__main__":
    main()

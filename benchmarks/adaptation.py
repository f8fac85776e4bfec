"""What `shoplens adapt` brings to products that had photos, and to those that had none.

    python -m benchmarks.adaptation DATA

DATA holds `grocery/`. Four foldings, each of which hides another quarter of the products with all
their photos. A head learns from `queries/` of the other products. Recall@1 among all 81 pictures is
then that of `queries_val/` of those products, and of all photos of the hidden ones: no photo that
is measured was learned from, nor helped to choose a strength. The last column tells what the trial
said: a head that it objects to would not be switched on.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.picture_sets import grocery
from indexer.adaptation import learn, try_head
from models.adaptation import AdaptationHead, index_vectors
from models.adaptation_fit import Photos, Shelf
from models.lite import LiteEmbedder

FOLDS = 4


def first(shelf: Shelf, photos: Photos, head: AdaptationHead | None) -> float:
    """Recall@1, without a head or with one."""
    asked, pictures = photos.vectors, shelf.vectors
    if head is not None:
        asked = head.photos(asked)
        pictures = index_vectors(head, shelf.products, shelf.owners, pictures)
    return float((shelf.owners[(asked @ pictures.T).argmax(axis=1)] == photos.shown).mean())


def measure(shelf: Shelf, photos: Photos, held_out: NDArray[np.bool_]) -> None:
    print("| hidden | known: before | after | hidden: before | after | trial |")
    print("|---|---|---|---|---|---|")
    for fold in range(FOLDS):
        hidden = photos.shown % FOLDS == fold
        taught = photos.where(~hidden & ~held_out)
        trial = try_head(shelf, taught)
        cells = []
        if trial.strength is not None:
            head = learn(shelf, taught, trial.strength)
            for group in (photos.where(~hidden & held_out), photos.where(hidden)):
                cells += [f"{first(shelf, group, with_head):.3f}" for with_head in (None, head)]
        said = trial.objection or (
            f"wins: {trial.known.difference.value:+.3f}, {trial.new.difference.value:+.3f}"
        )
        print(f"| {fold}, {fold + FOLDS}, … | {' | '.join([*cells, said])} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure shoplens adapt.")
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    shop, embedder = grocery(options.data), LiteEmbedder()
    names = tuple(f"{number:02}" for number in range(len(shop.catalog)))
    pictures = embedder.images(shop.catalog)
    shelf = Shelf(embedder.image_fingerprint, names, np.arange(len(names)), pictures)
    measure(shelf, Photos(embedder.images(shop.queries), shop.wanted), shop.held_out)


if __name__ == "__main__":
    main()

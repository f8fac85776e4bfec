"""Readers search on while the shop is indexed again and again."""

import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from indexer.feeds import open_feed
from indexer.run import Workplace, index_feed
from models.errors import ShopLensError
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.follow import Follower
from pipelines.stores.edge import EdgeHome
from pipelines.stores.protocol import StoreFilter
from tests.fakes.home import write_csv
from tests.fakes.index_process import spec_of
from tests.fakes.models import ColourEmbedder
from tests.fakes.pictures import folder_of, picture
from tests.fakes.warm_process import CONTEXT

READERS, REINDEXINGS, PRODUCTS = 4, 3, 12
PAUSE = 0.02
"""Seconds between two searches of one reader: four without it leave the indexer no core."""


def edition(folder: Path, number: int) -> Path:
    """The shop with another price, title and main picture for every product."""
    for product in range(PRODUCTS):
        path = folder / f"shelf-{product // 10}" / f"{product:04}.png"
        path.write_bytes(picture(PRODUCTS * number + product))
    return write_csv(
        folder,
        (f"p{i},shelf-{i // 10}/{i:04}.png,Edition {number}" for i in range(PRODUCTS)),
    )


def search(folder: Path, answers: "Connection[object, None]", stop: object) -> None:
    """Search the newest generation until told to stop; tell every kind of answer that came."""
    follower = Follower(EdgeHome(folder), lambda info: None)
    probe = np.ones((1, ColourEmbedder.image_dim), dtype=np.float32)
    seen: set[tuple[int, int, tuple[str, ...]]] = set()
    errors: list[str] = []
    count = 0
    while not errors:
        ending = stop.is_set()  # type: ignore[attr-defined]
        try:
            with follower.reading() as index:
                (hits,) = index.nearest("image", probe, 2 * PRODUCTS, StoreFilter())
                cards = index.cards([hit.product_id for hit in hits])
                words = index.words("Edition", 2 * PRODUCTS, StoreFilter())
        except ShopLensError as error:
            errors.append(f"{type(error).__name__}: {error}")
            break
        titles = {card.title if card else "nothing" for card in cards}
        seen.add((index.info.generation, len(hits), tuple(sorted(titles))))
        seen.add((index.info.generation, len(words), tuple(sorted(titles))))
        count += 1
        if count == 1:
            answers.send("ready")
        if ending:
            break
        time.sleep(PAUSE)
    follower.close()
    answers.send((count, sorted(seen), errors))


def test_four_readers_see_whole_generations_through_three_reindexings(tmp_path: Path) -> None:
    home, embedder = EdgeHome(tmp_path / "index"), ColourEmbedder()
    folder = folder_of(tmp_path / "shop", PRODUCTS)
    with CatalogDb.open(tmp_path / CATALOG_NAME) as catalog:
        place = Workplace(catalog, home, embedder, spec_of(embedder))
        index_feed(open_feed(edition(folder, 1)), place)
        stop = CONTEXT.Event()
        pipes = [CONTEXT.Pipe(duplex=False) for _ in range(READERS)]
        readers = [
            CONTEXT.Process(target=search, args=(tmp_path / "index", sender, stop))
            for _, sender in pipes
        ]
        for reader in readers:
            reader.start()
        assert [answers.recv() for answers, _ in pipes] == ["ready"] * READERS
        for number in range(2, 2 + REINDEXINGS):
            index_feed(open_feed(edition(folder, number)), place)
    stop.set()
    told = [answers.recv() for answers, _ in pipes]
    for reader in readers:
        reader.join()
    last = 1 + REINDEXINGS
    whole = {(n, PRODUCTS, (f"Edition {n}",)) for n in range(1, last + 1)}
    for count, seen, errors in told:
        assert errors == []
        assert set(seen) <= whole
        assert {(1, PRODUCTS, ("Edition 1",)), (last, PRODUCTS, (f"Edition {last}",))} <= set(seen)
        assert count > REINDEXINGS
    assert [reader.exitcode for reader in readers] == [0] * READERS
    assert list((tmp_path / "index" / "readers").glob("*.lock")) == []

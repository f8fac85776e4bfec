"""Seeded kill -9 in every stage of indexing, against what docs/reliability.md promises.

    python -m benchmarks.kill_loop [--kills 200] [--seed 1] [--seconds 0]

A shop of local pictures changes from round to round; in each round indexers are killed one after
another (the process that runs, or the one that builds the index), then one may finish. After every
kill: what was committed is still there, nothing that was there is embedded again, the published
index is whole, and is the one from before the round or the one after it. After every round: index
and catalog equal those of an indexer in a new home that nobody killed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from indexer.feeds import open_feed
from indexer.home_lock import home_lock
from indexer.run import RunOptions, Workplace, index_feed
from indexer.run_report import Silent
from models.errors import BrokenIndex
from models.types import Photo, Vectors
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_records import Batch, BatchOutcome, RunCounts, RunOutcome
from pipelines.catalog_types import IndexInfo
from pipelines.stores import edge_build, manifest
from pipelines.stores.edge import EdgeHome
from pipelines.stores.protocol import StoreFilter
from tests.fakes.index_process import spec_of, tell
from tests.fakes.models import ColourEmbedder
from tests.fakes.pictures import picture

PRODUCTS, FRESH, BATCH = 40, 16, 4
_TELL = "SHOPLENS_KILL_LOOP"

# Stage → how long after it began a kill may come, in seconds: about as long as the stage lasts.
STAGES = {
    "reading": 0.02,
    "embedding": 0.006,
    "committing": 0.002,
    "retiring": 0.004,
    "building": 0.3,
    "filling": 0.02,
    "optimizing": 0.06,
    "flushing": 0.02,
    "manifest": 0.03,
    "checking": 0.03,
    "sealing": 0.002,
    "swapping": 0.002,
    "pruning": 0.004,
    "finishing": 0.004,
}
# Those of a process of its own, which may be killed by itself.
IN_THE_BUILDER = ("filling", "optimizing", "flushing", "manifest", "checking")


# The indexer that is killed: it tells what it does


class _Catalog(CatalogDb):
    def commit(self, run: int, batch: Batch) -> BatchOutcome:
        tell("committing")
        outcome = super().commit(run, batch)
        tell("committed")
        return outcome

    def retire(self, run: int) -> int:
        tell("retiring")
        return super().retire(run)

    def finish_run(self, run: int, outcome: RunOutcome, counts: RunCounts) -> None:
        tell("finishing")
        super().finish_run(run, outcome, counts)


class _Home(EdgeHome):
    def _seal(self, half: Path, number: int) -> None:
        tell("sealing")
        super()._seal(half, number)

    def _publish(self, info: Any) -> None:
        tell("swapping")
        super()._publish(info)

    def _prune(self) -> None:
        tell("pruning")
        super()._prune()


class _Embedder(ColourEmbedder):
    def images(self, batch: Sequence[Photo]) -> Vectors:
        tell("embedding")
        time.sleep(0.004)
        vectors = super().images(batch)
        for photo in batch:
            tell("embedded", photo.sha256)
        return vectors


class _Progress(Silent):
    def building(self, images: int, done: int = 0) -> None:
        if not done:
            tell("building")


class _Shard:
    """The engine's shard; tells when its long steps begin."""

    def __init__(self, shard: Any) -> None:
        self._shard = shard

    def __getattr__(self, name: str) -> Any:
        stage = {"optimize": "optimizing", "close": "flushing", "update": "filling"}.get(name)
        if stage:
            tell(stage)
        return getattr(self._shard, name)


def _tell_of_the_builder() -> None:
    """In the process that builds: its stages, and who it is."""
    engine, write, check = edge_build.edge, manifest.write, edge_build.check_opens

    def create(*given: Any) -> _Shard:
        tell("builder", os.getpid())
        return _Shard(engine.EdgeShard.create(*given))

    def write_telling(*given: Any) -> Any:
        tell("manifest")
        return write(*given)

    def check_telling(*given: Any) -> None:
        tell("checking")
        check(*given)

    shard = SimpleNamespace(create=create, load=engine.EdgeShard.load)
    edge_build.edge = SimpleNamespace(**{**vars(engine), "EdgeShard": shard})  # type: ignore[assignment]
    manifest.write = write_telling
    edge_build.check_opens = check_telling


if __name__ == "__mp_main__" and _TELL in os.environ:
    _tell_of_the_builder()


def indexer(home: Path, feed: Path) -> None:
    embedder = _Embedder()
    with home_lock(home), _Catalog.open(home / CATALOG_NAME) as catalog:
        place = Workplace(catalog, _Home(home / "index"), embedder, spec_of(embedder))
        tell("reading")
        index_feed(open_feed(feed), place, RunOptions(batch=BATCH), _Progress())


# The loop


@dataclass
class Tally:
    kills: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    rounds: int = 0
    embedded: int = 0
    twice: int = 0
    interrupted_batches: int = 0


def known(home: Path) -> set[str]:
    if not (home / CATALOG_NAME).is_file():
        return set()
    with CatalogDb.open(home / CATALOG_NAME) as catalog:
        return {d.hex() for d in catalog.image_vectors_known(ColourEmbedder.image_fingerprint)}


_read: dict[tuple[Path, IndexInfo], dict[str, tuple[object, bytes]]] = {}


def contents(home: Path) -> dict[str, tuple[object, bytes]] | None:
    """Every product of the published generation: its card and its vector.

    Every byte is verified each time; a generation whose bytes are right is opened once.
    """
    place = EdgeHome(home / "index")
    if place.current() is None:
        return None
    key = home, place.verify()
    if key not in _read:
        _read[key] = _opened(place)
    return _read[key]


def _opened(place: EdgeHome) -> dict[str, tuple[object, bytes]]:
    index = place.open()
    try:
        probe = np.ones((1, ColourEmbedder.image_dim), dtype=np.float32)
        (hits,) = index.nearest("image", probe, 1_000, StoreFilter(), exact=True)
        ids = sorted({hit.product_id for hit in hits})
        assert len(ids) == index.info.products == index.info.points == len(hits)
        pairs = zip(ids, index.cards(ids), index.image_vectors(ids), strict=True)
        return {i: (card, b"" if v is None else v.tobytes()) for i, card, v in pairs}
    finally:
        index.close()


def rows(home: Path) -> list[tuple[object, ...]]:
    """The catalog's products and pictures, without the numbers of runs."""
    with CatalogDb.open(home / CATALOG_NAME) as catalog:
        found = list(catalog.rows("SELECT id, body, text_sha256 FROM products ORDER BY id"))
        return found + list(catalog.rows("SELECT * FROM images ORDER BY product_id, number"))


def change(shop: Path, number: int, dice: random.Random) -> None:
    """New pictures for some products; a product leaves and another comes."""
    for name in dice.sample(range(PRODUCTS), FRESH if number else PRODUCTS):
        path = shop / f"{name:03}.png"
        path.write_bytes(picture(dice.randrange(1250), side=dice.randrange(16, 64)))
    if number:
        dice.choice(sorted(shop.iterdir())).unlink()
        (shop / f"new-{number}.png").write_bytes(picture(number, side=15))


def run_and_kill(home: Path, shop: Path, stage: str, dice: random.Random, tally: Tally) -> bool:
    """One indexer, killed in a stage; False where it had ended before."""
    before = known(home)
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.kill_loop", "--indexer", str(home), str(shop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {_TELL: "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told: list[str] = []
        builder = 0
        passes = dice.randrange(1, 3)
        reached = False
        for line in process.stdout:
            told.append(line.strip())
            if line.startswith("builder"):
                builder = int(line.split()[1])
            if line.strip() == stage:
                passes -= stage in ("embedding", "committing", "filling")
                if stage not in ("embedding", "committing", "filling") or passes == 0:
                    reached = True
                    break
        alone = stage in IN_THE_BUILDER and dice.random() < 0.4
        if reached:
            time.sleep(dice.uniform(0, STAGES[stage]))
            with suppress(ProcessLookupError):
                os.kill(builder if alone else process.pid, signal.SIGKILL)
        told += [line.strip() for line in process.stdout]
        trace = process.stderr.read()
    killed = process.returncode == -signal.SIGKILL
    if alone and process.returncode == BrokenIndex.exit_code:
        assert "Traceback" not in trace
        killed = True
    assert killed or process.returncode == 0, (process.returncode, trace)
    after = known(home)
    embedded = [line.split()[1] for line in told if line.startswith("embedded ")]
    last = max((n for n, line in enumerate(told) if line == "committed"), default=0)
    committed = {line.split()[1] for line in told[:last] if line.startswith("embedded ")}
    assert before <= after, "an embedding was lost"
    assert committed <= after, "a committed embedding was lost"
    assert not set(embedded) & before, "embedded again what was there"
    lost = len(set(embedded) - after)
    assert lost <= BATCH, f"{lost} embeddings lost, more than a batch"
    tally.embedded += len(embedded)
    tally.twice += lost
    tally.interrupted_batches += bool(lost)
    if killed:
        tally.kills[stage + (" (the builder alone)" if alone else "")] += 1
    else:
        tally.missed += 1
    return killed


def uninterrupted(home: Path, shop: Path) -> None:
    home.mkdir()
    with CatalogDb.open(home / CATALOG_NAME) as catalog:
        embedder = ColourEmbedder()
        place = Workplace(catalog, EdgeHome(home / "index"), embedder, spec_of(embedder))
        index_feed(open_feed(shop), place, RunOptions(batch=BATCH))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0, help="stop after the round; 0: never")
    parser.add_argument("--indexer", nargs=2, metavar=("HOME", "SHOP"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.indexer:
        try:
            indexer(*map(Path, asked.indexer))
        except BrokenIndex as error:
            sys.exit(error.exit_code)
        return

    dice = random.Random(asked.seed)  # noqa: S311
    tally, began = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        home, shop = Path(scratch, "home"), Path(scratch, "shop")
        shop.mkdir()
        while tally.kills.total() < asked.kills:
            if asked.seconds and time.monotonic() - began > asked.seconds:
                break
            old = contents(home) if home.exists() else None
            change(shop, tally.rounds, dice)
            fresh = Path(scratch, f"fresh-{tally.rounds}")
            uninterrupted(fresh, shop)
            new = contents(fresh)
            early = ["reading", "embedding", "committing"]
            late = dice.sample(list(STAGES)[3:], 7)
            for stage in [*dice.sample(early, 3), *sorted(late, key=list(STAGES).index)]:
                killed = run_and_kill(home, shop, stage, dice, tally)
                assert contents(home) in (old, new), "the published index is neither"
                if not killed:
                    break
            for _ in range(2):  # the second one finds nothing to do
                run_and_kill(home, shop, "never", dice, tally)
                tally.missed -= 1
            assert contents(home) == new, "the index differs from an uninterrupted run's"
            assert rows(home) == rows(fresh), "the catalog differs from an uninterrupted run's"
            assert not list((home / "index").glob("*.half-*"))
            tally.rounds += 1
    print(f"seed {asked.seed}: {tally.kills.total()} kills in {tally.rounds} rounds, "
          f"{time.monotonic() - began:.0f} s; {tally.missed} came too late")  # fmt: skip
    print(f"{tally.embedded} pictures embedded, {tally.twice} of them lost in "
          f"{tally.interrupted_batches} cut batches of {BATCH}; no committed one lost")  # fmt: skip
    order = list(STAGES)
    for stage, count in sorted(
        tally.kills.items(), key=lambda kill: order.index(kill[0].split()[0])
    ):
        print(f"{count:4} {stage}")


if __name__ == "__main__":
    main()

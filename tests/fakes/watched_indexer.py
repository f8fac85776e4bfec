"""An indexer in a process of its own, led step by step and looked at from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from pipelines.stores.edge import EdgeHome
from pipelines.stores.protocol import StoreFilter
from tests.fakes import index_process
from tests.fakes.models import ColourEmbedder
from tests.fakes.warm_process import WarmProcess

PICTURES, BATCH = 60, 8


@contextmanager
def indexer(home: Path, feed: Path, *model: str, batch: int = BATCH) -> Iterator[WarmProcess]:
    process = WarmProcess(index_process.main, home, feed, batch, *model)
    try:
        yield process
    finally:
        process.close()


def steps(process: WarmProcess, batches: int) -> list[str]:
    """Let it embed that many batches; what it told, to where it waits before the next."""
    told: list[str] = []
    allowed = 0
    while line := process.stdout.readline():
        told.append(line.strip())
        if told[-1] == "waiting":
            if allowed == batches:
                break
            allow(process)
            allowed += 1
    return told


def until_it_builds(process: WarmProcess) -> list[str]:
    """Let it embed everything; what it told until the index is being built."""
    process.stdin.close()
    told: list[str] = []
    while line := process.stdout.readline():
        told.append(line.strip())
        if line.startswith("building"):
            break
    return told


def allow(process: WarmProcess) -> None:
    process.stdin.write(b"\n")
    process.stdin.flush()


def embedded(lines: list[str]) -> list[str]:
    return [line.split()[1] for line in lines if line.startswith("embedded")]


def contents(home: Path) -> list[tuple[str, bytes]]:
    """Every product of the published generation with its vector."""
    index = EdgeHome(home / "index").open()
    try:
        probe = np.ones((1, ColourEmbedder().image_dim), dtype=np.float32)
        (hits,) = index.nearest("image", probe, 10 * PICTURES, StoreFilter(), exact=True)
        ids = sorted(hit.product_id for hit in hits)
        vectors = index.image_vectors(ids)
        return [
            (i, v.tobytes() if v is not None else b"") for i, v in zip(ids, vectors, strict=True)
        ]
    finally:
        index.close()

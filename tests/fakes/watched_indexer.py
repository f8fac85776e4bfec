"""An indexer in a process of its own, led step by step and looked at from outside."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from pipelines.stores.edge import EdgeHome
from pipelines.stores.protocol import StoreFilter
from tests.fakes.models import ColourEmbedder

PICTURES, BATCH = 60, 8


@contextmanager
def indexer(
    repository: Path, home: Path, feed: Path, *model: str
) -> Iterator[subprocess.Popen[str]]:
    place = [str(home), str(feed), str(BATCH)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.index_process", *place, *model],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        with process:
            pass


def steps(process: subprocess.Popen[str], batches: int) -> list[str]:
    """Let it embed that many batches; what it told, to where it waits before the next."""
    assert process.stdout is not None
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


def until_it_builds(process: subprocess.Popen[str]) -> list[str]:
    """Let it embed everything; what it told until the index is being built."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    told: list[str] = []
    while line := process.stdout.readline():
        told.append(line.strip())
        if line.startswith("building"):
            break
    return told


def allow(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def the_rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it says to its end, with no more waiting."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    # `communicate` would lose what `readline` has buffered.
    out, err = process.stdout.read(), process.stderr.read()
    process.wait()
    return out, err


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

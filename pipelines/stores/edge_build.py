"""The child process that writes one generation of a Qdrant Edge index.

A child for two reasons: heavy calls of the engine hold the interpreter lock (optimize() on
12,000 points stopped every thread for 12 s), and a full disk kills it with SIGBUS.
"""

import multiprocessing
import os
import shutil
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import qdrant_edge as edge

from models.errors import BrokenIndex, DiskFull, ShopLensError
from models.with_parent import end_with
from pipelines.catalog_types import IndexInfo, IndexSpec
from pipelines.stores import bm25, manifest
from pipelines.stores.points import PAYLOAD_INDEXES, Point
from pipelines.stores.private_copy import READ_ONLY, copy_generation

FLUSH_EVERY = 20_000
"""Points between two flushes: a flush lets the engine drop its log, so it stays near 400 MB."""

_DISK_FULL = ("No space left", "Not enough space available")
"""What the system says, and what the engine says before it optimizes."""

_SCHEMAS = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "float": edge.PayloadSchemaType.Float,
}

_DATATYPES = {
    "float32": edge.VectorStorageDatatype.Float32,
    "float16": edge.VectorStorageDatatype.Float16,
    "turbo8": edge.VectorStorageDatatype.Turbo8,
    "int8": edge.VectorStorageDatatype.Float32,
}


@dataclass(frozen=True, slots=True)
class Job:
    """What the child is to build: `folder` is a name that no reader knows yet."""

    folder: Path
    readers: Path
    generation: int
    spec: IndexSpec


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the child gave up, in words that cross the process border."""

    message: str
    remedy: str = manifest.REBUILD
    disk_full: bool = False


def run(
    job: Job, batches: "Connection[None, list[Point]]", answer: "Connection[object, None]"
) -> None:
    """Build, verify, seal; answer once, with an IndexInfo or a Failure.

    Args:
        batches: gives lists of points, then an empty list. Its end without one means that the
            parent is gone.
    """
    # Ctrl-C reaches the whole group; the parent decides, and ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    try:
        answer.send(_build(job, batches))
    except EOFError:
        os._exit(1)  # at once: an orderly end would write into a folder that is being removed
    except ShopLensError as error:
        full = isinstance(error, DiskFull)
        answer.send(Failure(error.message, error.remedy, disk_full=full))
    except Exception as error:  # noqa: BLE001 - the engine raises bare Exception; it is passed on
        message = f"{type(error).__name__}: {error}"
        answer.send(Failure(message, disk_full=any(words in message for words in _DISK_FULL)))


def _die_with_parent() -> None:
    """optimize() would go on for minutes; where no signal comes, the end of the pipe tells."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        end_with(parent.pid or 0)


def _build(job: Job, batches: "Connection[None, list[Point]]") -> IndexInfo:
    products, count = fill(job, batches)
    strip(job.folder)
    info = IndexInfo(
        generation=job.generation,
        spec=job.spec,
        products=products,
        points=count,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    sealed = manifest.write(job.folder, info)
    check_opens(job, sealed)
    return info


def fill(job: Job, batches: "Connection[None, list[Point]]") -> tuple[int, int]:
    """Write all points, index them, bring them to the disk; how many products and points came."""
    job.folder.mkdir(parents=True)
    shard = edge.EdgeShard.create(str(job.folder), _config(job.spec))
    for name, kind in PAYLOAD_INDEXES.items():
        shard.update(edge.UpdateOperation.create_field_index(name, _SCHEMAS[kind]))
    products = count = unflushed = 0
    while batch := batches.recv():
        shard.update(edge.UpdateOperation.upsert_points([_edge_point(point) for point in batch]))
        products += sum("main" in point.payload for point in batch)
        count += len(batch)
        unflushed += len(batch)
        if unflushed >= FLUSH_EVERY:
            shard.flush()
            unflushed = 0
    shard.optimize()
    shard.close()  # flushes
    return products, count


def strip(folder: Path) -> None:
    """Drop what only a writer needs: everything is in the segments after a flush.

    Without its log a generation is smaller and opens without replaying it.
    """
    for name in ("wal", "temp_segments"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for pattern in READ_ONLY:
        for path in folder.rglob(pattern):
            path.chmod(0o444)  # readers link these: no engine may ever write them


def check_opens(job: Job, sealed: manifest.Manifest) -> None:
    """Open the sealed files the way that a reader does, and count."""
    copy = copy_generation(job.folder, sealed, job.readers)
    try:
        shard = edge.EdgeShard.load(str(copy.folder))
        found = shard.count(edge.CountRequest(exact=True))
        shard.close()
    finally:
        copy.release()
    if found != sealed.info.points:
        raise BrokenIndex(
            f"{sealed.info.points} points were written, {found} are in the index: "
            "a product's pictures came apart from each other",
            remedy="give the entries of one product one after another",
        )


def _config(spec: IndexSpec) -> edge.EdgeConfig:
    def vectors(dim: int) -> edge.EdgeVectorParams:
        return edge.EdgeVectorParams(
            size=dim,
            distance=edge.Distance.Cosine,
            datatype=_DATATYPES[spec.precision],
            quantization_config=edge.ScalarQuantizationConfig(edge.ScalarType.Int8)
            if spec.precision == "int8"
            else None,
        )

    return edge.EdgeConfig(
        vectors={"image": vectors(spec.image_dim), "text": vectors(spec.text_dim)},
        sparse_vectors={"words": edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        hnsw_config=edge.HnswIndexConfig(
            m=spec.hnsw_m, ef_construct=spec.hnsw_ef_construct, full_scan_threshold=10_000
        ),
        optimizers=edge.EdgeOptimizersConfig(
            # KB. By default HNSW starts at 20 MB and a segment ends at 200 MB a core: one segment
            # with a graph is what a reader is to find, whatever the size.
            indexing_threshold=1,
            default_segment_number=1,
            max_segment_size=1_000_000_000,
        ),
    )


def _edge_point(point: Point) -> edge.Point:
    vectors: dict[str, edge.NamedVector] = {"image": point.image.tolist()}
    if point.text is not None:
        vectors["text"] = point.text.tolist()
    if words := bm25.document(point.words):
        vectors["words"] = edge.SparseVector(list(words.indices), list(words.values))
    return edge.Point(point.id, vectors, point.payload)

"""Generations of an index on a Qdrant server: one collection each, published by an alias.

shoplens           alias of the published generation
shoplens-gen-N     finished generations; what each is stands in its collection's metadata
"""

import re
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from qdrant_client import QdrantClient, models

from models.errors import BadInput, BrokenIndex, IndexMissing, ShopLensError, StoreUnavailable
from pipelines.catalog_types import Entry, IndexInfo, IndexSpec
from pipelines.stores import bm25, manifest
from pipelines.stores.point_index import PointIndex
from pipelines.stores.points import PAYLOAD_INDEXES, Point, points
from pipelines.stores.protocol import Pruned
from pipelines.stores.server_reader import ServerEngine, server_errors

BATCH = 128
"""Points a request: 0.5 to 4 MB of JSON; a server takes 32 MB."""

INDEXING_TIMEOUT_S = 3600.0

_SCHEMAS = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "float": models.PayloadSchemaType.FLOAT,
}

_DATATYPES = {
    "float32": models.Datatype.FLOAT32,
    "float16": models.Datatype.FLOAT16,
    "turbo8": models.Datatype.TURBO8,
    "int8": models.Datatype.FLOAT32,
}


class QdrantHome:
    """Where generations live on a server; an `IndexHome`."""

    def __init__(
        self,
        url: str,
        api_key: str = "",
        collection: str = "shoplens",
        *,
        timeout_s: int = 10,
        client: QdrantClient | None = None,
    ) -> None:
        """Nothing is asked of the server yet.

        Args:
            url: of the REST interface, e.g. https://qdrant.example:6333.
            api_key: "" for a server without keys. Searching needs a read-only one.
            timeout_s: seconds that one request may take.
            client: one that is there already (local mode, in tests); url and key are not used.
        Raises:
            BadInput: `url` is not an address.
        """
        try:
            self._place = _without_secrets(url)
            self._client = _connect(url, api_key, timeout_s) if client is None else client
        except ValueError as error:  # not quoted: the address may hold a password
            raise BadInput(
                "the address of the Qdrant server cannot be understood",
                remedy="set SHOPLENS_QDRANT_URL to http://host:6333 or https://host:6333",
            ) from error
        self._alias = collection
        self._known: tuple[str, IndexInfo] | None = None

    def current(self) -> IndexInfo | None:
        """The published generation, from one small request; None before the first."""
        published = self._published()
        return None if published is None else published[1]

    def open(self) -> PointIndex:
        """Open the published generation.

        Raises:
            IndexMissing: nothing was published yet.
            StaleIndex: an older release built it.
            StoreUnavailable: the server does not answer or refuses the key.
        """
        published = self._published()
        if published is None:
            raise IndexMissing(
                f"there is no index on the Qdrant server at {self._place} yet",
                remedy="run `shoplens index FEED` first",
            )
        name, info = published[0], manifest.searchable(published[1], f"collection {published[0]}")
        return PointIndex(info, ServerEngine(info, self._client, name, self._place))

    def verify(self) -> IndexInfo:
        """Count the published generation's points against what was built.

        Raises:
            BrokenIndex: points are missing.
        """
        reader = self.open()
        self._check_count(self._generation(reader.info.generation), reader.info.points)
        return reader.info

    def build(self, spec: IndexSpec, entries: Iterable[Entry]) -> IndexInfo:
        """Fill the next collection, verify it, and point the alias to it.

        Raises:
            BadInput: a vector is not what `spec` says, or a picture comes twice.
            BrokenIndex: not every point arrived. The previous generation stays.
            DiskFull: the server's disk is full.
            StoreUnavailable: the server does not answer, or is not done indexing in an hour.
        """
        before = self._published()
        number = max([0, *self._numbers()]) + 1
        name = self._generation(number)
        try:
            self._create(name, spec)
            products, count = self._fill(name, points(entries, spec))
            self._wait_until_indexed(name)
            self._check_count(name, count)
            info = IndexInfo(
                generation=number,
                spec=spec,
                products=products,
                points=count,
                built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            self._publish(name, info, replacing=before is not None)
        except BaseException:
            with suppress(ShopLensError):  # a server that is gone keeps it; the next build drops it
                self._drop(name)
            raise
        self._prune(number, keep=None if before is None else before[0])
        return info

    def prune(self, *, dry_run: bool = False) -> Pruned:
        """Drop every generation but the published one; a reader that is still on it must reopen."""
        published = self._published()
        if published is None:
            return Pruned(0, 0)
        old = [n for n in self._numbers() if n < published[1].generation]
        for number in old if not dry_run else ():
            self._drop(self._generation(number))
        return Pruned(len(old), 0)

    def close(self) -> None:
        """Close the connection; readers of this home stop working."""
        self._client.close()

    def _published(self) -> tuple[str, IndexInfo] | None:
        with server_errors(self._place, "the index"):
            aliases = self._client.get_aliases().aliases
        name = next((a.collection_name for a in aliases if a.alias_name == self._alias), None)
        if name is None:
            return None
        if self._known is None or self._known[0] != name:
            with server_errors(self._place, name):
                stored = self._client.get_collection(name).config.metadata
            self._known = (name, manifest.info_from_json(stored or {}, f"collection {name}"))
        return self._known

    def _create(self, name: str, spec: IndexSpec) -> None:
        def vectors(dim: int) -> models.VectorParams:
            return models.VectorParams(
                size=dim,
                distance=models.Distance.COSINE,
                datatype=_DATATYPES[spec.precision],
                quantization_config=models.ScalarQuantization(
                    scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8)
                )
                if spec.precision == "int8"
                else None,
            )

        with server_errors(self._place, f"create {name}"):
            self._client.create_collection(
                name,
                vectors_config={
                    "image": vectors(spec.image_dim),
                    "text": vectors(spec.text_dim),
                },
                sparse_vectors_config={
                    "words": models.SparseVectorParams(modifier=models.Modifier.IDF)
                },
                hnsw_config=models.HnswConfigDiff(
                    m=spec.hnsw_m, ef_construct=spec.hnsw_ef_construct
                ),
            )
            for field, kind in PAYLOAD_INDEXES.items():
                self._client.create_payload_index(name, field, field_schema=_SCHEMAS[kind])

    def _fill(self, name: str, stream: Iterator[Point]) -> tuple[int, int]:
        products = count = 0
        while batch := list(islice(stream, BATCH)):
            with server_errors(self._place, f"write {name}"):
                self._client.upsert(name, [_server_point(point) for point in batch], wait=True)
            products += sum("main" in point.payload for point in batch)
            count += len(batch)
        return products, count

    def _wait_until_indexed(self, name: str) -> None:
        """A collection that is still yellow would be searched by brute force."""
        deadline = time.monotonic() + INDEXING_TIMEOUT_S
        while True:
            with server_errors(self._place, name):
                status = self._client.get_collection(name).status
            if status == models.CollectionStatus.GREEN:
                return
            if time.monotonic() > deadline:
                raise StoreUnavailable(
                    f"the Qdrant server at {self._place} has not indexed {name} in an hour",
                    remedy="look into the server's log, and run the command again",
                )
            time.sleep(0.5)

    def _check_count(self, name: str, expected: int) -> None:
        with server_errors(self._place, name):
            found = self._client.count(name, exact=True).count
        if found != expected:
            raise BrokenIndex(
                f"{expected} points were written to {name}, {found} are there",
                remedy="give the entries of one product one after another, and index again",
            )

    def _publish(self, name: str, info: IndexInfo, *, replacing: bool) -> None:
        swap: list[models.AliasOperations] = []
        if replacing:
            swap.append(
                models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=self._alias))
            )
        swap.append(
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=name, alias_name=self._alias)
            )
        )
        with server_errors(self._place, f"publish {name}"):
            self._client.update_collection(name, metadata=manifest.info_json(info))
            self._client.update_collection_aliases(swap)

    def _prune(self, published: int, keep: str | None) -> None:
        """Drop older generations, finished or given up; a newer one is somebody's work.

        Args:
            keep: collection of the generation before this one: readers may still be on it.
        """
        for number in self._numbers():
            if number < published and self._generation(number) != keep:
                self._drop(self._generation(number))

    def _drop(self, name: str) -> None:
        with server_errors(self._place, f"drop {name}"):
            self._client.delete_collection(name)

    def _generation(self, number: int) -> str:
        return f"{self._alias}-gen-{number}"

    def _numbers(self) -> list[int]:
        with server_errors(self._place, "list collections"):
            found = self._client.get_collections().collections
        pattern = re.compile(re.escape(self._alias) + r"-gen-(\d+)")
        return [int(name[1]) for name in map(pattern.fullmatch, (c.name for c in found)) if name]


def _connect(url: str, api_key: str, timeout_s: int) -> QdrantClient:
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError("no http(s) address")  # of which the client would make one
    with warnings.catch_warnings():
        # Inside one machine or one private network a key without TLS is what there is.
        warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")
        return QdrantClient(
            url=url, api_key=api_key or None, timeout=timeout_s, check_compatibility=False
        )


def _without_secrets(url: str) -> str:
    """Host and port: an address may carry a name and a password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'local mode'}" + (f":{parts.port}" if parts.port else "")


def _server_point(point: Point) -> models.PointStruct:
    vectors: dict[str, Any] = {"image": point.image.tolist()}
    if point.text is not None:
        vectors["text"] = point.text.tolist()
    if words := bm25.document(point.words):
        vectors["words"] = models.SparseVector(
            indices=list(words.indices), values=list(words.values)
        )
    return models.PointStruct(id=point.id, vector=vectors, payload=point.payload)

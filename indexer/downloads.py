"""Pictures fetched from the web far ahead of the model, each address once a run."""

import threading
import zlib
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from indexer.feeds.located import web_address
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.host_manners import Host, Manners, host_of
from models.errors import BadPicture, FetchRefused
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_fetched import fetched, first_run_that_holds
from pipelines.catalog_records import FetchRecord
from pipelines.catalog_types import Product
from pipelines.door import Door, shown
from pipelines.fetch import Connections, Version
from pipelines.image_io import look_at
from pipelines.picture_store import PictureStore

PICTURE_DOOR = Door(max_bytes=20 * 1024 * 1024, seconds=30.0)
"""Shops' originals are larger than what a shopper sends."""

# Pictures that are asked for before they are needed: on the disk, so they cost no memory.
_AHEAD = 512
# Answers that are remembered until the catalog has them: as many as a transaction may hold.
_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True)
class Fetched:
    """How fetching one picture ended.

    Attributes:
        record: its `sha256` names the picture to use, or none; a state other than "ready" is an
            error, also where an older picture stays in use.
        previous: sha256 of the picture to use where the new one turns out damaged.
        fresh: whether this run asked; what an earlier one found is known to the catalog.
    """

    record: FetchRecord
    previous: str = ""
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Ordered:
    """A product whose pictures from the web are on their way, by what the feed calls them."""

    product: Product
    downloads: Mapping[str, Future[Fetched]]


@dataclass(frozen=True, slots=True)
class Web:
    """How pictures are fetched; replaced by tests that serve them on this machine."""

    door: Door = PICTURE_DOOR
    manners: Manners = field(default_factory=Manners)


class Downloads:
    """Fetches pictures into the store. Asked from one thread, which also owns the catalog.

    A host is asked through one lane of `per_host` threads, and so by no more of them at once.

    Attributes:
        came: pictures whose bytes came so far; not those that had not changed.
    """

    def __init__(self, web: Web, catalog: CatalogDb, store: PictureStore, run: int) -> None:
        self.store = store
        self.came = 0
        self._lock = threading.Lock()
        self._web, self._catalog, self._run = web, catalog, run
        self._holds_from = first_run_that_holds(catalog)
        self._asked: OrderedDict[str, Future[Fetched]] = OrderedDict()
        self._hosts: dict[str, tuple[Host, ThreadPoolExecutor]] = {}
        self._lanes: list[ThreadPoolExecutor] = []
        self._stop = threading.Event()
        self._local = threading.local()
        self._connections: list[Connections] = []

    def close(self) -> None:
        """Begin nothing more; what is under way ends within the door's seconds."""
        self._stop.set()
        for lane in self._lanes:
            lane.shutdown(wait=False, cancel_futures=True)
        for lane in self._lanes:
            lane.shutdown(wait=True)
        for connections in self._connections:
            connections.close()

    def order(self, items: Iterable[FeedItem]) -> Iterator[Ordered | BadRow]:
        """The items as they come, their pictures asked for well before; never waits for one."""
        ahead: deque[Ordered | BadRow] = deque()
        under_way = 0
        source = iter(items)
        exhausted = False
        while True:
            while not exhausted and under_way < _AHEAD and len(ahead) < _AHEAD:
                item = next(source, None)
                if item is None:
                    exhausted = True
                elif isinstance(item, BadRow):
                    ahead.append(item)
                else:
                    ordered = self._ordered(item)
                    under_way += len(ordered.downloads)
                    ahead.append(ordered)
            if not ahead:
                return
            first = ahead.popleft()
            if isinstance(first, Ordered):
                under_way -= len(first.downloads)
            yield first

    def _ordered(self, product: Product) -> Ordered:
        urls = {ref: url for ref in product.images if (url := web_address(ref))}
        return Ordered(product, {ref: self._ask(url) for ref, url in urls.items()})

    def _ask(self, url: str) -> Future[Fetched]:
        asked = self._asked.get(url)
        if asked is not None:
            return asked
        before = fetched(self._catalog, url)
        if before is not None and self._holds(before):
            asked = Future()
            asked.set_result(Fetched(before, fresh=False))
        else:
            host, lane = self._lane(host_of(url))
            asked = lane.submit(self._fetch, url, host, before)
        self._asked[url] = asked
        while len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        return asked

    def _holds(self, before: FetchRecord) -> bool:
        """Whether it was asked in this run, or in one that this run goes on with."""
        if before.run < self._holds_from or (before.run < self._run and before.state == "failed"):
            return False
        return not before.sha256 or self.store.has(before.sha256)

    def _lane(self, name: str) -> tuple[Host, ThreadPoolExecutor]:
        if name not in self._hosts:
            manners = self._web.manners
            if len(self._lanes) < manners.lanes:
                self._lanes.append(
                    ThreadPoolExecutor(manners.per_host, thread_name_prefix="shoplens-fetch")
                )
                lane = self._lanes[-1]
            else:
                lane = self._lanes[zlib.crc32(name.encode()) % manners.lanes]
            self._hosts[name] = Host(name, manners), lane
        return self._hosts[name]

    # In a lane's threads

    def _fetch(self, url: str, host: Host, before: FetchRecord | None) -> Fetched:
        before = before or FetchRecord(url)
        if before.sha256 and not self.store.has(before.sha256):
            # Lost or pruned: only bytes help, not the word that they are the same.
            before = FetchRecord(url)
        body = bytearray()
        try:
            version = self._get(url, host, before, body)
        except FetchRefused as error:
            return Fetched(_failed(before, error))
        if version is None:
            if before.state == "bad":
                return Fetched(before)
            return Fetched(replace(before, state="ready", reason="", detail=""))
        record = FetchRecord(
            url=url,
            located=version.located,
            etag=version.etag,
            last_modified=version.last_modified,
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with self._lock:
            self.came += 1
        data = bytes(body)
        try:
            look_at(data, shown(url))
        except BadPicture as error:
            bad = unusable(record, before.sha256, error.reason, str(error))
            return Fetched(bad)
        sha256 = self.store.put(data)
        return Fetched(replace(record, sha256=sha256), previous=before.sha256)

    def _get(self, url: str, host: Host, before: FetchRecord, body: bytearray) -> Version | None:
        known = Version(before.located, before.etag, before.last_modified)
        for attempt in count(1):
            host.wait(self._stop)
            body.clear()
            try:
                version = self._kept_connections().get(url, body.extend, known)
            except FetchRefused as error:
                host.refused(error, attempt, self._stop)
            else:
                host.answered()
                return version
        raise AssertionError("unreachable")

    def _kept_connections(self) -> Connections:
        """This thread's own."""
        kept: Connections | None = getattr(self._local, "connections", None)
        if kept is None:
            kept = self._local.connections = Connections(self._web.door)
            self._connections.append(kept)
        return kept


def unusable(record: FetchRecord, previous: str, reason: str, detail: str) -> FetchRecord:
    """What came is no picture: the one before stays in use, and the same bytes are not fetched
    again."""
    return replace(record, sha256=previous, state="bad", reason=reason, detail=detail)


def _failed(before: FetchRecord, error: FetchRefused) -> FetchRecord:
    """Nothing came: what was there stays in use, unless the server says that it is gone."""
    failed = FetchRecord(before.url, state="failed", reason=error.reason, detail=str(error))
    if error.reason == "not found":
        return failed
    if before.state == "bad":
        # What the server calls its bytes was said of others than these.
        return replace(failed, sha256=before.sha256, fetched_at=before.fetched_at)
    return replace(before, state="failed", reason=error.reason, detail=str(error))

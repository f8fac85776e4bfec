"""The run: a feed into catalog.db, and catalog.db into a published generation."""

import shutil
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field

from indexer.batch import Gathered, Known, batch_of
from indexer.downloads import Downloads, Web
from indexer.entries import catalog_words
from indexer.feeds.protocol import Feed
from indexer.load_ahead import PicturePlaces, load_ahead
from indexer.publish import publish
from indexer.run_report import Progress, ProgressSink, RunReport, Silent, StageTimes
from indexer.tagging.report import TagReport
from models.errors import BadFeed, DiskFull, FeedShrank, ShopLensError
from models.protocols import Embedder, KeypointFinder
from pipelines.catalog_care import Leaving, leaving
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import RunCounts, RunOutcome
from pipelines.catalog_types import INDEX_FORMAT, IndexInfo, IndexSpec
from pipelines.catalog_words import learn_words
from pipelines.picture_store import PICTURES, PictureStore
from pipelines.stores.protocol import IndexHome

# SQLite's log and the small files of a run.
_ROOM_TO_START = 64_000_000
_ROOM_TO_GO_ON = 24_000_000
# A row, its pictures' rows and what SQLite adds; the vectors come on top.
_BYTES_A_PRODUCT = 3_000
# A cut or empty feed must not empty a shop overnight.
_MOST_LEAVING = 0.2
# Errors that a report names one by one; the catalog holds all of them.
_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a run works with. Whoever makes one holds the home's lock.

    Attributes:
        spec: what a generation made with `embedder` records.
        keypoints: what finds keypoints, where the spec names it.
    """

    catalog: CatalogDb
    home: IndexHome
    embedder: Embedder
    spec: IndexSpec
    keypoints: KeypointFinder | None = None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run works.

    Attributes:
        batch: photos that are embedded together; after a kill they are redone.
        decoders: threads that decode; None for one a core.
        keep_missing: leave products in the index that the feed no longer has.
        allow_shrink: let more than a fifth of the products leave at once.
        stop: asked before every row; once True the batch is finished, and nothing is published.
        free: bytes that are free on the disk of a folder.
        web: how pictures are fetched.
        tag: writes tags of the catalog's products before it is published; None for none.
    """

    batch: int = 32
    decoders: int | None = None
    keep_missing: bool = False
    allow_shrink: bool = False
    stop: Callable[[], bool] = lambda: False
    free: Callable[[str], int] = lambda folder: shutil.disk_usage(folder).free
    web: Web = field(default_factory=Web)
    tag: Callable[[CatalogDb], TagReport] | None = None


def shrinks(would: Leaving) -> bool:
    """Whether so many products would leave that a person should look first."""
    return would.gone > _MOST_LEAVING * would.known


def index_feed(
    feed: Feed,
    place: Workplace,
    options: RunOptions | None = None,
    progress: ProgressSink | None = None,
) -> RunReport:
    """Bring an index to a feed's state. After any interruption, repeat it: it goes on.

    Only pictures and texts that have no vector under the embedder's fingerprint are embedded.
    Readers see the previous generation until the new one is published, which happens only where
    something changed.

    Raises:
        BadFeed: it cannot be read, or nothing in it can be used; the index stays as it was.
        FeedShrank: it lacks more than a fifth of the products; the index stays as it was.
        DiskFull, StoreUnavailable, WeightsMissing, BrokenIndex: nothing was lost.
    """
    return _Run(feed, place, options or RunOptions(), progress or Silent()).go()


class _Run:
    def __init__(
        self, feed: Feed, place: Workplace, options: RunOptions, progress: ProgressSink
    ) -> None:
        self._feed, self._place, self._options, self._progress = feed, place, options, progress
        self._rows = 0
        self._usable = 0
        self._downloads: Downloads | None = None
        self._counts = RunCounts()
        self._times = StageTimes()
        self._built = False
        self._tags: TagReport | None = None

    def go(self) -> RunReport:
        place, began = self._place, time.perf_counter()
        before = place.home.current()  # a server that is down is told now, not hours later
        rows = self._feed.rows()
        self._check_room(self._room_to_start(rows))
        run = place.catalog.begin_run(self._feed.name)
        outcome: RunOutcome = "failed"
        index = before
        try:
            finished = self._embed(run, rows)
            if finished:
                self._retire(run)
                if self._options.tag is not None:
                    with self._times.stage("tags"):
                        self._tags = self._options.tag(place.catalog)
                index = self._publish(before)
            outcome = "finished" if finished else "interrupted"
        except KeyboardInterrupt:
            outcome = "interrupted"
            raise
        finally:
            seconds = time.perf_counter() - began
            self._counts = self._counts.plus(seconds=seconds)
            # On a full disk this fails as well, and must not hide why the run failed.
            with suppress(ShopLensError):
                place.catalog.finish_run(run, outcome, self._counts)
        return RunReport(
            feed=self._feed.name,
            outcome=outcome,
            counts=self._counts,
            reasons=tuple(place.catalog.errors_by_reason()),
            examples=tuple(place.catalog.errors(limit=_EXAMPLES)),
            built=self._built,
            index=index,
            stages=self._times.stages,
            tags=self._tags,
        )

    def _embed(self, run: int, rows: int) -> bool:
        """The feed into the catalog; False where it was stopped on the way.

        Raises:
            BadFeed: no picture of the whole feed can be used.
        """
        place, options = self._place, self._options
        seen = place.catalog.image_vectors_known(place.spec.image_fingerprint)
        if place.keypoints is not None:
            # One that was embedded before keypoints were kept is looked at once more.
            seen &= place.catalog.keypoints_known(place.keypoints.fingerprint)
        known = Known(
            images=seen,
            texts=place.catalog.text_vectors_known(place.spec.text_fingerprint),
            palettes=place.catalog.palettes_known(),
        )
        began = time.perf_counter()
        stopped = False
        gathered = Gathered()
        store = PictureStore(place.catalog.path.parent / PICTURES)
        self._downloads = downloads = Downloads(options.web, place.catalog, store, run)
        loaded = load_ahead(
            self._feed.items(),
            PicturePlaces(self._feed.root, downloads),
            known,
            workers=options.decoders,
        )
        with closing(loaded), closing(downloads):
            while not (stopped := options.stop()):
                with self._times.stage("wait for pictures"):
                    item = next(loaded, None)
                if item is None:
                    break
                self._rows += 1
                gathered.add(item, known)
                if gathered.full(options.batch):
                    self._flush(run, gathered, known)
                    gathered = Gathered()
                    self._tell(rows)
            self._flush(run, gathered, known)
        self._tell(rows)
        embedding = time.perf_counter() - began
        self._counts = self._counts.plus(images_per_second=self._counts.embedded / embedding)
        if not stopped and not self._usable:
            raise self._useless()
        return not stopped

    def _useless(self) -> BadFeed:
        """Why nothing of the whole feed can be used."""
        catalog = self._place.catalog
        # Bad pictures tell more than bad rows: a product without its price is still one.
        reasons = sorted(catalog.errors_by_reason(), key=lambda each: each.kind != "picture")
        first = next(iter(catalog.errors(reasons[0].reason, limit=1)), None) if reasons else None
        if first is None:
            return BadFeed(
                f"{self._feed.name} holds no product",
                remedy="export the feed again; the index stays as it was",
            )
        named = first.detail if first.kind == "picture" else f"{first.place}: {first.detail}"
        return BadFeed(
            f"{self._feed.name}: no picture of it can be used ({self._counts.bad_rows} bad rows,"
            f" {self._counts.bad_images} bad pictures); most often ({reasons[0].count}):"
            f" {named}",
            remedy="`shoplens errors` names them all; the index stays as it was",
        )

    def _retire(self, run: int) -> None:
        """Let products leave that the feed no longer has.

        Raises:
            FeedShrank: there are so many that the feed may be cut or another shop's.
        """
        if self._options.keep_missing:
            return
        would = leaving(self._place.catalog, run)
        if shrinks(would) and not self._options.allow_shrink:
            raise FeedShrank(
                f"{self._feed.name} lacks {would.gone:,} of {would.known:,} products"
                f" ({would.gone / would.known:.0%}); none was removed, the index stays as it was",
                remedy="if they are really gone, run it again with --allow-shrink;"
                " --keep-missing keeps them",
            )
        self._counts = self._counts.plus(gone=self._place.catalog.retire(run))

    def _flush(self, run: int, gathered: Gathered, known: Known) -> None:
        """Embed a batch and make it durable before the next one begins."""
        self._check_room(_ROOM_TO_GO_ON)
        batch = batch_of(gathered, self._place.embedder, self._times, self._place.keypoints)
        with self._times.stage("write"):
            outcome = self._place.catalog.commit(run, batch)
        known.add(batch)
        self._usable += sum(
            image.state == "ready" for record in batch.products for image in record.images
        )
        self._counts = self._counts.plus(
            products=len(batch.products),
            images=sum(len(record.images) for record in batch.products),
            embedded=len(batch.images.sha256s) if batch.images else 0,
            bad_rows=sum(error.kind == "row" for error in batch.errors),
            bad_images=sum(error.kind == "picture" for error in batch.errors),
            new=outcome.new,
            changed=outcome.changed,
            unchanged=outcome.unchanged,
            fetched=(self._downloads.came if self._downloads else 0) - self._counts.fetched,
        )

    def _publish(self, before: IndexInfo | None) -> IndexInfo:
        place = self._place
        with self._times.stage("embed texts"):
            words = catalog_words(place.catalog, one_space=place.embedder.one_space)
            learn_words(place.catalog, place.embedder, words)
        if (
            before is not None
            and before.format == INDEX_FORMAT
            and before.spec == place.spec
            and not place.catalog.changed_since_build(before.generation)
        ):
            return before
        with self._times.stage("build"):
            info = publish(place.catalog, place.home, place.spec, self._progress)
        self._built = True
        return info

    def _tell(self, rows: int) -> None:
        counts = self._counts
        self._progress.moved(
            Progress(
                rows=self._rows,
                of_rows=max(rows, self._rows),
                images=counts.images,
                embedded=counts.embedded,
                bad=counts.bad_rows + counts.bad_images,
                fetched=counts.fetched,
            )
        )

    def _room_to_start(self, rows: int) -> int:
        spec = self._place.spec
        new = max(0, rows - self._place.catalog.summary().products)
        return _ROOM_TO_START + new * (4 * (spec.image_dim + spec.text_dim) + _BYTES_A_PRODUCT)

    def _check_room(self, needed: int) -> None:
        folder = self._place.catalog.path.parent
        free = self._options.free(str(folder))
        if free < needed:
            raise DiskFull(
                f"{folder} has {free / 1e6:,.0f} MB free and needs {needed / 1e6:,.0f} MB",
                remedy="free some space, or choose another folder with --home, and run it again;"
                " nothing was lost",
            )

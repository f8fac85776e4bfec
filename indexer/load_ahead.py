"""Pictures read and decoded by threads ahead of the model, so that it never waits for them."""

import hashlib
from collections import deque
from collections.abc import Callable, Container, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from indexer.downloads import Downloads, Fetched, Ordered, unusable
from indexer.feeds.located import locate
from indexer.feeds.protocol import BadRow, FeedItem
from models.errors import BadPicture, ShopLensError
from models.palette import Palette, palette_of
from models.types import Photo
from models.workers import usable_cores
from pipelines.catalog_records import FetchRecord
from pipelines.catalog_types import Product
from pipelines.door import shown
from pipelines.image_io import decode, read_picture_bytes
from pipelines.picture_store import PictureStore

# Decoded pictures that wait at once: phone photos take 36 MB each, shop pictures 1 MB.
ROOM_BYTES = 400_000_000
# Pixels of a decoded picture's shorter side: twice the input of the largest network (512).
ENOUGH = 1024
_MOST_WAITING = 96
_FIRST_WAITING = 8

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a picture cannot be used: a few words to count by, and the whole message."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class LoadedImage:
    """One picture of one product, ready for the model.

    Attributes:
        path: as `ImageRecord.path`.
        sha256: of its bytes, hexadecimal; "" where they could not be read.
        photo: None where everything of it is known already, or where it cannot be used.
        palette: the photo's colours.
        kept: whether it can be used in spite of its problem: it is what was fetched before.
        record: how its address fared, where this run asked.
    """

    number: int
    ref: str
    path: str = ""
    sha256: str = ""
    photo: Photo | None = None
    palette: Palette | None = None
    problem: Problem | None = None
    kept: bool = False
    record: FetchRecord | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LoadedProduct:
    product: Product
    images: tuple[LoadedImage, ...]


def attempt(work: Callable[[], _T], what: str) -> _T | Problem:
    """Do what concerns one photo. Whatever goes wrong costs this photo, never the run.

    Raises:
        ShopLensError: other than BadPicture: it concerns more than this photo.
    """
    try:
        return work()
    except BadPicture as error:
        return Problem(error.reason, str(error))
    except ShopLensError:
        raise
    except Exception as error:  # noqa: BLE001 # the one place: counted, named, shown
        why = " ".join(str(error).split())[:300]
        return Problem("failed unexpectedly", f"{what}: {type(error).__name__}: {why}")


@dataclass(frozen=True, slots=True)
class PicturePlaces:
    """Where pictures lie: files below the feed's folder, and those that are fetched."""

    root: Path
    downloads: Downloads | None = None


def load_ahead(
    items: Iterable[FeedItem],
    places: PicturePlaces,
    known: Container[bytes],
    workers: int | None = None,
    room_bytes: int = ROOM_BYTES,
) -> Generator[LoadedProduct | BadRow, None, None]:
    """The feed's items in order, with the products' pictures fetched, read and decoded.

    Args:
        places: its downloads are closed by whoever made them, before this generator is.
        known: sha256 digests of pictures that need no decoding; asked from several threads.
        workers: threads; by default as many as there are cores, at most 16.
        room_bytes: about how much memory decoded pictures that wait may take.
    """
    waiting: deque[tuple[Product, list[Future[LoadedImage]]] | BadRow] = deque()
    in_flight, waiting_room = 0, _FIRST_WAITING
    downloads = places.downloads
    source = iter(items) if downloads is None else downloads.order(items)
    pool = ThreadPoolExecutor(workers or _cores(), thread_name_prefix="shoplens-decode")
    try:
        exhausted = False
        while True:
            while not exhausted and in_flight < waiting_room and len(waiting) < 4 * _MOST_WAITING:
                item = next(source, None)
                if item is None:
                    exhausted = True
                elif isinstance(item, BadRow):
                    waiting.append(item)
                else:
                    product, under_way = (
                        (item.product, item.downloads) if isinstance(item, Ordered) else (item, {})
                    )
                    jobs = [
                        pool.submit(
                            _load_fetched, number, ref, under_way[ref], downloads.store, known
                        )
                        if downloads is not None and ref in under_way
                        else pool.submit(_load, places.root, number, ref, known)
                        for number, ref in enumerate(product.images)
                    ]
                    in_flight += len(jobs)
                    waiting.append((product, jobs))
            if not waiting:
                return
            first = waiting.popleft()
            if isinstance(first, BadRow):
                yield first
                continue
            product, jobs = first
            images = tuple(job.result() for job in jobs)
            in_flight -= len(jobs)
            waiting_room = _room(waiting_room, images, room_bytes)
            yield LoadedProduct(product, images)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _load(root: Path, number: int, ref: str, known: Container[bytes]) -> LoadedImage:
    path, digest = "", b""

    def work() -> Photo | None:
        nonlocal path, digest
        file = locate(root, ref)
        path = str(file)
        data = read_picture_bytes(file)
        digest = hashlib.sha256(data).digest()
        return None if digest in known else decode(data, path, enough=ENOUGH)

    outcome = attempt(work, ref)
    if isinstance(outcome, Problem):
        return LoadedImage(number, ref, path, digest.hex(), problem=outcome)
    return LoadedImage(number, ref, path, digest.hex(), outcome, _colours(outcome))


def _colours(photo: Photo | None) -> Palette | None:
    """Measured here, by the threads that decode, so that the model does not wait for it."""
    return None if photo is None else palette_of(photo)


def _load_fetched(
    number: int, ref: str, job: Future[Fetched], store: PictureStore, known: Container[bytes]
) -> LoadedImage:
    found = attempt(job.result, ref)
    if isinstance(found, Problem):
        return LoadedImage(number, ref, problem=found)
    record, photo = found.record, None
    problem = None if record.state == "ready" else Problem(record.reason, record.detail)
    if record.sha256:
        outcome = attempt(lambda: _stored(store, record.sha256, record.url, known), ref)
        if isinstance(outcome, Problem):
            problem = outcome
            record = unusable(record, found.previous, outcome.reason, outcome.detail)
            if not store.has(found.record.sha256):
                # The bytes are needed again, not the word that they are the same.
                record = replace(record, located="", etag="", last_modified="")
            # It was in use: its vector is known, or it is decoded for a new model.
            again = attempt(lambda: _stored(store, found.previous, record.url, known), ref)
            photo = None if isinstance(again, Problem) else again
            if isinstance(again, Problem):
                record = replace(record, sha256="")
        else:
            photo = outcome
    return LoadedImage(
        number,
        ref,
        store.name(record.sha256) if record.sha256 else "",
        record.sha256,
        photo,
        _colours(photo),
        problem,
        kept=problem is not None and bool(record.sha256),
        record=record if found.fresh or record is not found.record else None,
    )


def _stored(store: PictureStore, sha256: str, url: str, known: Container[bytes]) -> Photo | None:
    """A fetched picture decoded; None where that is not needed."""
    if sha256 and bytes.fromhex(sha256) in known:
        return None
    if not store.has(sha256):
        raise BadPicture(f"{shown(url)}: is no longer kept", remedy="run it again", reason="lost")
    data = read_picture_bytes(store.path(sha256))
    if hashlib.sha256(data).hexdigest() != sha256:
        store.drop(sha256)
        raise BadPicture(
            f"{shown(url)}: was changed on the disk",
            remedy="run it again: it will be fetched anew",
            reason="changed on the disk",
        )
    return decode(data, shown(url), enough=ENOUGH)


def _room(before: int, images: Iterable[LoadedImage], room_bytes: int) -> int:
    """How many pictures may wait: doubled while they are small, cut at once where they are not."""
    largest = max((image.photo.pixels.nbytes for image in images if image.photo), default=1)
    return max(2, min(_MOST_WAITING, 2 * before, room_bytes // largest))


def _cores() -> int:
    return max(2, min(16, usable_cores()))

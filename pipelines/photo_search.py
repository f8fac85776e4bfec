"""One search from the picture to the answer, as the command line and the HTTP API make it."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeAlias

from models.errors import BadQuery
from models.types import Box, Photo
from pipelines.facets import Facets
from pipelines.lens import Lens
from pipelines.search_types import BALANCE, Perception, Reading, SearchResult
from pipelines.stores.protocol import StoreFilter

ReadAside: TypeAlias = Callable[[Photo], Future[Reading]]
"""Begins to read the text on a photo in another thread."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks.

    Attributes:
        box: search this part of the picture instead of what the detector marks.
        region: which of the marked ones, likeliest first; of no meaning with a box.
        top: how many products.
        facets: whether to count the shop's values under these conditions too.
    """

    words: str = ""
    balance: float = BALANCE
    box: Box | None = None
    region: int = 0
    where: StoreFilter = field(default_factory=StoreFilter)
    top: int = 10
    facets: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What came of it.

    Attributes:
        perception: None of a search without a picture.
        facets: None where they were not asked for.
        timings_ms: (stage, milliseconds), in the order in which the stages ran; "total" last.
    """

    perception: Perception | None
    result: SearchResult
    facets: Facets | None
    timings_ms: tuple[tuple[str, float], ...]


def search_photo(
    lens: Lens, opened: Callable[[], Photo] | None, wanted: Wanted, read: ReadAside | None
) -> Answer:
    """Look at a picture while its text is read beside, and search with both.

    Args:
        opened: gives the picture; None to search by words alone.
        read: None to leave the text on it unread.
    Raises:
        BadPicture, BadQuery: what was given cannot be used.
    """
    begin = perf_counter()
    perception, timings = None, {}
    if opened is not None:
        photo = opened()
        timings["decode"] = (perf_counter() - begin) * 1000
        reading = read(photo) if read else None
        try:
            perception = lens.perceive(photo, [wanted.box] if wanted.box else [])
            timings |= dict(perception.timings_ms)
            _require_region(perception, wanted.region)
            if reading is not None:
                waiting = perf_counter()
                perception = perception.with_reading(reading.result())
                timings["wait for text"] = (perf_counter() - waiting) * 1000
        finally:
            if reading is not None:
                reading.cancel()  # where the query makes no sense, nobody needs the text either
    result = lens.search(
        perception,
        region=0 if wanted.box else wanted.region,
        words=wanted.words,
        balance=wanted.balance,
        where=wanted.where,
        limit=wanted.top,
    )
    facets = _counted(lens, wanted)
    return Answer(perception, result, facets, _laps(timings, result, begin))


def search_like(lens: Lens, product_id: str, wanted: Wanted) -> Answer:
    """Products like a product of the shop.

    Raises:
        BadQuery: the index does not know it.
    """
    begin = perf_counter()
    result = lens.more_like(
        product_id,
        words=wanted.words,
        balance=wanted.balance,
        where=wanted.where,
        limit=wanted.top,
    )
    facets = _counted(lens, wanted)
    return Answer(None, result, facets, _laps({}, result, begin))


def _counted(lens: Lens, wanted: Wanted) -> Facets | None:
    return lens.facets(where=wanted.where) if wanted.facets else None


def _laps(
    before: dict[str, float], result: SearchResult, begin: float
) -> tuple[tuple[str, float], ...]:
    total = (perf_counter() - begin) * 1000
    return tuple((before | dict(result.timings_ms) | {"total": total}).items())


def _require_region(perception: Perception, region: int) -> None:
    last = len(perception.regions) - 1
    if not 0 <= region <= last:
        raise BadQuery(
            f"the picture has no region {region}",
            remedy=f"regions count from 0, here up to {last}; or give a box",
        )

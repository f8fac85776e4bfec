"""Answers as JSON: the one vocabulary of the command line and the HTTP API (docs/cli.md)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

# pydantic, which describes these to users of the API, wants these before Python 3.12.
from typing_extensions import TypedDict

from models.types import Photo, Region
from pipelines.asked import Asked, Reference, Shade
from pipelines.catalog_types import Money
from pipelines.facets import Facets
from pipelines.kinds import Kind
from pipelines.photo_search import Answer
from pipelines.price_bands import PriceBand
from pipelines.reasons import in_english, unmet_in_english
from pipelines.search_types import Candidate, Chip, Degraded
from pipelines.stores.protocol import StoreFilter


class RegionJson(TypedDict):
    """A part of the picture; `box` is left, top, right, bottom in pixels of the upright picture."""

    box: list[int]
    score: float
    kind: str
    label: str


class LineJson(TypedDict):
    """A line of text that was read on the picture."""

    text: str
    score: float
    box: list[int]


class PhraseJson(TypedDict):
    """A part of the typed words that was understood, from character `start` to `end`."""

    kind: str
    text: str
    start: int
    end: int
    tags: list[str]
    named: list[str]
    relation: str | None


class AskedJson(TypedDict):
    """How the typed words were understood, fillers left out."""

    text: str
    words: str
    phrases: list[PhraseJson]
    price_min: float | None
    price_max: float | None
    currency: str
    reference: Reference | None
    shade: Shade | None
    in_stock_only: bool
    notes: list[str]


class ProductJson(TypedDict):
    """A product that was found; its `parts` sum to its `score`."""

    id: str
    title: str
    score: float
    parts: dict[str, float]
    why: list[str]
    price: Money | None
    link: str
    in_stock: bool | None


class ChipJson(TypedDict):
    """A condition that splits what was found."""

    field: str
    condition: dict[str, Any]
    count: int
    bits: float


class FacetsJson(TypedDict):
    """How many products of the shop have each value."""

    category: dict[str, int]
    brand: dict[str, int]
    price: list[PriceBand]
    in_stock: int
    tags: dict[str, dict[str, int]]


class AnswerJson(TypedDict):
    """The answer to a search."""

    verdict: str
    asked: AskedJson
    kind: Kind | None
    regions: list[RegionJson]
    text: list[LineJson]
    codes: list[str]
    results: list[ProductJson]
    chips: list[ChipJson]
    degraded: list[Degraded]
    timings_ms: dict[str, float]


class AnswerWithFacetsJson(AnswerJson, total=False):
    """The answer to a search; `facets` only where they were asked for."""

    facets: FacetsJson


class DetectionJson(TypedDict):
    """What the detector marked on a picture; the whole picture where that is nothing."""

    width: int
    height: int
    regions: list[RegionJson]


def answer_json(answer: Answer) -> AnswerWithFacetsJson:
    """What `search --json` prints."""
    seen, result = answer.perception, answer.result
    reading = seen.reading if seen else None
    told: AnswerWithFacetsJson = {
        "verdict": result.verdict,
        "asked": _asked(result.asked),
        "kind": result.kind,
        "regions": [_region(region) for region in (seen.regions if seen else ())],
        "text": [
            {"text": line.text, "score": round(line.score, 4), "box": line.box.as_list()}
            for line in (reading.lines if reading else ())
        ],
        "codes": list(reading.codes) if reading else [],
        "results": [_product(candidate) for candidate in result.selected],
        "chips": [_chip(chip) for chip in result.chips],
        "degraded": list(result.degraded),
        "timings_ms": {stage: round(ms, 2) for stage, ms in answer.timings_ms},
    }
    if answer.facets is not None:
        told["facets"] = facets_json(answer.facets)
    return told


def detection_json(photo: Photo, found: Sequence[Region]) -> DetectionJson:
    """What `detect --json` prints of a picture, without its name."""
    regions = found or [Region(photo.whole, 1.0, "whole")]
    return {
        "width": photo.width,
        "height": photo.height,
        "regions": [_region(region) for region in regions],
    }


def facets_json(facets: Facets) -> FacetsJson:
    """Facets as docs/cli.md describes them."""
    return {
        "category": {value.value: value.count for value in facets.category},
        "brand": {value.value: value.count for value in facets.brand},
        "price": list(facets.prices),
        "in_stock": facets.in_stock,
        "tags": {
            field: {value.value.partition(":")[2]: value.count for value in values}
            for field, values in facets.tags.items()
        },
    }


def parts_json(candidate: Candidate) -> dict[str, float]:
    """What each source and rule adds; several parts of one name ("red", "striped") are one sum."""
    sums: dict[str, float] = {}
    for part in candidate.parts:
        sums[part.name] = sums.get(part.name, 0.0) + part.value
    return {name: round(value, 6) for name, value in sums.items()}


def _product(candidate: Candidate) -> ProductJson:
    card = candidate.card
    return {
        "id": candidate.product_id,
        "title": card.title if card else "",
        "score": round(candidate.score, 6),
        "parts": parts_json(candidate),
        "why": [in_english(part.reason) for part in candidate.parts],
        "price": card.price if card else None,
        "link": card.link if card else "",
        "in_stock": card.in_stock if card else None,
    }


def _asked(asked: Asked) -> AskedJson:
    return {
        "text": asked.text,
        "words": asked.words,
        "phrases": [
            {
                "kind": phrase.kind,
                "text": phrase.text,
                "start": phrase.start,
                "end": phrase.end,
                "tags": [one.tag_key for one in phrase.any_of],
                "named": list(phrase.named),
                "relation": phrase.relation,
            }
            for phrase in asked.told
        ],
        "price_min": asked.price_min,
        "price_max": asked.price_max,
        "currency": asked.currency,
        "reference": asked.reference,
        "shade": asked.shade,
        "in_stock_only": asked.in_stock_only,
        "notes": unmet_in_english(asked),
    }


def _region(region: Region) -> RegionJson:
    return {
        "box": region.box.as_list(),
        "score": round(region.score, 4),
        "kind": region.kind,
        "label": region.label,
    }


def _chip(chip: Chip) -> ChipJson:
    unset = asdict(StoreFilter())
    condition = asdict(chip.condition)
    return {
        "field": chip.field,
        "condition": {name: value for name, value in condition.items() if value != unset[name]},
        "count": chip.count,
        "bits": round(chip.bits, 4),
    }

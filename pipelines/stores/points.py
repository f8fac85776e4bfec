"""Entries as points of an index: identity, checks and payload, the same for every engine."""

import json
import math
import uuid
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Literal, TypeAlias

import numpy as np

from models.errors import BadInput, BadQuery
from models.tag_types import Tag
from models.types import Vectors
from pipelines.catalog_types import Card, Entry, IndexSpec, Money
from pipelines.stores.protocol import FacetValue, Hit, normal_code
from pipelines.tag_keys import searched_keys

Payload: TypeAlias = dict[str, Any]

PAYLOAD_INDEXES: Mapping[str, Literal["keyword", "float"]] = {
    "product_id": "keyword",
    "codes": "keyword",
    "brand": "keyword",
    "category": "keyword",
    "price": "float",
    "currency": "keyword",
    # "true" and "false", not booleans: Qdrant Edge 0.9 takes MatchValue(True) for the integer 1,
    # finds nothing and says nothing.
    "in_stock": "keyword",
    "tags": "keyword",
    "main": "keyword",
}
"""Fields that a filter or a facet reads. The rest of the payload is stored without an index: each
costs some 8 files and 80 syncs a generation, and a generation is rebuilt cheaply to get one."""

FORM = 2
"""Of a point's words and payload: counted up when either changes, so that the next run of the
indexer builds a generation anew. 2: quantities in one unit, and currencies to be counted."""

FACETS = ("category", "brand", "in_stock", "tags", "currency", "main")
CATEGORY_SEPARATOR = " > "
NORM_TOLERANCE = 1e-3
OVERSAMPLING = 3.0
"""Candidates that int8 brings for each one that is wanted, to be ordered again by the originals."""

_NAMESPACE = uuid.UUID("6f1d9a0e-6a44-5a39-9c0e-3f3c5d1f7b52")


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One picture of one product, checked and ready for an engine.

    Attributes:
        words: plain text; the engine's side turns it into a sparse vector.
        payload: JSON values only. The card travels on the main picture's point alone.
    """

    id: str
    image: Vectors
    text: Vectors | None
    words: str
    payload: Payload


def point_id(product_id: str, image_number: int) -> str:
    """UUIDv5 of a product's id and the number of its picture: the same in every generation."""
    return str(uuid.uuid5(_NAMESPACE, f"{image_number}:{product_id}"))


def points(entries: Iterable[Entry], spec: IndexSpec) -> Iterator[Point]:
    """Turn entries into points, one product at a time; each product's entries are consecutive.

    The main picture is the one with the lowest number: picture 0 may have failed.

    Raises:
        BadInput: a vector of a wrong length, not finite or not of unit length, or one picture
            twice.
    """
    for product_id, group in groupby(entries, key=lambda entry: entry.card.product_id):
        pictures = sorted(group, key=lambda entry: entry.image_number)
        for before, after in pairwise(pictures):
            if before.image_number == after.image_number:
                raise BadInput(
                    f"product {product_id!r} brings its picture {after.image_number} twice",
                    remedy="give each picture of a product its own number",
                )
        for entry in pictures:
            yield _point(entry, spec, main=entry is pictures[0])


def _point(entry: Entry, spec: IndexSpec, *, main: bool) -> Point:
    name = f"product {entry.card.product_id!r}, picture {entry.image_number}"
    return Point(
        id=point_id(entry.card.product_id, entry.image_number),
        image=_unit(entry.image, spec.image_dim, f"{name}: its image vector"),
        text=None
        if entry.text is None
        else _unit(entry.text, spec.text_dim, f"{name}: its text vector"),
        words=entry.words,
        payload=_payload(entry, main=main),
    )


def _unit(vector: Vectors, dim: int, name: str) -> Vectors:
    # The engine takes NaN in silence and would answer with it: nothing unchecked gets through.
    remedy = "embed the picture again"
    array = np.ascontiguousarray(vector, dtype=np.float32)
    if array.shape != (dim,):
        raise BadInput(
            f"{name} has shape {array.shape}, the index is built for ({dim},)",
            remedy="build the index for the model that made the vectors",
        )
    if not np.isfinite(array).all():
        raise BadInput(f"{name} holds NaN or infinity", remedy=remedy)
    norm = float(np.linalg.norm(array))
    if abs(norm - 1.0) > NORM_TOLERANCE:
        raise BadInput(f"{name} has length {norm:.4f} instead of 1", remedy=remedy)
    return array


def checked_queries(vectors: Vectors, dim: int) -> Vectors:
    """Check what is searched for.

    Returns:
        ndarray of shape (n, dim), float32, contiguous, finite.
    Raises:
        BadQuery: of another shape, or not finite.
    """
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if array.size == 0:
        return array.reshape(0, dim)
    if array.ndim != 2 or array.shape[1] != dim:
        raise BadQuery(
            f"the query's vectors have shape {array.shape}, the index holds (n, {dim})",
            remedy="query with the model that the index was built with",
        )
    if not np.isfinite(array).all():
        raise BadQuery("the query's vectors hold NaN or infinity", remedy="embed the query again")
    return array


def facet_field(field: str) -> str:
    """Check the name of a facet.

    Raises:
        BadQuery: there is no such facet.
    """
    if field not in FACETS:
        raise BadQuery(f"there is no facet {field!r}", remedy=f"ask for one of {', '.join(FACETS)}")
    return field


def normal_codes(codes: Sequence[str]) -> list[str]:
    """Comparable forms, without empty ones and repetitions, in the order given."""
    return list(dict.fromkeys(code for code in map(normal_code, codes) if code))


def hit_of(payload: Mapping[str, Any], score: float) -> Hit:
    return Hit(payload["product_id"], payload["image_number"], score)


def keypoints_of(payload: Mapping[str, Any]) -> bytes:
    """The keypoints that `_payload` stored; empty where the picture brought none."""
    return b64decode(payload.get("keypoints", ""))


def in_order(hits: list[Hit]) -> list[Hit]:
    """Best first; equal scores always in the same order, whatever the engine's threads did."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.product_id, hit.image_number))


def ranked_facets(counts: Iterable[tuple[object, int]], limit: int) -> list[FacetValue]:
    """Facet values, the most frequent first, equal ones by name."""
    values = [FacetValue(str(value), count) for value, count in counts]
    return sorted(values, key=lambda facet: (-facet.count, facet.value))[: max(limit, 0)]


def code_hits(payloads: Iterable[Mapping[str, Any]], wanted: Sequence[str]) -> list[Hit]:
    """Hits of an exact search for codes, in the order of the codes, then of product ids."""
    place = {code: number for number, code in enumerate(wanted)}

    def rank(payload: Mapping[str, Any]) -> tuple[int, str]:
        first = min(place[code] for code in payload["codes"] if code in place)
        return first, payload["product_id"]

    return [hit_of(payload, 1.0) for payload in sorted(payloads, key=rank)]


def _payload(entry: Entry, *, main: bool) -> Payload:
    card = entry.card
    price = _finite(card.price)
    facts: Payload = {
        "product_id": card.product_id,
        "image_number": entry.image_number,
        "group_id": card.group_id,
        "codes": normal_codes(card.codes),
        "brand": card.brand,
        "category": [
            CATEGORY_SEPARATOR.join(card.category[:depth])
            for depth in range(1, len(card.category) + 1)
        ],
        "price": None if price is None else price.amount,
        "currency": "" if price is None else price.currency,
        "in_stock": None if card.in_stock is None else str(card.in_stock).lower(),
        "tags": list(searched_keys(card.tags)),
    }
    # What is unknown is left out: a facet must not count "", a range must not meet null.
    known = {key: value for key, value in facts.items() if value not in (None, "", [])}
    known["product_id"] = card.product_id
    if entry.keypoints:
        known["keypoints"] = b64encode(entry.keypoints).decode()
    if main:
        # As text: the engine parses a point's whole payload for every hit, and nested values cost
        # it twice the time (700 points: 4.9 ms against 2.6 ms).
        text = json.dumps(_card_json(card), ensure_ascii=False, separators=(",", ":"))
        known |= {"main": "true", "card": text}
    return known


def _finite(money: Money | None) -> Money | None:
    return money if money is not None and math.isfinite(money.amount) else None


def _card_json(card: Card) -> Payload:
    return {
        "title": card.title,
        "description": card.description,
        "category": list(card.category),
        "brand": card.brand,
        "link": card.link,
        "price": _money_json(card.price),
        "old_price": _money_json(card.old_price),
        "in_stock": card.in_stock,
        "group_id": card.group_id,
        "codes": list(card.codes),
        "tags": [[tag.field, tag.value, tag.origin, tag.verdict] for tag in card.tags],
        "pictures": list(card.pictures),
    }


def card_of(payload: Mapping[str, Any]) -> Card:
    """The card that `_payload` stored on a main picture's point."""
    stored = json.loads(payload["card"])
    return Card(
        product_id=payload["product_id"],
        title=stored["title"],
        description=stored["description"],
        category=tuple(stored["category"]),
        brand=stored["brand"],
        link=stored["link"],
        price=_money(stored["price"]),
        old_price=_money(stored["old_price"]),
        in_stock=stored["in_stock"],
        group_id=stored["group_id"],
        codes=tuple(stored["codes"]),
        tags=tuple(Tag(*tag) for tag in stored["tags"]),
        pictures=tuple(stored["pictures"]),
    )


def _money_json(money: Money | None) -> list[Any] | None:
    known = _finite(money)
    return None if known is None else [known.amount, known.currency]


def _money(stored: Sequence[Any] | None) -> Money | None:
    return None if stored is None else Money(amount=float(stored[0]), currency=stored[1])

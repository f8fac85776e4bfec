"""A reader's memory of cards answers as the engine would, and stays small."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pipelines.stores import card_cache
from pipelines.stores.card_cache import CardCache
from pipelines.stores.points import points
from tests.fakes.entries import BLUE_MUG, KETTLE, LAMP, RED_MUG, SPEC, shop

STORED = {
    point.payload["product_id"]: point.payload
    for point in points(shop(), SPEC)
    if "main" in point.payload
}


class Engine:
    """Payloads by product id, and what was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        self.asked.append(list(names))
        return (STORED[name] for name in reversed(names) if name in STORED)


def test_cards_keep_the_order_asked_and_are_read_once() -> None:
    engine, cache = Engine(), CardCache()
    asked = ["lamp", "nobody", "kettle", "lamp"]
    assert cache.get(asked, engine) == [LAMP, None, KETTLE, LAMP]
    assert cache.get(["blue-mug", *asked], engine) == [BLUE_MUG, LAMP, None, KETTLE, LAMP]
    assert engine.asked == [["lamp", "nobody", "kettle"], ["blue-mug", "nobody"]]
    assert cache.get([], engine) == []


def test_a_full_memory_starts_over_and_loses_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_cache, "CAPACITY", 2)
    engine, cache = Engine(), CardCache()
    everything = [RED_MUG, BLUE_MUG, KETTLE, LAMP]
    for _ in range(2):
        assert cache.get([card.product_id for card in everything], engine) == everything
    assert cache.get(["lamp", "kettle"], engine) == [LAMP, KETTLE]


def test_a_card_survives_its_way_through_json() -> None:
    payload = json.loads(json.dumps(STORED[RED_MUG.product_id]))
    assert CardCache().get([RED_MUG.product_id], lambda _: [payload]) == [RED_MUG]
    assert "Красная" in payload["card"]

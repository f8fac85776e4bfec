"""JSONL feeds: one product a line, in Google Merchant's names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from indexer.feeds.merchant_fields import KNOWN, canonical_name, product_items
from indexer.feeds.protocol import BadRow, FeedItem, first_of_each
from indexer.feeds.text_fields import has_undecoded
from indexer.feeds.text_file import count_lines, readable

MAX_LINE = 1_000_000
_LISTS = frozenset({"additional_image_link", "product_detail"})


@dataclass(frozen=True)
class JsonLinesFeed:
    path: Path
    kind: str = "JSONL"

    @property
    def root(self) -> Path:
        return self.path.parent

    def rows(self) -> int:
        return count_lines(self.path)

    def items(self) -> Iterator[FeedItem]:
        return readable(self.path, first_of_each(self._placed()))

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        with self.path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE):
                number += 1
                place = f"line {number}"
                if len(line) == MAX_LINE and not line.endswith(b"\n"):
                    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                        pass
                    detail = f"more than {MAX_LINE:,} bytes; left out"
                    yield place, BadRow(place, "line too long", detail)
                elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                    for item in _row(line, place):
                        yield place, item


def _row(line: bytes, place: str) -> Iterator[FeedItem]:
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        yield BadRow(place, "not UTF-8", "some of its bytes are no UTF-8; left out")
        return
    except (ValueError, RecursionError) as error:
        yield BadRow(place, "not JSON", f"{' '.join(str(error).split())[:200]}; left out")
        return
    if not isinstance(value, dict):
        yield BadRow(place, "not JSON", "a line is one object in braces; left out")
        return
    row: dict[str, tuple[str, ...]] = {}
    for key, told in value.items():
        name = canonical_name(key)
        if name in KNOWN:
            row[name] = (*row.get(name, ()), *_values(name, told))
    if any(has_undecoded(text) for texts in row.values() for text in texts):
        yield BadRow(place, "not UTF-8", "it holds half a character; left out")
        return
    yield from product_items(row, place)


def _values(name: str, told: object) -> tuple[str, ...]:
    """The texts in a JSON value; a price may be an object with an amount and a currency."""
    if isinstance(told, list):
        return tuple(text for each in told if (text := _text(each)))
    if isinstance(told, dict):
        amount = _text(told.get("value", told.get("amount")))
        return (f"{amount} {_text(told.get('currency'))}",) if amount else ()
    text = _text(told)
    if name in _LISTS:
        return tuple(text.split(","))
    return (text,) if text else ()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")

"""JSONL feeds: one product a line, in Google Merchant's names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from indexer.feeds.field_values import row_of
from indexer.feeds.merchant_fields import product_items
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.source_feed import SourceFeed
from indexer.feeds.text_fields import has_undecoded
from indexer.feeds.text_lines import MAX_LINE, open_lines


@dataclass(frozen=True)
class JsonLinesFeed(SourceFeed):
    kind: str = "JSONL"

    def rows(self) -> int:
        return self.source.count(b"\n")

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        with open_lines(self.source) as lines:
            for line in lines:
                place = f"line {lines.number}"
                if lines.number in lines.cut:
                    detail = f"more than {MAX_LINE:,} characters; left out"
                    yield place, BadRow(place, "line too long", detail)
                elif line.strip():
                    for item in self._row(line, place):
                        yield place, item

    def _row(self, line: str, place: str) -> Iterator[FeedItem]:
        if has_undecoded(line):
            yield BadRow(place, "not UTF-8", "some of its bytes are no UTF-8; left out")
            return
        try:
            value = json.loads(line, parse_constant=no_number)
        except (ValueError, RecursionError) as error:
            yield BadRow(place, "not JSON", f"{' '.join(str(error).split())[:200]}; left out")
            return
        if not isinstance(value, dict):
            yield BadRow(place, "not JSON", "a line is one object in braces; left out")
            return
        row = row_of(value.items())
        if any(has_undecoded(text) for texts in row.values() for text in texts):
            yield BadRow(place, "not UTF-8", "it holds half a character; left out")
            return
        yield from product_items(row, place, self.currency)


def no_number(name: str) -> NoReturn:
    """For `json.loads`, which would take NaN and Infinity."""
    raise ValueError(f"{name} is no JSON")

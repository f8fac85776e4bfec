"""CSV and TSV feeds: comma, semicolon or tab, quoted or not, in UTF-8."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from indexer.feeds.merchant_fields import KNOWN, REQUIRED, canonical_name, product_items
from indexer.feeds.protocol import BadRow, FeedItem, first_of_each
from indexer.feeds.text_fields import has_undecoded, plain
from indexer.feeds.text_file import count_lines, readable
from models.errors import BadFeed

# Of one line; the csv module itself refuses a field of more than 131,072 characters.
MAX_LINE = 1_000_000
# Columns in which commas part several values, as Google's TSV has it.
_LISTS = frozenset({"additional_image_link", "product_detail"})


@dataclass(frozen=True)
class DelimitedFeed:
    path: Path
    kind: str = "CSV"

    @property
    def root(self) -> Path:
        return self.path.parent

    def rows(self) -> int:
        return count_lines(self.path)

    def items(self) -> Iterator[FeedItem]:
        return readable(self.path, first_of_each(self._placed()))

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        # surrogateescape: one bad byte costs its row, not the feed.
        with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            lines = _Lines(file)
            header = next(lines, "")
            delimiter = _delimiter(header)
            names = self._columns(header, delimiter)
            reader = csv.reader(lines, delimiter=delimiter, strict=delimiter != "\t")
            while True:
                first = lines.number + 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    place = _place(first, lines.number)
                    yield place, BadRow(place, "broken row", f"{error} (a quote?); left out")
                    continue
                if cells is None:
                    return
                place = _place(first, lines.number)
                if any(first <= number <= lines.number for number in lines.cut):
                    detail = f"more than {MAX_LINE:,} characters; left out"
                    yield place, BadRow(place, "line too long", detail)
                elif any(cell.strip() for cell in cells):
                    for item in _row(cells, names, place):
                        yield place, item

    def _columns(self, header: str, delimiter: str) -> list[str]:
        if has_undecoded(header) or "\x00" in header:
            raise BadFeed(f"{self.path} is not UTF-8", remedy="save it as CSV in UTF-8")
        try:
            cells = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error as error:
            raise BadFeed(
                f"{self.path}: its first line is no list of columns: {error}",
                remedy=f"begin it with a line of names; {' and '.join(REQUIRED)} are needed",
            ) from None
        names = [canonical_name(cell) for cell in cells]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            found = plain(", ".join(cells), 300) or "nothing"
            raise BadFeed(
                f"{self.path} has no column {' and none '.join(missing)} (found: {found})",
                remedy=f"name its columns as Google Merchant does: {', '.join(REQUIRED)}, title, …",
            )
        return names


@dataclass
class _Lines:
    """Lines of a file, none longer than MAX_LINE: the rest of a longer one is skipped."""

    file: TextIO
    number: int = 0
    cut: list[int] = field(default_factory=list)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.file.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            rest = self.file.readline(MAX_LINE)
            if rest.strip("\r\n"):
                self.cut = [self.number]
            while rest and rest[-1] not in "\r\n":
                rest = self.file.readline(MAX_LINE)
        return line


def _row(cells: list[str], names: list[str], place: str) -> Iterator[FeedItem]:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        detail = f"{len(cells)} cells under {len(names)} columns (an unquoted comma?); left out"
        yield BadRow(place, "too many cells", detail)
        return
    if any(has_undecoded(cell) for cell in cells):
        yield BadRow(place, "not UTF-8", "some of its bytes are no UTF-8; left out")
        return
    row: dict[str, tuple[str, ...]] = {}
    for name, cell in zip(names, cells, strict=False):
        if name in KNOWN and cell.strip():
            values = tuple(cell.split(",")) if name in _LISTS else (cell,)
            row[name] = (*row.get(name, ()), *values)
    yield from product_items(row, place)


def _delimiter(header: str) -> str:
    """The separator under which most cells of the header are known columns."""

    def known(delimiter: str) -> int:
        return sum(canonical_name(cell.strip(' "')) in KNOWN for cell in header.split(delimiter))

    return max((",", ";", "\t"), key=known)


def _place(first: int, last: int) -> str:
    return f"line {first}" if last <= first else f"lines {first}–{last}"

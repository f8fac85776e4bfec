"""Tables of text as rows of cells, whatever separator, line end and encoding; bad rows named."""

import csv
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from indexer.feeds.merchant_fields import canonical_name
from indexer.feeds.protocol import BadRow
from indexer.feeds.source import Source
from indexer.feeds.text_fields import has_undecoded
from indexer.feeds.text_lines import MAX_LINE, Lines, open_lines
from models.errors import BadFeed


@dataclass
class Table:
    """A table whose header is read already; its rows can be read once.

    Attributes:
        header: the column names as written.
    """

    header: list[str]
    lines: Lines
    delimiter: str

    def rows(self) -> Iterator[tuple[str, list[str] | BadRow]]:
        """(place, cells) of rows that hold anything, or what is wrong with them."""
        lines, width = self.lines, len(self.header)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=self.delimiter != "\t")
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
            if lines.cut and any(first <= number <= lines.number for number in lines.cut):
                detail = f"more than {MAX_LINE:,} characters; left out"
                yield place, BadRow(place, "line too long", detail)
            elif len(cells) > width and any(cell.strip() for cell in cells[width:]):
                detail = f"{len(cells)} cells under {width} columns (an unquoted comma?); left out"
                yield place, BadRow(place, "too many cells", detail)
            else:
                text = "".join(cells)
                if has_undecoded(text):
                    detail = "some of its bytes are no UTF-8; left out"
                    yield place, BadRow(place, "not UTF-8", detail)
                elif text and not text.isspace():
                    yield place, cells


@contextmanager
def open_table(source: Source, known: Collection[str]) -> Iterator[Table]:
    """A table in UTF-8, or in UTF-16 with a byte order mark.

    Args:
        known: canonical names of columns, which tell the separator.

    Raises:
        BadFeed: it cannot be read, or its first line is no list of columns.
    """
    with open_lines(source) as lines:
        header = next(lines, "")
        delimiter = _delimiter(header, known)
        yield Table(_header(header, delimiter, source.name), lines, delimiter)


def header_names(source: Source, known: Collection[str]) -> frozenset[str]:
    """Canonical names of the columns, to tell one kind of table from another.

    Raises:
        BadFeed: see `open_table`.
    """
    with open_table(source, known) as table:
        return frozenset(canonical_name(cell) for cell in table.header)


def _header(line: str, delimiter: str, name: str) -> list[str]:
    if has_undecoded(line) or "\x00" in line:
        raise BadFeed(f"{name} is not UTF-8", remedy="save it as CSV in UTF-8")
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        raise BadFeed(
            f"{name}: its first line is no list of columns: {error}",
            remedy="begin it with a line of column names",
        ) from None


def _delimiter(header: str, known: Collection[str]) -> str:
    """The separator under which most cells of the header are known columns."""

    def found(delimiter: str) -> int:
        return sum(canonical_name(cell.strip(' "')) in known for cell in header.split(delimiter))

    return max((",", ";", "\t"), key=found)


def _place(first: int, last: int) -> str:
    return f"line {first}" if last <= first else f"lines {first}–{last}"

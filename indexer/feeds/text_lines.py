"""A feed's lines, whatever ends them, none of them endless."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from indexer.feeds.source import Source, readable
from indexer.feeds.text_encoding import bom_encoding

# Of one line; the csv module itself refuses a field of more than 131,072 characters.
MAX_LINE = 1_000_000


@dataclass
class Lines:
    """Lines of a file, none longer than MAX_LINE: the rest of a longer one is skipped.

    Attributes:
        number: of the line that was read last, from 1.
        cut: numbers of lines that were too long; the last such one only.
    """

    file: TextIO
    number: int = 0
    cut: list[int] = field(default_factory=list)

    def __iter__(self) -> "Lines":
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


@contextmanager
def open_lines(source: Source) -> Iterator[Lines]:
    """Lines in UTF-8, or in UTF-16 with a byte order mark; ended by CR, LF or both.

    Bytes that are no text are carried along for `has_undecoded`: they cost a row, not the feed.

    Raises:
        BadFeed: the feed cannot be read.
    """
    encoding = bom_encoding(source.head(4)) or "utf-8-sig"
    errors = "surrogateescape" if encoding == "utf-8-sig" else "shoplens-mark"
    with (
        readable(source),
        source.open() as raw,
        io.TextIOWrapper(raw, encoding, errors, newline="") as file,
    ):
        yield Lines(file)

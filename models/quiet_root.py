"""Keeps what a library tells the root logger from becoming this process's output."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_root(package: str) -> Iterator[None]:
    """Drop what `package` logs to the root logger itself, as some do.

    The first such line would install a handler that prints, for the whole process.
    """
    root = logging.getLogger()
    handler = logging.NullHandler()

    def from_elsewhere(record: logging.LogRecord) -> bool:
        return f"{os.sep}{package}{os.sep}" not in record.pathname

    root.addHandler(handler)
    root.addFilter(from_elsewhere)
    try:
        yield
    finally:
        root.removeFilter(from_elsewhere)
        root.removeHandler(handler)

"""One indexer at a time in a home; the lock dies with its process, however that ends."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from models.errors import BadInput, HomeLocked


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Hold the home; it is made where it is missing.

    Raises:
        HomeLocked: another indexer works here; names its process.
        BadInput: the folder cannot be made or written to.
    """
    with _opened(home) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HomeLocked(
                f"another indexer{_who(file.read(1000))} works in {home}",
                remedy="wait until it ends, or stop it with Ctrl-C where it runs",
            ) from None
        file.truncate(0)
        since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        json.dump({"process": os.getpid(), "since": since}, file)
        file.flush()
        # Never deleted: a second indexer may already wait for this very file.
        yield


def _opened(home: Path) -> TextIO:
    try:
        home.mkdir(parents=True, exist_ok=True)
        # "a+": whoever cannot have the lock must not wipe what the holder wrote about itself.
        return (home / "indexer.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"{home} cannot be used as the home: {error.strerror or error}",
            remedy="choose a folder that you may write to with --home",
        ) from None


def _who(text: str) -> str:
    try:
        holder = json.loads(text)
        return f" (process {int(holder['process'])}, since {str(holder['since'])[:40]})"
    except (ValueError, KeyError, TypeError):
        return ""

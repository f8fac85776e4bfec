"""A large file from the model hub into its cache, going on where an interrupted run stopped.

The hub's own library begins anew after an interruption; two gigabytes deserve better.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from models.errors import WeightsMissing

Moved: TypeAlias = Callable[[str, int, int], None]
"""Told of a file's name, how many of its bytes are here, and its size."""

_PATIENCE = 10.0  # seconds for an answer, or for the next bytes of one
_TRIES = 5  # in a row without a byte more
_PAUSE = 1.0  # seconds before a try that follows one without a byte
_SHA256 = re.compile(r"[0-9a-f]{64}")


def untold(name: str, done: int, size: int) -> None:
    """Where nobody watches."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a hub repository at one commit."""

    repository: str
    name: str
    commit: str


def fetch_blob(file: RemoteFile, blobs: Path, moved: Moved) -> None:
    """Bring a file's content under the name that the hub's cache gives it: its sha256.

    Raises:
        WeightsMissing: what came is not what the hub promised.
        OSError, httpx.HTTPError and its like: the hub does not answer, or the disk is full.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url, utils

    url = hf_hub_url(file.repository, file.name, revision=file.commit)
    promised = get_hf_file_metadata(url, timeout=_PATIENCE)
    size, sha256 = promised.size, promised.etag or ""
    if size is None or not _SHA256.fullmatch(sha256):
        return  # so small that the hub keeps it in git: its own library brings it
    blob = blobs / sha256
    if not blob.exists():
        blobs.mkdir(parents=True, exist_ok=True)
        with utils.WeakFileLock(blobs.parent / ".shoplens.lock"):
            part = blobs / f"{sha256}.part"
            _complete(url, part, size, lambda here: moved(file.name, here, size))
            _check(part, sha256, file.name)
            part.replace(blob)
    moved(file.name, size, size)


def _complete(url: str, part: Path, size: int, moved: Callable[[int], None]) -> None:
    import httpx

    tries = _TRIES
    while (here := _bytes_in(part)) < size:
        moved(here)
        try:
            _append(url, part, moved)
        except httpx.TransportError:
            if _bytes_in(part) > here:
                tries = _TRIES
                continue
            tries -= 1
            if not tries:
                raise
            time.sleep(_PAUSE)


def _check(part: Path, sha256: str, name: str) -> None:
    with part.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        part.unlink()
        raise WeightsMissing(
            f"{name} came with sha256 {found[:16]}…, the hub promised {sha256[:16]}…",
            remedy="run it again; the damaged file was removed",
        )


def _bytes_in(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _append(url: str, part: Path, moved: Callable[[int], None]) -> None:
    """Ask for what is missing; a server that cannot give a part gives the whole."""
    import httpx
    from huggingface_hub import utils

    here = _bytes_in(part)
    headers = {**utils.build_hf_headers(), "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    with httpx.stream(
        "GET", url, headers=headers, follow_redirects=True, timeout=_PATIENCE
    ) as answer:
        answer.raise_for_status()
        goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT
        with part.open("ab" if goes_on else "wb") as content:
            for chunk in answer.iter_bytes():
                content.write(chunk)
                moved(content.tell())

"""What a generation says of itself: as JSON beside its files, or as metadata on a server."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.errors import BrokenIndex, StaleIndex
from pipelines.catalog_types import INDEX_FORMAT, IndexInfo, IndexSpec

NAME = "manifest.json"
REBUILD = "run `shoplens index FEED` again; what was embedded is not embedded again"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a generation: path relative to its folder, bytes, sha256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    info: IndexInfo
    files: tuple[FileRecord, ...]


def info_json(info: IndexInfo) -> dict[str, Any]:
    """JSON values of a generation's description; `info_from_json` reads them back."""
    return asdict(info)


def info_from_json(stored: Mapping[str, Any], name: str) -> IndexInfo:
    """Read a description back; `name` says where it stood.

    Raises:
        BrokenIndex: something is missing.
        StaleIndex: a newer release of ShopLens wrote it in a form that this one does not know.
    """
    try:
        if not 1 <= stored["format"] <= INDEX_FORMAT:
            raise _other_format(name, stored["format"])
        return IndexInfo(
            generation=stored["generation"],
            spec=IndexSpec(**stored["spec"]),
            products=stored["products"],
            points=stored["points"],
            built_at=stored["built_at"],
            format=stored["format"],
        )
    except (KeyError, TypeError) as error:
        raise BrokenIndex(f"{name} is incomplete: {error}", remedy=REBUILD) from error


def searchable(info: IndexInfo, name: str) -> IndexInfo:
    """The same description, of a generation that this release can search.

    Raises:
        StaleIndex: an older release built it.
    """
    if info.format != INDEX_FORMAT:
        raise _other_format(name, info.format)
    return info


def _other_format(name: str, found: int) -> StaleIndex:
    return StaleIndex(
        f"{name} has format {found}, this release reads {INDEX_FORMAT}", remedy=REBUILD
    )


def write(folder: Path, info: IndexInfo) -> Manifest:
    """Record every file of a finished generation, and bring all of it to the disk.

    The order matters: the files first, the manifest that vouches for them last.
    """
    files = tuple(
        FileRecord(path.relative_to(folder).as_posix(), path.stat().st_size, sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    manifest = Manifest(info, files)
    for path in folder.rglob("*"):
        sync(path)
    text = json.dumps({**info_json(info), "files": [asdict(file) for file in files]}, indent=1)
    replace_text(folder / NAME, text)
    return manifest


def read(folder: Path) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        FileNotFoundError: the folder is gone (pruned) or has none.
        BrokenIndex, StaleIndex: it cannot be understood.
    """
    path = folder / NAME
    stored = parse(path.read_text(encoding="utf-8"), str(path))
    try:
        files = tuple(FileRecord(**file) for file in stored["files"])
    except (KeyError, TypeError) as error:
        raise BrokenIndex(f"{path} is incomplete: {error}", remedy=REBUILD) from error
    return Manifest(info_from_json(stored, str(path)), files)


def damaged(folder: Path, manifest: Manifest) -> list[str]:
    """Files that are missing, cut or changed, each with what is wrong; reads every byte."""
    wrong: list[str] = []
    for file in manifest.files:
        path = folder / file.path
        if not path.is_file():
            wrong.append(f"{file.path} is missing")
        elif path.stat().st_size != file.size:
            wrong.append(f"{file.path} has {path.stat().st_size} bytes instead of {file.size}")
        elif sha256(path) != file.sha256:
            wrong.append(f"{file.path} was changed")
    return wrong


def parse(text: str, name: str) -> dict[str, Any]:
    """A JSON object, or BrokenIndex."""
    try:
        stored = json.loads(text)
    except ValueError as error:
        raise BrokenIndex(f"{name} is not readable: {error}", remedy=REBUILD) from error
    if not isinstance(stored, dict):
        raise BrokenIndex(f"{name} holds no object", remedy=REBUILD)
    return stored


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """fsync a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Put `text` into `path` so that a reader sees the old content or the new, never a part."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync(path.parent)

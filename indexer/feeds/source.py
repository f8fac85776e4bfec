"""Where a feed's bytes come from: a file, an address or standard input, packed with gzip or not."""

import gzip
import io
import sys
import tempfile
import weakref
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, NoReturn, TypeAlias
from urllib.parse import urljoin

from models.errors import BadFeed
from pipelines.fetch import Door, fetch_into

MAX_BYTES = 8_000_000_000
"""Of a feed that is fetched or piped in; a million products with long texts take some 2 GB."""

# Feeds shrink to a tenth or so; gzip's most is a thousandth, which only a bomb comes near.
_MAX_RATIO = 200
_ALWAYS_FINE = 100_000_000
_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_STDIN = "-"

Buffer: TypeAlias = "bytearray | memoryview"

FEED_DOOR = Door(max_bytes=MAX_BYTES, seconds=3_600.0, accept="*/*")
"""How feeds are fetched: by the rules of pictures, but large ones may take an hour."""


class Held:
    """A file without a name, closed when nobody holds it any more."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        weakref.finalize(self, file.close)


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes that can be read from the start again and again.

    Attributes:
        name: for messages.
        root: the folder that relative pictures are named from.
        base: the address that relative pictures are named from, where the feed has one.
        held: what was fetched or piped in, in a file without a name: it goes with the process.
    """

    name: str
    root: Path
    path: Path | None = None
    base: str = ""
    held: Held | None = field(default=None, compare=False)

    def open(self) -> BinaryIO:
        """The feed's bytes, unpacked.

        Raises:
            OSError: it cannot be read, or is no gzip inside.
        """
        packed = self.raw()
        if packed.peek(2)[:2] != _GZIP:
            return packed
        return io.BufferedReader(_Unpacked(packed, self.name), _PIECE)

    def raw(self) -> io.BufferedReader:
        """The bytes as they lie there."""
        if self.held is not None:
            return io.BufferedReader(_View(self.held), _PIECE)
        if self.path is None:
            raise FileNotFoundError(self.name)
        return io.BufferedReader(self.path.open("rb", buffering=0), _PIECE)

    def head(self, size: int = 65_536) -> bytes:
        """The first bytes.

        Raises:
            BadFeed: they cannot be read.
        """
        with readable(self), self.open() as stream:
            return stream.read(size)

    def pieces(self) -> Iterator[bytes]:
        with self.open() as stream:
            while piece := stream.read(_PIECE):
                yield piece

    def count(self, *marks: bytes) -> int:
        """About how often any of the marks occurs; at least 1.

        Raises:
            BadFeed: it cannot be read.
        """
        with readable(self):
            return max(1, sum(piece.count(mark) for piece in self.pieces() for mark in marks))

    def picture(self, ref: str) -> str:
        """What a picture is called once it is known where the feed lies."""
        if not self.base:
            return ref
        try:
            return urljoin(self.base, ref.replace("\\", "/"))
        except ValueError:
            return ref


@contextmanager
def readable(source: Source) -> Iterator[None]:
    """Tell what goes wrong on the disk, or inside a packed file, as a bad feed.

    Raises:
        BadFeed: the feed went away, fails in the middle, or is not what it began as.
    """
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        broken = isinstance(error, (gzip.BadGzipFile, EOFError, zlib.error))
        what = "its gzip is broken" if broken else "cannot be read"
        raise BadFeed(
            f"{source.name}: {what}: {getattr(error, 'strerror', None) or error}",
            remedy="check the file and its permissions, and run the command again",
        ) from None


def open_source(feed: str | Path, spool: Path | None = None, door: Door = FEED_DOOR) -> Source:
    """A feed's bytes; what is fetched or piped in is put into a file without a name first.

    Args:
        feed: a path, an http(s) address, or "-" for standard input.
        spool: the folder of that file; by default the system's for temporary files.

    Raises:
        BadFeed: nothing is there, or more than `MAX_BYTES`.
        FetchRefused: the address may not or cannot be fetched.
    """
    told = str(feed)
    if told == _STDIN:
        held = _spooled(spool, lambda take: _copy(sys.stdin.buffer, take))
        return Source("standard input", Path.cwd(), held=held)
    if told.lower().startswith(("http://", "https://")):
        held = _spooled(spool, lambda take: fetch_into(told, take, door))
        # No file of this machine: a stranger's feed may not name what lies here.
        nowhere = Path(tempfile.gettempdir()) / "shoplens-no-local-pictures" / "none"
        return Source(told.partition("?")[0].partition("#")[0], nowhere, base=told, held=held)
    if (scheme := told.partition("://")[0]) != told and scheme.isalnum():
        raise BadFeed(
            f"{scheme}:// addresses are not read",
            remedy="give an http:// or https:// address, or fetch the feed and give the file",
        )
    path = Path(feed)
    try:
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise BadFeed(
            f"{path}: no such file or folder", remedy="give a feed's path, or a folder of pictures"
        ) from None
    except (OSError, ValueError) as error:
        raise BadFeed(
            f"{path} cannot be read: {getattr(error, 'strerror', error)}",
            remedy="check the path and its permissions",
        ) from None
    path = path.resolve()
    return Source(str(path), path.parent, path)


def _spooled(folder: Path | None, fill: Callable[[Callable[[bytes], object]], object]) -> Held:
    """A file that no other program sees and that is gone when this one ends, however it ends."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        held = Held(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
        fill(held.file.write)
        held.file.flush()
    except OSError as error:
        raise BadFeed(
            f"the feed cannot be kept while it is read: {error.strerror or error}",
            remedy="free some space, or fetch the feed yourself and give the file",
        ) from None
    return held


def _copy(stream: BinaryIO, take: Callable[[bytes], object]) -> None:
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > MAX_BYTES:
            _too_large("standard input", MAX_BYTES)
        take(piece)


class _View(io.RawIOBase):
    """A reader of its own on a file that several share, one at a time."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._at
            whence = io.SEEK_SET
        self._at = self._held.file.seek(offset, whence)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Buffer) -> int:  # type: ignore[override]
        self._held.file.seek(self._at)
        data = self._held.file.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Unpacked(io.RawIOBase):
    """What a gzip file holds, as long as it stays within reason."""

    def __init__(self, packed: io.BufferedReader, name: str) -> None:
        self._packed = packed
        self._inner = gzip.GzipFile(fileobj=packed, mode="rb")
        self._name = name
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._size += len(data)
        if self._size > max(_ALWAYS_FINE, _MAX_RATIO * self._packed.tell()):
            _too_large(self._name, self._size)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        self._packed.close()
        super().close()


def _too_large(name: str, size: int) -> NoReturn:
    raise BadFeed(
        f"{name} unfolds to more than {size / 1e6:,.0f} MB",
        remedy="export the feed again, in parts if it is really so large",
    )

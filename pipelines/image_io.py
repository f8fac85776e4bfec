"""Bytes to a Photo: the one door for pictures, and the one place that holds their limits."""

import hashlib
import io
import os
import stat
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NoReturn

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from models.errors import BadPicture
from models.types import Photo, Pixels

MAX_BYTES = 50 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 30_000

PICTURE_ENDINGS = frozenset({".avif", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".webp"})
"""What a folder's files are chosen by; `decode` finds out what they really are."""

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
_WANTED = "save it as JPEG, PNG, WebP, AVIF or GIF"

# Everything that Pillow's parsers were seen to raise on broken or hostile bytes.
_PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zlib.error,
)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)

# Pillow only warns from 89 to 179 megapixels; and it grumbles on stderr about broken metadata
# that nobody here reads.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# First bytes of what people take for pictures, to name it in the message.
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
)
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis")


def decode(data: bytes, source: str, *, enough: int | None = None) -> Photo:
    """An upright RGB photo; transparency on white, the first frame of an animation.

    Args:
        source: where the bytes came from: the first words of every message.
        enough: a JPEG may come out at a half, a quarter or an eighth of its size, as long as both
            sides keep so many pixels: for whoever looks at it small anyway, at a fraction of the
            time and memory.
    Raises:
        BadPicture: nothing else, whatever the bytes are.
    """
    with _opened(data, source) as image:
        turn = _TRANSPOSE.get(_orientation(image))
        if enough is not None:
            image.draft(None, (enough, enough))
        image.load()
        pixels = _rgb(image if turn is None else image.transpose(turn))
    return Photo(pixels=pixels, sha256=hashlib.sha256(data).hexdigest(), source=source)


def look_at(data: bytes, source: str) -> None:
    """Refuse what its first bytes tell to be no picture, or too large a one; decodes nothing.

    Raises:
        BadPicture: `decode` would refuse it for the same reason.
    """
    with _opened(data, source):
        pass


@contextmanager
def _opened(data: bytes, source: str) -> Iterator[Image.Image]:
    """A picture of which only the header was read; what goes wrong inside is a bad picture."""
    if not data:
        _refuse(source, "the file is empty", "fetch or export it again", "empty file")
    if len(data) > MAX_BYTES:
        _refuse_size(source, f"{len(data) / 2**20:.0f} MB")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            # From the header: nothing was decoded yet.
            if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
                _refuse_size(source, f"{image.width}×{image.height} pixels")
            yield image
    except _TOO_LARGE:
        _refuse_size(source, "its pixels are too many to unpack")
    except UnidentifiedImageError:
        what = _what_it_is(data)
        _refuse(source, what, _WANTED, "HEIC" if "HEIC" in what else "not a picture")
    except _PARSER_ERRORS:
        _refuse(source, "the picture is damaged or cut off", "fetch or export it again", "damaged")


def read_photo(path: Path) -> Photo:
    """`decode` of a file.

    Raises:
        BadPicture: also where there is no such file, or it is none (a folder, a pipe).
    """
    return decode(read_picture_bytes(path), str(path))


def read_picture_bytes(path: Path) -> bytes:
    """The bytes of a picture's file, at most MAX_BYTES of them.

    Raises:
        BadPicture: absent, unreadable, too large, or not a regular file.
    """
    try:
        # Without O_NONBLOCK opening a named pipe waits for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                _refuse(str(path), "not a file", "give the path of a picture", "not a file")
            if status.st_size > MAX_BYTES:
                _refuse_size(str(path), f"{status.st_size / 2**20:.0f} MB")
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        _refuse(str(path), "no such file", "check the path", "missing file")
    except IsADirectoryError:
        _refuse(str(path), "a folder, not a file", "give the path of a picture", "not a file")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        _refuse(str(path), f"cannot be read: {why}", "check its permissions", "cannot be read")


def thumbnail(photo: Photo, side: int, format: Literal["WEBP", "JPEG"] = "WEBP") -> bytes:
    """A small copy of the photo's pixels that fits into `side` × `side`, never enlarged.

    Re-encoded from pixels: no metadata and nothing that was appended to the file survives.
    """
    image = Image.fromarray(np.ascontiguousarray(photo.pixels))
    scale = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    image.save(out, format, quality=82, **({"method": 2} if format == "WEBP" else {}))
    return out.getvalue()


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _PARSER_ERRORS:
        return 1  # broken metadata is no reason to lose the picture
    return value if isinstance(value, int) else 1


def _rgb(image: Image.Image) -> Pixels:
    """Pixels of shape (height, width, 3); any mode of the admitted formats."""
    if image.mode.startswith("I;16"):
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return np.array(image.convert("RGB"), dtype=np.uint8)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen-bit grey scaled to eight; Pillow's own convert() clips everything over 255."""
    values = np.asarray(image).astype(np.uint32)
    grey = Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        grey.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
    return grey


def _what_it_is(data: bytes) -> str:
    head = data[:512]
    if head[4:8] == b"ftyp" and any(brand in head[8:64] for brand in _HEIC_BRANDS):
        return "a HEIC picture, which this installation does not open"
    if b"<svg" in head.lower():
        return "an SVG drawing, not a photo"
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page, not a picture"
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return f"{name}, which ShopLens does not open"
    return "not a picture, or a kind that ShopLens does not open"


def _refuse_size(source: str, size: str) -> NoReturn:
    limit = f"{MAX_PIXELS // 10**6} megapixels and {MAX_BYTES // 2**20} MB"
    _refuse(source, f"too large ({size})", f"scale it down: at most {limit}", "too large")


def _refuse(source: str, what: str, remedy: str, reason: str) -> NoReturn:
    # A path may hold a line break; a message is one line.
    name = "".join(c if c.isprintable() else "?" for c in source)
    raise BadPicture(f"{name}: {what}", remedy=remedy, reason=reason) from None

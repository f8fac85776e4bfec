"""A photo from whatever a person names: a path, an address, or standard input."""

import sys
from pathlib import Path

from models.types import Photo
from pipelines.fetch import fetch_photo
from pipelines.image_io import MAX_BYTES, decode, read_photo


def open_photo(name: str) -> Photo:
    """Open a picture by path, by http(s) address, or from standard input ("-").

    Raises:
        BadPicture: missing, broken or not a picture.
        FetchRefused: the address may not or cannot be fetched.
    """
    if name == "-":
        return decode(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input")
    if name.lower().startswith(("http://", "https://")):
        return fetch_photo(name)
    return read_photo(Path(name))

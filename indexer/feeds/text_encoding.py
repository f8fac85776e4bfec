"""Bytes of feeds to text: by a BOM or by what the feed says; one bad byte costs one row."""

import codecs
import re
from collections.abc import Iterable, Iterator

BAD_BYTE = "\ufdd0"
"""Stands for bytes that are no text in the feed's encoding: no character of any language."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Text encodings that feeds come in; Python knows others that are none of text.
_ALLOWED = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|(windows|cp)-?125\d|cp-?866|iso-?8859-?\d{1,2}|latin-?1|koi8-[ru]"
    r"|(us-)?ascii|gb2312|gbk|gb18030|big5|shift[-_]jis|euc-(jp|kr)"
)


def bom_encoding(head: bytes) -> str:
    """By a byte order mark; "" without one."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), "")


def known_encoding(name: str) -> str:
    """The codec of a declared name; "" where it is none of text."""
    name = name.strip().lower().replace("_", "-")
    if not _ALLOWED.fullmatch(name):
        return ""
    name = {"shift-jis": "shift_jis"}.get(name, name).replace("windows-", "cp")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    """The text, with `BAD_BYTE` in the place of what is none."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="shoplens-mark")
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return BAD_BYTE, error.end


codecs.register_error("shoplens-mark", _mark)

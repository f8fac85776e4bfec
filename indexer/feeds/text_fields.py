"""Text as feeds write it to text as it is meant: no HTML, no control characters, not endless."""

import html
import re
import unicodedata
from html.parser import HTMLParser

from indexer.feeds.text_encoding import BAD_BYTE

_MAX_RAW = 50_000
_TAG = re.compile(r"<[a-zA-Z/!]")
_BARE_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\s*/?>")
_UNDECODED = re.compile(f"[\ud800-\udfff{BAD_BYTE}]")
_BLOCKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "h1", "h2", "h3", "h4"})
_SILENT = frozenset({"script", "style", "template", "title"})


def plain(text: str, limit: int) -> str:
    """One line of at most `limit` characters, NFC, without tags and control characters."""
    # Most fields are plain already, and this is what a million rows spend their time on.
    if (
        len(text) <= limit
        and text.isprintable()
        and "<" not in text
        and "&" not in text
        and "  " not in text
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    ):
        return text.strip()
    text = text[:_MAX_RAW]
    if _TAG.search(text):
        text = _without_tags(text)
    elif "&" in text:
        text = html.unescape(text)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def has_undecoded(text: str) -> bool:
    """Whether bytes that are no text were carried along, or half a character was."""
    return not text.isascii() and _UNDECODED.search(text) is not None


def _spaced(tag: re.Match[str]) -> str:
    name = tag[1].lower()
    # NUL: a tag that hides what it holds, which is the parser's affair.
    return "\x00" if name in _SILENT else " " if name in _BLOCKS else ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _without_tags(text: str) -> str:
    # Tags without attributes, as most descriptions have, need no parser: it takes 4 µs, this 1.
    bare = _BARE_TAG.sub(_spaced, text)
    if "\x00" not in bare and not _TAG.search(bare):
        return html.unescape(bare)
    parser = _Words()
    parser.feed(text)
    parser.close()
    return "".join(parser.parts)

"""XML feeds as a stream of elements, in flat memory, by a parser that expands and fetches nothing.

Expat itself, driven by our own handlers: why not defusedxml's or lxml's, see
docs/adr/0005-xml-feeds-through-expat.md.
"""

import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from indexer.feeds.source import Source, readable
from indexer.feeds.text_encoding import BAD_BYTE, bom_encoding, decoded, known_encoding
from models.errors import BadFeed

MAX_ITEM = 1_000_000
"""Characters, and 2,000 elements, that one item may hold; of a larger one nothing is read."""

_MAX_NODES = 2_000
_MAX_DEPTH = 100
# What stands between two marks (a tag with its attributes, a comment) is scanned again with every
# piece: without a cap one endless attribute costs the square of its length.
_MAX_TOKEN = 4_000_000
_PIECE = 1 << 18
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,300}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARED = re.compile(r"^\ufeff?\s*<\?xml\s[^>]{0,300}\?>")


class Element:
    """One element of an item; as lean as can be, since a feed has tens of millions.

    Attributes:
        first, more: its own text, without its children's, in the pieces in which it came.
    """

    __slots__ = ("attributes", "children", "first", "more", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.first = ""
        self.more: list[str] | None = None
        self.children: list[Element] | tuple[()] = ()

    @property
    def text(self) -> str:
        return "".join((self.first, *self.more)) if self.more else self.first

    def say(self, text: str) -> None:
        if not self.first:
            self.first = text
        elif self.more is None:
            self.more = [text]
        else:
            self.more.append(text)

    def adopt(self, child: "Element") -> None:
        if self.children:
            self.children.append(child)
        else:
            self.children = [child]


@dataclass(frozen=True, slots=True)
class Item:
    """One element that was asked for.

    Attributes:
        number: among those of its name, from 1.
        line: where it begins.
        too_large: it held more than an item may; the rest of it was left out.
        bad_bytes: some of its bytes are no text in the feed's encoding.
    """

    element: Element
    number: int
    line: int
    too_large: bool
    bad_bytes: bool


def xml_items(source: Source, wanted: Collection[str]) -> Iterator[Item]:
    """Elements of the wanted names, whole, in the feed's order; all others are only passed.

    Names are as written, prefix and all. An item inside an item is a part of it.

    Raises:
        BadFeed: it is no XML, or XML that declares entities; items before that were given.
    """
    reader = _Reader(source.name, frozenset(wanted))
    with readable(source):
        for text in _texts(source):
            reader.parse(text)
            yield from reader.take()
        reader.finish()
        yield from reader.take()


def root_of(head: bytes) -> str:
    """The name of the first element that a beginning of XML shows; "" where there is none."""
    encoding = xml_encoding(head) or "utf-8"
    text = head.decode(encoding, "replace")
    text = re.sub(r"<!--.*?(-->|$)|<\?.*?(\?>|$)", "", text, flags=re.DOTALL)
    text = text.lstrip("\ufeff \t\r\n")
    if doctype := re.match(r"<!DOCTYPE[^>\[]*(\[[^\]]*\]\s*)?>", text, flags=re.IGNORECASE):
        text = text[doctype.end() :]
    found = re.search(r"<([^\s<>/!?]{1,100})", text)
    return found[1] if found else ""


def xml_encoding(head: bytes) -> str:
    """The codec by BOM or declaration; UTF-8 without either, "" where it is not known."""
    if by_bom := bom_encoding(head):
        return by_bom
    if head.startswith((b"<\x00", b"\x00<")):
        return "utf-16-le" if head.startswith(b"<") else "utf-16-be"
    declared = _DECLARATION.match(head.lstrip())
    if declared is None:
        return "utf-8"
    name = known_encoding(declared[1].decode("ascii"))
    # Whoever can read the declaration as bytes has no UTF-16 before them.
    return "utf-8" if name.startswith("utf-16") else name


def _texts(source: Source) -> Iterator[str]:
    encoding = xml_encoding(source.head(1024))
    if not encoding:
        raise BadFeed(
            f"{source.name}: its encoding is none that is known", remedy="export it in UTF-8"
        )
    first = True
    for text in decoded(_pieces(source), encoding):
        clean = _CONTROL.sub(" ", text)
        if first and clean:
            # The parser gets UTF-8, whatever the feed says of itself.
            clean = _DECLARED.sub(lambda found: "\n" * found[0].count("\n"), clean)
            clean = clean.lstrip("\ufeff")
            first = False
        yield clean


def _pieces(source: Source) -> Iterable[bytes]:
    with source.open() as stream:
        while piece := stream.read(_PIECE):
            yield piece


class _Reader:
    def __init__(self, name: str, wanted: frozenset[str]) -> None:
        self._name = name
        self._wanted = wanted
        self._stack: list[Element] = []
        self._passed = 0
        self._numbers = dict.fromkeys(wanted, 0)
        self._line = 0
        self._nodes = 0
        self._size = 0
        self._bad_bytes = False
        self._ready: list[Item] = []
        self._fed = 0
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.buffer_size = 65_536
        # Undeclared entities (&nbsp; as in HTML) come to `_skipped` instead of ending the feed;
        # the external part of a DTD, which could declare them, is never asked for.
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.SkippedEntityHandler = self._skipped
        parser.EntityDeclHandler = self._forbidden
        parser.UnparsedEntityDeclHandler = self._forbidden
        parser.ExternalEntityRefHandler = self._forbidden
        parser.AttlistDeclHandler = self._forbidden

    def parse(self, text: str) -> None:
        data = text.encode()
        self._fed += len(data)
        self._parse(data, final=False)
        if self._fed - max(0, self._parser.CurrentByteIndex) > _MAX_TOKEN:
            self._refuse(f"a tag or comment of more than {_MAX_TOKEN:,} bytes")

    def finish(self) -> None:
        self._parse(b"", final=True)

    def take(self) -> list[Item]:
        ready, self._ready = self._ready, []
        return ready

    def _parse(self, data: bytes, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            self._refuse(expat.ErrorString(error.code) or "not XML", error.lineno)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        stack = self._stack
        element = Element(name, attributes)
        if stack:
            self._nodes += 1
            if len(stack) > _MAX_DEPTH:
                self._refuse(f"elements more than {_MAX_DEPTH} deep")
            if self._nodes <= _MAX_NODES and self._size <= MAX_ITEM:
                stack[-1].adopt(element)
        elif name in self._wanted:
            self._numbers[name] += 1
            self._nodes = self._size = 0
            self._bad_bytes = False
            self._line = self._parser.CurrentLineNumber
        else:
            self._passed += 1
            if self._passed > _MAX_DEPTH:
                self._refuse(f"elements more than {_MAX_DEPTH} deep")
            return
        if attributes:
            for value in attributes.values():
                self._take(value)
        stack.append(element)

    def _end(self, name: str) -> None:
        if not self._stack:
            self._passed -= 1
            return
        element = self._stack.pop()
        if not self._stack:
            too_large = self._nodes > _MAX_NODES or self._size > MAX_ITEM
            self._ready.append(
                Item(element, self._numbers[name], self._line, too_large, self._bad_bytes)
            )

    def _characters(self, text: str) -> None:
        # Most of what stands between elements is a line break.
        if self._stack and text != "\n":
            self._take(text)
            if self._size <= MAX_ITEM:
                self._stack[-1].say(text)

    def _take(self, text: str) -> None:
        self._size += len(text)
        if not text.isascii() and BAD_BYTE in text:
            self._bad_bytes = True

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            # A known name of HTML's; "?" would be one more guess.
            self._characters(html.unescape(f"&{name};"))

    def _forbidden(self, *_: object) -> NoReturn:
        self._refuse("it declares entities or attributes, which no feed needs")

    def _refuse(self, why: str, line: int | None = None) -> NoReturn:
        line = line or self._parser.CurrentLineNumber
        raise BadFeed(
            f"{self._name}: not read past line {line}: {why}",
            remedy="export the feed again; until then the index stays as it was",
        )

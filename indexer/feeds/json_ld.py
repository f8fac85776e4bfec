"""schema.org products in JSON-LD: a file, lines of it, or the scripts of an HTML page.

Source: schema.org/Product, /ProductGroup, /Offer, /AggregateOffer.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from indexer.feeds.json_lines import no_number
from indexer.feeds.linked_data import Graph
from indexer.feeds.merchant_fields import product_items
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.schema_org import Told, told_by, with_group
from indexer.feeds.source import readable
from indexer.feeds.source_feed import SourceFeed
from indexer.feeds.text_encoding import bom_encoding, known_encoding
from indexer.feeds.text_fields import has_undecoded
from models.errors import BadFeed

MAX_BYTES = 32_000_000
"""Of a file or page, which is read whole: JSON-LD refers back and forth in itself."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)

Document: TypeAlias = "tuple[str, Any | BadRow]"


@dataclass(frozen=True)
class JsonLdFeed(SourceFeed):
    kind: str = "schema.org JSON-LD"

    def rows(self) -> int:
        return self.source.count(b'"Product"')

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        documents: list[tuple[str, Any]] = []
        for place, document in self._documents(self._text()):
            if isinstance(document, BadRow):
                yield place, document
            else:
                documents.append((place, document))
        # Scripts of one page refer to each other.
        graph = Graph([document for _, document in documents])
        groups: dict[int, Told] = {}
        for number, (node, group) in enumerate(graph.products(), start=1):
            place = f"product {number}"
            if group is not None and id(group) not in groups:
                groups[id(group)] = told_by(graph, group)
            told = with_group(told_by(graph, node), groups.get(id(group)))
            texts = chain(*told.row.values(), *told.facts)
            if any(has_undecoded(text) for text in texts):
                yield place, BadRow(place, "not UTF-8", "it holds half a character; left out")
                continue
            for item in product_items(told.row, place, self.currency, told.facts):
                yield place, item

    def _text(self) -> str:
        with readable(self.source), self.source.open() as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BadFeed(
                f"{self.name} is larger than {MAX_BYTES / 1e6:.0f} MB",
                remedy="a large shop's feed is better written as JSONL: one product a line",
            )
        encoding = bom_encoding(data)
        if not encoding and (declared := _CHARSET.search(data[:4096])):
            encoding = known_encoding(declared[1].decode("ascii"))
        return data.decode(encoding or "utf-8", "replace")

    def _documents(self, text: str) -> Iterator[Document]:
        start = text.lstrip()
        if start.startswith("<"):
            from selectolax.lexbor import LexborHTMLParser

            page = LexborHTMLParser(start)
            scripts = page.css('script[type^="application/ld+json" i]')
            if not scripts:
                raise BadFeed(
                    f"{self.name} is an HTML page without JSON-LD",
                    remedy="give the shop's product feed instead",
                )
            for number, script in enumerate(scripts, start=1):
                yield from _parsed(_bare(script.text()), f"script {number}")
            return
        try:
            yield "document", json.loads(start, parse_constant=no_number)
        except (ValueError, RecursionError):
            # One document a line, or broken; each line tells by itself.
            for number, line in enumerate(start.splitlines(), start=1):
                if line.strip():
                    yield from _parsed(line, f"line {number}")


def _parsed(text: str, place: str) -> Iterator[Document]:
    try:
        # Line breaks inside texts are common in pages, and forbidden by JSON.
        yield place, json.loads(text, strict=False, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        detail = f"{' '.join(str(error).split())[:200]}; left out"
        yield place, BadRow(place, "not JSON", detail)


def _bare(script: str) -> str:
    """Without the comment marks that old pages put around a script."""
    script = script.strip()
    for before, after in (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>")):
        if script.startswith(before):
            script = script.removeprefix(before).strip().removesuffix(after)
    return script.strip()

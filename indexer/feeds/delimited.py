"""CSV and TSV in Google Merchant's names: comma, semicolon or tab, quoted or not."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.feeds.merchant_fields import KNOWN, LISTS, REQUIRED, canonical_name, product_items
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.source_feed import SourceFeed
from indexer.feeds.table import Table, open_table
from indexer.feeds.text_fields import plain
from models.errors import BadFeed


@dataclass(frozen=True)
class DelimitedFeed(SourceFeed):
    kind: str = "CSV"

    def rows(self) -> int:
        return self.source.count(b"\n")

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        with open_table(self.source, KNOWN) as table:
            columns = self._columns(table)
            for place, cells in table.rows():
                if isinstance(cells, BadRow):
                    yield place, cells
                    continue
                row: dict[str, tuple[str, ...]] = {}
                for name, parted, cell in zip(*columns, cells, strict=False):
                    if name and cell:
                        values = tuple(cell.split(",")) if parted else (cell,)
                        row[name] = (*row[name], *values) if name in row else values
                for item in product_items(row, place, self.currency):
                    yield place, item

    def _columns(self, table: Table) -> tuple[list[str], list[bool]]:
        """Names, "" where a column is of no use, and whether commas part its values."""
        names = [canonical_name(cell) for cell in table.header]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            found = plain(", ".join(table.header), 300) or "nothing"
            raise BadFeed(
                f"{self.name} has no column {' and none '.join(missing)} (found: {found})",
                remedy=f"name its columns as Google Merchant does: {', '.join(REQUIRED)}, title, …",
            )
        return [name if name in KNOWN else "" for name in names], [name in LISTS for name in names]

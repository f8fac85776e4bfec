"""Parquet feeds in Google Merchant's names, read batch by batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from indexer.feeds.field_values import row_of
from indexer.feeds.merchant_fields import KNOWN, REQUIRED, canonical_name, product_items
from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.source import readable
from indexer.feeds.source_feed import SourceFeed
from indexer.feeds.text_fields import plain
from models.errors import BadFeed

_BATCH = 1_024
# Unpacked, of the columns that are read; writers make row groups of 128 MB or so.
_MAX_GROUP = 2_000_000_000
_MAX_TEXT = 1_000_000


@dataclass(frozen=True)
class ParquetFeed(SourceFeed):
    kind: str = "Parquet"

    def rows(self) -> int:
        with self._opened() as file:
            return max(1, int(file.metadata.num_rows))

    def _placed(self) -> Iterator[tuple[str, FeedItem]]:
        with self._opened() as file:
            columns = self._columns(file)
            number = 0
            batches = file.iter_batches(batch_size=_BATCH, columns=columns, use_threads=False)
            for batch in batches:
                for values in batch.to_pylist():
                    number += 1
                    place = f"row {number}"
                    if any(isinstance(v, str) and len(v) > _MAX_TEXT for v in values.values()):
                        detail = f"more than {_MAX_TEXT:,} characters; left out"
                        yield place, BadRow(place, "line too long", detail)
                        continue
                    for item in product_items(row_of(values.items()), place, self.currency):
                        yield place, item

    def _columns(self, file: Any) -> list[str]:
        names = list(file.schema_arrow.names)
        known = [name for name in names if canonical_name(name) in KNOWN]
        found = {canonical_name(name) for name in known}
        missing = [name for name in REQUIRED if name not in found]
        if missing:
            shown = plain(", ".join(names), 300) or "nothing"
            raise BadFeed(
                f"{self.name} has no column {' and none '.join(missing)} (found: {shown})",
                remedy=f"name its columns as Google Merchant does: {', '.join(REQUIRED)}, title, …",
            )
        return known

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        """A pyarrow.parquet.ParquetFile; whatever pyarrow says against it is a bad feed."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        with readable(self.source), self.source.raw() as raw:
            try:
                with pq.ParquetFile(raw, pre_buffer=False) as file:
                    metadata = file.metadata
                    sizes = (
                        metadata.row_group(n).total_byte_size
                        for n in range(metadata.num_row_groups)
                    )
                    if max(sizes, default=0) > _MAX_GROUP:
                        raise BadFeed(
                            f"{self.name} has a row group of more than {_MAX_GROUP / 1e9:.0f} GB",
                            remedy="write it with smaller row groups",
                        )
                    yield file
            except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
                why = plain(str(error), 200)
                raise BadFeed(
                    f"{self.name} is no Parquet that can be read: {why}",
                    remedy="export it again; until then the index stays as it was",
                ) from None

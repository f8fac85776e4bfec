"""The kinds of feeds by the names that `--format` takes; apart, so that the command stays quick."""

from typing import Literal, TypeAlias

Format: TypeAlias = Literal[
    "folder", "csv", "shopify", "google-xml", "yml", "json-ld", "jsonl", "parquet"
]

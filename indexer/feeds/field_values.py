"""Values of JSON and Parquet, numbers, lists and objects among them, to the texts of a row."""

from collections.abc import Iterable
from decimal import Decimal

from indexer.feeds.merchant_fields import KNOWN, LISTS, canonical_name


def row_of(values: Iterable[tuple[str, object]]) -> dict[str, tuple[str, ...]]:
    """A row of the columns that ShopLens knows."""
    row: dict[str, tuple[str, ...]] = {}
    for key, told in values:
        name = canonical_name(key)
        if name in KNOWN and (texts := _texts(name, told)):
            row[name] = (*row[name], *texts) if name in row else texts
    return row


def text_of(value: object) -> str:
    """A text or a number as text; "" of anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    # A column with gaps holds codes as 4006381333931.0.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int | float | Decimal) else ""


def _texts(name: str, told: object) -> tuple[str, ...]:
    """A price may be an object with an amount and a currency."""
    if isinstance(told, list | tuple):
        return tuple(text for each in told if (text := text_of(each)))
    if isinstance(told, dict):
        amount = text_of(told.get("value", told.get("amount")))
        return (f"{amount} {text_of(told.get('currency'))}".strip(),) if amount else ()
    text = text_of(told)
    if name in LISTS:
        return tuple(text.split(","))
    return (text,) if text else ()

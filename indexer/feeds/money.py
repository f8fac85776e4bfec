"""Amounts as shops write them: "19.99 USD", "1.299,00 €", "USD 5"."""

import math
import re
from functools import lru_cache

from pipelines.catalog_types import Money

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "₴": "UAH", "¥": "JPY", "₹": "INR"}
_NUMBER = re.compile(r"\d[\d.,'’\s]*")
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")


_PLAIN = re.compile(r"(\d{1,12}(?:\.\d{1,2})?) ?([A-Z]{3})?", re.ASCII)


@lru_cache(maxsize=4096)
def parse_money(text: str, currency: str = "") -> Money | None:
    """The amount in `text`, or None where there is not exactly one that makes sense.

    Args:
        currency: what an amount is in that names none.
    """
    if plain := _PLAIN.fullmatch(text):
        return Money(float(plain[1]), _named(plain[2] or currency))
    if len(text) > 60 or "-" in text or "−" in text:
        return None
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1:
        return None
    amount = _amount("".join(c for c in numbers[0] if c.isdigit() or c in ".,").rstrip(".,"))
    if amount is None or not math.isfinite(amount):
        return None
    if code := _CODE.search(text):
        return Money(amount, _named(code[0].upper()))
    return Money(amount, next((code for sign, code in _SIGNS.items() if sign in text), currency))


def _named(code: str) -> str:
    """The rouble's code until 1998, which feeds still carry."""
    return "RUB" if code == "RUR" else code


def _amount(digits: str) -> float | None:
    """The last mark is the decimal one, unless it groups thousands: "1,299" but "1,29"."""
    marks = [c for c in digits if c in ".,"]
    if marks:
        last = marks[-1]
        whole, _, cents = digits.rpartition(last)
        # Three digits after a comma, or the same mark twice, are thousands; "1.299" stays 1.299
        # only where it is the format's own decimal point: Google writes "19.99".
        grouped = marks.count(last) > 1 or (len(cents) == 3 and last == ",")
        whole = whole.replace(".", "").replace(",", "")
        digits = whole + cents if grouped else f"{whole}.{cents}"
    try:
        return float(digits)
    except ValueError:
        return None

"""Money, counts and ages as the reader's language writes them."""

import re
from datetime import UTC, datetime
from typing import Final

from babel.core import UnknownLocaleError
from babel.dates import format_datetime, format_timedelta, get_timezone
from babel.numbers import format_currency, format_decimal

from pipelines.catalog_types import Money

_LETTERS_BEFORE_DIGITS: Final = re.compile(r"([^\W\d_])(?=\d)")


def money(amount: Money, locale: str) -> str:
    """ "€19.99" or "5 990 ₽": cents only where there are any; a bare number without a currency."""
    whole = float(amount.amount).is_integer()
    if not amount.currency:
        return format_decimal(amount.amount, format="#,##0" if whole else "#,##0.00", locale=locale)
    try:
        text: str = format_currency(amount.amount, amount.currency, locale=locale)
    except (UnknownLocaleError, ValueError):
        return f"{amount.amount} {amount.currency}"
    # CLDR parts a currency's letters from the number; Babel leaves them together: "RUB2,300".
    text = _LETTERS_BEFORE_DIGITS.sub("\\1\u00a0", text)
    cents = format_currency(0, amount.currency, locale=locale)
    for tail in (".00", ",00"):
        if whole and tail in cents:
            text = text.replace(tail, "")
    return text


def count(number: int, locale: str) -> str:
    """ "1,204" or "1 204"."""
    return str(format_decimal(number, locale=locale))


def plain_number(number: float, locale: str) -> str:
    """A price as it stands in a filter: "1,200" or "9.5"."""
    return str(format_decimal(number, format="#,##0.##", locale=locale))


def ratio(number: float, locale: str, *, digits: int = 2) -> str:
    """A score with a fixed number of digits."""
    return str(format_decimal(number, format="0." + "0" * digits, locale=locale))


def moment(iso: str) -> datetime | None:
    """An ISO 8601 moment; None where it is none. Without a zone it is taken for UTC."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def ago(iso: str, locale: str, now: datetime | None = None) -> str:
    """ "3 hours ago"; "" where the moment is unknown."""
    when = moment(iso)
    if when is None:
        return ""
    passed = when - (now or datetime.now(UTC))
    return str(format_timedelta(passed, add_direction=True, locale=locale))


def date(iso: str, locale: str, zone: str | None = None) -> str:
    """ "3 Mar 2026, 14:05" on the reader's clock; the text itself where it is no moment.

    Args:
        zone: the browser's time zone, such as "Europe/Berlin"; UTC where it is unknown.
    """
    when = moment(iso)
    if when is None:
        return iso
    try:
        known = get_timezone(zone or "UTC")
    except LookupError:
        known = get_timezone("UTC")
    return str(format_datetime(when, "medium", tzinfo=known, locale=locale))

"""Bounds of the price and the wish for what is in stock, in English and Russian."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.measures import measures

_CURRENCIES = {
    "EUR": r"€|eur(?:os?)?|евро",
    "USD": r"us\$|\$|usd|dollars?|bucks|доллар(?:ов|а|ы)?|бакс(?:ов|а)?",
    "GBP": r"£|gbp|pounds?|фунт(?:ов|а)?",
    "RUB": r"₽|rub(?:les?)?|roubles?|руб(?:л(?:ей|я|ь|ю))?\.?|р\.?",
    "UAH": r"₴|uah|грн\.?|гривен|гривн(?:ы|а)",
    "KZT": r"₸|kzt|тенге",
    "PLN": r"zł|pln|злот(?:ых|ый)",
    "CZK": r"kč|czk|крон(?:ы)?",
    "TRY": r"₺|лир(?:ы)?",
    "INR": r"₹|inr|rupees?|рупий",
    "JPY": r"¥|jpy|yen|иен(?:ы)?",
    "CNY": r"cny|yuan|юан(?:ей|я|ь)",
}
_CURRENCY = "|".join(_CURRENCIES.values())
_SIGNS = r"us\$|[€$£₽₴₸₺₹¥]"

# Three digits after a separator are thousands here: no price has three decimals.
_NUMBER = r"(?:\d{1,3}(?:[  ',.]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{1,9}(?:[.,]\d{1,2}(?!\d))?)"
_THOUSANDS = r"(?:[  ]?(?:k|к|тыс(?:\.|яч[аи]?)?)(?![^\W_]))?"


def _amount(name: str) -> str:
    return (
        rf"(?:(?P<{name}_sign>{_SIGNS})[  ]?)?(?P<{name}>{_NUMBER})(?P<{name}_k>{_THOUSANDS})"
        rf"(?:[  ]?(?P<{name}_currency>{_CURRENCY})(?![^\W_]))?"
    )


_INTRODUCTION = r"""(?:
    (?P<priced>
        (?:(?:at|for|with|in)\s+)?(?:a\s+|the\s+)?(?:price[ds]?|cost(?:s|ing)?)
            (?:\s+(?:of|is|range))?\s*:?\s+
        |(?:по\s+|с\s+)?(?:цен[аоеы]й?|стоимость(?:ю)?)\s*:?\s+
    )|for\s+|за\s+
)?"""
_AT_MOST = r"""(?:under|below|beneath|less\s+than|cheaper\s+than|lower\s+than|up\s+to|at\s+most
    |(?:no|not)\s+(?:more|over|above|higher)(?:\s+(?:expensive\s+)?than)?|not\s+exceeding
    |max(?:imum|\.)?|within|<=?|≤
    |до|дешевле(?:,?\s+чем)?|не\s+(?:дороже|более|больше|выше)(?:,?\s+чем)?
    |(?:меньше|менее|ниже)(?:,?\s+чем)?|в\s+пределах|максимум|макс\.?)"""
_AT_LEAST = r"""(?:over|above|more\s+(?:expensive\s+)?than|from|at\s+least|starting\s+(?:at|from)
    |(?:no|not)\s+(?:less|under|below|cheaper)(?:\s+than)?|min(?:imum|\.)?|>=?|≥
    |от|(?:дороже|больше|более|выше)(?:,?\s+чем)?|свыше|не\s+(?:дешевле|менее|меньше|ниже)
    |минимум|начиная\s+(?:от|с))"""
_BETWEEN = r"(?:between|from|от|между|с)"
_OR_LESS = r"""(?:(?:or|and)\s+(?:less|under|below|cheaper)|max(?:imum)?\b
    |(?:или|и)\s+(?:меньше|дешевле|ниже)|максимум)"""
_AND = r"(?:\s*(?:-|–|—|\.\.\.?|…)\s*|\s+(?:to|and|до|и|по)\s+)"

_FLAGS = re.IGNORECASE | re.VERBOSE
_BEGIN, _END = r"(?<![^\W_])(?<!\d[.,])", r"(?![^\W_])(?![.,]\d)"
# VERBOSE drops plain spaces; inside brackets, where amounts have theirs, it does not.
_RANGE = re.compile(
    rf"{_BEGIN}{_INTRODUCTION}(?P<said>{_BETWEEN}\s+)?{_amount('low')}{_AND}{_amount('high')}{_END}",
    _FLAGS,
)
_UPPER = re.compile(rf"{_BEGIN}{_INTRODUCTION}{_AT_MOST}\s*{_amount('high')}{_END}", _FLAGS)
_UPPER_AFTER = re.compile(rf"{_BEGIN}{_INTRODUCTION}{_amount('high')}\s*{_OR_LESS}{_END}", _FLAGS)
_LOWER = re.compile(rf"{_BEGIN}{_INTRODUCTION}{_AT_LEAST}\s*{_amount('low')}{_END}", _FLAGS)

# A bare number before one of these counts something else than money.
_COUNTED = re.compile(
    r"""[\s-]*(?:%|°|x\s?\d|×|лет|год|мес|дн(?:ей|я)|час|мин|сек|шт|штук|персон|человек|игрок|предмет
    |размер|years?|yrs?|y/?o|months?|days?|hours?|hrs?|min(?:utes?)?\b|sec|pcs|pieces?|players?
    |people|persons?|pockets?|cups?|sizes?|in\s+\d|degrees?)""",
    _FLAGS,
)

_STOCK = re.compile(
    r"""(?<![^\W_])(?<!not\s)(?<!нет\s)(?<!не\s)(?:
        (?:(?:only|just|that(?:'s|\sis|\sare)|which\s(?:is|are))\s+)?(?:in|on)\s+stock
        |available\s+(?:now|today|right\s+now)|not\s+sold[\s-]out
        |(?:(?:только|есть|что|которые)\s+){0,2}в\s+наличии(?:\s+есть)?
    )(?![^\W_])""",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class Bound:
    """A phrase that bounds the price; `low` or `high` may be open."""

    start: int
    end: int
    low: float | None
    high: float | None
    currency: str


def price_bounds(text: str) -> list[Bound]:
    """Phrases on the price, in order; where patterns overlap, the longest wins."""
    quantities = [(measure.start, measure.end) for measure in measures(text)]
    matches = [
        match
        for pattern in (_RANGE, _UPPER, _UPPER_AFTER, _LOWER)
        for match in pattern.finditer(text)
        if pattern is not _RANGE or _is_price_range(match)
    ]
    bounds: list[Bound] = []
    taken: list[tuple[int, int]] = []
    for match in sorted(matches, key=lambda match: match.start() - match.end()):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        # Taken even where it is no price: "from 2 to 3 l" must not leave "from 2".
        taken.append(match.span())
        found = match.groupdict()
        currency = _currency(found)
        number = match.span("high" if found.get("high") else "low")
        counts = _COUNTED.match(text, match.end()) or any(
            start < number[1] and number[0] < end for start, end in quantities
        )
        if counts and not currency:
            continue
        low, high = _value(found, "low"), _value(found, "high")
        if low is not None and high is not None and low > high:
            low, high = high, low
        bounds.append(Bound(match.start(), match.end(), low, high, currency))
    return sorted(bounds, key=lambda bound: bound.start)


def _is_price_range(match: re.Match[str]) -> bool:
    """ "20-40" alone may be a size; "from 20 to 40" and "20-40 €" are prices."""
    found = match.groupdict()
    return bool(found["said"] or found["priced"] or _currency(found))


def stock_wishes(text: str) -> Iterator[tuple[int, int]]:
    """Spans of phrases that ask for what is in stock."""
    return (match.span() for match in _STOCK.finditer(text))


def _currency(found: dict[str, str | None]) -> str:
    for name in ("high_sign", "high_currency", "low_sign", "low_currency"):
        if written := found.get(name):
            for code, spellings in _CURRENCIES.items():
                if re.fullmatch(spellings, written, re.IGNORECASE):
                    return code
    return ""


def _value(found: dict[str, str | None], name: str) -> float | None:
    written = found.get(name)
    if written is None:
        return None
    decimals = re.search(r"[.,](\d{1,2})$", written)
    whole = written[: decimals.start()] if decimals else written
    value = float(re.sub(r"\D", "", whole) + (f".{decimals[1]}" if decimals else ""))
    return value * 1000 if found.get(f"{name}_k") else value

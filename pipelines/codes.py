"""Article numbers and barcodes among words, and nothing that only looks like one.

Every code is looked up exactly, so a wrong one costs little and finds nothing; a price, a date
or a telephone number is still no code, and at most `MOST` leave a photo.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from models.types import TextLine
from pipelines.stores.protocol import normal_code

MOST = 20
"""Codes that leave one photo: a label carries one to three."""

SHORTEST = 4
"""Letters and digits of the shortest code."""

LONGEST = 24
"""Letters and digits of the longest code: GS1 allows 20 for a serial number."""

LONGEST_LINE = 500
"""Characters of one line that are looked at."""

BREAK = " | "
"""Stands where something was taken out, so that its neighbours are not joined."""


class Trust(IntEnum):
    """How sure it is that something is a code; the surest leave first."""

    LABELLED = 0
    CHECKED = 1
    MIXED = 2
    JOINED = 3
    DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Found:
    text: str
    trust: Trust


def codes(lines: Sequence[TextLine]) -> tuple[str, ...]:
    """Codes on a photo, as printed, the surest first; no two alike by `normal_code`.

    Args:
        lines: in reading order; a label ("Article") may end one line and its code begin the next.
    """
    found: list[_Found] = []
    labelled_before = False
    for line in lines:
        text = f"{PENDING}{line.text}" if labelled_before else line.text
        found += _codes_of(text)
        labelled_before = ONLY_LABEL.fullmatch(line.text.strip()) is not None
    return _surest(found)


def typed_codes(words: str) -> tuple[str, ...]:
    """Codes among words that a person typed, the surest first."""
    return _surest(_codes_of(words))


def valid_gtin(digits: str) -> bool:
    """Whether this is a GTIN-8, -12 (UPC), -13 (EAN) or -14 whose check digit is right.

    Source:
        GS1 General Specifications, section 7.9.
    """
    if len(digits) not in {8, 12, 13, 14} or not (digits.isascii() and digits.isdigit()):
        return False
    if len(set(digits)) == 1:
        return False
    weighted = sum(map(int, digits[::-2])) + 3 * sum(map(int, digits[-2::-2]))
    return weighted % 10 == 0


def _surest(found: Iterable[_Found]) -> tuple[str, ...]:
    chosen: dict[str, str] = {}
    for code in sorted(found, key=lambda code: code.trust):
        chosen.setdefault(normal_code(code.text), code.text)
    return tuple(chosen.values())[:MOST]


def _codes_of(text: str) -> Iterator[_Found]:
    text = _without(NEVER, text[:LONGEST_LINE])
    for match in LABELLED.finditer(text):
        yield from _labelled(match["value"])
    text = _without(MEASURES, text)
    for run in text.split("|"):
        tokens = [token for word in run.split() if (token := word.strip(EDGES))]
        yield from _grouped_gtins(tokens)
        yield from (code for token in tokens if (code := _single(token)) is not None)
        yield from _joined_pairs(tokens)


def _without(patterns: Sequence[re.Pattern[str]], text: str) -> str:
    for pattern in patterns:
        text = pattern.sub(BREAK, text)
    return text


def _labelled(value: str) -> Iterator[_Found]:
    """What follows a label: its first token, and digit groups after it as one number."""
    first, *rest = value.split()
    groups = [first]
    for group in rest:
        if not group.isdigit():
            break
        groups.append(group)
    if len(groups) > 1 and first.replace("-", "").isdigit() and _fits(" ".join(groups)):
        yield _Found(" ".join(groups), Trust.LABELLED)
    if _fits(first) and not YEAR.fullmatch(first):
        yield _Found(first, Trust.LABELLED)


def _grouped_gtins(tokens: Sequence[str]) -> Iterator[_Found]:
    """Barcodes, whole or in the groups in which they stand under the bars: 4 820024 700016."""
    for start in range(len(tokens)):
        digits = ""
        for token in tokens[start : start + 6]:
            plain = token.replace("-", "")
            if not (plain.isascii() and plain.isdigit()) or len(digits) > 14:
                break
            digits += plain
            if valid_gtin(digits) and not COMPACT_DATE.fullmatch(digits):
                yield _Found(digits, Trust.CHECKED)


def _single(token: str) -> _Found | None:
    if not _fits(token) or not TOKEN.fullmatch(token):
        return None
    plain = _bare(token)
    if plain.isdigit():
        if len(plain) < 5 or NUMBER.fullmatch(token) or COMPACT_DATE.fullmatch(plain):
            return None
        return _Found(token, Trust.DIGITS) if not YEARS.fullmatch(token) else None
    return _Found(token, Trust.MIXED)


def _joined_pairs(tokens: Sequence[str]) -> Iterator[_Found]:
    """Two neighbours in capitals and digits, which a reader or a label may have set apart."""
    for first, second in itertools.pairwise(tokens):
        if not (PART.fullmatch(first) and PART.fullmatch(second)):
            continue
        plain = _bare(first + second)
        has_both = any(c.isdigit() for c in plain) and any(c.isalpha() for c in plain)
        if has_both and 5 <= len(plain) <= LONGEST and not _plain_words(first, second):
            yield _Found(f"{first} {second}", Trust.JOINED)


def _plain_words(first: str, second: str) -> bool:
    """A label, a word of five letters or more, or a word and a short number ("PACK 6"): no code."""
    if ONLY_LABEL.fullmatch(first):
        return True
    if any(part.isalpha() and len(part) > 4 for part in (first, second)):
        return True
    word, number = (second, first) if first.isdigit() else (first, second)
    return word.isalpha() and number.isdigit() and (len(number) < 3 or bool(YEAR.fullmatch(number)))


def _bare(text: str) -> str:
    """Letters and digits as printed: "HELLO" must not become a number here, as in `normal_code`."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _fits(text: str) -> bool:
    """Long enough, not too long, with a digit, and no row of one character (a bar, a filler)."""
    plain = _bare(text)
    if not SHORTEST <= len(plain) <= LONGEST or len(set(plain)) == 1:
        return False
    return any(character.isdigit() for character in plain)


EDGES = " \t.,;:!?'\"`*()[]{}<>«»“”‘’#№=~_^-–—/\\+&%"
TOKEN = re.compile(r"[^\W_]+(?:[-–/._][^\W_]+)*")
PART = re.compile(r"[A-ZА-ЯЁІЇЄҐ0-9]{1,10}(?:[-/.][A-ZА-ЯЁІЇЄҐ0-9]{1,10})*")
YEAR = re.compile(r"(?:19|20)\d\d")
YEARS = re.compile(r"(?:19|20)\d\d(?:[-–/.](?:19|20)?\d\d)?")
NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+[.,]\d{1,2}")
COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

PENDING = "№: "  # put before a line whose label stands at the end of the line before it
LABEL = r"""(?:
    art(?:icle|ikel|ículo|icolo)?|item|model|modell|style|ref(?:erence)?|part|product|prod|
    sku|mpn|ean|upc|gtin|isbn|barcode|code|p/n|
    арт(?:икул)?|код(?:\ товара)?|модель|штрих-?код|серия|
    №|nr|no
)"""
LABEL_TAIL = r"\.?\s*(?:(?:no|nr|number|num|code|id|номер|товара|№|\#)\.?)?\s*[:.\#№=]*\s*"
LABELLED = re.compile(
    rf"(?<![^\W_]){LABEL}(?![^\W_]){LABEL_TAIL}"
    r"(?P<value>[^\W_]+(?:[-–/._][^\W_]+)*(?:\ \d{2,}){0,5})",
    re.IGNORECASE | re.VERBOSE,
)
ONLY_LABEL = re.compile(rf"{LABEL}{LABEL_TAIL}", re.IGNORECASE | re.VERBOSE)

_AMOUNT = r"\d{1,3}(?:[\s'.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_SIGN = r"[$€£¥₽₴₸₹₩₺₫₪฿]"
_CURRENCY = r"""(?:
    руб(?:\.|лей|ля)?|грн|тг|тенге|сум|сом|br|
    usd|eur|gbp|rub|uah|kzt|byn|pln|sek|nok|dkk|chf|czk|huf|ron|try|jpy|cny|inr|
    zł|zl|kč|kr|ft|lei|лв
)"""
_MONTH = r"""(?:
    jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|
    янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек
)[a-zа-яё]*\.?"""
_UNIT = r"""(?:
    mg|kg|gr?|µg|ml|cl|dl|l|ltr|cm|mm|km|m|m2|m3|oz|lbs?|inch|in|ft|fl|
    kcal|cal|kj|kw|kwh|w|v|va|a|mah|ah|wh|hz|khz|mhz|ghz|kb|mb|gb|tb|kbps|mbps|px|mp|p|dpi|rpm|
    pcs?|pack|pieces|ct|x|st|nd|rd|th|days?|years?|yrs|months?|min|h|sec|
    мг|кг|гр?|мл|л|см|мм|км|м|шт|уп|ккал|кдж|вт|в|мач|гц|гб|мб|тб|лет|дней|мин|ч
)"""

_PHONES = (
    r"\+\s?\d[\d\s().\-–]{5,}\d",
    r"(?<![^\W_])(?:tel|phone|fax|call|тел(?:ефон)?|моб)\.?\s*:?\s*[+\d(][\d\s().\-–]{4,}\d",
    r"\(\d{2,5}\)\s?\d[\d\s\-–]{3,}\d",
    r"(?<![^\W_])8[\s\-–]?\(?\d{3}\)?[\s\-–]\d{3}[\s\-–]\d{2}[\s\-–]?\d{2}(?![^\W_])",
    r"(?<![^\W_])\d{3}[\s.\-–]\d{3}[\s.\-–]\d{4}(?![^\W_])",
    r"(?<![^\W_])\d{3}[\-–]\d{2}[\-–]\d{2}(?![^\W_])",
)
_ADDRESSES = (
    r"\S+@\S+",
    r"(?:https?://|www\.)\S+",
    r"(?<!\S)[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|ru|ua|by|kz|de|se|uk|eu|io|shop)(?:/\S*)?(?!\w)",
)
_DATES = (
    r"(?<![^\W_])\d{1,2}[./\-]\d{1,2}[./\-](?:\d{4}|\d{2})(?![^\W_]|[./\-]\d)",
    r"(?<![^\W_])(?:19|20)\d\d[./\-]\d{1,2}[./\-]\d{1,2}(?![^\W_]|[./\-]\d)",
    r"(?<![^\W_])(?:0?[1-9]|1[0-2])[./](?:(?:19|20)\d\d|\d\d)(?![^\W_]|[./\-]\d)",
    rf"(?<![^\W_])\d{{1,2}}[\s.\-]?{_MONTH}[\s.\-]?\d{{2,4}}(?![^\W_])",
    rf"(?<![^\W_]){_MONTH}[\s.\-]?\d{{1,2}},?[\s.\-]?\d{{4}}(?![^\W_])",
    r"(?<![^\W_])\d{1,2}:\d{2}(?::\d{2})?(?![^\W_])",
)
_PRICES = (
    rf"{_SIGN}\s*(?:{_AMOUNT})",
    rf"(?<![^\W_])(?<![-/.])(?:{_AMOUNT})\s*{_SIGN}",
    rf"(?<![^\W_])(?<![-/.])(?:{_AMOUNT})\s*{_CURRENCY}(?![^\W_])",
    rf"(?<![^\W_]){_CURRENCY}\s*(?:{_AMOUNT})(?![^\W_])",
    # English recognisers read the rouble's sign as a P.
    r"(?<![^\W_])\d{1,3}(?:\s\d{3})+\s?[PР](?![^\W_])",
    # Both separators alike (803.045.53) make an article number, not an amount.
    r"(?<![^\W_])(?<![-/.])(?:\d+|\d{1,3}(?:[\s',]\d{3})+)\.\d{2}(?![^\W_]|[-/.,]\d)",
    r"(?<![^\W_])(?<![-/.])(?:\d+|\d{1,3}(?:[\s'.]\d{3})+),\d{2}(?![^\W_]|[-/.,]\d)",
    r"(?<![^\W_])(?<![-/.])\d+[.,:][-–]",
    r"(?<![^\W_])\d+(?:[.,]\d+)?\s?%",
)


def _patterns(*kinds: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(pattern, re.IGNORECASE | re.VERBOSE) for kind in kinds for pattern in kind
    )


NEVER = _patterns(_ADDRESSES, _PHONES, _DATES, _PRICES)
MEASURES = _patterns(
    (
        rf"(?<![^\W_])(?<![-/.])(?:\d+\s?[x×х*]\s?)*\d+(?:[.,]\d+)?\s?{_UNIT}(?![^\W_]|[-/]\w)",
        r"(?<![^\W_])(?<![-/.])\d+(?:[.,]\d+)?(?:\s?[x×х*]\s?\d+(?:[.,]\d+)?)+(?![^\W_]|[-/]\w)",
    )
)

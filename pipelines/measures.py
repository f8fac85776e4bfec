"""Quantities in words, in one form: "1,7 л", "1.7 litres" and "1700ml" are all 1700ml."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS: dict[str, tuple[str, float]] = {
    spelling: (base, factor)
    for base, factor, spellings in (
        ("ml", 1, "ml milliliter millilitre milliliters millilitres мл миллилитр миллилитров"),
        ("ml", 10, "cl сл"),
        ("ml", 100, "dl дл"),
        ("ml", 1000, "l ltr liter litre liters litres л литр литра литров литровый литровая"),
        ("mm", 1, "mm millimeter millimetre millimeters millimetres мм миллиметр миллиметров"),
        ("mm", 10, "cm centimeter centimetre centimeters centimetres см сантиметр сантиметров"),
        ("mm", 1000, "m meter metre meters metres м метр метра метров"),
        ("mm", 25.4, "inch inches дюйм дюйма дюймов дюймовый \" '' ″ ′′"),
        ("g", 0.001, "mg мг"),
        ("g", 1, "g gr gram grams г гр грамм грамма граммов"),
        ("g", 1000, "kg kilo kilos kilogram kilograms кг килограмм килограмма килограммов"),
        ("w", 1, "w watt watts вт ватт"),
        ("w", 1000, "kw kilowatt kilowatts квт киловатт"),
        ("gb", 0.001, "mb мб"),
        ("gb", 1, "gb gigabyte gigabytes гб гигабайт гигабайта"),
        ("gb", 1000, "tb тб"),
        ("mah", 1, "mah мач"),
    )
    for spelling in spellings.split()
}
# "in" alone is a preposition far more often ("3 in 1"); written to its number it is inches.
_UNITS["in"] = _UNITS["inch"]
_SPELLINGS = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

_MEASURE = re.compile(
    # Not within a word, a number or a code; "40x40 cm" is said of both sides.
    r"(?<![^\W_x×х])(?<!\d[.,/⁄])(?<![^\W\d_]-)"
    r"(?P<number>\d{1,9}(?:[.,]\d{1,4})?)"
    rf"(?:(?P<joined>-?)|[ ])(?P<unit>{_SPELLINGS})"
    r"(?!-?[^\W_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity and where it stands.

    Attributes:
        amount: in `unit`, one of ml, mm, g, w, gb and mah.
    """

    start: int
    end: int
    amount: float
    unit: str

    @property
    def token(self) -> str:
        """The form in which documents and queries meet: "1700ml"."""
        return f"{self.amount:.3f}".rstrip("0").rstrip(".") + self.unit


def measures(text: str) -> Iterator[Measure]:
    """Quantities of a text in order; their spans are of the text as given."""
    # Sign by sign, so that spans stay; a no-break space is a space here.
    plain = "".join(" " if sign.isspace() else sign for sign in text)
    for match in _MEASURE.finditer(plain):
        unit = match["unit"].lower()
        if unit == "in" and match["joined"] is None:
            continue
        base, factor = _UNITS[unit]
        amount = float(match["number"].replace(",", ".")) * factor
        yield Measure(match.start(), match.end(), amount, base)


def measure_tokens(text: str) -> list[str]:
    """Tokens of all quantities of a text, in order."""
    return [measure.token for measure in measures(unicodedata.normalize("NFKC", text))]

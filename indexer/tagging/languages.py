"""The languages that tags are written in: told by the letters of the catalog, then remembered."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from pipelines.catalog_db import CatalogDb
from pipelines.catalog_types import Product

# Of the letters of titles and descriptions: less is a brand or a stray word.
_LEAST_SHARE = 0.2
_LOOKED_AT = 500
# By the first word of a letter's Unicode name. Latin letters do not tell the language: --language.
_OF_SCRIPT = {
    "LATIN": "en",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "GEORGIAN": "ka",
}


def languages_by_script(products: Iterable[Product]) -> tuple[str, ...]:
    """Languages of the letters that a fifth of the titles' and descriptions' letters are of, the
    most frequent first; English where there are none."""
    letters: Counter[str] = Counter()
    for number, product in enumerate(products):
        if number == _LOOKED_AT:
            break
        letters.update(c for c in f"{product.title} {product.description}" if c.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        if language := _OF_SCRIPT.get(unicodedata.name(letter, "").split(" ")[0]):
            scripts[language] += count
    least = _LEAST_SHARE * scripts.total()
    return tuple(name for name, count in scripts.most_common() if count >= least) or ("en",)


def languages_of(
    catalog: CatalogDb, chosen: tuple[str, ...], products: Iterable[Product]
) -> tuple[str, ...]:
    """What was chosen, else what the catalog remembers, else what its letters tell."""
    return (
        chosen
        or tuple(filter(None, catalog.fact("tag_languages").split(",")))
        or languages_by_script(products)
    )

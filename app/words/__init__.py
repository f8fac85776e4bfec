"""Every word that the page says, in each of its languages."""

from collections.abc import Mapping
from typing import Final

from app.words.english import EN
from app.words.russian import RU
from app.words.spoken import Plural, Words

__all__ = ["EN", "LANGUAGES", "RU", "Plural", "Words", "words_for"]

LANGUAGES: Final[Mapping[str, Words]] = {"en": EN, "ru": RU}


def words_for(asked: str, browser: str | None) -> Words:
    """The words of the asked language, else of the browser's, else English.

    Args:
        asked: a language code from the address, "" where it names none.
        browser: the browser's locale, such as "ru-RU".
    """
    for code in (asked, (browser or "").split("-")[0].lower()):
        if code in LANGUAGES:
            return LANGUAGES[code]
    return EN

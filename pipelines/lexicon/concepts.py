"""The concepts of the lexicon, as its CSV files beside this module have them."""

import csv
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from models.cielab import cielab
from models.tag_types import TAG_FIELDS, Tag, TagField

LOCALES: Final = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that products may be, however it is called.

    Attributes:
        key: its English name, as `Tag.value` has it; unique within its field.
        parents: keys of broader concepts of the same field, the nearest first.
        names: word forms by locale, the first of each for display. One that begins with "=" is
            recognised only as written; others in whatever ending the stemmer takes off.
        lab: a colour's reference value in CIE L*a*b*; None where pixels have no such colour
            (multicolour, transparent) and in other fields.
        pure: whether pixels alone are called so; gold needs a gleam and oak a grain.
    """

    field: TagField
    key: str
    parents: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]] = dataclasses.field(compare=False)
    lab: tuple[float, float, float] | None = None
    pure: bool = False

    @property
    def tag_key(self) -> str:
        """How filters and facets name it: "colour:navy"."""
        return f"{self.field}:{self.key}"

    def display(self, locale: str) -> str:
        """Its name in a language; its English one where the lexicon does not speak it."""
        return self.spoken(locale)[0]

    def spoken(self, locale: str) -> tuple[str, ...]:
        """Every name that it has in a language, the one for display first."""
        written = self.names.get(locale, self.names["en"])
        return tuple(name.removeprefix("=") for name in written)


def concept(field: TagField, key: str) -> Concept | None:
    """The concept of this key; None where the lexicon has none."""
    return _lexicon()[field].get(key)


def concepts(field: TagField) -> tuple[Concept, ...]:
    """All concepts of a field, in the order of its file; none for fields of free words."""
    return tuple(_lexicon()[field].values())


def ancestors(known: Concept) -> tuple[Concept, ...]:
    """What else it is, the nearest first: teddy bear is soft toy and toy."""
    family = _lexicon()[known.field]
    found: dict[str, Concept] = {}
    waiting = list(known.parents)
    while waiting:
        parent = family[waiting.pop(0)]
        if parent.key not in found:
            found[parent.key] = parent
            waiting += parent.parents
    return tuple(found.values())


def display(tag: Tag | str, locale: str) -> str:
    """What shoppers read of a tag or of its key ("colour:navy"); the value itself where the
    lexicon does not know it.

    Args:
        locale: "en", "ru" or a longer name of either, such as "ru-RU".
    """
    name, _, value = (tag if isinstance(tag, str) else tag.key).partition(":")
    for known_field in TAG_FIELDS:
        if known_field == name and (known := concept(known_field, value)) is not None:
            return known.display(locale.replace("_", "-").split("-")[0].lower())
    return value or name


@lru_cache(maxsize=1)
def _lexicon() -> Mapping[TagField, Mapping[str, Concept]]:
    return {field: _read(field) for field in TAG_FIELDS}


def _read(field: TagField) -> Mapping[str, Concept]:
    file = files(__package__).joinpath(f"{field}.csv")
    if not file.is_file():
        return {}
    found: dict[str, Concept] = {}
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        key = row["key"]
        if key in found:
            raise ValueError(f"{field}.csv has {key!r} twice")
        found[key] = Concept(
            field,
            key,
            _parts(row["parents"]),
            {locale: _parts(row[locale]) for locale in LOCALES},
            _reference(row.get("srgb", "")),
            row.get("pure") == "yes",
        )
    return found


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _reference(srgb: str) -> tuple[float, float, float] | None:
    """CIE L*a*b* of "#rrggbb"."""
    if not srgb:
        return None
    lightness, a, b = cielab(np.frombuffer(bytes.fromhex(srgb.removeprefix("#")), dtype=np.uint8))
    return float(lightness), float(a), float(b)

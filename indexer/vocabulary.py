"""One name for one thing over the whole catalog: near-duplicate written tags are merged, and those
that next to no product has are searched but not shown.

Nothing of it is stored: the same catalog always gives the same vocabulary.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import Final, TypeAlias

from indexer.product_tags import canonical
from models.tag_types import Tag, TagField, TagRecord
from models.types import Vectors
from pipelines.lexicon import concept
from pipelines.stores.bm25 import stem_ids, tokens

ALIKE_LETTERS: Final = 0.85
ALIKE_MEANING: Final = 0.8
"""Two English values are one where both their letters and their vectors are this near. Of 14 pairs
that are one thing 13 are merged, «регулируемый ремень» and «регулируемые ремни» are not; of 16
that are not, one is: "machine wash" and "machine washer" (with `lite`'s vectors)."""
ENOUGH_TO_BE_RARE: Final = 50
"""In a catalog with fewer written products than this every tag is told."""
RARE: Final = 2
"""Fewer products than this are noise: a filter that finds one product filters nothing."""
_BLOCK = 3
_REMEMBERED: Final = 50_000
_LATIN = re.compile(r"[a-z0-9 \-'/.]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_DENIALS = frozenset(
    {"without", "no", "not", "non", "free", "less", "un", "без", "не", "нет", "with", "с", "со"}
)

_Said: TypeAlias = tuple[TagField, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What written values count as.

    Attributes:
        merged: the value that another one of its field counts as.
        rare: values that are kept for search alone.
    """

    merged: Mapping[_Said, str] = field(default_factory=dict)
    rare: frozenset[_Said] = frozenset()

    def controlled(self, written: TagRecord | None) -> TagRecord | None:
        """A record in the vocabulary's words; what it replaces or hides is kept as a synonym."""
        if written is None or not (self.merged or self.rare):
            return written
        values: dict[_Said, None] = {}
        for name, value in written.values:
            for tag in canonical(name, value):
                said = tag.field, tag.value
                if (other := self.merged.get(said)) is not None:
                    values["synonym", tag.value] = None
                    said = tag.field, other
                values[("synonym", said[1]) if said in self.rare else said] = None
        return TagRecord(tuple(values))


def vocabulary_of(
    records: Iterable[TagRecord], vectors: Mapping[str, Vectors] | None = None
) -> Vocabulary:
    """The vocabulary of what was written.

    Args:
        records: one a product.
        vectors: unit vectors of values; without them only spelling is compared.
    """
    counts, products = _counted(records)
    merged = dict(_merges(counts, vectors or {}))
    total: Counter[_Said] = Counter()
    for said, count in counts.items():
        total[said[0], merged.get(said, said[1])] += count
    rare = (
        frozenset(said for said, count in total.items() if count < RARE and not _known(said))
        if products >= ENOUGH_TO_BE_RARE
        else frozenset()
    )
    return Vocabulary(merged, rare)


def values_of(records: Iterable[TagRecord]) -> list[str]:
    """The written values that a vocabulary compares: those that no concept is, without
    synonyms."""
    counts, _ = _counted(records)
    return sorted({value for name, value in counts if not _known((name, value))})


def _counted(records: Iterable[TagRecord]) -> tuple[Counter[_Said], int]:
    """Products by what was written of them, and all products."""
    counts: Counter[_Said] = Counter()
    products = 0
    for record in records:
        products += 1
        said: dict[Tag, None] = {}
        for name, value in record.values:
            if name != "synonym":
                said |= dict.fromkeys(canonical(name, value))
        counts.update((tag.field, tag.value) for tag in said)
    return counts, products


def _merges(counts: Counter[_Said], vectors: Mapping[str, Vectors]) -> Iterator[tuple[_Said, str]]:
    """(value, what it counts as): of values that are one, the lexicon's, else the commonest."""
    chosen: dict[_Said, _Said] = {}
    for block in _blocks(counts):
        for first, second in combinations(sorted(block, key=lambda s: _rank(s, counts)), 2):
            if second in chosen or _known(second):
                continue
            if _one_thing(first[1], second[1], vectors):
                chosen[second] = chosen.get(first, first)
    for said, (_, value) in sorted(chosen.items()):
        yield said, value


def _blocks(counts: Iterable[_Said]) -> Iterator[list[_Said]]:
    """Values of a field that begin alike: the only ones that are compared."""
    blocks: dict[_Said, list[_Said]] = defaultdict(list)
    for name, value in counts:
        blocks[name, _joined(value)[:_BLOCK]].append((name, value))
    yield from blocks.values()


def _rank(said: _Said, counts: Counter[_Said]) -> tuple[bool, int, int, str]:
    return not _known(said), -counts[said], len(said[1]), said[1]


def _one_thing(first: str, second: str, vectors: Mapping[str, Vectors]) -> bool:
    if _denials(first) != _denials(second) or _NUMBER.findall(first) != _NUMBER.findall(second):
        return False
    if _joined(first) == _joined(second) or _stems(first) == _stems(second):
        return True
    # The vectors of `lite` know English alone: «стенки» and «стельки» are one to them.
    if not (_LATIN.fullmatch(first) and _LATIN.fullmatch(second)):
        return False
    if first not in vectors or second not in vectors:
        return False
    # The quicker question first.
    if float(vectors[first] @ vectors[second]) < ALIKE_MEANING:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE_LETTERS


@lru_cache(maxsize=_REMEMBERED)
def _joined(value: str) -> str:
    return "".join(letter for letter in value if letter.isalnum())


@lru_cache(maxsize=_REMEMBERED)
def _stems(value: str) -> tuple[int, ...]:
    """Of what is not a stop word; a hyphen parts words as a space does."""
    return tuple(sorted(i for token in tokens(value.replace("-", " ")) for i in stem_ids(token)))


@lru_cache(maxsize=_REMEMBERED)
def _denials(value: str) -> frozenset[str]:
    return _DENIALS.intersection(tokens(value.replace("-", " ")))


def _known(said: _Said) -> bool:
    return concept(*said) is not None

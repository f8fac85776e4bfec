"""What a product's pictures look like in an embedder's one space: labels, and verdicts on what is
said.

A similarity means nothing by itself, and differs from model to model: a concept is compared with
the others of its field, and where to draw the lines is measured on what the shop's own feed says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.tag_types import VISUAL_FIELDS, Tag, TagField, TagVerdict
from models.types import Vectors
from pipelines.lexicon import Concept, ancestors, concepts

ENOUGH: Final = 30
"""Products of which the feed says something; with fewer a field has neither verdicts nor labels."""
WRONGLY_CONTRADICTED: Final = 0.02
"""The share of the feed's own tags that may be contradicted: below it the line is drawn."""
RIGHT_LABELS: Final = 0.95
"""The share of labels that must agree with the feed, where both say something."""
BEST: Final = 0.9
"""A concept that fits better than this share of the others is confirmed; a line to contradict by
is never above the middle."""

_PROMPTS: Final[Mapping[TagField, str]] = {
    "type": "{}",
    "colour": "a {} product",
    "material": "a product made of {}",
    "pattern": "a product with a {} pattern",
}


def prompts() -> list[str]:
    """The texts whose vectors a `Sight` is made of."""
    return [_prompt(known) for field in VISUAL_FIELDS for known in concepts(field)]


@dataclass(frozen=True, slots=True, eq=False)
class FieldSight:
    """One field's concepts in the space, and the lines that were measured for it.

    Attributes:
        vectors: of the concepts' prompts, shape (n, dim), unit length.
        contradicted: the share of other concepts that a false one fits better than, at most; 0
            where nothing is contradicted.
        margin: how far, in deviations of the field's similarities, a label leads; inf for none.
        confirms: whether anything is confirmed.
    """

    field: TagField
    concepts: tuple[Concept, ...]
    vectors: Vectors
    contradicted: float = 0.0
    margin: float = inf
    confirms: bool = False

    def place(self, fits: NDArray[np.floating], key: str) -> float | None:
        """The share of the concepts of no kin that fit worse; None for an unknown key."""
        keys = [known.key for known in self.concepts]
        if key not in keys:
            return None
        others = fits[~_kin(self.field)[keys.index(key)]]
        return float((others < fits[keys.index(key)]).mean())

    def leader(self, fits: NDArray[np.floating]) -> tuple[Concept, float]:
        """The concept that fits best, and by how much it leads those of no kin."""
        best = int(fits.argmax())
        rest = fits[~_kin(self.field)[best]]
        deviation = float(fits.std()) or 1.0
        return self.concepts[best], float(fits[best] - rest.max()) / deviation


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One product's pictures in the space, ready to be asked."""

    fields: Mapping[TagField, FieldSight]
    vector: Vectors

    def labels(self) -> Iterator[Tag]:
        """At most one label a field, where it leads far enough."""
        for field, sight in self.fields.items():
            if sight.margin < inf:
                best, lead = sight.leader(sight.vectors @ self.vector)
                if lead >= sight.margin:
                    yield Tag(field, best.key, "seen", "confirmed")

    def verdict(self, tag: Tag) -> TagVerdict:
        sight = self.fields.get(tag.field)
        if sight is None or not sight.confirms:
            return "unchecked"
        place = sight.place(sight.vectors @ self.vector, tag.value)
        if place is None:
            return "unchecked"
        if place >= BEST:
            return "confirmed"
        return "contradicted" if place < sight.contradicted else "unchecked"


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """The visual fields of the lexicon in an embedder's space."""

    fields: Mapping[TagField, FieldSight]

    @classmethod
    def measured(
        cls,
        vectors: Mapping[str, Vectors],
        told: Iterable[tuple[Vectors, Sequence[Tag]]],
    ) -> Self:
        """Draw the lines by what a feed says.

        Args:
            vectors: of all `prompts`, by the prompt.
            told: each product's looks (`looks_of`) and the feed's tags of it.
        """
        plain = {
            field: FieldSight(
                field,
                concepts(field),
                np.stack([vectors[_prompt(known)] for known in concepts(field)]),
            )
            for field in VISUAL_FIELDS
        }
        samples: dict[TagField, list[tuple[NDArray[np.floating], list[str]]]] = defaultdict(list)
        for looks, tags in told:
            for field, sight in plain.items():
                if keys := [tag.value for tag in tags if tag.field == field]:
                    samples[field].append((sight.vectors @ looks, keys))
        return cls({field: _measured(sight, samples[field]) for field, sight in plain.items()})

    def of(self, pictures: Sequence[Vectors]) -> Seen:
        return Seen(self.fields, looks_of(pictures))


def looks_of(pictures: Sequence[Vectors]) -> Vectors:
    """The mean of a product's picture vectors, of unit length."""
    mean = np.mean(pictures, axis=0)
    looks: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
    return looks


def _measured(
    plain: FieldSight, samples: Sequence[tuple[NDArray[np.floating], list[str]]]
) -> FieldSight:
    if len(samples) < ENOUGH:
        return plain
    places = [plain.place(fits, key) for fits, keys in samples for key in keys]
    known = np.array([place for place in places if place is not None])
    # Where the feed's own words fit no better than others, the space knows nothing of the field.
    if len(known) < ENOUGH or np.median(known) < BEST:
        return plain
    line = min(0.5, float(np.quantile(known, WRONGLY_CONTRADICTED)))
    return FieldSight(
        plain.field, plain.concepts, plain.vectors, line, _margin(plain, samples), True
    )


def _margin(plain: FieldSight, samples: Sequence[tuple[NDArray[np.floating], list[str]]]) -> float:
    """The smallest lead above which enough labels agree with the feed; inf where none is."""
    leads = []
    for fits, keys in samples:
        best, lead = plain.leader(fits)
        right = any(best.key == key or _above(plain.field, best.key, key) for key in keys)
        leads.append((lead, right))
    leads.sort(reverse=True)
    right_so_far = np.cumsum([right for _, right in leads])
    found = inf
    for count, (lead, _) in enumerate(leads, start=1):
        if count >= ENOUGH and right_so_far[count - 1] / count >= RIGHT_LABELS:
            found = max(lead, 0.0)
    return found


def _above(field: TagField, first: str, second: str) -> bool:
    """Whether one of two keys is an ancestor of the other."""
    tree = _ancestor_keys(field)
    return first in tree.get(second, ()) or second in tree.get(first, ())


@lru_cache(maxsize=len(VISUAL_FIELDS))
def _ancestor_keys(field: TagField) -> Mapping[str, frozenset[str]]:
    return {
        known.key: frozenset(wider.key for wider in ancestors(known)) for known in concepts(field)
    }


@lru_cache(maxsize=len(VISUAL_FIELDS))
def _kin(field: TagField) -> NDArray[np.bool_]:
    """Shape (n, n): True for a concept itself, what it is besides, and what shares that with it."""
    families = [{key, *wider} for key, wider in _ancestor_keys(field).items()]
    return np.array([[bool(one & other) for other in families] for one in families])


def _prompt(known: Concept) -> str:
    return _PROMPTS[known.field].format(known.display("en"))

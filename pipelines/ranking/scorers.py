"""Scorers: what a candidate is worth, in parts that sum to its score."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log
from typing import Final

from pipelines.ranking.agreement import between
from pipelines.ranking.kinship import kinship
from pipelines.search_types import Candidate, Evidence, Query, Reason, ScorePart, SourceName


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """What one source's first place is worth against another's.

    A weight multiplies 1 / (k + rank), not the source's own score: doubling one does not double
    how much a cosine counts, it says that rank 1 there is worth rank 1 here twice over.
    """

    image: float = 1.0
    agreeing: float = 2.0
    kindred: float = 1.0
    composed: float = 1.0
    depicted: float = 0.5
    text: float = 0.25
    words: float = 0.5
    printed: float = 0.25

    def of(self, source: SourceName) -> float:
        if source == "code":
            return 0.0  # ExactCode pins by rule, see CodeFirst
        weight: float = getattr(self, source)
        return weight


@dataclass(frozen=True)
class ReciprocalRankFusion:
    """Σ weight / (k + rank) over the sources that found the candidate.

    Source:
        Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual
        rank learning methods, SIGIR 2009; k = 60 there.
    """

    weights: FusionWeights = field(default_factory=FusionWeights)
    k: int = 60

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        return [
            ScorePart(
                evidence.source,
                self.weights.of(evidence.source)
                * _share(query, evidence.source)
                / (self.k + evidence.rank),
                _found(evidence),
            )
            for evidence in candidate.evidence
            if self.weights.of(evidence.source) * _share(query, evidence.source) > 0.0
        ]


def _share(query: Query, source: SourceName) -> float:
    """What the slider between picture and words makes of a source's weight: 1 in the middle."""
    if query.image_vectors is None or not query.asked.text:
        return 1.0
    match source:
        case "image" | "printed":
            return 2.0 * (1.0 - query.balance)
        case "depicted" | "text" | "words":
            return 2.0 * query.balance
        case "agreeing" | "kindred" | "composed":
            return between(query) * kinship(query, source)
        case "code":
            return 1.0


@dataclass(frozen=True)
class CodeFirst:
    """A matching article number stands above everything that only looks alike.

    Larger than all fused parts together can be (about 0.05), so it pins by rule and shows so.
    """

    bonus: float = 1.0

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        if candidate.found_by("code") is None:
            return []
        return [ScorePart("code", self.bonus, Reason.of("code"))]


@dataclass(frozen=True)
class SamePrint:
    """Keypoints in common: the more of a print is on the photo, the surer it is this product.

    Stands before everything that only looks alike, and behind a matching article number. Silent
    where words ask for something else than the photo shows ("the same but red"). Among
    prints the logarithm of the count decides together with the likeness: twins in other colours
    have the same details, give or take a few, and differ in their cosine.

    Attributes:
        least: fewer may be chance. From 6 on packages come first in 0.831 of cases, from 8 on in
            0.792; but of five answers that 6 or 7 details changed on the demo's pictures three
            became wrong. Of pairs of unlike clothes 2.5 in a thousand share eight; unpackaged
            groceries never shared four.
        likeness: what a cosine weighs beside the natural logarithm of the count. Packages first,
            from 6 on: 0.785 without, 0.823 at 4, 0.831 at 6, 0.815 at 8, 0.769 at 20; the demo's
            boxes 0.81, 0.83, 0.84, 0.84 and 0.85.
        worth: of one unit of their sum, so that it stays below an article number's.
    """

    least: int = 8
    likeness: float = 6.0
    worth: float = 0.05

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        shared, looks = candidate.in_common, candidate.found_by("image")
        if shared is None or looks is None or shared < self.least or query.asked.changes:
            return []
        value = self.worth * (log(shared) + self.likeness * max(looks.score, 0.0))
        return [ScorePart("print", value, Reason.of("print", count=shared))]


def _found(evidence: Evidence) -> Reason:
    """Where a source has it, and how alike it is there, where that is a cosine."""
    if evidence.source in _BY_COSINE:
        return Reason.of(evidence.source, place=evidence.rank, likeness=evidence.score)
    return Reason.of(evidence.source, place=evidence.rank)


_BY_COSINE: Final[frozenset[SourceName]] = frozenset({"image", "depicted", "text"})

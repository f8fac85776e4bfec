"""Scorers: what a candidate is worth, in parts that sum to its score."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.search_types import Candidate, Evidence, Query, ScorePart, SourceName


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """What one source's first place is worth against another's.

    A weight multiplies 1 / (k + rank), not the source's own score: doubling one does not double
    how much a cosine counts, it says that rank 1 there is worth rank 1 here twice over.
    """

    image: float = 1.0
    depicted: float = 0.5
    text: float = 0.5
    words: float = 0.5
    printed: float = 0.25

    def of(self, source: SourceName) -> float:
        match source:
            case "image":
                return self.image
            case "depicted":
                return self.depicted
            case "text":
                return self.text
            case "words":
                return self.words
            case "printed":
                return self.printed
            case "code":
                return 0.0  # ExactCode pins by rule, see CodeFirst


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
                self.weights.of(evidence.source) / (self.k + evidence.rank),
                _note(evidence),
            )
            for evidence in candidate.evidence
            if self.weights.of(evidence.source) > 0.0
        ]


@dataclass(frozen=True)
class CodeFirst:
    """A matching article number stands above everything that only looks alike.

    Larger than all fused parts together can be (about 0.05), so it pins by rule and shows so.
    """

    bonus: float = 1.0

    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        if candidate.found_by("code") is None:
            return []
        return [ScorePart("code", self.bonus, "its article number is the one you showed")]


def _note(evidence: Evidence) -> str:
    place = f"place {evidence.rank}"
    match evidence.source:
        case "image":
            return f"looks alike: {place}, similarity {evidence.score:.2f}"
        case "depicted":
            return f"looks like your words: {place}, similarity {evidence.score:.2f}"
        case "text":
            return f"described alike: {place}, similarity {evidence.score:.2f}"
        case "words":
            return f"contains your words: {place}"
        case "printed":
            return f"contains words read on the picture: {place}"
        case "code":
            return "its article number is the one you showed"

"""The wiring of the ranking core that ShopLens ships."""

from pipelines.ranking.agreement import WordsAgree, WordsRefuse, WordsSaid
from pipelines.ranking.filters import CONDITIONS, InShade, Known, NotItself
from pipelines.ranking.hydrators import Cards, SharedKeypoints
from pipelines.ranking.kinship import SameKind
from pipelines.ranking.protocols import Source, Stages
from pipelines.ranking.scorers import CodeFirst, ReciprocalRankFusion, SamePrint
from pipelines.ranking.selectors import DiverseTopK
from pipelines.ranking.sources import (
    DepictedWords,
    ExactCode,
    MatchingWords,
    NearestAgreeing,
    NearestComposed,
    NearestImage,
    NearestKindred,
    NearestText,
    PrintedWords,
)
from pipelines.stores.protocol import VectorIndex


def standard_stages(index: VectorIndex, *, one_space: bool) -> Stages:
    """All sources over one open generation.

    Args:
        one_space: whether a text vector may be compared with a picture's.
    """
    sources: list[Source] = [
        NearestImage(index),
        NearestAgreeing(index),
        NearestKindred(index),
        NearestText(index),
        MatchingWords(index),
        PrintedWords(index),
        ExactCode(index),
    ]
    if one_space:
        sources += [NearestComposed(index), DepictedWords(index)]
    return Stages(
        sources=tuple(sources),
        hydrators=(Cards(index), SharedKeypoints(index)),
        filters=(Known(), NotItself(), *CONDITIONS, InShade()),
        scorers=(
            CodeFirst(),
            SamePrint(),
            ReciprocalRankFusion(),
            SameKind(),
            WordsAgree(),
            WordsSaid(),
            WordsRefuse(),
        ),
        selector=DiverseTopK(),
    )

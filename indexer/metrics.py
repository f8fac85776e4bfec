"""How good rankings are: the field's measures, each with a bootstrap interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
CONFIDENCE = 0.95
MEASURES = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "map")
"""In the order in which they are shown; docs/evaluate.md defines each."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over queries and its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Median and 95th percentile, linearly interpolated."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """One query's answer: ids best first (empty for a miss), and the ids that are right."""

    found: tuple[str, ...]
    relevant: tuple[str, ...]


def per_query(rankings: Sequence[Ranking]) -> dict[str, NDArray[np.float64]]:
    """Each measure's value of each query, shape (len(rankings),), in the order given.

    Source:
        ir_measures over trec_eval: R@k, RR, nDCG@10 (log2 discount, binary gain) and AP.
    """
    import ir_measures
    from ir_measures import AP, RR, R, nDCG

    measures = dict(zip(MEASURES, (R @ 1, R @ 5, R @ 10, RR, nDCG @ 10, AP), strict=True))
    # trec_eval orders by score and reads no ranks: the place, counted down, is the score.
    qrels = {str(q): dict.fromkeys(r.relevant, 1) for q, r in enumerate(rankings)}
    run = {
        str(q): {product: -float(place) for place, product in enumerate(r.found)}
        for q, r in enumerate(rankings)
        if r.found
    }
    # A query without any result scores 0: it has no line in the run.
    values = {name: np.zeros(len(rankings)) for name in MEASURES}
    if not run:
        return values
    names = {measure: name for name, measure in measures.items()}
    for metric in ir_measures.pytrec_eval.iter_calc(list(names), qrels, run):
        values[names[metric.measure]][int(metric.query_id)] = metric.value
    return values


def mean_with_interval(values: NDArray[np.float64], seed: int = 0) -> Interval:
    """Mean and percentile bootstrap interval over queries; the same seed gives the same one.

    Args:
        values: shape (n,), n > 0. Equal values (or a single one) give an interval of width 0.
    Source:
        Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    from scipy.stats import bootstrap

    mean = float(values.mean())
    if np.all(values == values[0]):
        return Interval(mean, mean, mean)
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=200,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(mean, float(found.low), float(found.high))


def measure(rankings: Sequence[Ranking], seed: int = 0) -> dict[str, Interval]:
    """Every measure with its interval; empty without rankings."""
    if not rankings:
        return {}
    values = per_query(rankings)
    return {name: mean_with_interval(values[name], seed) for name in MEASURES}


def percentiles(samples: Mapping[str, Sequence[float]]) -> dict[str, Percentiles]:
    """Of each stage's milliseconds; stages keep their order."""
    return {
        stage: Percentiles(*(float(p) for p in np.percentile(values, (50, 95))))
        for stage, values in samples.items()
    }

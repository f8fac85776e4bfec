"""The measures against values worked out by hand, and their intervals."""

import math

import numpy as np
import pytest

from indexer.metrics import MEASURES, Ranking, mean_with_interval, measure, per_query, percentiles


def values(found: str, relevant: str) -> dict[str, float]:
    ranking = Ranking(tuple(found.split()), tuple(relevant.split()))
    return {name: float(v[0]) for name, v in per_query([ranking]).items()}


def test_one_answer_in_the_third_place():
    assert values("x y a z", "a") == pytest.approx(
        {
            "recall@1": 0.0,
            "recall@5": 1.0,
            "recall@10": 1.0,
            "mrr": 1 / 3,
            "ndcg@10": 1 / math.log2(4),
            "map": 1 / 3,
        }
    )


def test_two_answers_share_recall_and_precision():
    got = values("a x b y", "a b")
    ideal = 1 + 1 / math.log2(3)
    assert got["recall@1"] == pytest.approx(0.5)  # one of two; a hit rate would say 1
    assert got["recall@5"] == pytest.approx(1.0)
    assert got["mrr"] == pytest.approx(1.0)
    assert got["ndcg@10"] == pytest.approx((1 + 1 / math.log2(4)) / ideal)
    assert got["map"] == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_the_eleventh_place_is_beyond_ten():
    got = values(" ".join(f"x{i}" for i in range(10)) + " a", "a")
    assert (got["recall@10"], got["ndcg@10"]) == (0.0, 0.0)
    assert got["mrr"] == pytest.approx(1 / 11)


def test_nothing_found_counts_as_zero_and_keeps_its_place():
    rankings = [Ranking((), ("a",)), Ranking(("a",), ("a",)), Ranking(("b",), ("a",))]
    assert per_query(rankings)["recall@1"].tolist() == [0.0, 1.0, 0.0]
    assert per_query([Ranking((), ("a",))])["map"].tolist() == [0.0]


def test_the_order_given_decides_even_where_ids_would_sort_otherwise():
    assert values("z a", "z")["recall@1"] == 1.0
    assert values("z a", "a")["recall@1"] == 0.0


def test_intervals_hold_their_value_and_repeat_with_their_seed():
    rng = np.random.default_rng(5)
    hits = (rng.random(200) < 0.3).astype(float)
    got = mean_with_interval(hits, seed=1)
    assert got.low < got.value < got.high
    assert got.value == pytest.approx(hits.mean())
    # The normal approximation, for scale: 1.96 standard errors to each side.
    half = 1.96 * hits.std() / math.sqrt(200)
    assert got.high - got.low == pytest.approx(2 * half, rel=0.15)
    assert mean_with_interval(hits, seed=1) == got
    assert mean_with_interval(hits, seed=2) != got


def test_equal_values_have_no_spread():
    assert mean_with_interval(np.ones(1)) == mean_with_interval(np.ones(50))
    assert mean_with_interval(np.ones(7)).low == 1.0


def test_no_queries_no_numbers():
    assert measure([]) == {}
    assert tuple(measure([Ranking(("a",), ("a",))])) == MEASURES


def test_percentiles_by_stage():
    got = percentiles({"decode": [float(n) for n in range(101)], "rank": [4.0]})
    assert (got["decode"].p50, got["decode"].p95) == (50.0, 95.0)
    assert got["rank"].p95 == 4.0

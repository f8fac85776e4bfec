"""The ranking core keeps its promises whatever the sources return."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists, sampled_from

from models.adaptation import CosineScale
from models.errors import ShopLensError, StoreUnavailable
from models.sift import SiftFinder
from pipelines.catalog_types import Card, IndexInfo, Money
from pipelines.ranking.core import gather, hydrate, merge, rank, score, shortlist, sift
from pipelines.ranking.filters import InCategory, InStock, Known, NotItself, OfBrand, PriceBetween
from pipelines.ranking.hydrators import SharedKeypoints
from pipelines.ranking.protocols import Pool, Stages
from pipelines.ranking.scorers import (
    CodeFirst,
    FusionWeights,
    ReciprocalRankFusion,
    SamePrint,
)
from pipelines.ranking.selectors import DiverseTopK
from pipelines.search_types import (
    Candidate,
    Evidence,
    Query,
    Reason,
    ScorePart,
    SearchResult,
    SourceName,
)
from pipelines.stores.protocol import Hit, StoreFilter
from tests.fakes.entries import SPEC, entry
from tests.fakes.index import MemoryIndex
from tests.fakes.prints import label, photo_of, seen


@dataclass
class FixedSource:
    hits: Sequence[Hit]
    name: SourceName = "image"

    def __call__(self, query: Query) -> Sequence[Hit]:
        return self.hits


@dataclass
class FailingSource:
    error: Exception
    name: SourceName = "words"

    def __call__(self, query: Query) -> Sequence[Hit]:
        raise self.error


@dataclass
class KnownCards:
    cards: dict[str, Card]

    def __call__(self, query: Query, pool: Pool) -> Pool:
        return tuple(replace(c, card=self.cards.get(c.product_id)) for c in pool)


@dataclass
class Recorder:
    seen: list[SearchResult] = field(default_factory=list)

    def __call__(self, query: Query, result: SearchResult) -> None:
        self.seen.append(result)


def candidate(product_id: str, points: float = 0.0, **card: object) -> Candidate:
    return Candidate(product_id, (), Card(product_id, **card), score=points)  # type: ignore[arg-type]


def ids(pool: Sequence[Candidate]) -> list[str]:
    return [c.product_id for c in pool]


def stages(*sources: object, cards: Sequence[str] = ("a", "b", "c"), **others: object) -> Stages:
    wiring = {
        "hydrators": (KnownCards({i: Card(i) for i in cards}),),
        "filters": (Known(), NotItself(), InStock()),
        "scorers": (CodeFirst(), ReciprocalRankFusion()),
        "selector": DiverseTopK(),
    }
    return Stages(sources=sources, **(wiring | others))  # type: ignore[arg-type]


def test_the_best_point_of_a_product_stands_for_it() -> None:
    hits = [Hit("a", 0, 0.5), Hit("a", 1, 0.9), Hit("b", 0, 0.7)]
    pool = merge({"image": hits})
    assert {c.product_id: c.evidence for c in pool} == {
        "a": (Evidence("image", 1, 0.9, 1),),
        "b": (Evidence("image", 2, 0.7, 0),),
    }


def test_a_product_with_many_pictures_does_not_push_others_down() -> None:
    hits = [Hit("a", number, 0.9) for number in range(10)] + [Hit("b", 0, 0.8)]
    (b,) = [c for c in merge({"image": hits}) if c.product_id == "b"]
    assert b.evidence[0].rank == 2


def test_two_sources_that_agree_beat_one_that_is_sure() -> None:
    looks = FixedSource([Hit("a", 0, 0.99), Hit("b", 0, 0.98)])
    words = FixedSource([Hit("b", 0, 7.0)], "words")
    result = rank(Query(), stages(looks, words))
    assert ids(result.selected) == ["b", "a"]


def test_a_matching_code_stands_first_and_says_why() -> None:
    looks = FixedSource([Hit("a", 0, 0.99), Hit("b", 0, 0.98)])
    code = FixedSource([Hit("c", 0, 1.0)], "code")
    result = rank(Query(), stages(looks, code))
    assert ids(result.selected) == ["c", "a", "b"]
    assert result.verdict == "exact"
    assert result.selected[0].parts[0].reason == Reason.of("code")


def test_no_fused_evidence_can_reach_a_code() -> None:
    weights = FusionWeights()
    everything = sum(
        weights.of(name) / 61 for name in ("image", "depicted", "text", "words", "printed")
    )
    assert everything < CodeFirst().bonus


@given(lists(integers(1, 500), min_size=1, max_size=5), sampled_from(["image", "words", "text"]))
def test_a_score_is_exactly_the_sum_of_its_parts(places: list[int], name: SourceName) -> None:
    found = Candidate("a", tuple(Evidence(name, place, 0.5) for place in places))
    (scored,) = score([CodeFirst(), ReciprocalRankFusion()], Query(), (found,))
    assert scored.score == pytest.approx(sum(part.value for part in scored.parts), abs=1e-15)
    assert scored.parts[0].reason.name == name


@given(lists(floats()), integers(0, 20))
def test_selection_loses_nothing_and_sinks_nan(points: list[float], limit: int) -> None:
    pool = tuple(candidate(str(i), value) for i, value in enumerate(points))
    chosen, rest = DiverseTopK()(Query(limit=limit), pool)
    assert sorted(ids(chosen + rest)) == sorted(ids(pool))
    assert len(chosen) == min(limit, len(pool))
    assert not (any(isnan(c.score) for c in chosen) and any(isfinite(c.score) for c in rest)), (
        "a NaN was chosen before a number"
    )


def test_further_variants_give_way_to_products_nearly_as_good() -> None:
    variants = tuple(candidate(f"red{i}", 1.0 - i / 100, group_id="mug") for i in range(4))
    others = (candidate("near", 0.95), candidate("far", 0.4))
    chosen, rest = DiverseTopK(free=2, decay=0.9)(Query(limit=4), variants + others)
    assert ids(chosen) == ["red0", "red1", "near", "red2"]
    assert ids(rest) == ["red3", "far"]
    lowered = chosen[3]
    assert lowered.score == pytest.approx(0.98 * 0.9)
    assert [part.name for part in lowered.parts] == ["variety"]
    assert not chosen[1].parts


def test_a_further_variant_keeps_what_the_words_ask_of_it() -> None:
    asked = ScorePart("asked", 0.2, Reason.of("asked", text="brass"))
    variants = [candidate(f"lamp{i}", 0.9 - i / 100, group_id="lamp") for i in range(3)]
    brass = tuple(replace(c, score=c.score + 0.2, parts=(asked,)) for c in variants)
    chosen, _ = DiverseTopK(free=2, decay=0.9)(Query(limit=4), (*brass, candidate("steel", 0.99)))
    assert ids(chosen) == ["lamp0", "lamp1", "lamp2", "steel"]
    assert chosen[2].parts[-1].value == pytest.approx(0.88 * -0.1)


def test_a_source_that_fails_is_named_and_the_others_answer() -> None:
    result = rank(
        Query(), stages(FixedSource([Hit("a", 0, 0.9)]), FailingSource(RuntimeError("boom")))
    )
    assert ids(result.selected) == ["a"]
    assert [(d.source, d.reason) for d in result.degraded] == [("words", "RuntimeError")]


def test_when_nothing_answers_the_failure_is_told_not_an_empty_list() -> None:
    down = StoreUnavailable("the server is down", remedy="start it")
    with pytest.raises(StoreUnavailable):
        gather([FailingSource(down), FixedSource([])], Query())
    with pytest.raises(ShopLensError, match="the search failed"):
        gather([FailingSource(KeyError("x"))], Query())


def test_a_product_that_the_index_forgot_is_removed_with_its_reason() -> None:
    result = rank(Query(), stages(FixedSource([Hit("ghost", 0, 0.9), Hit("a", 0, 0.8)])))
    assert ids(result.selected) == ["a"]
    assert [(r.candidate.product_id, r.reason) for r in result.removed] == [
        ("ghost", "not in this index")
    ]


def test_more_like_this_never_answers_the_product_itself() -> None:
    result = rank(Query(product_id="a"), stages(FixedSource([Hit("a", 0, 1.0), Hit("b", 0, 0.8)])))
    assert ids(result.selected) == ["b"]
    assert result.verdict == "similar"


SCALE = CosineScale(none=0.1, close=0.5, very=0.7)
SHOWN = Query(image_vectors=np.ones((1, 2), np.float32), scale=SCALE)
FAR = Hit("a", 0, SCALE.alike - 0.01)


@dataclass(frozen=True)
class SamePrintOnAll:
    def __call__(self, query: Query, candidate: Candidate) -> Sequence[ScorePart]:
        return [ScorePart("print", 1.0, Reason("print"))]


@pytest.mark.parametrize(
    ("query", "sources", "said"),
    [
        (SHOWN, [FixedSource([FAR])], "nothing"),
        (SHOWN, [FixedSource([FAR, Hit("b", 0, SCALE.alike)])], "similar"),
        (replace(SHOWN, scale=None), [FixedSource([FAR])], "similar"),  # nobody knows what is near
        (replace(SHOWN, words="mug"), [FixedSource([FAR])], "similar"),  # the words may be right
        (replace(SHOWN, image_vectors=None), [FixedSource([FAR])], "similar"),
        (SHOWN, [FixedSource([FAR]), FixedSource([Hit("a", 0, 4.0)], "words")], "similar"),
        (SHOWN, [FixedSource([FAR]), FixedSource([Hit("b", 0, 1.0)], "code")], "exact"),
    ],
)
def test_a_picture_that_nothing_looks_like_is_told(
    query: Query, sources: list[FixedSource], said: str
) -> None:
    result = rank(query, stages(*sources))
    assert result.verdict == said
    assert result.selected  # the nearest are there all the same


def test_the_same_print_is_near_however_little_the_rest_looks_alike() -> None:
    scorers = (ReciprocalRankFusion(), SamePrintOnAll())
    assert rank(SHOWN, stages(FixedSource([FAR]), scorers=scorers)).verdict == "similar"


def test_an_empty_answer_says_so() -> None:
    result = rank(Query(), stages(FixedSource([])))
    assert result.verdict == "nothing"
    assert not result.selected


@pytest.mark.parametrize(
    ("stage", "where", "kept"),
    [
        (InStock(), StoreFilter(in_stock_only=True), ["cheap", "unknown"]),
        (InStock(), StoreFilter(), ["cheap", "sold", "unknown"]),
        (PriceBetween(), StoreFilter(price_max=10), ["cheap"]),
        (PriceBetween(), StoreFilter(price_min=10), ["sold"]),
        (InCategory(), StoreFilter(category="Home > Mugs"), ["cheap"]),
        (InCategory(), StoreFilter(category="Home"), ["cheap", "sold"]),
        (OfBrand(), StoreFilter(brand="Norra"), ["sold"]),
    ],
)
def test_filters_partition_with_a_reason(
    stage: object, where: StoreFilter, kept: list[str]
) -> None:
    pool = (
        candidate("cheap", price=Money(5), in_stock=True, category=("Home", "Mugs", "Tall")),
        candidate("sold", price=Money(50), in_stock=False, category=("Home",), brand="Norra"),
        candidate("unknown"),
    )
    remaining, removed = sift([stage], Query(where=where), pool)  # type: ignore[list-item]
    assert ids(remaining) == kept
    assert sorted(ids(remaining) + [r.candidate.product_id for r in removed]) == sorted(ids(pool))
    assert all(r.reason for r in removed)


def test_the_shortlist_keeps_agreement_and_every_code() -> None:
    alone = [Candidate(f"w{n}", (Evidence("words", n, 1.0),)) for n in range(1, 50)]
    agreed = Candidate("both", (Evidence("image", 9, 0.5), Evidence("words", 51, 0.1)))
    coded = Candidate("coded", (Evidence("code", 80, 1.0),))
    kept = shortlist((*alone, agreed, coded), 5)
    assert ids(kept) == ["coded", "both", "w1", "w2", "w3"]
    assert shortlist((agreed,), 5) == (agreed,)


def test_a_hydrator_may_not_lose_a_candidate() -> None:
    with pytest.raises(AssertionError, match="changed the pool"):
        hydrate([lambda query, pool: pool[1:]], Query(), (candidate("a"), candidate("b")))


def test_side_effects_see_the_answer() -> None:
    recorder = Recorder()
    result = rank(Query(), stages(FixedSource([Hit("a", 0, 1.0)]), side_effects=(recorder,)))
    assert recorder.seen == [result]


@given(lists(sampled_from("abcdefgh"), unique=True, min_size=1), integers(0, 1000))
def test_the_order_in_which_a_source_lists_points_does_not_matter(
    products: list[str], seed: int
) -> None:
    hits = [Hit(p, 0, 0.5) for p in products]
    shuffled = [hits[i] for i in np.random.default_rng(seed).permutation(len(hits))]
    cards = tuple("abcdefgh")
    first = rank(Query(), stages(FixedSource(hits), cards=cards))
    second = rank(Query(), stages(FixedSource(shuffled), cards=cards))
    assert ids(first.selected) == ids(second.selected)


def test_the_wiring_can_be_printed() -> None:
    text = stages(FixedSource([]), FailingSource(ValueError())).describe()
    assert "sources: image, words" in text
    assert "filters: Known, NotItself, InStock" in text


def printed(*seeds: int, blank: Sequence[int] = ()) -> MemoryIndex:
    """Products p1, p2, … with labels of those seeds; those of `blank` keep no keypoints."""
    found = SiftFinder().find([photo_of(label(seed)) for seed in seeds])
    entries = [
        replace(entry(f"p{seed}", seed), keypoints=b"" if seed in blank else each.to_bytes())
        for seed, each in zip(seeds, found, strict=True)
    ]
    return MemoryIndex(IndexInfo(1, SPEC, len(seeds), len(seeds)), entries)


def looking_alike(*seeds: int) -> Pool:
    """Those products in the order in which they look alike."""
    hits = [Hit(f"p{seed}", 0, 1 - place / 100) for place, seed in enumerate(seeds)]
    return merge({"image": hits})


def shown(seed: int) -> Query:
    (keypoints,) = SiftFinder().find([photo_of(seen(label(seed)))])
    return Query(keypoints=keypoints)


def test_the_same_print_stands_before_what_only_looks_alike() -> None:
    pool = hydrate([SharedKeypoints(printed(1, 2, 3, 4))], shown(3), looking_alike(1, 2, 3, 4))
    scored = score([ReciprocalRankFusion(), SamePrint()], shown(3), pool)
    chosen, _ = DiverseTopK()(shown(3), scored)
    assert ids(chosen) == ["p3", "p1", "p2", "p4"]
    assert [part.name for part in chosen[0].parts] == ["image", "print"]
    assert chosen[0].parts[1].reason == Reason.of("print", count=chosen[0].in_common or 0)
    assert not any(part.name == "print" for other in chosen[1:] for part in other.parts)


def test_between_prints_with_nearly_as_much_in_common_the_likeness_decides() -> None:
    def worth(shared: int, cosine: float) -> float:
        twin = replace(candidate("a"), evidence=(Evidence("image", 1, cosine),), in_common=shared)
        return sum(part.value for part in SamePrint()(Query(), twin))

    assert worth(31, 0.6) > worth(32, 0.5)
    assert worth(60, 0.5) > worth(20, 0.6)
    assert worth(SamePrint().least - 1, 1.0) == 0.0


def test_a_matching_code_stands_before_the_same_print() -> None:
    looks = Evidence("image", 1, 1.0)
    everything = replace(candidate("a"), evidence=(looks,), in_common=10_000)
    (part,) = SamePrint()(Query(), everything)
    assert part.value + sum(1 / 61 for _ in range(5)) < CodeFirst().bonus


def test_only_the_likeliest_are_compared_and_a_picture_without_keypoints_shares_none() -> None:
    index = printed(1, 2, 3, blank=(1,))
    pool = hydrate([SharedKeypoints(index, most=2)], shown(3), looking_alike(1, 2, 3))
    first, second, third = pool
    assert first.in_common == 0
    assert second.in_common is not None
    assert third.in_common is None


def test_without_keypoints_of_the_photo_the_index_is_not_asked() -> None:
    index = printed(1)
    index.close()
    del index.entries
    pool = looking_alike(1)
    assert hydrate([SharedKeypoints(index)], Query(), pool) == pool

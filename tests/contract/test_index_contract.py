"""What every vector index must do, whichever engine holds it."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from models.errors import BadInput, BadQuery, IndexMissing
from pipelines.catalog_types import Card, Entry, Precision
from pipelines.stores.edge import EdgeHome
from pipelines.stores.protocol import FacetValue, Hit, IndexHome, StoreFilter, VectorIndex
from pipelines.stores.server import QdrantHome
from tests.fakes.entries import (
    BLUE_MUG,
    IMAGE_DIM,
    KETTLE,
    LAMP,
    RED_MUG,
    SPEC,
    TEXT_DIM,
    entry,
    ids,
    many,
    shop,
    unit,
)

pytestmark = [
    # Local mode says once what it leaves out; that is why only tests use it.
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact:UserWarning"),
]

ALL = StoreFilter()
SERVER_URL = os.environ.get("SHOPLENS_TEST_QDRANT_URL", "")
MakeHome = Callable[[], IndexHome]


def edge_homes(folder: Path) -> Iterator[MakeHome]:
    yield lambda: EdgeHome(folder / uuid.uuid4().hex)


def local_homes(_: Path) -> Iterator[MakeHome]:
    client = QdrantClient(":memory:")
    yield lambda: QdrantHome("", collection=f"test-{uuid.uuid4().hex}", client=client)
    client.close()


def server_homes(_: Path) -> Iterator[MakeHome]:
    url = SERVER_URL
    key = os.environ.get("SHOPLENS_TEST_QDRANT_API_KEY", "")
    run = f"test-{uuid.uuid4().hex[:8]}"
    made = iter(range(1_000))
    yield lambda: QdrantHome(url, key, collection=f"{run}-{next(made)}")
    client = QdrantClient(url=url, api_key=key or None, check_compatibility=False)
    for collection in client.get_collections().collections:
        if collection.name.startswith(run):
            client.delete_collection(collection.name)
    client.close()


ENGINES = [pytest.param(edge_homes, id="edge"), pytest.param(local_homes, id="local")]
if SERVER_URL:
    ENGINES.append(pytest.param(server_homes, id="server", marks=pytest.mark.server))


@pytest.fixture(scope="module", params=ENGINES)
def make_home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeHome]:
    yield from request.param(tmp_path_factory.mktemp("homes"))


@pytest.fixture(scope="module")
def home_of_shop(make_home: MakeHome) -> IndexHome:
    """The small shop, built once for all tests that only read."""
    home = make_home()
    home.build(SPEC, shop())
    return home


@pytest.fixture(scope="module")
def index(home_of_shop: IndexHome) -> Iterator[VectorIndex]:
    opened = home_of_shop.open()
    yield opened
    opened.close()


@pytest.mark.server
@pytest.mark.skipif(not SERVER_URL, reason="name a Qdrant server in SHOPLENS_TEST_QDRANT_URL")
def test_a_real_server_takes_part() -> None:
    assert "server" in {engine.id for engine in ENGINES}


def matrix(count: int, dim: int, seed: int) -> np.ndarray:
    """Unit vectors, shape (count, dim), float32."""
    made = np.random.default_rng(seed).normal(size=(count, dim))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def rows(*vectors: np.ndarray) -> np.ndarray:
    return np.stack(vectors)


# Vectors


def test_the_nearest_pictures_come_best_first_with_their_cosine(index: VectorIndex) -> None:
    red = shop()[0].image
    (hits,) = index.nearest("image", rows(red), 3, ALL)
    assert [(hit.product_id, hit.image_number) for hit in hits] == [
        (RED_MUG.product_id, 0),
        (RED_MUG.product_id, 1),
        (BLUE_MUG.product_id, 0),
    ]
    expected = [float(red @ other.image) for other in shop()[:3]]
    assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-4)


def test_pictures_of_one_product_are_not_collapsed(index: VectorIndex) -> None:
    (hits,) = index.nearest("image", rows(shop()[0].image), 10, ALL)
    assert len(hits) == 5
    assert ids(hits).count(RED_MUG.product_id) == 2


def test_the_limit_counts_points(index: VectorIndex) -> None:
    (hits,) = index.nearest("image", rows(shop()[0].image), 2, ALL)
    assert set(ids(hits)) == {RED_MUG.product_id}
    assert index.nearest("image", rows(unit(1)), 0, ALL) == [[]]


def test_a_batch_answers_like_one_query_after_another(index: VectorIndex) -> None:
    queries = [unit(seed) for seed in range(20, 30)]
    together = index.nearest("image", np.stack(queries), 4, ALL)
    apart = [index.nearest("image", rows(query), 4, ALL)[0] for query in queries]
    assert [ids(hits) for hits in together] == [ids(hits) for hits in apart]
    assert len({tuple(ids(hits)) for hits in together}) > 1


def test_exact_search_finds_the_same_in_a_small_index(index: VectorIndex) -> None:
    query = rows(unit(5))
    approximate, exact = (
        index.nearest("image", query, 5, ALL),
        index.nearest("image", query, 5, ALL, exact=True),
    )
    assert ids(approximate[0]) == ids(exact[0])


def test_text_vectors_are_searched_apart_and_may_be_missing(index: VectorIndex) -> None:
    (hits,) = index.nearest("text", rows(unit(4, TEXT_DIM)), 10, ALL)
    assert hits[0].product_id == LAMP.product_id
    assert KETTLE.product_id not in ids(hits)


def test_no_queries_no_answers(index: VectorIndex) -> None:
    assert index.nearest("image", np.zeros((0, IMAGE_DIM), np.float32), 5, ALL) == []


@pytest.mark.parametrize(
    "query",
    [unit(1, TEXT_DIM)[None], unit(1), np.full((1, IMAGE_DIM), np.nan, np.float32)],
    ids=["wrong dimension", "no batch", "NaN"],
)
def test_a_query_that_fits_no_vector_is_refused(index: VectorIndex, query: np.ndarray) -> None:
    with pytest.raises(BadQuery):
        index.nearest("image", query, 5, ALL)


# Filters


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (ALL, {RED_MUG, BLUE_MUG, KETTLE, LAMP}),
        (StoreFilter(in_stock_only=True), {RED_MUG, KETTLE, LAMP}),
        (StoreFilter(price_min=10), {BLUE_MUG, KETTLE}),
        (StoreFilter(price_max=20), {RED_MUG, BLUE_MUG}),
        (StoreFilter(price_min=9.5, price_max=9.5), {RED_MUG}),
        (StoreFilter(price_max=20, currency="EUR"), {RED_MUG, BLUE_MUG}),
        (StoreFilter(price_max=20, currency="RUB"), set()),
        (StoreFilter(category="Home"), {RED_MUG, BLUE_MUG, KETTLE}),
        (StoreFilter(category="Home > Kitchen > Mugs"), {RED_MUG, BLUE_MUG}),
        (StoreFilter(category="Mugs"), set()),
        (StoreFilter(brand="Bosch"), {KETTLE, LAMP}),
        (StoreFilter(tags=("colour:red",)), {RED_MUG}),
        (StoreFilter(tags=("colour:red", "colour:blue")), {RED_MUG, BLUE_MUG}),
        (StoreFilter(tags=("colour:red", "occasion:party")), set()),
        (StoreFilter(without_tags=("colour:red",)), {BLUE_MUG, KETTLE, LAMP}),
        (StoreFilter(brand="Bosch", category="Office"), {LAMP}),
        (StoreFilter(exclude_ids=(RED_MUG.product_id, "lamp")), {BLUE_MUG, KETTLE}),
    ],
    ids=lambda value: str(value) if isinstance(value, StoreFilter) else f"{len(value)} products",
)
def test_filters_keep_what_they_should_and_nothing_else(
    index: VectorIndex, where: StoreFilter, expected: set[object]
) -> None:
    (hits,) = index.nearest("image", rows(unit(1)), 10, where)
    assert set(ids(hits)) == {card.product_id for card in expected}


# Words and codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("кружки", {RED_MUG, BLUE_MUG}),
        ("КРАСНЫЕ", {RED_MUG}),
        ("красной ежика", {RED_MUG, BLUE_MUG}),
        ("lamp", {LAMP}),
        ("gifts", {RED_MUG}),
        ("1.7", {KETTLE}),
        ("1,7", {KETTLE}),
        ("twk7607", {KETTLE}),
        ("TWK 7607", {KETTLE}),
        ("7", set()),
        ("the with", set()),
        ("и", set()),
        ("", set()),
        ("?!", set()),
        ("nothing of this", set()),
    ],
)
def test_words_are_found_in_russian_and_english(
    index: VectorIndex, text: str, expected: set[object]
) -> None:
    hits = index.words(text, 10, ALL)
    assert set(ids(hits)) == {card.product_id for card in expected}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)


def test_a_rare_word_weighs_more_than_a_frequent_one(index: VectorIndex) -> None:
    assert index.words("кружка синяя", 10, ALL)[0].product_id == BLUE_MUG.product_id


def test_words_obey_filters_and_the_limit(index: VectorIndex) -> None:
    assert ids(index.words("кружка", 10, StoreFilter(in_stock_only=True))) == [
        RED_MUG.product_id,
        RED_MUG.product_id,
    ]
    assert len(index.words("кружка", 1, ALL)) == 1


def test_codes_match_however_they_are_written(index: VectorIndex) -> None:
    for written in ("RE16-TGK", "re16 tgk", "RE16TGK"):
        assert index.codes([written], 5, ALL) == [Hit(RED_MUG.product_id, 0, 1.0)]
    assert index.codes(["RE16"], 5, ALL) == []
    assert index.codes(["--", ""], 5, ALL) == []
    assert index.codes([], 5, ALL) == []


def test_codes_give_main_pictures_in_the_order_asked(index: VectorIndex) -> None:
    asked = ["TWK-7607", "nothing", "4006381333931", "RE17-TGK"]
    expected = [KETTLE.product_id, RED_MUG.product_id, BLUE_MUG.product_id]
    assert ids(index.codes(asked, 5, ALL)) == expected
    assert BLUE_MUG.product_id not in ids(index.codes(asked, 5, StoreFilter(in_stock_only=True)))


# Facts


def test_cards_come_back_whole_in_the_order_asked(index: VectorIndex) -> None:
    asked = ["lamp", "nobody", RED_MUG.product_id, "kettle", "lamp", "blue-mug"]
    assert index.cards(asked) == [LAMP, None, RED_MUG, KETTLE, LAMP, BLUE_MUG]
    assert index.cards([]) == []


def test_image_vectors_are_those_of_the_main_pictures(index: VectorIndex) -> None:
    lamp, nobody, mug = index.image_vectors(["lamp", "nobody", RED_MUG.product_id])
    assert nobody is None
    assert lamp is not None
    assert mug is not None
    assert lamp.dtype == np.float32
    np.testing.assert_allclose(lamp, unit(4), atol=1e-4)
    np.testing.assert_allclose(mug, shop()[0].image, atol=1e-4)


def test_keypoints_come_back_as_they_were_for_each_picture(make_home: MakeHome) -> None:
    home = make_home()
    kept = {("mug", 0): bytes(range(256)), ("mug", 3): b"another side", ("lamp", 0): b""}
    home.build(
        replace(SPEC, keypoints="finder-1"),
        [
            replace(entry(name, 7, number=number), keypoints=found)
            for (name, number), found in kept.items()
        ],
    )
    index = home.open()
    assert index.info.spec.keypoints == "finder-1"
    asked = [("mug", 3), ("nobody", 0), ("lamp", 0), ("mug", 0), ("mug", 1)]
    assert index.keypoints(asked) == [b"another side", b"", b"", bytes(range(256)), b""]
    assert index.keypoints([]) == []
    index.close()


def test_the_lowest_number_is_the_main_picture_where_picture_0_is_missing(
    index: VectorIndex,
) -> None:
    assert index.cards(["lamp"]) == [LAMP]
    (hits,) = index.nearest("image", rows(unit(4)), 1, ALL)
    assert hits[0].image_number == 1


def test_facets_count_products_not_pictures(index: VectorIndex) -> None:
    assert index.facets("category", 10, ALL) == [
        FacetValue("Home", 3),
        FacetValue("Home > Kitchen", 3),
        FacetValue("Home > Kitchen > Mugs", 2),
        FacetValue("Office", 1),
    ]
    assert index.facets("brand", 1, StoreFilter(price_min=30)) == [FacetValue("Bosch", 1)]
    assert index.facets("in_stock", 10, ALL) == [FacetValue("true", 2), FacetValue("false", 1)]
    assert index.facets("brand", 10, StoreFilter(category="none")) == []
    assert index.facets("tags", 2, StoreFilter(tags=("type:кружка",))) == [
        FacetValue("colour:red", 1),
        FacetValue("occasion:gift", 1),
    ]
    assert index.facets("currency", 10, ALL) == [FacetValue("EUR", 3)]
    with pytest.raises(BadQuery, match="price"):
        index.facets("price", 10, ALL)


def test_the_index_tells_what_it_was_built_for(index: VectorIndex) -> None:
    assert index.info.spec == SPEC
    assert (index.info.products, index.info.points, index.info.generation) == (4, 5, 1)
    assert index.info.built_at


# Generations


def test_before_the_first_build_there_is_no_index(make_home: MakeHome) -> None:
    home = make_home()
    assert home.current() is None
    with pytest.raises(IndexMissing):
        home.open()


def test_an_empty_catalog_makes_an_empty_index(make_home: MakeHome) -> None:
    home = make_home()
    assert home.build(SPEC, []).points == 0
    index = home.open()
    assert index.nearest("image", rows(unit(1)), 5, ALL) == [[]]
    assert index.words("mug", 5, ALL) == []
    assert index.cards(["a"]) == [None]
    assert index.facets("brand", 5, ALL) == []
    index.close()


def test_an_open_reader_keeps_its_generation_while_newer_ones_are_published(
    make_home: MakeHome,
) -> None:
    home = make_home()
    first = home.build(SPEC, many(3))
    old = home.open()
    second = home.build(SPEC, many(3, first=10))
    new = home.open()

    assert (first.generation, second.generation) == (1, 2)
    assert home.current() == second == new.info
    assert old.info == first
    assert old.cards(["item-0", "item-10"])[1] is None
    assert new.cards(["item-0", "item-10"])[0] is None
    assert new.cards(["item-10"]) != [None]
    old.close()
    new.close()


def test_a_failing_build_leaves_the_published_generation(make_home: MakeHome) -> None:
    home = make_home()
    published = home.build(SPEC, many(2))

    def cut_short() -> Iterator[Entry]:
        yield from many(300, first=100)
        raise InterruptedError("the feed broke")

    with pytest.raises(InterruptedError):
        home.build(SPEC, cut_short())
    assert home.current() == published
    index = home.open()
    assert index.info == published
    assert index.cards(["item-0", "item-100"])[1] is None
    index.close()
    assert home.build(SPEC, many(4)).points == 4


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (replace(many(1)[0], image=unit(1, IMAGE_DIM + 1)), "shape"),
        (replace(many(1)[0], text=unit(1, TEXT_DIM + 1)), "shape"),
        (replace(many(1)[0], image=np.full(IMAGE_DIM, np.nan, np.float32)), "NaN"),
        (replace(many(1)[0], image=unit(1) * np.float32(0.9)), "length 0.9"),
        (replace(many(1)[0], text=np.zeros(TEXT_DIM, np.float32)), "length 0.0"),
    ],
    ids=["image dimension", "text dimension", "NaN", "not unit", "zero"],
)
def test_a_vector_that_is_not_what_was_promised_is_refused(
    make_home: MakeHome, bad: Entry, message: str
) -> None:
    home = make_home()
    with pytest.raises(BadInput, match=message) as refusal:
        home.build(SPEC, [*many(2, first=5), bad])
    assert "item-0" in refusal.value.message
    assert home.current() is None


def test_a_picture_that_comes_twice_is_refused(make_home: MakeHome) -> None:
    with pytest.raises(BadInput, match="picture 3 twice"):
        make_home().build(SPEC, [entry("a", 1, number=3), entry("a", 2, number=3)])


def test_ids_of_any_script_and_form_stay_apart(make_home: MakeHome) -> None:
    names = ["1", "01", "a b", "A B", "Ёж", "Еж", "a/b?c#d", "😀", "1:0", "x" * 500, "е\u0308ж"]
    home = make_home()
    home.build(SPEC, [entry(name, seed) for seed, name in enumerate(names)])
    index = home.open()
    assert [card and card.product_id for card in index.cards(names)] == names
    (hits,) = index.nearest("image", rows(unit(4)), 1, ALL)
    assert ids(hits) == ["Ёж"]
    index.close()


def test_a_closed_index_answers_nothing(home_of_shop: IndexHome) -> None:
    index = home_of_shop.open()
    index.close()
    index.close()
    with pytest.raises(ValueError, match="closed"):
        index.cards(["lamp"])


@pytest.mark.parametrize(
    ("precision", "least", "error"),
    [
        ("float32", 0.99, 1e-4),
        ("float16", 0.99, 1e-3),
        ("turbo8", 0.98, 1e-2),
        ("int8", 0.99, 1e-4),
    ],
)
def test_every_precision_finds_what_exact_search_finds(
    make_home: MakeHome, precision: Precision, least: float, error: float
) -> None:
    dim, stored = 64, matrix(2_000, 64, seed=1)
    spec = replace(SPEC, image_dim=dim, precision=precision)
    home = make_home()
    built = home.build(
        spec, [Entry(Card(f"p{i}"), 0, vector, None, "") for i, vector in enumerate(stored)]
    )
    assert built.spec == spec
    index = home.open()
    assert index.info.spec.precision == precision
    queries = matrix(50, dim, seed=2)
    truth = np.argsort(-(queries @ stored.T), axis=1)[:, :10]
    recalls = {
        exact: np.mean([
            len(set(ids(hits)) & {f"p{i}" for i in wanted}) / 10
            for hits, wanted in zip(
                index.nearest("image", queries, 10, ALL, exact=exact), truth, strict=True
            )
        ])
        for exact in (False, True)
    }  # fmt: skip
    assert min(recalls.values()) >= least
    (first, *_) = index.nearest("image", queries[:1], 10, ALL)
    for hit in first:
        assert hit.score == pytest.approx(
            float(queries[0] @ stored[int(hit.product_id[1:])]), abs=error
        )
    (kept,) = index.image_vectors(["p7"])
    assert kept is not None
    assert np.abs(kept - stored[7]).max() < error
    index.close()


def test_a_generation_is_verified_and_older_ones_are_dropped_on_demand(make_home: MakeHome) -> None:
    home = make_home()
    with pytest.raises(IndexMissing):
        home.verify()
    assert home.prune().generations == 0
    for _ in range(3):
        last = home.build(SPEC, many(3))
    assert home.verify() == last
    assert home.prune(dry_run=True).generations == home.prune().generations == 1
    assert home.prune().generations == 0
    assert home.verify() == home.current() == last
    index = home.open()
    assert len(index.cards(["item-1", "item-2"])) == 2
    index.close()

"""The HTTP API as a shop's own site meets it, over the drawn shop."""

import io
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from app.api.description import description
from app.api.service import Access
from app.searcher import Searcher
from models.errors import BadInput, BrokenIndex, ShopLensError, StaleIndex, WeightsMissing
from models.gathering import GatheringEmbedder
from pipelines.answer_json import answer_json
from pipelines.image_io import decode
from pipelines.lens import Lens
from pipelines.perceive import Models
from pipelines.photo_search import Wanted, search_photo
from tests.fakes.api_client import GENEROUS, KEY, WITH_KEY, api_client, over
from tests.fakes.models import SlowEmbedder
from tests.fakes.shop import COLOURS, KINDS, LEFT, RIGHT, Shop, TwoProducts, draw, screenshot

MUG_AND_BAG = screenshot(("mug", "blue"), ("bag", "red"))
PRODUCTS = len(KINDS) * len(COLOURS)
IMAGE = {"image": ("shot.png", MUG_AND_BAG)}


@pytest.fixture
def client(shop: Shop) -> TestClient:
    shop.reader.go.set()
    return api_client(shop.engine)


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [product["id"] for product in answer.json()["results"]]


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "timings_ms"}


def test_a_picture_is_answered_as_the_command_line_prints_it(
    shop: Shop, client: TestClient
) -> None:
    answer = client.post("/v1/search", files=IMAGE, data={"top": "3", "facets": "true"}).json()
    shown = search_photo(
        shop.engine.lens(),
        partial(decode, MUG_AND_BAG, "shot.png"),
        Wanted(top=3, facets=True),
        shop.engine.read_aside,
    )
    printed = json.dumps(answer_json(shown), default=vars_of)
    assert without_times(answer) == without_times(json.loads(printed))
    assert answer["results"][0]["id"] == "mug-blue"
    assert answer["text"][0]["text"] == "MUG-blue-1"
    assert answer["facets"]["brand"]["Nord"] == 8
    assert {"decode", "wait for text", "total"} <= set(answer["timings_ms"])


def vars_of(value: Any) -> Any:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def test_a_part_of_the_picture_is_searched_by_its_box_or_its_number(client: TestClient) -> None:
    plain = {"top": "1", "read_text": "false"}
    right = ",".join(map(str, RIGHT.as_list()))
    assert ids(client.post("/v1/search", files=IMAGE, data=plain)) == ["mug-blue"]
    assert ids(client.post("/v1/search", files=IMAGE, data=plain | {"box": right})) == ["bag-red"]
    assert ids(client.post("/v1/search", files=IMAGE, data=plain | {"region": "1"})) == ["bag-red"]
    for wrong in ({"region": "3"}, {"box": "0,0,9999,10"}, {"box": "1,2"}):
        refused = client.post("/v1/search", files=IMAGE, data=plain | wrong)
        assert refused.status_code == 400
        assert set(refused.json()) == {"error", "remedy"}


def test_words_refine_a_picture_or_search_alone_and_conditions_hold(client: TestClient) -> None:
    crop = {"box": ",".join(map(str, LEFT.as_list())), "top": "5"}
    red = client.post("/v1/search", files=IMAGE, data=crop | {"words": "the same but red"})
    assert red.json()["asked"]["phrases"][-1]["tags"] == ["colour:red"]
    assert "mug-red" in ids(red)
    alone = client.post("/v1/search", data={"words": "red mug", "tag": ["type:mug", "type:bag"]})
    assert alone.json()["regions"] == []
    assert {i.partition("-")[0] for i in ids(alone)} <= {"mug", "bag"}
    nothing = client.post("/v1/search", data={"price_max": "20"})
    assert nothing.status_code == 400
    assert "nothing to search for" in nothing.json()["error"]
    swapped = client.get("/v1/facets", params={"price_min": 9, "price_max": 1})
    assert swapped.status_code == 400


def test_detect_similar_and_facets(shop: Shop, client: TestClient) -> None:
    marked = client.post("/v1/detect", files=IMAGE).json()
    assert [region["box"] for region in marked["regions"]] == [LEFT.as_list(), RIGHT.as_list()]
    assert (marked["width"], marked["height"]) == (800, 400)
    assert len(shop.embedder.embedded) == PRODUCTS  # nothing since they were indexed
    plain = io.BytesIO()
    draw("mug", "red").save(plain, "PNG")
    alone = client.post("/v1/detect", files={"image": plain.getvalue()}).json()
    assert [region["kind"] for region in alone["regions"]] == ["whole"]
    like = client.get("/v1/products/mug-red/similar", params={"top": 4, "in_stock": "true"})
    assert len(ids(like)) == 4
    assert "mug-red" not in ids(like)
    gone = client.get("/v1/products/no/such/similar")
    assert (gone.status_code, set(gone.json())) == (404, {"error", "remedy"})
    facets = client.get("/v1/facets", params={"tag": "colour:red"}).json()
    assert {facets["tags"]["type"][kind] for kind in KINDS} == {1}
    assert facets["tags"]["colour"]["blue"] == 3
    assert client.post("/v1/detect").status_code == 415
    assert client.post("/v1/detect", files=IMAGE, data={"top": "3"}).status_code == 400


def test_without_the_right_key_nothing_is_answered_but_how_it_is(shop: Shop) -> None:
    client = api_client(shop.engine)
    for header in ("", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", f"Basic {KEY}", "Bearer ключ"):
        for path in ("/v1/facets", "/v1/products/mug-red/similar", "/v1/nothing"):
            refused = client.get(path, headers={"Authorization": header.encode()})
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            assert KEY not in refused.text
    refused = client.post("/v1/search", files=IMAGE, headers={"Authorization": ""})
    assert refused.status_code == 401
    assert len(shop.embedder.embedded) == PRODUCTS
    assert client.get("/healthz", headers={"Authorization": ""}).json()["index"] == {
        "generation": 1,
        "products": PRODUCTS,
    }
    assert client.get("/v1/facets").status_code == 200


def test_without_a_key_only_names_of_this_machine_are_answered(shop: Shop) -> None:
    client = api_client(shop.engine, access=Access())
    assert client.get("/v1/facets").status_code == 200
    assert client.get("/v1/facets", headers={"Host": "[::1]:8600"}).status_code == 200
    for host in ("evil.example", "localhost.evil.example:8600", "", "[::1"):
        assert client.get("/v1/facets", headers={"Host": host}).status_code == 403


def test_more_than_the_limit_is_refused_with_a_length_or_without(client: TestClient) -> None:
    large = b"x" * (GENEROUS.body + 1)
    declared = client.post("/v1/search", files={"image": large})
    pieces = (large[i : i + 65536] for i in range(0, len(large), 65536))
    chunked = client.post("/v1/search", content=pieces)
    assert "content-length" not in chunked.request.headers
    for refused in (declared, chunked):
        assert refused.status_code == 413
        assert "10 MB" in refused.json()["error"]


def test_too_many_requests_of_one_address_wait_and_others_do_not(shop: Shop) -> None:
    limits = replace(GENEROUS, per_minute=60)
    client = api_client(shop.engine, limits)
    # Wrong keys are counted as well: nobody tries many.
    wrong = {"Authorization": "Bearer no"}
    codes = [client.get("/v1/facets", headers=wrong).status_code for _ in range(10)]
    assert codes == [401] * 10
    refused = client.get("/v1/facets")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert client.get("/healthz").status_code == 200
    other = TestClient(
        client.app, base_url="http://localhost", headers=WITH_KEY, client=("203.0.113.8", 1)
    )
    assert other.get("/v1/facets").status_code == 200


def test_a_search_that_takes_too_long_is_given_up(shop: Shop) -> None:
    client = api_client(shop.engine, replace(GENEROUS, at_once=1, waiting=0, seconds=0.3))
    late = client.post("/v1/search", files=IMAGE)  # its text is held back
    assert late.status_code == 504
    busy = client.post("/v1/search", files=IMAGE)
    assert busy.status_code == 503
    assert "retry-after" in busy.headers
    shop.reader.go.set()


def test_the_text_of_a_picture_whose_question_makes_no_sense_is_not_read(shop: Shop) -> None:
    client = api_client(shop.engine)
    with ThreadPoolExecutor(1) as shopper:
        held = shopper.submit(client.post, "/v1/search", files=IMAGE)
        while not shop.reader.asked:
            threading.Event().wait(0.01)
        for side in range(20, 30):  # each another picture
            out = io.BytesIO()
            draw("mug", "red", side).save(out, "PNG")
            outside = client.post(
                "/v1/search", files={"image": out.getvalue()}, data={"box": "0,0,99,99"}
            )
            assert outside.status_code == 400
        shop.reader.go.set()
        assert ids(held.result())
    # Whoever comes next is read next.
    assert shop.engine.read_aside(decode(out.getvalue(), "next")).result().lines
    assert shop.reader.asked == 2


def test_requests_that_come_together_go_through_the_model_together(shop: Shop) -> None:
    slow = SlowEmbedder()
    gathering = GatheringEmbedder(slow)
    lens = Lens(Models("lite", gathering, TwoProducts(), None), shop.home)
    client = over(lambda: lens, at_once=4)
    pictures = []
    for kind, colour in (("mug", "red"), ("bag", "blue"), ("lamp", "green"), ("bag", "red")):
        out = io.BytesIO()
        draw(kind, colour).save(out, "PNG")
        pictures.append((f"{kind}-{colour}", out.getvalue()))

    def ask(picture: bytes) -> list[str]:
        return ids(client.post("/v1/search", files={"image": picture}, data={"top": "1"}))

    with ThreadPoolExecutor(4) as shoppers:
        first = shoppers.submit(ask, pictures[0][1])
        assert slow.entered.wait(20)
        others = [shoppers.submit(ask, data) for _, data in pictures[1:]]
        while len(gathering._queue) < 3:
            threading.Event().wait(0.01)
        slow.go_on.set()
        answers = [answer.result() for answer in (first, *others)]
    assert slow.batches == [1, 3]
    assert answers == [[name] for name, _ in pictures]


@pytest.mark.parametrize("error", [BrokenIndex, WeightsMissing, BadInput])
def test_no_error_tells_a_client_what_lies_on_the_server(
    error: type[ShopLensError], caplog: pytest.LogCaptureFixture
) -> None:
    def opened() -> Lens:
        raise error("/srv/secret/index is damaged", remedy="look into /srv/secret")

    client = over(opened)
    with caplog.at_level(logging.ERROR):
        for answer in (
            client.get("/v1/facets"),
            client.post("/v1/search", files=IMAGE),
            client.get("/healthz"),
        ):
            assert answer.status_code == 503
            assert "secret" not in answer.text
    assert "/srv/secret/index is damaged" in caplog.text


def test_a_fault_of_ours_is_no_trace_for_a_client() -> None:
    def opened() -> Lens:
        raise RuntimeError("/srv/secret")

    answer = over(opened).get("/v1/facets")
    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "remedy"}
    assert "secret" not in answer.text


def test_without_an_index_it_says_so_and_answers_once_there_is_one(
    empty_shop: Shop, shop: Shop
) -> None:
    client = api_client(empty_shop.engine)
    refused = client.post("/v1/search", data={"words": "mug"})
    assert refused.status_code == 503
    assert refused.json()["error"] == "there is no index yet"
    unhealthy = client.get("/healthz")
    assert (unhealthy.status_code, unhealthy.json()["index"]) == (503, None)
    assert shop.home.published is not None
    whole = shop.home.published
    empty_shop.home.build(whole.info.spec, whole.entries)
    assert "mug-red" in ids(client.post("/v1/search", data={"words": "red mug"}))
    # And the next generation from the next request on.
    left = [entry for entry in whole.entries if entry.card.product_id != "mug-red"]
    empty_shop.home.build(whole.info.spec, left)
    assert "mug-red" not in ids(client.post("/v1/search", data={"words": "red mug"}))


def test_an_index_of_other_models_is_taken_up_without_a_restart(shop: Shop) -> None:
    assert shop.home.published is not None
    whole = shop.home.published
    models = shop.engine.lens().models
    other = replace(shop.embedder, image_fingerprint="other-colours-1")

    def opened() -> Lens:
        fitting = shop.home.published and shop.home.published.info.spec.image_fingerprint
        embedder = other if fitting == other.image_fingerprint else shop.embedder
        return Lens(replace(models, embedder=embedder, reader=None), shop.home)

    client = over(opened)
    plain = {"top": "1", "read_text": "false"}
    assert ids(client.post("/v1/search", files=IMAGE, data=plain)) == ["mug-blue"]
    before, asked = opened(), len(other.embedded)
    spec = replace(whole.info.spec, image_fingerprint=other.image_fingerprint)
    shop.home.build(spec, whole.entries)
    with pytest.raises(StaleIndex):
        before.info()
    assert ids(client.post("/v1/search", files=IMAGE, data=plain)) == ["mug-blue"]
    assert client.get("/healthz").json()["index"]["generation"] == 2
    assert len(other.embedded) > asked


def test_other_sites_are_answered_only_where_they_are_named(shop: Shop) -> None:
    ours, theirs = {"Origin": "https://shop.example"}, {"Origin": "https://evil.example"}
    asking = {"Access-Control-Request-Method": "POST"}
    closed = api_client(shop.engine)
    opened = api_client(shop.engine, access=Access(KEY, ("https://shop.example",)))
    header = "access-control-allow-origin"
    assert header not in closed.get("/v1/facets", headers=ours).headers
    assert opened.get("/v1/facets", headers=ours).headers[header] == "https://shop.example"
    assert header not in opened.get("/v1/facets", headers=theirs).headers
    assert opened.options("/v1/search", headers=ours | asking).status_code == 200
    assert opened.options("/v1/search", headers=theirs | asking).status_code == 400
    # A browser shows a page only what carries the header: refusals too.
    refused = opened.get("/v1/facets", headers=ours | {"Authorization": ""})
    assert (refused.status_code, refused.headers[header]) == (401, "https://shop.example")


def test_the_description_is_true(client: TestClient) -> None:
    told = client.get("/openapi.json").json()
    assert told == description()
    searched = client.post("/v1/search", files=IMAGE, data={"words": "red", "facets": "true"})
    for path, method, answer in (
        ("/v1/search", "post", searched),
        ("/v1/detect", "post", client.post("/v1/detect", files=IMAGE)),
        ("/v1/products/{product_id}/similar", "get", client.get("/v1/products/mug-red/similar")),
        ("/v1/facets", "get", client.get("/v1/facets")),
        ("/v1/search", "post", client.post("/v1/search")),
    ):
        promised = told["paths"][path][method]["responses"][str(answer.status_code)]
        schema = promised["content"]["application/json"]["schema"] | {
            "components": told["components"]
        }
        jsonschema.validate(answer.json(), schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"results": 1}, schema)
    form = told["paths"]["/v1/search"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert {"image", "words", "box", "top", "tag"} <= set(form["schema"]["properties"])
    served = {route.path.replace(":path", "") for route in client.app.routes}  # type: ignore[attr-defined]
    assert served - set(told["paths"]) == {"/openapi.json"}


def test_it_loads_the_models_when_it_starts_and_lets_go_at_its_end(shop: Shop) -> None:
    searcher = Searcher(lambda: Lens(shop.engine.lens().models, shop.home))
    with api_client(searcher) as client:
        while not client.get("/healthz").json()["warm"]:
            threading.Event().wait(0.01)
        assert shop.embedder.embedded[PRODUCTS:] == ["blank"]
        assert client.get("/v1/facets").status_code == 200
    assert shop.home.opened[-1].closed

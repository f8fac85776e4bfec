"""A tagger behind a real HTTP server, with everything that such servers do wrong."""

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from models.errors import BadInput, TaggerUnavailable, TaggingFailed
from models.tagger_endpoint import Endpoint, EndpointTagger
from models.tagger_types import TaggerOptions, TagSubject
from tests.fakes.chat_server import GOOD, RECORD, ChatServer, Reply, chatting, product_in

MUG = TagSubject("Red mug", "Holds 330 ml", ("Kitchen", "Mugs"), "Nord", (("color", "red"),))


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chatting(ChatServer()) as started:
        yield started


@pytest.fixture
def waits() -> list[float]:
    """Seconds that the tagger would have slept."""
    return []


@pytest.fixture
def tagger(server: ChatServer, waits: list[float]) -> Callable[..., EndpointTagger]:
    def make(options: TaggerOptions | None = None, **changes: Any) -> EndpointTagger:
        endpoint = replace(Endpoint(server.address, "qwen3:4b", key="sesame"), **changes)
        return EndpointTagger(endpoint, options or TaggerOptions(("en", "ru")), waits.append)

    return make


def first(*replies: Reply) -> Callable[[int, dict[str, Any]], Reply]:
    """These in their order, then good ones."""
    return lambda number, body: replies[number - 1] if number <= len(replies) else GOOD


def test_a_product_is_asked_about_with_the_schema_and_comes_back_as_a_record(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    tagged = tagger().tag(MUG)
    assert tagged.record.of("colour") == ("red",)
    assert tagged.record.of("synonym") == ("cup", "кружка")
    assert (tagged.tokens_in, tagged.tokens_out, tagged.left_out) == (300, 60, 0)
    (body,) = server.asked
    assert body["model"] == "qwen3:4b"
    assert product_in(body)["title"] == "Red mug"
    schema = body["response_format"]["json_schema"]
    assert set(schema["schema"]["required"]) == set(RECORD)
    assert schema["schema"]["additionalProperties"] is False
    assert "tools" not in body
    assert server.keys == ["Bearer sesame"]
    assert "English and Russian" in body["messages"][0]["content"]


def test_the_key_is_in_no_message_and_no_name(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    server.answer = first(*[Reply(status=401, raw=b"no") for _ in range(3)])
    with pytest.raises(TaggerUnavailable) as refused:
        tagger().tag(MUG)
    assert "SHOPLENS_TAGGER_KEY" in refused.value.remedy
    assert "sesame" not in str(refused.value) + repr(Endpoint("http://h/v1", "m", key="sesame"))
    assert "sesame" not in tagger().fingerprint
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("formats", "found"), [({"json_object", "none"}, "json_object"), ({"none"}, "none")]
)
def test_a_server_without_schemas_is_asked_without_and_not_with_one_again(
    server: ChatServer, tagger: Callable[..., EndpointTagger], formats: set[str], found: str
) -> None:
    server.formats = frozenset(formats)
    asked = tagger()
    assert asked.format == "json_schema"
    asked.tag(MUG)
    assert asked.format == found
    before = len(server.asked)
    asked.tag(MUG)
    assert len(server.asked) == before + 1


def test_one_product_that_a_server_refuses_does_not_cost_the_others_the_schema(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    long = replace(MUG, title="endless")
    refusal = Reply(status=400, raw=b"context length exceeded")
    server.answer = lambda number, body: refusal if product_in(body)["title"] == "endless" else GOOD
    asked = tagger()
    with pytest.raises(TaggingFailed, match="context length exceeded") as failed:
        asked.tag(long)
    assert failed.value.reason == "refused with status 400"
    assert asked.format == "json_schema"
    assert asked.tag(MUG).record.of("type") == ("mug",)


def test_models_that_name_the_limit_otherwise_are_asked_as_they_wish(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    def picky(number: int, body: dict[str, Any]) -> Reply:
        if "max_tokens" in body:
            return Reply(status=400, raw=b"use 'max_completion_tokens' instead")
        if "temperature" in body:
            return Reply(status=400, raw=b"temperature does not support 0")
        return GOOD

    server.answer = picky
    assert tagger().tag(MUG).record.of("type") == ("mug",)
    assert "response_format" in server.asked[-1]
    assert "max_tokens" not in server.asked[-1]


def _said(content: str, **usage: object) -> bytes:
    choice = {"message": {"content": content}, "finish_reason": "stop"}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(Reply(content="[" * 20_000), id="a model in a loop of brackets"),
        pytest.param(Reply(raw=b"[" * 100_000), id="a server in one"),
        pytest.param(Reply(raw=_said("a cut emoji: \ud83d")), id="half a character"),
        pytest.param(Reply(raw=_said("{}", prompt_tokens=float("inf"))), id="infinite tokens"),
        pytest.param(Reply(headers={"Content-Encoding": "gzip"}), id="not packed as it says"),
    ],
)
def test_an_answer_that_nobody_foresaw_costs_one_attempt_and_never_the_run(
    server: ChatServer, tagger: Callable[..., EndpointTagger], broken: Reply
) -> None:
    server.answer = first(broken)
    assert tagger().tag(MUG).record.of("type") == ("mug",)
    assert len(server.asked) == 2
    server.answer = lambda number, body: broken
    with pytest.raises(TaggingFailed):
        tagger().tag(MUG)


def test_a_server_cannot_put_money_back_by_counting_below_nothing(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    server.answer = first(Reply(usage=(-1_000_000, -5)))
    tagged = tagger().tag(MUG)
    assert (tagged.tokens_in, tagged.tokens_out) == (0, 0)


def test_a_busy_server_is_given_the_time_that_it_asks_for(
    server: ChatServer, tagger: Callable[..., EndpointTagger], waits: list[float]
) -> None:
    busy = Reply(status=429, headers={"Retry-After": "7"}, raw=b"{}")
    server.answer = first(busy, Reply(status=500, raw=b"oops"), Reply(status=503, raw=b""))
    assert tagger().tag(MUG).record.of("type") == ("mug",)
    assert waits[0] == 7.0
    assert 1.0 <= waits[1] <= 2.0
    assert 2.0 <= waits[2] <= 4.0
    assert len(server.asked) == 4


def test_a_server_that_stays_broken_costs_this_product_only(
    server: ChatServer, tagger: Callable[..., EndpointTagger], waits: list[float]
) -> None:
    server.answer = lambda number, body: Reply(status=500, raw=b"oops")
    with pytest.raises(TaggingFailed) as failed:
        tagger(tries=3).tag(MUG)
    assert failed.value.reason == "status 500"
    assert len(server.asked) == 3
    assert len(waits) == 2


def test_a_server_that_asks_for_an_hour_is_not_waited_for(
    server: ChatServer, tagger: Callable[..., EndpointTagger], waits: list[float]
) -> None:
    server.answer = lambda number, body: Reply(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(TaggingFailed, match="status 429"):
        tagger().tag(MUG)
    assert waits == []
    assert len(server.asked) == 1


def test_a_slow_answer_is_given_up(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    server.answer = lambda number, body: Reply(seconds=5.0)
    began = time.monotonic()
    with pytest.raises(TaggingFailed) as failed:
        tagger(seconds=0.2, tries=1).tag(MUG)
    assert failed.value.reason == "no answer in time"
    assert time.monotonic() - began < 4.0


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Reply(content='{"type": "mug", "colours": ["re'), "it is no JSON"),
        (Reply(content='{"type": "mug", "colours": ["red"', finish="length"), "cut off"),
        (Reply(content='{"type": 7}'), "type: Input should be a valid string"),
        (Reply(content='{"type": "mug", "price": "free"}'), "price: Extra inputs"),
        (Reply(content='["mug"]'), "the whole"),
        (Reply(content=""), "it was empty"),
        (Reply(content=None, refusal="I cannot help with that"), "only to describe"),
        (Reply(content='{"type": "<script>"}'), "no value is a word"),
        (Reply(raw=b"<html>proxy error</html>"), "it was empty"),
    ],
)
def test_a_wrong_answer_is_shown_to_the_model_and_asked_for_again(
    server: ChatServer, tagger: Callable[..., EndpointTagger], wrong: Reply, told: str
) -> None:
    server.answer = first(wrong)
    tagged = tagger().tag(MUG)
    assert tagged.record.of("type") == ("mug",)
    again = server.asked[1]["messages"]
    assert told in again[-1]["content"]
    assert again[:2] == server.asked[0]["messages"]
    paid = 300 if wrong.raw is not None else 600
    assert tagged.tokens_in == paid


def test_a_model_that_never_answers_well_fails_with_the_reason_and_what_it_cost(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    server.answer = lambda number, body: Reply(content=None, refusal="No")
    with pytest.raises(TaggingFailed) as failed:
        tagger().tag(MUG)
    assert failed.value.reason == "refused"
    assert (failed.value.tokens_in, failed.value.tokens_out) == (900, 180)
    assert len(server.asked) == 3


def test_a_fence_around_the_json_is_no_reason_to_ask_again(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    server.answer = lambda number, body: Reply(content=f"```json\n{json.dumps(RECORD)}\n```")
    assert tagger().tag(MUG).record.of("material") == ("ceramic",)
    assert len(server.asked) == 1


def test_a_model_that_sees_gets_the_picture_and_one_that_does_not_gets_none(
    server: ChatServer, tagger: Callable[..., EndpointTagger]
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    shown = replace(MUG, picture=out.getvalue())
    tagger(TaggerOptions(pictures=True)).tag(shown)
    picture, text = server.asked[0]["messages"][1]["content"]
    prefix, _, data = picture["image_url"]["url"].partition(",")
    assert prefix == "data:image/jpeg;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (40, 30)
    assert "Red mug" in text["text"]
    tagger().tag(shown)
    assert isinstance(server.asked[1]["messages"][1]["content"], str)
    assert "base64" not in server.prompts()[1]


def test_nobody_there_is_told_with_a_remedy(waits: list[float]) -> None:
    gone = Endpoint("http://127.0.0.1:9/v1", "m", tries=2)
    with pytest.raises(TaggerUnavailable, match="does not answer") as error:
        EndpointTagger(gone, TaggerOptions(), waits.append).tag(MUG)
    assert "start the server" in error.value.remedy
    assert len(waits) == 1


@pytest.mark.parametrize("address", ["ftp://host/v1", "localhost:11434", "http://", "http:///v1"])
def test_what_is_no_address_is_refused_before_anything_is_asked(address: str) -> None:
    with pytest.raises(BadInput, match="no address"):
        EndpointTagger(Endpoint(address, "m"), TaggerOptions())
    with pytest.raises(BadInput, match="which one is not said"):
        EndpointTagger(Endpoint("http://localhost/v1", ""), TaggerOptions())


def test_requests_a_minute_are_kept_also_when_they_are_repeated(
    server: ChatServer, tagger: Callable[..., EndpointTagger], waits: list[float]
) -> None:
    server.answer = first(Reply(content="no"))
    tagger(per_minute=60.0).tag(MUG)
    first_wait, second_wait = waits
    assert first_wait == 0.0
    assert 0.5 < second_wait <= 1.0


def test_the_name_of_a_model_its_prompt_and_languages_make_the_fingerprint(
    tagger: Callable[..., EndpointTagger],
) -> None:
    plain = tagger(TaggerOptions(("en",)))
    assert plain.fingerprint == tagger(TaggerOptions(("en",)), address="http://h/v1").fingerprint
    others = {
        tagger(TaggerOptions(("ru",))).fingerprint,
        tagger(TaggerOptions(("en",), pictures=True)).fingerprint,
        tagger(TaggerOptions(("en",)), model="other").fingerprint,
    }
    assert plain.fingerprint not in others
    assert len(others) == 3

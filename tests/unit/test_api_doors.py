"""What stands between a request and the search: forms, keys, counts, queues."""

import asyncio
import tempfile
import threading
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.formparsers import MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from app.api.body import Uploads, parse_form
from app.api.fields import Conditions, SearchFields
from app.api.guard import Buckets, is_local, network_of
from app.api.limits import limits_of
from app.api.refusals import Refusal
from app.api.workers import Workers
from app.uploads import LARGEST_PICTURE
from pipelines.settings import Settings
from tests.fakes.api_client import GENEROUS

MULTIPART = "multipart/form-data; boundary=b"


def form(*parts: tuple[str, bytes], end: bytes = b"--b--\r\n") -> bytes:
    return (
        b"".join(
            f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
            for head, data in parts
        )
        + end
    )


def picture(data: bytes) -> tuple[str, bytes]:
    return 'name="image"; filename="a.jpg"', data


def request(body: list[bytes], *, hangs: bool = False, **headers: str) -> Request:
    """A request whose body comes in these pieces; then nothing more where it hangs."""
    left = list(body)

    async def receive() -> Message:
        if not left and hangs:
            await asyncio.sleep(60)
        data = left.pop(0)
        return {"type": "http.request", "body": data, "more_body": bool(left) or hangs}

    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": told}, receive)


def status(refusal: "pytest.ExceptionInfo[Refusal]") -> HTTPStatus:
    return refusal.value.status


def test_a_form_is_read_with_its_picture_and_every_field() -> None:
    data = bytes(range(256)) * 40 + b"\r\n--b\r"  # nearly a boundary
    body = form(('name="words"', "в клетку".encode()), picture(data), ('name="tag"', b"a"))
    read = parse_form(MULTIPART, body)
    assert read.image == data
    assert read.fields == (("words", "в клетку"), ("tag", "a"))
    plain = parse_form("application/x-www-form-urlencoded", b"words=red+mug&tag=a&tag=b")
    assert plain.fields == (("words", "red mug"), ("tag", "a"), ("tag", "b"))
    assert plain.image is None


def test_a_large_picture_reaches_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = form(picture(bytes(LARGEST_PICTURE)))
    # Temporary files cannot be made here: Starlette's own parser fails, ours does not notice.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    # The page's server, where it ran in this process, keeps more in memory.
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 2**20)
    with pytest.raises(FileNotFoundError):
        asyncio.run(request([body], content_type=MULTIPART).form().__aenter__())
    assert parse_form(MULTIPART, body).image == bytes(LARGEST_PICTURE)


@pytest.mark.parametrize(
    ("kind", "body", "refused"),
    [
        ("application/json", b"{}", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ("", b"", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data", form(picture(b"x")), HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        (MULTIPART, b"", HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(picture(b"x"), end=b""), HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(picture(b"x"))[:-9], HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(picture(b"x"), picture(b"y")), HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(('name="photo"; filename="a"', b"x")), HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(('name="words"', b"\xff")), HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(('name="words"', bytes(100_000))), HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(*[('name="tag"', b"x")] * 102), HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(picture(b"\r\n--bX" * 2000)), HTTPStatus.BAD_REQUEST),
        ("application/x-www-form-urlencoded", b"words=" + b"%41" * 30_000, HTTPStatus.BAD_REQUEST),
        (MULTIPART, form(picture(bytes(LARGEST_PICTURE + 1))), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        ("application/x-www-form-urlencoded", b"a=" + b"&a=" * 200, HTTPStatus.BAD_REQUEST),
        ("application/x-www-form-urlencoded", b"\xff", HTTPStatus.BAD_REQUEST),
    ],
)
def test_what_is_no_form_is_refused(kind: str, body: bytes, refused: HTTPStatus) -> None:
    with pytest.raises(Refusal) as caught:
        parse_form(kind, body)
    assert status(caught) == refused
    assert caught.value.remedy


@given(body=st.binary(max_size=300), cut=st.integers(0, 200))
def test_whatever_a_form_holds_it_is_read_or_refused(body: bytes, cut: int) -> None:
    for data in (body, form(picture(body))[:cut], b"--b\r\n" + body):
        try:
            parse_form(MULTIPART, data)
        except Refusal as refusal:
            assert refusal.status < 500


def test_fields_are_the_options_of_the_command_line() -> None:
    asked = SearchFields.of(
        [("tag", "colour:red"), ("tag", "colour:blue"), ("price_min", ""), ("in_stock", "true")]
    )
    assert asked.where.tags == ("colour:red", "colour:blue")
    assert asked.where.in_stock_only
    assert asked.where.price_min is None
    assert asked.read_text


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("limit", "3")], "'limit'"),
        ([("top", "3"), ("top", "4")], "twice"),
        ([("top", "many")], "top"),
        ([("top", "0")], "top"),
        ([("price_max", "nan")], "price_max"),
        ([("words", "x" * 301)], "words"),
        ([("tag", "a:b")] * 25, "tag"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(pairs: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(Refusal, match=told):
        SearchFields.of(pairs)
    with pytest.raises(Refusal):
        Conditions.of([("words", "not a condition")])


def test_a_body_is_cut_at_its_limit_whether_it_told_its_length_or_not() -> None:
    uploads = Uploads(replace(GENEROUS, body=1000))
    assert asyncio.run(uploads.body(request([b"x" * 600, b"y" * 400]))) == b"x" * 600 + b"y" * 400
    for too_much in (
        request([b"x" * 600, b"y" * 401]),
        request([], content_length="1001"),  # refused before anything is read
    ):
        with pytest.raises(Refusal) as caught:
            asyncio.run(uploads.body(too_much))
        assert status(caught) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_who_sends_too_slowly_is_dropped_and_leaves_room_for_the_next() -> None:
    uploads = Uploads(replace(GENEROUS, uploads=1, upload_seconds=0.05))

    async def both() -> None:
        slow = asyncio.ensure_future(uploads.body(request([b"x"], hangs=True)))
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as busy:
            await uploads.body(request([b"y"]))
        assert status(busy) == HTTPStatus.SERVICE_UNAVAILABLE
        with pytest.raises(Refusal) as dropped:
            await slow
        assert status(dropped) == HTTPStatus.REQUEST_TIMEOUT
        assert dropped.value.response().headers["connection"] == "close"
        assert await uploads.body(request([b"y"])) == b"y"

    asyncio.run(both())


def test_a_bucket_lets_a_burst_through_then_so_many_a_minute() -> None:
    now = [0.0]
    buckets = Buckets(per_minute=60, burst=3, now=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == pytest.approx(1)
    assert buckets.take("b") == 0
    now[0] = 0.75
    assert buckets.take("a") == pytest.approx(0.25)
    now[0] = 1.0
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    now[0] = 1000.0
    assert [bool(buckets.take("a")) for _ in range(4)] == [False, False, False, True]


def test_buckets_do_not_fill_the_memory() -> None:
    buckets = Buckets(per_minute=60, burst=3)
    for i in range(20_000):
        buckets.take(str(i))
    assert len(buckets._left) == 10_000
    assert "0" not in buckets._left


def test_a_household_counts_as_one() -> None:
    assert network_of("203.0.113.7") != network_of("203.0.113.8")
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:203.0.113.7") == network_of("203.0.113.7")
    assert network_of("testclient") == "testclient"


def test_this_machine_is_told_from_the_world() -> None:
    assert all(map(is_local, ("localhost", "127.0.0.1", "127.1.2.3", "::1")))
    assert not any(map(is_local, ("0.0.0.0", "::", "192.168.1.5", "shop.example", "")))  # noqa: S104


async def _stays() -> Message:
    await asyncio.sleep(60)
    return {"type": "http.disconnect"}


async def _leaves() -> Message:
    return {"type": "http.disconnect"}


def test_what_nobody_waits_for_any_more_never_begins() -> None:
    workers = Workers(replace(GENEROUS, at_once=1, waiting=1))
    go, ran = threading.Event(), []

    async def queue() -> None:
        first = asyncio.ensure_future(workers.run(lambda: go.wait(20), _stays))
        await asyncio.sleep(0.02)
        with pytest.raises(ClientDisconnect):
            await workers.run(lambda: ran.append("nobody listens"), _leaves)
        go.set()
        assert await first
        assert await workers.run(lambda: "next", _stays) == "next"

    asyncio.run(queue())
    assert ran == []


def test_work_that_takes_too_long_keeps_its_place_until_it_is_done() -> None:
    workers = Workers(replace(GENEROUS, at_once=1, waiting=0, seconds=0.05))
    go = threading.Event()

    async def too_long() -> None:
        with pytest.raises(Refusal) as late:
            await workers.run(lambda: go.wait(20), _stays)
        assert status(late) == HTTPStatus.GATEWAY_TIMEOUT
        with pytest.raises(Refusal) as busy:
            await workers.run(lambda: "next", _stays)
        assert status(busy) == HTTPStatus.SERVICE_UNAVAILABLE
        assert busy.value.response().headers["retry-after"] == "1"
        go.set()
        while workers._inside:
            await asyncio.sleep(0.01)
        assert await workers.run(lambda: "next", _stays) == "next"

    asyncio.run(too_long())


def test_never_more_searches_than_may_run_at_once() -> None:
    workers = Workers(replace(GENEROUS, at_once=2, waiting=20))
    running, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)
        with lock:
            running -= 1

    async def many() -> None:
        await asyncio.gather(*(workers.run(work, _stays) for _ in range(20)))

    asyncio.run(many())
    assert most == 2


def test_settings_become_limits_and_refuse_what_makes_no_sense() -> None:
    limits = limits_of(Settings(api_at_once=2, api_per_minute=0))
    assert (limits.at_once, limits.waiting, limits.per_minute) == (2, 8, None)
    assert limits_of(Settings(api_per_minute=600)).burst == 100
    assert Settings(api_origins="https://a.example, http://localhost:3000").api_origins == (  # type: ignore[arg-type]
        "https://a.example",
        "http://localhost:3000",
    )
    for wrong in (
        {"api_key": "short"},
        {"api_origins": "*"},
        {"api_origins": "https://shop.example/page"},
        {"api_seconds": 0},
    ):
        with pytest.raises(ValidationError):
            Settings(**wrong)  # type: ignore[arg-type]

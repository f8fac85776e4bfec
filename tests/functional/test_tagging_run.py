"""The tagging run over a real catalog and a real HTTP server: nothing is asked or paid twice."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from indexer.index_home import FeedChoice
from indexer.tagging.estimate import CHARACTERS_A_TOKEN, Sample, estimate
from indexer.tagging.home import Tagging, estimate_home, prompt_of, tag_home
from indexer.tagging.languages import languages_by_script
from indexer.tagging.money import Price
from indexer.tagging.report import TagProgress, TagReport
from indexer.tagging.run import TagOptions, tag_products
from indexer.tagging.waiting import Queue, queue_of_catalog
from models.errors import BadInput, BadQuery, IndexMissing, TaggingFailed
from models.tag_types import TagRecord
from models.tagger_endpoint import Endpoint, EndpointTagger
from models.tagger_types import Tagged, TaggerOptions, TagSubject
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_records import Batch, ImageRecord, ProductRecord
from pipelines.catalog_tags import written_tags
from pipelines.catalog_types import Product
from pipelines.settings import Settings
from tests.fakes.chat_server import GOOD, RECORD, ChatServer, Reply, chatting, product_in
from tests.fakes.home import shop, write_csv


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chatting(ChatServer()) as started:
        yield started


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogDb]:
    with CatalogDb.open(tmp_path / CATALOG_NAME) as opened:
        stock(opened, *(mug(number) for number in range(6)))
        yield opened


def mug(number: int, **changes: Any) -> Product:
    product = Product(id=f"mug-{number}", title=f"Mug number {number}", description="Holds tea")
    return replace(product, **changes)


def stock(catalog: CatalogDb, *products: Product, images: tuple[ImageRecord, ...] = ()) -> None:
    records = tuple(ProductRecord(product, images) for product in products)
    catalog.commit(catalog.begin_run("feed.csv"), Batch(records))


def run(
    catalog: CatalogDb, server: ChatServer, options: TagOptions | None = None, **endpoint: Any
) -> TagReport:
    asked = EndpointTagger(
        Endpoint(server.address, "m", **{"at_once": 1, "tries": 1, **endpoint}),
        TaggerOptions(),
        lambda seconds: None,
    )
    queue = queue_of_catalog(catalog, asked.fingerprint, pictures=False)
    return tag_products(queue, catalog, asked, options)


def settings(catalog: CatalogDb, server: ChatServer, **changes: Any) -> Settings:
    home = catalog.path.parent
    return Settings(home=home, tagger=server.address, tagger_model="m", **changes)


def test_every_product_is_asked_about_once_and_the_next_run_asks_nothing(
    catalog: CatalogDb, server: ChatServer
) -> None:
    stock(catalog, mug(7, title="Mug number 3"))  # a twin by its words
    report = run(catalog, server)
    assert (report.outcome, report.written, report.known) == ("finished", 6, 1)
    assert report.clean
    assert len(dict(written_tags(catalog))) == 7
    again = run(catalog, server)
    assert (again.written, again.known, again.tokens_in) == (0, 7, 0)
    assert len(server.asked) == 6


def test_a_changed_product_is_asked_about_again_and_only_that(
    catalog: CatalogDb, server: ChatServer
) -> None:
    run(catalog, server)
    stock(catalog, mug(2, description="Holds coffee"), mug(3, in_stock=False))
    assert run(catalog, server).written == 1
    assert product_in(server.asked[-1])["description"] == "Holds coffee"


def test_a_product_that_fails_keeps_its_attributes_and_is_asked_about_next_time(
    catalog: CatalogDb, server: ChatServer
) -> None:
    bad = {"Mug number 1": Reply(content="no"), "Mug number 4": Reply(status=500)}
    server.answer = lambda number, body: bad.get(product_in(body)["title"], GOOD)
    report = run(catalog, server)
    assert (report.written, report.failed, report.waiting) == (4, 2, 0)
    assert dict(report.failures) == {"wrong answer": 1, "status 500": 1}
    assert {failure.product_id for failure in report.named} == {"mug-1", "mug-4"}
    assert not report.clean
    assert {"mug-1", "mug-4"}.isdisjoint(dict(written_tags(catalog)))
    bad.clear()
    assert run(catalog, server).written == 2


def test_an_interrupted_run_keeps_what_came_and_goes_on(
    catalog: CatalogDb, server: ChatServer
) -> None:
    report = run(catalog, server, TagOptions(stop=lambda: len(server.asked) >= 3))
    assert (report.outcome, report.written, report.waiting) == ("interrupted", 3, 3)
    report = run(catalog, server)
    assert (report.outcome, report.written) == ("finished", 3)
    assert len(server.asked) == 6


class _Breaks:
    """Writes of the first product, and ends of the second with an error that nobody foresaw."""

    at_once = 3
    fingerprint = "breaks-1"
    options = TaggerOptions()

    def tag(self, subject: TagSubject) -> Tagged:
        if subject.title.endswith("1"):
            raise MemoryError("the second")
        return Tagged(TagRecord((("type", "mug"),)), 300, 60)

    def tokens(self, text: str) -> int | None:
        return None


def test_what_came_beside_an_error_that_nobody_foresaw_is_paid_and_kept(
    catalog: CatalogDb,
) -> None:
    def late() -> TagSubject:
        time.sleep(0.2)  # the two before it are answered, and found together
        raise TaggingFailed("it left the catalog", remedy="run it again", reason="gone")

    queue = queue_of_catalog(catalog, _Breaks.fingerprint, pictures=False)
    first, second, third, *_ = queue.waiting
    queue = Queue((first, second, replace(third, subject=late)), 3, 0)
    with pytest.raises(MemoryError):
        tag_products(queue, catalog, _Breaks())
    assert list(dict(written_tags(catalog))) == ["mug-0"]


def test_no_more_than_the_limit_is_asked_about(catalog: CatalogDb, server: ChatServer) -> None:
    report = run(catalog, server, TagOptions(limit=2))
    assert (report.outcome, report.written, report.waiting) == ("limit", 2, 4)
    assert len(server.asked) == 2


def test_a_budget_is_never_exceeded_also_by_answers_on_their_way(
    catalog: CatalogDb, server: ChatServer
) -> None:
    stock(catalog, *(mug(number) for number in range(100, 160)))
    server.answer = lambda number, body: replace(GOOD, usage=(2000, 400))
    price = Price(1.0, 2.0)
    report = run(catalog, server, TagOptions(price=price, budget=0.1), at_once=4)
    assert report.outcome == "budget"
    assert 0 < report.spent <= 0.1
    assert report.spent == pytest.approx(price.of(report.tokens_in, report.tokens_out))
    assert report.waiting > 0
    free = run(catalog, server, TagOptions(price=price, budget=0.0))
    assert (free.written, free.outcome) == (0, "budget")


def test_a_server_that_does_not_count_is_paid_at_its_worst(
    catalog: CatalogDb, server: ChatServer
) -> None:
    server.answer = lambda number, body: replace(GOOD, usage=None)
    report = run(catalog, server, TagOptions(price=Price(1.0, 1.0), budget=0.03))
    assert report.tokens_in == 0
    assert report.outcome == "budget"
    assert 0.0 < report.spent <= 0.03


def test_a_server_that_fails_everything_is_not_asked_about_a_whole_catalog(
    catalog: CatalogDb, server: ChatServer
) -> None:
    stock(catalog, *(mug(number) for number in range(100, 160)))
    server.answer = lambda number, body: Reply(status=500)
    report = run(catalog, server)
    assert report.outcome == "unavailable"
    assert "20 products in a row" in report.problem
    assert len(server.asked) == 20


def test_no_access_stops_the_run_and_keeps_what_was_written(
    catalog: CatalogDb, server: ChatServer
) -> None:
    server.answer = lambda number, body: GOOD if number < 3 else Reply(status=402, raw=b"pay")
    report = run(catalog, server)
    assert (report.outcome, report.written) == ("unavailable", 2)
    assert "no money left" in report.problem
    used = catalog.fact("tagger")
    server.answer = lambda number, body: Reply(status=403)
    other = EndpointTagger(Endpoint(server.address, "other"), TaggerOptions())
    queue = queue_of_catalog(catalog, other.fingerprint, pictures=False)
    assert tag_products(queue, catalog, other).written == 0
    assert catalog.fact("tagger") == used != other.fingerprint
    assert len(dict(written_tags(catalog))) == 2


def test_as_many_are_asked_at_once_as_was_said(catalog: CatalogDb, server: ChatServer) -> None:
    server.answer = lambda number, body: replace(GOOD, seconds=0.2)
    run(catalog, server, at_once=3)
    assert 1 < server.most_at_once <= 3


def test_tags_of_another_model_are_written_beside_and_the_one_in_use_counts(
    catalog: CatalogDb, server: ChatServer
) -> None:
    run(catalog, server)
    server.answer = lambda number, body: Reply(content=json.dumps({**RECORD, "type": "beaker"}))
    other = EndpointTagger(Endpoint(server.address, "other"), TaggerOptions())
    queue = queue_of_catalog(catalog, other.fingerprint, pictures=False)
    tag_products(queue, catalog, other)
    assert {record.of("type") for _, record in written_tags(catalog)} == {("beaker",)}
    assert run(catalog, server).known == 6
    assert {record.of("type") for _, record in written_tags(catalog)} == {("mug",)}


def test_a_model_that_sees_is_asked_again_where_the_picture_changed(
    catalog: CatalogDb, server: ChatServer, tmp_path: Path
) -> None:
    path = tmp_path / "mug.png"
    Image.new("RGB", (2000, 1000), "red").save(path)
    for digest, asked in (("a" * 64, 6), ("a" * 64, 6), ("b" * 64, 12)):
        picture = ImageRecord(0, "mug.png", str(path), digest)
        stock(catalog, *(mug(number) for number in range(6)), images=(picture,))
        tag_home(Tagging(settings(catalog, server, tagger_pictures=True), TagOptions()), None)
        assert len(server.asked) == asked
    assert server.prompts()[0].count("data:image/jpeg;base64") == 1


def test_an_index_run_writes_tags_before_it_publishes(tmp_path: Path, server: ChatServer) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "red.png")
    feed = write_csv(tmp_path, ["mug,red.png,Red mug"])
    asked: list[TagProgress] = []
    with shop(tmp_path / "home") as place:
        options = settings(place.catalog, server)

        class Sink:
            def tagged(self, progress: TagProgress) -> None:
                asked.append(progress)

        tagging = Tagging(options, TagOptions(), Sink())
        report = place.index(feed, tag=tagging.tag)
        assert report.built
        assert report.tags is not None
        assert report.tags.written == 1
        assert "tags" in dict(report.stages)
        assert [(progress.done, progress.of) for progress in asked] == [(1, 1)]
        again = place.index(feed, tag=tagging.tag)
        assert not again.built
        server.answer = lambda number, body: Reply(status=403)
        server_down = place.index(write_csv(tmp_path, ["mug,red.png,Crimson mug"]), tag=tagging.tag)
        # The shop is published all the same.
        assert server_down.built
        assert server_down.tags is not None
        assert server_down.tags.outcome == "unavailable"
        assert not server_down.clean


def test_a_feed_is_tagged_before_it_is_indexed(
    catalog: CatalogDb, server: ChatServer, tmp_path: Path
) -> None:
    feed = write_csv(tmp_path, ["lamp,a.jpg,Desk lamp", "mug-1,b.jpg,Mug number 1"])
    tagging = Tagging(settings(catalog, server), TagOptions())
    report, index = tag_home(tagging, FeedChoice(str(feed)))
    assert (report.written, index) == (2, None)
    stock(catalog, Product(id="lamp", title="Desk lamp"))
    assert "lamp" in dict(written_tags(catalog))
    seeing = Tagging(settings(catalog, server, tagger_pictures=True), TagOptions())
    with pytest.raises(BadInput, match="pictures are not here yet"):
        tag_home(seeing, FeedChoice(str(feed)))


def test_an_estimate_asks_nothing_and_a_sample_is_kept(
    catalog: CatalogDb, server: ChatServer
) -> None:
    tagging = Tagging(settings(catalog, server), TagOptions(price=Price(1.0, 10.0)))
    told = estimate_home(tagging, None)
    assert server.asked == []
    assert (told.waiting, told.seconds) == (6, None)
    characters = len(prompt_of(tagging.settings, "mug-1"))
    assert told.tokens_in == pytest.approx(6 * characters / CHARACTERS_A_TOKEN, rel=0.1)
    assert told.money == Price(1.0, 10.0).of(told.tokens_in, told.tokens_out)
    sampled = estimate_home(tagging, None, sample=2)
    assert len(server.asked) == 2
    assert (sampled.waiting, sampled.known) == (4, 2)
    assert sampled.tokens_in == pytest.approx(4 * 300, rel=0.02)
    assert sampled.tokens_out == 4 * 60
    assert sampled.seconds is not None
    report, _ = tag_home(tagging, None)
    assert (report.written, len(server.asked)) == (4, 6)


def test_time_is_told_by_rounds_of_questions_at_a_time(
    catalog: CatalogDb, server: ChatServer
) -> None:
    tagger = EndpointTagger(Endpoint(server.address, "m", at_once=4), TaggerOptions())
    queue = queue_of_catalog(catalog, tagger.fingerprint, pictures=False)
    for products, seconds in ((4, 2.0), (5, 4.0), (8, 4.0)):
        sample = Sample(products, characters=1, tokens_in=1, tokens_out=1, seconds=seconds)
        assert estimate(queue, catalog, tagger, sample=sample).seconds == 4.0
    assert estimate(queue, catalog, tagger).seconds is None


def test_what_was_written_before_tells_the_next_estimate(
    catalog: CatalogDb, server: ChatServer
) -> None:
    tagger = EndpointTagger(Endpoint(server.address, "m"), TaggerOptions())
    run(catalog, server)
    stock(catalog, mug(50), mug(51))
    queue = queue_of_catalog(catalog, tagger.fingerprint, pictures=False)
    told = estimate(queue, catalog, tagger)
    assert (told.tokens_in, told.tokens_out) == (600, 120)
    assert told.basis == "6 records that it wrote before"


def test_languages_are_told_by_the_letters_and_then_remembered(
    catalog: CatalogDb, server: ChatServer
) -> None:
    assert languages_by_script([mug(1)]) == ("en",)
    assert languages_by_script([mug(1, title="Кружка", description="Для чая")]) == ("ru",)
    both = mug(1, title="Кружка для чая", description="A mug for tea")
    assert set(languages_by_script([both])) == {"en", "ru"}
    assert languages_by_script([mug(1, title="Кружка", description="x" * 200)]) == ("en",)
    assert languages_by_script([]) == ("en",)
    tag_home(Tagging(settings(catalog, server), TagOptions(limit=1)), None)
    stock(catalog, *(mug(9 + n, title=f"Кружка {n}", description="Для чая" * 40) for n in range(9)))
    report, _ = tag_home(Tagging(settings(catalog, server), TagOptions(limit=1)), None)
    assert report.fingerprint.endswith(":en")
    chosen = settings(catalog, server, tagger_languages="ru,en")
    report, _ = tag_home(Tagging(chosen, TagOptions(limit=1)), None)
    assert report.fingerprint.endswith(":ru+en")
    assert report.known == 0


def test_what_cannot_work_is_said_before_anything_is_asked(
    catalog: CatalogDb, server: ChatServer, tmp_path: Path
) -> None:
    with pytest.raises(BadQuery, match="needs prices"):
        Tagging(settings(catalog, server), TagOptions(budget=1.0)).check()
    with pytest.raises(BadInput, match="no language model is named"):
        Tagging(Settings(home=tmp_path), TagOptions()).check()
    with pytest.raises(BadInput, match="'xx' is no language"):
        Tagging(settings(catalog, server, tagger_languages="xx"), TagOptions()).check()
    with pytest.raises(BadQuery, match="no product 'nothing'"):
        prompt_of(settings(catalog, server), "nothing")
    with pytest.raises(IndexMissing):
        tag_home(Tagging(Settings(home=tmp_path / "new"), TagOptions()), None)
    assert server.asked == []

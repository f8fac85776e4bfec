"""What a session holds, without a page around it."""

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from app.address import Question
from app.crop_widget import Choice
from app.visit import Visit
from models.errors import BadPicture
from models.types import Box, TextLine
from pipelines.image_io import decode
from pipelines.search_types import Reading
from tests.fakes.shop import LEFT, RIGHT, Shop, make_shop, screenshot

TWO = screenshot(("mug", "blue"), ("bag", "red"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = make_shop(tmp_path)
    shop.reader.go.set()
    return shop


@pytest.fixture
def visit(shop: Shop) -> Visit:
    visit = Visit()
    assert visit.offer(lambda: decode(TWO, "shot.png"))
    visit.look(shop.engine)
    return visit


def read(visit: Visit) -> None:
    assert visit.reading is not None
    visit.reading.result(timeout=20)
    visit.take_reading()


def first(visit: Visit, shop: Shop, question: Question | None = None) -> str:
    return visit.result(shop.engine, question or Question()).selected[0].product_id


def test_a_refused_picture_leaves_everything_as_it_was(visit: Visit) -> None:
    before = (visit.photo, visit.perception, visit.region)

    def broken() -> None:
        raise BadPicture("broken", remedy="send another")

    assert not visit.offer(broken)  # type: ignore[arg-type]
    assert (visit.photo, visit.perception, visit.region) == before
    assert visit.refused is not None


def test_the_whole_picture_is_chosen_by_choosing_nothing(visit: Visit) -> None:
    assert visit.chosen_box == LEFT
    visit.choose(Choice(region=1))
    assert visit.chosen_box == RIGHT
    visit.choose(Choice())
    assert visit.chosen_box is None
    visit.choose(Choice(region=99))
    assert visit.chosen_box is None


def test_a_crop_is_looked_at_once(visit: Visit, shop: Shop) -> None:
    visit.choose(Choice(box=RIGHT))
    assert visit.must_look
    visit.look(shop.engine)
    assert not visit.must_look
    assert first(visit, shop) == "bag-red"
    seen = len(shop.embedder.embedded)
    visit.choose(Choice())
    visit.choose(Choice(box=RIGHT))
    visit.look(shop.engine)
    assert first(visit, shop) == "bag-red"
    assert len(shop.embedder.embedded) == seen


def test_what_is_printed_outside_a_drawn_crop_is_left_out(visit: Visit, shop: Shop) -> None:
    read(visit)
    assert visit.result(shop.engine, Question()).verdict == "exact"
    visit.choose(Choice(box=RIGHT))
    visit.look(shop.engine)
    assert visit.read_in_view.lines == ()
    assert visit.result(shop.engine, Question()).verdict == "similar"
    visit.choose(Choice(box=Box(0, 0, 300, 300)))
    visit.look(shop.engine)
    assert visit.read_in_view.codes == ("MUG-blue-1",)


def test_the_same_question_is_answered_from_memory(visit: Visit, shop: Shop) -> None:
    answer = visit.result(shop.engine, Question())
    assert visit.result(shop.engine, Question()) is answer
    assert visit.result(shop.engine, Question(in_stock_only=True)) is not answer


def test_a_new_generation_answers_at_once(visit: Visit, shop: Shop) -> None:
    before = visit.result(shop.engine, Question())
    assert shop.home.published is not None
    shop.home.build(shop.home.published.info.spec, shop.home.published.entries[:3])
    after = visit.result(shop.engine, Question())
    assert after is not before
    assert len(after.selected) == 3


def test_leaving_forgets_the_picture(visit: Visit) -> None:
    visit.leave()
    assert visit.photo is None
    assert visit.picture == ""
    assert visit.perception is None
    assert not visit.must_look


def test_an_article_number_answers_for_the_product_that_it_stands_nearest_to(
    visit: Visit, shop: Shop
) -> None:
    tag = TextLine("BAG-red-1", 0.9, Box(620, 365, 700, 380))  # a caption under the right one
    assert visit.perception is not None
    visit.perception = visit.perception.with_reading(Reading((tag,), (tag.text,)))
    assert visit.result(shop.engine, Question()).verdict == "similar"
    assert first(visit, shop) == "mug-blue"
    visit.choose(Choice(region=1))
    assert visit.result(shop.engine, Question()).verdict == "exact"
    visit.choose(Choice())  # the whole picture takes everything on it
    assert visit.result(shop.engine, Question()).verdict == "exact"


def test_a_reader_that_breaks_in_its_own_way_costs_the_text_and_not_the_page(
    visit: Visit, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    broken: Future[Reading] = Future()
    broken.set_exception(RuntimeError("Conv node failed"))
    visit.reading = broken
    visit.take_reading()
    assert visit.perception is not None
    assert visit.perception.reading == Reading()
    assert "could not be read" in visit.perception.notes[-1]
    assert "Conv" not in visit.perception.notes[-1]
    assert "Conv node failed" in caplog.text
    assert first(visit, shop) == "mug-blue"


def test_beside_each_other_products_answer_for_their_own_labels(visit: Visit, shop: Shop) -> None:
    line = replace(shop.reader.lines(visit.photo)[0], box=RIGHT)  # type: ignore[arg-type]
    assert visit.perception is not None
    visit.perception = visit.perception.with_reading(Reading((line,), (line.text,)))
    assert visit.result(shop.engine, Question(), region=0).verdict == "similar"
    assert visit.result(shop.engine, Question(), region=1).verdict == "exact"

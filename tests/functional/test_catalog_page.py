"""The owner's page tells what was indexed and what was not, and changes nothing."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_records import Batch, ErrorRecord, ProductRecord, RunCounts
from pipelines.catalog_types import Product
from tests.fakes.shop import OPEN_SHOPS, make_shop

SCRIPT = """
from app.catalog_page import catalog_page
from tests.fakes.shop import OPEN_SHOPS

catalog_page(OPEN_SHOPS[-1].engine)
"""


def page(folder: Path, *, indexed: bool = True, locale: str = "en-GB") -> str:
    shop = make_shop(folder, indexed=indexed)
    OPEN_SHOPS.append(shop)
    try:
        test = AppTest.from_string(SCRIPT, default_timeout=20)
        test.context = {"locale": locale}
        test.run()
    finally:
        OPEN_SHOPS.remove(shop)
    assert not test.exception
    return "\n".join(str(block.body) for block in test.get("html"))


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    with CatalogDb.open(tmp_path / CATALOG_NAME) as db:
        run = db.begin_run("feed.csv")
        errors = (
            ErrorRecord("row", "line 7", "no id", "line 7: the row has no id"),
            ErrorRecord("picture", "<img src=x>", "damaged", "<b>x</b>: damaged (fetch it again)"),
            ErrorRecord("picture", "b.jpg", "damaged", "b.jpg: damaged (fetch it again)"),
        )
        ids = ("1", "mug-red", "mug-orange")
        products = tuple(ProductRecord(Product(id=each), ()) for each in ids)
        db.commit(run, Batch(products=products, errors=errors))
        counts = RunCounts(products=1, embedded=12, seconds=4.0, images_per_second=3.0)
        db.finish_run(run, "finished", counts)
    return tmp_path


def test_without_a_catalog_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    told = page(tmp_path, indexed=False)
    assert "No catalog on this machine yet." in told
    assert "<code>shoplens index FEED</code>" in told


def test_the_owner_reads_which_file_is_damaged_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / CATALOG_NAME).write_bytes(b"no database at all, but long enough" * 9)
    told = page(tmp_path)
    assert str(tmp_path / CATALOG_NAME) in told
    assert "<code>shoplens index FEED</code>" in told


def test_errors_are_counted_by_reason_with_examples(catalog: Path) -> None:
    told = page(catalog)
    assert "damaged <small>2</small>" in told
    assert "no id <small>1</small>" in told
    assert "line 7" in told


def test_the_index_and_the_last_run_are_described(catalog: Path) -> None:
    told = page(catalog)
    assert "fake-colours-1" in told
    assert "finished" in told
    assert "3.0" in told


def test_a_run_that_failed_is_not_taken_for_a_whole_feed(catalog: Path) -> None:
    with CatalogDb.open(catalog / CATALOG_NAME) as db:
        db.finish_run(db.begin_run("feed.csv"), "failed", RunCounts())
    told = page(catalog, locale="ru-RU")
    assert "не удался" in told
    assert "Последний запуск не завершился" in told
    assert "Всё из фида вошло в индекс" not in told


def test_the_vocabulary_tells_who_says_a_tag_and_where_the_picture_disagrees(
    catalog: Path,
) -> None:
    told = page(catalog)
    assert "<h2>Vocabulary</h2>" in told
    assert "<td>red</td><td>1</td><td>measured colours 1</td>" in told
    contradicted = '<td>invisible</td><td>1</td><td>a language model 1</td><td class="alarm">'
    assert f"{contradicted}a language model 1</td>" in told
    assert "&lt;script&gt;" in told
    assert "<script>" not in told


def test_what_a_feed_says_is_never_markup(catalog: Path) -> None:
    told = page(catalog)
    assert "&lt;img src=x&gt;" in told
    assert "<img src=x>" not in told
    assert "<b>x</b>" not in told


def test_looking_changes_nothing(catalog: Path) -> None:
    before = (catalog / CATALOG_NAME).read_bytes()
    page(catalog)
    assert (catalog / CATALOG_NAME).read_bytes() == before

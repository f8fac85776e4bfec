"""What `shoplens index` settles before it begins."""

from pathlib import Path

import pytest

from indexer.index_home import FeedChoice, index_home
from indexer.run import RunOptions
from indexer.run_report import Silent
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_records import Batch, ProductRecord
from pipelines.catalog_types import Product
from pipelines.checkpoint_choice import WORTH_MEASURING
from pipelines.settings import Settings


@pytest.mark.real_models
@pytest.mark.parametrize(
    ("rows", "known", "measured"),
    [
        (WORTH_MEASURING - 1, 0, []),
        (WORTH_MEASURING, 0, ["lite"]),
        (WORTH_MEASURING, 1, []),
        (WORTH_MEASURING + 1, 1, ["lite"]),
    ],
)
def test_models_are_measured_before_many_new_products_only(
    tmp_path: Path, rows: int, known: int, measured: list[str]
) -> None:
    settings = Settings(home=tmp_path / "home", models="lite", read_text=False)
    settings.home.mkdir()
    with CatalogDb.open(settings.home / CATALOG_NAME) as catalog:
        products = [Product(id=f"p{number}", title="Mug") for number in range(known)]
        records = tuple(ProductRecord(product, (), "mug") for product in products)
        catalog.commit(catalog.begin_run("feed.csv"), Batch(products=records))
    feed = tmp_path / "feed.jsonl"
    row = '{{"id": "p{0}", "image_link": "{0}.png", "title": "Mug"}}\n'
    feed.write_text("".join(map(row.format, range(rows))))
    asked: list[str] = []
    at_once = RunOptions(stop=lambda: True)
    report = index_home(
        settings,
        FeedChoice(str(feed)),
        at_once,
        Silent(),
        settle=lambda models, settings, told: asked.append(models.profile),
    )
    assert asked == measured
    assert (report.outcome, report.counts.embedded) == ("interrupted", 0)

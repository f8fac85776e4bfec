"""`shoplens tags report` tells a home's vocabulary: who says a tag, and what pictures say to it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from indexer.cli.main import app
from indexer.tags_report import TagUse, tags_report
from models.errors import IndexMissing
from models.tag_types import TagRecord
from pipelines.build import open_index_home
from pipelines.catalog_records import WrittenTags, facts_digest
from pipelines.catalog_tags import save_tags
from pipelines.catalog_types import Product
from pipelines.settings import Settings
from tests.fakes.home import shop, write_csv

RED, BLUE = (190, 30, 40), (40, 90, 180)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two red mugs, of which the feed calls one green, and a blue one of which it says nothing; a
    real index."""
    folder = tmp_path_factory.mktemp("reported")
    for name, colour in (("a", RED), ("b", RED), ("c", BLUE)):
        picture = Image.new("RGB", (80, 80), (235, 235, 232))
        picture.paste(colour, (20, 20, 60, 60))
        picture.save(folder / f"{name}.png")
    feed = write_csv(
        folder,
        ["a,a.png,Mug with lid,red", "b,b.png,Mug,green", "c,c.png,Cup,"],
        "id,image_link,title,color",
    )
    with shop(folder / "home") as here:
        here.home = open_index_home(Settings(home=folder / "home"))  # type: ignore[assignment]
        here.index(feed)
        facts = facts_digest(Product(id="a", title="Mug with lid", attributes=(("color", "red"),)))
        values = (("feature", "with lid"), ("feature", "with lids"), ("colour", "blue"))
        save_tags(here.catalog, "llm:1", [WrittenTags(facts, TagRecord(values))])
        here.index(feed)
    return folder / "home"


def test_every_tag_has_counts_origins_verdicts_and_examples(home: Path) -> None:
    report = tags_report(Settings(home=home))
    tags = {f"{use.field}:{use.value}": use for use in report.tags}
    assert report.products == 3
    assert tags["type:mug"] == TagUse("type", "mug", 2, {"feed": 2}, {"unchecked": 2}, ("a", "b"))
    red = tags["colour:red"]
    assert (red.origins, red.verdicts) == ({"feed": 1, "measured": 1}, {"confirmed": 2})
    assert tags["colour:green"].verdicts == {"contradicted": 1}
    assert tags["colour:blue"].origins == {"written": 1, "measured": 1}
    assert replace(tags["feature:with lid"], examples=()).spellings == ("with lids",)
    assert "feature:with lids" not in tags
    assert "synonym:with lids" in tags


def test_the_table_and_the_json_tell_the_same(home: Path) -> None:
    runner = CliRunner()
    told = json.loads(runner.invoke(app, ["tags", "report", "--home", str(home), "--json"]).stdout)
    table = runner.invoke(app, ["tags", "report", "--home", str(home)])
    assert table.exit_code == 0
    assert {use["value"] for use in told["tags"]} >= {"mug", "red", "with lid"}
    assert "contradicted 1" in table.stdout
    assert "with lids" in table.stdout


def test_a_home_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="nothing was indexed"):
        tags_report(Settings(home=tmp_path))

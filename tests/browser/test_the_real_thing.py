"""From a feed to results on the page: real pictures, the models of the packages, real processes."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Served, Visitor, free_port, serve
from tests.conftest import REPOSITORY

pytestmark = [pytest.mark.browser, pytest.mark.real_models, pytest.mark.real_pictures]

PRODUCTS = 10


@pytest.fixture(scope="module")
def feed(real_pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some products of a real catalog, with the absolute paths of their pictures."""
    grocery = real_pictures / "grocery"
    with (grocery / "catalog.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:: 81 // PRODUCTS][:PRODUCTS]
    path = grocery_feed = tmp_path_factory.mktemp("feed") / "feed.csv"
    with grocery_feed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for row in rows:
            # A feed's pictures lie inside its folder.
            picture = path.parent / Path(row["image_link"]).name
            picture.write_bytes((grocery / row["image_link"]).read_bytes())
            writer.writerow(row | {"image_link": picture.name})
    return path


@pytest.fixture(scope="module")
def real_page(feed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    settings = {"SHOPLENS_HOME": str(home), "SHOPLENS_ALLOW_DOWNLOAD": "false"}
    shoplens = [sys.executable, "-m", "indexer.cli.main"]
    indexed = subprocess.run(
        [*shoplens, "index", str(feed), "--home", str(home), "--models", "lite"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert indexed.returncode == 0, indexed.stderr
    port = free_port()
    yield from serve([sys.executable, "-m", "app.launch", "--port", str(port)], port, **settings)


def test_a_phone_photo_finds_products_and_a_crop_finds_others(
    chromium: Browser, real_page: Served, real_pictures: Path
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
    visitor = Visitor(context.new_page())
    page = visitor.page
    page.set_default_timeout(60_000)
    page.goto(real_page.address)
    page.locator(".hello").wait_for()
    expect(page.get_by_text(f"{PRODUCTS} products")).to_be_visible(timeout=60_000)
    visitor.upload((real_pictures / "grocery/queries/0000.jpg").read_bytes(), "phone.jpg")
    page.locator("article.card").nth(PRODUCTS - 1).wait_for()
    expect(page.get_by_role("alert")).to_have_count(0)
    visitor.drag((0.3, 0.3), (0.7, 0.7))
    expect(page.locator(".mark[data-name=crop]")).to_be_visible()
    expect(page.locator("article.card").first).to_be_visible()
    page.get_by_role("button", name="More like this").first.click()
    page.wait_for_url("**/?product=*")
    expect(page.locator("article.card")).to_have_count(PRODUCTS - 1)
    expect(page.get_by_role("alert")).to_have_count(0)
    context.close()

"""`shoplens tags` and `shoplens index --tags`, as a person types them."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from indexer.cli.main import app
from models.errors import ShopLensError
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_records import Batch, ProductRecord
from pipelines.catalog_tags import written_tags
from pipelines.catalog_types import Product
from tests.fakes.chat_server import GOOD, ChatServer, Reply, chatting, product_in
from tests.fakes.home import write_csv


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chatting(ChatServer()) as started:
        yield started


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with CatalogDb.open(tmp_path / CATALOG_NAME) as catalog:
        products = (Product(id="red", title="Red mug"), Product(id="oak", title="Oak <b>chair</b>"))
        batch = Batch(tuple(ProductRecord(product, ()) for product in products))
        catalog.commit(catalog.begin_run("feed.csv"), batch)
    return tmp_path


def shoplens(*arguments: object) -> tuple[int, str, str]:
    ran = CliRunner().invoke(app, list(map(str, arguments)))
    if isinstance(ran.exception, ShopLensError):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


def test_tags_without_a_word_more_writes_and_tells(home: Path, server: ChatServer) -> None:
    chosen = ("--tagger", server.address, "--model", "m", "--home", home)
    status, out, err = shoplens("tags", *chosen, "--json", "--price", "1/2", "--budget", "5")
    report = json.loads(out)
    assert (status, report["written"], report["outcome"]) == (0, 2, "finished")
    assert report["spent"] == pytest.approx((2 * 300 + 2 * 2 * 60) / 1e6)
    events = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert events[-1]["event"] == "tagged"
    assert events[-1]["done"] == 2
    status, out, _ = shoplens("tags", "write", *chosen)
    assert status == 0
    assert "0 of 2 products (2 known before" in " ".join(out.split())
    assert len(server.asked) == 2


def test_failures_are_named_and_change_the_status(home: Path, server: ChatServer) -> None:
    bad = Reply(content="no [bold]JSON[/bold]")
    server.answer = lambda number, body: bad if "Oak" in product_in(body)["title"] else GOOD
    status, out, err = shoplens("tags", "--tagger", server.address, "--model", "m", "--home", home)
    assert status == 1
    assert "Not tagged, oak: no usable answer" in err
    assert "1 × wrong answer" in out
    server.answer = lambda number, body: Reply(status=401)
    status, _, err = shoplens("tags", "--tagger", server.address, "--model", "m", "--home", home)
    assert status == 8
    assert "SHOPLENS_TAGGER_KEY" in err


def test_an_estimate_costs_nothing(
    home: Path, server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPLENS_TAGGER", server.address)
    monkeypatch.setenv("SHOPLENS_TAGGER_MODEL", "m")
    monkeypatch.setenv("SHOPLENS_TAGGER_PRICE", "0.15/0.60")
    status, out, _ = shoplens("tags", "estimate", "--home", home, "--json")
    told = json.loads(out)
    assert (status, told["waiting"], told["seconds"]) == (0, 2, None)
    assert told["money"] > 0
    status, out, _ = shoplens("tags", "estimate", "--home", home)
    assert "needs --sample" in out
    assert server.asked == []


def test_the_prompt_of_a_product_can_be_read(home: Path) -> None:
    status, out, _ = shoplens("tags", "show", "oak", "--home", home, "--language", "ru")
    assert status == 0
    assert "Oak ‹b›chair‹/b›" in out
    assert "in Russian" in out
    assert "Red mug" not in out


def test_the_index_command_writes_tags_too(tmp_path: Path, server: ChatServer) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "red.png")
    feed = write_csv(tmp_path, ["mug,red.png,Red mug"])
    index = ("index", feed, "--home", tmp_path / "home", "--models", "lite", "--json")
    with pytest.raises(ShopLensError, match="which one is not said"):
        shoplens(*index, "--tags", server.address)
    assert not (tmp_path / "home" / CATALOG_NAME).exists()
    status, out, _ = shoplens(*index, "--tags", server.address, "--tags-model", "m")
    report = json.loads(out)
    assert (status, report["tags"]["written"], report["generation"]) == (0, 1, 1)
    assert "tags" in report["stages"]


@pytest.mark.parametrize("signals", [1, 2])
def test_ctrl_c_keeps_what_was_paid_for_and_a_second_waits_for_nobody(
    home: Path, server: ChatServer, signals: int
) -> None:
    asked = threading.Event()

    def slow(number: int, body: dict[str, object]) -> Reply:
        asked.set()
        return replace(GOOD, seconds=2.0 if signals == 1 else 60.0)

    server.answer = slow
    command = [sys.executable, "-m", "indexer.cli.main", "tags", "--home", home, "--model", "m"]
    command += ["--tagger", server.address, "--at-once", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert asked.wait(60)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        while "Finishing" not in running.stderr.readline():
            """The first is heard."""
        if signals == 2:
            running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
        assert "nothing was lost" in running.stderr.read()
    with CatalogDb.open_read_only(home / CATALOG_NAME) as catalog:
        assert len(list(written_tags(catalog))) == (1 if signals == 1 else 0)
    assert len(server.asked) == 1

"""Between runs: products removed by hand, everything verified, space given back, errors read."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from indexer.cli.main import app
from indexer.cli.output import inert
from indexer.feeds import open_feed
from indexer.home_lock import home_lock
from indexer.run import Workplace, index_feed
from indexer.upkeep import prune, remove, verify
from models.errors import HomeLocked, IndexMissing
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.settings import Settings
from pipelines.stores.edge import EdgeHome
from tests.fakes.home import write_csv
from tests.fakes.index_process import spec_of
from tests.fakes.models import ColourEmbedder
from tests.fakes.pictures import folder_of, picture
from tests.fakes.sparse_copy import copy_with_holes


def run(home: Path, feed: Path) -> ColourEmbedder:
    embedder = ColourEmbedder()
    home.mkdir(exist_ok=True)
    with CatalogDb.open(home / CATALOG_NAME) as catalog:
        place = Workplace(catalog, EdgeHome(home / "index"), embedder, spec_of(embedder))
        index_feed(open_feed(feed), place)
    return embedder


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten products, one bad picture and one bad row."""
    folder = tmp_path_factory.mktemp("shop")
    folder_of(folder, 10)
    rows = [f"p{i},shelf-0/{i:04}.png,Mug {i}" for i in range(10)]
    run(folder / "home", write_csv(folder, [*rows, "=cmd|' /C calc'!A0,gone.png,x", ",a.png,x"]))
    return folder


@pytest.fixture
def home(indexed: Path, tmp_path: Path) -> Path:
    """A home of one's own."""
    return copy_with_holes(indexed / "home", tmp_path / "home")


def ids(home: Path) -> set[str]:
    index = EdgeHome(home / "index").open()
    try:
        names = [f"p{i}" for i in range(10)]
        return {n for n, card in zip(names, index.cards(names), strict=True) if card is not None}
    finally:
        index.close()


def shoplens(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_removed_products_are_found_no_more(home: Path) -> None:
    done = remove(Settings(home=home), ["p3", "nobody", "p3", "p4"])
    assert (done.removed, done.unknown) == (("p3", "p4"), ("nobody",))
    assert done.index is not None
    assert done.index.generation == 2
    assert ids(home) == {f"p{i}" for i in range(10)} - {"p3", "p4"}
    with home_lock(home), pytest.raises(HomeLocked):
        remove(Settings(home=home), ["p5"])
    ran = shoplens("remove", "nobody", "--home", home, "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["generation"] == 2
    assert "Unknown: nobody" in ran.stderr


def test_what_was_removed_comes_back_with_its_feed_and_is_not_embedded(
    home: Path, indexed: Path
) -> None:
    remove(Settings(home=home), ["p3"])
    assert "p3" not in ids(home)
    assert run(home, indexed / "feed.csv").embedded == []
    assert "p3" in ids(home)


def test_pruning_frees_what_nothing_needs(home: Path, indexed: Path) -> None:
    settings = Settings(home=home)
    store = home / "pictures" / "ab"
    store.mkdir(parents=True)
    (store / "cdef.jpg").write_bytes(bytes(50_000))
    remove(settings, ["p1", "p2"])
    with sqlite3.connect(home / CATALOG_NAME) as db:
        columns = "url, sha256, state, reason, detail, located, etag, last_modified, fetched_at"
        for url, sha in (("https://a/gone.jpg", b"gone"), ("https://a/failed.jpg", None)):
            db.execute(
                f"INSERT INTO fetched ({columns}, checked_run)"  # noqa: S608
                " VALUES (?, ?, 'ready', '', '', '', '', '', '', 1)",
                (url, sha),
            )
    db.close()
    told = prune(settings, dry_run=True)
    assert (told.vectors, told.pictures, told.generations) == (6, 1, 1)
    assert (told.tags, told.left_tags) == (0, 0)
    assert told.bytes > 50_000
    assert (store / "cdef.jpg").exists()
    freed = prune(settings)
    assert (freed.vectors, freed.pictures, freed.generations) == (6, 1, 1)
    assert freed.bytes > 50_000
    assert not (store / "cdef.jpg").exists()
    with sqlite3.connect(home / CATALOG_NAME) as db:
        assert list(db.execute("SELECT url FROM fetched")) == [("https://a/failed.jpg",)]
    db.close()
    assert (indexed / "shelf-0" / "0001.png").exists()
    assert [path.name for path in (home / "index").glob("gen-*")] == ["gen-2"]
    assert all(check.ok for check in verify(settings))
    again = prune(settings)
    assert (again.vectors, again.pictures, again.generations) == (0, 0, 0)
    # What was dropped is embedded again, and nothing else.
    assert len(run(home, indexed / "feed.csv").embedded) == 2


def test_a_picture_that_a_product_has_is_never_pruned(tmp_path: Path) -> None:
    # A feed that lies inside the picture store: the worst place for it.
    store = tmp_path / "home" / "pictures"
    folder_of(store, 3)
    run(tmp_path / "home", write_csv(store, ["a,shelf-0/0000.png,A", "b,shelf-0/0001.png,B"]))
    prune(Settings(home=tmp_path / "home"))
    assert (store / "shelf-0" / "0000.png").read_bytes() == picture(0)
    assert not (store / "shelf-0" / "0002.png").exists()


def test_a_sound_home_is_verified(home: Path) -> None:
    ran = shoplens("verify", "--home", home, "--json")
    assert ran.exit_code == 0, ran.output
    assert [check["name"] for check in json.loads(ran.stdout)["checks"]] == [
        "catalog.db",
        "generation",
        "vectors",
    ]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


def test_a_flipped_byte_of_the_index_is_named(home: Path) -> None:
    (matrix,) = (home / "index" / "gen-1").rglob("vector_storage-image/matrix.dat")
    flip(matrix, 40)
    ran = shoplens("verify", "--home", home)
    assert ran.exit_code == 5
    assert "matrix.dat was changed" in ran.stdout.replace("\n", "")
    assert "shoplens index FEED" in ran.stdout


def test_a_damaged_catalog_and_a_lost_vector_are_named(home: Path) -> None:
    with sqlite3.connect(home / CATALOG_NAME) as db:
        db.execute("DELETE FROM image_vectors WHERE rowid = 1")
    db.close()
    told = {check.name: check for check in verify(Settings(home=home))}
    assert told["generation"].ok
    assert told["catalog.db"].ok
    assert told["vectors"].ok is False
    assert "the index has 10 pictures, the catalog 9" in told["vectors"].detail
    size = (home / CATALOG_NAME).stat().st_size
    for page in range(2, size // 4096):
        flip(home / CATALOG_NAME, 4096 * page + 3)
    ran = shoplens("verify", "--home", home, "--json")
    checks = {check["name"]: check for check in json.loads(ran.stdout)["checks"]}
    assert (ran.exit_code, checks["catalog.db"]["ok"]) == (5, False)
    assert "vectors" not in checks


def test_every_error_is_named_and_none_can_bite_a_spreadsheet(home: Path, tmp_path: Path) -> None:
    ran = shoplens("errors", "--home", home, "--json", "--export", tmp_path / "errors.csv")
    assert ran.exit_code == 0
    told = json.loads(ran.stdout)
    assert told["total"] == 2
    assert {error["reason"] for error in told["errors"]} == {"no id", "missing file"}
    with (tmp_path / "errors.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert "'=cmd|' /C calc'!A0" in {row["product_id"] for row in rows}
    assert not any(cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row.values())
    one = shoplens("errors", "--home", home, "--json", "--reason", "no id")
    assert json.loads(one.stdout)["total"] == 1
    assert "gone.png" in shoplens("errors", "--home", home).stdout


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_becomes_text(start: str) -> None:
    assert inert(start) == f"'{start}"
    assert inert("a" + start) == "a" + start


def test_status_tells_size_layout_and_reasons(home: Path) -> None:
    told = json.loads(shoplens("status", "--home", home, "--json").stdout)
    assert told["bytes"] > 10_000
    assert told["layout"]["precision"] == "float32"
    assert told["last_run"]["outcome"] == "finished"
    assert {reason["reason"] for reason in told["errors_by_reason"]} == {"no id", "missing file"}
    assert "on disk" in shoplens("status", "--home", home).stdout


@pytest.mark.parametrize("command", ["errors", "prune", "verify", "remove"])
def test_where_nothing_was_indexed_nothing_is_made(tmp_path: Path, command: str) -> None:
    arguments = ["x"] if command == "remove" else []
    ran = shoplens(command, *arguments, "--home", tmp_path / "home")
    assert isinstance(ran.exception, IndexMissing)
    assert not (tmp_path / "home").exists()

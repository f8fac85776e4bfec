"""`shoplens index` and `shoplens status` as processes: what they print, and how they end."""

import json
from pathlib import Path

import pytest

from indexer.home_lock import home_lock
from tests.fakes.command_line import fresh_shoplens, shoplens
from tests.fakes.pictures import folder_of, poisoned


@pytest.mark.real_models
def test_a_poisoned_folder_is_indexed_around_its_bad_pictures(tmp_path: Path) -> None:
    reasons = poisoned(tmp_path / "shop")
    command = ("index", tmp_path / "shop", "--home", tmp_path / "home", "--models", "lite")
    ran = fresh_shoplens(*command, "--json")
    assert ran.status == 1, ran.err
    told = ran.json
    assert (told["outcome"], told["products"], told["embedded"]) == ("finished", 24, 10)
    assert told["bad_images"] == len(reasons)
    assert told["generation"] == 1
    for name in reasons:
        assert name in ran.err
    assert "Traceback" not in ran.err

    again = shoplens(*command, "--json").json
    assert (again["embedded"], again["built"], again["unchanged"]) == (0, False, 24)

    status = shoplens("status", "--home", tmp_path / "home", "--json").json
    assert (status["products"], status["images"], status["bad_images"]) == (24, 10, len(reasons))
    counted = {reason["reason"]: reason["count"] for reason in status["errors_by_reason"]}
    assert counted["not a picture"] == list(reasons.values()).count("not a picture")
    assert sum(counted.values()) == status["errors"] == len(reasons)
    assert status["models"]["profile"] == "lite"

    table = shoplens("status", "--home", tmp_path / "home")
    assert table.status == 0
    assert "too large" in table.out


def test_a_held_home_and_a_feed_without_columns_end_before_any_model_loads(tmp_path: Path) -> None:
    folder, home = folder_of(tmp_path / "shop", 3), tmp_path / "home"
    with home_lock(home):
        held = shoplens("index", folder, "--home", home, "--models", "lite")
    assert held.status == 6
    assert "another indexer (process " in held.err
    assert "Remedy: wait" in held.err
    (folder / "feed.csv").write_text("sku,photo\n1,a.png\n")
    bad = shoplens("index", folder / "feed.csv", "--home", home, "--models", "lite")
    assert bad.status == 3
    assert "no column id and none image_link (found: sku, photo)" in bad.err
    assert bad.out == ""
    assert "Traceback" not in held.err + bad.err


def test_what_was_never_indexed_has_no_status(tmp_path: Path) -> None:
    ran = shoplens("status", "--home", tmp_path / "nothing", "--json")
    assert (ran.status, ran.out) == (5, "")
    assert "shoplens index FEED" in ran.err
    assert not (tmp_path / "nothing").exists()


def test_a_dry_run_needs_no_model_and_makes_nothing(tmp_path: Path) -> None:
    folder_of(tmp_path / "shop", 3)
    command = ("index", tmp_path / "shop", "--home", tmp_path / "home", "--dry-run")
    ran = shoplens(*command, "--json")
    assert ran.status == 0, ran.err
    told = ran.json
    assert (told["new"], told["gone"], told["refused"]) == (3, 0, False)
    assert not (tmp_path / "home").exists()
    table = shoplens(*command)
    assert "New" in table.out
    assert "Nothing was written" in table.err
    assert "would stop" not in table.err


def test_a_dry_run_of_a_feed_that_names_no_picture_ends_as_the_run_would(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,image_link\n1,Mug,gone.png\n2,Lamp,off.png\n")
    command = ("index", feed, "--home", tmp_path / "home", "--dry-run")
    ran = shoplens(*command)
    assert ran.status == 3
    assert "no picture of the feed can be used" in ran.err
    assert shoplens(*command, "--json").json["useless"] is True


@pytest.mark.real_models
def test_a_shop_that_shrank_stops_with_a_status_of_its_own(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "shop", 4)
    command = ("index", folder, "--home", tmp_path / "home")
    assert shoplens(*command, "--models", "lite", "--precision", "int8").status == 0
    (folder / "shelf-0" / "0000.png").unlink()
    ran = shoplens(*command, "--json")
    assert (ran.status, ran.out) == (9, "")
    events = [json.loads(line) for line in ran.err.splitlines() if line.startswith("{")]
    assert (events[0]["event"], events[-1]["event"]) == ("started", "failed")
    assert "--allow-shrink" in events[-1]["remedy"]
    assert "Error: " in ran.err
    assert shoplens(*command, "--dry-run").status == 9
    ran = shoplens(*command, "--allow-shrink", "--json")
    assert ran.status == 0
    assert ran.json["gone"] == 1
    status = shoplens("status", "--home", tmp_path / "home", "--json").json
    assert (status["products"], status["layout"]["precision"]) == (3, "int8")

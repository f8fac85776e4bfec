"""`shoplens evaluate`: data on stdout, the rest on stderr, and a status that tells of bad rows."""

import json

import pytest
from PIL import Image
from typer.testing import CliRunner

import pipelines.build
from indexer.cli.main import app
from tests.fakes.ranked_lens import RankedLens


@pytest.fixture
def evaluate(tmp_path, monkeypatch):
    """Run the command on two pictures against an index that knows the products a and b."""
    answers = {("one.png", None): ["a", "b"], ("two.png", None): ["a", "b"]}
    # The composition root is the seam: everything else is the real command.
    monkeypatch.setattr(
        pipelines.build, "open_lens", lambda settings: RankedLens({"a", "b"}, answers)
    )
    for name in ("one.png", "two.png"):
        Image.new("RGB", (32, 32), "red").save(tmp_path / name)

    def run(rows, *options):
        path = tmp_path / "queries.csv"
        path.write_text("image,relevant_id\n" + "".join(f"{row}\n" for row in rows))
        home = ["--home", str(tmp_path / "home")]
        return CliRunner().invoke(app, ["evaluate", str(path), *home, *options])

    return run


def test_json_is_all_that_stdout_holds_and_is_kept_in_the_home(evaluate, tmp_path):
    result = evaluate(["one.png,a", "two.png,b"], "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["queries"] == 2
    assert told["metrics"]["recall@1"]["value"] == 0.5
    (kept,) = (tmp_path / "home" / "reports").iterdir()
    assert kept.name.startswith("evaluate-")
    assert kept.suffix == ".json"
    saved = json.loads(kept.read_text(encoding="utf-8"))
    assert saved.pop("measured_at")
    assert saved == told


def test_a_bad_row_is_named_on_stderr_and_the_status_is_1(evaluate):
    result = evaluate(["one.png,a", "two.png,gone"], "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["queries"] == 1
    assert "line 3" in result.stderr
    assert "gone" in result.stderr


def test_a_person_sees_tables_and_whether_text_was_read(evaluate):
    result = evaluate(["one.png,a"], "--limit", "5")
    assert result.exit_code == 0
    assert "recall@10" in result.stdout
    assert "text reading off" in result.stderr
    assert "text reading off" not in result.stdout

"""What a run tells while it works: bars for a person, events for a program."""

import json

import pytest

from indexer.cli.index_events import IndexEvents
from indexer.cli.index_progress import IndexProgress
from indexer.run_report import Progress, ProgressSink
from models.errors import FeedShrank
from pipelines.catalog_records import ErrorRecord

ERROR = ErrorRecord("picture", "a.png", "damaged", "a.png: [red]cut[/] short", "p1")


def tell(sink: ProgressSink) -> None:
    sink.started("lite", "you asked for it")
    sink.settled("openvino runs the model from now on.")
    for rows in range(1, 101):
        sink.moved(Progress(rows=rows, of_rows=100, images=rows, embedded=rows // 2, bad=3))
    for done in range(11):
        sink.building(10, done)


def test_events_are_json_lines_and_each_stage_tells_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with IndexEvents() as events:
        tell(events)
        events.skipped(ERROR)
    captured = capsys.readouterr()
    assert captured.out == ""
    told = [json.loads(line) for line in captured.err.splitlines()]
    assert told[0] == {"event": "started", "profile": "lite", "why": "you asked for it"}
    assert told[1] == {"event": "settled", "sentence": "openvino runs the model from now on."}
    progress = [event for event in told if event["event"] == "progress"]
    assert progress[-1]["rows"] == progress[-1]["of_rows"] == 100
    assert len(progress) < 100, "a quick run tells no more than a program wants to read"
    assert {"embedded", "bad", "images", "seconds", "rows_per_second"} <= set(progress[-1])
    building = [(event["done"], event["images"]) for event in told if event["event"] == "building"]
    assert (building[0], building[-1]) == ((0, 10), (10, 10))
    assert told[-1]["event"] == "skipped"
    assert told[-1]["product_id"] == "p1"


def test_what_ends_a_run_is_an_event_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FeedShrank), IndexEvents():
        raise FeedShrank("3 of 10", remedy="look")
    told = json.loads(capsys.readouterr().err)
    assert told == {
        "event": "failed",
        "error": "FeedShrank",
        "message": "3 of 10",
        "remedy": "look",
    }


def test_bars_stay_silent_where_nobody_watches_and_errors_do_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with IndexProgress() as progress:
        tell(progress)
    progress.skipped(ERROR)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines()[2:] == ["Skipped picture, p1: a.png: [red]cut[/] short"]


def test_each_stage_has_its_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "140", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    with IndexProgress() as progress:
        tell(progress)
    shown = capsys.readouterr().err
    for stage, count in (("Reading", "100/100"), ("Models", "50/50"), ("Index", "10/10")):
        assert stage in shown
        assert count in shown
    assert "3 skipped" in shown
    assert "building the graph" in shown


def test_the_time_left_of_pictures_is_told_though_their_number_is_only_expected() -> None:
    bars = IndexProgress()
    for rows, embedded in ((10, 21), (20, 39), (30, 62)):
        bars.moved(Progress(rows=rows, of_rows=100, images=0, embedded=embedded, bad=0))
    pictures = bars._bars.tasks[bars._embed]
    assert (pictures.completed, pictures.total) == (62, 207)
    assert pictures.time_remaining is not None

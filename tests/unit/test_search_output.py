"""What `shoplens search` says for the eye: notes beside the table, the table alone on stdout."""

import numpy as np
import pytest

from indexer.cli.search import print_table
from models.types import Box, Region
from pipelines.answer_json import parts_json
from pipelines.catalog_types import Card
from pipelines.search_types import (
    Candidate,
    Fingerprints,
    Perception,
    Reason,
    ScorePart,
    SearchResult,
)

WHOLE = Region(Box(0, 0, 320, 320), 1.0, "whole")
ANSWER = SearchResult(selected=(Candidate("p1", (), Card("p1", title="Blue mug")),))


def seen(*regions: Region, note: str = "") -> Perception:
    return Perception(
        photo_sha256="0",
        width=320,
        height=320,
        regions=(*regions, WHOLE),
        vectors=np.zeros((len(regions) + 1, 4), dtype=np.float32),
        reading=None,
        fingerprints=Fingerprints(),
        notes=(note,) if note else (),
    )


def told(perception: Perception, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    print_table(perception, ANSWER)
    out, err = capsys.readouterr()
    return out, " ".join(err.split())


def test_which_part_was_searched_is_told_beside_the_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    boxes = Region(Box(80, 120, 240, 200), 0.9, label="mug"), Region(Box(0, 0, 50, 50), 0.5)
    out, err = told(seen(*boxes), capsys)
    assert "Searched: mug [80, 120, 240, 200], the likeliest of 2." in err
    assert "--box" in err
    assert "Blue mug" in out
    assert "Searched" not in out
    assert "Searched: product [0, 0, 50, 50]" in told(seen(boxes[1]), capsys)[1]


def test_where_nothing_is_marked_the_reason_is_told_and_no_part(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, err = told(seen(note="no product detector is set up"), capsys)
    assert err == "no product detector is set up"
    assert "Blue mug" in out


def test_parts_of_one_name_are_summed_so_that_all_of_them_make_the_score() -> None:
    parts = (
        ScorePart("asked", 0.02, Reason.of("asked", text="red")),
        ScorePart("image", 0.015, Reason.of("image", place=7, likeness=0.4)),
        ScorePart("asked", -0.01, Reason.of("denied", text="striped")),
    )
    told = parts_json(Candidate("a", (), score=0.025, parts=parts))
    assert told == {"asked": 0.01, "image": 0.015}
    assert sum(told.values()) == pytest.approx(0.025)

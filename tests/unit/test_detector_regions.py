"""Raw boxes of a detector become few, clean, well ordered regions."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.detector import DetectorSettings, WholePicture, YoloDetector, likely_regions
from models.errors import BadInput, WeightsMissing
from models.types import Box, Photo

WHOLE = Box(0, 0, 400, 300)
SETTINGS = DetectorSettings(weights=Path("weights.onnx"))


def found(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def boxes(*rows: tuple[float, ...], settings: DetectorSettings = SETTINGS) -> list[list[int]]:
    return [region.box.as_list() for region in likely_regions(found(*rows), WHOLE, settings)]


def test_boxes_are_cut_at_the_picture_and_grow_to_whole_pixels() -> None:
    assert boxes((-7.5, 10.2, 100.1, 900.0, 0.5)) == [[0, 10, 101, 300]]


@pytest.mark.parametrize(
    "row",
    [
        (50, 50, 50, 90, 0.9),
        (90, 50, 50, 90, 0.9),
        (500, 10, 600, 90, 0.9),
        (-90, -90, -1, -1, 0.9),
        (float("nan"), 1, 9, 9, 0.9),
        (1, 1, float("inf"), 9, 0.9),
        (1, 1, 9, 9, float("nan")),
    ],
)
def test_a_box_without_pixels_or_numbers_is_dropped(row: tuple[float, ...]) -> None:
    assert boxes(row) == []


def test_the_whole_picture_is_never_a_region() -> None:
    assert boxes((0, 0, 400, 300, 0.9), (1, 0, 400, 300, 0.8)) == [[1, 0, 400, 300]]


def test_of_two_boxes_at_one_place_the_surer_stays() -> None:
    assert boxes((10, 10, 110, 110, 0.4), (12, 10, 112, 110, 0.8)) == [[12, 10, 112, 110]]


def test_the_large_and_central_box_comes_before_equally_sure_ones() -> None:
    corner, small, meant = (0, 0, 100, 80, 0.8), (180, 140, 220, 160, 0.8), (120, 80, 280, 220, 0.8)
    order = boxes(corner, small, meant)
    assert order[0] == [120, 80, 280, 220]
    assert len(order) == 3


def test_a_surely_found_small_product_beats_a_doubtful_large_one() -> None:
    assert boxes((100, 50, 300, 250, 0.26), (160, 100, 260, 200, 0.9))[0] == [160, 100, 260, 200]


def test_regions_keep_the_detectors_confidence_and_are_never_too_many() -> None:
    grid = [(x, y, x + 9, y + 9, 0.3 + x / 1000) for x in range(0, 390, 10) for y in (0, 50, 99)]
    regions = likely_regions(found(*grid), WHOLE, SETTINGS)
    assert len(regions) == 20
    assert {region.score for region in regions} <= {row[4] for row in grid}
    assert {region.kind for region in regions} == {"product"}


def test_a_missing_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    detector = YoloDetector(DetectorSettings(weights=tmp_path / "gone.pt"))
    with pytest.raises(WeightsMissing, match=r"gone\.pt") as caught:
        _ = detector.fingerprint
    assert "docs/models-detector.md" in caught.value.remedy


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "weights.engine"
    other.write_bytes(b"x")
    with pytest.raises(BadInput, match=r"weights\.engine"):
        _ = YoloDetector(DetectorSettings(weights=other)).fingerprint


def test_the_fingerprint_follows_bytes_and_settings_and_not_the_name(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("a.pt", "b.pt", "c.pt"))
    for path, content in ((first, b"one"), (second, b"one"), (third, b"two")):
        path.write_bytes(content)
    settings = DetectorSettings(weights=first)

    def fingerprint(settings: DetectorSettings) -> str:
        return YoloDetector(settings).fingerprint

    assert fingerprint(settings).startswith("yolo:")
    assert fingerprint(settings) == fingerprint(replace(settings, weights=second))
    assert fingerprint(settings) != fingerprint(replace(settings, weights=third))
    assert fingerprint(settings) != fingerprint(replace(settings, image_size=320))
    assert str(tmp_path) not in fingerprint(settings)


@pytest.mark.parametrize("wrong", [{"confidence": 25}, {"overlap": -1}, {"max_regions": 0}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="DetectorSettings"):
        replace(SETTINGS, **wrong)


def test_without_a_detector_nothing_is_found_and_the_reason_is_told() -> None:
    photo = Photo(pixels=np.zeros((4, 4, 3), dtype=np.uint8), sha256="", source="test")
    assert WholePicture().regions(photo) == []
    assert WholePicture.fingerprint == "none"
    assert "draw a box" in WholePicture.reason


def test_naming_a_detector_loads_no_framework(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pt"
    weights.write_bytes(b"x")
    script = (
        "import sys; from pathlib import Path\n"
        "from models.detector import DetectorSettings, YoloDetector\n"
        f"YoloDetector(DetectorSettings(weights=Path({str(weights)!r}))).fingerprint\n"
        "assert not {'torch', 'ultralytics', 'onnxruntime', 'cv2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)

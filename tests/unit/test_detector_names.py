"""A detector is known by its weights and settings before anything is loaded."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from models.detector import DetectorSettings, YoloDetector
from models.errors import BadInput, WeightsMissing
from models.likely_regions import RegionLimits
from models.product_detector import ProductDetector


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
    for change in (
        {"image_size": 320},
        {"classes": ("mug", "lamp")},
        {"limits": RegionLimits(confidence=0.3)},
        {"limits": RegionLimits(overlap=0.3)},
        {"limits": RegionLimits(most=3)},
    ):
        assert fingerprint(settings) != fingerprint(replace(settings, **change))
    words = [replace(settings, classes=classes) for classes in (("a", "b"), ("ab",), ("b", "a"))]
    assert len({*map(fingerprint, words)}) == 3
    assert str(tmp_path) not in fingerprint(settings)


def test_a_size_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="image_size"):
        DetectorSettings(weights=Path("weights.onnx"), image_size=0)


def test_naming_a_detector_loads_no_framework(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pt"
    weights.write_bytes(b"x")
    script = (
        "import sys; from pathlib import Path\n"
        "from models.detector import DetectorSettings, YoloDetector\n"
        "from models.product_detector import ProductDetector\n"
        f"YoloDetector(DetectorSettings(weights=Path({str(weights)!r}))).fingerprint\n"
        "ProductDetector(b'weights').fingerprint\n"
        "assert not {'torch', 'ultralytics', 'onnxruntime', 'cv2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_built_in_detector_is_known_by_its_bytes_and_limits() -> None:
    one, two = ProductDetector(b"one"), ProductDetector(b"two")
    fewer = ProductDetector(b"one", RegionLimits(most=3))
    assert one.fingerprint.startswith("product:")
    assert one.fingerprint == ProductDetector(b"one").fingerprint
    assert len({one.fingerprint, two.fingerprint, fewer.fingerprint}) == 3

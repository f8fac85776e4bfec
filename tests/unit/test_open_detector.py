"""Which detector the settings open, and what a shopper is told where there is none."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from indexer.checkup import examine
from indexer.cli.options import settings_from
from models.detector import YoloDetector
from models.errors import BadInput
from models.pinned_file import PinnedFile
from models.product_detector import ProductDetector
from models.types import Photo
from models.whole_picture import NOT_HERE, TURNED_OFF
from pipelines.build import open_detector
from pipelines.settings import Settings

WEIGHTS = b"an ONNX graph"


@pytest.fixture
def carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PinnedFile:
    """Weights inside a package, and a pin that fits."""
    package = tmp_path / "carried_detector"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "detector.onnx").write_bytes(WEIGHTS)
    monkeypatch.syspath_prepend(tmp_path)
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    return PinnedFile("carried", "carried_detector", "detector.onnx", digest, "a test")


def test_the_built_in_detector_is_the_default(carried: PinnedFile) -> None:
    detector, without = open_detector(Settings(), carried)
    assert isinstance(detector, ProductDetector)
    assert without == ""


@pytest.mark.parametrize("damage", ["absent", "changed"])
def test_without_its_weights_the_whole_picture_is_searched_and_the_reason_told(
    carried: PinnedFile, tmp_path: Path, damage: str
) -> None:
    weights = tmp_path / "carried_detector" / "detector.onnx"
    weights.unlink() if damage == "absent" else weights.write_bytes(WEIGHTS[1:])
    detector, without = open_detector(Settings(), carried)
    assert detector.fingerprint == "none"
    assert without == NOT_HERE
    assert "shoplens doctor" in without


def test_none_turns_it_off(carried: PinnedFile) -> None:
    detector, without = open_detector(settings_from(detector="none"), carried)
    assert without == TURNED_OFF
    assert detector.regions(Photo(np.zeros((4, 4, 3), dtype=np.uint8), "", "test")) == []


def test_a_path_opens_the_users_weights_even_if_it_is_called_none(
    carried: PinnedFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for named in (str(tmp_path / "best.pt"), "./none", "product.onnx"):
        detector, without = open_detector(settings_from(detector=named), carried)
        assert isinstance(detector, YoloDetector)
        assert without == ""
    monkeypatch.setenv("SHOPLENS_DETECTOR", "best.pt")
    assert isinstance(open_detector(Settings(), carried)[0], YoloDetector)
    monkeypatch.setenv("SHOPLENS_DETECTOR", "none")
    assert open_detector(Settings(), carried)[1] == TURNED_OFF


def test_classes_are_named_with_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = settings_from(detector_classes=" mug, table lamp ,,")
    assert asked.detector_classes == ("mug", "table lamp")
    monkeypatch.setenv("SHOPLENS_DETECTOR_CLASSES", "mug,vase")
    assert Settings().detector_classes == ("mug", "vase")
    assert settings_from(detector_classes="").detector_classes == ()


@pytest.mark.parametrize("detector", ["product", "none"])
def test_classes_without_weights_that_take_them_are_refused(
    carried: PinnedFile, detector: str
) -> None:
    settings = settings_from(detector=detector, detector_classes="mug")
    with pytest.raises(BadInput, match="YOLO-World and YOLOE") as caught:
        open_detector(settings, carried)
    assert "--detector" in caught.value.remedy


def test_doctor_tells_which_detector_there_is(tmp_path: Path) -> None:
    def detector_check(**given: object) -> tuple[bool | None, str]:
        checks = examine(settings_from(home=tmp_path, models="lite", **given))
        found = next(check for check in checks if check.name == "detector")
        assert bool(found.remedy) is (found.ok is False)
        return found.ok, found.detail

    assert detector_check(detector="none") == (True, TURNED_OFF)
    assert detector_check(detector=tmp_path / "gone.pt")[0] is False
    weights = tmp_path / "mine.onnx"
    weights.write_bytes(WEIGHTS)
    ok, told = detector_check(detector=weights)
    assert ok is True
    assert told.startswith("yolo:")

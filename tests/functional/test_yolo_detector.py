"""Real weights files run through ultralytics: safe, silent, and the right way round."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import stand_in_clip
from onnx_bytes import detector_that_sees

from models.detector import DetectorSettings, YoloDetector
from models.errors import BadInput, WeightsMissing
from models.likely_regions import RegionLimits
from models.types import Photo

pytestmark = pytest.mark.real_models

ANYTHING = RegionLimits(confidence=1e-6)
"""What weights that know nothing need in order to find something."""
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
TWO_BOXES = [(32, 32, 32, 16, 0.9), (10, 10, 20, 20, 0.8)]
BUILD = """
import sys, torch
from ultralytics import YOLO
to = sys.argv[1]
for name in ("yolo11n", "yolo26n", "yolo11n-cls", "yolo11n-seg", "yolov8s-worldv2", "yoloe-11s"):
    model = YOLO(f"{name}.yaml")
    model.save(f"{to}/{name}.pt")
    if name == "yolov8s-worldv2":
        model.set_classes(["mug", "table lamp"])
        model.save(f"{to}/world-of-mugs.pt")
    if name == "yoloe-11s":
        model.set_classes(["mug", "table lamp"], torch.randn(1, 2, 512))
        model.save(f"{to}/yoloe-of-mugs.pt")
"""
NAMES = """
import json, sys
from pathlib import Path
import numpy
from models.detector import DetectorSettings, YoloDetector
from models.likely_regions import RegionLimits
from models.types import Photo
photo = Photo(numpy.random.default_rng(0).integers(0, 255, (90, 120, 3), numpy.uint8), "0", "test")
anything, found = RegionLimits(confidence=1e-6), []
for weights in sys.argv[1:]:
    settings = DetectorSettings(Path(weights), anything, classes=("vase", "hand bag"))
    found.append(sorted({region.label for region in YoloDetector(settings).regions(photo)}))
sys.stdout.write(json.dumps(found))
"""
WATCH = """
import json, os, sys
events = []
def watch(name, args):
    if name.startswith("socket.") and name not in ("socket.__new__", "socket.gethostname"):
        events.append(name)
    if name == "subprocess.Popen":
        events.append(f"Popen {args[0]} {args[1]}")
sys.addaudithook(watch)
from pathlib import Path
import cv2, numpy, torch
from PIL import Image
before = Image.open, torch.save, cv2.getNumThreads(), os.environ.get("OMP_NUM_THREADS")
from models.detector import DetectorSettings, YoloDetector
from models.likely_regions import RegionLimits
from models.types import Photo
photo = Photo(numpy.full((90, 120, 3), 200, dtype=numpy.uint8), "0", "test")
for weights in sys.argv[1:]:
    detector = YoloDetector(DetectorSettings(Path(weights), RegionLimits(confidence=1e-6)))
    assert detector.regions(photo), weights
after = Image.open, torch.save, cv2.getNumThreads(), os.environ.get("OMP_NUM_THREADS")
from ultralytics.utils import IS_PIP_PACKAGE, ONLINE, TESTS_RUNNING
from ultralytics.utils.events import events as telemetry
sys.stdout.write(json.dumps({
    "events": [event for event in events if "ldconfig" not in event],
    "same": before == after,
    "telemetry": telemetry.enabled or ONLINE,
    "would_report": IS_PIP_PACKAGE and not TESTS_RUNNING,
    "platform": "ultralytics_platform" in sys.modules,
}))
"""


@pytest.fixture(scope="session")
def random_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of .pt files with random weights, made outside of this process."""
    folder = tmp_path_factory.mktemp("weights")
    env = os.environ | {
        "YOLO_CONFIG_DIR": str(folder / "config"),
        "YOLO_OFFLINE": "true",
        "PYTHONPATH": str(stand_in_clip.install(folder / "encoder")),
    }
    run = [sys.executable, "-c", BUILD, str(folder)]
    subprocess.run(run, check=True, env=env, cwd=folder, capture_output=True)
    return folder


@pytest.fixture
def red_detector(tmp_path: Path) -> YoloDetector:
    return YoloDetector(DetectorSettings(weights=onnx(tmp_path / "red.onnx")))


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "canary"
    yield path
    assert not path.exists(), "the weights file ran code"


def onnx(path: Path, **changes: object) -> Path:
    path.write_bytes(detector_that_sees((1, 0, 0), TWO_BOXES, **changes))  # type: ignore[arg-type]
    return path


def plain(color: tuple[int, int, int], width: int = 128, height: int = 128) -> Photo:
    pixels = np.full((height, width, 3), color, dtype=np.uint8)
    return Photo(pixels=pixels, sha256=str(color), source="test")


def noise(seed: int = 0) -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    return Photo(pixels=pixels, sha256=str(seed), source="test")


def test_boxes_come_back_in_pixels_of_the_photo(red_detector: YoloDetector) -> None:
    regions = red_detector.regions(plain(RED))
    assert [region.box.as_list() for region in regions] == [[32, 48, 96, 80], [0, 0, 40, 40]]
    assert [region.score for region in regions] == pytest.approx([0.9, 0.8])
    assert [region.label for region in regions] == ["product", "product"]


def test_the_detector_sees_red_as_red(red_detector: YoloDetector) -> None:
    assert red_detector.regions(plain(RED))
    assert red_detector.regions(plain(GREEN)) == []
    assert red_detector.regions(plain(BLUE)) == []


def test_a_crop_that_shares_memory_is_seen_as_its_pixels(red_detector: YoloDetector) -> None:
    pixels = np.zeros((200, 300, 3), dtype=np.uint8)
    pixels[20:148, 30:158] = RED
    whole = Photo(pixels=pixels, sha256="0", source="test")
    part = whole.crop(type(whole.whole)(30, 20, 158, 148))
    assert red_detector.regions(part) == red_detector.regions(plain(RED))


def test_an_export_that_tells_nothing_of_itself_works_at_its_size(tmp_path: Path) -> None:
    weights = onnx(tmp_path / "bare.onnx", size=96, metadata={})
    assert YoloDetector(DetectorSettings(weights=weights, image_size=96)).regions(plain(RED))
    with pytest.raises(BadInput, match="Expected: 96"):
        YoloDetector(DetectorSettings(weights=weights)).regions(plain(RED))


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (20, 4000), (4000, 20)])
def test_a_strip_is_no_error(red_detector: YoloDetector, size: tuple[int, int]) -> None:
    assert red_detector.regions(plain(RED, *size)) == []


@pytest.mark.parametrize("name", ["yolo11n", "yolo26n", "yolo11n-seg"])
def test_weights_of_torch_give_regions_inside_the_photo(random_weights: Path, name: str) -> None:
    settings = DetectorSettings(random_weights / f"{name}.pt", ANYTHING)
    regions = YoloDetector(settings).regions(noise())
    assert 0 < len(regions) <= ANYTHING.most
    assert all(region.box.right <= 120 and region.box.bottom <= 90 for region in regions)
    assert all(
        one.box.iou(two.box) <= ANYTHING.overlap
        for one in regions
        for two in regions
        if one is not two
    )


@pytest.mark.parametrize("name", ["yolov5s.pt", "o'neil.pt", "with space.PT"])
def test_any_file_name_is_taken_as_it_is(random_weights: Path, tmp_path: Path, name: str) -> None:
    weights = tmp_path / name
    weights.write_bytes((random_weights / "yolo11n.pt").read_bytes())
    assert YoloDetector(DetectorSettings(weights, ANYTHING)).regions(noise())
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_threads_share_one_detector(red_detector: YoloDetector) -> None:
    photos = [plain(color) for color in (RED, BLUE) * 4]
    with ThreadPoolExecutor(4) as pool:
        counts = [len(regions) for regions in pool.map(red_detector.regions, photos)]
    assert counts == [2, 0] * 4


class Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("form", ["torch archive", "bare pickle", "old torch"])
def test_code_inside_weights_never_runs(tmp_path: Path, canary: Path, form: str) -> None:
    import torch

    weights = tmp_path / "weights.pt"
    content = {"model": Trap(canary), "train_args": {}}
    if form == "bare pickle":
        weights.write_bytes(pickle.dumps(content))
    else:
        torch.save(content, weights, _use_new_zipfile_serialization=form == "torch archive")
    with pytest.raises(BadInput, match=r"weights\.pt") as caught:
        YoloDetector(DetectorSettings(weights=weights)).regions(noise())
    assert "docs/models-detector.md" in caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".pt", ".onnx"])
@pytest.mark.parametrize(
    "content",
    [b"", b"not a model", np.random.default_rng(0).bytes(5000)],
    ids=["empty", "words", "noise"],
)
def test_rubbish_is_named_as_rubbish(tmp_path: Path, suffix: str, content: bytes) -> None:
    weights = tmp_path / f"weights{suffix}"
    weights.write_bytes(content)
    with pytest.raises(BadInput, match="not a detection model"):
        YoloDetector(DetectorSettings(weights=weights)).regions(noise())


def test_tensors_that_are_no_model_are_refused(tmp_path: Path) -> None:
    import torch

    for content in ({"weight": torch.zeros(3)}, torch.zeros(3), [1, 2]):
        weights = tmp_path / "weights.pt"
        torch.save(content, weights)
        with pytest.raises(BadInput, match="not a detection model"):
            YoloDetector(DetectorSettings(weights=weights)).regions(noise())


def test_a_model_for_another_task_is_refused(random_weights: Path, tmp_path: Path) -> None:
    other = onnx(tmp_path / "other.onnx", metadata={"task": "classify"})
    for weights in (random_weights / "yolo11n-cls.pt", other):
        with pytest.raises(BadInput, match="a model for classify"):
            YoloDetector(DetectorSettings(weights=weights)).regions(noise())


def test_an_export_of_another_size_than_it_says_is_refused(tmp_path: Path) -> None:
    weights = onnx(tmp_path / "wrong.onnx", metadata={"imgsz": "[320, 320]"})
    with pytest.raises(BadInput, match=r"wrong\.onnx"):
        YoloDetector(DetectorSettings(weights=weights)).regions(noise())


def settings_of(weights: Path, *classes: str) -> DetectorSettings:
    return DetectorSettings(weights, ANYTHING, classes=classes)


@pytest.mark.parametrize("name", ["world-of-mugs", "yoloe-of-mugs"])
def test_classes_that_were_set_before_saving_need_no_text_encoder(
    random_weights: Path, name: str
) -> None:
    weights = random_weights / f"{name}.pt"
    for asked in ((), ("mug", "table lamp")):
        found = YoloDetector(settings_of(weights, *asked)).regions(noise())
        assert {region.label for region in found} <= {"mug", "table lamp"}
        assert found
    with pytest.raises(WeightsMissing, match="text encoder") as caught:
        YoloDetector(settings_of(weights, "vase")).regions(noise())
    assert "set the classes once" in caught.value.remedy
    assert "\n" not in str(caught.value)


def test_classes_are_set_in_words_where_there_is_a_text_encoder(
    random_weights: Path, tmp_path: Path
) -> None:
    encoder = stand_in_clip.install(tmp_path / "encoder")
    stand_in_clip.traced(tmp_path / "mobileclip_blt.ts")  # YOLOE looks where it runs
    weights = [str(random_weights / f"{name}.pt") for name in ("yolov8s-worldv2", "yoloe-11s")]
    run = [sys.executable, "-c", NAMES, *weights]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(encoder), str(Path.cwd())])}
    done = subprocess.run(run, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == len(weights)
    for labels in told:
        assert labels
        assert set(labels) <= {"vase", "hand bag"}


def test_weights_that_take_no_words_say_so(
    red_detector: YoloDetector, random_weights: Path
) -> None:
    weights = random_weights / "yolo11n.pt"
    other = weights.with_name("red.onnx")
    onnx(other)
    for path in (weights, other):
        with pytest.raises(BadInput, match="knows its own classes only") as caught:
            YoloDetector(settings_of(path, "mug")).regions(noise())
        assert "--detector-classes" in caught.value.remedy


def test_a_model_that_looks_for_nothing_yet_says_so(random_weights: Path) -> None:
    with pytest.raises(BadInput, match="looks for nothing") as caught:
        YoloDetector(settings_of(random_weights / "yoloe-11s.pt")).regions(noise())
    assert "--detector-classes" in caught.value.remedy


def test_a_name_of_a_class_is_one_short_line_of_plain_text(tmp_path: Path) -> None:
    told = {"imgsz": "[64, 64]", "task": "detect"}
    for name, shown in ((r"a\n \x1b[31m b", "a [31m b"), ("x" * 500, "x" * 60)):
        weights = onnx(tmp_path / "odd.onnx", metadata=told | {"names": f"{{0: '{name}'}}"})
        first, *_ = YoloDetector(DetectorSettings(weights)).regions(plain(RED))
        assert first.label == shown


def test_detection_calls_nobody_and_leaves_the_process_as_it_was(
    random_weights: Path, tmp_path: Path
) -> None:
    weights = [onnx(tmp_path / "red.onnx"), random_weights / "yolo11n.pt"]
    work = tmp_path / "work"
    work.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "YOLO", "GITHUB"))}
    kept |= {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(Path.cwd())}
    run = [sys.executable, "-c", WATCH, *map(str, weights)]
    done = subprocess.run(run, env=kept, cwd=work, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "events": [],
        "same": True,
        "telemetry": False,
        "would_report": True,
        "platform": False,
    }
    assert done.stderr == ""
    assert list(work.iterdir()) == []

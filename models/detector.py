"""Where products are on a photo: any YOLO detection weights, run by ultralytics."""

import math
import os
import pickle
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from models.checksum import file_sha256
from models.errors import BadInput, WeightsMissing
from models.types import Box, Photo, Region

_SUFFIXES = (".pt", ".onnx")
_NAME_WEIGHTS = "name a .pt or .onnx file of a YOLO detection model, see docs/models-detector.md"
_CANDIDATES = 100  # boxes asked of the library before ours are ordered and cut
_THINNEST = 8  # pixels of the network's input; a thinner strip shows no product, or rounds to 0
_OFF_CENTRE = 0.5  # what a box in a corner keeps of its weight

_importing = Lock()


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """Which weights, and what counts as found.

    Attributes:
        weights: a .pt or .onnx file of a detection model; its classes are ignored.
        confidence: boxes below it are dropped, 0 to 1.
        overlap: of two boxes with a larger intersection over union the weaker goes, 0 to 1.
        image_size: longer side of the network's input, pixels; an .onnx file that names its
            own size wins.
        max_regions: at most so many boxes.
    """

    weights: Path
    confidence: float = 0.25
    overlap: float = 0.6
    image_size: int = 640
    max_regions: int = 20

    def __post_init__(self) -> None:
        if not (0 <= self.confidence <= 1 and 0 <= self.overlap <= 1):
            raise ValueError(f"confidence and overlap lie between 0 and 1: {self}")
        if self.image_size < 32 or self.max_regions < 1:
            raise ValueError(f"image_size is at least 32 and max_regions at least 1: {self}")


class WholePicture:
    """Stands in where no detector is set up: finds nothing, so the whole picture is searched."""

    fingerprint = "none"
    reason = "no product detector is set up: draw a box around the product to search for it alone"

    def regions(self, photo: Photo) -> list[Region]:
        return []


class YoloDetector:
    """Boxes of any YOLO detection weights, without classes.

    Weights are opened with torch's restricted unpickler: a file that holds anything but a known
    model's parts is refused and runs no code. Nothing is downloaded, installed or reported.
    One call runs at a time: ultralytics keeps the state of a run in its predictor.
    """

    def __init__(self, settings: DetectorSettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._model: Any = None

    @property
    def fingerprint(self) -> str:
        """`yolo:` + 16 hex digits of the weights' sha256 + settings; loads no framework.

        Raises:
            WeightsMissing, BadInput: as `regions`.
        """
        settings = self._settings
        digest = file_sha256(_weights_file(settings.weights))[:16]
        return (
            f"yolo:{digest}:{settings.image_size}px:conf{settings.confidence:g}"
            f":iou{settings.overlap:g}:top{settings.max_regions}"
        )

    def regions(self, photo: Photo) -> list[Region]:
        """Product boxes, most likely meant first; empty where nothing was found.

        Raises:
            WeightsMissing: the weights' file does not exist.
            BadInput: it is no detection model, or holds what may not be opened.
        """
        with self._lock:
            if self._model is None:
                self._model = _open(self._settings)
            if _is_strip(photo, self._settings):
                return []
            found = _predict(self._model, photo.pixels, self._settings)
        return likely_regions(found, photo.whole, self._settings)


def likely_regions(
    found: NDArray[np.float64], whole: Box, settings: DetectorSettings
) -> list[Region]:
    """Turn raw boxes into regions, ordered by how likely a shopper means each.

    Weight of a box: confidence x square root of its share of the picture x centrality, where
    centrality falls from 1 in the middle to 0.5 in a corner. People frame what they want: large
    and central; the root keeps a surely found small product above a doubtful large one.

    Args:
        found: ndarray of shape (n, 5): left, top, right, bottom in pixels, confidence.
        whole: the picture's frame; boxes are cut at it, and one equal to it is dropped.
    """
    regions = []
    for left, top, right, bottom, score in found.tolist():
        if not all(map(math.isfinite, (left, top, right, bottom, score))):
            continue
        edges = (
            max(math.floor(left), 0),
            max(math.floor(top), 0),
            min(math.ceil(right), whole.right),
            min(math.ceil(bottom), whole.bottom),
        )
        if edges[0] < edges[2] and edges[1] < edges[3] and Box(*edges) != whole:
            regions.append(Region(box=Box(*edges), score=min(max(score, 0.0), 1.0)))
    # Again after the library: end-to-end models (YOLO26, YOLOv10) keep one box a class.
    kept: list[Region] = []
    for region in sorted(regions, key=lambda region: -region.score):
        if all(region.box.iou(other.box) <= settings.overlap for other in kept):
            kept.append(region)
    kept.sort(key=lambda region: -_weight(region, whole))
    return kept[: settings.max_regions]


def _is_strip(photo: Photo, settings: DetectorSettings) -> bool:
    short, long = sorted((photo.width, photo.height))
    return short * min(1.0, settings.image_size / long) < _THINNEST


def _weight(region: Region, whole: Box) -> float:
    box = region.box
    off_x = (box.left + box.right) / 2 - whole.width / 2
    off_y = (box.top + box.bottom) / 2 - whole.height / 2
    distance = math.hypot(off_x, off_y) / (math.hypot(whole.width, whole.height) / 2)
    return region.score * math.sqrt(box.area / whole.area) * (1 - _OFF_CENTRE * distance)


def _weights_file(path: Path) -> Path:
    if path.suffix.lower() not in _SUFFIXES:
        raise BadInput(f"{path} is no detector weights file", remedy=_NAME_WEIGHTS)
    if not path.is_file():
        raise WeightsMissing(f"no detector weights at {path}", remedy=_NAME_WEIGHTS)
    return path


def _open(settings: DetectorSettings) -> Any:
    """An ultralytics model that has run once, so that a wrong file fails here and not later."""
    path = _weights_file(settings.weights).absolute()
    yolo, failures = import_ultralytics()
    try:
        task = _onnx_task(path) if path.suffix.lower() == ".onnx" else None
        if task in (None, "detect"):
            with _plain_name(path) as plain, warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Detected pickle protocol")
                model = yolo(str(plain), task="detect" if plain.suffix == ".onnx" else None)
                task = model.task
                if task == "detect":
                    blank = np.zeros((64, 64, 3), dtype=np.uint8)
                    _predict(model, blank, settings)
    except failures as error:
        reason = " ".join(str(error).split())[:240]
        raise BadInput(
            f"{path.name} is not a detection model that can be opened safely: "
            f"{type(error).__name__}: {reason}",
            remedy=_NAME_WEIGHTS,
        ) from error
    if task != "detect":
        raise BadInput(f"{path.name} is a model for {task}, not detection", remedy=_NAME_WEIGHTS)
    return model


def _predict(model: Any, pixels: NDArray[np.uint8], settings: DetectorSettings) -> Any:
    """ndarray of shape (n, 5), float64: left, top, right, bottom, confidence."""
    result = model.predict(
        np.ascontiguousarray(pixels[..., ::-1]),  # ultralytics takes arrays as BGR, as OpenCV does
        conf=settings.confidence,
        iou=settings.overlap,
        imgsz=settings.image_size,
        max_det=max(_CANDIDATES, settings.max_regions),
        agnostic_nms=True,
        save=False,
        verbose=False,
    )[0]
    boxes = result.boxes
    if boxes is None:
        raise ValueError("the model gives no boxes")
    found = np.column_stack([boxes.xyxy.cpu().numpy(), boxes.conf.cpu().numpy()])
    return found.astype(np.float64)


def _onnx_task(path: Path) -> str | None:
    """What the export says it was trained for; None where it says nothing."""
    from ultralytics.nn.backends.base import BaseBackend

    task = BaseBackend.read_metadata(path).get("task")
    return None if task is None else str(task)


@contextmanager
def _plain_name(path: Path) -> Iterator[Path]:
    """A .pt file under a name that ultralytics takes as it is.

    It renames `yolov5s.pt` to `yolov5su.pt` and drops apostrophes from the whole path, does not
    find the result, and tries to download it.
    """
    if path.suffix.lower() != ".pt":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="shoplens-") as folder:
        plain = Path(folder) / "weights.pt"
        try:
            plain.symlink_to(path)
        except OSError:  # Windows without the right to make links
            shutil.copyfile(path, plain)
        yield plain


def import_ultralytics() -> tuple[Any, tuple[type[Exception], ...]]:
    """The YOLO class, and what it raises at a file it cannot open.

    Importing ultralytics changes the process around it. Here it is kept from calling home,
    installing packages and unpickling freely, and what it replaces is put back: PIL's `open`
    (its own asks for an extra package at every broken picture), `torch.save`, OpenCV's number of
    threads (set to 0) and OMP_NUM_THREADS (set to 1, for child processes too).
    """
    os.environ.update(
        ULTRALYTICS_SAFE_LOAD="1",
        ULTRALYTICS_SKIP_REQUIREMENTS_CHECKS="1",
        YOLO_AUTOINSTALL="false",
        YOLO_OFFLINE="true",
        YOLO_VERBOSE="false",
    )
    os.environ.setdefault("YOLO_CONFIG_DIR", platformdirs.user_cache_dir("shoplens", False))
    with _importing:
        import cv2
        import torch
        from onnxruntime.capi import onnxruntime_pybind11_state as ort
        from PIL import Image

        omp, threads = os.environ.get("OMP_NUM_THREADS"), cv2.getNumThreads()
        opener, saver = Image.open, torch.save
        try:
            from ultralytics import YOLO
            from ultralytics.nn import tasks
            from ultralytics.utils.events import events
        finally:
            Image.open, torch.save = opener, saver
            cv2.setNumThreads(threads)
            if omp is None:
                os.environ.pop("OMP_NUM_THREADS", None)
        events.enabled = False
        if not hasattr(tasks, "SAFE_LOAD"):
            raise BadInput(
                "this ultralytics cannot open weights without running what they hold",
                remedy="pip install 'ultralytics-opencv-headless>=8.4.190'",
            )
        tasks.SAFE_LOAD = True  # also where someone imported ultralytics before the variables
    failures = (
        *(AssertionError, AttributeError, ImportError, LookupError, OSError, EOFError),
        *(RuntimeError, TypeError, ValueError, pickle.UnpicklingError),
        *(ort.Fail, ort.InvalidArgument, ort.InvalidGraph, ort.InvalidProtobuf),
        *(ort.NoSuchFile, ort.NotImplemented, ort.RuntimeException),
    )
    return YOLO, failures

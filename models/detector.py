"""Where products are on a photo: any YOLO detection weights, run by ultralytics."""

import hashlib
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
from typing import Any, TypeAlias

import numpy as np
import platformdirs
from numpy.typing import NDArray

from models.checksum import file_sha256
from models.errors import BadInput, WeightsMissing
from models.letterbox import is_strip
from models.likely_regions import USUAL_LIMITS, Found, RegionLimits, likely_regions
from models.types import Photo, Region

_SUFFIXES = (".pt", ".onnx")
_NAME_WEIGHTS = "name a .pt or .onnx file of a YOLO detection model, see docs/models-detector.md"
_SET_CLASSES_ONCE = (
    "set the classes once where the text encoder can be downloaded, and name what was saved, see "
    "docs/models-detector.md"
)
_WITH_BOXES = ("detect", "segment")  # tasks whose answers hold upright boxes
_CANDIDATES = 100  # boxes asked of the library before ours are merged and ordered
_LONGEST_LABEL = 60

_importing = Lock()

Failures: TypeAlias = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """Which weights, and what counts as found.

    Attributes:
        weights: a .pt or .onnx file of a model that gives boxes.
        limits: what counts as found.
        image_size: longer side of the network's input, pixels; an .onnx file that names its
            own size wins.
        classes: what to look for, in words; empty for what the weights know already. Only
            YOLO-World and YOLOE take words.
    """

    weights: Path
    limits: RegionLimits = USUAL_LIMITS
    image_size: int = 640
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.image_size < 32:
            raise ValueError(f"image_size is at least 32: {self}")


class YoloDetector:
    """Boxes of any YOLO weights that give some, with the names of their classes.

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
        words = hashlib.sha256("\n".join(settings.classes).encode()).hexdigest()[:8]
        asked = f":classes{words}" if settings.classes else ""
        return f"yolo:{digest}:{settings.image_size}px{asked}:{settings.limits.fingerprint}"

    def regions(self, photo: Photo) -> list[Region]:
        """Product boxes, most likely meant first; empty where nothing was found.

        Raises:
            WeightsMissing: the weights' file does not exist, or the text encoder that the classes
                need is not on this machine.
            BadInput: it is no model that gives boxes, holds what may not be opened, or takes no
                classes.
        """
        with self._lock:
            if self._model is None:
                self._model = _open(self._settings)
            if is_strip(photo, self._settings.image_size):
                return []
            found = _predict(self._model, photo.pixels, self._settings)
        return likely_regions(found, photo.whole, self._settings.limits)


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
        if task is None or task in _WITH_BOXES:
            with _plain_name(path) as plain, warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Detected pickle protocol")
                model = yolo(
                    str(plain), task=(task or "detect") if plain.suffix == ".onnx" else None
                )
                task = model.task
                if task in _WITH_BOXES:
                    _name_classes(model, settings, failures)
                    blank = np.zeros((64, 64, 3), dtype=np.uint8)
                    _predict(model, blank, settings)
    except failures as error:
        raise BadInput(
            f"{path.name} is not a detection model that can be opened safely: {_told(error)}",
            remedy=_NAME_WEIGHTS,
        ) from error
    if task not in _WITH_BOXES:
        raise BadInput(f"{path.name} is a model for {task}, not detection", remedy=_NAME_WEIGHTS)
    return model


def _name_classes(model: Any, settings: DetectorSettings, failures: Failures) -> None:
    """Tell a model that takes words what to look for.

    The words become vectors by a text encoder that does not come with the weights; classes that
    were set before the weights were saved need none.
    """
    name, classes = settings.weights.name, list(settings.classes)
    takes_words = hasattr(model.model, "set_classes")
    if not classes:
        if takes_words and _knows_nothing(model.model):
            raise BadInput(
                f"{name} looks for nothing until it is told what",
                remedy='say it in words: --detector-classes "mug,lamp"',
            )
        return
    if not takes_words:
        raise BadInput(
            f"{name} knows its own classes only",
            remedy="name weights of YOLO-World or YOLOE, or leave --detector-classes out",
        )
    if list(model.names.values()) == classes:
        return
    try:
        model.set_classes(classes)
    except failures as error:
        raise WeightsMissing(
            f"the text encoder that turns classes of {name} into vectors does not open: "
            f"{_told(error)}",
            remedy=_SET_CLASSES_ONCE,
        ) from error


def _knows_nothing(network: Any) -> bool:
    """Whether it is a YOLOE without classes: ultralytics runs one on 80 vectors of zeros."""
    head = network.model[-1]
    return hasattr(head, "get_tpe") and not (
        hasattr(network, "pe") or hasattr(head, "lrpc") or head.is_fused
    )


def _predict(model: Any, pixels: NDArray[np.uint8], settings: DetectorSettings) -> Found:
    limits = settings.limits
    result = model.predict(
        np.ascontiguousarray(pixels[..., ::-1]),  # ultralytics takes arrays as BGR, as OpenCV does
        conf=limits.confidence,
        iou=limits.overlap,
        imgsz=settings.image_size,
        max_det=max(_CANDIDATES, limits.most),
        agnostic_nms=True,
        save=False,
        verbose=False,
    )[0]
    boxes = result.boxes
    if boxes is None:
        raise ValueError("the model gives no boxes")
    names = np.array([_plain_label(result.names[int(n)]) for n in boxes.cls], dtype=np.str_)
    corners, scores = boxes.xyxy.cpu().numpy(), boxes.conf.cpu().numpy()
    return Found(corners.astype(np.float64), scores.astype(np.float64), names)


def _plain_label(name: object) -> str:
    """A class's name for people: one short line of printable signs, whatever the file says."""
    words = " ".join(str(name).split())
    return "".join(sign for sign in words if sign.isprintable())[:_LONGEST_LABEL]


def _told(error: Exception) -> str:
    reason = " ".join(str(error).split())[:240]
    return f"{type(error).__name__}: {reason}"


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


def import_ultralytics() -> tuple[Any, Failures]:
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

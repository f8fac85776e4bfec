"""RapidOCR's halves: PP-OCR's text detector and recogniser, ONNX files inside its wheel.

Source:
    arXiv:1911.08947 (differentiable binarization); PP-OCRv6.
"""

import logging
import math
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from models.pinned_file import PinnedFile
from models.text_layout import TextBox, Word
from models.types import Photo, Pixels

DETECTOR = PinnedFile(
    distribution="rapidocr==3.10.0",
    module="rapidocr",
    inside="models/PP-OCRv6_det_small.onnx",
    sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    purpose="finds lines of text",
)
RECOGNISER = PinnedFile(
    distribution="rapidocr==3.10.0",
    module="rapidocr",
    inside="models/PP-OCRv6_rec_small.onnx",
    sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    purpose="reads lines of text",
)

LARGEST_AREA = 1280 * 960
"""Pixels the detector sees at most; its time grows with them. An area and not a side, so that a
tall screenshot keeps its letters."""

SMALLEST_SIDE = 480
"""Smaller pictures are enlarged until their short side has so many pixels."""

LARGEST_SCALE = 2.0
"""How much a small picture is enlarged at most: there is no more to see."""

DOUBTFUL = 0.6
"""Confidence below which the recogniser's lines hold no word of the product's title: measured on
150 phone photos of packages, where it drops one line in six."""


class PpOcrFinder:
    """Lines of text by PP-OCR's DB detector. Safe to share between threads.

    Args:
        threads: for ONNX Runtime; None takes every core.
    """

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads
        self._lock = Lock()
        self._detector: Any = None

    @property
    def fingerprint(self) -> str:
        size = f"{LARGEST_AREA}/{SMALLEST_SIDE}/{LARGEST_SCALE:g}"
        return f"pp-ocr-v6-det-small:{DETECTOR.sha256[:12]}:{size}"

    def boxes(self, photo: Photo) -> list[TextBox]:
        """Find lines on a bounded copy of the photo, and tell them in the photo's pixels.

        Raises:
            WeightsMissing: the wheel holds no such file, or another one.
        """
        scale = seen_at(photo.width, photo.height)
        width, height = round(photo.width * scale), round(photo.height * scale)
        if min(width, height) < 16:  # the network sees steps of 32 pixels: this rounds to nothing
            return []
        image = Image.fromarray(photo.pixels)
        if (width, height) != image.size:
            image = image.resize((width, height), Image.Resampling.BILINEAR)
        found = self._load()(_bgr(np.asarray(image))).boxes
        if found is None:
            return []
        back = np.array([photo.width / width, photo.height / height])
        return [_text_box(corners * back) for corners in found]

    def _load(self) -> Any:
        with self._lock:
            if self._detector is None:
                from rapidocr.ch_ppocr_det import TextDetector

                config = _configuration("Det", _session(DETECTOR, self._threads))
                # The picture comes in the size that the network is to see.
                config.limit_type, config.limit_side_len = "max", 10 * LARGEST_AREA
                self._detector = TextDetector(config)
            return self._detector


class RapidOcrWords:
    """Words by PP-OCR's recogniser: Latin letters and Chinese. Safe to share between threads."""

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads
        self._lock = Lock()
        self._recogniser: Any = None

    @property
    def fingerprint(self) -> str:
        return f"pp-ocr-v6-rec-small:{RECOGNISER.sha256[:12]}"

    @property
    def doubtful(self) -> float:
        return DOUBTFUL

    def words(self, crops: Sequence[Pixels]) -> list[Word]:
        """Same length and order as `crops`.

        Raises:
            WeightsMissing: the wheel holds no such file, or another one.
        """
        if not crops:
            return []
        recogniser = self._load()
        from rapidocr.ch_ppocr_rec import TextRecInput

        read = recogniser(TextRecInput(img=[_bgr(crop) for crop in crops]))
        return [
            Word(text=text, score=float(score))
            for text, score in zip(read.txts, read.scores, strict=True)
        ]

    def _load(self) -> Any:
        with self._lock:
            if self._recogniser is None:
                from rapidocr.ch_ppocr_rec import TextRecognizer

                config = _configuration("Rec", _session(RECOGNISER, self._threads))
                self._recogniser = TextRecognizer(config)
            return self._recogniser


def seen_at(width: int, height: int) -> float:
    """Scale at which the detector sees a picture of this size."""
    shrunk = math.sqrt(LARGEST_AREA / (width * height))
    enlarged = min(LARGEST_SCALE, max(1.0, SMALLEST_SIDE / min(width, height)))
    return min(shrunk, enlarged)


def _session(weights: PinnedFile, threads: int | None) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    # Waiting threads that spin would take the cores from the embedder beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        weights.verified(), options, providers=["CPUExecutionProvider"]
    )


def _configuration(section: str, session: Any) -> Any:
    """RapidOCR's own defaults for one of its models, around a session that is already open.

    With a session given, RapidOCR looks for no file and downloads none.
    """
    from rapidocr.main import DEFAULT_CFG_PATH
    from rapidocr.utils.parse_parameters import ParseParams

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)  # it greets on stderr otherwise
    config = ParseParams.load(DEFAULT_CFG_PATH)[section]
    config._set_flag("allow_objects", True)
    config.session, config.font_path = session, None
    return config


def _text_box(corners: Any) -> TextBox:
    top_left, top_right, bottom_right, bottom_left = ((float(x), float(y)) for x, y in corners)
    return TextBox((top_left, top_right, bottom_right, bottom_left))


def _bgr(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, :, ::-1])

"""Where products are on a photo: the project's own detector, one class, through ONNX Runtime.

No torch and no ultralytics: it loads in a fraction of a second, so the first search need not wait.
How it was trained, and how good it is: the model card in `models/weights/`.
"""

import hashlib
from threading import Lock
from typing import Any

import numpy as np

from models.errors import BadInput
from models.letterbox import Letterbox, is_strip
from models.likely_regions import Found, RegionLimits, likely_regions
from models.pinned_file import PinnedFile
from models.types import Photo, Region

PRODUCT_DETECTOR = PinnedFile(
    distribution="shoplens",
    module="models",
    inside="weights/product_detector.onnx",
    sha256="f6b144697b68d45bc0b5a3fc50f00f4644eb601a36f9c87ce76c742260194e32",
    purpose="finds products",
)
_EXPORT = "export it again with `shoplens train-detector`"
_SIZE_KEY = "shoplens.image_size"

LIMITS = RegionLimits(confidence=0.2)
"""These weights score lower than those of COCO do. From 0.25 on they lose a fiftieth of the demo's
products; from 0.18 on they mark nearly half a wrong box a picture (their card has the numbers)."""


class ProductDetector:
    """Boxes of whatever a shop may sell, without classes. Safe to share between threads.

    Args:
        weights: an ONNX graph: input float32 (n, 3, height, width), RGB, 0 to 1, both sides
            multiples of 32; output (n, 5, anchors): centre x, centre y, width and height in
            pixels of the input, and the score, before any suppression. Its metadata names the
            longer side that it was trained at (`shoplens.image_size`).
    """

    def __init__(self, weights: bytes, limits: RegionLimits = LIMITS) -> None:
        self._weights = weights
        self._limits = limits
        self._lock = Lock()
        self._network: _Network | None = None

    @property
    def fingerprint(self) -> str:
        """`product:` + 16 hex digits of the weights' sha256 + limits; loads no framework."""
        digest = hashlib.sha256(self._weights).hexdigest()[:16]
        return f"product:{digest}:{self._limits.fingerprint}"

    def regions(self, photo: Photo) -> list[Region]:
        """Product boxes, most likely meant first; empty where nothing was found.

        Raises:
            BadInput: the weights are no such graph.
        """
        network = self._loaded()
        if is_strip(photo, network.side):
            return []
        return likely_regions(network.found(photo), photo.whole, self._limits)

    def _loaded(self) -> "_Network":
        with self._lock:
            if self._network is None:
                self._network = _Network(self._weights)
            return self._network


class _Network:
    """An ONNX Runtime session, and the size of its input."""

    def __init__(self, weights: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors; warnings tell of processors that are not here
        # Threads that spin between operators double its processor time (67 ms against 35 ms for a
        # tall screenshot), which the text reader beside it needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._session: Any = session
        given = session.get_inputs()[0]
        height, width = given.shape[2:]
        told = session.get_modelmeta().custom_metadata_map.get(_SIZE_KEY, "")
        if not told.isdecimal():
            raise BadInput(f"the detector's graph does not tell its {_SIZE_KEY}", remedy=_EXPORT)
        self.side = int(told)
        self._name = given.name
        self._fixed = (width, height) if isinstance(width, int) else None

    def found(self, photo: Photo) -> Found:
        if self._fixed is not None:
            fit = Letterbox.around(photo, *self._fixed)
        else:
            fit = Letterbox.tight(photo, self.side)
        (answer,) = self._session.run(None, {self._name: fit.planes(photo)})
        if answer.ndim != 3 or answer.shape[:2] != (1, 5):
            raise BadInput(f"the detector answers {answer.shape}, not (1, 5, n)", remedy=_EXPORT)
        centre_x, centre_y, width, height, scores = answer[0].astype(np.float64)
        edges = [
            centre_x - width / 2,
            centre_y - height / 2,
            centre_x + width / 2,
            centre_y + height / 2,
        ]
        return Found(fit.back(np.stack(edges, axis=1)), scores)

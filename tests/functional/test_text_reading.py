"""The real readers on drawn pictures, and what they refuse to load."""

import importlib
import pickle
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from models.easyocr_text import CraftFinder, EasyOcrWords
from models.errors import WeightsMissing
from models.rapidocr_text import LARGEST_AREA, seen_at
from models.text_reader import SceneTextReader, TextOptions, text_reader, text_reader_weights
from models.types import Photo
from pipelines.codes import codes

pytestmark = pytest.mark.real_models


def drawn(*words: tuple[int, int, int, str], width: int = 480, height: int = 320) -> Photo:
    page = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(page)
    for left, top, size, text in words:
        draw.text((left, top), text, fill="#222", font=ImageFont.load_default(size))
    return Photo(np.asarray(page), sha256="drawn", source="test")


LABEL = drawn(
    (30, 30, 36, "Ceramic mug"), (30, 110, 30, "RE16-TGK"), (30, 200, 26, "Art. 4820024700016")
)


@pytest.fixture(scope="module")
def reader() -> SceneTextReader:
    return text_reader()


def test_a_label_is_read_line_by_line(reader: SceneTextReader) -> None:
    lines = reader.lines(LABEL)
    assert [line.text for line in lines] == ["Ceramic mug", "RE16-TGK", "Art. 4820024700016"]
    assert codes(lines) == ("4820024700016", "RE16-TGK")
    assert all(line.box.right <= LABEL.width and 0 < line.score <= 1 for line in lines)


def test_rapidocr_reads_the_same_label() -> None:
    lines = text_reader(TextOptions(words="rapidocr")).lines(LABEL)
    assert {"RE16-TGK", "4820024700016"} <= set(codes(lines))


def test_easyocrs_own_detector_finds_the_same_lines() -> None:
    reader = SceneTextReader(CraftFinder(), EasyOcrWords())
    assert "RE16-TGK" in codes(reader.lines(drawn((20, 20, 30, "RE16-TGK"), width=240, height=80)))


def test_text_that_runs_down_a_spine_is_read(reader: SceneTextReader) -> None:
    flat = drawn((20, 20, 36, "Nordic Kitchen"), width=320, height=90)
    spine = Photo(np.rot90(flat.pixels).copy(), sha256="spine", source="test")
    assert [line.text for line in reader.lines(spine)] == ["Nordic Kitchen"]


@pytest.mark.parametrize("size", [(1, 1), (9, 9), (300, 400), (16, 3000)])
def test_a_picture_without_words_has_none(reader: SceneTextReader, size: tuple[int, int]) -> None:
    blank = Photo(np.full((*size, 3), 255, np.uint8), sha256="blank", source="test")
    assert reader.lines(blank) == []


def test_a_large_photo_is_found_on_small_and_read_at_full_resolution(
    reader: SceneTextReader,
) -> None:
    large = drawn((300, 300, 120, "RE16-TGK"), width=3000, height=2400)
    assert seen_at(large.width, large.height) ** 2 * 3000 * 2400 <= LARGEST_AREA + 1
    assert [line.text for line in reader.lines(large)] == ["RE16-TGK"]


def test_other_models_keep_their_threads(reader: SceneTextReader) -> None:
    import torch

    before = torch.get_num_threads()
    reader.lines(LABEL)
    later: list[int] = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert torch.get_num_threads() == before
    assert later == [before]


def test_several_threads_read_at_once(reader: SceneTextReader) -> None:
    found: list[list[str]] = []

    def read() -> None:
        found.append([line.text for line in reader.lines(LABEL)])

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [found[0]] * 3
    assert found[0]


class Canary:
    """Leaves a mark where a pickle of it is opened."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self._mark,)


def test_a_changed_file_of_the_package_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "easyocr_en_models" / "models"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    mark = tmp_path / "fired"
    for name in ("english_g2.pth", "craft_mlt_25k.pth"):
        (folder / name).write_bytes(pickle.dumps(Canary(mark)))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(WeightsMissing, match=r"english_g2\.pth is damaged"):
        EasyOcrWords().words([LABEL.pixels])
    with pytest.raises(WeightsMissing, match=r"craft_mlt_25k\.pth is damaged"):
        CraftFinder().boxes(LABEL)
    assert not mark.exists()


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    import torch

    mark = tmp_path / "fired"
    torch.save({"module.Prediction.bias": Canary(mark)}, tmp_path / "cyrillic_g2.pth")
    torch.load(tmp_path / "cyrillic_g2.pth", weights_only=False)
    assert mark.exists(), "the canary does not sing"
    mark.unlink()
    words = EasyOcrWords(("en", "ru"), tmp_path)
    with pytest.raises(WeightsMissing, match=r"cyrillic_g2\.pth is damaged"):
        words.words([LABEL.pixels])
    assert not mark.exists()
    (tmp_path / "cyrillic_g2.pth").write_bytes(b"")
    with pytest.raises(WeightsMissing):
        words.words([LABEL.pixels])


def test_a_folder_may_bring_another_script(tmp_path: Path) -> None:
    import torch
    from easyocr.config import recognition_models
    from easyocr.model.vgg_model import Model

    letters = recognition_models["gen2"]["cyrillic_g2"]["characters"]
    network = Model(1, 256, 256, len(letters) + 1)
    state = {f"module.{name}": weights for name, weights in network.state_dict().items()}
    absent = EasyOcrWords(("en", "ru"), tmp_path)
    with pytest.raises(WeightsMissing, match=r"cyrillic_g2\.pth is not on this machine"):
        absent.words([LABEL.pixels])
    torch.save(state, tmp_path / "cyrillic_g2.pth")
    words = EasyOcrWords(("en", "ru"), tmp_path)
    assert len(words.words([LABEL.pixels])) == 1
    assert "absent" not in words.fingerprint


def test_every_file_of_the_default_is_here() -> None:
    assert all(file.present for file in text_reader_weights())
    assert not any("craft" in file.name for file in text_reader_weights())

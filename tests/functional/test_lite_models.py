"""The lite models themselves, on drawn pictures."""

import io
import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.errors import BadInput
from models.lite import LiteEmbedder, lite_weights
from models.lite_looks import MIDDLE, WHOLE, Look, LookVectors
from models.lite_network import EfficientNetLite
from models.lite_weights import MINILM_TOKENIZER
from models.runtime_types import Runtime, RuntimeSettings
from models.types import Photo, Pixels

pytestmark = pytest.mark.real_models

EXPORTED = [
    "onnx",
    pytest.param(
        "openvino",
        marks=pytest.mark.skipif(
            find_spec("openvino") is None, reason="openvino is not installed (extra `runtimes`)"
        ),
    ),
]


@pytest.fixture(scope="module")
def lite() -> LiteEmbedder:
    missing = [file.remedy for file in lite_weights() if not file.present]
    if missing:
        pytest.skip("; ".join(missing))
    return LiteEmbedder()


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


def photo(pixels: Pixels) -> Photo:
    return Photo(np.ascontiguousarray(pixels), sha256="", source="test")


def drawn(kind: str, colour: str, width: int = 300, height: int = 300, shift: int = 0) -> Photo:
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = (
        width // 4 + shift,
        height // 5,
        3 * width // 4 + shift,
        height * 4 // 5,
    )
    if kind == "mug":
        pen.rectangle((left, top, right, bottom), fill=colour)
        pen.arc((right - 30, top + 30, right + 40, bottom - 30), -90, 90, fill=colour, width=16)
        pen.ellipse((left, top - 12, right, top + 12), fill="#dddddd")
    else:
        pen.ellipse((left, top, right, bottom), fill=colour)
        pen.line((width // 2, 0, width // 2, top), fill="black", width=4)
        pen.polygon((left, bottom, right, bottom, width // 2, top), fill="#222222")
    return photo(np.asarray(picture))


ODD = [
    photo(np.zeros((1, 1, 3), np.uint8)),
    photo(np.full((3, 2000, 3), 90, np.uint8)),
    photo(np.full((900, 2, 3), 255, np.uint8)),
    drawn("mug", "red"),
    drawn("lamp", "navy", 500, 260),
    drawn("mug", "green", 90, 200),
]


def test_vectors_are_unit_and_a_batch_is_its_pictures_one_by_one(lite: LiteEmbedder) -> None:
    together = lite.images(ODD)
    assert together.shape == (len(ODD), lite.image_dim)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([lite.images([one]) for one in ODD])
    assert ((together * alone).sum(axis=1) >= 0.9999).all()


@pytest.mark.parametrize("runtime", EXPORTED)
def test_any_runtime_gives_the_same_vectors_in_a_batch_and_alone(
    runtime: Runtime, lite: LiteEmbedder, exports: Path
) -> None:
    exact = lite.images(ODD)
    other = LiteEmbedder(RuntimeSettings(runtime, exports))
    assert other.image_fingerprint == lite.image_fingerprint
    together = other.images(ODD)
    assert ((together * exact).sum(axis=1) > 0.9999).all()
    alone = np.concatenate([other.images([one]) for one in ODD[3:]])
    assert ((alone * exact[3:]).sum(axis=1) > 0.9999).all()
    assert (alone[0] * exact[4]).sum() < 0.9


LOOKED_AT = """
import sys
import numpy as np
import indexer.cli.search
from models.types import Photo
from pipelines.build import open_models
from pipelines.perceive import Perceiver
from pipelines.settings import Settings
import pipelines.lens, pipelines.stores.edge

photo = Photo(np.full((300, 300, 3), 200, np.uint8), sha256="", source="test")
perceiver = Perceiver(open_models(Settings(models="lite")))
seen = perceiver.look(photo)
perceiver.read(photo)
print(seen.vectors.shape[1], len(seen.keypoints) > 0, "onnxruntime" in sys.modules)
print(*sorted({"torch", "torchvision", "easyocr", "transformers", "httpx"} & {*sys.modules}))
"""


def test_a_picture_without_words_needs_no_torch_once_its_export_passed_the_gate(
    lite: LiteEmbedder, exports: Path, repository: Path
) -> None:
    LiteEmbedder(RuntimeSettings("onnx", exports)).images(ODD[3:4])
    env = {"SHOPLENS_RUNTIME": "onnx", "SHOPLENS_CACHE": str(exports), "PYTHONPATH": "."}

    def looked_at(**others: str) -> list[str]:
        ran = subprocess.run(
            [sys.executable, "-c", LOOKED_AT],
            env=os.environ | env | others,
            cwd=repository,
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout.splitlines()

    assert looked_at() == [f"{lite.image_dim} True True", ""]
    assert "torch" in looked_at(SHOPLENS_RUNTIME="torch")[1].split()


def test_what_rounds_too_much_is_refused(lite: LiteEmbedder, exports: Path) -> None:
    with pytest.raises(BadInput, match="onnx-int8 does not run this network"):
        LiteEmbedder(RuntimeSettings("onnx-int8", exports)).images(ODD[:1])
    # bfloat16 costs these trained weights more than the gate allows, where a processor has it.
    with pytest.raises(
        BadInput, match=r"other vectors than torch|not compute in bfloat16"
    ) as caught:
        LiteEmbedder(RuntimeSettings("openvino-bf16", exports)).images(ODD[:1])
    assert "SHOPLENS_RUNTIME" in caught.value.remedy


def test_the_same_picture_gives_the_same_vector(lite: LiteEmbedder) -> None:
    assert np.array_equal(lite.images(ODD[3:4]), lite.images(ODD[3:4]))


def test_a_crop_that_shares_memory_embeds_like_its_copy(lite: LiteEmbedder) -> None:
    large = np.pad(ODD[3].pixels, ((40, 40), (70, 10), (0, 0)), constant_values=30)
    view = Photo(large[40:340, 70:370], sha256="", source="test")
    assert not view.pixels.flags["C_CONTIGUOUS"]
    assert np.array_equal(lite.images([view]), lite.images([ODD[3]]))


def test_the_same_thing_moved_is_nearer_than_another_thing_or_colour(lite: LiteEmbedder) -> None:
    mug, moved, green, lamp = lite.images(
        [
            drawn("mug", "red"),
            drawn("mug", "red", shift=20),
            drawn("mug", "green"),
            drawn("lamp", "red"),
        ]
    )
    assert mug @ moved > mug @ green > mug @ lamp


@pytest.mark.parametrize("look", [WHOLE, MIDDLE])
def test_the_network_is_timms(look: Look) -> None:
    import timm
    import torch

    weights = torch.load(io.BytesIO(look.weights.verified()), weights_only=True)
    model = "tf_efficientnet_lite2" if look is WHOLE else "tf_efficientnet_lite0"
    reference = timm.create_model(model, pretrained=False).eval()
    # Both list their tensors in the order of the network; only the names differ.
    reference.load_state_dict(dict(zip(reference.state_dict(), weights.values(), strict=True)))
    ours = EfficientNetLite(look.weights.verified())
    torch.manual_seed(0)
    for side in (look.side, 171):
        pixels = torch.rand(2, 3, side, side) * 2 - 1
        with torch.inference_mode():
            expected = reference.blocks(reference.bn1(reference.conv_stem(pixels)))
            assert torch.allclose(ours(pixels), expected, atol=1e-3)


@pytest.mark.real_pictures
def test_pixels_are_scaled_as_the_weights_were_trained(real_pictures: Path) -> None:
    """With ImageNet's mean and deviation a clean banana is no banana: the classifier tells."""
    import torch

    from models.lite_network import folded
    from pipelines.image_io import read_photo

    weights = torch.load(io.BytesIO(WHOLE.weights.verified()), weights_only=True)
    head = folded(weights, "_conv_head", "_bn1")
    network = EfficientNetLite(WHOLE.weights.verified())
    classes = {"Banana": 954, "Granny-Smith": 948, "Lemon": 951}
    for name, wanted in classes.items():
        square = WHOLE.square(read_photo(real_pictures / "grocery" / "catalog" / f"{name}.jpg"))
        pixels = torch.from_numpy(square).permute(2, 0, 1)[None].float().sub(127).div(128)
        with torch.inference_mode():
            pooled = head(network(pixels)).mean((2, 3))
            logits = pooled @ weights["_fc.weight"].T + weights["_fc.bias"]
        assert int(logits.argmax()) == wanted


def test_a_look_is_unit_and_differs_between_pictures() -> None:
    vectors = LookVectors(MIDDLE).of([MIDDLE.square(ODD[3]), MIDDLE.square(ODD[4])])
    assert vectors.shape == (2, MIDDLE.dim)
    assert vectors[0] @ vectors[1] < 0.9


def test_words_of_like_meaning_are_near(lite: LiteEmbedder) -> None:
    sneakers, runners, kettle = lite.texts(
        ["red sneakers", "running shoes, red", "electric kettle"]
    )
    assert sneakers @ runners > 0.5 > sneakers @ kettle


def test_words_get_the_vectors_that_the_models_own_class_gives(lite: LiteEmbedder) -> None:
    from tokenizers import Tokenizer

    from tests.fakes.ordinary_minilm import ordinary_minilm

    texts = ["a mug", "Кружка Nordlys, белая. Объём 330 мл", "wide brim hat " * 30, "word " * 500]
    tokenizer = Tokenizer.from_str(MINILM_TOKENIZER.verified().decode())
    tokenizer.enable_truncation(256)
    tokenizer.no_padding()
    expected = ordinary_minilm(tokenizer)(texts)
    assert ((lite.texts(texts) * expected).sum(axis=1) > 0.999999).all()
    assert (lite.texts(texts[:1]) @ expected[1:].T < 0.9).all()


def test_any_text_embeds(lite: LiteEmbedder) -> None:
    texts = ["", " ", "красные кроссовки", "鞋", "🙂", "word " * 5000, "\x00\n"]
    together = lite.texts(texts)
    assert together.shape == (len(texts), lite.text_dim)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([lite.texts([text]) for text in texts])
    assert ((together * alone).sum(axis=1) >= 0.9999).all()


def test_several_threads_embed_at_once(lite: LiteEmbedder) -> None:
    import torch

    threads_before = torch.get_num_threads()
    expected = lite.images(ODD)
    got: list[bool] = []

    def ask() -> None:
        got.append(bool(np.allclose(lite.images(ODD), expected, atol=1e-5)))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [True] * 3
    assert torch.get_num_threads() == threads_before

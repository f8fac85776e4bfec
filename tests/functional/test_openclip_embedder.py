"""A SigLIP 2 in miniature through the real loading code: open_clip, safetensors, HF tokenizer."""

import json
import logging
import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tiny_siglip import write_checkpoint, write_tokenizer

from models.checkpoint import CheckpointSettings, checkpoint_files
from models.errors import BadInput, WeightsMissing
from models.siglip import SiglipEmbedder
from models.types import Box, Photo

pytestmark = pytest.mark.real_models

TEXTS = [
    "Red dress!",
    "a mug with a handle",
    "Красное платье",
    "кружка с ручкой",
    "",
    "платье " * 40,
]
WATCH = """
import json, logging, sys
events = []
def watch(name, args):
    if name in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen"):
        events.append(f"{name} {args}")
sys.addaudithook(watch)
import numpy
from models.checkpoint import CheckpointSettings, checkpoint_files
from models.siglip import SiglipEmbedder
from models.types import Photo
embedder = SiglipEmbedder(CheckpointSettings(checkpoint=sys.argv[1]))
embedder.texts(["красное платье"])
embedder.images([Photo(numpy.zeros((9, 9, 3), dtype=numpy.uint8), "0", "test")])
sys.stdout.write(json.dumps({
    "events": [event for event in events if "ldconfig" not in event],
    "handlers": len(logging.getLogger().handlers),
}))
"""


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("siglip") / "tiny")


@pytest.fixture(scope="session")
def embedder(checkpoint: Path) -> SiglipEmbedder:
    return SiglipEmbedder(CheckpointSettings(checkpoint=str(checkpoint)))


@pytest.fixture
def copied(checkpoint: Path, tmp_path: Path) -> Path:
    return shutil.copytree(checkpoint, tmp_path / "copy")


def photo(seed: int, width: int = 90, height: int = 120) -> Photo:
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Photo(pixels=pixels, sha256=str(seed), source="test")


def cosines(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return (one * two).sum(axis=1)


def test_vectors_equal_open_clip_used_directly(embedder: SiglipEmbedder, checkpoint: Path) -> None:
    import open_clip
    import torch
    from PIL import Image

    name = f"local-dir:{checkpoint}"
    model, preprocess = open_clip.create_model_from_pretrained(name)
    tokenizer = open_clip.get_tokenizer(name)
    photos = [photo(seed, 60 + 30 * seed, 200) for seed in range(4)]
    with torch.no_grad():
        pixels = torch.stack([preprocess(Image.fromarray(item.pixels)) for item in photos])
        pictures = model.eval().encode_image(pixels, normalize=True).numpy()
        words = model.encode_text(tokenizer(TEXTS), normalize=True).numpy()
    assert cosines(embedder.images(photos), pictures).min() > 0.9999
    assert cosines(embedder.texts(TEXTS), words).min() > 0.9999
    assert cosines(embedder.images(photos[:1]), pictures[1:2]).max() < 0.99


def test_vectors_are_unit_rows_of_the_promised_shape(embedder: SiglipEmbedder) -> None:
    for vectors, count, dim in (
        (embedder.images([photo(1), photo(2)]), 2, embedder.image_dim),
        (embedder.texts(TEXTS), len(TEXTS), embedder.text_dim),
        (embedder.images([]), 0, embedder.image_dim),
        (embedder.texts([]), 0, embedder.text_dim),
    ):
        assert vectors.shape == (count, dim)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_batch_over_several_chunks_equals_one_by_one(embedder: SiglipEmbedder) -> None:
    photos = [photo(seed, 40 + seed, 70) for seed in range(19)]
    alone = np.concatenate([embedder.images([item]) for item in photos])
    assert cosines(embedder.images(photos), alone).min() > 0.9999
    texts = [f"red mug {number}" for number in range(67)]
    alone = np.concatenate([embedder.texts([text]) for text in texts])
    assert cosines(embedder.texts(texts), alone).min() > 0.9999


def test_a_crop_equals_the_same_pixels_cut_by_hand(embedder: SiglipEmbedder) -> None:
    whole = photo(7)
    box = Box(10, 20, 70, 90)
    by_hand = Photo(pixels=whole.pixels[20:90, 10:70].copy(), sha256="", source="test")
    cut, manual, full = embedder.images([whole.crop(box), by_hand, whole])
    assert float(cut @ manual) > 0.9999
    assert float(cut @ full) < 0.9999


def test_case_and_punctuation_follow_the_checkpoints_own_rule(embedder: SiglipEmbedder) -> None:
    loud, quiet, other = embedder.texts(["RED, Dress!", "red dress", "mug"])
    assert float(loud @ quiet) > 0.9999
    assert float(loud @ other) < 0.9999


def test_cyrillic_becomes_words_with_an_end_and_padding(checkpoint: Path) -> None:
    import open_clip
    from tokenizers import Tokenizer

    own = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    loaded = open_clip.get_tokenizer(f"local-dir:{checkpoint}", local_files_only=True)
    ids = loaded(["Красное платье"])[0].tolist()
    words = own.encode("красное платье").ids
    assert words == [own.token_to_id(word) for word in ("красное", "▁", "платье", "<eos>")]
    assert ids == words + [0] * (16 - len(words))
    assert own.token_to_id("<unk>") not in ids


def test_threads_share_one_model_and_agree(embedder: SiglipEmbedder, checkpoint: Path) -> None:
    expected = embedder.texts(TEXTS)
    fresh = SiglipEmbedder(CheckpointSettings(checkpoint=str(checkpoint)))
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: fresh.texts(TEXTS), range(12)):
            assert cosines(vectors, expected).min() > 0.9999


def test_the_model_is_not_loaded_for_what_it_tells_of_itself(checkpoint: Path) -> None:
    (broken := checkpoint.parent / "broken").mkdir(exist_ok=True)
    for path in checkpoint.iterdir():
        shutil.copy(path, broken)
    (broken / "open_clip_model.safetensors").write_bytes(b"no weights")
    embedder = SiglipEmbedder(CheckpointSettings(checkpoint=str(broken)))
    assert embedder.image_dim == 64
    assert embedder.image_fingerprint.startswith("openclip:")
    with pytest.raises(BadInput, match="cannot be loaded") as caught:
        embedder.texts(["mug"])
    assert "SHOPLENS_SIGLIP2" in caught.value.remedy


def test_weights_of_another_model_are_refused(copied: Path) -> None:
    path = copied / "open_clip_config.json"
    config = json.loads(path.read_text())
    config["model_cfg"]["text_cfg"]["layers"] = 3
    path.write_text(json.dumps(config))
    with pytest.raises(BadInput, match="cannot be loaded"):
        SiglipEmbedder(CheckpointSettings(checkpoint=str(copied))).texts(["mug"])


def test_the_hub_repository_of_every_siglip2_is_the_one_open_clip_names(tmp_path: Path) -> None:
    from open_clip.pretrained import get_pretrained_cfg, list_pretrained

    names = [(model, tag) for model, tag in list_pretrained() if "-SigLIP2" in model]
    assert ("ViT-B-16-SigLIP2", "webli") in names
    for model, tag in names:
        repository = get_pretrained_cfg(model, tag)["hf_hub"].rstrip("/")
        config = tmp_path / f"models--{repository.replace('/', '--')}" / "snapshots" / "1"
        config.mkdir(parents=True)
        (config / "open_clip_config.json").write_text("{}")
        (refs := config.parents[1] / "refs").mkdir()
        (refs / "main").write_text("1")
        wanted = CheckpointSettings(checkpoint=f"{model}/{tag}", cache=tmp_path)
        assert {file.path.parent for file in checkpoint_files(wanted) if file.path} == {config}


class Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_beside_the_weights_is_never_opened(
    embedder: SiglipEmbedder, copied: Path, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    (copied / "open_clip_pytorch_model.bin").write_bytes(pickle.dumps(Trap(canary)))
    (copied / "open_clip_model.safetensors").rename(copied / "model.safetensors")
    vectors = SiglipEmbedder(CheckpointSettings(checkpoint=str(copied))).texts(TEXTS)
    assert cosines(vectors, embedder.texts(TEXTS)).min() > 0.9999
    (copied / "model.safetensors").unlink()
    with pytest.raises(WeightsMissing, match="only pickled"):
        SiglipEmbedder(CheckpointSettings(checkpoint=str(copied))).texts(TEXTS)
    assert not canary.exists()


def test_a_tokenizer_that_brings_code_is_refused(copied: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (copied / "code.py").write_text(f"import os\nos.mkdir({str(canary)!r})\nclass Mine: pass\n")
    path = copied / "tokenizer_config.json"
    config = json.loads(path.read_text()) | {"auto_map": {"AutoTokenizer": ["code.Mine", None]}}
    config["tokenizer_class"] = "Mine"
    path.write_text(json.dumps(config))
    with pytest.raises(BadInput, match="cannot be loaded"):
        SiglipEmbedder(CheckpointSettings(checkpoint=str(copied))).texts(["mug"])
    assert not canary.exists()


def test_loading_says_nothing_in_the_log(
    checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        SiglipEmbedder(CheckpointSettings(checkpoint=str(checkpoint))).texts(["mug"])
    assert [record.getMessage() for record in caplog.records if record.name == "root"] == []


def test_a_real_sized_vocabulary_asks_no_network_and_prints_nothing(copied: Path) -> None:
    write_tokenizer(copied, filler=100_000)
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {"PYTHONPATH": str(Path(__file__).parents[2]), "HF_HOME": str(copied.parent / "hub")}
    name = f"{copied.parent.name}/{copied.name}"  # relative, it reads like a hub repository
    run = [sys.executable, "-W", "error", "-c", WATCH, name]
    done = subprocess.run(
        run, env=env, cwd=copied.parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"events": [], "handlers": 0}
    assert done.stderr == ""

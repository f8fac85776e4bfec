"""Every kind of checkpoint through the real path: each library and ShopLens, the same vectors."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_checkpoints import (
    LENGTH,
    write_clip,
    write_metaclip2,
    write_naflex,
    write_openclip,
    write_transformers,
)

from models.checkpoint import CheckpointSettings, find_checkpoint
from models.errors import BadInput, WeightsMissing
from models.siglip import SiglipEmbedder
from models.types import Box, Photo

pytestmark = [pytest.mark.real_models, pytest.mark.usefixtures("one_core")]

KINDS = (
    "siglip1-openclip",
    "siglip2-openclip",
    "siglip1-transformers",
    "siglip2-transformers",
    "naflex-transformers",
    "clip-transformers",
    "metaclip2-transformers",
)
TEXTS = ["red dress", "a mug with a handle", "красное платье", "", "кружка с ручкой " * 20]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    made = {"naflex-transformers": write_naflex(root / "naflex")}
    made["clip-transformers"] = write_clip(root / "clip")
    made["metaclip2-transformers"] = write_metaclip2(root / "metaclip2")
    for siglip in (1, 2):
        openclip = write_openclip(root / f"openclip{siglip}", siglip=siglip)
        same = write_transformers(root / f"transformers{siglip}", openclip, siglip=siglip)
        made[f"siglip{siglip}-openclip"] = openclip
        made[f"siglip{siglip}-transformers"] = same
    return made


@pytest.fixture(scope="module")
def embedder_of(folders: dict[str, Path]) -> Callable[[str], SiglipEmbedder]:
    made = {kind: SiglipEmbedder(CheckpointSettings(str(path))) for kind, path in folders.items()}
    return made.__getitem__


def photo(seed: int, width: int = 60, height: int = 45) -> Photo:
    """Smooth, as photos are: between neighbours of noise any two resizers differ."""
    from PIL import Image

    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return Photo(pixels=np.asarray(image), sha256=str(seed), source="test")


PHOTOS = [photo(seed, 40 + 23 * seed, 90) for seed in range(4)]


def cosines(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return (one * two).sum(axis=1)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.endswith("openclip")])
def test_vectors_equal_those_of_open_clip(
    kind: str, folders: dict[str, Path], embedder_of: Callable[[str], SiglipEmbedder]
) -> None:
    import open_clip
    import torch
    from PIL import Image

    name = f"local-dir:{folders[kind]}"
    model, preprocess = open_clip.create_model_from_pretrained(name)
    model.eval()
    with torch.no_grad():
        pixels = torch.stack([preprocess(Image.fromarray(item.pixels)) for item in PHOTOS])
        pictures = model.encode_image(pixels, normalize=True).numpy()
        words = model.encode_text(open_clip.get_tokenizer(name)(TEXTS), normalize=True).numpy()
    embedder = embedder_of(kind)
    assert cosines(embedder.images(PHOTOS), pictures).min() > 0.9999
    assert cosines(embedder.texts(TEXTS), words).min() > 0.9999
    assert cosines(embedder.images(PHOTOS[:1]), pictures[1:2]).max() < 0.9999


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.endswith("transformers")])
def test_vectors_equal_those_of_transformers(
    kind: str, folders: dict[str, Path], embedder_of: Callable[[str], SiglipEmbedder]
) -> None:
    import torch
    from PIL import Image
    from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

    folder = str(folders[kind])
    model = AutoModel.from_pretrained(folder).eval()
    images = [Image.fromarray(item.pixels) for item in PHOTOS]
    pixels = AutoImageProcessor.from_pretrained(folder)(images, return_tensors="pt")
    tokens = AutoTokenizer.from_pretrained(folder)(
        TEXTS, padding="max_length", truncation=True, max_length=LENGTH, return_tensors="pt"
    )
    with torch.no_grad():
        pictures = unit(model.get_image_features(**pixels).pooler_output)
        words = unit(model.get_text_features(**tokens).pooler_output)
    embedder = embedder_of(kind)
    assert cosines(embedder.images(PHOTOS), pictures).min() > 0.9999
    assert cosines(embedder.texts(TEXTS), words).min() > 0.9999
    assert cosines(embedder.texts(TEXTS[:1]), words[1:2]).max() < 0.9999


def unit(features: Any) -> np.ndarray:
    rows = features.numpy()
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("siglip", [1, 2])
def test_the_same_weights_in_both_formats_give_the_same_vectors(
    siglip: int, embedder_of: Callable[[str], SiglipEmbedder]
) -> None:
    one, two = embedder_of(f"siglip{siglip}-openclip"), embedder_of(f"siglip{siglip}-transformers")
    assert cosines(one.images(PHOTOS), two.images(PHOTOS)).min() > 0.9999
    assert cosines(one.texts(TEXTS), two.texts(TEXTS)).min() > 0.9999
    assert one.image_fingerprint != two.image_fingerprint
    other = embedder_of(f"siglip{3 - siglip}-openclip")
    assert cosines(one.images(PHOTOS), other.images(PHOTOS)).max() < 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_equals_one_by_one(kind: str, embedder_of: Callable[[str], SiglipEmbedder]) -> None:
    embedder = embedder_of(kind)
    photos = [photo(seed, 30 + seed, 50) for seed in range(18)]  # more than one chunk
    alone = np.concatenate([embedder.images([item]) for item in photos])
    assert cosines(embedder.images(photos), alone).min() > 0.9999
    words = np.concatenate([embedder.texts([text]) for text in TEXTS])
    assert cosines(embedder.texts(TEXTS), words).min() > 0.9999
    assert embedder.images(photos).shape == (18, embedder.image_dim)
    assert embedder.texts([]).shape == (0, embedder.text_dim)


@pytest.mark.parametrize("kind", KINDS)
def test_a_crop_equals_the_same_pixels_cut_by_hand(
    kind: str, embedder_of: Callable[[str], SiglipEmbedder]
) -> None:
    whole = photo(7, 90, 120)
    by_hand = Photo(pixels=whole.pixels[20:90, 10:70].copy(), sha256="", source="test")
    cut, manual, full = embedder_of(kind).images([whole.crop(Box(10, 20, 70, 90)), by_hand, whole])
    assert float(cut @ manual) > 0.9999
    assert float(cut @ full) < 0.9999


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "siglip" in kind or "naflex" in kind])
def test_siglip_reads_lower_case_padded_to_full_length(
    kind: str, embedder_of: Callable[[str], SiglipEmbedder]
) -> None:
    embedder = embedder_of(kind)
    loud, quiet, other = embedder.texts(["RED Dress", "red dress", "mug"])
    assert float(loud @ quiet) > 0.9999
    assert float(loud @ other) < 0.9999
    (ids,) = embedder.network().words(["red dress"])
    assert ids.shape == (1, LENGTH)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith("clip")])
def test_cyrillic_becomes_known_pieces(
    kind: str, folders: dict[str, Path], embedder_of: Callable[[str], SiglipEmbedder]
) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folders[kind]))
    ids = embedder_of(kind).network().words(["красное платье", "кружка с ручкой"])[0]
    pieces = set(tokenizer.convert_ids_to_tokens(ids.flatten().tolist()))
    assert any("р" in piece for piece in pieces)
    assert tokenizer.unk_token not in pieces


def test_a_prompt_is_put_around_every_text_and_into_the_fingerprint(
    folders: dict[str, Path], embedder_of: Callable[[str], SiglipEmbedder]
) -> None:
    for kind in ("siglip2-openclip", "siglip2-transformers"):
        plain = embedder_of(kind)
        asked = SiglipEmbedder(CheckpointSettings(str(folders[kind]), prompt="a {} with a handle"))
        assert cosines(asked.texts(["mug"]), plain.texts(["a mug with a handle"])) > 0.9999
        assert asked.text_fingerprint != plain.text_fingerprint
        assert asked.image_fingerprint == plain.image_fingerprint
    with pytest.raises(BadInput, match="where the text goes"):
        CheckpointSettings(prompt="a photo")


def test_weights_in_several_parts_are_one_checkpoint(
    folders: dict[str, Path],
    embedder_of: Callable[[str], SiglipEmbedder],
    tmp_path: Path,
) -> None:
    from transformers import AutoModel

    folder = shutil.copytree(folders["siglip2-transformers"], tmp_path / "parts")
    model = AutoModel.from_pretrained(str(folder))
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="60KB")
    assert len(list(folder.glob("*.safetensors"))) > 1
    found = find_checkpoint(CheckpointSettings(str(folder)))
    assert len(found.weights) == len(list(folder.glob("*.safetensors")))
    vectors = SiglipEmbedder(CheckpointSettings(str(folder))).texts(TEXTS)
    assert cosines(vectors, embedder_of("siglip2-transformers").texts(TEXTS)).min() > 0.9999
    found.weights[-1].unlink()
    with pytest.raises(WeightsMissing, match="no safetensors"):
        find_checkpoint(CheckpointSettings(str(folder)))


class Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


def test_pickles_and_code_of_a_transformers_folder_stay_closed(
    folders: dict[str, Path], embedder_of: Callable[[str], SiglipEmbedder], tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    folder = shutil.copytree(folders["siglip2-transformers"], tmp_path / "trap")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Trap(canary)))
    (folder / "code.py").write_text(f"import os\nos.mkdir({str(canary)!r})\nclass Mine: pass\n")
    for name, part in (("config.json", "AutoModel"), ("tokenizer_config.json", "AutoTokenizer")):
        stored = json.loads((folder / name).read_text())
        changed = stored | {"auto_map": {part: ["code.Mine", "code.Mine"]}}
        (folder / name).write_text(json.dumps(changed))
    vectors = SiglipEmbedder(CheckpointSettings(str(folder))).texts(TEXTS)
    assert cosines(vectors, embedder_of("siglip2-transformers").texts(TEXTS)).min() > 0.9999
    (folder / "model.safetensors").unlink()
    with pytest.raises(WeightsMissing, match="only pickled"):
        SiglipEmbedder(CheckpointSettings(str(folder))).texts(TEXTS)
    assert not canary.exists()


def test_weights_that_lack_a_part_are_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(folders["siglip2-transformers"], tmp_path / "lacking")
    weights = load_file(folder / "model.safetensors")
    del weights["text_model.head.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BadInput, match=r"lack text_model\.head\.weight"):
        SiglipEmbedder(CheckpointSettings(str(folder))).images(PHOTOS)


LOAD = """
import json, logging, sys
events = []
def watch(name, args):
    if name in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen"):
        events.append(f"{name} {args}")
sys.addaudithook(watch)
from models.checkpoint import CheckpointSettings
from models.siglip import SiglipEmbedder
SiglipEmbedder(CheckpointSettings(sys.argv[1])).texts(["mug"])
sys.stdout.write(json.dumps([event for event in events if "ldconfig" not in event]))
"""


def test_loading_asks_no_network_and_prints_nothing(
    folders: dict[str, Path], repository: Path, tmp_path: Path
) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {"PYTHONPATH": str(repository), "HF_HOME": str(tmp_path / "hub")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOAD, str(folders["siglip2-transformers"])],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == []

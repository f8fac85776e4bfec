"""A checkpoint is found, identified and explained without loading anything."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.checkpoint import (
    CheckpointSettings,
    checkpoint_available,
    checkpoint_files,
    find_checkpoint,
)
from models.checkpoint_hub import download_checkpoint, hub_answers
from models.errors import BadInput, WeightsMissing
from models.siglip import SiglipEmbedder

WEIGHTS = "open_clip_model.safetensors"
CONFIG = {
    "model_cfg": {
        "embed_dim": 768,
        "vision_cfg": {"image_size": 224},
        "text_cfg": {"context_length": 64, "hf_tokenizer_name": "timm/ViT-B-16-SigLIP2"},
    },
    "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "resize_mode": "squash"},
}


def whole(folder: Path, **files: object) -> Path:
    """A checkpoint folder with every file; `files` replaces contents, None leaves one out."""
    contents = {"open_clip_config.json": CONFIG, WEIGHTS: "weights", "tokenizer.json": "{}"}
    contents |= {name.replace("__", "."): content for name, content in files.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content)
            (folder / name).write_text(text)
    return folder


def settings(folder: Path) -> CheckpointSettings:
    return CheckpointSettings(checkpoint=str(folder))


def cached(cache: Path, source: Path, repository: str = "timm/ViT-B-16-SigLIP2") -> None:
    """The hub's cache as huggingface_hub lays it out, with links from a snapshot to blobs."""
    root = cache / f"models--{repository.replace('/', '--')}"
    snapshot = root / "snapshots" / "0123abcd"
    for folder in (snapshot, root / "refs", root / "blobs"):
        folder.mkdir(parents=True)
    (root / "refs" / "main").write_text("0123abcd")
    for path in source.iterdir():
        blob = root / "blobs" / hashlib.sha256(path.read_bytes()).hexdigest()
        blob.write_bytes(path.read_bytes())
        (snapshot / path.name).symlink_to(blob)


def test_a_folder_tells_its_dimension_and_identity(tmp_path: Path) -> None:
    found = find_checkpoint(settings(whole(tmp_path / "a")))
    assert found.dim == 768
    assert found.identity == hashlib.sha256(b"weights").hexdigest()[:16]
    assert found == find_checkpoint(CheckpointSettings(checkpoint=f"local-dir:{tmp_path / 'a'}"))


def test_the_hubs_cache_is_looked_into_by_name(tmp_path: Path) -> None:
    cached(tmp_path / "hub", whole(tmp_path / "a"))
    here = find_checkpoint(settings(tmp_path / "a"))
    for name in ("ViT-B-16-SigLIP2/webli", "ViT-B-16-SigLIP2", "hf-hub:timm/ViT-B-16-SigLIP2"):
        there = find_checkpoint(CheckpointSettings(checkpoint=name, cache=tmp_path / "hub"))
        assert (there.identity, there.text_recipe) == (here.identity, here.text_recipe)
        assert there.folder.name == "0123abcd"
    other = CheckpointSettings(checkpoint="ViT-L-16-SigLIP2-256/webli", cache=tmp_path / "hub")
    assert not checkpoint_available(other)


def test_the_same_checkpoint_has_one_fingerprint_wherever_it_lies(tmp_path: Path) -> None:
    cached(tmp_path / "hub", whole(tmp_path / "a"))
    folder = SiglipEmbedder(settings(tmp_path / "a"))
    hub = SiglipEmbedder(CheckpointSettings(cache=tmp_path / "hub"))
    assert hub.image_fingerprint == folder.image_fingerprint
    assert hub.text_fingerprint == folder.text_fingerprint
    assert folder.image_fingerprint != folder.text_fingerprint
    assert str(tmp_path) not in folder.image_fingerprint + folder.text_fingerprint
    assert (folder.image_dim, folder.text_dim, folder.one_space) == (768, 768, True)


def test_the_fingerprint_follows_weights_preprocessing_and_tokenizer(tmp_path: Path) -> None:
    changed = {**CONFIG, "preprocess_cfg": {**CONFIG["preprocess_cfg"], "resize_mode": "longest"}}
    first = SiglipEmbedder(settings(whole(tmp_path / "a")))
    weights = SiglipEmbedder(settings(whole(tmp_path / "b", open_clip_model__safetensors="w")))
    recipe = SiglipEmbedder(settings(whole(tmp_path / "c", open_clip_config__json=changed)))
    tokens = SiglipEmbedder(settings(whole(tmp_path / "d", tokenizer__json="[]")))
    assert weights.image_fingerprint != first.image_fingerprint
    assert weights.text_fingerprint != first.text_fingerprint
    assert recipe.image_fingerprint != first.image_fingerprint
    assert recipe.text_fingerprint == first.text_fingerprint
    assert tokens.text_fingerprint != first.text_fingerprint
    assert tokens.image_fingerprint == first.image_fingerprint


@pytest.mark.parametrize(
    "missing", ["open_clip_config__json", "open_clip_model__safetensors", "tokenizer__json"]
)
def test_a_missing_file_is_named_with_a_remedy(tmp_path: Path, missing: str) -> None:
    folder = whole(tmp_path / "a", **{missing: None})
    with pytest.raises(WeightsMissing) as caught:
        find_checkpoint(settings(folder))
    assert "SHOPLENS_SIGLIP2" in caught.value.remedy
    assert not checkpoint_available(settings(folder))


def test_a_missing_folder_and_an_empty_cache_are_missing_weights(tmp_path: Path) -> None:
    for wanted in (settings(tmp_path / "gone"), CheckpointSettings(cache=tmp_path)):
        with pytest.raises(WeightsMissing, match="not on this machine"):
            SiglipEmbedder(wanted).images([])
        assert not checkpoint_available(wanted)


@pytest.mark.parametrize("name", ["open_clip_pytorch_model.bin", "weights.pt", "model.ckpt"])
def test_a_pickle_is_no_checkpoint(tmp_path: Path, name: str) -> None:
    folder = whole(tmp_path / "a", open_clip_model__safetensors=None)
    (folder / name).write_text("pickled")
    with pytest.raises(WeightsMissing, match=f"only pickled weights .*{name}"):
        find_checkpoint(settings(folder))


def test_safetensors_are_taken_where_a_pickle_lies_beside_them(tmp_path: Path) -> None:
    folder = whole(tmp_path / "a", open_clip_model__safetensors=None, model__safetensors="w")
    (folder / "open_clip_pytorch_model.bin").write_text("pickled")
    assert [path.name for path in find_checkpoint(settings(folder)).weights] == [
        "model.safetensors"
    ]


@pytest.mark.parametrize(
    "config",
    [
        "not json",
        "[]",
        {"model_cfg": {"embed_dim": 8}},
        {"model_cfg": {"embed_dim": "8", "text_cfg": {}}},
        {"model_cfg": {"embed_dim": 8, "text_cfg": {"hf_model_name": "xlm-roberta-base"}}},
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused(tmp_path: Path, config: object) -> None:
    folder = whole(tmp_path / "a", open_clip_config__json=config)
    with pytest.raises(BadInput, match=r"open_clip_config\.json"):
        find_checkpoint(settings(folder))
    assert not checkpoint_available(settings(folder))


@pytest.mark.parametrize("name", ["hf-hub:not a repository", "ViT-B-32/none"])
def test_a_name_that_means_nothing_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        find_checkpoint(CheckpointSettings(checkpoint=name, cache=tmp_path))


def test_doctors_list_tells_what_is_there_and_what_is_not(tmp_path: Path) -> None:
    folder = whole(tmp_path / "a", tokenizer__json=None)
    files = {file.name: file for file in checkpoint_files(settings(folder))}
    assert [name for name, file in files.items() if file.present] == [
        "open_clip_config.json",
        WEIGHTS,
    ]
    assert files["tokenizer.json"].path == folder / "tokenizer.json"
    absent = checkpoint_files(CheckpointSettings(cache=tmp_path))
    assert not any(file.present for file in absent)
    assert all("shoplens models download" in file.remedy for file in absent)


def test_offline_a_download_fails_as_missing_weights(tmp_path: Path) -> None:
    wanted = CheckpointSettings(allow_download=True, cache=tmp_path)
    with pytest.raises(WeightsMissing, match="could not be downloaded"):
        SiglipEmbedder(wanted).texts(["red dress"])
    with pytest.raises(WeightsMissing):
        download_checkpoint(settings(tmp_path / "gone"))
    assert not hub_answers()


def test_choosing_a_profile_loads_no_framework(tmp_path: Path) -> None:
    folder = whole(tmp_path / "a")
    script = (
        "import sys\n"
        "from models.checkpoint import CheckpointSettings, checkpoint_available, checkpoint_files\n"
        "from models.siglip import SiglipEmbedder\n"
        f"here = CheckpointSettings(checkpoint={str(folder)!r})\n"
        "assert checkpoint_available(here) and not checkpoint_available(CheckpointSettings())\n"
        "checkpoint_files(CheckpointSettings()); SiglipEmbedder(here).image_fingerprint\n"
        "assert not {'torch', 'open_clip', 'transformers', 'timm'} & set(sys.modules)"
    )
    env = os.environ | {"HF_HUB_CACHE": str(tmp_path / "hub")}
    subprocess.run([sys.executable, "-c", script], check=True, env=env)

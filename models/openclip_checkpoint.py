"""An open_clip checkpoint in a folder: open_clip_config.json, weights, tokenizer.json."""

from pathlib import Path
from typing import Any

from models.checkpoint_types import (
    REMEDY,
    Checkpoint,
    identity_of,
    no_weights,
    read_json,
    recipe,
    sha256_of,
)
from models.errors import BadInput, WeightsMissing
from models.weights_file import WeightFile

CONFIG = "open_clip_config.json"
TOKENIZER = "tokenizer.json"
# In the order of choice. Only safetensors: the .bin and .pt files beside them are pickles.
WEIGHTS = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "model.safetensors",  # what transformers and timm call theirs
)


def read(folder: Path, prompt: str) -> Checkpoint:
    """Read what the folder's checkpoint is.

    Raises:
        WeightsMissing, BadInput: as `find_checkpoint`.
    """
    config = _config(folder)
    weights = _weights_in(folder)
    if weights is None:
        raise no_weights(folder)
    model, text = config["model_cfg"], config["model_cfg"]["text_cfg"]
    tokenizer = folder / TOKENIZER if text.get("hf_tokenizer_name") else None
    if tokenizer is not None and not tokenizer.is_file():
        raise WeightsMissing(f"no {TOKENIZER} in {folder}", remedy=REMEDY)
    # Without a prompt the digest is what it was before there were any: indexes keep their vectors.
    prompts = [] if prompt == "{}" else [prompt]
    return Checkpoint(
        format="openclip",
        folder=folder,
        weights=(weights,),
        tokenizer=tokenizer,
        identity=identity_of([weights]),
        image_recipe=recipe(model, config.get("preprocess_cfg", {})),
        text_recipe=recipe(model, sha256_of(tokenizer) if tokenizer else "", *prompts),
        dim=model["embed_dim"],
        prompt=prompt,
    )


def files(folder: Path | None) -> list[WeightFile]:
    """What such a folder should hold, and where it is; None where there is no folder."""
    weights = None if folder is None else _weights_in(folder)
    named = (
        (CONFIG, "architecture and preprocessing of SigLIP 2", None),
        (WEIGHTS[0], "pictures and words to vectors in one space", weights),
        (TOKENIZER, "words to tokens", None),
    )
    return [
        WeightFile(
            name=name if path is None else path.name,
            purpose=purpose,
            path=path or (None if folder is None else folder / name),
            remedy=REMEDY,
        )
        for name, purpose, path in named
    ]


def _config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG
    config = read_json(path)
    model = config.get("model_cfg")
    model = model if isinstance(model, dict) else {}
    text = model.get("text_cfg")
    if not (isinstance(text, dict) and isinstance(model.get("embed_dim"), int)):
        raise BadInput(f"{path} describes no open_clip model", remedy=REMEDY)
    if "hf_model_name" in text:
        raise BadInput(
            f"{path} takes its text tower from another repository",
            remedy="choose a checkpoint that is whole, such as ViT-B-16-SigLIP2/webli",
        )
    return config


def _weights_in(folder: Path) -> Path | None:
    return next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)

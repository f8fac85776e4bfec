"""A transformers checkpoint in a folder: config.json, preprocessor, weights, tokenizer."""

from dataclasses import dataclass
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

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
SHARDS = "model.safetensors.index.json"
PREPROCESSORS = ("preprocessor_config.json", "processor_config.json")
# Any of them is enough to make a tokenizer; CLIP's vocab.json has merges.txt beside it.
TOKENIZERS = ("tokenizer.json", "spiece.model", "sentencepiece.bpe.model", "vocab.json")
TOKENIZER_PARTS = (
    *TOKENIZERS,
    *("merges.txt", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
)
# What a library writes of itself into config.json; it changes no vector.
_VOLATILE = ("_name_or_path", "architectures", "dtype", "torch_dtype", "transformers_version")
_REVISION = 1
"""Count it up when the reading of texts or pictures changes a vector."""


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of model, told by `model_type` in config.json.

    Attributes:
        dim_at: where config.json tells the length of vectors, and what it is where it does not.
        siglip: texts in lower case, padded to full length and without a mask, as SigLIP 1 and 2
            were trained.
        naflex: pictures keep their proportions, as a sequence of patches of any length.
    """

    dim_at: tuple[str, ...]
    dim: int
    siglip: bool = False
    naflex: bool = False


FAMILIES = {
    # SigLIP 1, and SigLIP 2 of one resolution.
    "siglip": Family(("vision_config", "hidden_size"), 768, siglip=True),
    "siglip2": Family(("vision_config", "hidden_size"), 768, siglip=True, naflex=True),
    "clip": Family(("projection_dim",), 512),
    "metaclip_2": Family(("projection_dim",), 512),
}


def read(folder: Path, prompt: str) -> Checkpoint:
    """Read what the folder's checkpoint is.

    Raises:
        WeightsMissing, BadInput: as `find_checkpoint`.
    """
    config = read_json(folder / CONFIG)
    family = family_of(config, folder)
    weights = _weights_in(folder)
    if not weights:
        raise no_weights(folder)
    tokenizer = next((folder / n for n in TOKENIZERS if (folder / n).is_file()), None)
    if tokenizer is None:
        raise WeightsMissing(f"no {TOKENIZERS[0]} in {folder}", remedy=REMEDY)
    stable = {name: value for name, value in config.items() if name not in _VOLATILE}
    parts = {n: sha256_of(folder / n) for n in TOKENIZER_PARTS if (folder / n).is_file()}
    return Checkpoint(
        format="transformers",
        folder=folder,
        weights=weights,
        tokenizer=tokenizer,
        identity=identity_of(weights),
        image_recipe=recipe(_REVISION, stable, _preprocessor(folder)),
        text_recipe=recipe(_REVISION, stable, parts, prompt),
        dim=_dim(config, family),
        prompt=prompt,
    )


def family_of(config: dict[str, Any], folder: Path) -> Family:
    """Which kind of model a config.json describes.

    Raises:
        BadInput: one that ShopLens does not run.
    """
    family = FAMILIES.get(str(config.get("model_type")))
    if family is None:
        raise BadInput(
            f"{folder / CONFIG} describes a model of type {config.get('model_type')!r}",
            remedy=f"choose a checkpoint of type {', '.join(FAMILIES)}, or one of open_clip",
        )
    return family


def files(folder: Path) -> list[WeightFile]:
    """What such a folder should hold, and where it is."""

    def first(names: tuple[str, ...]) -> str:
        return next((name for name in names if (folder / name).is_file()), names[0])

    named = [
        (CONFIG, "architecture of the embedder"),
        (first(PREPROCESSORS), "preprocessing of pictures"),
        *((path.name, "weights") for path in _weights_in(folder) or (folder / WEIGHTS,)),
        (first(TOKENIZERS), "words to tokens"),
    ]
    return [WeightFile(name, purpose, folder / name, REMEDY) for name, purpose in named]


def _preprocessor(folder: Path) -> dict[str, Any]:
    """The picture part of either file; newer releases of transformers nest it."""
    name = next((n for n in PREPROCESSORS if (folder / n).is_file()), PREPROCESSORS[0])
    config = read_json(folder / name)
    nested = config.get("image_processor", config)
    return dict(nested) if isinstance(nested, dict) else config


def _weights_in(folder: Path) -> tuple[Path, ...]:
    """The one file, or every part that the index names; empty where one is missing.

    Raises:
        BadInput: the index names what is no file of the folder.
    """
    if (folder / WEIGHTS).is_file():
        return (folder / WEIGHTS,)
    if not (folder / SHARDS).is_file():
        return ()
    named = read_json(folder / SHARDS).get("weight_map")
    names = sorted(set(named.values())) if isinstance(named, dict) else []
    if not all(isinstance(n, str) and n == Path(n).name for n in names):
        raise BadInput(f"{folder / SHARDS} names files elsewhere", remedy=REMEDY)
    parts = tuple(folder / name for name in names if name.endswith(".safetensors"))
    return parts if len(parts) == len(names) and all(p.is_file() for p in parts) else ()


def _dim(config: dict[str, Any], family: Family) -> int:
    found: Any = config
    for key in family.dim_at:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, int) else family.dim

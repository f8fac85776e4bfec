"""Where an open_clip checkpoint lies on this machine, what it is, and how it comes from the hub.

Nothing here loads a model or imports torch: `shoplens doctor` and the choice of a profile ask it.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.checksum import file_sha256
from models.errors import BadInput, WeightsMissing
from models.weights_file import WeightFile

CONFIG = "open_clip_config.json"
TOKENIZER = "tokenizer.json"
# In the order of choice. Only safetensors: the .bin and .pt files beside them are pickles.
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors")
_PLAIN_WEIGHTS = "model.safetensors"  # what transformers and timm call theirs
_PICKLES = (".bin", ".pt", ".pth", ".ckpt")
_TOKENIZER_FILES = (TOKENIZER, "tokenizer_config.json", "special_tokens_map.json")
_PATIENCE = 10.0  # seconds for the hub's first answer about a file

REMEDY = (
    "run `shoplens index FEED --models siglip2` once where there is internet, "
    f"or set SHOPLENS_SIGLIP2 to a folder with {CONFIG}, {WEIGHTS[0]} and {TOKENIZER}"
)


@dataclass(frozen=True, slots=True)
class SiglipSettings:
    """Which checkpoint, and whether it may be fetched.

    Attributes:
        checkpoint: an open_clip name with its tag (`ViT-B-16-SigLIP2/webli`), a hub repository
            (`hf-hub:timm/ViT-B-16-SigLIP2`), or a folder (`local-dir:` may stand before it).
        allow_download: whether a missing checkpoint may be fetched from the hub.
        cache: the hub's cache; None takes huggingface_hub's own (HF_HOME, HF_HUB_CACHE).
    """

    checkpoint: str = "ViT-B-16-SigLIP2/webli"
    allow_download: bool = False
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint that is whole on this machine.

    Attributes:
        tokenizer: None where open_clip's built-in tokenizer is meant.
        identity: sha256 of the weights, 16 hex digits.
        image_recipe: digest of architecture and picture preprocessing, 12 hex digits.
        text_recipe: digest of architecture and tokenizer, 12 hex digits.
        dim: length of its vectors.
    """

    folder: Path
    weights: Path
    tokenizer: Path | None
    identity: str
    image_recipe: str
    text_recipe: str
    dim: int


def find_checkpoint(settings: SiglipSettings) -> Checkpoint:
    """Read what a checkpoint is; the weights stay on disk.

    Raises:
        WeightsMissing: files are not on this machine.
        BadInput: the setting or the checkpoint's configuration cannot be used.
    """
    folder = _folder(settings)
    if folder is None or not folder.is_dir():
        raise WeightsMissing(f"{settings.checkpoint} is not on this machine", remedy=REMEDY)
    config = _read_config(folder)
    weights = _weights_in(folder)
    if weights is None:
        pickled = sorted(path.name for path in folder.iterdir() if path.suffix in _PICKLES)
        why = f"has only pickled weights ({pickled[0]}), never opened" if pickled else "has none"
        raise WeightsMissing(f"no safetensors weights: {folder} {why}", remedy=REMEDY)
    model, text = config["model_cfg"], config["model_cfg"]["text_cfg"]
    tokenizer = folder / TOKENIZER if text.get("hf_tokenizer_name") else None
    if tokenizer is not None and not tokenizer.is_file():
        raise WeightsMissing(f"no {TOKENIZER} in {folder}", remedy=REMEDY)
    return Checkpoint(
        folder=folder,
        weights=weights,
        tokenizer=tokenizer,
        identity=_identity(weights)[:16],
        image_recipe=_digest(model, config.get("preprocess_cfg", {})),
        text_recipe=_digest(model, _identity(tokenizer) if tokenizer else ""),
        dim=model["embed_dim"],
    )


def checkpoint_files(settings: SiglipSettings) -> list[WeightFile]:
    """The three files of a checkpoint and where they are; imports no framework."""
    folder = _folder(settings)
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


def download_checkpoint(settings: SiglipSettings) -> Path:
    """Fetch the checkpoint into the hub's cache: JSON and safetensors, nothing else.

    Returns:
        The folder that holds it.
    Raises:
        WeightsMissing: the hub is out of reach, or has no such files.
        BadInput: the setting names a folder, or is no name of a repository.
    """
    repository = _repository(settings)
    if repository is None:
        raise WeightsMissing(f"{settings.checkpoint} is a folder without them", remedy=REMEDY)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        for weights in ([*WEIGHTS], [_PLAIN_WEIGHTS]):
            folder = Path(
                snapshot_download(
                    repository,
                    cache_dir=settings.cache,
                    etag_timeout=_PATIENCE,
                    allow_patterns=[CONFIG, *_TOKENIZER_FILES, *weights],
                )
            )
            if _weights_in(folder) is not None:
                break
    except HFValidationError as error:
        raise BadInput(f"{repository!r} is no hub repository", remedy=REMEDY) from error
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise WeightsMissing(
            f"{repository} could not be downloaded: {reason}", remedy=REMEDY
        ) from error
    return folder


def _folder(settings: SiglipSettings) -> Path | None:
    """The folder that the setting means, or the hub's snapshot of it; None where absent."""
    repository = _repository(settings)
    if repository is None:
        return Path(settings.checkpoint.removeprefix("local-dir:")).expanduser()
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(repository, CONFIG, cache_dir=settings.cache)
    except HFValidationError as error:
        raise BadInput(f"{repository!r} is no hub repository", remedy=REMEDY) from error
    return Path(config).parent if isinstance(config, str) else None


def _repository(settings: SiglipSettings) -> str | None:
    """The hub repository that the setting means; None where it means a folder."""
    name = settings.checkpoint
    if name.startswith("hf-hub:"):
        return name.removeprefix("hf-hub:")
    if name.startswith(("local-dir:", "/", "~", ".")) or Path(name).is_dir():
        return None
    if Path(name).is_absolute():  # Windows
        return None
    model, _, tag = name.partition("/")
    tag = tag or "webli"
    if re.fullmatch(r"ViT-[\w-]+-SigLIP2[\w-]*", model) and tag == "webli":
        return f"timm/{model}"  # open_clip's own table says so; asking it imports torch
    from open_clip.pretrained import get_pretrained_cfg

    repository, _, file = get_pretrained_cfg(model, tag).get("hf_hub", "").rpartition("/")
    if not repository or file:
        raise BadInput(
            f"{name} is no open_clip checkpoint with a hub repository of its own",
            remedy="name another (ViT-B-16-SigLIP2/webli), or a folder",
        )
    return str(repository)


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsMissing(f"no {CONFIG} in {folder}", remedy=REMEDY) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}", remedy=REMEDY) from error
    model = config.get("model_cfg") if isinstance(config, dict) else None
    model = model if isinstance(model, dict) else {}
    text = model.get("text_cfg")
    if not (isinstance(text, dict) and isinstance(model.get("embed_dim"), int)):
        raise BadInput(f"{path} describes no open_clip model", remedy=REMEDY)
    if "hf_model_name" in text:
        raise BadInput(
            f"{path} takes its text tower from another repository",
            remedy="choose a checkpoint that is whole, such as ViT-B-16-SigLIP2/webli",
        )
    return dict(config)


def _weights_in(folder: Path) -> Path | None:
    for name in (*WEIGHTS, _PLAIN_WEIGHTS):
        if (folder / name).is_file():
            return folder / name
    return None


def _identity(path: Path) -> str:
    """The file's sha256; the hub's cache names large files by it, so they need no reading."""
    blob = path.resolve()
    if blob.parent.name == "blobs" and re.fullmatch(r"[0-9a-f]{64}", blob.name):
        return blob.name
    return file_sha256(path)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]

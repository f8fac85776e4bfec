"""What the two formats of checkpoints have in common: settings, result, identity, remedy."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from models.checksum import file_sha256
from models.errors import BadInput, WeightsMissing

PICKLES = (".bin", ".pt", ".pth", ".ckpt")
REMEDY = (
    "run `shoplens models download NAME` where there is internet, and set SHOPLENS_SIGLIP2 to the "
    "name or to a folder that holds its files"
)


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """Which checkpoint, and whether it may be fetched.

    Attributes:
        checkpoint: an open_clip name with its tag (`ViT-B-16-SigLIP2/webli`), a hub repository
            (`google/siglip2-base-patch16-224`, `hf-hub:` may stand before it), or a folder
            (`local-dir:` may stand before it).
        allow_download: whether a missing checkpoint may be fetched from the hub.
        cache: the hub's cache; None takes huggingface_hub's own (HF_HOME, HF_HUB_CACHE).
        prompt: what every text is put into, where {} stands.
    """

    checkpoint: str = "ViT-B-16-SigLIP2/webli"
    allow_download: bool = False
    cache: Path | None = None
    prompt: str = "{}"

    def __post_init__(self) -> None:
        if self.prompt.count("{}") != 1:
            raise BadInput(
                f"the prompt {self.prompt!r} does not say where the text goes",
                remedy="write {} once, as in: This is a photo of {}.",
            )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint that is whole on this machine.

    Attributes:
        format: whose files these are; it decides which library builds the networks.
        weights: one safetensors file, or all parts of a large one.
        tokenizer: the file that stands for the tokenizer; None where open_clip's built-in one is
            meant.
        identity: sha256 of the weights, 16 hex digits.
        image_recipe: digest of architecture and picture preprocessing, 12 hex digits.
        text_recipe: digest of architecture, tokenizer and prompt, 12 hex digits.
        dim: length of its vectors.
        prompt: as in the settings.
    """

    format: Literal["openclip", "transformers"]
    folder: Path
    weights: tuple[Path, ...]
    tokenizer: Path | None
    identity: str
    image_recipe: str
    text_recipe: str
    dim: int
    prompt: str

    @property
    def pictures_name(self) -> str:
        """Of the weights and of how they want pictures prepared: see `PictureNetwork`."""
        return f"{self.identity}-{self.image_recipe}"


def read_json(path: Path) -> dict[str, Any]:
    """An object from a configuration file.

    Raises:
        WeightsMissing: there is no such file.
        BadInput: it holds no JSON object.
    """
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsMissing(f"no {path.name} in {path.parent}", remedy=REMEDY) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}", remedy=REMEDY) from error
    if not isinstance(config, dict):
        raise BadInput(f"{path} holds no object", remedy=REMEDY)
    return config


def no_weights(folder: Path) -> WeightsMissing:
    """What to raise where a folder has no safetensors: it says whether it has pickles."""
    pickled = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
    why = f"has only pickled weights ({pickled[0]}), never opened" if pickled else "has none"
    return WeightsMissing(f"no safetensors weights: {folder} {why}", remedy=REMEDY)


def sha256_of(path: Path) -> str:
    """The file's sha256; the hub's cache names large files by it, so they need no reading."""
    blob = path.resolve()
    if blob.parent.name == "blobs" and re.fullmatch(r"[0-9a-f]{64}", blob.name):
        return blob.name
    return file_sha256(path)


def identity_of(weights: Sequence[Path]) -> str:
    """16 hex digits for the weights, whether they lie in one file or in several."""
    digests = [sha256_of(path) for path in weights]
    if len(digests) == 1:
        return digests[0][:16]
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


def recipe(*parts: Any) -> str:
    """12 hex digits for JSON values that change what vectors mean."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]

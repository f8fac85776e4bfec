"""Checkpoints on a model hub: which repository a name means, and what of it is fetched."""

import errno
import re
import socket
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from models import openclip_checkpoint, transformers_checkpoint
from models.checkpoint_types import REMEDY, CheckpointSettings
from models.errors import BadInput, DiskFull, WeightsMissing
from models.resumable import Moved, RemoteFile, fetch_blob, untold

_PATIENCE = 10.0  # seconds for the hub's first answer about a file
_SHARD = re.compile(r"model-\d{5}-of-\d{5}\.safetensors")


def repository_of(name: str) -> str | None:
    """The hub repository that a checkpoint's name means; None where it means a folder.

    Raises:
        BadInput: an open_clip model whose weights have no repository of their own.
    """
    if name.startswith("hf-hub:"):
        return name.removeprefix("hf-hub:")
    if name.startswith(("local-dir:", "/", "~", ".")) or Path(name).is_dir():
        return None
    if Path(name).is_absolute():  # Windows
        return None
    model, _, tag = name.partition("/")
    if model not in _openclip_models():
        return name
    tag = tag or "webli"
    if "-SigLIP2" in model and tag == "webli":
        return f"timm/{model}"  # open_clip's own table says so; asking it imports torch
    from open_clip.pretrained import get_pretrained_cfg

    repository, _, file = get_pretrained_cfg(model, tag).get("hf_hub", "").rpartition("/")
    if not repository or file:
        raise BadInput(
            f"{name} is no open_clip checkpoint with a hub repository of its own",
            remedy="name another (ViT-B-16-SigLIP2/webli), or a folder",
        )
    return str(repository)


def cached_folder(repository: str, names: Iterable[str], cache: Path | None) -> Path | None:
    """The hub's snapshot of a repository, where one of the files is in it; asks no network.

    Raises:
        BadInput: no name of a repository.
    """
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    for name in names:
        try:
            found = try_to_load_from_cache(repository, name, cache_dir=cache)
        except HFValidationError as error:
            raise BadInput(f"{repository!r} is no hub repository", remedy=REMEDY) from error
        if isinstance(found, str):
            return Path(found).parent
    return None


def hub_answers(seconds: float = 2.0) -> bool:
    """Whether a connection to the model hub opens; False where HF_HUB_OFFLINE is set."""
    from urllib.parse import urlsplit

    from huggingface_hub import constants

    if constants.is_offline_mode():
        return False
    hub = urlsplit(constants.ENDPOINT)
    port = hub.port or (443 if hub.scheme == "https" else 80)
    try:
        with socket.create_connection((hub.hostname or "", port), timeout=seconds):
            return True
    except OSError:
        return False


def choose_files(offered: Sequence[str]) -> list[str]:
    """What of a repository's files is fetched; empty where it has no safetensors of either format.

    open_clip's files are taken where a repository has both, as `find_checkpoint` does.
    """
    there = set(offered)
    if openclip_checkpoint.CONFIG in there:
        weights = [name for name in openclip_checkpoint.WEIGHTS if name in there][:1]
        others: tuple[str, ...] = (
            openclip_checkpoint.CONFIG,
            *transformers_checkpoint.TOKENIZER_PARTS,
        )
    else:
        weights = (
            [transformers_checkpoint.WEIGHTS] if transformers_checkpoint.WEIGHTS in there else []
        )
        if not weights and transformers_checkpoint.SHARDS in there:
            weights = sorted(filter(_SHARD.fullmatch, there))
        others = (
            transformers_checkpoint.CONFIG,
            transformers_checkpoint.SHARDS,
            *transformers_checkpoint.PREPROCESSORS,
            *transformers_checkpoint.TOKENIZER_PARTS,
        )
    return [*weights, *(name for name in others if name in there)] if weights else []


def download_checkpoint(settings: CheckpointSettings, moved: Moved = untold) -> Path:
    """Fetch a checkpoint into the hub's cache: JSON, tokenizer and safetensors, nothing else.

    Interrupted, the next call goes on where this one was. Weights are compared with the hub's
    sha256 before they are used.

    Args:
        moved: told how far each file of weights is.
    Returns:
        The folder that holds it.
    Raises:
        WeightsMissing: the hub is out of reach, or has no such files.
        BadInput: no name of a repository.
        DiskFull: no room for the weights.
    """
    repository = repository_of(settings.checkpoint)
    if repository is None:
        raise WeightsMissing(f"{settings.checkpoint} is a folder without them", remedy=REMEDY)
    from huggingface_hub import HfApi, constants, snapshot_download, utils
    from huggingface_hub.errors import HFValidationError

    blobs = Path(settings.cache or constants.HF_HUB_CACHE) / _folder_name(repository) / "blobs"
    try:
        info = HfApi().model_info(repository, timeout=_PATIENCE)
        wanted = choose_files([file.rfilename for file in info.siblings or ()])
        if not wanted:
            raise WeightsMissing(
                f"{repository} has no safetensors of open_clip or transformers", remedy=REMEDY
            )
        for name in wanted:
            if name.endswith(".safetensors"):
                fetch_blob(RemoteFile(repository, name, str(info.sha)), blobs, moved)
        with utils.disable_progress_bars():  # what is left to fetch is small
            return Path(
                snapshot_download(
                    repository,
                    cache_dir=settings.cache,
                    etag_timeout=_PATIENCE,
                    allow_patterns=wanted,
                )
            )
    except HFValidationError as error:
        raise BadInput(f"{repository!r} is no hub repository", remedy=REMEDY) from error
    except _network_errors() as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise DiskFull(
                f"no room for {repository} in {blobs}",
                remedy="free some space, or set HF_HOME to another disk",
            ) from error
        reason = " ".join(str(error).split())[:200]
        raise WeightsMissing(
            f"{repository} could not be downloaded: {reason}", remedy=REMEDY
        ) from error


def _network_errors() -> tuple[type[Exception], ...]:
    """Ours, and those of the hub's library, whose HTTP library is another by release."""
    import httpx
    from huggingface_hub.errors import HfHubHTTPError

    theirs = [kind for kind in HfHubHTTPError.__bases__ if issubclass(kind, Exception)]
    return OSError, RuntimeError, httpx.HTTPError, *theirs


def _folder_name(repository: str) -> str:
    return f"models--{repository.replace('/', '--')}"


def _openclip_models() -> set[str]:
    """Names of open_clip's architectures, from its files: importing it would import torch."""
    package = find_spec("open_clip")
    folders = package.submodule_search_locations if package else None
    return {
        path.stem
        for folder in folders or ()
        for path in Path(folder, "model_configs").glob("*.json")
    }

"""SigLIP 2: pictures and words as vectors in one space, run by open_clip."""

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from models.errors import BadInput, WeightsMissing
from models.openclip_checkpoint import (
    Checkpoint,
    SiglipSettings,
    checkpoint_files,
    download_checkpoint,
    find_checkpoint,
)
from models.types import Photo, Vectors
from models.weights_file import WeightFile

__all__ = [
    "OpenClipEmbedder",
    "SiglipSettings",
    "download_checkpoint",
    "hub_answers",
    "siglip_available",
    "siglip_weights",
]

_PHOTOS_AT_ONCE = 16  # bounds memory: 16 x 3 x 224 x 224 float32 are 10 MB
_TEXTS_AT_ONCE = 64

_Item = TypeVar("_Item")


def siglip_available(settings: SiglipSettings) -> bool:
    """Whether the checkpoint is whole on this machine; imports no framework, asks no network."""
    try:
        find_checkpoint(settings)
    except (WeightsMissing, BadInput):
        return False
    return True


def siglip_weights(settings: SiglipSettings) -> list[WeightFile]:
    """The files of the checkpoint, for `shoplens doctor`."""
    return checkpoint_files(settings)


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


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: Any
    preprocess: Callable[[Any], Any]
    tokenizer: Callable[[list[str]], Any]
    device: str


class OpenClipEmbedder:
    """An open_clip checkpoint as an embedder.

    Preprocessing and tokenizer are the checkpoint's own (open_clip_config.json, tokenizer.json).
    Weights are read from safetensors only. Files come from a folder or the hub's cache; the
    network is asked only where they are absent and downloads are allowed.

    Source:
        SigLIP 2: arXiv:2502.14786. open_clip: doi.org/10.5281/zenodo.5143773.
    """

    one_space = True

    def __init__(self, settings: SiglipSettings) -> None:
        self._settings = settings
        self._finding = Lock()
        self._loading = Lock()
        self._tokenizing = Lock()  # a call sets padding on the shared tokenizer
        self._checkpoint: Checkpoint | None = None
        self._loaded: _Loaded | None = None

    @property
    def image_fingerprint(self) -> str:
        """Weights, architecture and preprocessing; the weights are not loaded for it.

        Raises:
            WeightsMissing, BadInput: as `images`.
        """
        checkpoint = self._found()
        return f"openclip:{checkpoint.identity}:image-{checkpoint.image_recipe}"

    @property
    def text_fingerprint(self) -> str:
        """Weights, architecture and tokenizer; the weights are not loaded for it.

        Raises:
            WeightsMissing, BadInput: as `images`.
        """
        checkpoint = self._found()
        return f"openclip:{checkpoint.identity}:text-{checkpoint.text_recipe}"

    @property
    def image_dim(self) -> int:
        return self._found().dim

    @property
    def text_dim(self) -> int:
        return self._found().dim

    def images(self, batch: Sequence[Photo]) -> Vectors:
        """Embed photos so that a dot product is cosine similarity.

        Args:
            batch: any sizes; may be empty.
        Returns:
            ndarray of shape (len(batch), image_dim), float32, rows of L2 norm 1.
        Raises:
            WeightsMissing: not on disk, and downloads are off or failed.
            BadInput: the checkpoint cannot be used.
        """
        if not batch:
            return self._none()
        from PIL import Image

        loaded = self._load()

        def pixels(photos: Sequence[Photo]) -> Any:
            import torch

            return torch.stack([loaded.preprocess(Image.fromarray(p.pixels)) for p in photos])

        return _embed(batch, _PHOTOS_AT_ONCE, pixels, loaded.model.encode_image, loaded.device)

    def texts(self, batch: Sequence[str]) -> Vectors:
        """Embed texts into the pictures' space.

        Returns:
            ndarray of shape (len(batch), text_dim), float32, rows of L2 norm 1.
        Raises:
            WeightsMissing, BadInput: as `images`.
        """
        if not batch:
            return self._none()
        loaded = self._load()

        def tokens(texts: Sequence[str]) -> Any:
            with self._tokenizing:
                return loaded.tokenizer(list(texts))

        return _embed(batch, _TEXTS_AT_ONCE, tokens, loaded.model.encode_text, loaded.device)

    def _none(self) -> Vectors:
        return np.zeros((0, self._found().dim), dtype=np.float32)

    def _found(self) -> Checkpoint:
        with self._finding:
            if self._checkpoint is None:
                try:
                    self._checkpoint = find_checkpoint(self._settings)
                except WeightsMissing:
                    if not self._settings.allow_download:
                        raise
                    download_checkpoint(self._settings)
                    self._checkpoint = find_checkpoint(self._settings)
            return self._checkpoint

    def _load(self) -> _Loaded:
        checkpoint = self._found()
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(checkpoint)
            return self._loaded


def _embed(
    batch: Sequence[_Item],
    at_once: int,
    prepare: Callable[[Sequence[_Item]], Any],
    encode: Callable[[Any], Any],
    device: str,
) -> Vectors:
    import torch
    from torch.nn import functional

    rows = []
    for start in range(0, len(batch), at_once):
        inputs = prepare(batch[start : start + at_once]).to(device)
        with (
            torch.inference_mode(),
            torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"),
        ):
            rows.append(functional.normalize(encode(inputs).float(), dim=-1).cpu().numpy())
    return np.concatenate(rows).astype(np.float32, copy=False)


def _load(checkpoint: Checkpoint) -> _Loaded:
    """Build the model that the folder describes and fill it from the safetensors file.

    open_clip is kept from choosing a weights file itself: in a folder that holds both it takes
    some pickles before `model.safetensors`.
    """
    import torch
    from safetensors import SafetensorError

    with _quiet_root():
        import open_clip
        from open_clip.transform import PreprocessCfg, image_transform_v2

        name = f"local-dir:{checkpoint.folder}"
        # No question to the hub about a large vocabulary, none at the terminal about code.
        local = {"local_files_only": True, "trust_remote_code": False}
        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            model = open_clip.create_model(name, load_weights=False, pretrained_text=False)
            open_clip.load_checkpoint(model, str(checkpoint.weights))
            tokenizer = open_clip.get_tokenizer(name, **(local if checkpoint.tokenizer else {}))
        except (
            *(AttributeError, ImportError, LookupError, OSError, RuntimeError, TypeError),
            *(ValueError, AssertionError, SafetensorError),
        ) as error:
            reason = " ".join(str(error).split())[:240]
            raise BadInput(
                f"the checkpoint in {checkpoint.folder} cannot be loaded: {reason}",
                remedy="download it again, or name another with SHOPLENS_SIGLIP2",
            ) from error
    preprocess = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    return _Loaded(model.eval().to(device), preprocess, tokenizer, device)


@contextmanager
def _quiet_root() -> Iterator[None]:
    """Keep open_clip's progress out of the root logger.

    It logs there directly: the first line would install a handler that prints, for the whole
    process, and one warns of random weights, which `_load` replaces next.
    """
    root = logging.getLogger()
    handler = logging.NullHandler()

    def from_elsewhere(record: logging.LogRecord) -> bool:
        return f"{os.sep}open_clip{os.sep}" not in record.pathname

    root.addHandler(handler)
    root.addFilter(from_elsewhere)
    try:
        yield
    finally:
        root.removeFilter(from_elsewhere)
        root.removeHandler(handler)

"""SigLIP 2 and its relatives: pictures and words as vectors in one space."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import TypeVar

import numpy as np

from models.checkpoint import Checkpoint, CheckpointSettings, find_checkpoint
from models.checkpoint_hub import download_checkpoint
from models.checkpoint_loading import load_network, picture_network
from models.checkpoint_network import CheckpointNetwork
from models.errors import WeightsMissing
from models.input_pipeline import prepared_ahead
from models.picture_runtime import picture_side
from models.runtime_types import IN_TORCH, RuntimeSettings
from models.types import Photo, Vectors

_PHOTOS_AT_ONCE = 16  # bounds memory: 16 x 3 x 224 x 224 float32 are 10 MB
_TEXTS_AT_ONCE = 64

_Item = TypeVar("_Item")


class SiglipEmbedder:
    """A checkpoint of SigLIP, SigLIP 2 or CLIP as an embedder.

    Preprocessing and tokenizer are the checkpoint's own. Weights are read from safetensors only.
    Files come from a folder or the hub's cache; the network is asked only where they are absent
    and downloads are allowed. Safe to call from several threads.

    Source:
        SigLIP 2: arXiv:2502.14786. open_clip: doi.org/10.5281/zenodo.5143773.
    """

    one_space = True

    def __init__(self, settings: CheckpointSettings, runtime: RuntimeSettings = IN_TORCH) -> None:
        self._settings = settings
        self._runtime = runtime
        self._finding = Lock()
        self._loading = Lock()
        self._checkpoint: Checkpoint | None = None
        self._network: CheckpointNetwork | None = None

    @property
    def image_fingerprint(self) -> str:
        """Weights, architecture and preprocessing; the weights are not loaded for it.

        The runtime is no part of it, unless it gives vectors of its own (ADR 0010).

        Raises:
            WeightsMissing, BadInput: as `images`.
        """
        checkpoint = self._found()
        bits = ":int8" if self._runtime.runtime == "onnx-int8" else ""
        return f"{checkpoint.format}:{checkpoint.identity}:image-{checkpoint.image_recipe}{bits}"

    @property
    def text_fingerprint(self) -> str:
        """Weights, architecture, tokenizer and prompt; the weights are not loaded for it.

        Raises:
            WeightsMissing, BadInput: as `images`.
        """
        checkpoint = self._found()
        return f"{checkpoint.format}:{checkpoint.identity}:text-{checkpoint.text_recipe}"

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
        network = self.network()
        inputs = prepared_ahead(_batches(batch, _PHOTOS_AT_ONCE), network.pictures)
        return np.concatenate([network.image_side(one) for one in inputs])

    def texts(self, batch: Sequence[str]) -> Vectors:
        """Embed texts into the pictures' space, each put into the prompt first.

        Returns:
            ndarray of shape (len(batch), text_dim), float32, rows of L2 norm 1.
        Raises:
            WeightsMissing, BadInput: as `images`.
        """
        if not batch:
            return self._none()
        network = self.network()
        prompt = self._settings.prompt
        texts = [prompt.replace("{}", text) for text in batch]
        # Whole: some tokenizers pad to the longest text of what they are given.
        inputs = map(network.words, _batches(texts, _TEXTS_AT_ONCE))
        return np.concatenate([network.text_side(one) for one in inputs])

    def colourless(self, pictures: Vectors) -> Vectors:
        """The vectors themselves: no part of them holds colour alone."""
        return pictures

    def network(self) -> CheckpointNetwork:
        """The checkpoint in memory; loaded at the first call.

        Raises:
            WeightsMissing, BadInput: as `images`.
        """
        checkpoint = self._found()
        with self._loading:
            if self._network is None:
                loaded = load_network(checkpoint)
                side = picture_side(picture_network(loaded, checkpoint), self._runtime)
                self._network = replace(loaded, image_side=side)
            return self._network

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


def _batches(items: Sequence[_Item], size: int) -> list[Sequence[_Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]

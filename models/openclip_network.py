"""open_clip builds the networks of a checkpoint; photos and words are prepared by its settings."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from torch.nn import Module

from models.checkpoint_network import CheckpointNetwork, TorchSide
from models.checkpoint_types import Checkpoint
from models.picture_network import Inputs
from models.picture_preparation import of_openclip
from models.quiet_root import quiet_root
from models.types import Photo


def load(checkpoint: Checkpoint) -> CheckpointNetwork:
    """Build the model that the folder describes and fill it from the safetensors file.

    open_clip is kept from choosing a weights file itself: in a folder that holds both it takes
    some pickles before `model.safetensors`.

    Raises:
        BadInput: its preprocessing is none that ShopLens does.
        Exception: whatever the libraries raise for files that do not fit.
    """
    with quiet_root("open_clip"):  # progress, and a warning of random weights, replaced next
        import open_clip

        name = f"local-dir:{checkpoint.folder}"
        # No question to the hub about a large vocabulary, none at the terminal about code.
        local = {"local_files_only": True, "trust_remote_code": False}
        model = open_clip.create_model(name, load_weights=False, pretrained_text=False)
        open_clip.load_checkpoint(model, str(checkpoint.weights[0]))
        tokenizer = open_clip.get_tokenizer(name, **(local if checkpoint.tokenizer else {}))
    prepare = of_openclip(model.visual.preprocess_cfg)
    tokenizing = Lock()  # a call sets padding on the shared tokenizer

    def pictures(photos: Sequence[Photo]) -> Inputs:
        return (prepare(photos),)

    def words(texts: Sequence[str]) -> Inputs:
        with tokenizing:
            return (tokenizer(list(texts)).numpy(),)

    return CheckpointNetwork(
        pictures,
        words,
        TorchSide(_Encoder(model, "encode_image")),
        TorchSide(_Encoder(model, "encode_text")),
    )


class _Encoder(Module):
    """One of the model's two encoders as a network of its own."""

    def __init__(self, model: Any, encode: str) -> None:
        super().__init__()
        self.model = model
        self._encode = encode

    def forward(self, inputs: Any) -> Any:
        return getattr(self.model, self._encode)(inputs)

"""transformers builds the networks of a checkpoint; texts are read as the models were trained."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from PIL import Image
from torch.nn import Module

from models.checkpoint_network import CheckpointNetwork, TorchSide
from models.checkpoint_types import Checkpoint, read_json
from models.picture_network import Inputs
from models.picture_preparation import of_transformers
from models.quiet_transformers import quiet_transformers
from models.runtime_types import RUNTIMES, Runtime
from models.transformers_checkpoint import CONFIG, Family, family_of
from models.types import Photo

# Nothing from elsewhere, no code from the folder.
_LOCAL = {"local_files_only": True, "trust_remote_code": False}
# Pictures in their own proportions: as many patches as there are, and a mask.
_NAFLEX_RUNTIMES: tuple[Runtime, ...] = ("torch", "torch-compiled")


def load(checkpoint: Checkpoint) -> CheckpointNetwork:
    """Build the model that the folder describes and fill it from its safetensors.

    Raises:
        BadInput: its preprocessing is none that ShopLens does.
        Exception: whatever the libraries raise for files that do not fit.
    """
    import torch
    from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

    folder = str(checkpoint.folder)
    family = family_of(read_json(checkpoint.folder / CONFIG), checkpoint.folder)
    with quiet_transformers():
        model, report = AutoModel.from_pretrained(
            folder, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **_LOCAL
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, **_LOCAL)
        processor = AutoImageProcessor.from_pretrained(folder, **_LOCAL)
    if missing := sorted(report["missing_keys"]):
        # The library fills them with random numbers and goes on.
        raise ValueError(f"the weights lack {missing[0]}, in all {len(missing)} of the model's")
    return CheckpointNetwork(
        pictures=_patches(processor) if family.naflex else _squares(processor),
        words=_words(tokenizer, family, model.config.text_config.max_position_embeddings),
        image_side=TorchSide(_Encoder(model.get_image_features, model)),
        text_side=TorchSide(_Encoder(model.get_text_features, model)),
        runtimes=_NAFLEX_RUNTIMES if family.naflex else RUNTIMES,
    )


def _squares(processor: Any) -> Callable[[Sequence[Photo]], Inputs]:
    prepare = of_transformers(processor)
    return lambda photos: (prepare(photos),)


def _patches(processor: Any) -> Callable[[Sequence[Photo]], Inputs]:
    """NaFlex: patches of the picture in its own proportions, which are real, and how many."""

    def prepare(photos: Sequence[Photo]) -> Inputs:
        images = [Image.fromarray(photo.pixels) for photo in photos]
        made = processor(images, return_tensors="np")
        return made["pixel_values"], made["pixel_attention_mask"], made["spatial_shapes"]

    return prepare


def _words(tokenizer: Any, family: Family, positions: int) -> Callable[[Sequence[str]], Inputs]:
    """SigLIP was trained on lower case, padded to full length, its padding seen like words.

    transformers itself lowers for SigLIP 1 and for NaFlex, not for the SigLIP 2 of one resolution
    (huggingface/transformers issue 43054); lowering twice changes nothing. Other families look at
    the real tokens only, so the longest text of a batch decides.
    """
    length = min(positions, tokenizer.model_max_length)
    lower = family.siglip and getattr(tokenizer, "do_lower_case", True)
    padding = "max_length" if family.siglip else "longest"
    tokenizing = Lock()  # a call sets padding on the shared tokenizer

    def prepare(texts: Sequence[str]) -> Inputs:
        with tokenizing:
            made = tokenizer(
                [text.lower() if lower else text for text in texts],
                padding=padding,
                truncation=True,
                max_length=length,
                return_tensors="np",
                return_attention_mask=not family.siglip,
            )
        names = ("input_ids",) if family.siglip else ("input_ids", "attention_mask")
        return tuple(made[name] for name in names)

    return prepare


class _Encoder(Module):
    """One of the model's two encoders as a network of its own."""

    def __init__(self, encode: Callable[..., Any], model: Any) -> None:
        super().__init__()
        self.model = model
        self._encode = encode

    def forward(self, *inputs: Any) -> Any:
        return self._encode(*inputs).pooler_output

"""A checkpoint into memory, by the library whose format it has."""

from models.checkpoint_network import CheckpointNetwork
from models.checkpoint_types import Checkpoint
from models.errors import BadInput, ShopLensError


def load_network(checkpoint: Checkpoint) -> CheckpointNetwork:
    """Build both sides in torch.

    Raises:
        BadInput: the files do not fit each other, or ask for what ShopLens does not do.
    """
    from safetensors import SafetensorError

    try:
        if checkpoint.format == "openclip":
            from models.openclip_network import load
        else:
            from models.transformers_network import load
        return load(checkpoint)
    except ShopLensError:
        raise
    except (
        *(AttributeError, ImportError, LookupError, OSError, RuntimeError, TypeError),
        *(ValueError, AssertionError, SafetensorError),
    ) as error:
        reason = " ".join(str(error).split())[:240]
        raise BadInput(
            f"the checkpoint in {checkpoint.folder} cannot be loaded: {reason}",
            remedy="download it again, or name another with SHOPLENS_SIGLIP2",
        ) from error

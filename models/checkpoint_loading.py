"""A checkpoint into memory, by the library whose format it has."""

from models.checkpoint_network import CheckpointNetwork, TorchSide
from models.checkpoint_types import Checkpoint
from models.errors import BadInput, ShopLensError
from models.picture_network import InTorch, NamedNetwork, PictureNetwork


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


def picture_network(network: CheckpointNetwork, checkpoint: Checkpoint) -> PictureNetwork:
    """The picture side alone, for whatever may run it."""
    side = network.image_side
    if not isinstance(side, TorchSide):
        raise TypeError("a network as it was loaded is wanted, in torch")
    in_torch = InTorch(side, side.encoder)
    return PictureNetwork(
        checkpoint.pictures_name, network.pictures, lambda: in_torch, network.runtimes
    )


def named_network(checkpoint: Checkpoint) -> NamedNetwork:
    """The same, not loaded yet."""
    return NamedNetwork(
        checkpoint.pictures_name, lambda: picture_network(load_network(checkpoint), checkpoint)
    )

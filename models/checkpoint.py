"""Which checkpoint is meant, where it lies on this machine, and what it is.

Nothing here loads a model or imports a framework: `shoplens doctor` and the choice of a profile
ask it.
"""

from pathlib import Path

from models import openclip_checkpoint, transformers_checkpoint
from models.checkpoint_hub import cached_folder, repository_of
from models.checkpoint_types import REMEDY, Checkpoint, CheckpointSettings
from models.errors import BadInput, WeightsMissing
from models.weights_file import WeightFile

__all__ = [
    "Checkpoint",
    "CheckpointSettings",
    "checkpoint_available",
    "checkpoint_files",
    "find_checkpoint",
]


def find_checkpoint(settings: CheckpointSettings) -> Checkpoint:
    """Read what a checkpoint is; the weights stay on disk.

    A folder that holds both formats is read as open_clip's: its configuration says more (the
    cleaning of texts), and whoever publishes both made it the original.

    Raises:
        WeightsMissing: files are not on this machine.
        BadInput: the setting or the checkpoint's configuration cannot be used.
    """
    folder = _folder(settings)
    if folder is None or not folder.is_dir():
        raise WeightsMissing(f"{settings.checkpoint} is not on this machine", remedy=REMEDY)
    if (folder / openclip_checkpoint.CONFIG).is_file():
        return openclip_checkpoint.read(folder, settings.prompt)
    if (folder / transformers_checkpoint.CONFIG).is_file():
        return transformers_checkpoint.read(folder, settings.prompt)
    raise WeightsMissing(
        f"{folder} has neither {openclip_checkpoint.CONFIG} nor {transformers_checkpoint.CONFIG}",
        remedy=REMEDY,
    )


def checkpoint_available(settings: CheckpointSettings) -> bool:
    """Whether the checkpoint is whole on this machine; asks no network."""
    try:
        find_checkpoint(settings)
    except (WeightsMissing, BadInput):
        return False
    return True


def checkpoint_files(settings: CheckpointSettings) -> list[WeightFile]:
    """The files of a checkpoint and where they are, for `shoplens doctor`."""
    folder = _folder(settings)
    plain = folder is not None and not (folder / openclip_checkpoint.CONFIG).is_file()
    if folder is not None and plain and (folder / transformers_checkpoint.CONFIG).is_file():
        return transformers_checkpoint.files(folder)
    return openclip_checkpoint.files(folder)


def _folder(settings: CheckpointSettings) -> Path | None:
    """The folder that the setting means, or the hub's snapshot of it; None where absent."""
    repository = repository_of(settings.checkpoint)
    if repository is None:
        return Path(settings.checkpoint.removeprefix("local-dir:")).expanduser()
    configs = (openclip_checkpoint.CONFIG, transformers_checkpoint.CONFIG)
    return cached_folder(repository, configs, settings.cache)

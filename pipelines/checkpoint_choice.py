"""Which checkpoint the `siglip2` profile runs, and how: as set, as the index had, as suits here."""

from models.checkpoint import CheckpointSettings
from models.checkpoint_network import has_accelerator
from models.known_checkpoints import BASE, QUICK
from models.runtime_types import RuntimeSettings
from pipelines.catalog_types import IndexInfo
from pipelines.settings import Settings


def checkpoint_settings(settings: Settings, checkpoint: str) -> CheckpointSettings:
    """What the settings say of one checkpoint."""
    return CheckpointSettings(
        checkpoint=checkpoint,
        allow_download=settings.allow_download,
        prompt=settings.siglip2_prompt,
    )


def runtime_settings(settings: Settings) -> RuntimeSettings:
    """What the settings say of how the picture side is run."""
    return RuntimeSettings(runtime=settings.runtime, cache=settings.cache)


def candidates(settings: Settings) -> tuple[str, ...]:
    """Checkpoints that may serve a new index, the best for this machine first."""
    if settings.siglip2 != "auto":
        return (settings.siglip2,)
    return (BASE, QUICK) if has_accelerator() else (QUICK, BASE)


def remembered(settings: Settings, current: IndexInfo) -> str:
    """The checkpoint of an index, unless another is set."""
    if settings.siglip2 != "auto":
        return settings.siglip2
    return current.spec.checkpoint or BASE  # what older indexes, which do not say, were built with

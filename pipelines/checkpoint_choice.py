"""Which checkpoint the `siglip2` profile runs, and how: as set, as the index had, as suits here."""

from collections.abc import Callable

from models.checkpoint import CheckpointSettings
from models.checkpoint_network import has_accelerator
from models.errors import BadInput, WeightsMissing
from models.known_checkpoints import BASE, QUICK
from models.picture_network import NamedNetwork
from models.picture_runtime import installed, remember_runtime, remembered_runtime
from models.runtime_benchmark import BATCHES, measure_runtimes, quickest
from models.runtime_types import AUTOMATIC, RuntimeSettings
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
    """What the settings say of how pictures' networks are run."""
    return RuntimeSettings(runtime=settings.runtime, cache=settings.cache)


WORTH_MEASURING = 1_200
"""New products from which on an index first measures what runs its model. For B/32-256, beside busy
programs, exporting and measuring took 54 s, and the quickest runtime then did 5.8 pictures a second
instead of 4.6: so many are even, and every later run and search gains."""


def settle_runtime(
    settings: Settings,
    find: Callable[[], NamedNetwork],
    told: Callable[[str], None],
    seconds: float = 12.0,
) -> None:
    """Measure which runtime is quickest here, and let `auto` take it from now on, on this machine.

    Nothing is measured where a runtime is set, where there is torch alone, and where it was
    measured before: `shoplens models benchmark` measures again.

    Args:
        find: what is to be run; BadInput or WeightsMissing where it cannot be had.
        told: called with a sentence for people before and after measuring.
        seconds: of measuring, beside loading and exporting.
    """
    runtime = runtime_settings(settings)
    others = [name for name in AUTOMATIC if name != "torch" and installed(name)]
    if runtime.runtime != "auto" or not others:
        return
    try:
        network = find()
        if remembered_runtime(runtime, network.name):
            return
        told(f"Measuring once which of torch, {', '.join(others)} is quickest here.")
        measured = list(measure_runtimes(network.load(), runtime, seconds=seconds))
        best = quickest(measured)
        remember_runtime(runtime, network.name, best)
    except (BadInput, WeightsMissing, OSError) as error:
        told(f"torch runs the model: {error}")
        return
    speed = {one.runtime: one.pictures_per_second[-1] for one in measured if not one.problem}
    beside = f", {speed[best] / speed['torch']:.2f} times torch" if best != "torch" else ""
    told(
        f"{best} runs the model from now on{beside}, {speed[best]:.1f} pictures a second in"
        f" batches of {BATCHES[-1]}; SHOPLENS_RUNTIME sets another."
    )


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

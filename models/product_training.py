"""The training of the product detector: two stages, a budget of minutes, checkpoints, resume."""

import hashlib
import json
import math
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from models.detector import import_ultralytics
from models.errors import BadInput
from models.product_network import DEEP_BLOCKS, detection_loss, product_network
from models.with_parent import end_with

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.utils.data import Dataset

_SAVE_EVERY = 60.0  # seconds of work that an interruption costs at most
_WARM_UP = 100  # steps until the full rate
_UNREADABLE = (KeyError, RuntimeError, ValueError, EOFError, OSError, pickle.UnpicklingError)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a detector is trained; the same recipe on the same pictures draws the same scenes.

    Attributes:
        minutes: of training, on whatever machine; scenes and steps are as many as fit.
        seed: of the scenes and of the fresh weights.
        batch: scenes a step.
        rate: AdamW's learning rate for neck and head, falling to a fiftieth by a cosine.
        frozen: share of the time for which the backbone stays as ImageNet left it. Its last
            stage learns afterwards; the earlier ones, which see edges and textures, never do.
        backbone_rate: the last stage's rate, as a share of `rate`.
    """

    minutes: float = 87.0
    seed: int = 1
    batch: int = 16
    rate: float = 1.5e-3
    frozen: float = 0.7
    backbone_rate: float = 0.15

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.batch < 2 or not 0 <= self.frozen <= 1:
            raise ValueError(f"minutes are positive, a batch holds two scenes or more: {self}")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Pictures of one size and the products on them.

    Attributes:
        pixels: RGB uint8, (n, height, width, 3), sides multiples of 32.
        images: for each box the number of its picture, rising, float32.
        boxes: (m, 4) float32: centre x, centre y, width, height, as shares of the picture.
    """

    pixels: NDArray[np.uint8]
    images: NDArray[np.float32]
    boxes: NDArray[np.float32]


Draw = Callable[[int], Batch]
"""Batch n is the same whenever it is asked for. It is pickled: another process draws."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: steps done, seconds trained of seconds given, and the smoothed loss."""

    step: int
    seconds: float
    of_seconds: float
    loss: float


class Run:
    """One training run, which can be stopped at any step and go on later from its folder.

    Args:
        folder: the checkpoint's; created if absent.
    Raises:
        WeightsMissing: the backbone's package is absent.
    """

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        import torch

        import_ultralytics()
        from ultralytics.utils.torch_utils import ModelEMA

        torch.manual_seed(recipe.seed)
        self._recipe, self._folder = recipe, folder
        folder.mkdir(parents=True, exist_ok=True)
        self._network = product_network().to(memory_format=torch.channels_last)
        self._average = ModelEMA(self._network, decay=0.9995, tau=300)
        self._loss = detection_loss(self._network)
        self._optimizer = _optimizer(self._network, recipe)
        self._step, self._seconds = 0, 0.0
        # bfloat16 trains three times as fast where the processor multiplies it.
        self._half = bool(torch.cpu.get_capabilities().get("avx512_bf16"))

    @property
    def averaged(self) -> "nn.Module":
        """The running average of the weights, in evaluation mode: what is exported."""
        return cast("nn.Module", self._average.ema)

    def resume(self) -> bool:
        """Go on from the folder's checkpoint; False where there is none.

        Raises:
            BadInput: it belongs to another recipe, or is damaged.
        """
        import torch

        path = self._folder / "checkpoint.pt"
        if not path.exists():
            return False
        remedy = f"remove {path}, or name another --work folder"
        try:
            saved = torch.load(path, map_location="cpu", weights_only=True)
            if saved["recipe"] != self._recipe.sha256:
                raise BadInput(f"{path} was made with other options", remedy=remedy)
            self._network.load_state_dict(saved["network"])
            self._average.ema.load_state_dict(saved["average"])
            self._average.updates = saved["step"]
            self._optimizer.load_state_dict(saved["optimizer"])
            self._step, self._seconds = saved["step"], saved["seconds"]
        except _UNREADABLE as error:
            raise BadInput(f"{path} cannot be read: {error}", remedy=remedy) from error
        return True

    def train(
        self, draw: Draw, on_progress: Callable[[Progress], None] = lambda progress: None
    ) -> int:
        """Train until the minutes are used up; how many steps they were enough for.

        A checkpoint is left every minute, at the end, and where the run is interrupted.
        """
        budget = self._recipe.minutes * 60
        smoothed: float | None = None
        started: float | None = None
        if self._seconds >= budget:
            return self._step
        try:
            for pixels, targets in _batches(draw, self._step):
                if started is None:  # reading the pictures is no training
                    started, saved = monotonic() - self._seconds, monotonic()
                if self._seconds >= budget:
                    break
                spent = self._seconds / budget
                # Half the pixels teach twice as many scenes; the rest keeps small products in view.
                every = 4 if spent < self._recipe.frozen else 2
                seen = _shrunk(pixels) if self._step % every else pixels
                loss = self._train_on(_scaled(seen), targets, spent)
                smoothed = loss if smoothed is None else 0.98 * smoothed + 0.02 * loss
                self._step += 1
                self._seconds = monotonic() - started
                on_progress(Progress(self._step, self._seconds, budget, smoothed))
                if monotonic() - saved > _SAVE_EVERY:
                    self._save()
                    saved = monotonic()
        finally:
            self._save()
        return self._step

    def _train_on(self, pixels: "Tensor", targets: "dict[str, Tensor]", spent: float) -> float:
        import torch

        network, recipe = self._network, self._recipe
        network.train()
        for name, parameter in network.named_parameters():
            thawed = spent >= recipe.frozen and name.startswith(DEEP_BLOCKS)
            parameter.requires_grad_(thawed or not name.startswith("backbone."))
        warm = min(1.0, (self._step + 1) / _WARM_UP)
        falling = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(spent, 1.0)))
        for group in self._optimizer.param_groups:
            group["lr"] = recipe.rate * group["share"] * warm * falling
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            raw = network(pixels)
        # The loss divides by areas: too fine for bfloat16.
        raw = {
            name: [part.float() for part in found] if name == "feats" else found.float()
            for name, found in raw.items()
        }
        loss = self._loss(raw, targets)[0].sum() / len(pixels)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        self._optimizer.step()
        self._average.update(network)
        return float(loss.detach())

    def _save(self) -> None:
        import torch

        state = {
            "recipe": self._recipe.sha256,
            "network": self._network.state_dict(),
            "average": self._average.ema.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step": self._step,
            "seconds": self._seconds,
        }
        # One name: what a kill or a full disk leaves is overwritten, not left for ever.
        fresh = self._folder / "checkpoint.part"
        try:
            with fresh.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._folder / "checkpoint.pt")
        except (OSError, RuntimeError) as error:  # torch's archive calls a full disk the latter
            fresh.unlink(missing_ok=True)
            raise BadInput(
                f"{self._folder} cannot keep the checkpoint: {' '.join(str(error).split())[:200]}",
                remedy="free some space there, and go on from the one before with --resume",
            ) from None


def _optimizer(network: "nn.Module", recipe: Recipe) -> Any:
    """AdamW; biases and norms do not decay, the backbone has its own rate."""
    import torch

    groups = []
    other = tuple(f"{name}." for name, _ in network.named_children() if name != "backbone")
    for backbone in (False, True):
        for decays in (False, True):
            parameters = [
                parameter
                for name, parameter in network.named_parameters()
                if name.startswith(DEEP_BLOCKS if backbone else other)
                and (parameter.ndim > 1) == decays
            ]
            share = recipe.backbone_rate if backbone else 1.0
            groups.append(
                {"params": parameters, "weight_decay": 0.02 if decays else 0.0, "share": share}
            )
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=recipe.rate)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Batches by their numbers, as torch's loader asks a process of its own for them."""

    draw: Draw

    def __getitem__(self, number: int) -> tuple[NDArray[np.generic], ...]:
        batch = self.draw(number)
        return batch.pixels, batch.images, batch.boxes


def _begin(parent: int, worker: int) -> None:
    """torch's own watch misses a parent that ended while the worker was still importing."""
    end_with(parent)


def _batches(draw: Draw, first: int) -> "Iterator[tuple[Tensor, dict[str, Tensor]]]":
    """Endless batches, drawn by one process aside while this one trains.

    Yields:
        pixels of shape (n, 3, height, width), uint8, and ultralytics' targets: image numbers,
        classes (all 0) and boxes.
    """
    import torch
    from torch.utils.data import DataLoader

    # Spawned, not forked: this process has threads of torch and of a progress bar by now, and a
    # child that is forked while one of them holds a lock waits for it for ever. The pictures are
    # read there, and only there.
    loader = DataLoader(
        cast("Dataset[tuple[Tensor, ...]]", _Drawn(draw)),
        sampler=range(first, sys.maxsize),
        batch_size=None,
        num_workers=1,
        prefetch_factor=6,
        multiprocessing_context="spawn",
        worker_init_fn=partial(_begin, os.getpid()),
    )
    for pixels, images, boxes in loader:
        targets = {"batch_idx": images, "cls": torch.zeros(len(images), 1), "bboxes": boxes}
        yield pixels.permute(0, 3, 1, 2), targets


def _shrunk(pixels: "Tensor") -> "Tensor":
    """About 0.72 of each side, in steps of 32 pixels."""
    from torch.nn.functional import interpolate

    sides = [32 * round(0.72 * side / 32) for side in pixels.shape[2:]]
    return interpolate(pixels, sides, mode="bilinear", antialias=True)


def _scaled(pixels: "Tensor") -> "Tensor":
    import torch

    return pixels.float().div_(255).contiguous(memory_format=torch.channels_last)

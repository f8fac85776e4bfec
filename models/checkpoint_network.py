"""A checkpoint in torch: two networks, and what makes their inputs of photos and words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.picture_network import Inputs, Side, unit
from models.runtime_types import RUNTIMES, Runtime
from models.torch_threads import shared_workers
from models.types import Photo, Vectors
from models.workers import MOST_WORKERS

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module


@dataclass(frozen=True, slots=True, eq=False)
class CheckpointNetwork:
    """What a library made of a checkpoint; all of it may be called from several threads.

    Attributes:
        pictures, words: to inputs.
        image_side, text_side: inputs to vectors.
        runtimes: what can run the picture side.
    """

    pictures: Callable[[Sequence[Photo]], Inputs]
    words: Callable[[Sequence[str]], Inputs]
    image_side: Side
    text_side: Side
    runtimes: tuple[Runtime, ...] = RUNTIMES


def has_accelerator() -> bool:
    """Whether torch finds a CUDA device; imports torch."""
    import torch

    return torch.cuda.is_available()


class TorchSide:
    """One encoder run by torch: bfloat16 on CUDA, float32 elsewhere.

    On a few cores a batch is shared out, whole items to a core, instead of every step of the
    network: steps meet at a barrier, and beside threads that decode pictures they wait there.

    Args:
        compiler: the backend of `torch.compile`, by which torch writes code for this network: a
            minute of waiting for a process's first batch. "" runs it as it is.
    Attributes:
        encoder: tensors to features of shape (n, dim), of any length.
    """

    def __init__(self, encoder: "Module", *, compiler: str = "") -> None:
        import torch

        self._on_cuda = has_accelerator()
        self.encoder = encoder.eval().requires_grad_(False)
        if self._on_cuda:
            self.encoder.to("cuda").to(memory_format=torch.channels_last)
        self._compiler = compiler
        self._features = (
            torch.compile(self.encoder, dynamic=True, backend=compiler)
            if compiler
            else self.encoder
        )

    def __call__(self, inputs: Inputs) -> Vectors:
        """See `Side`."""
        import torch

        items, cores = len(inputs[0]), torch.get_num_threads()
        if self._on_cuda or self._compiler or not 2 <= cores <= min(items, MOST_WORKERS):
            return self._run(inputs)
        shares = zip(*(np.array_split(array, cores) for array in inputs), strict=True)
        return np.concatenate(list(shared_workers().map(self._run, shares)))

    def _run(self, inputs: Inputs) -> Vectors:
        import torch

        device = "cuda" if self._on_cuda else "cpu"
        tensors = [self._tensor(np.ascontiguousarray(array)) for array in inputs]
        with (
            torch.inference_mode(),
            torch.autocast(device, dtype=torch.bfloat16, enabled=self._on_cuda),
        ):
            return unit(self._features(*tensors).float().cpu().numpy())

    def _tensor(self, array: NDArray[Any]) -> "Tensor":
        import torch

        tensor = torch.from_numpy(array)
        if not self._on_cuda:
            return tensor
        # Pinned memory is copied while the processor goes on; channels last is the layout that
        # convolutions in bfloat16 want.
        moved = tensor.pin_memory().to("cuda", non_blocking=True)
        return moved.to(memory_format=torch.channels_last) if moved.ndim == 4 else moved

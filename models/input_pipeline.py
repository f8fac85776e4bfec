"""Photos made into inputs by several threads, a batch ahead of the network that takes them."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future

import numpy as np

from models.picture_network import Inputs
from models.torch_threads import shared_workers
from models.types import Photo
from models.workers import MOST_WORKERS

_AHEAD = 1  # batches: one is being made while one is being run


def prepared_ahead(
    batches: Sequence[Sequence[Photo]], prepare: Callable[[Sequence[Photo]], Inputs]
) -> Iterator[Inputs]:
    """The inputs of each batch in order; whoever takes one leaves the next in the making.

    Resizing a photo takes a core milliseconds, which is nothing to a network on a processor and
    more than its own time on an accelerator: so a batch is shared out over the cores.

    Args:
        batches: of at least one photo each.
    Raises:
        Whatever `prepare` raises, when its batch is asked for.
    """
    making: deque[list[Future[Inputs]]] = deque()
    for batch in batches:
        making.append([shared_workers().submit(prepare, share) for share in _shares(batch)])
        if len(making) > _AHEAD:
            yield _joined(making.popleft())
    while making:
        yield _joined(making.popleft())


def _shares(batch: Sequence[Photo]) -> list[Sequence[Photo]]:
    size = -(-len(batch) // MOST_WORKERS)
    return [batch[start : start + size] for start in range(0, len(batch), size)]


def _joined(shares: list[Future[Inputs]]) -> Inputs:
    made = [share.result() for share in shares]
    return tuple(np.concatenate(arrays) for arrays in zip(*made, strict=True))

"""How quick each runtime is on this machine, and how near its vectors are to torch's."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.checkpoint_network import has_accelerator
from models.errors import BadInput
from models.picture_network import PictureNetwork, Side
from models.picture_runtime import gate_pictures, installed, least_cosine, runtime_side
from models.runtime_types import AUTOMATIC, ROUNDED, Runtime, RuntimeSettings
from models.types import Photo, Vectors

BATCHES = (1, 8)
_NEAREST = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """One runtime on this machine.

    Attributes:
        pictures_per_second: for each of BATCHES, from decoded photos to unit vectors; empty where
            it cannot run.
        cosine: the worst agreement with torch over the gate's pictures.
        neighbours_kept: of the ten nearest that torch finds for each picture, the share that this
            runtime finds too; None where it does not round, and where no pictures were given.
        problem: why it cannot run; "" where it can.
    """

    runtime: Runtime
    pictures_per_second: tuple[float, ...] = ()
    cosine: float | None = None
    neighbours_kept: float | None = None
    problem: str = ""


def measure_runtimes(
    network: PictureNetwork,
    settings: RuntimeSettings,
    *,
    seconds: float,
    compared_on: Sequence[Photo] = (),
) -> Iterator[Measured]:
    """Time what is installed, each as it is used: on all cores.

    Args:
        seconds: about how long all of it may take, once everything is loaded.
        compared_on: pictures on which what rounds is compared with torch; none leaves 8 bits out.
    """
    wanted = {*AUTOMATIC}
    if has_accelerator():
        wanted.add("torch-compiled")
    if compared_on:
        wanted.add("onnx-int8")
    runtimes = [one for one in network.runtimes if one in wanted]
    seconds /= len(runtimes) * len(BATCHES)
    bench = _Bench(network, settings, seconds)
    for runtime in runtimes:
        yield bench.measured(runtime, compared_on)


def quickest(found: Sequence[Measured]) -> Runtime:
    """What does most pictures of a batch of what `auto` may take; torch where nothing else runs."""
    able = [one for one in found if one.runtime in AUTOMATIC and one.pictures_per_second]
    return max(able, key=lambda one: one.pictures_per_second[-1]).runtime if able else "torch"


def neighbours_kept(exact: Vectors, other: Vectors, nearest: int = _NEAREST) -> float:
    """The share of each row's nearest rows in `exact` that are its nearest in `other` too.

    Args:
        exact, other: shape (n, dim), the same pictures in the same order, n of at least 2.
    """
    nearest = min(nearest, len(exact) - 1)
    one, two = (_nearest(rows, nearest) for rows in (exact, other))
    kept = [len(set(a) & set(b)) for a, b in zip(one.tolist(), two.tolist(), strict=True)]
    return sum(kept) / (nearest * len(kept))


def _nearest(rows: Vectors, count: int) -> NDArray[np.intp]:
    scores = rows @ rows.T
    np.fill_diagonal(scores, -np.inf)
    return np.argsort(-scores, axis=1, kind="stable")[:, :count]


@dataclass(frozen=True, slots=True)
class _Bench:
    """What all runtimes are measured with.

    Attributes:
        seconds: for one runtime at one size of batch.
    """

    network: PictureNetwork
    settings: RuntimeSettings
    seconds: float

    def measured(self, runtime: Runtime, compared_on: Sequence[Photo]) -> Measured:
        if not installed(runtime):
            return Measured(runtime, problem="not installed: pip install 'shoplens[runtimes]'")
        torch_side = self.network.in_torch().side
        try:
            side = runtime_side(self.network, self.settings, runtime)
        except BadInput as error:
            return Measured(runtime, problem=error.message)
        kept = None
        if compared_on and runtime in ROUNDED:
            exact, rounded = (self._all(one, compared_on) for one in (torch_side, side))
            kept = neighbours_kept(exact, rounded)
        gate = self.network.pictures(gate_pictures())
        speeds = tuple(self._speed(side, size) for size in BATCHES)
        return Measured(runtime, speeds, least_cosine(side, torch_side, gate), kept)

    def _speed(self, side: Side, size: int) -> float:
        photos = gate_pictures(size)
        side(self.network.pictures(photos))  # the first call of each size prepares memory
        rounds, start = 0, time.perf_counter()
        while (spent := time.perf_counter() - start) < self.seconds or not rounds:
            side(self.network.pictures(photos))
            rounds += 1
        return rounds * size / spent

    def _all(self, side: Side, photos: Sequence[Photo]) -> Vectors:
        size = BATCHES[-1]
        starts = range(0, len(photos), size)
        return np.concatenate([side(self.network.pictures(photos[i : i + size])) for i in starts])

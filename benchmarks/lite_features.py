"""Compare what the `lite` profile could take from its two networks: right answers and cost.

    python -m benchmarks.lite_features DATA [--speed-only]

DATA holds `grocery/` and `clothing/`. Recall@1 and @5 on phone photos against 81 shop pictures:
`queries/` (1,600 photos, selected on) and `queries_val/` (296, confirmed on). Then recall@1 of 372
clothes found again from disturbed crops (what the whitening was fitted for, on other clothes) and
from tilted, covered, blurred photos (what it was not). Nothing is fitted on what is measured,
except the row that says so. Cost is one run's time against the first row's, pictures resized from
memory, each on one core, best of several rounds that take turns.
"""

import argparse
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.picture_sets import Grocery, clothes, cropped, grocery, turned
from models.lite_colour import colour_vector
from models.lite_looks import MIDDLE, WHOLE, Look, LookVectors
from models.lite_network import EfficientNetLite, folded
from models.lite_pictures import LitePictures
from models.lite_weights import EFFICIENTNET_LITE0, LITE_WHITENING
from models.types import Photo, Vectors

CHUNK = 4
LITE0_WHOLE = replace(MIDDLE, name="lite0 whole", share=1.0)
LITE2_MIDDLE = replace(WHOLE, name="lite2 middle", side=192, share=0.7)
LOOKS = (LITE0_WHOLE, WHOLE, LITE2_MIDDLE, MIDDLE)


class Head:
    """Mean of the head's 1,280 maps: the usual feature, which `lite` does not use."""

    def __init__(self, look: Look) -> None:
        import torch

        weights = torch.load(io.BytesIO(look.weights.verified()), weights_only=True)
        self._network = EfficientNetLite(look.weights.verified())
        self._head = folded(weights, "_conv_head", "_bn1")

    def of(self, squares: Sequence[NDArray[np.uint8]]) -> Vectors:
        """Vectors of shape (len(squares), 1280), not of unit length: they are centred later."""
        import torch

        with torch.inference_mode():
            pixels = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float()
            maps = self._head(self._network(pixels.sub_(127).div_(128)))
            mean: Vectors = maps.mean((2, 3)).numpy()
        return mean


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that the rows below combine, of one list of photos."""

    blocks: dict[str, Vectors]
    heads: dict[str, Vectors]
    colours: Vectors


def see(photos: Sequence[Photo]) -> Seen:
    def run(look: Look, vectors: LookVectors | Head) -> Vectors:
        starts = range(0, len(photos), CHUNK)
        chunks = ([look.square(p) for p in photos[start : start + CHUNK]] for start in starts)
        return np.concatenate([vectors.of(squares) for squares in chunks])

    whole = (WHOLE.square(photo) for photo in photos)
    small = (square.reshape(65, 4, 65, 4, 3).mean((1, 3)).astype(np.uint8) for square in whole)
    return Seen(
        blocks={look.name: run(look, LookVectors(look)) for look in LOOKS},
        heads={look.name: run(look, Head(look)) for look in (LITE0_WHOLE, WHOLE)},
        colours=np.stack([colour_vector(pixels) for pixels in small]),
    )


def unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / lengths, dtype=np.float32)


def beside(first: Vectors, second: Vectors, weight: float) -> Vectors:
    return unit(np.concatenate([unit(first), weight * unit(second)], axis=1))


def recall(catalog: Vectors, queries: Vectors, wanted: NDArray[np.int64], k: int) -> float:
    closeness = queries @ catalog.T
    right = closeness[np.arange(len(queries)), wanted][:, None]
    return float(((closeness > right).sum(axis=1) < k).mean())


Row = Callable[[Seen], Vectors]


def rows(elsewhere: Seen) -> dict[str, Row]:
    """Name → how a vector is made; `elsewhere` are photos that grocery queries have no part in."""
    from safetensors.numpy import load

    matrices = load(LITE_WHITENING.verified())
    other_mean = {name: heads.mean(axis=0) for name, heads in elsewhere.heads.items()}

    def summed(seen: Seen) -> Vectors:
        return unit(seen.blocks[WHOLE.name] + seen.blocks[LITE2_MIDDLE.name])

    def both(seen: Seen) -> Vectors:
        return beside(seen.blocks[WHOLE.name], seen.blocks[MIDDLE.name], 0.7)

    def white(seen: Seen) -> Vectors:
        whole, middle = (seen.blocks[look.name] @ matrices[look.name] for look in (WHOLE, MIDDLE))
        return beside(whole, middle, 0.7)

    return {
        "Lite0, head, mean": lambda seen: unit(seen.heads[LITE0_WHOLE.name]),
        "Lite2, head, mean": lambda seen: unit(seen.heads[WHOLE.name]),
        "… centred on the mean of clothes": lambda seen: unit(
            seen.heads[WHOLE.name] - other_mean[WHOLE.name]
        ),
        "… each set centred on its own mean (no index can)": lambda seen: unit(
            seen.heads[WHOLE.name] - seen.heads[WHOLE.name].mean(axis=0)
        ),
        "Lite2, last block, middle first": lambda seen: seen.blocks[WHOLE.name],
        "… and Lite2 on the middle": summed,
        "… and Lite0 on the middle": both,
        "… each whitened": white,
        "… and colours (`lite`)": lambda seen: beside(white(seen), seen.colours, 0.4),
        "the same, not whitened": lambda seen: beside(both(seen), seen.colours, 0.4),
    }


def quality(data: Path) -> None:
    shop: Grocery = grocery(data)
    gallery, _ = clothes(data)
    catalog, queries, clean = see(shop.catalog), see(shop.queries), see(gallery)
    crops, tilted = see(cropped(gallery, seed=5)), see(turned(gallery, seed=23))
    itself = np.arange(len(gallery))
    print("| features | queries @1 | @5 | held out @1 | @5 | crops @1 | tilted @1 |")
    print("|---|---|---|---|---|---|---|")
    for name, make in rows(elsewhere=clean).items():
        products, asked, known = make(catalog), make(queries), make(clean)
        values = [
            recall(products, asked[chosen], shop.wanted[chosen], k)
            for chosen in (~shop.held_out, shop.held_out)
            for k in (1, 5)
        ]
        values += [recall(known, make(found), itself, 1) for found in (crops, tilted)]
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in values)} |", flush=True)


def speed(data: Path, rounds: int = 5, count: int = 24) -> None:
    photos = clothes(data)[0][:count]
    squares = [LITE0_WHOLE.square(photo) for photo in photos]
    plain, head2, lite = Head(LITE0_WHOLE), Head(WHOLE), LitePictures()
    reference = timm_lite0()

    def chunked(run: Callable[[Sequence[Photo]], object]) -> None:
        for start in range(0, count, CHUNK):
            run(photos[start : start + CHUNK])

    runs: dict[str, Callable[[], None]] = {
        "Lite0, head, mean": lambda: chunked(
            lambda p: plain.of([LITE0_WHOLE.square(x) for x in p])
        ),
        "the same with timm's network": lambda: (
            [reference(squares[start : start + CHUNK]) for start in range(0, count, CHUNK)] and None
        ),
        "Lite2, head, mean": lambda: chunked(lambda p: head2.of([WHOLE.square(x) for x in p])),
        "`lite`": lambda: chunked(lite.embed),
    }
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            start = perf_counter()
            run()
            best[name] = min(best[name], perf_counter() - start)
    print("| features | time, of the first row's |\n|---|---|")
    for name, seconds in best.items():
        print(f"| {name} | {seconds / best['Lite0, head, mean']:.2f} |")


def timm_lite0() -> Callable[[Sequence[NDArray[np.uint8]]], object]:
    import timm
    import torch

    weights = torch.load(io.BytesIO(EFFICIENTNET_LITE0.verified()), weights_only=True)
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False).eval()
    network.load_state_dict(dict(zip(network.state_dict(), weights.values(), strict=True)))
    network = network.to(memory_format=torch.channels_last)

    def run(squares: Sequence[NDArray[np.uint8]]) -> object:
        with torch.inference_mode():
            pixels = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float()
            return network.forward_features(pixels.sub_(127).div_(128)).mean((2, 3))

    return run


def main() -> None:
    import torch

    parser = argparse.ArgumentParser(description="Compare features of the lite profile.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--speed-only", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    speed(options.data)
    if not options.speed_only:
        quality(options.data)


if __name__ == "__main__":
    main()

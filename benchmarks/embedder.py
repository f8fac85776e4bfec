"""Pictures a second from JPEG files to unit vectors: each runtime, against open_clip as it comes.

    python -m benchmarks.embedder FOLDER [--models b16 b32 lite] [--batches 1 8 32] [--seconds 20]

FOLDER holds JPEG files. Weights are random, since speed does not depend on them; the text side is
left small, since no text is embedded. open_clip runs as its documentation shows: its own transform,
eager torch, one picture after another and in batches. Every contender runs in a process of its own,
so that its memory is its own; rounds go through all of them in turn and the best one counts, since
other work on the machine can only slow a contender down. Beside it stands what share of this
machine's own matrix products of that precision it is, the best library's, measured in the same run.

`neighbours kept` compares what rounds with torch on the folder's first pictures. With random
weights it says how much rounding moves vectors, not what a trained checkpoint loses: for that, run
`shoplens models benchmark --int8 PICTURES` with yours. What trained weights lose in recall is shown
by `benchmarks.lite_runtimes`, for those of `lite`.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.matrix_peak import PRECISIONS as PEAKS
from benchmarks.matrix_peak import Peak, matrix_peak
from indexer.load_ahead import PicturePlaces, load_ahead
from models.runtime_benchmark import neighbours_kept
from models.runtime_types import ROUNDED
from models.types import Photo, Vectors
from pipelines.catalog_types import Product

ARCHITECTURES = {"b16": "ViT-B-16-SigLIP2", "b32": "ViT-B-32-SigLIP2-256"}
OPENCLIP = "open_clip"
RUNTIMES = ("torch", "onnx", "openvino", "openvino-bf16", "onnx-int8")
LITE_RUNTIMES = ("torch", "onnx", "openvino")
PRECISIONS = dict.fromkeys(("torch", "onnx", "openvino"), "float32") | {"openvino-bf16": "bfloat16"}
Embed = Callable[[Sequence[Photo]], Vectors]


@dataclass(frozen=True)
class Task:
    """What one process measures."""

    model: str
    contender: str
    folder: str
    checkpoint: str
    cache: str
    batches: tuple[int, ...]
    seconds: float
    compared: int


@dataclass
class Found:
    """What it found: pictures a second by size of batch, and the network alone at 8."""

    speeds: dict[int, float] = field(default_factory=dict)
    network_alone: float = 0.0
    megabytes: float = 0.0
    vectors: list[list[float]] = field(default_factory=list)
    problem: str = ""


def write_random_checkpoint(folder: Path, architecture: str, *, tiny: bool) -> float:
    """An open_clip checkpoint of random weights; returns GFLOPs for one picture."""
    import open_clip
    import torch
    from open_clip.model import CustomTextCLIP
    from safetensors.torch import save_file
    from torch.utils.flop_counter import FlopCounterMode

    model = open_clip.get_model_config(architecture)
    model["text_cfg"] |= {"layers": 1, "vocab_size": 49408}
    model["text_cfg"].pop("hf_tokenizer_name")
    model["text_cfg"].pop("tokenizer_kwargs")
    if tiny:
        model["vision_cfg"]["timm_model_name"] = "test_vit"
        model["vision_cfg"] |= {"image_size": 160, "timm_pool": "avg"}
        model["embed_dim"] = 64
    arguments = {name: value for name, value in model.items() if name != "custom_text"}
    torch.manual_seed(0)
    made = CustomTextCLIP(**arguments).eval().requires_grad_(False)
    folder.mkdir(parents=True)
    weights = {name: tensor.contiguous() for name, tensor in made.state_dict().items()}
    save_file(weights, folder / "open_clip_model.safetensors")
    squash = {"mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash"}
    config = {"model_cfg": model, "preprocess_cfg": {**squash, "interpolation": "bicubic"}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    side = model["vision_cfg"]["image_size"]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        made.encode_image(torch.zeros(1, 3, side, side))
    return float(counter.get_total_flops() / 1e9)


def ordinary_open_clip(checkpoint: Path) -> Callable[[Sequence[Path]], Vectors]:
    """Files to vectors as open_clip's documentation does it."""
    import open_clip
    import torch
    from PIL import Image

    model, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{checkpoint}")
    model.eval()

    def embed(paths: Sequence[Path]) -> Vectors:
        with torch.no_grad():
            pixels = torch.stack([preprocess(Image.open(path)) for path in paths])
            vectors: Vectors = model.encode_image(pixels, normalize=True).numpy()
        return vectors

    return embed


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def photos_ahead(folder: Path, paths: Iterable[Path]) -> Iterator[Photo]:
    """Photos as indexing gets them: decoded by threads ahead of the model."""
    products = (Product(str(number), images=(path.name,)) for number, path in enumerate(paths))
    for loaded in load_ahead(products, PicturePlaces(folder), known=()):
        (image,) = loaded.images
        if image.photo is None:
            raise SystemExit(f"{image.ref}: {image.problem}")
        yield image.photo


def speed(
    work: Callable[[list[Any]], object], source: Iterator[list[Any]], seconds: float
) -> float:
    """Items a second of `work`, after one batch that does not count."""
    work(next(source))
    done, start = 0, time.perf_counter()
    for batch in source:
        work(batch)
        done += len(batch)
        if time.perf_counter() - start >= seconds:
            break
    return done / (time.perf_counter() - start)


def measure(task: Task) -> Found:
    """In the process of one contender."""
    folder = Path(task.folder)
    paths = sorted(folder.glob("*.jp*g"))
    found = Found()
    if task.contender == OPENCLIP:
        embed_files = ordinary_open_clip(Path(task.checkpoint))
        found.vectors = embed_files(paths[: task.compared]).tolist()
        for size in task.batches:
            found.speeds[size] = speed(embed_files, batches(cycle(paths), size), task.seconds)
    else:
        embed, network = opened(task)
        first = [*photos_ahead(folder, paths[: task.compared])]
        found.vectors = embed(first).tolist()
        for size in task.batches:
            source = batches(photos_ahead(folder, cycle(paths)), size)
            found.speeds[size] = speed(embed, source, task.seconds)
        if network is not None:
            inputs = network.pictures([*islice(cycle(first), 8)])
            source = ([inputs] * 8 for _ in cycle((0,)))
            alone = speed(lambda batch: network.image_side(batch[0]), source, task.seconds)
            found.network_alone = alone
    found.megabytes = peak_megabytes()
    return found


def peak_megabytes() -> float:
    """Of this process alone; what getrusage says begins with its parent's peak."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(told[1]) / 1e3 if told else 0.0


def opened(task: Task) -> tuple[Embed, Any]:
    """Photos to vectors as ShopLens does it, and the network where there is one to time alone."""
    from models.checkpoint import CheckpointSettings
    from models.lite import LiteEmbedder
    from models.runtime_types import RuntimeSettings
    from models.siglip import SiglipEmbedder

    runtime = RuntimeSettings(task.contender, Path(task.cache))  # type: ignore[arg-type]
    if task.model == "lite":
        return LiteEmbedder(runtime).images, None
    embedder = SiglipEmbedder(CheckpointSettings(task.checkpoint), runtime)
    return embedder.images, embedder.network()


def in_a_process(task: Task) -> Found:
    command = [sys.executable, "-m", "benchmarks.embedder", "--task", json.dumps(asdict(task))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return Found(problem=(done.stderr.strip().splitlines() or ["it failed"])[-1])
    told = json.loads(done.stdout)
    return Found(**told | {"speeds": {int(size): rate for size, rate in told["speeds"].items()}})


def better(one: Found, two: Found) -> Found:
    """The best of two rounds, size by size."""
    if one.problem or two.problem:
        return two if one.problem else one
    return Found(
        {size: max(rate, two.speeds[size]) for size, rate in one.speeds.items()},
        max(one.network_alone, two.network_alone),
        max(one.megabytes, two.megabytes),
        two.vectors,
    )


def report(model: str, gflops: float, peaks: dict[str, Peak], found: dict[str, Found]) -> None:
    theirs = found.get(OPENCLIP, Found())
    exact = np.array(found.get("torch", Found()).vectors, dtype=np.float32)
    told = ", ".join(
        f"{peak.gflops:.0f} GFLOPs a second in {name} ({peak.engine})"
        for name, peak in peaks.items()
    )
    work = f"{gflops:.1f} GFLOPs a picture; " if gflops else ""
    print(f"\n{model}: {work}matrix products: {told}")
    for contender, one in found.items():
        if one.problem:
            print(f"  {contender:<13} {one.problem}")
            continue
        speeds = "  ".join(f"{rate:7.2f} at {size:<2}" for size, rate in one.speeds.items())
        line = f"  {contender:<13} {speeds}  {one.megabytes:6.0f} MB"
        if one.network_alone:
            line += f"  network alone at 8: {one.network_alone:.2f}"
            if precision := PRECISIONS.get(contender):
                share = one.network_alone * gflops / peaks[precision].gflops
                line += f", {100 * share:.0f} % of the {precision} peak"
        if contender != OPENCLIP:
            for size in (1, 8):
                if theirs.speeds.get(size) and one.speeds.get(8):
                    line += f"  {one.speeds[8] / theirs.speeds[size]:.2f}x open_clip at {size}"
        if len(exact) and contender != "torch":
            rows = np.array(one.vectors, dtype=np.float32)
            line += f"  cosine to torch {float((rows * exact).sum(1).min()):.5f}"
            if contender in ROUNDED:
                line += f", neighbours kept {neighbours_kept(exact, rows):.3f}"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--models", nargs="+", default=["b16", "b32", "lite"])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--compared", type=int, default=32)
    parser.add_argument("--tiny", action="store_true", help="networks of no size, to try this out")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.task:
        told = json.loads(given.task)
        found = measure(Task(**told | {"batches": tuple(told["batches"])}))
        print(json.dumps(asdict(found)))
        return
    peaks = {precision: matrix_peak(precision) for precision in PEAKS}
    with tempfile.TemporaryDirectory() as scratch:
        for model in given.models:
            checkpoint = Path(scratch) / model
            lite = model == "lite"
            gflops = (
                0.0
                if lite
                else write_random_checkpoint(checkpoint, ARCHITECTURES[model], tiny=given.tiny)
            )
            results: dict[str, Found] = {}
            for _ in range(given.rounds):
                for contender in LITE_RUNTIMES if lite else (OPENCLIP, *RUNTIMES):
                    found = in_a_process(
                        Task(
                            model=model,
                            contender=contender,
                            folder=given.folder,
                            checkpoint=str(checkpoint),
                            cache=str(Path(scratch) / "cache"),
                            batches=tuple(given.batches),
                            seconds=given.seconds,
                            compared=given.compared,
                        )
                    )
                    before = results.get(contender)
                    results[contender] = better(before, found) if before else found
            report(model, gflops, peaks, results)


if __name__ == "__main__":
    main()

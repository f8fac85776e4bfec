"""`shoplens train-detector`: a product detector from folders of pictures, as an ONNX file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.options import Json

if TYPE_CHECKING:
    from indexer.detector_training.cutout_library import Library
    from models.product_training import Recipe


def train_detector(
    pictures: Annotated[
        list[Path],
        typer.Option(
            metavar="FOLDER",
            help="Pictures of one product each: photos, shop pictures on white, or cut-outs with "
            "transparency. May be given again.",
        ),
    ],
    backdrops: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER",
            help="Photos without products, to lay products on: rooms, streets, views. May be "
            "given again.",
            show_default=False,
        ),
    ] = None,
    labelled: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER",
            help="Whole pictures whose products have boxes: images/ and labels/, as YOLO has "
            "them. May be given again.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path, typer.Option(metavar="ONNX", help="The detector's file.")] = Path(
        "product_detector.onnx"
    ),
    work: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where cut-outs and the checkpoint are kept.")
    ] = Path("detector-training"),
    minutes: Annotated[
        float, typer.Option(min=0.01, help="Time to train for; more is better up to a few hours.")
    ] = 87.0,
    seed: Annotated[int, typer.Option(min=0, help="Of scenes and fresh weights.")] = 1,
    image_size: Annotated[
        int,
        typer.Option(
            min=128, max=1280, help="Longer side that the detector looks at, a multiple of 32."
        ),
    ] = 512,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in the work folder.")
    ] = False,
    json: Json = False,
) -> None:
    """Train a product detector on your own pictures; their products are cut out by themselves."""
    from indexer.cli.output import print_json, to_stderr
    from models.checksum import file_sha256
    from models.errors import BadInput
    from models.product_training import Recipe

    if image_size % 32:
        raise BadInput(
            f"the network's strides do not divide {image_size}",
            remedy=f"pass --image-size {round(image_size / 32) * 32}",
        )
    if not output.absolute().parent.is_dir():
        raise BadInput(f"{output} has no folder to be in", remedy="choose another --output")
    if (work / "checkpoint.pt").exists() and not resume:
        raise BadInput(
            f"{work} holds a checkpoint already", remedy="pass --resume, or another --work"
        )
    library, held_back = _library(pictures, backdrops or [], labelled or [], work)
    recipe = Recipe(minutes=minutes, seed=seed)
    steps = _train(library, recipe, work, resume, output, image_size)
    report = {
        "output": str(output),
        "sha256": file_sha256(output),
        "megabytes": round(output.stat().st_size / 1e6, 2),
        "recipe": recipe.sha256,
        "cutouts": len(library.entries),
        "held_back": len(held_back.entries),
        "scenes": steps * recipe.batch,
    }
    if json:
        print_json(report)
    else:
        to_stderr().print(
            f"{output} ({report['megabytes']} MB) has learned from {report['scenes']:,} scenes. "
            "Measure it: python -m benchmarks.detector --help",
            markup=False,
        )


def _library(
    pictures: list[Path], backdrops: list[Path], labelled: list[Path], work: Path
) -> "tuple[Library, Library]":
    from rich.progress import Progress

    from indexer.cli.output import to_stderr
    from indexer.detector_training.cutout_library import build_library

    console = to_stderr()
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bars:
        bar = bars.add_task("Cutting out", total=None)
        library, held_back, refusals = build_library(
            pictures,
            backdrops,
            work / "cutouts",
            lambda done, total: bars.update(bar, completed=done, total=total),
            labelled,
        )
    console.print(
        f"{len(library.entries):,} products to learn from, {len(held_back.entries):,} held back.",
        markup=False,
    )
    for reason, count in refusals.most_common():
        console.print(f"{count:,} pictures not used: {reason}.", style="dim", markup=False)
    return library, held_back


def _train(
    library: "Library",
    recipe: "Recipe",
    work: Path,
    resume: bool,
    output: Path,
    image_size: int,
) -> int:
    """Train and export; how many steps it was."""
    from functools import partial

    from rich.progress import Progress, TextColumn

    from indexer.cli.output import to_stderr
    from indexer.detector_training.scenes import SceneMaker
    from models.product_export import export_onnx, require_onnx
    from models.product_training import Progress as Moved
    from models.product_training import Run

    require_onnx()  # rather now than after an hour
    run = Run(recipe, work)
    console = to_stderr()
    if resume and not run.resume():
        console.print(f"{work} holds no checkpoint: a new run begins.", markup=False)
    bars = Progress(
        *Progress.get_default_columns(),
        TextColumn("{task.fields[note]}"),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with bars:
        bar = bars.add_task("Training", total=recipe.minutes * 60, note="")

        def show(moved: Moved) -> None:
            note = f"{moved.step:,} steps, loss {moved.loss:.2f}"
            bars.update(bar, completed=moved.seconds, note=note)

        draw = partial(SceneMaker(library).batch, seed=recipe.seed, size=recipe.batch)
        steps = run.train(draw, show)
    export_onnx(run.averaged, output, image_size, recipe.sha256)
    return steps

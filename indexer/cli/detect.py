"""`shoplens detect`: the products that the detector sees, a JSON line for each picture."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from indexer.cli.options import Detector, DetectorClasses, Json, settings_from


def detect(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Pictures, or folders of them.")
    ],
    detector: Detector = None,
    detector_classes: DetectorClasses = None,
    json: Json = False,
) -> None:
    """Find products on pictures; without a detector the whole picture is one region."""
    from indexer.cli.output import print_json, to_stderr
    from models.errors import BadInput, BadPicture
    from models.types import Region
    from pipelines.answer_json import detection_json
    from pipelines.build import open_detector
    from pipelines.image_io import read_photo

    finder, no_detector = open_detector(
        settings_from(detector=detector, detector_classes=detector_classes)
    )
    if no_detector:
        typer.echo(no_detector, err=True)
    bad = 0
    pictures = list(_pictures(paths))
    if not pictures:
        raise BadInput(
            f"no picture lies in {', '.join(map(str, paths))}",
            remedy="name pictures, or folders that hold some (.jpg, .png, .webp, …)",
        )
    for path in pictures:
        try:
            photo = read_photo(path)
        except BadPicture as error:
            bad += 1
            typer.echo(f"Skipped: {error}", err=True)
            if json:
                print_json({"image": str(path), "error": error.message})
            continue
        found = finder.regions(photo)
        if json:
            print_json({"image": str(path), **detection_json(photo, found)})
            continue
        for region in found or [Region(photo.whole, 1.0, "whole")]:
            fields = (path, region.kind, region.box.as_list(), f"{region.score:.4f}", region.label)
            typer.echo("\t".join(map(str, fields)).rstrip("\t"))
    if bad:
        to_stderr().print(f"{bad} of the pictures could not be opened.")
        raise typer.Exit(1)


def _pictures(paths: list[Path]) -> Iterator[Path]:
    from pipelines.image_io import PICTURE_ENDINGS

    for path in paths:
        if path.is_dir():
            yield from sorted(
                p for p in path.rglob("*") if p.suffix.lower() in PICTURE_ENDINGS and p.is_file()
            )
        else:
            yield path

"""`shoplens models`: which weights there are, where they lie, and how they come here."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from indexer.cli.options import Home, Json, QdrantUrl, settings_from

if TYPE_CHECKING:
    from models.checkpoint import CheckpointSettings
    from models.runtime_benchmark import Measured
    from models.types import Photo


_MOST_COMPARED = 200

app = typer.Typer(
    name="models",
    help="Weights of the `siglip2` profile: list, download, find.",
    no_args_is_help=True,
)

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="An open_clip name (ViT-B-16-SigLIP2/webli), a hub repository "
        "(google/siglip2-base-patch16-naflex) or a folder [default: what this home would use].",
        show_default=False,
    ),
]


@app.command("list")
def list_(home: Home = None, qdrant_url: QdrantUrl = None, json: Json = False) -> None:
    """Show checkpoints that are known to fit, which are here, and which one is used."""
    from indexer.cli.output import print_json, to_stderr
    from models.known_checkpoints import KNOWN
    from pipelines.build import choose_profile

    settings = settings_from(home=home, qdrant_url=qdrant_url)
    choice = choose_profile(settings)
    rows = {
        known.name: {
            "name": known.name,
            "parameters_millions": known.parameters,
            "gflops_a_picture": known.work,
            "note": known.note,
        }
        for known in KNOWN
    }
    for name in (settings.siglip2, choice.checkpoint):
        if name not in ("", "auto"):
            rows.setdefault(name, {"name": name, "note": "as set"})
    for row in rows.values():
        row["folder"] = _folder(_wanted(settings, str(row["name"])))
        row["used"] = row["name"] == choice.checkpoint
    if json:
        print_json({"profile": choice.profile, "why": choice.why, "checkpoints": [*rows.values()]})
        return
    _print_table([*rows.values()])
    to_stderr().print(f"Used here: {choice.profile} ({choice.why}).", style="dim", markup=False)


@app.command()
def download(
    name: Name = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Copy the files there too, to carry them to a machine without internet.",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Fetch a checkpoint into the hub's cache; interrupted, run it again to go on."""
    from indexer.cli.download_progress import download_shown
    from indexer.cli.output import megabytes, print_json, to_stderr, to_stdout
    from models.checkpoint import checkpoint_available, find_checkpoint
    from models.errors import WeightsMissing

    wanted = _wanted(settings_from(home=home), name)
    there = checkpoint_available(wanted)
    if not there:
        if not wanted.allow_download:
            raise WeightsMissing(
                f"{wanted.checkpoint} is not here, and downloads are switched off",
                remedy="set SHOPLENS_ALLOW_DOWNLOAD=true for this command",
            )
        download_shown(wanted)
    checkpoint = find_checkpoint(wanted)
    files = [_described(path) for path in sorted(checkpoint.folder.iterdir()) if path.is_file()]
    if to is not None:
        _copy(checkpoint.folder, [str(file["name"]) for file in files], to)
    folder = to or checkpoint.folder
    if json:
        print_json({"name": wanted.checkpoint, "folder": str(folder), "files": files})
        return
    for file in files:
        size = megabytes(file["bytes"])
        to_stdout().print(f"{file['sha256']}  {file['name']}  {size}", soft_wrap=True, markup=False)
    said = "was here already" if there else "is here now"
    to_stderr().print(f"{wanted.checkpoint} {said}: {folder}", markup=False, soft_wrap=True)


@app.command()
def path(name: Name = None, home: Home = None, json: Json = False) -> None:
    """Print the folder of a checkpoint that is on this machine."""
    from indexer.cli.output import print_json
    from models.checkpoint import find_checkpoint

    wanted = _wanted(settings_from(home=home), name)
    folder = str(find_checkpoint(wanted).folder)
    if json:
        print_json({"name": wanted.checkpoint, "folder": folder})
    else:
        typer.echo(folder)


@app.command()
def benchmark(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="As for download, or `lite` [default: what this home uses].",
            show_default=False,
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=1.0, help="About how long to measure, all runtimes together.")
    ] = 60.0,
    int8: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURES",
            help="Time 8 bits too, and tell what rounding costs: the nearest neighbours that are "
            "kept among a folder's pictures.",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Time the runtimes on this machine; `SHOPLENS_RUNTIME=auto` takes the quickest from now on."""
    from indexer.cli.output import print_json, to_stderr
    from models.picture_runtime import remember_runtime
    from models.runtime_benchmark import measure_runtimes, quickest
    from pipelines.build import choose_profile, runnable
    from pipelines.checkpoint_choice import runtime_settings

    settings = settings_from(home=home)
    if name is None and choose_profile(settings).profile == "lite":
        name = "lite"
    checkpoint = "" if name == "lite" else _wanted(settings, name).checkpoint
    network = runnable(settings, checkpoint)
    runtime = runtime_settings(settings)
    compared = _photos(int8) if int8 else []
    found = []
    for one in measure_runtimes(network.load(), runtime, seconds=seconds, compared_on=compared):
        to_stderr().print(f"Measured {one.runtime}.", style="dim")
        found.append(one)
    best = quickest(found)
    remember_runtime(runtime, network.name, best)
    model = checkpoint or "lite"
    if json:
        print_json({"model": model, "runtimes": found, "auto": best})
        return
    _print_runtimes(found, len(compared))
    to_stderr().print(
        f"SHOPLENS_RUNTIME=auto takes {best} for {model} here from now on.", markup=False
    )


def _photos(folder: Path) -> "list[Photo]":
    from models.errors import BadInput, BadPicture
    from pipelines.image_io import PICTURE_ENDINGS, read_photo

    photos: list[Photo] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURE_ENDINGS and len(photos) < _MOST_COMPARED:
            try:
                photos.append(read_photo(path))
            except BadPicture as error:
                typer.echo(f"Skipped: {error}", err=True)
    if len(photos) < 2:
        raise BadInput(f"{folder} holds too few pictures", remedy="name a folder of two or more")
    return photos


def _print_runtimes(found: "list[Measured]", compared: int) -> None:
    from rich.table import Table

    from indexer.cli.output import to_stdout
    from models.runtime_benchmark import BATCHES

    table = Table(box=None, header_style="bold")
    table.add_column("Runtime")
    for size in BATCHES:
        table.add_column(f"pictures/s, {size} at once", justify="right")
    table.add_column("cosine to torch", justify="right")
    if compared:
        table.add_column(f"nearest kept of {compared}", justify="right")
    for one in found:
        if one.problem:
            continue
        speeds = [f"{speed:.1f}" for speed in one.pictures_per_second]
        kept = "" if one.neighbours_kept is None else f"{one.neighbours_kept:.3f}"
        cells = (*speeds, f"{one.cosine:.5f}", *((kept,) if compared else ()))
        table.add_row(one.runtime, *cells)
    to_stdout().print(table)
    for one in found:
        if one.problem:
            line = f"{one.runtime} is left out: {one.problem}"
            to_stdout().print(line, style="dim", markup=False, highlight=False)


def _wanted(settings: Any, name: str | None) -> "CheckpointSettings":
    from pipelines.build import choose_profile
    from pipelines.checkpoint_choice import candidates, checkpoint_settings

    chosen = name or choose_profile(settings).checkpoint or candidates(settings)[0]
    return checkpoint_settings(settings, chosen)


def _folder(wanted: "CheckpointSettings") -> str | None:
    from models.checkpoint import checkpoint_available, find_checkpoint

    return str(find_checkpoint(wanted).folder) if checkpoint_available(wanted) else None


def _described(path: Path) -> dict[str, Any]:
    from models.checksum import file_sha256

    return {"name": path.name, "bytes": path.stat().st_size, "sha256": file_sha256(path)}


def _copy(folder: Path, names: list[str], to: Path) -> None:
    import shutil

    from models.errors import BadInput

    try:
        to.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(folder / name, to / name)  # the content, where the cache has a link
    except OSError as error:
        raise BadInput(
            f"{to} cannot be written: {error.strerror}", remedy="choose another folder"
        ) from error


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stdout

    table = Table(box=None, header_style="bold")
    table.add_column("")
    table.add_column("Checkpoint", no_wrap=True)
    table.add_column("M params", justify="right")
    table.add_column("GFLOPs", justify="right")
    table.add_column("")
    for row in rows:
        sign = "[green]used[/]" if row["used"] else ("here" if row["folder"] else "")
        sizes = (row.get("parameters_millions", ""), row.get("gflops_a_picture", ""))
        table.add_row(sign, escape(row["name"]), *map(str, sizes), f"[dim]{escape(row['note'])}[/]")
    to_stdout().print(table)

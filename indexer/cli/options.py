"""Options that several commands share, and the settings that they make."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.settings import Settings

Home = Annotated[
    Path | None,
    typer.Option(
        file_okay=False,
        help="Folder of the catalog and its index [default: $SHOPLENS_HOME or the user's data "
        "folder].",
        show_default=False,
    ),
]
Models = Annotated[
    str | None,
    typer.Option(
        "--models",
        metavar="auto|siglip2|lite",
        help="Model profile; `auto` takes siglip2 where its weights are or can be downloaded, "
        "else lite. An index remembers its own.",
        show_default=False,
    ),
]
QdrantUrl = Annotated[
    str | None,
    typer.Option(
        help="Keep the index on this Qdrant server instead of in the home "
        "(API key: $SHOPLENS_QDRANT_API_KEY).",
        show_default=False,
    ),
]
Detector = Annotated[
    str | None,
    typer.Option(
        metavar="product|none|PATH",
        help="What finds products on a picture: ShopLens' own detector, nothing, or YOLO weights "
        "of yours (.pt or .onnx) [product].",
        show_default=False,
    ),
]
DetectorClasses = Annotated[
    str | None,
    typer.Option(
        metavar="NAME,NAME…",
        help='What YOLO-World or YOLOE weights look for: "mug,lamp".',
        show_default=False,
    ),
]
Precision = Annotated[
    str | None,
    typer.Option(
        metavar="float32|float16|turbo8|int8",
        help="How the index keeps vectors; int8 is ordered again by the originals. An index "
        "remembers its own [default for a new one: float32].",
        show_default=False,
    ),
]
HnswM = Annotated[
    int | None,
    typer.Option(help="Edges a node of the search graph has [16].", show_default=False),
]
HnswEf = Annotated[
    int | None,
    typer.Option(
        help="Candidates that are weighed for each node while the graph is built [100].",
        show_default=False,
    ),
]
Rescore = Annotated[
    bool | None,
    typer.Option(
        "--rescore/--no-rescore",
        help="Whether int8 is ordered again by the originals [yes].",
        show_default=False,
    ),
]
JsonEvents = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print one JSON object on stdout, and progress as JSON lines on stderr.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


def settings_from(**given: object) -> "Settings":
    """Settings from the options that were given; the rest from SHOPLENS_* and defaults.

    Raises:
        BadQuery: a value that the setting does not take.
    """
    from pydantic import ValidationError

    from models.errors import BadQuery
    from pipelines.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise BadQuery(
            f"setting {'.'.join(map(str, first['loc']))}: {first['msg']}",
            remedy="see `shoplens --help` and docs/settings.md",
        ) from None

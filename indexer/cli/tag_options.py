"""Options of every command that asks a language model, and the settings that they make."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from indexer.tagging.money import Price
    from pipelines.settings import Settings

Tagger = Annotated[
    str | None,
    typer.Option(
        "--tagger",
        metavar="URL|MODEL",
        help="Who writes tags: an OpenAI-compatible address up to its version"
        " (http://localhost:11434/v1), or a model that runs here: a .gguf file, a folder, a hub"
        " repository [default: $SHOPLENS_TAGGER; its key: $SHOPLENS_TAGGER_KEY].",
        show_default=False,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Which of the address's models [default: $SHOPLENS_TAGGER_MODEL].",
        show_default=False,
    ),
]
Language = Annotated[
    list[str] | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help="Language of the tags (en, ru, …), the main one first; repeat it for more [default:"
        " by the catalog's letters, then remembered].",
        show_default=False,
    ),
]
Pictures = Annotated[
    bool | None,
    typer.Option(
        "--pictures/--no-pictures",
        help="Show the model each product's main picture, if it sees [no].",
        show_default=False,
    ),
]
AtOnce = Annotated[
    int | None,
    typer.Option("--at-once", min=1, help="Requests at a time [4].", show_default=False),
]
PerMinute = Annotated[
    float | None,
    typer.Option("--per-minute", help="Requests in any minute [no limit].", show_default=False),
]
PriceOption = Annotated[
    str | None,
    typer.Option(
        "--price",
        metavar="READ/WRITTEN",
        help="What a million tokens cost, in any currency: 0.15/0.60.",
        show_default=False,
    ),
]
Budget = Annotated[
    float | None,
    typer.Option(
        "--budget", min=0.0, help="Stop before more than this is spent.", show_default=False
    ),
]


def tag_settings(
    tagger: str | None,
    model: str | None,
    language: list[str] | None,
    pictures: bool | None,
    at_once: int | None = None,
    per_minute: float | None = None,
    price: str | None = None,
    **others: object,
) -> "Settings":
    """Settings with the options that were given.

    Raises:
        BadQuery: a value that the setting does not take.
    """
    from indexer.cli.options import settings_from

    return settings_from(
        tagger=tagger,
        tagger_model=model,
        tagger_languages=tuple(language) if language else None,
        tagger_pictures=pictures,
        tagger_at_once=at_once,
        tagger_per_minute=per_minute,
        tagger_price=price,
        **others,
    )


def price_of(settings: "Settings") -> "Price | None":
    from indexer.tagging.money import Price

    return Price(*settings.tagger_price) if settings.tagger_price else None

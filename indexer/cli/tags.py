"""`shoplens tags`: a language model writes tags of the shop's products, offline."""

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from indexer.cli.options import Home, Json, JsonEvents, QdrantUrl
from indexer.cli.tag_options import (
    AtOnce,
    Budget,
    Language,
    Model,
    PerMinute,
    Pictures,
    PriceOption,
    Tagger,
    price_of,
    tag_settings,
)
from indexer.cli.tags_report import report

if TYPE_CHECKING:
    from indexer.index_home import FeedChoice
    from pipelines.settings import Settings


_INTERRUPTED = "Interrupted; nothing was lost. Run the same command again to go on."


class _WritesByDefault(TyperGroup):
    """`shoplens tags FEED --home H` is `shoplens tags write FEED --home H`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["write", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="tags",
    cls=_WritesByDefault,
    help="Tags of the products, written by a language model: `shoplens tags [FEED]` writes them.",
)

Feed = Annotated[
    str | None,
    typer.Argument(
        metavar="FEED",
        help="Tag a feed's products by their words before they are indexed [default: the products"
        " that the home has].",
        show_default=False,
    ),
]
Sample = Annotated[
    int,
    typer.Option(
        "--sample",
        min=0,
        help="Tag so many products to tell tokens and time from them; their tags are kept.",
    ),
]


@app.command()
def write(
    feed: Feed = None,
    home: Home = None,
    tagger: Tagger = None,
    model: Model = None,
    language: Language = None,
    pictures: Pictures = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Only so many products, to try it.", show_default=False),
    ] = None,
    price: PriceOption = None,
    budget: Budget = None,
    at_once: AtOnce = None,
    per_minute: PerMinute = None,
    qdrant_url: QdrantUrl = None,
    json: JsonEvents = False,
) -> None:
    """Write tags of every product that has none by this model yet, and publish them.

    Repeat it after anything: no product is asked about or paid for twice.
    """
    from indexer.cli.output import print_json
    from indexer.cli.stop_signal import stop_on_signal
    from indexer.cli.tag_progress import TagEvents, TagProgressBar, print_tag_report, report_as_json
    from indexer.tagging.home import Tagging, tag_home
    from indexer.tagging.run import TagOptions
    from models.errors import TaggerUnavailable

    settings = tag_settings(
        tagger,
        model,
        language,
        pictures,
        at_once,
        per_minute,
        price,
        home=home,
        qdrant_url=qdrant_url,
    )
    shown = TagEvents() if json else TagProgressBar()
    try:
        with stop_on_signal() as stop, shown as sink:
            options = TagOptions(limit, price_of(settings), budget, stop)
            report, index = tag_home(Tagging(settings, options, sink), _choice(feed))
    except KeyboardInterrupt:
        _leave_at_once()
    if json:
        print_json({**report_as_json(report), "generation": index.generation if index else None})
    else:
        print_tag_report(report)
    if report.outcome == "unavailable":
        raise typer.Exit(TaggerUnavailable.exit_code)
    if report.outcome == "interrupted":
        typer.echo(_INTERRUPTED, err=True)
        raise typer.Exit(130)
    raise typer.Exit(0 if report.clean else 1)


@app.command("estimate")
def estimate_(
    feed: Feed = None,
    home: Home = None,
    tagger: Tagger = None,
    model: Model = None,
    language: Language = None,
    pictures: Pictures = None,
    price: PriceOption = None,
    sample: Sample = 0,
    at_once: AtOnce = None,
    per_minute: PerMinute = None,
    json: Json = False,
) -> None:
    """Tell the tokens, time and money that writing tags would take."""
    settings = tag_settings(
        tagger, model, language, pictures, at_once, per_minute, price, home=home
    )
    _tell_estimate(settings, feed, sample=sample, json=json)


@app.command()
def show(
    product_id: Annotated[str, typer.Argument(metavar="PRODUCT", help="Its id in the shop.")],
    home: Home = None,
    language: Language = None,
    pictures: Pictures = None,
) -> None:
    """Print what a model would be asked about one product; asks nothing."""
    from indexer.tagging.home import prompt_of

    settings = tag_settings(None, None, language, pictures, home=home)
    typer.echo(prompt_of(settings, product_id))


def _leave_at_once() -> NoReturn:
    """Without waiting for threads that wait for a server: what came is on the disk."""
    sys.stderr.write(_INTERRUPTED + "\n")
    sys.stderr.flush()
    os._exit(130)


app.command()(report)


def _tell_estimate(settings: "Settings", feed: str | None, *, sample: int, json: bool) -> None:
    from indexer.cli.output import print_json
    from indexer.cli.tag_progress import TagProgressBar, print_estimate
    from indexer.tagging.home import Tagging, estimate_home
    from indexer.tagging.run import TagOptions

    with TagProgressBar() as sink:
        tagging = Tagging(settings, TagOptions(price=price_of(settings)), sink)
        found = estimate_home(tagging, _choice(feed), sample)
    if json:
        print_json(found)
    else:
        print_estimate(found)


def _choice(feed: str | None) -> "FeedChoice | None":
    from indexer.index_home import FeedChoice

    return None if feed is None else FeedChoice(feed)

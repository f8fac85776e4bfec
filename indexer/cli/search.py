"""`shoplens search`: products like a picture, refined by words, or found by words alone."""

from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.options import (
    Detector,
    DetectorClasses,
    Home,
    Json,
    Models,
    QdrantUrl,
    settings_from,
)

if TYPE_CHECKING:
    from pipelines.search_types import Perception, SearchResult


def search(
    image: Annotated[
        str | None,
        typer.Argument(
            metavar="IMAGE",
            help="A picture: a path, an address, or - for stdin; none to search by words alone.",
            show_default=False,
        ),
    ] = None,
    words: Annotated[
        str,
        typer.Option(help='What refines the picture: "the same but red, under 20 €".'),
    ] = "",
    balance: Annotated[
        float,
        typer.Option(min=0, max=1, help="How much the words weigh: 0 nothing, 1 all."),
    ] = 0.5,
    box: Annotated[
        str | None,
        typer.Option(metavar="L,T,R,B", help="Search this part of the picture, in pixels."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=500, help="How many products.")] = 10,
    in_stock: Annotated[bool, typer.Option("--in-stock", help="Leave out sold-out ones.")] = False,
    price_min: Annotated[float | None, typer.Option(min=0)] = None,
    price_max: Annotated[float | None, typer.Option(min=0)] = None,
    category: Annotated[str, typer.Option(help='Such as "Home > Mugs".')] = "",
    brand: Annotated[str, typer.Option(help="As the feed writes it.")] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD:VALUE", help="Such as colour:red; of one field any will do."),
    ] = None,
    without_tag: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD:VALUE", help="Leave out what is tagged so."),
    ] = None,
    facets: Annotated[
        bool, typer.Option("--facets", help="Count the shop's values under these conditions.")
    ] = False,
    read_text: Annotated[
        bool | None,
        typer.Option(
            "--read-text/--no-read-text",
            help="Read words and article numbers on the picture [yes].",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    models: Models = None,
    detector: Detector = None,
    detector_classes: DetectorClasses = None,
    qdrant_url: QdrantUrl = None,
    json: Json = False,
) -> None:
    """Find the products of the index that look like a picture."""
    from concurrent.futures import ThreadPoolExecutor
    from functools import partial

    from indexer.cli.narrowing import print_facets
    from indexer.cli.output import print_json
    from pipelines.answer_json import answer_json
    from pipelines.boxes import parse_box
    from pipelines.build import open_lens
    from pipelines.conditions import conditions
    from pipelines.open_photo import open_photo
    from pipelines.photo_search import Wanted, search_photo

    wanted = Wanted(
        words=words,
        balance=balance,
        box=parse_box(box) if box else None,
        where=conditions(
            in_stock=in_stock,
            price_min=price_min,
            price_max=price_max,
            category=category,
            brand=brand,
            tags=tag or [],
            without_tags=without_tag or [],
        ),
        top=top,
        facets=facets,
    )
    settings = settings_from(
        home=home,
        models=models,
        detector=detector,
        detector_classes=detector_classes,
        qdrant_url=qdrant_url,
        read_text=read_text,
    )
    lens = open_lens(settings)
    try:
        with ThreadPoolExecutor(max_workers=1) as aside:
            answer = search_photo(
                lens,
                partial(open_photo, image) if image is not None else None,
                wanted,
                lambda photo: aside.submit(lens.read, photo),
            )
    finally:
        lens.close()
    if json:
        print_json(answer_json(answer))
    else:
        print_table(answer.perception, answer.result)
        if answer.facets:
            print_facets(answer.facets)
    for failed in answer.result.degraded:
        typer.echo(f"Without {failed.source}: {failed.reason}", err=True)


def print_table(perception: "Perception | None", result: "SearchResult") -> None:
    """The answer for the eye: notes on stderr, products on stdout."""
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stderr, to_stdout
    from pipelines.lexicon import display
    from pipelines.reasons import in_english, unmet_in_english

    aside = to_stderr()
    if perception is not None:
        _print_seen(perception)
    told = [phrase.text for phrase in result.asked.told]
    if result.kind is not None:
        told.append(f"{result.kind.name} (as on the picture)")
    if told:
        understood = ", ".join(told)
        aside.print(escape(f"Understood: {understood}"), style="dim")
    if (shown := result.asked.reference) is not None:
        price = f"{shown.amount:,.2f} {shown.currency}".rstrip()
        aside.print(escape(f"Prices compared with: {shown.title or shown.product_id}, {price}"))
    if (shade := result.asked.shade) is not None:
        colours = ", ".join(display(key, "en") for key in shade.colours)
        aside.print(escape(f"Colours compared with: {shade.title or shade.product_id}, {colours}"))
    for note in unmet_in_english(result.asked):
        aside.print(escape(note))
    if not result.selected:
        aside.print("Nothing like it here. Try another crop (--box) or fewer conditions.")
        return
    if result.verdict == "nothing":
        aside.print("Nothing like it here; the nearest follow. Try another crop (--box), or words.")
    table = Table("#", "Product", "Title", "Price", "Score", "Why", box=None, header_style="bold")
    for place, candidate in enumerate(result.selected, start=1):
        card = candidate.card
        price = f"{card.price.amount:,.2f} {card.price.currency}" if card and card.price else ""
        why = "; ".join(in_english(part.reason) for part in candidate.parts)
        title = card.title if card else ""
        cells = (candidate.product_id, title, price, f"{candidate.score:.4f}", why)
        table.add_row(str(place), *(escape(cell) for cell in cells))
    to_stdout().print(table)


def _print_seen(perception: "Perception") -> None:
    from rich.markup import escape

    from indexer.cli.output import to_stderr

    aside = to_stderr()
    for note in perception.notes:
        aside.print(escape(note), style="dim")
    marked = [region for region in perception.regions if region.kind == "product"]
    if marked:
        first = f"{marked[0].label or 'product'} {marked[0].box.as_list()}"
        aside.print(
            escape(
                f"Searched: {first}, the likeliest of {len(marked)}. "
                "--box takes another part, --detector none the whole picture."
            ),
            style="dim",
        )
    if perception.reading and perception.reading.lines:
        read = ", ".join(f'"{line.text}"' for line in perception.reading.lines[:8])
        aside.print(escape(f"Read: {read}"), style="dim")

"""`shoplens search`: products like a picture, refined by words, or found by words alone."""

from typing import TYPE_CHECKING, Annotated, Any

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
    from models.types import Box
    from pipelines.search_types import Candidate, Perception, SearchResult


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
    from time import perf_counter

    from indexer.cli.narrowing import facets_as_json, print_facets, tag_keys
    from indexer.cli.output import print_json
    from models.errors import BadQuery
    from pipelines.boxes import parse_box
    from pipelines.build import open_lens
    from pipelines.open_photo import open_photo
    from pipelines.stores.protocol import StoreFilter

    if price_min is not None and price_max is not None and price_min > price_max:
        raise BadQuery(
            f"no price lies between {price_min:g} and {price_max:g}",
            remedy="give the lower one as --price-min",
        )
    boxes: list[Box] = [parse_box(box)] if box else []
    where = StoreFilter(
        in_stock_only=in_stock,
        price_min=price_min,
        price_max=price_max,
        category=category,
        brand=brand,
        tags=tag_keys(tag or []),
        without_tags=tag_keys(without_tag or []),
    )
    settings = settings_from(
        home=home,
        models=models,
        detector=detector,
        detector_classes=detector_classes,
        qdrant_url=qdrant_url,
        read_text=read_text,
    )
    begin = perf_counter()
    photo = open_photo(image) if image is not None else None
    timings = {"decode": (perf_counter() - begin) * 1000} if photo else {}
    lens = open_lens(settings)
    try:
        perception = None
        if photo is not None:
            with ThreadPoolExecutor(max_workers=1) as aside:
                reading = aside.submit(lens.read, photo)
                perception = lens.perceive(photo, boxes)
                waiting = perf_counter()
                perception = perception.with_reading(reading.result())
            waited = perf_counter() - waiting
            timings |= {**dict(perception.timings_ms), "wait for text": waited * 1000}
        result = lens.search(perception, words=words, balance=balance, where=where, limit=top)
        counts = lens.facets(where=where) if facets else None
    finally:
        lens.close()
    timings |= {
        **dict(result.timings_ms),
        "total": (perf_counter() - begin) * 1000,
    }
    if json:
        extra = {"facets": facets_as_json(counts)} if counts else {}
        print_json(_as_json(perception, result, timings) | extra)
    else:
        print_table(perception, result)
        if counts:
            print_facets(counts)
    for failed in result.degraded:
        typer.echo(f"Without {failed.source}: {failed.reason}", err=True)


def parts_as_json(candidate: "Candidate") -> dict[str, float]:
    """What each source and rule adds; several parts of one name ("red", "striped") are one sum."""
    sums: dict[str, float] = {}
    for part in candidate.parts:
        sums[part.name] = sums.get(part.name, 0.0) + part.value
    return {name: round(value, 6) for name, value in sums.items()}


def _as_json(
    perception: "Perception | None", result: "SearchResult", timings: dict[str, float]
) -> dict[str, Any]:
    from indexer.cli.narrowing import chip_as_json
    from indexer.cli.output import asked_as_json, region_as_json

    reading = perception.reading if perception else None
    lines = reading.lines if reading else ()
    return {
        "verdict": result.verdict,
        "asked": asked_as_json(result.asked),
        "kind": result.kind,
        "regions": [
            region_as_json(region) for region in (perception.regions if perception else ())
        ],
        "text": [
            {"text": line.text, "score": round(line.score, 4), "box": line.box.as_list()}
            for line in lines
        ],
        "codes": list(reading.codes) if reading else [],
        "results": [
            {
                "id": c.product_id,
                "title": c.card.title if c.card else "",
                "score": round(c.score, 6),
                "parts": parts_as_json(c),
                "why": [part.note for part in c.parts],
                "price": c.card.price if c.card else None,
                "link": c.card.link if c.card else "",
                "in_stock": c.card.in_stock if c.card else None,
            }
            for c in result.selected
        ],
        "chips": [chip_as_json(chip) for chip in result.chips],
        "degraded": list(result.degraded),
        "timings_ms": {stage: round(ms, 2) for stage, ms in timings.items()},
    }


def print_table(perception: "Perception | None", result: "SearchResult") -> None:
    """The answer for the eye: notes on stderr, products on stdout."""
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stderr, to_stdout

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
    for note in result.asked.notes:
        aside.print(escape(note))
    if not result.selected:
        aside.print("Nothing like it here. Try another crop (--box) or fewer conditions.")
        return
    table = Table("#", "Product", "Title", "Price", "Score", "Why", box=None, header_style="bold")
    for place, candidate in enumerate(result.selected, start=1):
        card = candidate.card
        price = f"{card.price.amount:,.2f} {card.price.currency}" if card and card.price else ""
        why = "; ".join(part.note for part in candidate.parts)
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

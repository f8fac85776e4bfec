"""What a search could be narrowed by: chips of what was found, facets of the shop."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.facets import Facets
    from pipelines.price_bands import PriceBand
    from pipelines.search_types import Chip
    from pipelines.stores.protocol import StoreFilter

SHOWN = 8


def chip_as_json(chip: "Chip") -> dict[str, Any]:
    """A chip as docs/cli.md describes it."""
    return {
        "field": chip.field,
        "condition": condition_as_json(chip.condition),
        "count": chip.count,
        "bits": round(chip.bits, 4),
    }


def condition_as_json(condition: "StoreFilter") -> dict[str, Any]:
    """What of a filter is set."""
    from dataclasses import asdict

    from pipelines.stores.protocol import StoreFilter

    unset = asdict(StoreFilter())
    return {name: value for name, value in asdict(condition).items() if value != unset[name]}


def facets_as_json(facets: "Facets") -> dict[str, Any]:
    """Facets as docs/cli.md describes them."""
    from dataclasses import asdict

    return {
        "category": {value.value: value.count for value in facets.category},
        "brand": {value.value: value.count for value in facets.brand},
        "price": [asdict(band) for band in facets.prices],
        "in_stock": facets.in_stock,
        "tags": {
            field: {value.value.partition(":")[2]: value.count for value in values}
            for field, values in facets.tags.items()
        },
    }


def print_facets(facets: "Facets") -> None:
    """Facets for the eye, on stdout: the most frequent values of each field."""
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stdout

    table = Table("Facet", "Products", box=None, header_style="bold")
    fields = facets_as_json(facets)
    rows = {"category": fields["category"], "brand": fields["brand"], **fields["tags"]}
    for name, values in rows.items():
        told = ", ".join(f"{value} {count}" for value, count in list(values.items())[:SHOWN])
        more = f", … ({len(values)})" if len(values) > SHOWN else ""
        if told:
            table.add_row(name, escape(told + more))
    if facets.prices:
        table.add_row("price", ", ".join(map(_priced, facets.prices)))
    table.add_row("in stock", str(facets.in_stock))
    to_stdout().print(table)


def _priced(band: "PriceBand") -> str:
    from pipelines.conditions import price_ends

    return f"{price_ends(band.low, band.high)} {band.count}"


def tag_keys(given: list[str]) -> tuple[str, ...]:
    """Keys of tags as a person types them: "colour:red".

    Raises:
        BadQuery: there is no such field, or no value.
    """
    from models.errors import BadQuery
    from models.tag_types import TAG_FIELDS

    for key in given:
        field, _, value = key.partition(":")
        if field not in TAG_FIELDS or not value:
            raise BadQuery(
                f"{key!r} is no tag",
                remedy=f"write FIELD:VALUE, such as colour:red; fields: {', '.join(TAG_FIELDS)}",
            )
    return tuple(key.lower() for key in given)

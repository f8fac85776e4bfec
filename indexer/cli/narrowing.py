"""What a search could be narrowed by, for the eye: facets of the shop."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.facets import Facets
    from pipelines.price_bands import PriceBand

SHOWN = 8


def print_facets(facets: "Facets") -> None:
    """Facets for the eye, on stdout: the most frequent values of each field."""
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import to_stdout
    from pipelines.answer_json import facets_json

    table = Table("Facet", "Products", box=None, header_style="bold")
    fields = facets_json(facets)
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

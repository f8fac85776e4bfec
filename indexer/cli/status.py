"""`shoplens status`: what the home holds."""

from typing import TYPE_CHECKING, Any

import typer

from indexer.cli.options import Home, Json, QdrantUrl, settings_from

if TYPE_CHECKING:
    from pipelines.catalog_db import CatalogDb
    from pipelines.catalog_types import IndexInfo


def status(home: Home = None, qdrant_url: QdrantUrl = None, json: Json = False) -> None:
    """Show what is indexed, with which models, and what could not be used."""
    from indexer.cli.output import print_json
    from indexer.upkeep import size_of
    from pipelines.build import open_catalog, open_index_home

    settings = settings_from(home=home, qdrant_url=qdrant_url)
    with open_catalog(settings, read_only=True) as catalog:
        info = open_index_home(settings).current()
        facts = _facts(catalog, info)
    facts["home"] = str(settings.home)
    facts["bytes"] = size_of(settings.home)
    if json:
        print_json(facts)
    else:
        _print_table(facts)
    if info is None:
        typer.echo("No index is published yet; run `shoplens index FEED`.", err=True)


def _facts(catalog: "CatalogDb", info: "IndexInfo | None") -> dict[str, Any]:
    summary, runs = catalog.summary(), catalog.runs(limit=1)
    return {
        "products": summary.products,
        "images": summary.images,
        "bad_images": summary.bad_images,
        "errors": summary.errors,
        "errors_by_reason": catalog.errors_by_reason(),
        "generation": info.generation if info else None,
        "points": info.points if info else 0,
        "built_at": info.built_at if info else "",
        "models": {
            "profile": info.spec.profile,
            "image": info.spec.image_fingerprint,
            "text": info.spec.text_fingerprint,
            "head": info.spec.head,
        }
        if info
        else None,
        "layout": {
            "precision": info.spec.precision,
            "rescore": info.spec.rescore,
            "hnsw_m": info.spec.hnsw_m,
            "hnsw_ef": info.spec.hnsw_ef_construct,
        }
        if info
        else None,
        "feed": catalog.fact("feed"),
        "last_run": runs[0] if runs else None,
    }


def _print_table(facts: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from indexer.cli.output import megabytes, to_stdout

    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column()
    rows = [
        ("Home", facts["home"]),
        ("Feed", facts["feed"]),
        ("Products", f"{facts['products']:,}"),
        ("Pictures", f"{facts['images']:,} ({facts['bad_images']:,} could not be used)"),
    ]
    for reason in facts["errors_by_reason"]:
        rows.append(("Skipped", f"{reason.count:,} × {reason.kind}: {reason.reason}"))
    if facts["generation"] is not None:
        built = f", built {facts['built_at']}" if facts["built_at"] else ""
        rows.append(
            ("Index", f"generation {facts['generation']}, {facts['points']:,} points{built}")
        )
        layout = facts["layout"]
        graph = f"m {layout['hnsw_m']}, ef {layout['hnsw_ef']}"
        rows.append(("Vectors", f"{layout['precision']}, graph {graph}"))
        rows.append(("Models", f"{facts['models']['profile']}: {facts['models']['image']}"))
        rows.append(("", facts["models"]["text"]))
    rows.append(("Size", f"{megabytes(facts['bytes'])} on disk"))
    if (run := facts["last_run"]) is not None:
        speed = f"{run.counts.embedded:,} pictures embedded, {run.counts.images_per_second:,.1f}/s"
        rows.append(("Last run", f"{run.outcome}, {run.started_at}, {speed}"))
    for name, value in rows:
        table.add_row(name, escape(value))
    to_stdout().print(table)

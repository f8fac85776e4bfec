"""`shoplens evaluate`: how good the search is on pictures with known answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

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
    from rich.table import Table

    from indexer.composed import Group
    from indexer.evaluate import Report
    from indexer.metrics import Interval
    from indexer.query_list import QueryList
    from pipelines.lens import Lens


def evaluate(
    queries: Annotated[
        Path,
        typer.Argument(
            metavar="QUERIES.csv",
            help="Columns image, relevant_id and maybe box (left,top,right,bottom) and words.",
            show_default=False,
        ),
    ],
    regions: Annotated[
        Literal["whole", "given", "detected"],
        typer.Option(
            help="Search the whole picture, the given box, or the detected region that overlaps "
            "it best."
        ),
    ] = "given",
    read_text: Annotated[
        bool,
        typer.Option(
            "--read-text",
            help="Let words and article numbers on the pictures help, as for a shopper; slow.",
        ),
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Measure a random sample of so many.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the sample and of the intervals.")] = 0,
    home: Home = None,
    models: Models = None,
    detector: Detector = None,
    detector_classes: DetectorClasses = None,
    qdrant_url: QdrantUrl = None,
    json: Json = False,
) -> None:
    """Measure recall, MRR, nDCG and mAP with 95% intervals, and how long each stage takes."""
    from indexer.cli.output import print_json
    from indexer.evaluate import EvaluationOptions
    from indexer.query_list import read_queries
    from pipelines.build import open_lens

    questions = read_queries(queries)
    settings = settings_from(
        home=home,
        models=models,
        detector=detector,
        detector_classes=detector_classes,
        qdrant_url=qdrant_url,
        read_text=read_text,
    )
    options = EvaluationOptions(regions=regions, read_text=read_text, limit=limit, seed=seed)
    lens = open_lens(settings)
    try:
        report = _with_progress(questions, lens, options)
    finally:
        lens.close()
    told = as_json(report)
    _save(settings.home / "reports", told)
    for row in report.bad:
        typer.echo(f"Skipped: line {row.line}: {row.image}: {row.reason}", err=True)
    if json:
        print_json(told)
    else:
        _print_tables(report)
    for source, times in report.degraded.items():
        typer.echo(f"Without {source} in {times} of {report.queries} queries.", err=True)
    raise typer.Exit(1 if report.bad else 0)


def _with_progress(questions: "QueryList", lens: "Lens", options: Any) -> "Report":
    from indexer.cli.output import counted_progress
    from indexer.evaluate import evaluate as ask_all

    with counted_progress() as bar:
        task = bar.add_task("Asking", total=None)
        return ask_all(
            questions,
            lens,
            options,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )


def as_json(report: "Report") -> dict[str, Any]:
    """The report as docs/evaluate.md describes it."""
    from dataclasses import asdict

    return {
        "queries": report.queries,
        "regions": report.options.regions,
        "read_text": report.options.read_text,
        "sample": report.options.limit,
        "seed": report.options.seed,
        "metrics": {name: _rounded(interval) for name, interval in report.metrics.items()},
        "composed": [
            {
                "of": group.of,
                "name": group.name,
                "queries": group.queries,
                **{
                    mode: {name: _rounded(interval) for name, interval in scores.items()}
                    for mode, scores in group.scores.items()
                },
            }
            for group in report.composed
        ],
        "latency_ms": {
            stage: {part: round(number, 2) for part, number in asdict(found).items()}
            for stage, found in report.latency_ms.items()
        },
        "misses": report.misses,
        "detection": asdict(report.detection) if report.detection else None,
        "bad": [asdict(row) for row in report.bad],
        "degraded": report.degraded,
        "notes": list(report.notes),
        "profile": report.profile,
        "generation": report.generation,
    }


def _rounded(interval: "Interval") -> dict[str, float]:
    from dataclasses import asdict

    return {part: round(number, 6) for part, number in asdict(interval).items()}


def _save(folder: Path, told: dict[str, Any]) -> None:
    """Keep the report in the home, for the owner's page; a read-only home is no error."""
    import json
    from datetime import UTC, datetime

    measured_at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = folder / f"evaluate-{measured_at}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(".part")
        text = json.dumps({"measured_at": measured_at, **told}, ensure_ascii=False)
        whole.write_text(text, encoding="utf-8")
        whole.replace(path)
    except OSError as error:
        typer.echo(f"The report was not kept: {error.strerror}.", err=True)


def _print_tables(report: "Report") -> None:
    from rich.table import Table

    from indexer.cli.output import to_stderr, to_stdout
    from indexer.composed import SHOWN

    aside = to_stderr()
    reading = "on" if report.options.read_text else "off"
    what = {"whole": "whole pictures", "given": "given boxes", "detected": "detected regions"}
    aside.print(
        f"{report.queries} queries on {what[report.options.regions]}, text reading {reading}, "
        f"models {report.profile}, generation {report.generation}.",
        style="dim",
    )
    for note in report.notes:
        aside.print(note, style="dim", markup=False)
    met = report.detection
    if met is not None and met.boxes:
        aside.print(
            f"{met.covered} of {met.boxes} products were detected; each other counts as 0. "
            f"What is searched first was right on {met.first_right} of {met.pictures} pictures.",
            style="dim",
        )
    if report.bad:
        aside.print(f"{len(report.bad)} rows could not be used; they do not count.")
    if not report.metrics:
        return
    table = Table("Metric", "Value", "95% interval", box=None, header_style="bold")
    for name, found in report.metrics.items():
        table.add_row(name, f"{found.value:.3f}", f"{found.low:.3f} to {found.high:.3f}")
    tables = [table]
    if report.composed:
        tables += [_composed_table(report.composed, name) for name in SHOWN]
    times = Table("Stage", "p50 ms", "p95 ms", box=None, header_style="bold")
    for stage, spent in report.latency_ms.items():
        times.add_row(stage, f"{spent.p50:.1f}", f"{spent.p95:.1f}")
    data = to_stdout()
    for each in (*tables, times):
        data.print(each)
        data.print()


def _composed_table(groups: "Sequence[Group]", name: str) -> "Table":
    """One measure of picture and words together beside either alone, intervals in brackets."""
    from rich.table import Table

    from indexer.composed import MODES

    # A table for each measure: both in one do not fit into 80 columns.
    table = Table(name, "n", *MODES, box=None, header_style="bold")
    for group in groups:
        cells = [group.scores[mode][name] for mode in MODES]
        told = [f"{cell.value:.2f} ({cell.low:.2f}–{cell.high:.2f})" for cell in cells]
        table.add_row(f"{group.of} {group.name}".strip(), str(group.queries), *told)
    return table

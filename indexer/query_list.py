"""Pictures with known answers, from a CSV: what `evaluate` measures with."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from models.errors import BadFeed, BadQuery
from models.types import Box
from pipelines.boxes import parse_box

COLUMNS_REMEDY = (
    "begin with a line `image,relevant_id` or `image,relevant_id,box` (see docs/evaluate.md)"
)


@dataclass(frozen=True, slots=True)
class LabelledQuery:
    """One question with its right answers.

    Attributes:
        relevant: ids of the products that answer it; never empty.
        lines: the line of the file that names each of them, 1 = the header.
        box: the part of the picture that is meant; None for all of it.
        words: what refines the picture; "" for a picture alone.
        kind: of refinement ("colour"); "" where the file does not say.
        language: of the words ("ru"); the same.
    """

    image: Path
    relevant: tuple[str, ...]
    box: Box | None
    lines: tuple[int, ...]
    words: str = ""
    kind: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be used, and why."""

    line: int
    image: str
    reason: str


@dataclass(frozen=True, slots=True)
class QueryList:
    """What a file holds: usable questions in their order, and rows that are none."""

    queries: tuple[LabelledQuery, ...]
    bad: tuple[BadRow, ...] = ()


class _Question(NamedTuple):
    image: str
    box: Box | None
    words: str
    kind: str
    language: str


def read_queries(path: Path) -> QueryList:
    """Read `image, relevant_id[, box, words, kind, language]`; other columns are left alone.
    Pictures are found relative to the file.

    Rows with the same picture, box and words are one question with several answers; a field may
    also hold several ids, separated by `|`.

    Raises:
        BadFeed: missing, not a CSV in UTF-8, without these columns, or without rows.
    """
    rows: dict[_Question, dict[str, int]] = {}
    bad: list[BadRow] = []
    for line, row in _rows(path):
        image = (row["image"] or "").strip()
        ids = tuple(part.strip() for part in (row["relevant_id"] or "").split("|") if part.strip())
        written = (row.get("box") or "").strip()
        try:
            box = parse_box(written) if written else None
        except BadQuery as error:
            bad.append(BadRow(line, image, error.message))
            continue
        if not image or not ids:
            bad.append(BadRow(line, image, "no image" if not image else "no relevant_id"))
            continue
        said = {name: (row.get(name) or "").strip() for name in ("words", "kind", "language")}
        answers = rows.setdefault(_Question(image, box, **said), {})
        for product in ids:
            answers.setdefault(product, line)
    if not rows and not bad:
        raise BadFeed(f"{path.name} has no rows", remedy="list at least one picture")
    queries = (
        LabelledQuery(
            image=path.parent / asked.image,
            relevant=tuple(answers),
            box=asked.box,
            lines=tuple(answers.values()),
            words=asked.words,
            kind=asked.kind,
            language=asked.language,
        )
        for asked, answers in rows.items()
    )
    return QueryList(tuple(queries), tuple(bad))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"image", "relevant_id"} - set(reader.fieldnames or ())
            if missing:
                raise BadFeed(
                    f"{path.name} has no column {' and no column '.join(sorted(missing))}",
                    remedy=COLUMNS_REMEDY,
                )
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        raise BadFeed(
            f"cannot open {path}: {error.strerror}", remedy="name an existing CSV file"
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFeed(
            f"{path.name} is not a CSV in UTF-8: {error}", remedy="save it as CSV in UTF-8"
        ) from None

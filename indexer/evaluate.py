"""Asks the index questions whose answers are known, and tells how often it was right."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Literal, TypeAlias

import numpy as np

from indexer.composed import DEPTH, Answers, Group, answers, groups, ranking
from indexer.metrics import Interval, Percentiles, Ranking, measure, percentiles
from indexer.query_list import BadRow, LabelledQuery, QueryList
from models.errors import BadInput
from models.types import Box, Photo
from pipelines.image_io import read_photo
from pipelines.lens import Lens
from pipelines.search_types import Perception, SearchResult

Regions: TypeAlias = Literal["whole", "given", "detected"]
LEAST_IOU = 0.5  # of a detected region with the given box, to count as found (PASCAL VOC)


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """How to ask.

    Attributes:
        regions: what is searched: the whole picture; the given box; the detected region that
            overlaps the given box best, which is the one that a shopper would click.
        read_text: whether words and article numbers on the pictures help, as for a shopper.
        limit: measure a sample of so many questions, drawn with `seed`; None for all.
    """

    regions: Regions = "given"
    read_text: bool = False
    limit: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Detection:
    """How well detected regions met the given boxes, at an intersection over union of 0.5.

    Attributes:
        boxes: how many questions have a box.
        covered: how many of these a region covers; the others are misses, and count as zero.
        pictures: how many pictures these questions are about.
        first_right: on how many of these the first region, which is searched before anyone
            clicks, covers the box of one of the questions.
    """

    boxes: int = 0
    covered: int = 0
    pictures: int = 0
    first_right: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found.

    Attributes:
        queries: how many questions were measured; bad rows are not among them.
        metrics: by the names of `metrics.MEASURES`; empty where nothing was measured.
        composed: questions with words: both together, the picture alone, the words alone.
        latency_ms: by stage, in the order in which stages run.
        detection: None unless detected regions were searched.
        degraded: how often each source failed; the other sources answered alone.
        notes: what the models had to say, such as that there is no detector.
    """

    queries: int
    metrics: dict[str, Interval]
    composed: tuple[Group, ...]
    latency_ms: dict[str, Percentiles]
    detection: Detection | None
    bad: tuple[BadRow, ...]
    degraded: dict[str, int]
    notes: tuple[str, ...]
    options: EvaluationOptions
    profile: str
    generation: int

    @property
    def misses(self) -> int:
        """Questions whose box no detected region covered; each counts as zero."""
        return self.detection.boxes - self.detection.covered if self.detection else 0


def evaluate(
    questions: QueryList,
    lens: Lens,
    options: EvaluationOptions = EvaluationOptions(),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Ask every question, one at a time, and measure the answers.

    Raises:
        IndexMissing, StaleIndex, WeightsMissing: nothing can be asked at all. A bad picture or
            an id that the index does not know only spoils its own row, which is reported.
    """
    info = lens.info()
    lens.warm()  # else the first question pays for loading the models
    if options.read_text:
        lens.read(_blank())
    known, bad = _known(lens, questions.queries)
    chosen = _sample(known, options)
    tally = _Tally([*questions.bad, *bad])
    for number, query in enumerate(chosen):
        progress(number, len(chosen))
        try:
            tally.add(query, _ask(lens, query, options, tally))
        except BadInput as error:
            tally.bad.append(BadRow(query.lines[0], query.image.name, error.message))
    progress(len(chosen), len(chosen))
    return Report(
        queries=len(tally.rankings),
        metrics=measure(tally.rankings, options.seed),
        composed=groups(tally.answers, options.seed),
        latency_ms=percentiles(tally.samples),
        detection=tally.detection() if options.regions == "detected" else None,
        bad=tuple(sorted(tally.bad, key=lambda row: row.line)),
        degraded=tally.degraded,
        notes=tuple(tally.notes),
        options=options,
        profile=info.spec.profile,
        generation=info.generation,
    )


@dataclass(slots=True)
class _Tally:
    """What adds up while questions are asked."""

    bad: list[BadRow]
    rankings: list[Ranking] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    samples: dict[str, list[float]] = field(default_factory=dict)
    degraded: dict[str, int] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    seen: set[tuple[str, Box | None]] = field(default_factory=set)
    covered: list[bool] = field(default_factory=list)
    first_right: dict[str, bool] = field(default_factory=dict)

    def add(self, query: LabelledQuery, result: SearchResult | None) -> None:
        """Count one answer; None is a miss of the detector."""
        if result is not None:
            for failed in result.degraded:
                self.degraded[failed.source] = self.degraded.get(failed.source, 0) + 1
        self.rankings.append(ranking(query, result))

    def met(self, photo: str, first: bool, best: bool) -> None:
        """Whether the first and the best of a picture's regions cover the box of a question."""
        self.covered.append(best)
        self.first_right[photo] = self.first_right.get(photo, False) or first

    def detection(self) -> Detection:
        return Detection(
            boxes=len(self.covered),
            covered=sum(self.covered),
            pictures=len(self.first_right),
            first_right=sum(self.first_right.values()),
        )

    def timed(self, laps: Iterable[tuple[str, float]]) -> None:
        for stage, milliseconds in laps:
            self.samples.setdefault(stage, []).append(milliseconds)


def _ask(
    lens: Lens, query: LabelledQuery, options: EvaluationOptions, tally: _Tally
) -> SearchResult | None:
    """One question, timed; None where no detected region covers the given box."""
    begin = perf_counter()
    photo = read_photo(query.image)
    laps = [("decode", (perf_counter() - begin) * 1000)]
    box = _asked_box(photo, query, options.regions)
    perception = lens.perceive(photo, [box] if box else [])
    laps += perception.timings_ms
    tally.notes |= dict.fromkeys(perception.notes)
    if options.read_text:
        before = perf_counter()
        perception = perception.with_reading(lens.read(photo))
        laps.append(("read", (perf_counter() - before) * 1000))
    region: int | None = 0
    if box is None and query.box:
        region, first_right = _best_region(perception, query.box)
        tally.met(photo.sha256, first_right, region is not None)
    result = None
    if region is not None:
        result = lens.search(perception, region=region, words=query.words, limit=DEPTH)
        laps += [*result.timings_ms, ("total", (perf_counter() - begin) * 1000)]
    # The lens remembers a picture that it saw: only a first look tells how long looking takes.
    if (photo.sha256, box) not in tally.seen:
        tally.seen.add((photo.sha256, box))
        tally.timed(laps)
    if query.words:
        tally.answers.append(answers(lens, query, perception, region, result))
    return result


def _asked_box(photo: Photo, query: LabelledQuery, regions: Regions) -> Box | None:
    """The part to embed; None leaves it to the detector."""
    if regions == "detected":
        return None
    return query.box if regions == "given" and query.box else photo.whole


def _best_region(perception: Perception, wanted: Box) -> tuple[int | None, bool]:
    """The detected region that covers the box best, if one does; whether the first one does."""
    overlaps = [
        region.box.iou(wanted) if region.kind == "product" else 0.0 for region in perception.regions
    ]
    best = max(range(len(overlaps)), key=overlaps.__getitem__)
    found = best if overlaps[best] >= LEAST_IOU else None
    return found, overlaps[0] >= LEAST_IOU


def _known(
    lens: Lens, queries: Sequence[LabelledQuery]
) -> tuple[list[LabelledQuery], list[BadRow]]:
    """Questions with the answers that are in the index, and the other answers as bad rows."""
    ids = list(dict.fromkeys(i for query in queries for i in query.relevant))
    cards = lens.cards(ids)
    here = {i for i, card in zip(ids, cards, strict=True) if card is not None}
    kept, bad = [], []
    for query in queries:
        answers = list(zip(query.relevant, query.lines, strict=True))
        bad += [
            BadRow(line, query.image.name, f"the index has no product {product!r}")
            for product, line in answers
            if product not in here
        ]
        known = [(product, line) for product, line in answers if product in here]
        if known:
            relevant, lines = zip(*known, strict=True)
            kept.append(replace(query, relevant=relevant, lines=lines))
    return kept, bad


def _sample(queries: list[LabelledQuery], options: EvaluationOptions) -> list[LabelledQuery]:
    if options.limit is None or options.limit >= len(queries):
        return queries
    rng = np.random.default_rng(options.seed)
    chosen = rng.choice(len(queries), options.limit, replace=False)
    return [queries[number] for number in sorted(chosen)]


def _blank() -> Photo:
    """A white picture, to load models with."""
    return Photo(np.full((64, 64, 3), 255, np.uint8), sha256="blank", source="warm-up")

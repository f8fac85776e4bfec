"""Lines of text as a Reading, and the part of one that belongs to a region."""

from collections.abc import Iterable

from models.types import Box, TextLine
from pipelines.codes import codes
from pipelines.search_types import Reading


def reading_of(lines: Iterable[TextLine]) -> Reading:
    """Lines with the codes among them."""
    kept = tuple(lines)
    return Reading(lines=kept, codes=codes(kept))


def within(reading: Reading, box: Box) -> Reading:
    """What was read inside a box: another product's label must not answer for this one."""
    return reading_of(line for line in reading.lines if line.box.iou(box) > 0)

"""Boxes as people write them: "L,T,R,B"."""

from models.errors import BadQuery
from models.types import Box


def parse_box(text: str) -> Box:
    """A box from "left,top,right,bottom", in pixels of the upright picture.

    Raises:
        BadQuery: not four whole numbers, or an empty box.
    """
    try:
        left, top, right, bottom = (int(part) for part in text.split(","))
        return Box(left, top, right, bottom)
    except ValueError:
        raise BadQuery(
            f"{text!r} is not a box",
            remedy="write four whole numbers left,top,right,bottom with left < right, top < bottom",
        ) from None

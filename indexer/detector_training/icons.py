"""Line icons of apps: hearts, arrows, baskets; none of them is for sale."""

import math

from PIL import ImageDraw

from indexer.detector_training.scene import Random

Colour = tuple[int, ...]


def draw_icon(
    draw: ImageDraw.ImageDraw,
    random: Random,
    corner: tuple[float, float],
    side: float,
    colour: Colour,
) -> None:
    """One icon into a square, outlined or filled."""
    left, top = corner
    thick = max(1, round(side / random.uniform(8, 14)))
    outline = OUTLINES[int(random.integers(len(OUTLINES)))]
    filled = random.random() < 0.3
    for number, points in enumerate(outline):
        line = [(left + x * side, top + y * side) for x, y in points]
        if filled and number == 0 and len(line) > 3:
            draw.polygon(line, fill=colour)
        else:
            draw.line(line, fill=colour, width=thick, joint="curve")


def _arc(
    x: float, y: float, radius: float, start: float = 0, end: float = 360
) -> list[tuple[float, float]]:
    turns = [math.radians(start + (end - start) * k / 20) for k in range(21)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


OUTLINES: tuple[tuple[list[tuple[float, float]], ...], ...] = (
    # a heart
    ([(0.5, 0.9), (0.1, 0.5), *_arc(0.29, 0.33, 0.2, 150, 340), *_arc(0.71, 0.33, 0.2, 200, 390),
      (0.9, 0.5), (0.5, 0.9)],),
    # a speech bubble
    ([*_arc(0.5, 0.48, 0.4, 60, 400), (0.85, 0.9), (0.7, 0.83)],),
    # a paper plane
    ([(0.08, 0.42), (0.92, 0.1), (0.6, 0.9), (0.45, 0.58), (0.08, 0.42)],
     [(0.45, 0.58), (0.92, 0.1)]),
    # a bookmark
    ([(0.22, 0.08), (0.78, 0.08), (0.78, 0.92), (0.5, 0.68), (0.22, 0.92), (0.22, 0.08)],),
    # an arrow that bends to the right
    ([(0.95, 0.4), (0.6, 0.1), (0.6, 0.27), (0.25, 0.4), (0.06, 0.85), (0.35, 0.6), (0.6, 0.54),
      (0.6, 0.72), (0.95, 0.4)],),
    # a house
    ([(0.1, 0.45), (0.5, 0.1), (0.9, 0.45), (0.9, 0.9), (0.1, 0.9), (0.1, 0.45)],),
    # a magnifying glass
    (_arc(0.43, 0.43, 0.32), [(0.66, 0.66), (0.92, 0.92)]),
    # a plus, alone and in a circle
    ([(0.5, 0.1), (0.5, 0.9)], [(0.1, 0.5), (0.9, 0.5)]),
    (_arc(0.5, 0.5, 0.42), [(0.5, 0.3), (0.5, 0.7)], [(0.3, 0.5), (0.7, 0.5)]),
    # a person
    (_arc(0.5, 0.3, 0.2), _arc(0.5, 0.95, 0.4, 180, 360)),
    # a bag
    ([(0.14, 0.32), (0.86, 0.32), (0.92, 0.92), (0.08, 0.92), (0.14, 0.32)],
     _arc(0.5, 0.32, 0.19, 180, 360)),
    # a trolley
    ([(0.05, 0.15), (0.2, 0.15), (0.34, 0.65), (0.82, 0.65), (0.93, 0.28), (0.24, 0.28)],
     _arc(0.4, 0.83, 0.07), _arc(0.76, 0.83, 0.07)),
    # a bell
    ([(0.12, 0.75), (0.24, 0.6), *_arc(0.5, 0.4, 0.26, 180, 360), (0.76, 0.6), (0.88, 0.75),
     (0.12, 0.75)],
     _arc(0.5, 0.77, 0.12, 0, 180)),
    # a camera
    ([(0.06, 0.25), (0.32, 0.25), (0.4, 0.13), (0.6, 0.13), (0.68, 0.25), (0.94, 0.25),
      (0.94, 0.85),
      (0.06, 0.85), (0.06, 0.25)], _arc(0.5, 0.54, 0.18)),
    # play
    ([(0.25, 0.12), (0.88, 0.5), (0.25, 0.88), (0.25, 0.12)],),
    # a star
    ([(0.5 + r * math.sin(k * math.pi / 5), 0.52 - r * math.cos(k * math.pi / 5))
      for k in range(11) for r in [0.46 if k % 2 == 0 else 0.2]],),
    # dots, bars, a chevron, a cross
    (_arc(0.2, 0.5, 0.06), _arc(0.5, 0.5, 0.06), _arc(0.8, 0.5, 0.06)),
    ([(0.1, 0.25), (0.9, 0.25)], [(0.1, 0.5), (0.9, 0.5)], [(0.1, 0.75), (0.9, 0.75)]),
    ([(0.65, 0.1), (0.25, 0.5), (0.65, 0.9)],),
    ([(0.15, 0.15), (0.85, 0.85)], [(0.85, 0.15), (0.15, 0.85)]),
    # a picture's frame with a hill in it
    ([(0.08, 0.15), (0.92, 0.15), (0.92, 0.85), (0.08, 0.85), (0.08, 0.15)],
     [(0.08, 0.75), (0.36, 0.45), (0.56, 0.66), (0.7, 0.54), (0.92, 0.78)]),
)  # fmt: skip

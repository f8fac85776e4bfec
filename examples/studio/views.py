"""Where a product is photographed from. Apart from the stage, so that feeds need no Blender."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera stands: degrees around (0 is the front) and above; its lens in mm."""

    around: float = 25
    above: float = 14
    lens: float = 85
    fill: float = 0.80  # how much of the frame the product takes

"""Single-product pictures cut out of their background, each one checked before it is trusted.

How a picture is cut depends on what it is: one with transparency brings its own mask, one on plain
white is flooded from its border, and of a photo GrabCut parts the middle from the border
(Rother et al., SIGGRAPH 2004). A mask that two different starts do not agree on, that runs out of
the picture or whose edge is no edge is dropped: a wrong box teaches more than a missing one.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.types import Box

Pixels = NDArray[np.uint8]

LONGEST = 288  # pixels of a cut-out's picture; scenes show them smaller still
_WHITE = 242
_SOLID = 0.75  # share of its convex hull that a flooded product fills; a leak eats it up
_WHITE_BORDER = 0.97  # share of border pixels that must be white
_MARGINS = (0.02, 0.055)  # of the shorter side: what GrabCut takes for background, twice
_AGREEMENT = 0.9  # intersection over union of the two masks
_AREA = (0.05, 0.85)  # share of the picture that one product plausibly covers
_CONTRAST = 14.0  # mean Lab distance over the mask's edge
_RAGGED = 60.0  # perimeter squared over area; a disc has 12.6, a T-shirt about 30


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """One product without its background.

    Attributes:
        rgba: (height, width, 4), cut tight to what is visible.
        box: where it lies on the picture that it was cut from.
    """

    rgba: Pixels
    box: Box


@dataclass(frozen=True, slots=True)
class Uncut:
    """A picture that gave no cut-out that can be trusted, and why, in a few words."""

    reason: str


def cut_out(pixels: Pixels) -> Cutout | Uncut:
    """Cut the one product out of a picture.

    Args:
        pixels: RGB or RGBA, (height, width, 3 or 4), longer side at most about `LONGEST`: time
            grows with the area, 0.2 s for a photo of 288 pixels.
    """
    colours = np.ascontiguousarray(pixels[..., :3])
    if pixels.shape[2] == 4 and pixels[..., 3].min() < 128:
        alpha = pixels[..., 3]
    elif _on_white(colours):
        found = _flooded(colours)
        if isinstance(found, Uncut):
            return found
        alpha = found
    else:
        found = _grabbed(colours)
        if isinstance(found, Uncut):
            return found
        alpha = found
    return _tight(colours, alpha)


def _tight(colours: Pixels, alpha: Pixels) -> Cutout | Uncut:
    rows, columns = (
        np.nonzero((alpha >= 128).any(axis=1))[0],
        np.nonzero((alpha >= 128).any(axis=0))[0],
    )
    if rows.size < 16 or columns.size < 16:
        return Uncut("nothing left")
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    inside = np.s_[box.top : box.bottom, box.left : box.right]
    return Cutout(np.dstack([colours[inside], alpha[inside]]), box)


def _on_white(colours: Pixels) -> bool:
    light = colours.min(axis=2) >= _WHITE
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    return bool(border.mean() >= _WHITE_BORDER)


def _flooded(colours: Pixels) -> Pixels | Uncut:
    """Opaque where white does not reach from the border; white inside the product stays."""
    light = cv2.copyMakeBorder(
        (colours.min(axis=2) >= _WHITE).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1
    )
    _, labels = cv2.connectedComponents(light, connectivity=4)
    product = (labels != labels[0, 0])[1:-1, 1:-1].astype(np.uint8)
    # One pixel less: the seam is half white.
    product = _bytes(cv2.erode(_largest(product), np.ones((3, 3), np.uint8)))
    outlines, _ = cv2.findContours(product, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return Uncut("nothing left")
    hull = cv2.contourArea(cv2.convexHull(np.concatenate(outlines)))
    if product.sum() < _SOLID * hull:
        return Uncut("white like its background")
    return _soft(product)


def _grabbed(colours: Pixels) -> Pixels | Uncut:
    height, width = colours.shape[:2]
    scale = 160 / max(height, width)
    small = _bytes(cv2.resize(colours, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    first, second = (_grab_cut(small, _frame(small, margin), 4) for margin in _MARGINS)
    union = np.count_nonzero(first | second)
    if not union or np.count_nonzero(first & second) < _AGREEMENT * union:
        return Uncut("two starts disagree")
    coarse = cv2.resize(_largest(first), (width, height), interpolation=cv2.INTER_NEAREST)
    band = max(3, round(0.02 * min(height, width)))
    kernel = np.ones((2 * band + 1, 2 * band + 1), np.uint8)
    start = np.full((height, width), cv2.GC_BGD, np.uint8)
    start[cv2.dilate(coarse, kernel) > 0] = cv2.GC_PR_BGD
    start[coarse > 0] = cv2.GC_PR_FGD
    start[cv2.erode(coarse, kernel) > 0] = cv2.GC_FGD
    if not (start == cv2.GC_FGD).any():
        return Uncut("too thin")
    product = _largest(_grab_cut(colours, start, 2))
    doubt = _doubt(colours, product)
    if doubt:
        return Uncut(doubt)
    return _soft(product)


def _frame(colours: Pixels, margin: float) -> Pixels:
    """GrabCut's start: a frame that is background, and an inside that probably is not."""
    height, width = colours.shape[:2]
    edge = max(2, round(margin * min(height, width)))
    start = np.full((height, width), cv2.GC_BGD, np.uint8)
    start[edge:-edge, edge:-edge] = cv2.GC_PR_FGD
    return start


def _grab_cut(colours: Pixels, start: Pixels, rounds: int) -> Pixels:
    cv2.setRNGSeed(1)  # its colour clusters start at random
    mask = start.copy()
    inside, outside = np.zeros((1, 65)), np.zeros((1, 65))
    whole = (0, 0, colours.shape[1], colours.shape[0])  # asked for, but not used with a mask
    cv2.grabCut(colours, mask, whole, inside, outside, rounds, cv2.GC_INIT_WITH_MASK)
    return np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)


def _largest(mask: Pixels) -> Pixels:
    """The largest connected part, smoothed by one pixel and without pin-holes."""
    mask = _bytes(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return mask
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    part = (labels == largest).astype(np.uint8)
    return _bytes(cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)))


def _doubt(colours: Pixels, mask: Pixels) -> str:
    """Why a mask should not be trusted; empty where it may."""
    height, width = mask.shape
    area = int(mask.sum())
    if not _AREA[0] <= area / mask.size <= _AREA[1]:
        return "too large or too small"
    edge = max(2, round(_MARGINS[0] * min(height, width))) + 2
    inner = mask[edge:-edge, edge:-edge]
    rim = np.concatenate([inner[0], inner[-1], inner[:, 0], inner[:, -1]])
    if rim.mean() > 0.02:
        return "runs out of the picture"
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    perimeter = sum(cv2.arcLength(outline, closed=True) for outline in outlines)
    if perimeter**2 / area > _RAGGED:
        return "ragged"
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB).astype(np.float32)
    near, far = np.ones((3, 3), np.uint8), np.ones((9, 9), np.uint8)
    outside = (cv2.dilate(mask, far) > 0) & (cv2.dilate(mask, near) == 0)
    inside = (cv2.erode(mask, near) > 0) & (cv2.erode(mask, far) == 0)
    if not inside.any() or not outside.any():
        return "too thin"
    around = cv2.blur(lab * outside[..., None], (15, 15))
    weight = cv2.blur(outside.astype(np.float32), (15, 15))[..., None]
    known = inside & (weight[..., 0] > 0.01)
    across = np.linalg.norm(lab - around / np.maximum(weight, 1e-6), axis=2)[known]
    if across.size == 0 or float(across.mean()) < _CONTRAST:
        return "no contrast at its edge"
    return ""


def _soft(mask: Pixels) -> Pixels:
    """0 to 255, its edge one pixel soft, as a lens would draw it."""
    return _bytes(cv2.GaussianBlur(mask * np.uint8(255), (3, 3), 0.7))


def _bytes(values: ArrayLike) -> Pixels:
    return np.asarray(values, np.uint8)

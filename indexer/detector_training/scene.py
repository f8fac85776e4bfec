"""A picture with exact boxes, and how cut-outs come onto it."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Boxes = Floats  # (n, 4) left, top, right, bottom
Random = np.random.Generator

VISIBLE = 0.35  # share of a product that must be seen for it to keep its box
SMALLEST = 12  # pixels of a box's shorter side; anything smaller is left to the background


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What the network learns from.

    Attributes:
        pixels: RGB, (height, width, 3).
        boxes: (n, 4) left, top, right, bottom in pixels; right and bottom exclusive.
    """

    pixels: Pixels
    boxes: Boxes

    def __post_init__(self) -> None:
        if self.boxes.shape[1:] != (4,):
            raise ValueError(f"boxes are rows of four numbers, not {self.boxes.shape}")


def floats(values: ArrayLike) -> Floats:
    """Single precision, which OpenCV asks for."""
    return np.asarray(values, np.float32)


NO_BOXES: Boxes = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where and how a cut-out lies on a canvas.

    Attributes:
        centre: x, y in pixels of the canvas.
        longest: pixels of its longer side.
        angle: degrees, counter-clockwise.
        tilt: how far its corners leave their places, as a share of the longer side.
        shadow: darkness of the shadow that it throws, 0 for none.
    """

    centre: tuple[float, float]
    longest: float
    angle: float = 0.0
    tilt: float = 0.0
    shadow: float = 0.0


@dataclass(slots=True)
class Canvas:
    """A picture that cut-outs are laid on, the later over the earlier.

    Attributes:
        pixels: RGB, changed in place.
        shown: for each product, the pixels of it that are still seen, and its whole area.
    """

    pixels: Pixels
    shown: list[tuple[NDArray[np.bool_], float]] = field(default_factory=list)

    def lay(self, cutout: Pixels, pose: Pose, random: Random, product: bool = True) -> None:
        """Lay one cut-out; one that is no product only hides what lies below it."""
        layer, whole = _warped(cutout, pose, self.pixels.shape[:2], random)
        alpha = floats(layer[..., 3:] / 255)
        if pose.shadow:
            self._throw(alpha[..., 0], pose, random)
        mixed = layer[..., :3] * alpha + self.pixels * (1 - alpha)
        self.pixels[:] = mixed.astype(np.uint8)
        covers = layer[..., 3] >= 128
        for below, _ in self.shown:
            np.logical_and(below, ~covers, out=below)
        if product:
            self.shown.append((covers, whole))

    def scene(self) -> Scene:
        """The picture so far, with a box around what is seen of each product."""
        boxes = []
        for seen, whole in self.shown:
            if np.count_nonzero(seen) < VISIBLE * whole:
                continue
            box = _bounds(seen)
            if min(box[2] - box[0], box[3] - box[1]) >= SMALLEST:
                boxes.append(box)
        return Scene(self.pixels, np.array(boxes, np.float32).reshape(-1, 4))

    def _throw(self, alpha: NDArray[np.float32], pose: Pose, random: Random) -> None:
        reach = max(1.0, pose.longest * float(random.uniform(0.01, 0.06)))
        shift = floats(
            [[1, 0, reach * random.uniform(-1, 1)], [0, 1, reach * random.uniform(0.2, 1)]]
        )
        height, width = alpha.shape
        cast = cv2.warpAffine(alpha, shift, (width, height))
        cast = cv2.GaussianBlur(cast, (0, 0), max(0.8, reach * 0.8))
        self.pixels[:] = (self.pixels * (1 - pose.shadow * cast[..., None])).astype(np.uint8)


def _bounds(seen: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(seen.any(axis=1))[0], np.nonzero(seen.any(axis=0))[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _warped(
    cutout: Pixels, pose: Pose, shape: tuple[int, ...], random: Random
) -> tuple[Pixels, float]:
    """The cut-out on a clear canvas, and its area in pixels with what left the canvas."""
    height, width = cutout.shape[:2]
    scale = pose.longest / max(height, width)
    if scale < 0.7:  # linear sampling alone would skip pixels
        small = cv2.resize(cutout, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        cutout = np.asarray(small, np.uint8)
        height, width = cutout.shape[:2]
        scale = pose.longest / max(height, width)
    corners = floats([[0, 0], [width, 0], [width, height], [0, height]])
    centred = (corners - [width / 2, height / 2]) * scale
    turn = np.deg2rad(pose.angle)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = centred @ rotation.T + pose.centre
    placed += random.uniform(-1, 1, (4, 2)) * pose.tilt * pose.longest
    placed = placed.astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, placed)
    # Colours under clear pixels must not bleed into the edge: weigh them by alpha first.
    solid = cutout.astype(np.float32)
    solid[..., :3] *= solid[..., 3:] / 255
    layer = floats(cv2.warpPerspective(solid, matrix, (shape[1], shape[0]), flags=cv2.INTER_LINEAR))
    layer[..., :3] /= np.maximum(layer[..., 3:] / 255, 1e-3)
    filled = np.count_nonzero(cutout[..., 3] >= 128) / (height * width)
    whole = filled * float(cv2.contourArea(placed))
    return np.clip(layer, 0, 255).astype(np.uint8), max(whole, 1.0)


def resized(scene: Scene, height: int, width: int) -> Scene:
    """The scene stretched to another size, boxes with it."""
    old_height, old_width = scene.pixels.shape[:2]
    shrinks = height * width < old_height * old_width
    pixels = cv2.resize(
        scene.pixels,
        (width, height),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    factors = floats([width / old_width, height / old_height] * 2)
    return Scene(np.asarray(pixels, np.uint8), scene.boxes * factors)


def window(scene: Scene, left: int, top: int, right: int, bottom: int) -> Scene:
    """A part of the scene; a box that loses more than `1 - VISIBLE` of itself goes."""
    pixels = scene.pixels[top:bottom, left:right]
    boxes = scene.boxes - floats([left, top, left, top])
    whole = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    boxes[:, 0::2] = boxes[:, 0::2].clip(0, right - left)
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, bottom - top)
    sides = boxes[:, 2:] - boxes[:, :2]
    kept = (sides.prod(axis=1) >= VISIBLE * whole) & (sides.min(axis=1, initial=1e9) >= SMALLEST)
    return Scene(np.ascontiguousarray(pixels), boxes[kept])


def flipped(scene: Scene) -> Scene:
    """Left becomes right."""
    width = scene.pixels.shape[1]
    boxes = scene.boxes.copy()
    boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
    return Scene(np.ascontiguousarray(scene.pixels[:, ::-1]), boxes)

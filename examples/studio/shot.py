"""A picture together with what can be seen on it, pixel by pixel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

SEEN = 0.4  # of a product: less than this and no shopper could mean it
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture whose truth follows it through crops, perspective and screen layouts.

    Attributes:
        picture: RGB.
        labels: L, same size; k where the k-th product (from 1) is seen, 0 elsewhere.
        products: their ids, in the labels' order.
        shares: how much of each can be seen, 0 to 1, as far as hidden behind others or cut off.
    """

    picture: Image.Image
    labels: Image.Image
    products: tuple[str, ...] = ()
    shares: tuple[float, ...] = field(default=())

    def boxes(self) -> list[tuple[str, Box]]:
        """(product id, box of its visible part) of all that can be seen well enough."""
        seen = np.asarray(self.labels)
        found = []
        for number, (product, share) in enumerate(
            zip(self.products, self.shares, strict=True), start=1
        ):
            box = _frame(seen == number)
            if box is not None and share >= SEEN:
                found.append((product, box))
        return found

    def looking(self, change: Callable[[Image.Image], Image.Image]) -> "Shot":
        """Another look of the same pixels: noise, light, blur."""
        return replace(self, picture=change(self.picture))

    def resized(self, size: tuple[int, int]) -> "Shot":
        return replace(
            self,
            picture=self.picture.resize(size, Image.Resampling.LANCZOS),
            labels=self.labels.resize(size, Image.Resampling.NEAREST),
        )

    def cropped(self, box: Box) -> "Shot":
        return self._cut(self.picture.crop(box), self.labels.crop(box), self._areas())

    def covered(self, size: tuple[int, int], *, middle: tuple[float, float] = (0.5, 0.5)) -> "Shot":
        """Enlarged or reduced to fill a size, the rest cropped; `middle` is what to keep."""
        scale = max(size[0] / self.picture.width, size[1] / self.picture.height)
        wide, high = size[0] / scale, size[1] / scale
        left = (self.picture.width - wide) * middle[0]
        top = (self.picture.height - high) * middle[1]
        box = (round(left), round(top), round(left + wide), round(top + high))
        return self.cropped(box).resized(size)

    def warped(self, corners: Sequence[tuple[float, float]]) -> "Shot":
        """Seen askew: where the four corners (from the top left, clockwise) go, in shares of the
        picture's size; the size stays, what leaves it is cut off."""
        wide, high = self.picture.size
        there = np.array(corners, float) * (wide, high)
        here = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], float)
        # The labels once more on a wider canvas: what the frame cuts off is counted there.
        margin = max(wide, high) // 2
        far = self.labels.transform(
            (wide + 2 * margin, high + 2 * margin),
            Image.Transform.PERSPECTIVE,
            _homography(there + margin, here),
            Image.Resampling.NEAREST,
        )
        back = _homography(there, here)
        picture = self.picture.transform(
            (wide, high), Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC
        )
        labels = self.labels.transform(
            (wide, high), Image.Transform.PERSPECTIVE, back, Image.Resampling.NEAREST
        )
        return self._cut(picture, labels, _areas(far, len(self.products)))

    def pasted(self, other: "Shot", at: tuple[int, int], mask: Image.Image | None = None) -> "Shot":
        """Another shot laid over this one; `mask` is L, of the other's size."""
        picture = self.picture.copy()
        picture.paste(other.picture, at, mask)
        before = self._areas()
        seen = np.array(self.labels)
        offset = len(self.products)
        patch = np.array(other.labels).astype(int)
        solid = np.full(patch.shape, 255) if mask is None else np.asarray(mask)
        patch = np.where(patch > 0, patch + offset, 0)
        top, left = max(0, at[1]), max(0, at[0])
        down, right = (
            min(seen.shape[0], at[1] + patch.shape[0]),
            min(seen.shape[1], at[0] + patch.shape[1]),
        )
        inside = (slice(top - at[1], down - at[1]), slice(left - at[0], right - at[0]))
        target = seen[top:down, left:right]
        target[solid[inside] > 127] = patch[inside][solid[inside] > 127]
        made = Shot(
            picture,
            Image.fromarray(seen),
            self.products + other.products,
            self.shares + other.shares,
        )
        return made._cut(picture, made.labels, before + other._areas())

    def drawn_over(self, layer: Image.Image) -> "Shot":
        """An RGBA layer of the same size on top; where it is solid, products are hidden."""
        picture = Image.alpha_composite(self.picture.convert("RGBA"), layer).convert("RGB")
        solid = np.asarray(layer.getchannel("A")) > 200
        labels = np.array(self.labels)
        labels[solid] = 0
        return self._cut(picture, Image.fromarray(labels), self._areas())

    def _areas(self) -> list[int]:
        return _areas(self.labels, len(self.products))

    def _cut(self, picture: Image.Image, labels: Image.Image, before: Sequence[int]) -> "Shot":
        """The shot after something was cut from it; areas before, at the scale of after."""
        after = _areas(labels, len(self.products))
        shares = tuple(
            share * left / was if was else 0.0
            for share, left, was in zip(self.shares, after, before, strict=True)
        )
        return Shot(picture, labels, self.products, shares)


def plain(size: tuple[int, int], colour: str) -> Shot:
    """An empty canvas."""
    return Shot(Image.new("RGB", size, colour), Image.new("L", size, 0))


def _areas(labels: Image.Image, count: int) -> list[int]:
    return np.bincount(np.asarray(labels).ravel(), minlength=count + 1)[1 : count + 1].tolist()


def _frame(mask: np.ndarray) -> Box | None:
    """Box of what is set; right and bottom exclusive."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _homography(source: np.ndarray, target: np.ndarray) -> list[float]:
    """Eight numbers that take `source` points to `target`, as Pillow's PERSPECTIVE wants them."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values)).tolist()

"""The pictures that scenes are made of: cut-outs kept on disk, and which of them are held back."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from indexer.detector_training.cutouts import LONGEST, Cutout, Pixels, Uncut, cut_out
from indexer.detector_training.labelled import read_labelled
from indexer.detector_training.scene import Scene
from models.errors import BadInput
from models.types import Box
from models.with_parent import end_with

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
_HELD_BACK = 5  # one picture in so many
_VERSION = 3  # of the cutting; another one cuts again


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of a folder, and its cut-out where it gave one.

    Attributes:
        source: the picture's file.
        digest: the first 16 hex digits of the picture's sha256.
        stamp: its size and time of change; another stamp, and it is cut again.
        box: left, top, right, bottom of the product on the picture, longer side scaled to at most
            `LONGEST`; None where nothing was cut.
        photo: has a background of its own that is neither plain white nor transparent.
        refusal: why nothing was cut.
    """

    source: str
    digest: str
    stamp: str
    box: tuple[int, int, int, int] | None = None
    photo: bool = False
    refusal: str = ""

    @property
    def held_back(self) -> bool:
        return is_held_back(self.digest)


def is_held_back(digest: str) -> bool:
    """Whether a picture is kept from training; the same for the same bytes, wherever they lie."""
    return int(digest[:8], 16) % _HELD_BACK == 0


@dataclass(frozen=True)
class Library:
    """Cut-outs, photos and backdrops of one side of the split, read when first asked for and kept.

    Attributes:
        entries: pictures with a cut-out.
        folder: where the cut-outs lie.
        backdrops: photos without a product in front.
        scenes: pictures whose products have boxes already.
    """

    folder: Path
    entries: tuple[Entry, ...]
    backdrops: tuple[Path, ...]
    scenes: tuple[Path, ...] = ()

    @cached_property
    def cutouts(self) -> list[Pixels]:
        """RGBA, tight, in the order of `entries`."""
        return [_read(self.folder / f"{entry.digest}.png", "RGBA") for entry in self.entries]

    @cached_property
    def odds(self) -> NDArray[np.float64]:
        """How often each cut-out is taken; they sum to 1.

        A folder counts as the square root of its pictures: a small one, more of a kind than all
        others, must not drown in a large one.
        """
        folders = [Path(entry.source).parent for entry in self.entries]
        sizes = Counter(folders)
        odds = np.array([sizes[folder] ** -0.5 for folder in folders], np.float64)
        return np.asarray(odds / odds.sum())

    @cached_property
    def photos(self) -> list[tuple[Pixels, Box]]:
        """Whole photos of one product each, and its box."""
        return [
            (picture_pixels(Path(entry.source))[..., :3], Box(*entry.box))
            for entry in self.entries
            if entry.photo and entry.box is not None
        ]

    @cached_property
    def views(self) -> list[Pixels]:
        """Backdrops, shorter side 480 pixels."""
        views = []
        for path in self.backdrops:
            with Image.open(path) as image:
                image.draft("RGB", (960, 960))
                rgb = image.convert("RGB")
            scale = 480 / min(rgb.size)
            size = (max(480, round(rgb.width * scale)), max(480, round(rgb.height * scale)))
            views.append(np.asarray(rgb.resize(size, Image.Resampling.BOX)))
        return views

    @cached_property
    def labelled(self) -> list[Scene]:
        """`scenes` with their boxes."""
        return [read_labelled(path) for path in self.scenes]


def build_library(
    pictures: Sequence[Path],
    backdrops: Sequence[Path],
    folder: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    labelled: Sequence[Path] = (),
) -> tuple[Library, Library, Counter[str]]:
    """Cut out what was not cut before, and split everything into training and held back.

    Args:
        pictures: folders of pictures with one product each.
        backdrops: folders of photos without products; may be empty.
        folder: cut-outs are kept there, by the sha256 of their picture.
        labelled: folders of labelled pictures, `images/` and `labels/` in each; may be empty.
    Returns:
        the training side, the held-back side, and how many pictures gave no cut-out, by reason.
    Raises:
        BadInput: a folder does not exist, or gave fewer than ten cut-outs in all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [path for place in pictures for path in _pictures_in(place)]
    entries = {entry.source: entry for entry in _known(folder)}
    stamps = {entry.source: entry.stamp for entry in entries.values()}
    missing = [path for path in paths if stamps.get(str(path)) != _stamp(path)]
    with (folder / f"library-{_VERSION}.jsonl").open("a", encoding="utf-8") as file:
        for number, entry in enumerate(_cut_all(missing, folder), start=1):
            entries[entry.source] = entry
            file.write(json.dumps(asdict(entry)) + "\n")
            on_progress(number, len(missing))
    # The same picture in two folders counts once, or a double could sit on both sides of the split.
    unique = {entry.digest: entry for path in paths for entry in [entries[str(path)]]}
    cut = [entry for entry in unique.values() if entry.box is not None]
    if len(cut) < 10:
        raise BadInput(
            f"only {len(cut)} of {len(paths)} pictures gave a clean cut-out",
            remedy="name folders with more pictures that show one product each, whole and clear "
            "of the border",
        )
    views = [path for place in backdrops for path in _pictures_in(place)]
    scenes = [path for place in labelled for path in _labelled_in(place)]
    aside = {path for path in [*views, *scenes] if is_held_back(_digest(path.read_bytes()))}
    sides = []
    for held in (False, True):
        sides.append(
            Library(
                folder,
                tuple(entry for entry in cut if entry.held_back == held),
                tuple(path for path in views if (path in aside) == held),
                tuple(path for path in scenes if (path in aside) == held),
            )
        )
    refusals = Counter(entry.refusal for entry in unique.values() if entry.refusal)
    return sides[0], sides[1], refusals


def picture_pixels(path: Path) -> Pixels:
    """RGB or RGBA pixels, upright, longer side at most `LONGEST`.

    Raises:
        OSError, ValueError: not a picture.
    """
    from PIL import ImageOps

    with Image.open(path) as image:
        image.draft("RGB", (2 * LONGEST, 2 * LONGEST))
        image.load()
        upright = ImageOps.exif_transpose(image)
    clear = upright.has_transparency_data
    upright = upright.convert("RGBA" if clear else "RGB")
    upright.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return np.asarray(upright)


def _read(path: Path, mode: str) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert(mode))


def _pictures_in(place: Path) -> list[Path]:
    if not place.is_dir():
        raise BadInput(f"{place} is not a folder", remedy="name a folder of pictures")
    return sorted(
        path
        for path in place.rglob("*")
        if path.suffix.lower() in PICTURE_ENDINGS and path.is_file()
    )


def _labelled_in(place: Path) -> list[Path]:
    if not (place / "images").is_dir() or not (place / "labels").is_dir():
        raise BadInput(
            f"{place} has no images/ and labels/",
            remedy="name a folder in YOLO's layout: images/NAME.jpg and labels/NAME.txt",
        )
    return _pictures_in(place / "images")


def _known(folder: Path) -> Iterator[Entry]:
    index = folder / f"library-{_VERSION}.jsonl"
    if not index.exists():
        return
    for line in index.read_text(encoding="utf-8").splitlines():
        try:
            fields = json.loads(line)
        except json.JSONDecodeError:  # the run was killed while it wrote the last line
            continue
        box = fields.pop("box")
        yield Entry(**fields, box=None if box is None else tuple(box))


def _cut_all(paths: Sequence[Path], folder: Path) -> Iterable[Entry]:
    if not paths:
        return
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=end_with, initargs=(os.getpid(),)
    ) as pool:
        yield from pool.map(partial(_cut, folder=folder), paths, chunksize=8)


def _cut(path: Path, folder: Path) -> Entry:
    import cv2

    cv2.setNumThreads(1)  # a process a core
    stamp, digest = _stamp(path), _digest(path.read_bytes())
    try:
        pixels = picture_pixels(path)
    except (OSError, ValueError, Image.DecompressionBombError):
        return Entry(str(path), digest, stamp, refusal="not a picture")
    cutout = cut_out(pixels)
    if isinstance(cutout, Uncut):
        return Entry(str(path), digest, stamp, refusal=cutout.reason)
    Image.fromarray(cutout.rgba).save(folder / f"{digest}.png", compress_level=1)
    box = cutout.box
    return Entry(
        str(path),
        digest,
        stamp,
        (box.left, box.top, box.right, box.bottom),
        photo=_has_background(pixels, cutout),
    )


def _has_background(pixels: Pixels, cutout: Cutout) -> bool:
    if pixels.shape[2] == 4:
        return False
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return bool((border.min(axis=1) < 225).mean() > 0.5)


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]

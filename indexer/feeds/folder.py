"""A folder of pictures as a feed: a product a picture, its folders the category."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.feeds.protocol import BadRow, FeedItem
from indexer.feeds.text_fields import has_undecoded, plain
from pipelines.catalog_types import Product
from pipelines.image_io import PICTURE_ENDINGS

# Pictures that do not open, but that nobody wants to miss without a word.
_MEANT_AS_PICTURES = PICTURE_ENDINGS | {
    ".bmp", ".heic", ".heif", ".jp2", ".jxl", ".svg", ".tif", ".tiff"
}  # fmt: skip


@dataclass(frozen=True)
class FolderFeed:
    """Ids are paths below the folder with forward slashes: "Mugs/red.jpg".

    Hidden files and folders are no part of it, nor is what lies behind a link to a folder.
    """

    path: Path
    kind: str = "folder"

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def root(self) -> Path:
        return self.path

    def rows(self) -> int:
        return sum(1 for _ in self._files(self.path))

    def items(self) -> Iterator[FeedItem]:
        for file in self._files(self.path):
            place = file.relative_to(self.path).as_posix()
            if has_undecoded(place) or not place.isprintable():
                shown = plain(place.encode("utf-8", "replace").decode(), 300)
                yield BadRow(shown, "bad file name", "rename it; left out")
            elif file.is_dir():
                yield BadRow(place, "cannot be read", "check its permissions; left out")
            else:
                yield Product(
                    id=place,
                    title=_words(file.stem),
                    images=(place,),
                    category=tuple(_words(folder) for folder in place.split("/")[:-1]),
                )

    def _files(self, folder: Path) -> Iterator[Path]:
        """Pictures below `folder`, and folders that may not be entered."""
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            yield folder
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if not entry.is_dir():
                if is_picture(entry):
                    yield entry
            elif not entry.is_symlink():
                yield from self._files(entry)


def is_picture(file: Path) -> bool:
    """Whether a file is meant as a picture, by its name's ending."""
    return file.suffix.lower() in _MEANT_AS_PICTURES


def _words(name: str) -> str:
    return plain(name.replace("_", " ").replace("-", " "), 500)

"""Pillow's own malformed test pictures as a shop's catalog: no crash, each bad one named.

    python -m benchmarks.malformed_pictures [--pictures FOLDER] [--version 12.0.0] [--models fake]

Without a folder, pip fetches Pillow's source distribution by its name. `fake` looks at mean colours
and needs no weights; `lite` is the real model. Every file of the folder is a product, whatever its
name ends in; what must hold is asserted, and counted by reason.
"""

import argparse
import csv
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from indexer.feeds import open_feed
from indexer.run import Workplace, index_feed
from models.errors import BadPicture
from models.lite import LiteEmbedder
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.image_io import read_photo
from pipelines.stores.edge import EdgeHome
from tests.fakes.index_process import spec_of
from tests.fakes.models import ColourEmbedder

_NASTY = ("bomb", "crash", "oom", "hang", "timeout", "fuzz", "broken", "truncat", "invalid")


def fetch(folder: Path, release: str) -> Path:
    """Pillow's `Tests/images`, from its source distribution."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--no-binary", "pillow", "--dest", str(folder), f"pillow=={release}"]
    subprocess.run(command, check=True)
    (archive,) = folder.glob("pillow-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return next(folder.glob("pillow-*/Tests/images"))


def write_feed(pictures: Path, feed: Path) -> list[str]:
    """A CSV with a product for every file; their names."""
    names = sorted(p.relative_to(pictures).as_posix() for p in pictures.rglob("*") if p.is_file())
    with feed.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "image_link", "title"])
        writer.writerows([name, name, name] for name in names)
    return names


def opens(path: Path) -> bool:
    try:
        read_photo(path)
    except BadPicture:
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="Tests/images of an unpacked Pillow")
    parser.add_argument("--version", default=version("pillow"))
    parser.add_argument("--models", choices=("fake", "lite"), default="fake")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pictures = (asked.pictures or fetch(folder, asked.version)).resolve()
        feed = pictures / "catalog-of-all.csv"
        names = write_feed(pictures, feed)
        embedder = LiteEmbedder() if asked.models == "lite" else ColourEmbedder()
        (folder / "home").mkdir()
        with CatalogDb.open(folder / "home" / CATALOG_NAME) as catalog:
            home = EdgeHome(folder / "home" / "index")
            place = Workplace(catalog, home, embedder, spec_of(embedder))
            began = time.perf_counter()
            report = index_feed(open_feed(feed), place)
            seconds = time.perf_counter() - began
            named = {error.product_id: error for error in catalog.errors(limit=len(names))}
            good = {stored.product.id for stored in catalog.stored_products(
                embedder.image_fingerprint, embedder.text_fingerprint)}  # fmt: skip
        feed.unlink()
        assert report.outcome == "finished"
        assert report.counts.bad_rows == 0
        assert good | set(named) == set(names), "a picture vanished without a word"
        assert not good & set(named)
        assert all(error.reason and error.detail for error in named.values())
        assert good == {name for name in names if opens(pictures / name)}
        assert report.index is not None
        assert report.index.points == len(good)
        home.verify()
        again = [name for name in names if any(word in name for word in _NASTY)]
        print(f"Pillow {asked.version}: {len(names)} files, {len(good)} indexed,"
              f" {len(named)} named as bad, {seconds:.0f} s, {asked.models} model")  # fmt: skip
        print(f"{len(again)} are called crash, bomb, oom and the like:"
              f" {len(set(again) & set(named))} named, {len(set(again) & good)} open")  # fmt: skip
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:.0f} MB")
        for reason, count in Counter(error.reason for error in named.values()).most_common():
            print(f"{count:5} {reason}")


if __name__ == "__main__":
    main()

"""Renders the demo shop's product pictures with Blender's Cycles, and writes its feed.

    make studio         # its environment, then the pictures that are not there yet
    .studio-env/bin/python examples/render_catalog.py --only mug --again --draft --to LOOK

The same seed gives the same pictures.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from studio.assortment import Item
from studio.families import all_items
from studio.feed import write_feed
from studio.stage import Quality, empty_scene, render, silhouette, studio

CATALOG = Path(__file__).parent / "catalog"
FINE, DRAFT = Quality(side=512, samples=8), Quality(side=256, samples=6)
MOST_BYTES = 40_000


def webp(image: Image.Image) -> bytes:
    """The best quality that stays within the budget of a picture."""
    for quality in (88, 82, 76, 68, 60, 50):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST_BYTES:
            break
    return buffer.getvalue()


def photograph(
    item: Item, number: int, quality: Quality, seed: int
) -> tuple[Image.Image, Image.Image]:
    """A view of a product (from 1), and how much of each pixel the product covers."""
    scene = empty_scene(seed + sum(item.id.encode()) + number)
    things = list(item.family.build(item))
    studio(things, item.family.views[number - 1], item.family.backdrop)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / "view.png"
        image = render(scene, scratch, quality).convert("RGB")
        return image, silhouette(scene, things, scratch, samples=4)


def work(items: Sequence[Item], options: argparse.Namespace) -> None:
    quality = DRAFT if options.draft else FINE
    # First views first: a run that is cut short leaves a whole shop.
    views = max(len(item.pictures) for item in items)
    todo = [
        (item, number, item.pictures[number - 1])
        for number in range(1, views + 1)
        for item in items
        if number <= len(item.pictures)
        and (options.again or not (options.to / item.pictures[number - 1]).exists())
    ]
    todo = todo[options.share[0] :: options.share[1]]
    begun = time.monotonic()
    for done, (item, number, name) in enumerate(todo, start=1):
        image, cover = photograph(item, number, quality, options.seed)
        (options.to / name).write_bytes(webp(image))
        if options.cutouts:
            alone = image.copy()
            alone.putalpha(cover)
            frame = cover.getbbox()
            alone.crop(frame).save(options.cutouts / name, "WEBP", quality=90)
        left = (time.monotonic() - begun) / done * (len(todo) - done)
        print(f"{name}  {done} of {len(todo)}, {left / 60:.0f} min left", flush=True)


def in_processes(count: int) -> int:
    """This command in `count` processes (Blender holds one scene in each); worst exit status."""
    command = [sys.executable, *sys.argv, "--share"]
    running = [subprocess.Popen([*command, str(k), str(count)]) for k in range(count)]
    return max(process.wait() for process in running)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", type=Path, default=CATALOG / "pictures")
    parser.add_argument("--only", nargs="+", default=[], help="ids or families")
    parser.add_argument("--again", action="store_true", help="also what is there already")
    parser.add_argument("--draft", action="store_true", help="small and quick, to look at forms")
    parser.add_argument("--cutouts", type=Path, help="a folder for the products on nothing")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--share", type=int, nargs=2, metavar=("K", "N"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    known = all_items()
    items = [i for i in known if not options.only or {i.id, i.family.key} & set(options.only)]
    if not items:
        families = sorted({item.family.key for item in known})
        sys.exit(f"no product is called {options.only}; families: {', '.join(families)}")
    for folder in filter(None, (options.to, options.cutouts)):
        folder.mkdir(parents=True, exist_ok=True)
    if options.share:
        work(items, options)
        return
    failed = in_processes(options.workers)
    if options.to == CATALOG / "pictures":
        there = [i for i in known if all((options.to / name).exists() for name in i.pictures)]
        write_feed(there, CATALOG / "feed.xml")
    sys.exit(failed)


if __name__ == "__main__":
    main()

"""Renders the demo's query pictures with their truth, and scenes to train the detector with.

    .studio-env/bin/python examples/render_queries.py                     # what is not there yet
    .studio-env/bin/python examples/render_queries.py --only desk --draft --boxes --to LOOK
    .studio-env/bin/python examples/render_queries.py --training 400 --to scenes

Writes the pictures, `queries.csv` (what `shoplens evaluate` reads), `titles.csv` (what the page
offers) and `truth.json` (all of it, with the article numbers that can be read). With --training:
pictures and YOLO labels of random rooms, which share no arrangement with the queries.
Needs the environment of render_catalog.py.
"""

import argparse
import csv
import io
import json
import sys
import time
from pathlib import Path
from typing import Any

from gallery import ITEMS, QUERIES, QueryPicture, Scene
from PIL import Image, ImageDraw

from studio.random_rooms import random_room, yolo_lines
from studio.rooms import photograph
from studio.shot import Shot
from studio.stage import empty_scene

HERE = Path(__file__).parent
MOST_BYTES = 104_000  # a picture; 24 of them stay within 2.5 MB
# Rendered smaller than shown: a phone's lens and noise hide the difference, and it saves a third.
RENDERED = 0.8


def jpeg(image: Image.Image) -> bytes:
    """The best quality that stays within the budget of a picture."""
    for quality in (90, 86, 82, 77, 71, 64, 56):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= MOST_BYTES:
            break
    return buffer.getvalue()


def make(query: QueryPicture, *, draft: bool, seed: int) -> Shot:
    scale, samples = (0.3, 4) if draft else (RENDERED, 8)

    def shoot(scene: Scene) -> Shot:
        empty_scene(seed + sum(query.name.encode()))
        arrangement = scene()
        shot = photograph(arrangement, ITEMS, scale=scale, samples=samples)
        return shot.resized(arrangement.size)

    return query.compose(shoot)


def known_products(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Ids and boxes by picture, as `truth.json` holds them; nothing without it."""
    file = folder / "truth.json"
    if not file.exists():
        return {}
    return {truth["image"]: truth["products"] for truth in json.loads(file.read_text("utf-8"))}


def write_lists(folder: Path, products: dict[str, list[dict[str, Any]]]) -> None:
    """The three lists of the pictures that were made, in the gallery's order."""
    made = [(f"{query.name}.jpg", query) for query in QUERIES]
    made = [(image, query) for image, query in made if image in products]
    with (folder / "queries.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("image", "relevant_id", "box"))
        for image, _ in made:
            for product in products[image]:
                rows.writerow((image, product["id"], ",".join(map(str, product["box"]))))
    with (folder / "titles.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("image", "en", "ru"))
        rows.writerows((image, query.en, query.ru) for image, query in made)
    truths = [
        {
            "image": image,
            "title": {"en": query.en, "ru": query.ru},
            "codes": list(query.codes),
            "products": products[image],
        }
        for image, query in made
    ]
    lines = ",\n".join(json.dumps(truth, ensure_ascii=False) for truth in truths)
    (folder / "truth.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def queries(options: argparse.Namespace) -> None:
    for query in QUERIES:
        path = options.to / f"{query.name}.jpg"
        if options.only and query.name not in options.only:
            continue
        if path.exists() and path.name in known_products(options.to) and not options.again:
            continue
        begun = time.monotonic()
        shot = make(query, draft=options.draft, seed=options.seed)
        path.write_bytes(jpeg(shot.picture))
        seen = [{"id": product, "box": list(box)} for product, box in shot.boxes()]
        # Read again: another process may have made others meanwhile.
        write_lists(options.to, {**known_products(options.to), path.name: seen})
        hidden = [
            f"{product} {share:.2f}"
            for product, share in zip(shot.products, shot.shares, strict=True)
            if share < 0.6
        ]
        print(f"{path.name}  {time.monotonic() - begun:.0f} s  partly hidden: {hidden}", flush=True)
        if options.boxes:
            outlined(shot).save(options.to / f"{query.name}-boxes.png")
    write_lists(options.to, known_products(options.to))


def outlined(shot: Shot) -> Image.Image:
    """A copy with the truth drawn on it, to look at."""
    copy = shot.picture.copy()
    pen = ImageDraw.Draw(copy)
    for product, box in shot.boxes():
        pen.rectangle(box, outline="red", width=2)
        pen.text((box[0] + 4, box[1] + 2), product, fill="red")
    return copy


def training(options: argparse.Namespace) -> None:
    """Pictures under images/, boxes under labels/, numbered; what is there already stays."""
    for folder in ("images", "labels"):
        (options.to / folder).mkdir(parents=True, exist_ok=True)
    for number in range(options.first, options.first + options.training):
        picture = options.to / "images" / f"{number:05d}.jpg"
        labels = options.to / "labels" / f"{number:05d}.txt"
        if picture.exists() and labels.exists():
            continue
        begun = time.monotonic()
        # Far from the queries' seeds, which are sums of their names' bytes.
        empty_scene(options.seed + 1_000_000 + number)
        shot = random_room(options.seed + 1_000_000 + number, ITEMS, samples=6)
        labels.write_text(yolo_lines(shot), encoding="ascii")
        shot.picture.save(picture, "JPEG", quality=88)
        print(f"{picture.name}  {time.monotonic() - begun:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", type=Path, default=HERE / "catalog" / "queries")
    parser.add_argument("--only", nargs="+", default=[], help="names of pictures")
    parser.add_argument("--again", action="store_true", help="also what is there already")
    parser.add_argument("--draft", action="store_true", help="quick, to look at arrangements")
    parser.add_argument("--boxes", action="store_true", help="also copies with the truth drawn on")
    parser.add_argument("--training", type=int, default=0, metavar="N", help="random rooms instead")
    parser.add_argument("--first", type=int, default=0, help="number of the first random room")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    if unknown := set(options.only) - {query.name for query in QUERIES}:
        names = ", ".join(query.name for query in QUERIES)
        sys.exit(f"no picture is called {sorted(unknown)}; there are {names}")
    (training if options.training else queries)(options)


if __name__ == "__main__":
    main()

"""Compare the text readers: words found, and time as a ratio.

    python benchmarks/text_reading.py [PICTURE] [--rounds 3] [--photos FOLDER]

On a composed screenshot (720 × 1280): a product page with PICTURE, or drawn shapes, above words
that are known. Readers take turns in every round and the best round of each counts, because
other work on the machine only ever adds time; ratios are of one run, and only they mean anything
on another machine. OMP_NUM_THREADS=1 makes CPU time the work itself: threads that wait spin.

Then, with --photos, on phone photos of packages: FOLDER holds queries.csv (image, relevant_id)
and catalog.csv (id, title, category).
"""

import argparse
import csv
import random
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.text_reader import TextOptions, text_reader
from models.types import Box, Photo, TextLine
from pipelines.codes import codes
from pipelines.stores.protocol import normal_code

# (left, top, size, colour, text): what a product page of a phone shows.
PAGE = (
    (32, 24, 26, "#111", "Marketplace"),
    (520, 26, 22, "#555", "My basket (2)"),
    (32, 620, 34, "#111", "Ceramic coffee mug with handle"),
    (32, 672, 26, "#666", "Brand: Nordic Kitchen"),
    (32, 730, 48, "#c00", "$ 19.99"),
    (220, 742, 30, "#999", "24.50"),
    (32, 810, 24, "#333", "Article RE16-TGK"),
    (380, 810, 24, "#333", "SKU 77120-AB"),
    (32, 850, 20, "#555", "Barcode 4820024700016"),
    (32, 900, 22, "#333", "Color: matte black"),
    (32, 936, 22, "#333", "Volume: 350 ml"),
    (32, 972, 22, "#333", "Dishwasher and microwave safe"),
    (32, 1008, 22, "#333", "Delivery tomorrow"),
    (380, 1008, 22, "#083", "In stock"),
    (32, 1100, 18, "#777", "Returns within 30 days of purchase"),
    (32, 1130, 18, "#777", "Sold by Baltic Home Goods"),
    (250, 1205, 30, "#fff", "Add to basket"),
)
# Categories of the grocery set (Klasson et al., WACV 2019) that come in packages with words on.
PACKAGED = {
    "Juice", "Milk", "Oat Milk", "Oatghurt", "Sour Cream", "Sour Milk", "Soy Milk", "Soyghurt",
    "Yoghurt",
}  # fmt: skip
CODES = ("RE16-TGK", "77120-AB", "4820024700016")


def screenshot(picture: Path | None) -> Photo:
    page = Image.new("RGB", (720, 1280), "white")
    draw = ImageDraw.Draw(page)
    if picture is not None:
        with Image.open(picture) as opened:
            page.paste(opened.convert("RGB").resize((656, 520)), (32, 80))
    else:
        draw.rectangle((32, 80, 688, 600), fill="#e8e2d8")
        draw.ellipse((220, 160, 500, 520), fill="#7a4b32")
        draw.arc((440, 240, 600, 440), -100, 100, fill="#7a4b32", width=30)
    draw.rounded_rectangle((32, 1190, 688, 1254), 16, fill="#06c")
    for left, top, size, colour, text in PAGE:
        draw.text((left, top), text, fill=colour, font=ImageFont.load_default(size))
    return Photo(pixels=np.asarray(page), sha256="screenshot", source="screenshot")


def whole_easyocr() -> Callable[[Photo], list[TextLine]]:
    """EasyOCR as its own documentation uses it, from the same files."""
    import easyocr
    import easyocr_en_models

    with warnings.catch_warnings():  # it quantises with functions that torch calls outdated
        warnings.simplefilter("ignore")
        reader = easyocr.Reader(
            ["en"],
            gpu=False,
            model_storage_directory=easyocr_en_models.model_dir(),
            user_network_directory=tempfile.mkdtemp(),
            download_enabled=False,
            verbose=False,
        )

    def lines(photo: Photo) -> list[TextLine]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = reader.readtext(photo.pixels)
        nowhere = Box(0, 0, 1, 1)
        return [TextLine(text=text, score=float(score), box=nowhere) for _, text, score in read]

    return lines


def recall(lines: list[TextLine]) -> tuple[float, float]:
    """Shares of the known words and of the known codes that were read exactly."""
    read = {normal_code(word) for line in lines for word in line.text.split()}
    known = {normal_code(word) for *_, text in PAGE for word in text.split()} - {""}
    plain = {normal_code(code) for code in codes(lines)}
    found = sum(normal_code(code) in plain for code in CODES)
    return len(known & read) / len(known), found / len(CODES)


def on_screenshot(picture: Path | None, rounds: int) -> None:
    photo = screenshot(picture)
    readers: dict[str, Callable[[Photo], list[TextLine]]] = {
        "EasyOCR as shipped": whole_easyocr(),
        "easyocr boxes, easyocr words": text_reader(TextOptions(boxes="easyocr")).lines,
        "ppocr boxes, easyocr words (default)": text_reader().lines,
        "ppocr boxes, rapidocr words": text_reader(TextOptions(words="rapidocr")).lines,
    }
    read = {name: lines(photo) for name, lines in readers.items()}  # loads and warms up
    wall: dict[str, list[float]] = {name: [] for name in readers}
    work: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, lines in readers.items():
            start, worked = time.perf_counter(), time.process_time()
            lines(photo)
            wall[name].append(time.perf_counter() - start)
            work[name].append(time.process_time() - worked)

    print(f"{'screenshot':38} {'time':>7} {'ratio':>6} {'CPU':>7} {'ratio':>6} words codes")
    shipped, worked = min(wall["EasyOCR as shipped"]), min(work["EasyOCR as shipped"])
    for name in readers:
        best, least = min(wall[name]), min(work[name])
        words, found = recall(read[name])
        times = f"{best:6.2f}s {shipped / best:5.1f}x {least:6.2f}s {worked / least:5.1f}x"
        print(f"{name:38} {times} {words:5.2f} {found:5.2f}")


def on_photos(folder: Path, number: int) -> None:
    """Share of photos on which a word of the product's title was read, of four letters or more."""
    with (folder / "catalog.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["category"] in PACKAGED]
    titles = {row["id"]: row["title"] for row in rows}
    with (folder / "queries.csv").open(encoding="utf-8") as file:
        shots = [
            (row["image"], titles[row["relevant_id"]])
            for row in csv.DictReader(file)
            if row["relevant_id"] in titles
        ]
    readers = {
        "ppocr boxes, easyocr words (default)": text_reader().lines,
        "ppocr boxes, rapidocr words": text_reader(TextOptions(words="rapidocr")).lines,
    }
    hits, lines_read = dict.fromkeys(readers, 0), dict.fromkeys(readers, 0)
    seconds = dict.fromkeys(readers, 0.0)
    chosen = random.Random(1).sample(shots, number)  # noqa: S311
    for image, title in chosen:
        with Image.open(folder / image) as opened:
            photo = Photo(np.asarray(opened.convert("RGB")), sha256=image, source=image)
        wanted = {normal_code(word) for word in title.split() if len(word) >= 4}
        for name, lines in readers.items():
            start = time.process_time()
            read = lines(photo)
            seconds[name] += time.process_time() - start
            words = {normal_code(word) for line in read for word in line.text.split()}
            hits[name] += bool(words & wanted)
            lines_read[name] += len(read)
    slowest = max(seconds.values())
    print(f"\n{f'{number} photos':38} {'CPU ratio':>9} {'lines':>6} {'title word read':>16}")
    for name in readers:
        ratio, lines_each = slowest / seconds[name], lines_read[name] / number
        print(f"{name:38} {ratio:8.1f}x {lines_each:6.1f} {hits[name] / number:16.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--photos", type=Path, metavar="FOLDER")
    parser.add_argument("--number", type=int, default=150, help="of photos (default: 150)")
    arguments = parser.parse_args()
    on_screenshot(arguments.picture, arguments.rounds)
    if arguments.photos is not None:
        on_photos(arguments.photos, arguments.number)


if __name__ == "__main__":
    main()

"""How fast feeds are read, and whether memory stays flat: 1,000 and 1,000,000 synthetic rows.

    python -m benchmarks.feeds [--rows 1000 1000000] [--kinds csv google-xml yml …]

Each feed is written to a temporary folder, then read by a process of its own, whose peak memory is
printed. Time includes everything between the file and `Product`; seconds of processor time are told
as well, since other programs do not touch those.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.feeds import open_feed
from pipelines.catalog_types import Product
from pipelines.codes import valid_gtin

TITLES = ("Red stoneware mug", "Boots North, brown", "Linen shirt with pockets", "Teal desk lamp")
COLOURS = ("red", "brown", "white", "teal", "black")
CATEGORIES = ("Home > Kitchen > Mugs", "Shoes > Boots", "Clothes > Shirts", "Home > Lamps")
TEXT = "Made to last, easy to clean, and just the size that fits: see the table for measures."
COLUMNS = (
    "id,title,description,link,image_link,additional_image_link,price,sale_price,availability,"
    "brand,gtin,product_type,item_group_id,color"
)


def gtin(number: int) -> str:
    body = f"{400_000_000_000 + number}"
    return next(body + digit for digit in "0123456789" if valid_gtin(body + digit))


def values(number: int) -> dict[str, str]:
    kind = number % 4
    address = f"https://cdn.example/{number}"
    return {
        "id": f"sku-{number}",
        "title": f"{TITLES[kind]} no. {number}",
        "description": TEXT,
        "link": f"https://shop.example/p/{number}",
        "image_link": f"{address}-1.jpg",
        "additional_image_link": f"{address}-2.jpg",
        "price": f"{5 + number % 300}.{number % 100:02} EUR",
        "sale_price": f"{4 + number % 300}.{number % 100:02} EUR" if number % 5 == 0 else "",
        "availability": "out_of_stock" if number % 9 == 0 else "in_stock",
        "brand": f"Brand {number % 50}",
        "gtin": gtin(number),
        "product_type": CATEGORIES[kind],
        "item_group_id": f"G{number // 3}",
        "color": COLOURS[number % 5],
    }


def csv_feed(rows: int) -> Iterator[str]:
    yield COLUMNS + "\n"
    for number in range(rows):
        yield ",".join(f'"{v}"' if "," in v else v for v in values(number).values()) + "\n"


def jsonl_feed(rows: int) -> Iterator[str]:
    for number in range(rows):
        yield json.dumps(values(number)) + "\n"


def google_xml_feed(rows: int) -> Iterator[str]:
    yield '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
    for number in range(rows):
        told = {k: v.replace(">", "&gt;") for k, v in values(number).items() if v}
        yield "<item>" + "".join(f"<g:{k}>{v}</g:{k}>" for k, v in told.items()) + "</item>\n"
    yield "</channel></rss>\n"


def yml_feed(rows: int) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="windows-1251"?><!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n'
    yield '<yml_catalog><shop><categories><category id="1">Дом</category>'
    yield '<category id="2" parentId="1">Кружки</category></categories><offers>\n'
    for number in range(rows):
        told = values(number)
        yield (
            f'<offer id="{number}" available="true" group_id="{number // 3}">'
            f"<url>{told['link']}</url><price>{5 + number % 300}</price>"
            f"<currencyId>RUR</currencyId>"
            f"<categoryId>2</categoryId><picture>{told['image_link']}</picture>"
            f"<picture>{told['additional_image_link']}</picture><name>Кружка {number}</name>"
            f"<vendor>{told['brand']}</vendor><vendorCode>A-{number}</vendorCode>"
            f"<barcode>{told['gtin']}</barcode><description><![CDATA[<p>{TEXT}</p>]]></description>"
            f'<param name="Цвет">красный</param><param name="Объём" unit="мл">300</param></offer>\n'
        )
    yield "</offers></shop></yml_catalog>\n"


def shopify_feed(rows: int) -> Iterator[str]:
    yield "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,"
    yield "Variant Price,Image Src,Image Position,Status\n"
    for number in range(rows):
        told = values(number - number % 3)
        first = f"{told['title'].replace(',', '')},<p>{TEXT[:40].replace(',', '')}</p>,"
        first += f"{told['brand']},Mug,Color" if number % 3 == 0 else ",,,"
        own = first if number % 3 == 0 else ",,,,"
        yield f"{told['id']},{own},{COLOURS[number % 5]},S-{number},9.90,"
        status = "" if number % 3 else "active"
        yield f"https://cdn.example/{number}.jpg,{number % 3 + 1},{status}\n"


HEADER = (
    "| feed | rows | products | bad | MB on disk | rows/s | rows a processor second | seconds"
    " | peak memory MB | before reading |"
)
KINDS: dict[str, Callable[[int], Iterator[str]]] = {
    "csv": csv_feed,
    "jsonl": jsonl_feed,
    "google-xml": google_xml_feed,
    "yml": yml_feed,
    "shopify": shopify_feed,
}


def write(kind: str, rows: int, folder: Path) -> Path:
    path = folder / f"{kind}-{rows}"
    if kind == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        writer = None
        for start in range(0, rows, 50_000):
            some = [values(number) for number in range(start, min(rows, start + 50_000))]
            table = pa.Table.from_pylist(some)
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
        assert writer is not None
        writer.close()
        return path
    encoding = "windows-1251" if kind == "yml" else "utf-8"
    with gzip.open(path, "wb", 1) if kind.endswith(".gz") else path.open("wb") as file:
        for piece in KINDS[kind.removesuffix(".gz")](rows):
            file.write(piece.encode(encoding))
    return path


def peak() -> float:
    """MB of memory at most so far; `getrusage` would tell the parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def read(path: Path) -> None:
    """Read one feed; prints what was measured as JSON."""
    rows = int(path.name.rpartition("-")[2])
    before, worked = peak(), time.process_time()
    began = time.perf_counter()
    products = bad = 0
    for item in open_feed(path).items():
        if isinstance(item, Product):
            products += 1
        else:
            bad += 1
    seconds = time.perf_counter() - began
    processor = time.process_time() - worked
    told = {"products": products, "bad": bad, "seconds": seconds, "rss_before": before}
    told |= {"rows_a_second": rows / seconds, "cpu": rows / processor, "rss": peak()}
    print(json.dumps(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--kinds", nargs="+", default=[*KINDS, "csv.gz", "parquet"])
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read(arguments.read)
        return
    print(HEADER)
    print("| --- |" + " ---: |" * 9)
    for kind in arguments.kinds:
        for rows in arguments.rows:
            with tempfile.TemporaryDirectory() as folder:
                path = write(kind, rows, Path(folder))
                command = [sys.executable, "-m", "benchmarks.feeds", "--read", str(path)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                told = json.loads(done.stdout)
                print(
                    f"| {kind} | {rows:,} | {told['products']:,} | {told['bad']:,}"
                    f" | {path.stat().st_size / 1e6:,.1f} | {told['rows_a_second']:,.0f}"
                    f" | {told['cpu']:,.0f}"
                    f" | {told['seconds']:.2f} | {told['rss']:.0f} | {told['rss_before']:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()

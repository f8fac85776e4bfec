"""A small shop of drawn products, with stand-ins for models: what the page is tested on."""

import io
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Event

import numpy as np
from PIL import Image, ImageDraw

from app.engine import Engine, Openers
from models.errors import FetchRefused
from models.tag_types import Tag
from models.types import Box, Photo, Region, TextLine
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_types import Card, Entry, IndexSpec, Money
from pipelines.image_io import read_photo
from pipelines.lens import Lens
from pipelines.perceive import Models
from pipelines.settings import Settings
from pipelines.stores.points import FORM
from tests.fakes.index import MemoryHome
from tests.fakes.models import ColourEmbedder

COLOURS = {
    "red": (190, 48, 44),
    "orange": (224, 138, 44),
    "yellow": (230, 200, 70),
    "green": (62, 138, 84),
    "blue": (52, 92, 170),
    "violet": (120, 76, 150),
    "brown": (120, 84, 58),
    "black": (44, 44, 48),
}
KINDS = {"mug": ("Home", "Mugs"), "bag": ("Fashion", "Bags"), "lamp": ("Home", "Lamps")}
BRANDS = ("Nord", "Lumen", "Atelier")
MATERIALS = ("stoneware", "canvas", "steel")
NASTY = "<script>alert(1)</script> [x](javascript:alert(1)) **bold**"


def draw(kind: str, colour: str, side: int = 320) -> Image.Image:
    """A product on near-white ground."""
    image = Image.new("RGB", (side, side), (250, 250, 247))
    pen = ImageDraw.Draw(image)
    ink = COLOURS[colour]

    def at(*shares: float) -> list[float]:
        return [share * side for share in shares]

    if kind == "mug":
        pen.ellipse(at(0.6, 0.35, 0.85, 0.68), outline=ink, width=side // 16)
        pen.rounded_rectangle(at(0.22, 0.25, 0.7, 0.8), radius=side // 14, fill=ink)
    elif kind == "bag":
        pen.arc(at(0.32, 0.12, 0.68, 0.6), 180, 360, fill=ink, width=side // 24)
        pen.rounded_rectangle(at(0.18, 0.36, 0.82, 0.86), radius=side // 18, fill=ink)
    else:
        pen.polygon(at(0.36, 0.16, 0.64, 0.16, 0.8, 0.52, 0.2, 0.52), fill=ink)
        pen.rectangle(at(0.48, 0.52, 0.52, 0.82), fill=(90, 90, 90))
        pen.ellipse(at(0.34, 0.78, 0.66, 0.88), fill=(90, 90, 90))
    return image


def screenshot(left: tuple[str, str], right: tuple[str, str]) -> bytes:
    """A PNG of two products side by side, 800 × 400."""
    image = Image.new("RGB", (800, 400), (250, 250, 247))
    for (kind, colour), x in ((left, 40), (right, 440)):
        image.paste(draw(kind, colour), (x, 40))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


LEFT, RIGHT = Box(40, 40, 360, 360), Box(440, 40, 760, 360)


@dataclass
class TwoProducts:
    """Finds the two products of `screenshot`, and nothing on other pictures."""

    fingerprint: str = "fake-two-1"

    def regions(self, photo: Photo) -> list[Region]:
        if (photo.width, photo.height) != (800, 400):
            return []
        return [Region(LEFT, 0.9, label="mug"), Region(RIGHT, 0.8)]


@dataclass
class HeldReader:
    """Reads its line once it is let go, and `seconds` later."""

    text: str = "MUG-blue-1"
    fingerprint: str = "fake-reader-1"
    go: Event = field(default_factory=Event)
    seconds: float = 0.0
    asked: int = 0
    """How many photos it was given."""

    def lines(self, photo: Photo) -> list[TextLine]:
        self.asked += 1
        if not self.go.wait(timeout=60):
            return []
        Event().wait(self.seconds)
        return [TextLine(self.text, 0.9, Box(0, 0, 20, 10))] if self.text else []


@dataclass
class Shop:
    """The engine that a page gets, and the stand-ins behind it."""

    engine: Engine
    home: MemoryHome
    embedder: ColourEmbedder
    reader: HeldReader


OPEN_SHOPS: list[Shop] = []
"""The shop that a script under AppTest shows is the last of these: scripts take no arguments."""


def make_shop(folder: Path, *, indexed: bool = True) -> Shop:
    """Draw the products into `folder` and open an engine over them.

    Args:
        indexed: without it there is no generation to search in.
    """
    embedder, reader, home = ColourEmbedder(), HeldReader(), MemoryHome()
    if indexed:
        spec = IndexSpec(
            "lite",
            embedder.image_fingerprint,
            embedder.text_fingerprint,
            embedder.image_dim,
            embedder.text_dim,
            form=FORM,
        )
        home.build(spec, _entries(folder, embedder))
    models = Models("lite", embedder, TwoProducts(), reader)
    openers = Openers(lens=lambda _: Lens(models, home), catalog=_open_catalog, fetch=_fetch)
    return Shop(Engine(Settings(home=folder), openers), home, embedder, reader)


def _entries(folder: Path, embedder: ColourEmbedder) -> list[Entry]:
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for i, (kind, colour) in enumerate((k, c) for k in KINDS for c in COLOURS):
        path = folder / f"{kind}-{colour}.png"
        if not path.exists():
            draw(kind, colour).save(path)
        amount = 900.0 + 350 * i
        title = NASTY if (kind, colour) == ("lamp", "black") else f"{colour.title()} {kind}"
        card = Card(
            product_id=f"{kind}-{colour}",
            title=title,
            category=KINDS[kind],
            brand=BRANDS[i % 3],
            link=f"https://shop.example/{kind}-{colour}" if i % 4 else "javascript:alert(1)",
            price=None if i % 11 == 10 else Money(amount, "RUB"),
            old_price=Money(amount * 1.25, "RUB") if i % 5 == 0 else None,
            in_stock=(True, True, False, None)[i % 4],
            codes=(f"{kind.upper()}-{colour}-1",),
            tags=(
                Tag("colour", colour, "measured", "confirmed"),
                Tag("type", kind, "written"),
                Tag("material", MATERIALS[i % 3]),
                Tag("synonym", f"{kind}like"),
                # Said of everything that is not there: what shoppers must never meet.
                Tag("pattern", NASTY if i % 2 else "invisible", "written", "contradicted"),
                *([Tag("feature", NASTY)] if i % 2 else []),
            ),
            pictures=(str(path),),
        )
        vector = embedder.images([read_photo(path)])[0]
        words = f"{colour} {kind} {card.brand}"
        entries.append(Entry(card, 0, vector, embedder.texts([words])[0], words))
    return entries


def _open_catalog(settings: Settings) -> CatalogDb:
    return CatalogDb.open_read_only(settings.home / CATALOG_NAME)


def _fetch(url: str) -> Photo:
    if not url.startswith("https://pictures.example/"):
        raise FetchRefused(f"{url} cannot be fetched", remedy="check the address")
    pixels = np.asarray(draw("bag", "green"))
    return Photo(np.ascontiguousarray(pixels), sha256(url.encode()).hexdigest(), url)

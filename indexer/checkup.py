"""What `shoplens doctor` looks at: packages, weights, home and index, a remedy for each no."""

import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from models.errors import IndexMissing, ShopLensError
from pipelines.build import (
    Choice,
    choose_profile,
    open_catalog,
    open_detector,
    open_index_home,
    weights,
)
from pipelines.catalog_db import CATALOG_NAME
from pipelines.permissions import may_write
from pipelines.settings import Settings

PACKAGES = (
    "torch",
    "open-clip-torch",
    "transformers",
    "ultralytics-opencv-headless",
    "easyocr",
    "rapidocr",
    "onnxruntime",
    "qdrant-edge-py",
    "qdrant-client",
    "streamlit",
    "pillow",
)
LEAST_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        ok: None where it is absent but nothing needs it as things are set.
        remedy: what to do about a no; "" for a yes.
    """

    area: str
    name: str
    ok: bool | None
    detail: str = ""
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Look at everything that a search or an indexing run needs; loads no model."""
    yield from _packages()
    choice, check = _choice(settings)
    yield check
    yield _detector(settings)
    yield from _weights(settings, choice)
    yield from _home(settings)
    yield from _catalog(settings)
    yield _index(settings)


def _packages() -> Iterator[Check]:
    yield Check("packages", "python", True, platform.python_version())
    for name in PACKAGES:
        try:
            yield Check("packages", name, True, version(name))
        except PackageNotFoundError:
            yield Check("packages", name, False, "not installed", "run `make install` again")


def _choice(settings: Settings) -> tuple[Choice | None, Check]:
    try:
        choice = choose_profile(settings)
    except ShopLensError as error:
        return None, Check("models", "profile", False, error.message, error.remedy)
    return choice, Check("models", "profile", True, f"{choice.profile}: {choice.why}")


def _detector(settings: Settings) -> Check:
    """Unlike other weights these are small enough to be read and compared with their digest."""
    try:
        detector, without = open_detector(settings)
        told = detector.fingerprint
    except ShopLensError as error:
        return Check("models", "detector", False, error.message, error.remedy)
    if without and settings.detector != "none":
        remedy = "reinstall ShopLens, or choose with --detector: weights of yours, or `none`"
        return Check("models", "detector", False, without, remedy)
    return Check("models", "detector", True, without or told)


def _weights(settings: Settings, choice: Choice | None) -> Iterator[Check]:
    for file, needed_by in weights(settings, choice.checkpoint if choice else ""):
        needed = choice is None or needed_by in ("", choice.profile)
        detail = f"{file.purpose}: {file.path if file.present else 'absent'}"
        ok = True if file.present else (False if needed else None)
        yield Check("weights", file.name, ok, detail, "" if file.present else file.remedy)


def _home(settings: Settings) -> Iterator[Check]:
    home = settings.home
    existing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    room = f"{home} ({free / 1e9:.1f} GB free)"
    if free < LEAST_FREE_BYTES:
        yield Check("home", "disk", False, room, "free some space, or choose another --home")
    else:
        yield Check("home", "disk", True, room)
    if not settings.qdrant_url and home.is_dir() and not may_write(home):
        copied = f"searched through copies of the index in {tempfile.gettempdir()}"
        yield Check("home", "may only be read", True, copied)


def _catalog(settings: Settings) -> Iterator[Check]:
    """Whether it opens; `shoplens verify` reads all of it. Beside a server there may be none."""
    try:
        with open_catalog(settings, read_only=True) as catalog:
            products = catalog.summary().products
    except IndexMissing:
        return  # the index is told of below
    except ShopLensError as error:
        yield Check("home", CATALOG_NAME, False, error.message, error.remedy)
    else:
        yield Check("home", CATALOG_NAME, True, f"{products:,} products")


def _index(settings: Settings) -> Check:
    try:
        info = open_index_home(settings).current()
        if info is None:
            return Check(
                "index", "generation", False, "nothing indexed yet", "run `shoplens index FEED`"
            )
        index = open_index_home(settings).open()
        index.close()
    except ShopLensError as error:
        return Check("index", "generation", False, error.message, error.remedy)
    detail = (
        f"{info.generation}: {info.products} products, {info.points} pictures, "
        f"models {info.spec.profile}, built {info.built_at}"
    )
    return Check("index", "generation", True, detail)

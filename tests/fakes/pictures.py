"""Folders of drawn pictures to index, good ones and every bad kind."""

import io
import os
import struct
import zlib
from pathlib import Path

from PIL import Image

COLOURS = ((200, 30, 30), (30, 160, 60), (40, 60, 200), (220, 200, 40), (120, 40, 160))


def picture(number: int, kind: str = "PNG", side: int = 24) -> bytes:
    """A picture of its own for every number below 5 × 250."""
    image = Image.new("RGB", (side, side), COLOURS[number % 5])
    image.paste((number // 5 % 250, 20, 20), (0, 0, side // 2, side // 2))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def folder_of(root: Path, count: int) -> Path:
    """`count` pictures in folders of ten."""
    for number in range(count):
        path = root / f"shelf-{number // 10}" / f"{number:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(number))
    return root


def bomb() -> bytes:
    """21 KB that unfold to 169 megapixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_626 * 13_000), 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def poisoned(root: Path) -> dict[str, str]:
    """A folder of ten good pictures among every bad kind: id → the reason that it is bad for."""
    folder_of(root, 10)
    good = picture(3, "JPEG", side=200)
    secret = root.parent / "secret.png"
    secret.write_bytes(picture(999))
    contents = {
        "empty.jpg": (b"", "empty file"),
        "cut.jpg": (good[: len(good) // 2], "damaged"),
        "zeros.png": (bytes(2000), "not a picture"),
        "text.jpg": (b"this is a note", "not a picture"),
        "page.webp": (b"<!doctype html><p>404", "not a picture"),
        "program.png": (b"MZ" + bytes(200), "not a picture"),
        "phone.heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        "scan.tiff": (b"II*\x00" + bytes(50), "not a picture"),
        "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        "bomb.png": (bomb(), "too large"),
        "bad-header.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "not a picture"),
    }
    for name, (data, _) in contents.items():
        (root / name).write_bytes(data)
    reasons = {name: reason for name, (_, reason) in contents.items()}
    (root / "escape.png").symlink_to(secret)
    (root / "dangling.png").symlink_to(root / "nothing.png")
    os.mkfifo(root / "pipe.png")
    (root / ".hidden.png").write_bytes(b"")
    (root / "readme.txt").write_bytes(b"not looked at")
    return reasons | {
        "escape.png": "outside the feed's folder",
        "dangling.png": "missing file",
        "pipe.png": "not a file",
    }

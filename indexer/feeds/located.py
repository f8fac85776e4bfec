"""From what a feed calls a picture to its address, or to a file inside the feed's folder."""

import re
from pathlib import Path
from typing import NoReturn

from models.errors import BadPicture

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
_DRIVE = re.compile(r"[a-zA-Z]:")


def web_address(ref: str) -> str:
    """The http(s) address that a picture is fetched from; "" where it names a file."""
    if ref.startswith("//"):
        return f"https:{ref}"
    return ref if ref.lower().startswith(("http://", "https://")) else ""


def locate(root: Path, ref: str) -> Path:
    """The file that `ref` names below `root`, links followed; whether it exists is not checked.

    A name is taken as it stands: "%2e%2e" is two percent signs, not two dots.

    Raises:
        BadPicture: a web address, or a path that leaves the folder.
    """
    if web_address(ref):
        _refuse(ref, "an address, not a file", "fetch it first", "web address")
    path = ref.replace("\\", "/")
    if path.startswith("/") or _SCHEME.match(path) or _DRIVE.match(path) or "\x00" in path:
        _leaves(ref)
    try:
        base = root.resolve()
        target = (base / path).resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that is too long
        _refuse(ref, "no such file", "check the path", "missing file")
    if not target.is_relative_to(base):
        _leaves(ref)
    return target


def _leaves(ref: str) -> NoReturn:
    _refuse(
        ref,
        "lies outside the feed's folder",
        "name a path below the folder of the feed",
        "outside the feed's folder",
    )


def _refuse(ref: str, what: str, remedy: str, reason: str) -> NoReturn:
    shown = "".join(c if c.isprintable() else "?" for c in ref[:200])
    raise BadPicture(f"{shown}: {what}", remedy=remedy, reason=reason)

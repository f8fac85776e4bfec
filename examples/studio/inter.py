"""Inter, a typeface that Blender brings along: it has Cyrillic, which Pillow's own face lacks."""

from functools import lru_cache
from pathlib import Path

import bpy
from PIL import ImageFont


@lru_cache(maxsize=256)
def inter(size: float, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    """The face at a size in pixels; weights by name, from Thin to Black."""
    path = Path(bpy.utils.system_resource("DATAFILES", path="fonts")) / "Inter.woff2"
    face = ImageFont.truetype(path, size)
    face.set_variation_by_name(weight)
    return face

"""What products are made of: colours, finishes, patterns and prints as Blender materials."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import bpy
from PIL import Image

Socket: TypeAlias = Any

COLOURS = {
    "white": "#efede6", "cream": "#e6d9bd", "black": "#17181a", "charcoal": "#36393d",
    "grey": "#8b8f92", "silver": "#c9ccce", "red": "#b3201f", "burgundy": "#5e1420",
    "coral": "#e2664f", "orange": "#d9701a", "terracotta": "#b05a3c", "yellow": "#e2b11c",
    "mustard": "#c0902a", "green": "#2f7d46", "olive": "#6b6b35", "sage": "#98a98b",
    "mint": "#a9d6c2", "turquoise": "#2b9aa0", "blue": "#2356a8", "navy": "#18294d",
    "light blue": "#8fb6d9", "purple": "#643a86", "lilac": "#b8a3d1", "pink": "#e0a0ae",
    "brown": "#6a4327", "tan": "#b48654", "beige": "#cdb793", "natural": "#c99f6b",
    "oak": "#c39a63", "walnut": "#5b3a24", "gold": "#c79a3f", "copper": "#b8704a",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finish:
    """How a surface answers light. `bump` is a name of BUMPS, its height and size in metres."""

    roughness: float = 0.5
    metallic: float = 0.0
    coat: float = 0.0
    sheen: float = 0.0
    through: float = 0.0
    bump: str = ""
    height: float = 0.0002
    size: float = 0.001


FINISHES = {
    "glazed": Finish(roughness=0.16, coat=0.6, bump="waves", height=0.0002, size=0.05),
    "matte": Finish(roughness=0.62, bump="grain", height=0.00006, size=0.0012),
    "clay": Finish(roughness=0.85, bump="grain", height=0.00025, size=0.0016),
    "plastic": Finish(roughness=0.32),
    "soft plastic": Finish(roughness=0.55, bump="grain", height=0.00002, size=0.0006),
    "rubber": Finish(roughness=0.7),
    "lacquer": Finish(roughness=0.25, coat=0.9),
    "wood": Finish(roughness=0.48, bump="fibre", height=0.00012, size=0.004),
    "leather": Finish(roughness=0.45, coat=0.1, bump="cells", height=0.0004, size=0.003),
    "suede": Finish(roughness=0.95, sheen=0.7, bump="grain", height=0.0002, size=0.0012),
    "canvas": Finish(roughness=0.9, sheen=0.25, bump="weave", height=0.0004, size=0.0016),
    "linen": Finish(roughness=0.95, sheen=0.35, bump="weave", height=0.0005, size=0.0026),
    "felt": Finish(roughness=1.0, sheen=0.5, bump="grain", height=0.0008, size=0.0022),
    "knit": Finish(roughness=0.95, sheen=0.4, bump="weave", height=0.0022, size=0.008),
    "velvet": Finish(roughness=0.8, sheen=1.0, bump="grain", height=0.0002, size=0.003),
    "wicker": Finish(roughness=0.6, bump="weave", height=0.004, size=0.016),
    "paper": Finish(roughness=0.9, bump="grain", height=0.00005, size=0.002),
    "brushed": Finish(roughness=0.34, metallic=1.0, bump="fibre", height=0.00002, size=0.001),
    "polished": Finish(roughness=0.12, metallic=1.0),
    "painted metal": Finish(roughness=0.4, coat=0.2, bump="grain", height=0.00003, size=0.0008),
    "glass": Finish(roughness=0.02, through=1.0),
    "frosted": Finish(roughness=0.35, through=0.85),
    "screen": Finish(roughness=0.06, coat=1.0),
}


def hexed(colour: str) -> str:
    """#rrggbb of a colour's name, or of itself."""
    return COLOURS.get(colour, colour)


def linear(colour: str) -> tuple[float, float, float, float]:
    """Linear RGBA of a name or #rrggbb (IEC 61966-2-1)."""
    digits = hexed(colour)
    shades = [int(digits[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shades)
    return r, g, b, 1.0


@dataclass
class Graph:
    """A material's node tree, with just the verbs that the patterns need."""

    material: bpy.types.Material
    place: str = "object"
    _coordinates: dict[str, Socket] = field(default_factory=dict)

    @property
    def tree(self) -> Any:
        return self.material.node_tree

    def node(self, kind: str, inputs: dict[str | int, Any] | None = None, **settings: Any) -> Any:
        made = self.tree.nodes.new(kind)
        for name, value in settings.items():
            setattr(made, name, value)
        for name, value in (inputs or {}).items():
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, made.inputs[name])
            else:
                made.inputs[name].default_value = value
        return made

    def math(self, operation: str, *values: Any) -> Socket:
        inputs = dict(enumerate(values))
        return self.node("ShaderNodeMath", inputs, operation=operation).outputs[0]

    def mix(self, share: Any, first: Any, second: Any) -> Socket:
        inputs = {0: share, 6: first, 7: second}
        return self.node("ShaderNodeMix", inputs, data_type="RGBA").outputs[2]

    def where(self, kind: str = "") -> Socket:
        """Coordinates: "object" in metres, "uv" from 0 to 1 along the surface."""
        kind = kind or self.place
        if kind not in self._coordinates:
            made = self.node("ShaderNodeTexCoord")
            self._coordinates[kind] = made.outputs["UV" if kind == "uv" else "Object"]
        return self._coordinates[kind]

    def axes(self, kind: str = "") -> tuple[Socket, Socket, Socket]:
        made = self.node("ShaderNodeSeparateXYZ", {0: self.where(kind)})
        return made.outputs[0], made.outputs[1], made.outputs[2]

    def stretched(self, factors: tuple[float, float, float], kind: str = "") -> Socket:
        inputs = {"Vector": self.where(kind), "Scale": factors}
        return self.node("ShaderNodeMapping", inputs).outputs[0]

    def noise(self, where: Socket, scale: float, detail: float = 4) -> Socket:
        inputs = {"Vector": where, "Scale": scale, "Detail": detail}
        return self.node("ShaderNodeTexNoise", inputs).outputs[0]

    def cells(self, where: Socket, scale: float, **settings: Any) -> Any:
        return self.node("ShaderNodeTexVoronoi", {"Vector": where, "Scale": scale}, **settings)

    def sharp(self, value: Socket, at: float, soft: float = 0.02) -> Socket:
        """0 below `at`, 1 above, with a short slope between."""
        inputs = {"Value": value, "From Min": at - soft, "From Max": at + soft}
        return self.node("ShaderNodeMapRange", inputs).outputs[0]


# Patterns: how much of the second colour lies at a point. `size` is in metres, or a share of the
# surface where the pattern goes by uv.


def _stripes(axis: int) -> Callable[[Graph, float], Socket]:
    def pattern(g: Graph, size: float) -> Socket:
        wave = g.math("FRACT", g.math("DIVIDE", g.axes()[axis], size))
        return g.sharp(g.math("ABSOLUTE", g.math("SUBTRACT", wave, 0.5)), 0.25)

    return pattern


def _pinstripes(g: Graph, size: float) -> Socket:
    wave = g.math("FRACT", g.math("DIVIDE", g.axes()[0], size))
    return g.sharp(g.math("ABSOLUTE", g.math("SUBTRACT", wave, 0.5)), 0.42)


def _checks(g: Graph, size: float) -> Socket:
    """Gingham: half tones where one band lies, full where two cross."""
    x, y, z = g.axes()
    across, along = (x, y) if g.place == "uv" else (x, z)
    bands = [
        g.sharp(
            g.math("ABSOLUTE", g.math("SUBTRACT", g.math("FRACT", g.math("DIVIDE", v, size)), 0.5)),
            0.25,
        )
        for v in (across, along)
    ]
    return g.math("MULTIPLY", g.math("ADD", *bands), 0.5)


def _tartan(g: Graph, size: float) -> Socket:
    wide = _checks(g, size)
    return g.math(
        "ADD", g.math("MULTIPLY", wide, 0.7), g.math("MULTIPLY", _checks(g, size / 4), 0.3)
    )


def _dots(g: Graph, size: float) -> Socket:
    """A staggered grid of discs, in the plane that faces the camera (or in uv)."""
    x, y, z = g.axes()
    across, along = (x, y) if g.place == "uv" else (x, z)
    row = g.math("DIVIDE", along, size)
    odd = g.math("MULTIPLY", g.math("FLOORED_MODULO", g.math("FLOOR", row), 2.0), 0.5)
    u = g.math("SUBTRACT", g.math("FRACT", g.math("ADD", g.math("DIVIDE", across, size), odd)), 0.5)
    v = g.math("SUBTRACT", g.math("FRACT", row), 0.5)
    far = g.math("SQRT", g.math("ADD", g.math("MULTIPLY", u, u), g.math("MULTIPLY", v, v)))
    return g.math("SUBTRACT", 1.0, g.sharp(far, 0.27))


def _speckles(g: Graph, size: float) -> Socket:
    near = g.cells(g.where("object"), 1 / size).outputs["Distance"]
    return g.math("SUBTRACT", 1.0, g.sharp(near, 0.26, 0.06))


def _marble(g: Graph, size: float) -> Socket:
    veins = g.noise(g.where("object"), 1 / size, 8)
    close = g.math("ABSOLUTE", g.math("SUBTRACT", veins, 0.5))
    return g.math("SUBTRACT", 1.0, g.sharp(close, 0.03, 0.03))


def _dipped(g: Graph, size: float) -> Socket:
    """The second colour from the ground up to `size`, its edge a little wavy."""
    wavy = g.math("MULTIPLY", g.noise(g.where("object"), 25.0, 1), size * 0.12)
    return g.math("SUBTRACT", 1.0, g.sharp(g.math("ADD", g.axes("object")[2], wavy), size, 0.0006))


def _fading(g: Graph, size: float) -> Socket:
    inputs = {"Value": g.axes("object")[2], "From Min": 0.0, "From Max": size}
    return g.node("ShaderNodeMapRange", inputs, interpolation_type="SMOOTHSTEP").outputs[0]


def _grain_of_wood(g: Graph, size: float) -> Socket:
    rings = g.noise(g.stretched((1.0, 1.0, 0.09)), 1 / size, 6)
    return g.math("FRACT", g.math("MULTIPLY", rings, 4.0))


def _blotches(g: Graph, size: float) -> Socket:
    return g.sharp(g.noise(g.where("object"), 1 / size, 3), 0.55, 0.03)


def _zigzag(g: Graph, size: float) -> Socket:
    x, y, z = g.axes()
    across, along = (x, y) if g.place == "uv" else (x, z)
    tooth = g.math("PINGPONG", across, size / 2)
    wave = g.math("FRACT", g.math("DIVIDE", g.math("ADD", along, tooth), size))
    return g.sharp(g.math("ABSOLUTE", g.math("SUBTRACT", wave, 0.5)), 0.25)


PATTERNS: dict[str, Callable[[Graph, float], Socket]] = {
    "stripes": _stripes(2), "upright stripes": _stripes(0), "cross stripes": _stripes(1),
    "pinstripes": _pinstripes, "checks": _checks, "tartan": _tartan, "dots": _dots,
    "speckled": _speckles, "marble": _marble, "dipped": _dipped, "fading": _fading,
    "grain": _grain_of_wood, "blotches": _blotches, "zigzag": _zigzag,
}  # fmt: skip


def _weave(g: Graph, size: float) -> Socket:
    x, y, z = g.axes("object")
    threads = [g.math("SINE", g.math("MULTIPLY", v, 6.28 / size)) for v in (x, y, z)]
    return g.math("ADD", g.math("MULTIPLY", threads[0], threads[2]), threads[1])


BUMPS: dict[str, Callable[[Graph, float], Socket]] = {
    "grain": lambda g, size: g.noise(g.where("object"), 1 / size, 3),
    "waves": lambda g, size: g.noise(g.where("object"), 1 / size, 1),
    "fibre": lambda g, size: g.noise(g.stretched((1.0, 1.0, 0.05), "object"), 1 / size, 4),
    "cells": lambda g, size: g.cells(g.where("object"), 1 / size).outputs["Distance"],
    "weave": _weave,
}


def paint(
    colour: str,
    finish: str = "plastic",
    *,
    pattern: str = "plain",
    second: str = "white",
    size: float = 0.02,
    place: str = "object",
) -> bpy.types.Material:
    """A material.

    Args:
        colour, second: names of COLOURS, or #rrggbb.
        finish: a name of FINISHES.
        pattern: a name of PATTERNS, or "plain".
        size: of the pattern's repeat: metres, or a share of the surface where `place` is "uv".
        place: whether the pattern goes through space ("object") or along the surface ("uv").
    """
    g, shader, answer = principled(finish, place)
    base = g.mix(0.0, linear(colour), linear(colour))
    if pattern != "plain":
        base = g.mix(PATTERNS[pattern](g, size), linear(colour), linear(second))
    elif finish == "wood":
        base = g.mix(g.math("MULTIPLY", _grain_of_wood(g, 0.03), 0.55), base, _darker(colour))
    elif answer.through == 0 and answer.metallic == 0:
        # Nothing real is of one even colour.
        patchy = g.math("MULTIPLY", g.noise(g.where("object"), 30.0), 0.16)
        base = g.mix(patchy, base, _darker(colour))
    g.tree.links.new(base, shader.inputs["Base Color"])
    return g.material


def printed(
    image: Image.Image, finish: str = "paper", *, name: str = "print"
) -> bpy.types.Material:
    """A picture along uv; where it is transparent, so is the surface."""
    g, shader, _ = principled(finish, "uv")
    width, height = image.size
    stored = bpy.data.images.new(name, width, height, alpha=True)
    flipped = image.convert("RGBA").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    stored.pixels.foreach_set([v / 255 for v in flipped.tobytes()])
    stored.pack()
    texture = g.node("ShaderNodeTexImage", {"Vector": g.where("uv")}, image=stored)
    texture.extension = "EXTEND"
    g.tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    g.tree.links.new(texture.outputs["Alpha"], shader.inputs["Alpha"])
    return g.material


def glowing(colour: str, strength: float) -> bpy.types.Material:
    """A surface that gives light: lamps, displays, indicators."""
    g, shader, _ = principled("plastic", "object")
    shader.inputs["Base Color"].default_value = linear(colour)
    shader.inputs["Emission Color"].default_value = linear(colour)
    shader.inputs["Emission Strength"].default_value = strength
    return g.material


def lit(material: bpy.types.Material, colour: str, strength: float) -> bpy.types.Material:
    """The same surface with a light behind it: a lampshade."""
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    shader.inputs["Emission Color"].default_value = linear(colour)
    shader.inputs["Emission Strength"].default_value = strength
    return material


def principled(finish: str, place: str) -> tuple[Graph, Any, Finish]:
    answer = FINISHES[finish]
    material = bpy.data.materials.new(finish)
    material.use_nodes = True
    g = Graph(material, place)
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    settings = {
        "Roughness": answer.roughness,
        "Metallic": answer.metallic,
        "Coat Weight": answer.coat,
        "Coat Roughness": 0.08,
        "Sheen Weight": answer.sheen,
        "Transmission Weight": answer.through,
    }
    for name, value in settings.items():
        shader.inputs[name].default_value = value
    if answer.bump:
        inputs = {
            "Height": BUMPS[answer.bump](g, answer.size),
            "Distance": answer.height,
            "Strength": 1.0,
        }
        bump = g.node("ShaderNodeBump", inputs)
        g.tree.links.new(bump.outputs[0], shader.inputs["Normal"])
    return g, shader, answer


def _darker(colour: str, share: float = 0.55) -> tuple[float, float, float, float]:
    r, g, b, a = linear(colour)
    return r * share, g * share, b * share, a

"""What rooms are made of: floors, walls and worktops as Blender materials."""

import bpy
import numpy as np
from PIL import Image

from studio.paint import Graph, linear, principled, printed
from studio.shapes import Mesh


def planks(
    light: str, dark: str, *, board: tuple[float, float] = (0.14, 1.3), turned: bool = False
) -> bpy.types.Material:
    """Floor boards of (width, length) metres along x, or along y where `turned`."""
    g, shader, _ = principled("wood", "object")
    x, y, z = g.axes()
    along, across = (y, x) if turned else (x, y)
    lying = g.node("ShaderNodeCombineXYZ", {0: along, 1: across, 2: z}).outputs[0]
    bricks = _bricks(g, lying, light, dark, board, gap=0.0015)
    grain = g.noise(_scaled(g, lying, (0.06, 1.0, 1.0)), 60.0, 6)
    colour = g.mix(g.math("MULTIPLY", grain, 0.5), bricks.outputs["Color"], linear(dark))
    _surface(g, shader, colour, bricks.outputs["Fac"], depth=0.0008, roughness=0.42)
    return g.material


def tiles(
    colour: str, grout: str, *, side: tuple[float, float] = (0.15, 0.15), upright: bool = False
) -> bpy.types.Material:
    """Glazed tiles with grout between them, on a floor or, `upright`, on a wall in the xz plane."""
    g, shader, _ = principled("plastic", "object")
    x, y, z = g.axes()
    lying = g.node("ShaderNodeCombineXYZ", {0: x, 1: z if upright else y}).outputs[0]
    bricks = _bricks(g, lying, colour, colour, side, gap=0.003, mortar=grout)
    _surface(g, shader, bricks.outputs["Color"], bricks.outputs["Fac"], depth=0.001, roughness=0.22)
    return g.material


def plaster(colour: str, *, rough: float = 0.0006) -> bpy.types.Material:
    """A painted wall: rolled paint, a little uneven."""
    g, shader, _ = principled("paper", "object")
    cloudy = g.math("MULTIPLY", g.noise(g.where(), 1.6, 3), 0.14)
    r, green, b, _ = linear(colour)
    shade = g.mix(cloudy, linear(colour), (0.8 * r, 0.8 * green, 0.8 * b, 1))
    g.tree.links.new(shade, shader.inputs["Base Color"])
    inputs = {"Height": g.noise(g.where(), 180.0, 3), "Distance": rough, "Strength": 1.0}
    bump = g.node("ShaderNodeBump", inputs)
    g.tree.links.new(bump.outputs[0], shader.inputs["Normal"])
    return g.material


def grass(
    wide: float,
    deep: float,
    seed: int,
    *,
    blades: int = 26_000,
    bare: tuple[float, float] = (0.0, 0.0),
) -> Mesh:
    """A lawn around the origin: bent blades of differing greens; none on a bare patch in it."""
    rng = np.random.default_rng(seed)
    places = rng.uniform((-wide / 2, -deep / 2), (wide / 2, deep / 2), (blades, 2))
    places = places[(np.abs(places) > np.array(bare) / 2).any(1)]
    blades = len(places)
    high, leaning = rng.uniform(0.025, 0.065, blades), rng.uniform(0, 2 * np.pi, blades)
    side = np.c_[np.cos(leaning + 1.6), np.sin(leaning + 1.6)] * 0.0022
    bend = np.c_[np.cos(leaning), np.sin(leaning)] * (high * rng.uniform(0.2, 0.9, blades))[:, None]
    corners = np.empty((blades, 5, 3))
    corners[:, 0] = np.c_[places - side, np.zeros(blades)]
    corners[:, 1] = np.c_[places + side, np.zeros(blades)]
    corners[:, 2] = np.c_[places + side * 0.8 + bend * 0.35, high * 0.6]
    corners[:, 3] = np.c_[places - side * 0.8 + bend * 0.35, high * 0.6]
    corners[:, 4] = np.c_[places + bend, high]
    first = 5 * np.arange(blades)[:, None]
    quads, tips = first + np.arange(4), first + np.array([3, 2, 4])
    faces = [*quads.tolist(), *tips.tolist()]
    data = bpy.data.meshes.new("grass")
    data.from_pydata(corners.reshape(-1, 3).tolist(), [], faces)
    lawn = bpy.data.objects.new("grass", data)
    bpy.context.collection.objects.link(lawn)
    g, shader, _ = principled("matte", "object")
    patches = g.noise(g.where(), 6.0, 4)
    fine = g.noise(g.where(), 160.0, 2)
    green = g.mix(patches, linear("#6a9a2e"), linear("#8fb443"))
    green = g.mix(g.math("MULTIPLY", fine, 0.6), green, linear("#43691f"))
    g.tree.links.new(green, shader.inputs["Base Color"])
    data.materials.append(g.material)
    return lawn


def display(image: Image.Image, finish: str = "screen") -> bpy.types.Material:
    """A picture that gives light: screens, and ("paper", without glare) what windows show."""
    material = printed(image, finish)
    nodes = material.node_tree.nodes
    shader = next(n for n in nodes if n.type == "BSDF_PRINCIPLED")
    texture = next(n for n in nodes if n.type == "TEX_IMAGE")
    # Its own light alone: what fell on it besides would make its colours glare.
    for link in list(shader.inputs["Base Color"].links):
        material.node_tree.links.remove(link)
    shader.inputs["Base Color"].default_value = linear("black")
    material.node_tree.links.new(texture.outputs["Color"], shader.inputs["Emission Color"])
    shader.inputs["Emission Strength"].default_value = 1.0
    return material


def _bricks(
    g: Graph,
    where: object,
    light: str,
    dark: str,
    side: tuple[float, float],
    *,
    gap: float,
    mortar: str = "#1c1511",
):
    inputs = {
        "Vector": where, "Color1": linear(light), "Color2": linear(dark),
        "Mortar": linear(mortar), "Scale": 1.0, "Mortar Size": gap, "Mortar Smooth": 0.4,
        "Brick Width": side[1], "Row Height": side[0],
    }  # fmt: skip
    bricks = g.node("ShaderNodeTexBrick", inputs)
    # Square tiles lie in line, boards are shifted by half.
    bricks.offset = 0.0 if side[0] == side[1] else 0.37
    return bricks


def _scaled(g: Graph, where: object, factors: tuple[float, float, float]):
    return g.node("ShaderNodeMapping", {"Vector": where, "Scale": factors}).outputs[0]


def _surface(g: Graph, shader, colour, gaps, *, depth: float, roughness: float) -> None:
    """Colour, and grooves where `gaps` is 1."""
    g.tree.links.new(colour, shader.inputs["Base Color"])
    inputs = {"Height": g.math("SUBTRACT", 1.0, gaps), "Distance": depth, "Strength": 1.0}
    bump = g.node("ShaderNodeBump", inputs)
    g.tree.links.new(bump.outputs[0], shader.inputs["Normal"])
    shader.inputs["Roughness"].default_value = roughness

"""Rooms to photograph products in: walls, light, a camera in the hand, and exact truth."""

import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import bpy
import numpy as np
from mathutils import Euler, Matrix, Vector
from PIL import Image

from studio.assortment import Item
from studio.grounds import plaster
from studio.paint import linear, paint
from studio.shapes import Mesh, Point3, box, surface
from studio.shot import Shot
from studio.stage import ambient, bounds, softbox


@dataclass(frozen=True, slots=True)
class Put:
    """Where a product is.

    Attributes:
        at: metres; the lowest point of the product stands there ("foot"), its highest hangs
            there ("top"), or its back touches a wall there, at mid height ("back").
        turn: degrees about the vertical; 0 faces -y, positive to the left as one looks at it.
        tilt: degrees about x and y before turning: lying, leaning.
    """

    product: str
    at: Point3
    turn: float = 0
    tilt: tuple[float, float] = (0, 0)
    hold: Literal["foot", "top", "back"] = "foot"


@dataclass(frozen=True, slots=True)
class Eye:
    """A camera. `fstop` 0: all is sharp; otherwise what it looks at is."""

    at: Point3
    look: Point3
    lens: float = 30
    roll: float = 0
    fstop: float = 0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What was laid out: products, and how it is to be photographed.

    Attributes:
        size: pixels of the picture.
        exposure: stops.
    """

    puts: Sequence[Put]
    eye: Eye
    size: tuple[int, int] = (960, 720)
    exposure: float = 0.0


def laid(things: Sequence[Mesh], at: Point3, turn: float = 0) -> list[Mesh]:
    """Furniture, moved as one; the products' forms turn the same way."""
    bpy.context.view_layer.update()
    where = Matrix.Translation(at) @ Matrix.Rotation(math.radians(turn), 4, "Z")
    for thing in things:
        thing.matrix_world = where @ thing.matrix_world
    return list(things)


def place(things: Sequence[Mesh], put: Put) -> list[Mesh]:
    """A product's meshes, as the put says."""
    bpy.context.view_layer.update()
    spin = Euler([math.radians(d) for d in (*put.tilt, put.turn)]).to_matrix().to_4x4()
    for thing in things:
        thing.matrix_world = spin @ thing.matrix_world
    bpy.context.view_layer.update()
    low, high = bounds(things)
    if put.hold == "back":
        handle = (0.0, float(high[1]), float(low[2] + high[2]) / 2)
    else:
        handle = (0.0, 0.0, float(low[2] if put.hold == "foot" else high[2]))
    for thing in things:
        thing.matrix_world = (
            Matrix.Translation(Vector(put.at) - Vector(handle)) @ thing.matrix_world
        )
    return list(things)


def floor(material: bpy.types.Material, *, wide: float = 7.0, deep: float = 8.0) -> Mesh:
    return surface(lambda u, v: ((u - 0.5) * wide, (v - 0.6) * deep, 0), material, steps=(1, 1))


def wall(
    colour: str,
    *,
    away: float = 2.0,
    side: Literal["back", "left", "right"] = "back",
    skirting: str = "white",
    material: bpy.types.Material | None = None,
    wide: float = 7.0,
    high: float = 2.9,
) -> list[Mesh]:
    """A wall `away` metres behind or beside the origin, with a skirting board ("" for none)."""
    coat = material or plaster(colour)
    made = [surface(lambda u, v: ((u - 0.5) * wide, 0, v * high), coat, steps=(1, 1))]
    if skirting:
        board = box((wide, 0.014, 0.085), paint(skirting, "lacquer"), at=(0, -0.007, 0))
        made.append(board)
    if side == "back":
        return laid(made, (0, away, 0))
    return laid(made, (-away if side == "left" else away, 0, 0), 90 if side == "left" else -90)


def daylight(
    at: Point3,
    target: Point3,
    *,
    watts: float = 160,
    size: float = 1.5,
    fill: float = 0.45,
    colour: str = "#f4f7ff",
    around: str = "#fff9f0",
) -> None:
    """A window's soft light, and what walls outside the picture give back."""
    softbox(at, target, size, watts, colour)
    ambient(around, fill)


def sunshine(
    towards: Point3,
    *,
    strength: float = 4.0,
    colour: str = "#ffe6c4",
    spread: float = 1.0,
    panes: tuple[Point3, float] | None = None,
) -> None:
    """The sun, shining along a direction. panes: middle and width of a window that it falls
    through: a board with four openings, invisible to the camera."""
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.angle, data.color = strength, math.radians(spread), linear(colour)[:3]
    lamp = bpy.data.objects.new("sun", data)
    lamp.rotation_euler = Vector(towards).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(lamp)
    if panes is None:
        return
    middle, wide = panes
    bar, far = 0.05 * wide, 14.0
    edges = [-far, -wide / 2, -bar / 2, bar / 2, wide / 2, far]
    vertices = [(x, y, 0) for y in edges for x in edges]
    faces = [
        (6 * j + i, 6 * j + i + 1, 6 * j + i + 7, 6 * j + i + 6)
        for j in range(5)
        for i in range(5)
        if i not in (1, 3) or j not in (1, 3)
    ]
    mesh = bpy.data.meshes.new("panes")
    mesh.from_pydata(vertices, [], faces)
    board = bpy.data.objects.new("panes", mesh)
    board.location, board.rotation_euler = middle, lamp.rotation_euler
    board.visible_camera = board.visible_diffuse = board.visible_glossy = False
    board.visible_transmission = False
    bpy.context.collection.objects.link(board)


def glow(at: Point3, watts: float, colour: str = "#ffc98a", radius: float = 0.04) -> None:
    """A lamp's own light."""
    data = bpy.data.lights.new("lamp", "POINT")
    data.energy, data.color, data.shadow_soft_size = watts, linear(colour)[:3], radius
    lamp = bpy.data.objects.new("lamp", data)
    lamp.location = at
    bpy.context.collection.objects.link(lamp)


def photograph(
    arrangement: Arrangement, items: dict[str, Item], *, scale: float = 1.0, samples: int = 16
) -> Shot:
    """Put the products into the room that was built, and take the picture.

    Args:
        scale: of the picture's size, for previews.
        samples: light paths a pixel.
    """
    groups = [
        place(list(items[put.product].family.build(items[put.product])), put)
        for put in arrangement.puts
    ]
    size = (round(arrangement.size[0] * scale), round(arrangement.size[1] * scale))
    bpy.context.scene.view_settings.exposure = arrangement.exposure
    products = [put.product for put in arrangement.puts]
    return capture(groups, products, arrangement.eye, size, samples=samples)


def capture(
    groups: Sequence[Sequence[Mesh]],
    products: Sequence[str],
    eye: Eye,
    size: tuple[int, int],
    *,
    samples: int,
) -> Shot:
    """The picture of what stands in the scene, and which of the groups is seen where."""
    scene = bpy.context.scene
    _camera(eye)
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.cycles.samples, scene.cycles.use_denoising = samples, True
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces = 4, 3
    scene.render.dither_intensity = 0.0  # labels are numbers, not shades
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.png"
        picture = _written(scene, path)
        labels = _labels(scene, groups, path)
    seen = np.asarray(labels)
    shares = tuple(_share(things, seen == k) for k, things in enumerate(groups, start=1))
    return Shot(picture, labels, tuple(products), shares)


def _camera(eye: Eye) -> None:
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width, data.clip_start = eye.lens, 36, 0.02
    data.sensor_fit = "AUTO"
    made = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(made)
    bpy.context.scene.camera = made
    gaze = Vector(eye.look) - Vector(eye.at)
    facing = gaze.to_track_quat("-Z", "Y").to_matrix().to_4x4()
    roll = Matrix.Rotation(math.radians(eye.roll), 4, "Z")
    made.matrix_world = Matrix.Translation(eye.at) @ facing @ roll
    if eye.fstop:
        data.dof.use_dof, data.dof.aperture_fstop = True, eye.fstop
        data.dof.focus_distance = gaze.length
    bpy.context.view_layer.update()


def _labels(scene: bpy.types.Scene, groups: Sequence[Sequence[Mesh]], path: Path) -> Image.Image:
    """One pass without light: each pixel holds the number of the product seen in its middle."""
    for thing in scene.objects:
        thing.color = (0, 0, 0, 1)
    for number, things in enumerate(groups, start=1):
        for thing in things:
            thing.color = (number / 255, number / 255, number / 255, 1)
    with _flat(scene):
        return _written(scene, path).getchannel("R")


@contextmanager
def _flat(scene: bpy.types.Scene) -> Iterator[None]:
    """Everything in its object's own colour, no light, no blur, one ray a pixel."""
    own = bpy.data.materials.new("own colour")
    own.use_nodes = True
    tree = own.node_tree
    tree.nodes.clear()
    told, emits = tree.nodes.new("ShaderNodeObjectInfo"), tree.nodes.new("ShaderNodeEmission")
    out = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(told.outputs["Color"], emits.inputs["Color"])
    tree.links.new(emits.outputs[0], out.inputs["Surface"])
    layer, view, cycles = scene.view_layers[0], scene.view_settings, scene.cycles
    lights = [thing for thing in scene.objects if thing.type == "LIGHT"]
    world = scene.world.node_tree.nodes["Background"].inputs[1]
    kept = (
        view.view_transform,
        view.exposure,
        cycles.samples,
        cycles.filter_width,
        world.default_value,
    )
    layer.material_override, view.view_transform, view.exposure = own, "Raw", 0.0
    cycles.samples, cycles.use_denoising, cycles.filter_width = 1, False, 0.01
    world.default_value = 0.0
    blurred, scene.camera.data.dof.use_dof = scene.camera.data.dof.use_dof, False
    for light in lights:
        light.hide_render = True
    try:
        yield
    finally:
        layer.material_override = None
        (
            view.view_transform,
            view.exposure,
            cycles.samples,
            cycles.filter_width,
            world.default_value,
        ) = kept
        scene.camera.data.dof.use_dof = blurred
        for light in lights:
            light.hide_render = False


def _share(
    things: Sequence[Mesh], seen: np.ndarray, *, cell: int = 4, points: int = 60_000
) -> float:
    """How much of a product's outline can be seen: cells of a coarse grid, also off the frame."""
    rng = np.random.default_rng(0)
    spots = np.concatenate([_sampled(thing, points // len(things), rng) for thing in things])
    scene = bpy.context.scene
    high, wide = seen.shape
    camera = scene.camera
    graph = bpy.context.evaluated_depsgraph_get()
    matrix = np.array(
        camera.calc_matrix_camera(graph, x=wide, y=high) @ camera.matrix_world.inverted()
    )
    clip = np.c_[spots, np.ones(len(spots))] @ matrix.T
    ahead = clip[:, 3] > 1e-6
    if not ahead.any():
        return 0.0
    x = (clip[ahead, 0] / clip[ahead, 3] + 1) / 2 * wide
    y = (1 - clip[ahead, 1] / clip[ahead, 3]) / 2 * high
    whole = len(np.unique(np.c_[x // cell, y // cell].astype(int), axis=0))
    rows, columns = np.nonzero(seen)
    visible = len(np.unique(np.c_[columns // cell, rows // cell], axis=0))
    return min(1.0, visible / whole)


def _sampled(thing: Mesh, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points all over a mesh as it is rendered, shape (n, 3), metres."""
    shown = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = shown.to_mesh()
    mesh.calc_loop_triangles()
    places = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", places)
    corners = np.empty(3 * len(mesh.loop_triangles), np.int32)
    mesh.loop_triangles.foreach_get("vertices", corners)
    shown.to_mesh_clear()
    triangles = places.reshape(-1, 3)[corners.reshape(-1, 3)]
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    areas = np.linalg.norm(np.cross(first, second), axis=1) + 1e-12
    chosen = rng.choice(len(areas), count, p=areas / areas.sum())
    u, v = rng.random((2, count, 1))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    local = triangles[chosen, 0] + u * first[chosen] + v * second[chosen]
    world = np.array(shown.matrix_world)
    return local @ world[:3, :3].T + world[:3, 3]


def _written(scene: bpy.types.Scene, path: Path) -> Image.Image:
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    with Image.open(path) as image:
        return image.convert("RGB")

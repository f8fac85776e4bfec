"""The studio: backdrop, light, camera, and the renderer's settings."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector
from PIL import Image

from studio.paint import linear
from studio.shapes import Mesh, Point3, smooth
from studio.views import View


@dataclass(frozen=True, slots=True)
class Quality:
    """Square side in pixels, and light paths for each."""

    side: int = 512
    samples: int = 8


def empty_scene(seed: int) -> bpy.types.Scene:
    """Forget everything that was made; settings of a product photo."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.seed = seed
    cycles = scene.cycles
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.02
    # Three bounces look the same on a pale sweep and cost half of six.
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 3, 2, 2
    cycles.transmission_bounces = cycles.transparent_max_bounces = 6
    cycles.caustics_reflective = cycles.caustics_refractive = cycles.use_light_tree = False
    cycles.denoising_prefilter, cycles.denoising_quality = "FAST", "BALANCED"
    scene.render.threads_mode = "FIXED"
    scene.render.threads = 1  # one process a core
    # Made for product photos: colours below the highlights come out as they were given.
    scene.view_settings.view_transform = "Khronos PBR Neutral"
    scene.render.image_settings.file_format = "PNG"
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    return scene


def ambient(colour: str, strength: float) -> None:
    """Light from everywhere."""
    background = bpy.context.scene.world.node_tree.nodes["Background"]
    background.inputs[0].default_value = linear(colour)
    background.inputs[1].default_value = strength


def softbox(at: Point3, target: Point3, size: float, watts: float, colour: str = "#ffffff") -> None:
    """A square area light that looks at the target."""
    light = bpy.data.lights.new("softbox", "AREA")
    light.size, light.energy, light.color = size, watts, linear(colour)[:3]
    lamp = bpy.data.objects.new("softbox", light)
    lamp.location = at
    lamp.rotation_euler = (Vector(target) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(lamp)


def bounds(things: Sequence[Mesh]) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest corner of the things as they will be rendered, metres."""
    places = _points(things)
    return places.min(0), places.max(0)


def studio(things: Sequence[Mesh], view: View, backdrop: str) -> list[Mesh]:
    """Light the things as a shop does and point the camera; returns the backdrop's meshes."""
    low, high = bounds(things)
    middle, reach = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    camera(tuple(middle), reach, view, things)
    turned = math.radians(view.around)

    def beside(right: float, towards: float, up: float) -> Point3:
        """A place in the camera's own directions, in reaches from the middle."""
        c, s = math.cos(turned), math.sin(turned)
        x, y = right * c + towards * s, right * s - towards * c
        return tuple(middle + reach * np.array([x, y, up]))

    power = reach**2
    target = tuple(middle)
    softbox(beside(-2.6, 2.2, 3.2), target, 2.2 * reach, 190 * power, "#fff8f0")
    softbox(beside(3.2, 1.6, 1.6), target, 2.6 * reach, 50 * power, "#f2f6ff")
    softbox(beside(0.6, -2.4, 3.4), target, 2.0 * reach, 100 * power)
    ambient("#ffffff", 0.55)
    return [_sweep(backdrop, tuple(middle), float(low[2]), reach, turned)]


def camera(target: Point3, reach: float, view: View, things: Sequence[Mesh]) -> bpy.types.Object:
    """A camera that sees all of the things, as large as `view.fill` allows."""
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width = view.lens, 36
    data.clip_start, data.clip_end = reach / 100, reach * 100
    made = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(made)
    bpy.context.scene.camera = made
    around, above = math.radians(view.around), math.radians(view.above)
    away = Vector(
        (
            math.sin(around) * math.cos(above),
            -math.cos(around) * math.cos(above),
            math.sin(above),
        )
    )
    made.rotation_euler = away.to_track_quat("Z", "Y").to_euler()
    half = 18 / view.lens * view.fill
    centre = Vector(target)
    points = _points(things)
    axes = made.rotation_euler.to_matrix()
    right, up = np.array(axes.col[0]), np.array(axes.col[1])
    distance = reach / half
    for _ in range(6):  # nearer until the outermost point touches the frame, recentring as it goes
        eye = np.array(centre + away * distance)
        rays = points - eye
        depth = -rays @ np.array(away)
        x, y = rays @ right / depth, rays @ up / depth
        shift = (x.max() + x.min()) / 2 * right + (y.max() + y.min()) / 2 * up
        centre += Vector(shift * distance)
        distance *= max(np.ptp(x), np.ptp(y)) / 2 / half
    made.location = centre + away * distance
    return made


def render(scene: bpy.types.Scene, path: Path, quality: Quality) -> Image.Image:
    """The scene as the camera sees it; `path` is a scratch file."""
    scene.render.resolution_x = scene.render.resolution_y = quality.side
    scene.cycles.samples = quality.samples
    scene.cycles.use_denoising = True
    return _rendered(scene, path)


def silhouette(
    scene: bpy.types.Scene, things: Sequence[Mesh], path: Path, *, samples: int = 8
) -> Image.Image:
    """How much of each pixel the things cover, 0 to 255, where others stand before them too.

    The camera and the frame are those of the last `render`.
    """
    shown = set(things)
    with _as_holdouts([o for o in scene.objects if o.type == "MESH" and o not in shown]):
        scene.render.film_transparent = True
        scene.render.image_settings.color_mode = "RGBA"
        scene.cycles.samples, scene.cycles.use_denoising = samples, False
        bounces, scene.cycles.max_bounces = scene.cycles.max_bounces, 0
        try:
            return _rendered(scene, path).getchannel("A")
        finally:
            scene.cycles.max_bounces = bounces
            scene.render.film_transparent = False
            scene.render.image_settings.color_mode = "RGB"


@contextmanager
def _as_holdouts(others: Sequence[bpy.types.Object]) -> Iterator[None]:
    for other in others:
        other.is_holdout = True
    try:
        yield
    finally:
        for other in others:
            other.is_holdout = False


def _rendered(scene: bpy.types.Scene, path: Path) -> Image.Image:
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    with Image.open(path) as image:
        image.load()
        return image.copy()


def _points(things: Sequence[Mesh]) -> np.ndarray:
    """Vertices of the things as they will be rendered, shape (n, 3), metres."""
    graph = bpy.context.evaluated_depsgraph_get()
    found = []
    for thing in things:
        shown = thing.evaluated_get(graph)
        mesh = shown.to_mesh()
        places = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", places)
        world = np.array(shown.matrix_world)
        found.append(places.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3])
        shown.to_mesh_clear()
    return np.concatenate(found)


def _sweep(colour: str, middle: Point3, ground: float, reach: float, turned: float) -> Mesh:
    """A seamless sheet: floor, a wide bend, wall; the wall faces the camera."""
    wide, near, far, high, bend = 40.0, 12.0, 9.0, 30.0, 5.0
    profile = [(-near, 0.0)]
    profile += [
        (far - bend + bend * math.sin(a), bend - bend * math.cos(a))
        for a in np.linspace(0, math.pi / 2, 12)
    ]
    profile.append((far, high))
    c, s = math.cos(turned), math.sin(turned)
    vertices, faces = [], []
    for away, up in profile:
        for side in (-wide, wide):
            x, y = side * c - away * s, side * s + away * c
            vertices.append((middle[0] + reach * x, middle[1] + reach * y, ground + reach * up))
    for k in range(len(profile) - 1):
        faces.append((2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2))
    data = bpy.data.meshes.new("sweep")
    data.from_pydata(vertices, [], faces)
    made = bpy.data.objects.new("sweep", data)
    bpy.context.collection.objects.link(made)
    material = bpy.data.materials.new("sweep")
    material.use_nodes = True
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value = linear(colour)
    shader.inputs["Roughness"].default_value = 0.9
    data.materials.append(material)
    return smooth(made, 180)

"""Meshes that products are made of. Metres; z is up; a product stands on z = 0 and faces -y."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

import bmesh
import bpy
import numpy as np
from mathutils import Euler, Vector

Point2: TypeAlias = tuple[float, float]
Point3: TypeAlias = tuple[float, float, float]
Mesh: TypeAlias = bpy.types.Object
Paint: TypeAlias = bpy.types.Material | None

ROUND = 96  # segments of a turned shape: no corner shows at 512 pixels


def lathe(profile: Sequence[Point2], paint: Paint = None, *, around: int = ROUND) -> Mesh:
    """Turn (radius, height) points about z; uv: u around from the back, v along the profile."""
    along = np.array(profile, float)
    steps = np.r_[0, np.cumsum(np.hypot(*np.diff(along, axis=0).T))]
    rings = [
        [(r * math.sin(a), r * math.cos(a), z) for a in np.linspace(0, 2 * math.pi, around + 1)]
        for r, z in along
    ]
    return _grid(rings, steps / steps[-1], paint)


def loft(rings: Sequence[Sequence[Point3]], paint: Paint = None, *, caps: bool = True) -> Mesh:
    """A skin over closed rings of equally many points, its two ends filled."""
    shut = [[*ring, ring[0]] for ring in rings]
    body = _grid(shut, np.linspace(0, 1, len(rings)), paint)
    if caps:
        mesh = bmesh.new()
        mesh.from_mesh(body.data)
        bmesh.ops.holes_fill(mesh, edges=mesh.edges)
        bmesh.ops.recalc_face_normals(mesh, faces=mesh.faces)
        mesh.to_mesh(body.data)
        mesh.free()
        smooth(body)
    return body


def ring(
    centre: Point3, wide: float, deep: float, *, square: float = 2, points: int = 48
) -> list[Point3]:
    """A flat superellipse: `square` 2 is an ellipse, 4 a rounded square; half axes given."""
    corners = []
    for angle in np.linspace(0, 2 * math.pi, points, endpoint=False):
        c, s = math.cos(angle), math.sin(angle)
        corners.append(
            (
                centre[0] + wide * math.copysign(abs(c) ** (2 / square), c),
                centre[1] + deep * math.copysign(abs(s) ** (2 / square), s),
                centre[2],
            )
        )
    return corners


def surface(
    point: Callable[[float, float], Point3],
    paint: Paint = None,
    *,
    steps: tuple[int, int] = (48, 48),
) -> Mesh:
    """The surface `point(u, v)` for u and v from 0 to 1; uv the same."""
    across, along = np.linspace(0, 1, steps[0] + 1), np.linspace(0, 1, steps[1] + 1)
    return _grid([[point(u, v) for u in across] for v in along], along, paint)


def box(size: Point3, paint: Paint = None, *, at: Point3 = (0, 0, 0), edge: float = 0.002) -> Mesh:
    """A box whose bottom's middle is `at`, edges rounded by `edge`."""
    mesh = bmesh.new()
    bmesh.ops.create_cube(mesh, size=1, calc_uvs=True)
    bmesh.ops.scale(mesh, vec=size, verts=mesh.verts)
    bmesh.ops.translate(mesh, vec=(at[0], at[1], at[2] + size[2] / 2), verts=mesh.verts)
    made = _object(mesh, paint)
    return bevel(made, min(edge, 0.49 * min(size)))


def ball(radius: float, paint: Paint = None, *, at: Point3 = (0, 0, 0)) -> Mesh:
    """A sphere whose centre is `at`."""
    mesh = bmesh.new()
    bmesh.ops.create_uvsphere(mesh, u_segments=64, v_segments=32, radius=radius, calc_uvs=True)
    return move(_object(mesh, paint), at)


def cylinder(
    radius: float,
    height: float,
    paint: Paint = None,
    *,
    at: Point3 = (0, 0, 0),
    edge: float = 0.001,
) -> Mesh:
    """An upright cylinder whose bottom's middle is `at`, rims rounded by `edge`."""
    e = min(edge, 0.45 * height, 0.45 * radius)
    bend = [math.radians(d) for d in (0, 30, 60, 90)]
    low = [(radius - e + e * math.sin(b), e - e * math.cos(b)) for b in bend]
    high = [(radius - e + e * math.cos(b), height - e + e * math.sin(b)) for b in bend]
    return move(lathe([(0, 0), *low, *high, (0, height)], paint), at)


def tube(
    path: Sequence[Point3],
    radius: float | Sequence[float],
    paint: Paint = None,
    *,
    closed: bool = False,
    bends: bool = True,
) -> Mesh:
    """A round bar along points: bent smoothly through them, or straight from each to the next."""
    curve = bpy.data.curves.new("tube", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", 1.0, 6
    curve.resolution_u, curve.use_fill_caps = 12, True
    spline = curve.splines.new("BEZIER" if bends else "POLY")
    points = spline.bezier_points if bends else spline.points
    points.add(len(path) - 1)
    radii = [radius] * len(path) if isinstance(radius, int | float) else list(radius)
    for point, place, thick in zip(points, path, radii, strict=True):
        point.co = place if bends else (*place, 1)
        point.radius = thick
        if bends:
            point.handle_left_type = point.handle_right_type = "AUTO"
    spline.use_cyclic_u = closed
    return _from_curve(curve, paint)


def plate(
    outline: Sequence[Point2], thick: float, paint: Paint = None, *, edge: float = 0.001
) -> Mesh:
    """A flat thing of any (x, y) outline, `thick` in z from 0 up, edges rounded."""
    curve = bpy.data.curves.new("plate", "CURVE")
    curve.dimensions, curve.fill_mode = "2D", "BOTH"
    e = min(edge, 0.45 * thick)
    curve.extrude, curve.bevel_depth, curve.bevel_resolution = thick / 2 - e, e, 3
    curve.offset = -e
    spline = curve.splines.new("POLY")
    spline.points.add(len(outline) - 1)
    for point, (x, y) in zip(spline.points, outline, strict=True):
        point.co = (x, y, 0, 1)
    spline.use_cyclic_u = True
    return move(_from_curve(curve, paint), (0, 0, thick / 2))


def bent(points: Sequence[Point2], count: int = 64) -> list[Point2]:
    """A smooth line through points (Catmull-Rom by chord length); for profiles and outlines."""
    knots = np.array(points, float)
    if len(knots) < 3:
        return [(float(x), float(y)) for x, y in knots]
    ends = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    spans = len(knots) - 1
    line = []
    for t in np.linspace(0, spans, count):
        k = min(int(t), spans - 1)
        p0, p1, p2, p3 = ends[k : k + 4]
        f = t - k
        line.append(
            0.5
            * (
                2 * p1
                + (p2 - p0) * f
                + (2 * p0 - 5 * p1 + 4 * p2 - p3) * f**2
                + (3 * p1 - p0 - 3 * p2 + p3) * f**3
            )
        )
    return [(float(x), float(y)) for x, y in line]


def share(u: float, wide: float, deep: float, square: float = 2) -> Point2:
    """A superellipse's point at a share of its length: 0 is the front, 0.25 the right."""
    lengths, x, y = _superellipse(wide, deep, square)
    u %= 1
    return float(np.interp(u, lengths, x)), float(np.interp(u, lengths, y))


@lru_cache(maxsize=4096)
def _superellipse(wide: float, deep: float, square: float) -> tuple[np.ndarray, ...]:
    angle = np.linspace(-0.5 * math.pi, 1.5 * math.pi, 721)
    c, s = np.cos(angle), np.sin(angle)
    x = wide * np.sign(c) * np.abs(c) ** (2 / square)
    y = deep * np.sign(s) * np.abs(s) ** (2 / square)
    lengths = np.r_[0, np.cumsum(np.hypot(np.diff(x), np.diff(y)))]
    return lengths / lengths[-1], x, y


def through(points: Sequence[Point3], count: int = 64, *, closed: bool = False) -> list[Point3]:
    """A smooth line in space through points (Catmull-Rom)."""
    knots = np.array(points, float)
    if closed:
        ends = np.vstack([knots[-1], knots, knots[0], knots[1]])
    else:
        ends = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    spans = len(ends) - 3
    at = np.linspace(0, spans, count, endpoint=not closed)
    k = np.minimum(at.astype(int), spans - 1)
    f = (at - k)[:, None]
    p0, p1, p2, p3 = ends[k], ends[k + 1], ends[k + 2], ends[k + 3]
    line = 0.5 * (
        2 * p1
        + (p2 - p0) * f
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * f**2
        + (3 * p1 - p0 - 3 * p2 + p3) * f**3
    )
    return [tuple(float(c) for c in place) for place in line]


@lru_cache
def eased(
    levels: tuple[tuple[float, ...], ...], by: tuple[int, int] = (0, 1)
) -> tuple[np.ndarray, np.ndarray]:
    """Levels of a form with many smooth ones between them, and where each lies from 0 to 1.

    Args:
        levels: one tuple of measures each; shape (n, measures) comes back as (8 n, measures).
        by: the two measures (of a profile, in metres) that places are told by.
    """
    line = np.array(through(levels, 8 * len(levels)))
    steps = np.hypot(*np.diff(line[:, by], axis=0).T)
    lengths = np.r_[0, np.cumsum(steps)]
    return line, lengths / lengths[-1]


def strap(
    path: Sequence[Point3],
    wide: float | Sequence[float],
    thick: float,
    paint: Paint = None,
    *,
    across: Point3 = (1, 0, 0),
    closed: bool = False,
    square: float = 6,
) -> Mesh:
    """A flat band along points; its width lies along `across`, as far as its way lets it."""
    places = np.array(path, float)
    ends = np.vstack([places[-1], places, places[0]]) if closed else places
    ways = np.gradient(ends, axis=0)[1:-1] if closed else np.gradient(ends, axis=0)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    sides = np.array(across, float) - ways * (ways @ np.array(across, float))[:, None]
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    ups = np.cross(ways, sides)
    section = ring((0, 0, 0), 0.5, 0.5, square=square, points=24)
    widths = np.broadcast_to(np.array(wide, float), len(places))
    rings = [
        [tuple(p + x * w * side + y * thick * up) for x, y, _ in section]
        for p, w, side, up in zip(places, widths, sides, ups, strict=True)
    ]
    return loft([*rings, rings[0]], paint, caps=False) if closed else loft(rings, paint)


def stitches(
    path: Sequence[Point3], paint: Paint = None, *, pitch: float = 0.006, thick: float = 0.001
) -> Mesh:
    """A row of thread dashes along points."""
    places = np.array(path, float)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))]

    def at(length: float) -> list[float]:
        return [float(np.interp(length, along, places[:, k])) for k in range(3)]

    curve = bpy.data.curves.new("stitches", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", thick / 2, 1
    curve.use_fill_caps = True
    for start in np.arange(pitch / 4, along[-1] - pitch / 2, pitch):
        spline = curve.splines.new("POLY")
        spline.points.add(1)
        spline.points[0].co = (*at(start), 1)
        spline.points[1].co = (*at(start + 0.62 * pitch), 1)
    return _from_curve(curve, paint)


def layer(
    point: Callable[[float, float], Point3],
    patch: tuple[float, float, float, float] | Callable[[float, float], Point2],
    paint: Paint = None,
    *,
    off: float = 0.001,
    steps: tuple[int, int] = (24, 24),
) -> Mesh:
    """A piece laid onto the surface `point(u, v)`, its edges drawn down to it: a patch, a print.

    Args:
        point: its outer side is where u goes right and v goes up.
        patch: (lowest u, highest u, lowest v, highest v), or where (s, t) from 0 to 1 lies.
        off: metres that it stands above the surface.
    """
    if not callable(patch):
        left, right, low, high = patch

        def place(s: float, t: float) -> Point2:
            return left + s * (right - left), low + t * (high - low)
    else:
        place = patch

    def raised(s: float, t: float, up: float) -> Point3:
        u, v = place(s, t)
        here = np.array(point(u, v))
        normal = np.cross(np.array(point(u + 1e-3, v)) - here, np.array(point(u, v + 1e-3)) - here)
        return tuple(here + normal / (np.linalg.norm(normal) + 1e-15) * up)

    across = [0.0, *np.linspace(0, 1, steps[0] + 1), 1.0]
    along = [0.0, *np.linspace(0, 1, steps[1] + 1), 1.0]
    rows = [
        [
            raised(s, t, -0.3 * off if i in (0, steps[0] + 2) or k in (0, steps[1] + 2) else off)
            for i, s in enumerate(across)
        ]
        for k, t in enumerate(along)
    ]
    return _grid(rows, np.linspace(0, 1, len(rows)), paint)


def sticker(size: Point2, paint: Paint, *, at: Point3, facing: Point3 = (0, 0, 0)) -> Mesh:
    """A flat print that faces -y, its middle `at`; `facing` turns it about x, y, z in degrees."""
    wide, high = size[0] / 2, size[1] / 2
    flat = surface(lambda u, v: ((2 * u - 1) * wide, 0.0, (2 * v - 1) * high), paint, steps=(1, 1))
    return move(turn(flat, facing), at)


def wrap(
    profile: Sequence[Point2],
    heights: Point2,
    paint: Paint,
    *,
    middle: float = 0,
    span: float = 90,
    off: float = 0.0004,
) -> Mesh:
    """A print around a turned shape, upright, between two heights.

    Args:
        profile: the outer side only, from low to high.
        middle: degrees from the front (-y), positive to the right as one looks at it.
        span: degrees that the print takes.
        off: metres above the surface.
    """
    radii, places = zip(*profile, strict=True)

    def point(u: float, v: float) -> Point3:
        z = heights[0] + (heights[1] - heights[0]) * v
        r = float(np.interp(z, places, radii)) + off
        angle = math.radians(middle + (u - 0.5) * span)
        return r * math.sin(angle), -r * math.cos(angle), z

    return surface(point, paint, steps=(32, 12))


# What changes a mesh. Each returns it, so that calls can be chained.


def move(thing: Mesh, by: Point3) -> Mesh:
    thing.data.transform(_placed(by, (0, 0, 0)))
    return thing


def turn(thing: Mesh, degrees: Point3, about: Point3 = (0, 0, 0)) -> Mesh:
    """Turn about x, then y, then z."""
    move(thing, (-about[0], -about[1], -about[2]))
    thing.data.transform(_placed((0, 0, 0), degrees))
    return move(thing, about)


def scale(thing: Mesh, factors: Point3) -> Mesh:
    mesh = bmesh.new()
    mesh.from_mesh(thing.data)
    bmesh.ops.scale(mesh, vec=factors, verts=mesh.verts)
    if factors[0] * factors[1] * factors[2] < 0:
        bmesh.ops.reverse_faces(mesh, faces=mesh.faces)
    mesh.to_mesh(thing.data)
    mesh.free()
    return thing


def reshape(thing: Mesh, change: Callable[[Point3], Point3]) -> Mesh:
    """Move every vertex by a function of its place."""
    for vertex in thing.data.vertices:
        vertex.co = change(tuple(vertex.co))
    thing.data.update()
    return thing


def ribs(thing: Mesh, count: int, depth: float) -> Mesh:
    """Flute a turned shape: `count` grooves around z, `depth` metres deep."""

    def fluted(p: Point3) -> Point3:
        r = math.hypot(p[0], p[1])
        k = 1 - depth / max(r, 1e-6) * (0.5 + 0.5 * math.cos(count * math.atan2(p[1], p[0])))
        return (p[0] * k, p[1] * k, p[2]) if r > 3 * depth else p

    return reshape(thing, fluted)


def copy(thing: Mesh) -> Mesh:
    twin = thing.copy()
    twin.data = thing.data.copy()
    bpy.context.collection.objects.link(twin)
    return twin


def mirrored(thing: Mesh) -> list[Mesh]:
    """The thing and its image at x = 0."""
    return [thing, scale(copy(thing), (-1, 1, 1))]


def join(things: Iterable[Mesh]) -> Mesh:
    """One mesh of many; materials stay."""
    first, *others = things
    if others:
        with bpy.context.temp_override(
            active_object=first, object=first, selected_editable_objects=[first, *others]
        ):
            bpy.ops.object.join()
    return first


def bevel(thing: Mesh, width: float, *, segments: int = 4) -> Mesh:
    if width > 0:
        made = thing.modifiers.new("bevel", "BEVEL")
        made.width, made.segments, made.limit_method = width, segments, "ANGLE"
        made.harden_normals = False
    return smooth(thing)


def subdivide(thing: Mesh, levels: int = 2) -> Mesh:
    made = thing.modifiers.new("subdivide", "SUBSURF")
    made.levels = made.render_levels = levels
    return smooth(thing)


def thicken(thing: Mesh, thick: float) -> Mesh:
    """Give a skin a thickness (inwards)."""
    made = thing.modifiers.new("thicken", "SOLIDIFY")
    made.thickness, made.offset = thick, -1
    return thing


def rumple(thing: Mesh, depth: float, size: float) -> Mesh:
    """Dent a soft thing irregularly; `size` of the dents in metres."""
    texture = bpy.data.textures.new("rumple", "CLOUDS")
    texture.noise_scale = size
    made = thing.modifiers.new("rumple", "DISPLACE")
    made.texture, made.strength, made.texture_coords = texture, depth, "GLOBAL"
    return thing


def smooth(thing: Mesh, degrees: float = 40) -> Mesh:
    """Shade round what is flatter than the angle."""
    thing.data.shade_smooth()
    thing.data.set_sharp_from_angle(angle=math.radians(degrees))
    return thing


def paint_all(thing: Mesh, paint: Paint) -> Mesh:
    thing.data.materials.clear()
    if paint is not None:
        thing.data.materials.append(paint)
    return thing


def _grid(rows: Sequence[Sequence[Point3]], heights: np.ndarray, paint: Paint) -> Mesh:
    """Faces between rows of points; uv from each point's place in its row and the row's height."""
    mesh = bmesh.new()
    uv = mesh.loops.layers.uv.new("UVMap")
    points = [[mesh.verts.new(p) for p in row] for row in rows]
    last = len(rows[0]) - 1
    for k in range(len(rows) - 1):
        for i in range(last):
            corners = ((k, i), (k, i + 1), (k + 1, i + 1), (k + 1, i))
            face = mesh.faces.new([points[a][b] for a, b in corners])
            for loop, (a, b) in zip(face.loops, corners, strict=True):
                loop[uv].uv = (b / last, heights[a])
    bmesh.ops.remove_doubles(mesh, verts=mesh.verts, dist=1e-6)
    bmesh.ops.dissolve_degenerate(mesh, edges=mesh.edges, dist=1e-7)
    bmesh.ops.recalc_face_normals(mesh, faces=mesh.faces)
    return smooth(_object(mesh, paint))


def _object(mesh: bmesh.types.BMesh, paint: Paint) -> Mesh:
    data = bpy.data.meshes.new("part")
    mesh.to_mesh(data)
    mesh.free()
    made = bpy.data.objects.new("part", data)
    bpy.context.collection.objects.link(made)
    return smooth(paint_all(made, paint))


def _from_curve(curve: bpy.types.Curve, paint: Paint) -> Mesh:
    drawn = bpy.data.objects.new("curve", curve)
    data = bpy.data.meshes.new_from_object(drawn)
    bpy.data.objects.remove(drawn)
    bpy.data.curves.remove(curve)
    made = bpy.data.objects.new("part", data)
    bpy.context.collection.objects.link(made)
    return smooth(paint_all(made, paint))


def _placed(by: Point3, degrees: Point3):
    turned = Euler([math.radians(d) for d in degrees]).to_matrix().to_4x4()
    turned.translation = Vector(by)
    return turned

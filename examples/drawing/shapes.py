"""The shop's products as surfaces. Decimetres, standing on y = 0, facing +z."""

from collections.abc import Callable

import numpy as np

from drawing.forms import Points, curve_through, slab, tube, turned
from drawing.space import Body, Floats, Material, Surface


def mug(outside: Material, inside: Material, handle: Material) -> Body:
    wall = [(0, 0), (0.3, 0), (0.37, 0.02), (0.405, 0.08), (0.41, 0.3), (0.41, 0.6), (0.41, 0.93)]
    lip = [(0.41, 0.93), (0.405, 0.955), (0.392, 0.962), (0.38, 0.955), (0.375, 0.93)]
    hollow = [(0.375, 0.93), (0.375, 0.5), (0.37, 0.12), (0.33, 0.06), (0, 0.06)]
    ear = [
        (0.36, 0.76, 0),
        (0.52, 0.8, 0),
        (0.68, 0.72, 0),
        (0.72, 0.5, 0),
        (0.66, 0.3, 0),
        (0.5, 0.19, 0),
        (0.36, 0.2, 0),
    ]
    return Body(
        (
            turned(wall, outside),
            turned(lip, inside),
            turned(hollow, inside),
            tube(ear, handle, (0.075, 0.06), flat=1.35),
        )
    )


def teapot(glazed: Material, grip: Material) -> Body:
    belly = [(0, 0), (0.5, 0), (0.62, 0.05), (0.86, 0.4), (0.9, 0.65), (0.74, 0.98), (0.46, 1.14)]
    lid = [(0.47, 1.14), (0.46, 1.18), (0.34, 1.26), (0.12, 1.32), (0.06, 1.34)]
    knob = [(0.05, 1.33), (0.06, 1.38), (0.13, 1.44), (0.12, 1.53), (0, 1.57)]
    spout = [(-0.7, 0.42, 0), (-1.0, 0.55, 0), (-1.15, 0.85, 0), (-1.36, 1.12, 0)]
    ear = [
        (0.66, 1.0, 0),
        (0.95, 1.12, 0),
        (1.25, 0.98, 0),
        (1.27, 0.66, 0),
        (0.98, 0.4, 0),
        (0.78, 0.36, 0),
    ]
    return Body(
        (
            turned(belly, glazed),
            turned(lid, glazed),
            turned(knob, grip),
            tube(spout, glazed, (0.24, 0.1)),
            tube(ear, grip, 0.075, flat=1.2),
        )
    )


def bowl(outside: Material, inside: Material) -> Body:
    wall = [(0, 0.03), (0.38, 0.03), (0.4, 0), (0.45, 0.02), (0.75, 0.24), (0.94, 0.55), (1, 0.78)]
    hollow = [
        (1, 0.78),
        (0.985, 0.8),
        (0.965, 0.79),
        (0.9, 0.56),
        (0.72, 0.29),
        (0.4, 0.1),
        (0, 0.07),
    ]
    return Body((turned(wall, outside), turned(hollow, inside)))


VASES: dict[str, Points] = {
    "amphora": [
        (0, 0),
        (0.38, 0),
        (0.44, 0.04),
        (0.66, 0.7),
        (0.78, 1.25),
        (0.62, 1.85),
        (0.3, 2.2),
        (0.25, 2.42),
        (0.33, 2.62),
        (0.38, 2.66),
    ],
    "bud": [
        (0, 0),
        (0.42, 0),
        (0.52, 0.04),
        (0.74, 0.36),
        (0.76, 0.62),
        (0.56, 0.95),
        (0.22, 1.12),
        (0.15, 1.3),
        (0.16, 1.66),
        (0.22, 1.74),
    ],
    "column": [
        (0, 0),
        (0.46, 0),
        (0.5, 0.05),
        (0.47, 0.5),
        (0.44, 1.1),
        (0.48, 1.8),
        (0.56, 2.3),
        (0.58, 2.4),
    ],
}


def vase(form: str, glazed: Material, inside: Material) -> Body:
    profile = VASES[form]
    r, y = profile[-1]
    hollow = [
        (r, y),
        (r - 0.02, y + 0.012),
        (r - 0.045, y),
        (r - 0.08, y - 0.15),
        (profile[-3][0] - 0.06, profile[-3][1] - 0.1),
    ]
    return Body((turned(profile, glazed), turned(hollow, inside)))


def lamp(foot: Material, metal: Material, shade: Material) -> Body:
    base = [
        (0, 0),
        (0.62, 0),
        (0.7, 0.04),
        (0.82, 0.5),
        (0.8, 0.95),
        (0.52, 1.45),
        (0.2, 1.7),
        (0.13, 1.78),
    ]
    neck = [(0.13, 1.78), (0.15, 1.8), (0.15, 1.86), (0.06, 1.9), (0.06, 2.5)]
    cone = [(1.42, 2.15), (1.41, 2.17), (0.92, 3.62), (0.91, 3.64)]
    lining = [(1.4, 2.15), (0.9, 3.64)]
    return Body(
        (
            turned(base, foot),
            turned(neck, metal, sharp=True),
            turned(cone, shade, sharp=True),
            turned(lining, shade, sharp=True),
        )
    )


def _cushion(front: float, wide: float, tall: float, thick: float) -> Callable[..., Floats]:
    def at(u: Floats, v: Floats) -> Floats:
        s, t = u * 2 - 1, v * 2 - 1
        pinch_x, pinch_y = 1 - 0.075 * (1 - t * t), 1 - 0.075 * (1 - s * s)
        dome = (np.clip(1 - s**4, 0, 1) * np.clip(1 - t**4, 0, 1)) ** 0.55
        rim = np.exp(-((np.abs(s) - 0.86) ** 2) / 0.02) + np.exp(-((np.abs(t) - 0.86) ** 2) / 0.02)
        folds = np.sin(s * 9 + t * 5) * np.cos(t * 8 - s * 3) * 0.018 * (0.4 + rim)
        z = front * (dome * thick * (1 + 0.05 * np.sin(s * 2.3 + t * 1.7)) + folds * dome)
        parts = np.broadcast_arrays(s * wide * pinch_x, (t * pinch_y + 1) * tall, z)
        return np.stack(parts, -1).astype(np.float32)

    return at


def pillow(cloth: Material, piping: Material) -> Body:
    """A square cushion, leaning back a little."""
    w, h = 2.2, 2.2
    t = np.linspace(-1, 1, 9)[:-1]
    ring = (
        [(s * w, (1 - (1 - 0.075 * (1 - s * s))) * h, 0.0) for s in t]
        + [(w * (1 - 0.075 * (1 - s * s)), (s + 1) * h, 0.0) for s in t]
        + [(-s * w, (1 + (1 - 0.075 * (1 - s * s))) * h, 0.0) for s in t]
        + [(-w * (1 - 0.075 * (1 - s * s)), (1 - s) * h, 0.0) for s in t]
    )
    ring.append(ring[0])
    back = Surface(_cushion(-1, w, h, 0.75), cloth)
    seam = tube(ring, piping, 0.045)
    return Body((Surface(_cushion(1, w, h, 0.75), cloth), back, seam)).placed(
        (0, 0.04, 0), pitch=-12
    )


def tote(cloth: Material, handle: Material) -> Body:
    """A shopping bag with two long handles."""

    def side(front: float) -> Callable[[Floats, Floats], Floats]:
        def at(u: Floats, v: Floats) -> Floats:
            s = u * 2 - 1
            wide = 1.75 + 0.12 * v
            deep = 0.5 * (1 - 0.62 * v) * (1 - np.abs(s) ** 5)
            round_off = np.clip(v / 0.06, 0, 1) ** 0.5
            folds = 0.05 * np.sin(s * 6.5 + 1.2 * front) * v * (1 - v) * 2
            folds = folds + 0.06 * np.sin(s * 3 + v * 7) * (1 - np.abs(s) ** 3) * (1 - v)
            z = front * (deep * (0.55 + 0.45 * round_off) + folds * 0.8)
            y = v * 3.9 - 0.05 * np.cos(s * 4.5) * v
            parts = np.broadcast_arrays(s * wide * (0.97 + 0.03 * round_off), y, z)
            return np.stack(parts, -1).astype(np.float32)

        return at

    def strap(z: float, top: float) -> Surface:
        path = [
            (-0.85, 3.35, z * 1.35),
            (-0.86, 3.9, z * 1.05),
            (-0.72, 4.9, z),
            (-0.35, top, z * 0.6),
            (0.35, top, z * 0.6),
            (0.72, 4.9, z),
            (0.86, 3.9, z * 1.05),
            (0.85, 3.35, z * 1.35),
        ]
        return tube(path, handle, 0.14, aside=(0, 0, 1), flat=0.25)

    return Body(
        (Surface(side(1), cloth), Surface(side(-1), cloth), strap(0.2, 5.55), strap(-0.2, 5.4))
    ).placed((0, 0.0, 0), pitch=-4)


def ball(radius: float, skin: Material) -> Body:
    t = np.linspace(0, np.pi, 41)
    profile = [(radius * np.sin(a), radius - radius * np.cos(a)) for a in t]
    return Body((turned(profile, skin),))


def flask(body: Material, cap: Material) -> Body:
    """An insulated drinking bottle."""
    wall = [
        (0, 0),
        (0.3, 0),
        (0.345, 0.015),
        (0.36, 0.06),
        (0.36, 0.9),
        (0.36, 1.75),
        (0.34, 1.95),
        (0.26, 2.12),
        (0.22, 2.2),
        (0.22, 2.26),
    ]
    lid = [(0.24, 2.26), (0.25, 2.28), (0.25, 2.52), (0.235, 2.56), (0, 2.57)]
    loop = [(-0.17, 2.54, 0), (-0.16, 2.7, 0), (0, 2.78, 0), (0.16, 2.7, 0), (0.17, 2.54, 0)]
    return Body((turned(wall, body), turned(lid, cap), tube(loop, cap, 0.045, flat=1.6)))


def glass_bottle(glass: Material, label: Material, cork: Material) -> Body:
    wall = [
        (0, 0.04),
        (0.3, 0.02),
        (0.36, 0.02),
        (0.385, 0.08),
        (0.385, 0.8),
        (0.385, 1.5),
        (0.33, 1.75),
        (0.17, 2.0),
        (0.13, 2.2),
        (0.13, 2.55),
        (0.155, 2.57),
        (0.155, 2.66),
        (0.13, 2.68),
    ]
    band = [(0.39, 0.4), (0.39, 1.3)]
    plug = [(0, 2.45), (0.118, 2.46), (0.12, 2.72), (0.13, 2.88), (0.12, 2.92), (0, 2.93)]
    return Body((turned(wall, glass), turned(band, label, sharp=True), turned(plug, cork)))


def candle(glass: Material, wax: Material, label: Material, wick: Material) -> Body:
    wall = [
        (0, 0.01),
        (0.4, 0.01),
        (0.45, 0.03),
        (0.465, 0.1),
        (0.465, 0.5),
        (0.465, 1.05),
        (0.455, 1.06),
        (0.445, 1.05),
    ]
    fill = [
        (0, 0.09),
        (0.4, 0.09),
        (0.425, 0.12),
        (0.425, 0.7),
        (0.42, 0.78),
        (0.2, 0.765),
        (0, 0.76),
    ]
    band = [(0.47, 0.22), (0.47, 0.74)]
    return Body(
        (
            turned(wall, glass),
            turned(fill, wax),
            turned(band, label, sharp=True),
            tube([(0, 0.74, 0), (0.01, 0.85, 0), (0.03, 0.92, 0)], wick, 0.02),
        )
    )


def chair(seat: Material, legs: Material, *, padded: bool) -> Body:
    """A shell chair on four wooden legs."""
    thick = 0.32 if padded else 0.1

    def shell(offset: float) -> Callable[[Floats, Floats], Floats]:
        line = curve_through(
            np.array(
                [
                    (1.9, 4.32),
                    (2.02, 4.42),
                    (1.9, 4.55),
                    (0.9, 4.45),
                    (-0.6, 4.3),
                    (-1.6, 4.5),
                    (-2.0, 5.4),
                    (-2.2, 6.6),
                    (-2.36, 7.7),
                    (-2.4, 8.0),
                ]
            )
        )

        def at(u: Floats, v: Floats) -> Floats:
            s = u * 2 - 1
            c = line(v)
            wide = (
                2.1 - 0.35 * np.clip(v - 0.55, 0, 1) * 2 - 0.9 * np.clip((v - 0.9) / 0.1, 0, 1) ** 3
            )
            wide = wide - 0.7 * np.clip((0.14 - v) / 0.14, 0, 1) ** 3
            lift = 0.55 * np.abs(s) ** 2.6 * np.clip(1.2 - np.abs(v - 0.55) * 2.2, 0.12, 1)
            edge = np.clip((1 - np.abs(s)) / 0.05, 0, 1) ** 0.5
            y, z = (
                c[..., 1] + lift * 0.9 - offset * edge,
                c[..., 0] + lift * 0.75 - offset * edge * 0.6,
            )
            return np.stack(np.broadcast_arrays(s * wide, y, z), -1).astype(np.float32)

        return at

    rods = [
        tube([(x * 0.75, 4.15, z * 0.8), (x * 1.55, 0, z * 1.65)], legs, (0.17, 0.1))
        for x in (-1, 1)
        for z in (-1, 1)
    ]
    cross = [
        tube([(-1.0, 3.0, z), (1.0, 3.0, z)], legs, 0.07, aside=(0, 1, 0)) for z in (-1.05, 1.05)
    ]
    return Body((Surface(shell(0), seat), Surface(shell(thick), seat), *rods, *cross))


def stool(top: Material, legs: Material) -> Body:
    seat = [(0, 4.3), (1.35, 4.3), (1.5, 4.33), (1.58, 4.45), (1.55, 4.6), (1.4, 4.66), (0, 4.62)]
    rods = [
        tube([(x * 0.8, 4.35, z * 0.8), (x * 1.25, 0, z * 1.25)], legs, (0.15, 0.11))
        for x in (-1, 1)
        for z in (-1, 1)
    ]
    ring = [
        (1.08 * np.cos(a) * 1.4142, 1.6, 1.08 * np.sin(a) * 1.4142)
        for a in np.linspace(0, 2 * np.pi, 17)
    ]
    return Body((turned(seat, top), *rods, tube(ring, legs, 0.08, aside=(0, 1, 0))))


def clock(face: Material, rim: Material) -> Body:
    """A wall clock, hanging; its middle is 1.6 above y = 0."""

    def dial(u: Floats, v: Floats) -> Floats:
        x, y = (u * 2 - 1), (v * 2 - 1)
        dx, dy = x * np.sqrt(1 - y * y / 2), y * np.sqrt(1 - x * x / 2)
        parts = np.broadcast_arrays(dx * 1.42, dy * 1.42 + 1.6, np.float32(0.08))
        return np.stack(parts, -1).astype(np.float32)

    ring = turned(
        [(1.4, 0.05), (1.41, 0.3), (1.47, 0.36), (1.55, 0.3), (1.57, 0.1), (1.55, 0)], rim
    )

    def stand(u: Floats, v: Floats) -> Floats:
        p = ring.at(u, v)
        return np.stack([p[..., 0], p[..., 2] + 1.6, p[..., 1]], -1)

    return Body((Surface(dial, face), Surface(stand, rim)))


def shirt(cloth: Material, inner: Material) -> Body:
    """A T-shirt as if worn by nobody, hanging; y from 0 to about 7."""

    def scoop(a: Floats, depth: float) -> Floats:
        return np.asarray(depth * np.sqrt(np.clip(1 - (a / 0.37) ** 2, 0, 1)), np.float32)

    def shoulder(a: Floats) -> Floats:
        return np.asarray(6.95 - 0.62 * a - 0.5 * np.clip((a - 0.75) / 0.25, 0, 1) ** 2, np.float32)

    def torso(front: float, depth: float) -> Callable[[Floats, Floats], Floats]:
        def at(u: Floats, v: Floats) -> Floats:
            s = u * 2 - 1
            a = np.abs(s)
            wide = 2.3 - 0.1 * np.sin(v * np.pi) + 0.05 * (1 - v)
            top = shoulder(a) - scoop(a, depth)
            y = v * top
            deep = 0.85 * np.sqrt(np.clip(1 - a**2.4, 0, 1))
            closing = np.sqrt(
                np.clip(1 - np.clip((y - 4.6) / (shoulder(a) - 4.6), 0, 1) ** 2.5, 0, 1)
            )
            folds = 0.09 * np.sin(s * 6.2 + front + v * 1.8) * (1 - v) ** 0.8
            pull = np.exp(-(((a - 0.75) * 1.2 + (v - 0.72) * 1.9) ** 2) / 0.012)
            folds = folds + 0.1 * pull - 0.07 * np.exp(-(((a - 0.9) + (v - 0.6) * 1.6) ** 2) / 0.01)
            z = front * (deep * closing + folds * (1 - a**4) * np.clip((1 - v) / 0.1, 0, 1))
            parts = np.broadcast_arrays(s * wide, y + 0.05 * np.sin(s * 5) * (1 - v), z)
            return np.stack(parts, -1).astype(np.float32)

        return at

    def sleeve(side: float) -> Surface:
        start, end = np.array([1.35, 5.35, 0.0]), np.array([3.2, 4.2, 0.06])
        ahead = (end - start) / np.linalg.norm(end - start)
        up = np.array([-ahead[1], ahead[0], 0.0])

        def at(u: Floats, v: Floats) -> Floats:
            angle = u * np.float32(2 * np.pi)
            tall = 0.9 - 0.04 * v + 0.03 * np.sin(angle * 3 + v * 5) * v
            deep = 0.48 + 0.04 * v + 0.05 * np.sin(angle * 4 + v * 6) * v
            # The upper edge bends over the shoulder.
            droop = 0.22 * v * (1 - v) * 4 * np.clip(np.cos(angle), 0, 1)
            rise = tall * np.cos(angle) + droop
            at_line = start + v[..., None] * (end - start) + rise[..., None] * up
            z = at_line[..., 2] + deep * np.sin(angle)
            parts = np.broadcast_arrays(side * at_line[..., 0], at_line[..., 1], z)
            return np.stack(parts, -1).astype(np.float32)

        return Surface(at, cloth)

    collar = []
    for x in np.linspace(-0.37, 0.37, 15):
        dip = float(np.sqrt(max(0, 1 - (x / 0.37) ** 2)))
        collar.append((x * 2.3, 6.95 - 0.62 * abs(x) - 1.0 * dip + 0.03, 0.1 + 0.5 * dip))
    return Body(
        (
            Surface(torso(1, 1.0), cloth),
            Surface(torso(-1, 0.22), inner),
            sleeve(-1),
            sleeve(1),
            tube(collar, cloth, 0.12, flat=0.5),
        )
    )


def hat(crown: Material, band: Material, brim_width: float) -> Body:
    """A hat on the floor: a bucket hat with a narrow brim, a sun hat with a wide one."""
    b = brim_width
    top = [(0, 1.16), (0.45, 1.16), (0.74, 1.13), (0.82, 1.06), (0.86, 0.8), (0.9, 0.46)]
    ribbon = [(0.91, 0.47), (0.925, 0.45), (0.94, 0.27), (0.935, 0.25)]
    brim = [
        (0.93, 0.25),
        (0.97, 0.22),
        (0.94 + b * 0.5, 0.2 - 0.05 * b),
        (0.94 + b, 0.04),
        (0.95 + b, 0.02),
        (0.93 + b, 0.01),
    ]
    under = [(0.93 + b, 0.01), (0.94 + b * 0.5, 0.16 - 0.05 * b), (0.95, 0.2)]

    def wavy(surface: Surface) -> Surface:
        def at(u: Floats, v: Floats) -> Floats:
            p = np.array(surface.at(u, v))
            r = np.hypot(p[..., 0], p[..., 2])
            p[..., 1] += (
                0.07 * b * np.clip(r - 0.95, 0, None) * (1 + np.sin(u * np.float32(4 * np.pi)))
            )
            return p

        return Surface(at, surface.material)

    return Body(
        (
            turned(top, crown),
            turned(ribbon, band),
            wavy(turned(brim, crown)),
            wavy(turned(under, crown)),
        )
    )


def book(cover: Material, back: Material, pages: Material) -> Body:
    """A book that stands upright, its spine to the left."""
    w, h, d = 1.5, 2.1, 0.32
    front = slab((w, h, 0.05), (0, h / 2, d / 2), [cover, back, back, back, back, back], 0.02)
    rear = slab((w, h, 0.05), (0, h / 2, -d / 2), [back], 0.02)
    spine = slab((0.06, h, d), (-w / 2 + 0.03, h / 2, 0), [back], 0.03)
    block = slab((w - 0.1, h - 0.12, d - 0.04), (0.0, h / 2, 0), [pages], 0.01)
    return Body((*front, *rear, *spine, *block))


def plant(pot: Material, soil: Material, leaf: Material, rng: np.random.Generator) -> Body:
    wall = [
        (0, 0),
        (0.55, 0),
        (0.6, 0.03),
        (0.74, 0.75),
        (0.8, 1.2),
        (0.8, 1.28),
        (0.76, 1.29),
        (0.73, 1.2),
    ]
    earth = [(0.74, 1.17), (0, 1.2)]
    leaves = []
    for number in range(15):
        around = number * 2.39996 + rng.uniform(-0.2, 0.2)
        lean = 0.18 + 0.75 * (number / 15) + rng.uniform(-0.06, 0.06)
        length = 2.5 - 0.75 * (number / 15) + rng.uniform(-0.2, 0.2)
        leaves.append(_leaf(around, lean, length, leaf))
    return Body((turned(wall, pot), turned(earth, soil), *leaves))


def _leaf(around: float, lean: float, length: float, material: Material) -> Surface:
    out = np.array([np.cos(around), 0, np.sin(around)], np.float32)
    side = np.array([-np.sin(around), 0, np.cos(around)], np.float32)

    def at(u: Floats, v: Floats) -> Floats:
        s = u * 2 - 1
        angle = lean * (0.35 + 1.25 * v)
        reach, rise = np.sin(angle) * v * length, np.cos(angle) * v * length
        wide = 0.36 * np.clip(np.sin(np.pi * v**0.8), 0, 1) ** 0.8 + 0.02
        fold = np.abs(s) * 0.12 * np.sin(np.pi * v)
        x = (0.05 + reach)[..., None] * out + (s * wide)[..., None] * side
        up = np.array([0, 1, 0], np.float32) * (1.15 + rise + fold)[..., None]
        return np.asarray(x + up, np.float32)

    return Surface(at, material)

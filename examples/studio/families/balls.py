"""Balls: footballs of 32 panels, basketballs, beach balls, tennis balls by the three."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from mathutils import Vector

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import ink_on, lettering
from studio.shapes import Mesh, Point3, ball, join, move, surface, tube, turn
from studio.views import View

_FRONT = (20, 9)  # degrees right and up: where the first view looks from
_GOLDEN = (1 + math.sqrt(5)) / 2


def football(item: Item) -> Sequence[Mesh]:
    """A truncated icosahedron blown up to a sphere; seams between 12 pentagons and 20 hexagons."""
    look, r = item.look, 0.110
    pale, dark = paint(look.colour, "lacquer"), paint(look.second, "lacquer")
    sewn = [_panel(corners, r, pale if len(corners) == 6 else dark) for corners in _panels()]
    parts = [move(join(sewn), (0, 0, r))]
    if look.printed:
        parts.append(_printed_on(item, r, ink_on(look.colour), (36, 17), _FRONT))
    return parts


def basketball(item: Item) -> Sequence[Mesh]:
    """Pebbled rubber, eight panels between sunk seams."""
    look, r = item.look, 0.120
    skin, seam = paint(look.colour, "leather"), paint(look.second, "rubber")
    parts = [ball(r, skin)]
    turns = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    level = [(math.cos(a), math.sin(a), 0.0) for a in turns]
    upright = [(0.0, math.cos(a), math.sin(a)) for a in turns]
    loops = [level, upright]
    for side in (-1, 1):
        wide = [math.radians(52 - 13 * math.cos(2 * a)) for a in turns]
        loops.append(
            [(side * math.cos(w), math.sin(w) * math.cos(a), math.sin(w) * math.sin(a))
             for w, a in zip(wide, turns, strict=True)]
        )  # fmt: skip
    near = r - 0.0012
    parts += [
        tube([(x * near, y * near, z * near) for x, y, z in loop], 0.0022, seam, closed=True)
        for loop in loops
    ]
    parts = [move(turn(part, (12, -18, 8)), (0, 0, r)) for part in parts]
    if look.printed:
        parts.append(_printed_on(item, r, ink_on(look.colour), (35, 16), (28, 24)))
    return parts


def beach_ball(item: Item) -> Sequence[Mesh]:
    """Six welded gores in three colours, a disc at each pole, the valve."""
    look, r = item.look, 0.160
    vinyl = [paint(c, "lacquer") for c in (look.colour, "white", look.second)]
    parts: list[Mesh] = []
    for k in range(6):

        def point(u: float, v: float, k: int = k) -> Point3:
            a, b = math.radians(60 * (k + u)), math.pi * (0.04 + 0.92 * v)
            puff = r * (1 - 0.012 * (2 * u - 1) ** 6)
            s = math.sin(b)
            return (puff * s * math.cos(a), puff * s * math.sin(a), puff * math.cos(b))

        parts.append(surface(point, vinyl[k % 3], steps=(24, 48)))
    for up in (1, -1):
        cap = paint("white", "lacquer")

        def pole(u: float, v: float, up: int = up) -> Point3:
            a, b = 2 * math.pi * u, math.radians(11) * v
            far = r + 0.0008
            return (far * math.sin(b) * math.cos(a), far * math.sin(b) * math.sin(a),
                    up * far * math.cos(b))  # fmt: skip

        parts.append(surface(pole, cap, steps=(48, 6)))
    valve = tube([(0, 0, r - 0.004), (0, 0, r + 0.006)], 0.005, paint("silver", "plastic"))
    parts.append(valve)
    parts = [move(turn(part, (34, 16, 12)), (0, 0, r)) for part in parts]
    return parts


def tennis_balls(item: Item) -> Sequence[Mesh]:
    """Three of them: felt, and the seam that the two halves of the cover share."""
    look, r = item.look, 0.033
    felt, seam = paint(look.colour, "felt"), paint("white", "rubber")
    a, b = 0.74, 0.26  # a + b = 1 keeps the seam on the sphere
    curve = [
        (a * math.cos(t) + b * math.cos(3 * t), a * math.sin(t) - b * math.sin(3 * t),
         2 * math.sqrt(a * b) * math.sin(2 * t))
        for t in np.linspace(0, 2 * math.pi, 60, endpoint=False)
    ]  # fmt: skip
    near = r - 0.0004
    parts: list[Mesh] = []
    places = [((0, -0.016, r), (90 - _FRONT[1], 0, _FRONT[0])), ((-0.055, 0.028, r), (10, 50, 0)),
              ((0.050, 0.040, r), (-20, 20, 80))]  # fmt: skip
    for at, facing in places:
        line = tube([(x * near, y * near, z * near) for x, y, z in curve], 0.0013, seam,
                    closed=True)  # fmt: skip
        line = turn(line, (0, 0, 45))  # the seam's two lobes above and below what is printed
        parts += [move(ball(r, felt), at), move(turn(line, facing), at)]
    if look.printed:
        label = _printed_on(item, r, "black", (74, 36), _FRONT)
        parts.append(move(label, (0, -0.016, 0)))
    return parts


def _panels() -> list[list[np.ndarray]]:
    """Corners of the truncated icosahedron's faces, unit length, a hexagon towards the shopper."""
    corners = [
        np.array(p, float) / math.hypot(1, _GOLDEN)
        for i in (-1, 1)
        for j in (-_GOLDEN, _GOLDEN)
        for p in ((0, i, j), (i, j, 0), (j, 0, i))
    ]
    side = min(np.linalg.norm(p - q) for p, q in combinations(corners, 2)) * 1.01
    faces = []
    for k, p in enumerate(corners):
        near = [q for m, q in enumerate(corners) if m != k and np.linalg.norm(p - q) < side]
        faces.append([p + (q - p) / 3 for q in near])
    for trio in combinations(corners, 3):
        if all(np.linalg.norm(p - q) < side for p, q in combinations(trio, 2)):
            faces.append([p + (q - p) / 3 for p in trio for q in trio if p is not q])
    # (1, 1, 1) is the middle of a triangle, hence of a hexagon: turn it to the shopper.
    across, up = (math.radians(d) for d in _FRONT)
    front = (math.sin(across) * math.cos(up), -math.cos(across) * math.cos(up), math.sin(up))
    turned = np.array(Vector((1, 1, 1)).rotation_difference(Vector(front)).to_matrix())
    return [_in_order([turned @ p for p in face]) for face in faces]


def _in_order(face: list[np.ndarray]) -> list[np.ndarray]:
    """Corners sorted around their middle, each on the unit sphere."""
    middle = np.mean(face, axis=0)
    across = face[0] - middle
    along = np.cross(middle, across)
    across, along = across / np.linalg.norm(across), along / np.linalg.norm(along)
    turn_of = [math.atan2((p - middle) @ along, (p - middle) @ across) for p in face]
    return [face[k] / np.linalg.norm(face[k]) for k in np.argsort(turn_of)]


def _panel(corners: list[np.ndarray], r: float, skin) -> Mesh:
    """A sewn panel: spokes from its middle to its rim, round as the ball, drawn in at the seams."""
    middle, count = np.mean(corners, axis=0), len(corners)

    def point(u: float, v: float) -> Point3:
        k = min(int(u * count), count - 1)
        p, q = corners[k], corners[(k + 1) % count]
        place = (1 - v) * middle + v * (p + (u * count - k) * (q - p))
        place /= np.linalg.norm(place)
        sunk = max(0.0, (v - 0.86) / 0.14) ** 2
        x, y, z = place * r * (1 - 0.020 * sunk)
        return float(x), float(y), float(z)

    return surface(point, skin, steps=(8 * count, 16))


def _printed_on(
    item: Item, r: float, ink: str, span: tuple[float, float], at: tuple[float, float]
) -> Mesh:
    """Brand and article number on a ball of radius r that lies on the ground.

    span: degrees that the print takes across and up; at: degrees right of the front, and up.
    """
    lines = [(item.family.brand.upper(), 0.46), (item.article, 0.36)]
    mark = printed(lettering(lines, ink, size=(512, 256)))

    def point(u: float, v: float) -> Point3:
        a = math.radians(at[0] + (u - 0.5) * span[0])
        b = math.radians(at[1] + (v - 0.5) * span[1])
        far = r * 1.006
        return (far * math.cos(b) * math.sin(a), -far * math.cos(b) * math.cos(a),
                r + far * math.sin(b))  # fmt: skip

    return surface(point, mark, steps=(24, 12))


FAMILIES = (
    Family(
        key="football",
        noun=Noun("football", "футбольный мяч", "m"),
        brand="Kikvara",
        category="Sports > Balls > Footballs",
        material=("synthetic leather", "искусственной кожи"),
        says=(
            "Size 5, 32 panels, for grass and artificial turf.",
            "Размер 5, 32 панели, для травы и искусственного покрытия.",
        ),
        price=24,
        looks=(
            Look("white", "dipped", "black", printed=True),
            Look("white", "dipped", "blue"),
            Look("yellow", "dipped", "navy", printed=True),
        ),
        build=football,
        views=(View(20, 12, fill=0.72), View(-70, 30, fill=0.72)),
        backdrop="#e9eef0",
    ),
    Family(
        key="basketball",
        noun=Noun("basketball", "баскетбольный мяч", "m"),
        brand="Kikvara",
        category="Sports > Balls > Basketballs",
        material=("rubber", "резины"),
        says=(
            "Size 7 with a pebbled grip, for halls and yards.",
            "Размер 7, рельефная поверхность, для зала и улицы.",
        ),
        price=27,
        looks=(
            Look("orange", second="black", printed=True),
            Look("burgundy", second="black"),
            Look("navy", second="white"),
        ),
        build=basketball,
        views=(View(20, 12, fill=0.72), View(-60, 32, fill=0.72)),
        backdrop="#f2efe9",
    ),
    Family(
        key="beach-ball",
        noun=Noun("beach ball", "пляжный мяч", "m"),
        brand="Kikvara",
        category="Toys > Outdoor > Beach balls",
        material=("vinyl", "винила"),
        says=("32 cm across, blown up in a minute.", "Диаметр 32 см, надувается за минуту."),
        price=7,
        looks=(
            Look("red", "upright stripes", "blue"),
            Look("turquoise", "upright stripes", "yellow"),
        ),
        build=beach_ball,
        views=(View(20, 12, fill=0.72), View(-50, 28, fill=0.72)),
        backdrop="#eeedeb",
    ),
    Family(
        key="tennisballs",
        noun=Noun("set of three tennis balls", "теннисные мячи, 3 шт.,", "pl"),
        brand="Kikvara",
        category="Sports > Tennis > Tennis balls",
        material=("rubber and felt", "резины и войлока"),
        says=("For training on every court.", "Для тренировок на любом покрытии."),
        price=8,
        looks=(
            Look("yellow", printed=True),
            Look("orange"),
        ),
        build=tennis_balls,
        views=(View(14, 18), View(-50, 34)),
        backdrop="#eeedeb",
    ),
)

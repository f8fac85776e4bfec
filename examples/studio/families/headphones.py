"""Headphones that go over the ears: a soft studio form and a slim folding one."""

import math
from collections.abc import Sequence

import numpy as np

from studio.assortment import Family, Item, Look, Noun
from studio.paint import paint, printed
from studio.prints import ink_on, lettering
from studio.shapes import (
    Mesh,
    Point3,
    cylinder,
    loft,
    mirrored,
    move,
    ring,
    sticker,
    tube,
    turn,
)
from studio.views import View

_LEAN = 6  # degrees that the cups hang inwards at the bottom


def headphones(item: Item) -> Sequence[Mesh]:
    """Stand on their cups, worn facing -y; each cup's outside looks to its side (x)."""
    look = item.look
    slim = look.shape == "slim"
    shell = paint(look.colour, "soft plastic" if not slim else "painted metal")
    trim = paint("silver" if look.second != "gold" else "gold", "brushed")
    pads = paint(look.second if look.second != "gold" else "cream", "leather")
    dark = paint("charcoal", "soft plastic")
    cup = [turn(part, (0, _LEAN, 0)) for part in _cup(shell, trim, pads, dark, slim)]
    apart = 0.072
    high = -min(vertex.co.z for part in cup for vertex in part.data.vertices)
    parts: list[Mesh] = []
    for part in cup:
        parts += mirrored(move(part, (apart, 0, high)))
    parts += _band(shell, pads, trim, slim, apart, high)
    if slim:
        cord = [(-apart, -0.004, 0.006), (-apart - 0.006, -0.02, 0.002),
                (-apart + 0.02, -0.070, 0.002), (-0.01, -0.085, 0.002), (0.03, -0.062, 0.002),
                (0.075, -0.078, 0.002), (0.105, -0.070, 0.002)]  # fmt: skip
        parts.append(tube(cord, 0.0017, dark))
        parts.append(turn(tube([(0.104, -0.070, 0.0030), (0.124, -0.066, 0.0030)], 0.0028, dark),
                          (0, 0, 0)))  # fmt: skip
    if look.printed:
        lines = [(item.family.brand.upper(), 0.42), (item.article, 0.34)]
        mark = printed(lettering(lines, ink_on(look.colour), size=(512, 256)))
        label = sticker((0.054, 0.027), mark, at=(0, 0, 0), facing=(0, 0, 90))
        out = 0.0233 if slim else 0.0283
        parts.append(move(turn(move(label, (out, 0, 0)), (0, _LEAN, 0)), (apart, 0, high)))
    return parts


def _cup(shell, trim, pads, dark, slim: bool) -> list[Mesh]:
    """The right cup about the origin: cushion towards -x, lid towards +x."""
    wide, tall = (0.036, 0.043) if not slim else (0.034, 0.034)
    deep = 0.028 if not slim else 0.023
    # Across, a fraction of the outline, for each step out from the ear.
    body = [(0.0, 0.93), (0.003, 0.97), (deep * 0.60, 0.97), (deep * 0.82, 0.955),
            (deep * 0.93, 0.925), (deep * 0.98, 0.89), (deep, 0.85)]  # fmt: skip
    made = [_stack(body, wide, tall, shell)]
    made.append(
        _stack([(deep * 0.60, 0.975), (deep * 0.66, 0.985), (deep * 0.72, 0.975)], wide, tall, trim)
    )
    inlay = [(deep, p[0], p[1]) for p in ring((0, 0, 0), 0.84 * wide, 0.84 * tall, square=2.3)]
    made.append(tube(inlay, 0.0007, trim, closed=True))
    # A stuffed ring: an oval path with a thick round section, flattened along x.
    path = []
    for a in np.linspace(0, 2 * math.pi, 32, endpoint=False):
        path.append((0.0, 0.74 * wide * math.cos(a), 0.76 * tall * math.sin(a)))
    cushion = tube(path, 0.0128, pads, closed=True)
    made.append(move(cushion, (-0.0085, 0, 0)))
    inner = turn(cylinder(0.62 * wide, 0.004, paint("#202225", "felt")), (0, 90, 0))
    made.append(move(inner, (-0.008, 0, 0)))
    # The fork that holds the cup, and its pins.
    r = tall + 0.004
    fork = [
        (0.010, (wide + 0.004) * math.cos(a), r * math.sin(a))
        for a in np.radians(np.linspace(2, 178, 24))
    ]
    made.append(tube(fork, 0.0032 if not slim else 0.0026, trim))
    for side in (-1, 1):
        pin = turn(cylinder(0.0042, 0.008, trim), (90, 0, 0))
        made.append(move(pin, (0.010, side * (wide + 0.002) + 0.004, 0.002)))
    made.append(
        move(turn(cylinder(0.0016, 0.002, dark), (180, 0, 0)), (0.012, 0.004, -0.95 * tall))
    )
    return made


def _stack(steps, wide: float, tall: float, skin) -> Mesh:
    """Ovals piled along +x; each step is (x, share of the outline)."""
    rings = [
        [
            (x, p[0], p[1])
            for p in ring((0, 0, 0), wide * share, tall * share, square=2.3, points=64)
        ]
        for x, share in steps
    ]
    return loft(rings, skin)


def _band(shell, pads, trim, slim: bool, apart: float, high: float) -> list[Mesh]:
    """Sliders out of the forks, the bow over the head, the padding under it, stitched."""
    top = high + 0.157
    foot = high + 0.060
    lean = math.tan(math.radians(_LEAN))
    side = apart + 0.010 + lean * 0.052
    made: list[Mesh] = []
    slider = tube(
        [(side - 0.001, 0, high + (0.036 if slim else 0.044)), (side + 0.004, 0, foot + 0.030)],
        0.0030,
        trim,
    )
    made += mirrored(slider)
    end = side + 0.003

    def bow(a: float, inward: float) -> Point3:
        """From 0 at the right end to pi at the left one."""
        x = (end - inward) * math.copysign(abs(math.cos(a)) ** 0.82, math.cos(a))
        z = foot + 0.012 + (top - foot - 0.012 - inward) * abs(math.sin(a)) ** 0.86
        return (x, 0.0, z)

    made.append(_strap(lambda a: bow(a, 0.0), 0.015 if not slim else 0.011, 0.0040, shell,
                       (0.0, math.pi)))  # fmt: skip
    made.append(_strap(lambda a: bow(a, 0.0085), 0.0165 if not slim else 0.012,
                       0.0075 if not slim else 0.0055, pads, (0.62, math.pi - 0.62)))  # fmt: skip
    for x in (end, -end):
        made.append(
            loft(
                [
                    ring(
                        (x - math.copysign(shift, x), 0, foot + h), 0.0052 * s, 0.013 * s, square=3
                    )
                    for h, s, shift in (
                        (-0.010, 0.80, 0.0015),
                        (-0.007, 1.0, 0.0012),
                        (0.014, 1.0, 0),
                        (0.024, 0.95, 0.0),
                        (0.028, 0.7, 0.0),
                    )
                ],
                shell,
            )
        )
    return made


def _strap(line, half: float, thick: float, skin, span: tuple[float, float]) -> Mesh:
    """A band of oval section along a line in the xz plane; its ends taper."""
    rings = []
    angles = np.linspace(*span, 57)
    for k, a in enumerate(angles):
        x, _, z = line(a)
        (bx, _, bz), (fx, _, fz) = line(max(a - 0.01, 0)), line(min(a + 0.01, math.pi))
        tx, tz = fx - bx, fz - bz
        size = math.hypot(tx, tz) or 1.0
        nx, nz = tz / size, -tx / size
        near_end = min(k, len(angles) - 1 - k)
        s = min(1.0, 0.35 + 0.65 * math.sin(min(1.0, near_end / 5) * math.pi / 2))
        oval = ring((0, 0, 0), thick * 0.9 * s, half * (0.55 + 0.45 * s), square=2.6, points=28)
        rings.append([(x + nx * p[0], p[1], z + nz * p[0]) for p in oval])
    return loft(rings, skin)


FAMILIES = (
    Family(
        key="headphones",
        noun=Noun("over-ear headphones", "полноразмерные наушники", "pl"),
        brand="Sonvara",
        category="Electronics > Audio > Headphones",
        material=("soft-touch plastic and faux leather", "матового пластика и экокожи"),
        says=(
            "Closed back, padded all round, folds flat for the bag.",
            "Закрытые, с мягкими амбушюрами, складываются и помещаются в сумку.",
        ),
        price=89,
        shapes={"slim": ("slim wired", "тонкие проводные")},
        looks=(
            Look("charcoal", second="black", printed=True),
            Look("white", second="grey", printed=True),
            Look("navy", second="brown"),
            Look("sage", second="cream"),
            Look("black", second="gold", shape="slim"),
            Look("cream", second="tan", shape="slim", printed=True),
            Look("red", second="black", shape="slim"),
            Look("turquoise", second="grey", shape="slim"),
        ),
        build=headphones,
        views=(View(58, 12), View(-12, 14), View(-52, 24)),
        backdrop="#eeedeb",
    ),
)

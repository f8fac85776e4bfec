"""Colours on surfaces: glazes, weaves, stone, wood and print."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drawing.space import Floats, Pattern, Spots, linear, smoothstep

_LATTICE = np.random.default_rng(7).random(65536).astype(np.float32)


def noise(at: Floats, scale: float, octaves: int = 3) -> Floats:
    """Value noise of shape (n,), 0 to 1, with features of 1/scale decimetres."""
    total = np.zeros(len(at), np.float32)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        point = np.ascontiguousarray(at.T) * np.float32(scale * 2**octave)
        point += np.float32(17.3 * octave + 500)
        cell = np.floor(point)
        t = point - cell
        t = t * t * (3 - 2 * t)
        whole = cell.astype(np.int32).astype(np.uint32)
        # Sums of odd multiples, scrambled by a last product: without it specks form rows.
        primes = (np.uint32(73856093), np.uint32(19349663), np.uint32(83492791))
        hashes = [(whole[k] * p, (whole[k] + np.uint32(1)) * p) for k, p in enumerate(primes)]
        shares = [(1 - t[k], t[k]) for k in range(3)]
        value = np.zeros(len(at), np.float32)
        for i in (0, 1):
            for j in (0, 1):
                plane, share = hashes[0][i] ^ hashes[1][j], shares[0][i] * shares[1][j]
                for k in (0, 1):
                    mixed = plane ^ hashes[2][k]
                    mixed = (mixed ^ mixed >> np.uint32(15)) * np.uint32(2654435761)
                    value += _LATTICE[mixed >> np.uint32(16)] * (share * shares[2][k])
        total += weight * value
        weights += weight
        weight *= 0.5
    return np.asarray(total / weights, np.float32)


def _mix(first: Floats, second: Floats, share: Floats) -> Floats:
    return np.asarray(first + (second - first) * share[:, None], np.float32)


def _edge(distance: Floats, soft: float = 0.02) -> Floats:
    """1 where distance is negative, 0 where positive."""
    return 1 - smoothstep(-soft, soft, distance)


def plain(colour: str) -> Pattern:
    base = linear(colour)
    return lambda spots: np.broadcast_to(base, (len(spots.u), 3))


def glaze(colour: str, variation: float = 0.16) -> Pattern:
    """A ceramic glaze that pools a little unevenly."""
    base = linear(colour)

    def pattern(spots: Spots) -> Floats:
        cloud = noise(spots.at, 1.6, 2) - 0.5
        return np.asarray(base * (1 + variation * cloud[:, None]), np.float32)

    return pattern


def speckled(colour: str, dots: str, amount: float = 0.2, scale: float = 30) -> Pattern:
    """Stoneware with iron specks."""
    under, over = glaze(colour), linear(dots)

    def pattern(spots: Spots) -> Floats:
        return _mix(under(spots), over, 0.85 * _edge(noise(spots.at, scale, 1) - amount, 0.03))

    return pattern


def striped(colours: Sequence[str], count: float, axis: str = "v", width: float = 0.5) -> Pattern:
    """Bands of the first colour cut by the others; `width` is the first one's share.

    count: bands over the whole of u or v, or a decimetre of y.
    """
    base, others = linear(colours[0]), [linear(c) for c in colours[1:]]

    def pattern(spots: Spots) -> Floats:
        place = {"u": spots.u, "v": spots.v, "y": spots.at[:, 1]}[axis] * count
        inside = place - np.floor(place)
        share = _edge(np.abs(inside - 0.5) - (1 - width) / 2, 0.02)
        stripes = np.stack(others)[np.floor(place).astype(int) % len(others)]
        return np.asarray(base + (stripes - base) * share[:, None], np.float32)

    return pattern


def checked(
    first: str, second: str, across: float, along: float, *, woven: bool = False
) -> Pattern:
    """A chessboard, or gingham where `woven`: crossings are full, single threads half."""
    one, two = linear(first), linear(second)

    def pattern(spots: Spots) -> Floats:
        a = _edge(np.abs((spots.u * across) % 1 - 0.5) - 0.25, 0.03)
        b = _edge(np.abs((spots.v * along) % 1 - 0.5) - 0.25, 0.03)
        return _mix(one, two, (a + b) / 2 if woven else a + b - 2 * a * b)

    return pattern


def dotted(base: Pattern, colour: str, across: float, along: float, size: float = 0.27) -> Pattern:
    """Round dots in offset rows."""
    ink = linear(colour)

    def pattern(spots: Spots) -> Floats:
        row = spots.v * along
        column = spots.u * across + 0.5 * (np.floor(row) % 2)
        distance = np.hypot(column % 1 - 0.5, row % 1 - 0.5)
        return _mix(base(spots), ink, _edge(distance - size, 0.03))

    return pattern


def zigzag(first: str, second: str, across: float, along: float) -> Pattern:
    one, two = linear(first), linear(second)

    def pattern(spots: Spots) -> Floats:
        wave = np.abs((spots.u * across) % 1 - 0.5)
        inside = (spots.v * along + wave) % 1
        return _mix(one, two, _edge(np.abs(inside - 0.5) - 0.25, 0.04))

    return pattern


def marble(base: str, vein: str, scale: float = 0.8) -> Pattern:
    """Thin veins where a folded noise crosses its middle."""
    stone, line = linear(base), linear(vein)

    def pattern(spots: Spots) -> Floats:
        bend = noise(spots.at, scale * 1.7, 3)[:, None]
        folded = np.abs(noise(spots.at + bend * 0.9, scale, 4) - 0.5) * 2
        fine = np.abs(noise(spots.at * 1.9 + 7 + bend, scale, 3) - 0.5) * 2
        share = 0.85 * np.exp(-folded / 0.07) + 0.3 * np.exp(-fine / 0.04)
        cloud = 0.25 * noise(spots.at, scale * 0.8, 2)
        return _mix(stone, line, np.clip(share + cloud, 0, 0.9))

    return pattern


def wooden(light: str, dark: str, scale: float = 1.0) -> Pattern:
    """Grain along the longest axis of the local coordinates' x."""
    one, two = linear(light), linear(dark)

    def pattern(spots: Spots) -> Floats:
        stretched = spots.at * np.array([0.35, 2.2, 2.2], np.float32) * np.float32(scale)
        rings = noise(stretched, 0.9, 2) * 7
        grain = 0.5 + 0.5 * np.sin(rings * 2 * np.pi)
        fibre = noise(spots.at * np.array([1.2, 26, 26], np.float32), 1, 2)
        return _mix(one, two, np.clip(0.45 * grain**2 + 0.55 * fibre - 0.1, 0, 1))

    return pattern


def planks(light: str, dark: str, width: float, *, turned: bool = False) -> Pattern:
    """Boards of a floor or table, each cut from another place of the tree."""
    wood = wooden(light, dark)

    def pattern(spots: Spots) -> Floats:
        along, across = (spots.v, spots.u) if turned else (spots.u, spots.v)
        board = np.floor(across / width)
        inside = across / width - board
        shift = _LATTICE[(board.astype(np.int64) * 7919) & 65535]
        at = np.stack([along + shift * 50, across, shift * 9], -1).astype(np.float32)
        colour = wood(Spots(spots.u, spots.v, at)) * (0.85 + 0.3 * shift[:, None])
        gap = _edge(np.minimum(inside, 1 - inside) * width - 0.02, 0.02)
        return np.asarray(colour * (1 - 0.6 * gap[:, None]), np.float32)

    return pattern


def plaster(colour: str) -> Pattern:
    base = linear(colour)

    def pattern(spots: Spots) -> Floats:
        return np.asarray(base * (0.95 + 0.1 * noise(spots.at, 1.1, 4)[:, None]), np.float32)

    return pattern


def tiled(colour: str, grout: str, across: float, along: float) -> Pattern:
    """Wall tiles in running bond, sizes in decimetres."""
    tile, line = linear(colour), linear(grout)

    def pattern(spots: Spots) -> Floats:
        row = spots.v / along
        column = spots.u / across + 0.5 * (np.floor(row) % 2)
        x, y = (column % 1 - 0.5) * across, (row % 1 - 0.5) * along
        edge = np.minimum(across / 2 - np.abs(x), along / 2 - np.abs(y))
        number = (np.floor(row) * 131 + np.floor(column) * 71).astype(np.int64) & 65535
        shade = 0.92 + 0.14 * _LATTICE[number]
        return _mix(tile * shade[:, None], line, _edge(edge - 0.03, 0.02))

    return pattern


def woven(base: Pattern, threads: float = 16, strength: float = 0.16) -> Pattern:
    """Cloth: threads shade the colour, wear mottles it. threads: a decimetre."""

    def pattern(spots: Spots) -> Floats:
        a = np.sin(spots.at[:, 0] * threads * 2 * np.pi)
        b = np.sin(spots.at[:, 1] * threads * 2 * np.pi)
        thread = a * b * 0.5 + noise(spots.at, 14, 1) - 0.5
        worn = noise(spots.at, 1.2, 2) - 0.5
        level = 1 + strength * thread + 0.16 * worn
        return np.asarray(base(spots) * level[:, None], np.float32)

    return pattern


def dipped(lower: Pattern, upper: Pattern, height: float, wave: float = 0.12) -> Pattern:
    """Two glazes that meet at a height, in an uneven line."""

    def pattern(spots: Spots) -> Floats:
        line = height + wave * (noise(spots.at, 1.4, 2) - 0.5) * 2
        share = smoothstep(-0.02, 0.02, spots.at[:, 1] - line)
        return np.asarray(lower(spots) + (upper(spots) - lower(spots)) * share[:, None], np.float32)

    return pattern


def sectors(colours: Sequence[str]) -> Pattern:
    """Segments of a beach ball."""
    tints = np.stack([linear(c) for c in colours])

    def pattern(spots: Spots) -> Floats:
        place = spots.u * len(colours)
        tint = tints[np.floor(place).astype(int) % len(colours)]
        pole = _edge(0.955 - np.abs(spots.v * 2 - 1), 0.01)
        seam = _edge(np.minimum(place % 1, 1 - place % 1) - 0.015, 0.015)
        return np.asarray(
            (tint + (1 - tint) * pole[:, None]) * (1 - 0.25 * seam[:, None]), np.float32
        )

    return pattern


def basketball(leather: str, seam: str, radius: float) -> Pattern:
    skin, line = linear(leather), linear(seam)

    def pattern(spots: Spots) -> Floats:
        p = (spots.at - np.array([0, radius, 0], np.float32)) / radius
        curve = np.abs(np.hypot(p[:, 0] - np.sign(p[:, 0]) * 1.28, p[:, 1]) - 0.92)
        seams = np.minimum(np.minimum(np.abs(p[:, 1]), np.abs(p[:, 0])), curve)
        grain = noise(spots.at, 34, 1)
        return _mix(skin * (0.8 + 0.4 * grain[:, None]), line, _edge(seams - 0.016, 0.008))

    return pattern


def football(light: str, dark: str, radius: float) -> Pattern:
    """Nearest face of a truncated icosahedron: 12 dark pentagons, 20 light hexagons."""
    golden = (1 + 5**0.5) / 2
    corners = np.array(
        [(0, a, b * golden) for a in (-1, 1) for b in (-1, 1)]
        + [(a, b * golden, 0) for a in (-1, 1) for b in (-1, 1)]
        + [(b * golden, 0, a) for a in (-1, 1) for b in (-1, 1)]
    )
    corners = corners / np.linalg.norm(corners[0])
    close = corners @ corners.T > 0.4
    faces = [
        corners[i] + corners[j] + corners[k]
        for i in range(12)
        for j in range(i)
        for k in range(j)
        if close[i, j] and close[j, k] and close[i, k]
    ]
    hexagons = np.array([f / np.linalg.norm(f) for f in faces])
    a, tilt = linear(light), 0.4
    turn = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    centres = np.concatenate([corners, hexagons]).astype(np.float32) @ turn.astype(np.float32)
    # Pentagons are smaller than a Voronoi cell: they stand a little further out.
    offset = np.array([0.02] * 12 + [0.0] * 20, np.float32)

    def pattern(spots: Spots) -> Floats:
        p = (spots.at - np.array([0, radius, 0], np.float32)) / radius
        near = p @ centres.T - offset
        best = near.argmax(1)
        second = np.partition(near, -2, axis=1)[:, -2]
        colour = np.where((best < 12)[:, None], linear(dark), a)
        seam = _edge(near.max(1) - second - 0.008, 0.006)
        return np.asarray(colour * (1 - 0.55 * seam[:, None]), np.float32)

    return pattern


def lettering(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own typeface: the same on every machine."""
    return ImageFont.load_default(size)


def write(  # noqa: PLR0913 (as many as Pillow's own)
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    size: float,
    ink: str,
    *,
    bold: bool = False,
    anchor: str = "mm",
) -> None:
    """Text by its middle, heavier by an outline where bold."""
    draw.text(
        place,
        text,
        fill=ink,
        font=lettering(size),
        anchor=anchor,
        stroke_width=round(size / 24) if bold else 0,
        stroke_fill=ink,
    )


def print_label(
    lines: Sequence[tuple[str, float]], ink: str, paper: str | None, shape: tuple[int, int]
) -> Image.Image:
    """Centred lines of (text, share of the height), the first one bold; paper may be clear."""
    image = Image.new("RGBA", shape, (0, 0, 0, 0) if paper is None else paper)
    draw = ImageDraw.Draw(image)
    total = sum(share for _, share in lines)
    y = shape[1] * (1 - total) / 2
    if paper is not None:
        edge = shape[1] * 0.035
        box = (edge, edge, shape[0] - edge, shape[1] - edge)
        draw.rectangle(box, outline=ink, width=max(1, round(edge / 3)))
    for number, (text, share) in enumerate(lines):
        height = shape[1] * share
        size = height * 0.74
        width = draw.textlength(text, font=lettering(size))
        size *= min(1, shape[0] * 0.86 / max(1, width))
        write(draw, (shape[0] / 2, y + height / 2), text, size, ink, bold=number == 0)
        y += height
    return image


def printed(
    base: Pattern,
    image: Image.Image,
    across: tuple[float, float],
    upward: tuple[float, float],
    *,
    by: Literal["uv", "height", "front"] = "uv",
) -> Pattern:
    """A print on a surface, over ranges of u and v; of u and y ("height"); of x and y ("front")."""
    texture: Floats = np.asarray(image.convert("RGBA"), np.float32) / 255
    ink, cover = texture[..., :3] ** 2.2, texture[..., 3]
    rows, columns = cover.shape

    def pattern(spots: Spots) -> Floats:
        height = spots.v if by == "uv" else spots.at[:, 1]
        sideways = spots.at[:, 0] if by == "front" else spots.u
        x = (sideways - across[0]) / (across[1] - across[0]) * columns - 0.5
        y = (upward[1] - height) / (upward[1] - upward[0]) * rows - 0.5
        inside = (x > -0.5) & (x < columns - 0.5) & (y > -0.5) & (y < rows - 0.5)
        out = np.array(base(spots), np.float32)
        left, top = np.floor(x[inside]).astype(int), np.floor(y[inside]).astype(int)
        dx, dy = x[inside] - left, y[inside] - top
        colour = np.zeros((int(inside.sum()), 3), np.float32)
        share = np.zeros(len(colour), np.float32)
        for j, wy in ((0, 1 - dy), (1, dy)):
            for i, wx in ((0, 1 - dx), (1, dx)):
                r, c = np.clip(top + j, 0, rows - 1), np.clip(left + i, 0, columns - 1)
                part = (wx * wy * cover[r, c]).astype(np.float32)
                share += part
                colour += ink[r, c] * part[:, None]
        out[inside] = out[inside] * (1 - share[:, None]) + colour
        return out

    return pattern

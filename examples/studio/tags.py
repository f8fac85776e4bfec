"""Cards that hang from products: brand and article number, large enough to read in a picture."""

from PIL import Image, ImageDraw

from studio.assortment import Item
from studio.paint import hexed, paint, printed
from studio.prints import lettering
from studio.shapes import Mesh, Point2, Point3, box, move, sticker, tube, turn


def mark(item: Item, ink: str = "black") -> Image.Image:
    """Brand and article number of equal height on nothing, twice as wide as high."""
    return lettering([(item.family.brand.upper(), 0.42), (item.article, 0.40)], ink)


def card(item: Item, ground: str = "white", ink: str = "black") -> Image.Image:
    """A card of 7 by 5: an eyelet, and the words below it."""
    image = Image.new("RGBA", (560, 400), hexed(ground))
    draw = ImageDraw.Draw(image)
    draw.ellipse((262, 26, 298, 62), fill="#8b8f92", outline=hexed(ink), width=5)
    image.alpha_composite(mark(item, ink).resize((520, 288)), (20, 82))
    return image


def hung(
    item: Item,
    width: float,
    at: Point3,
    string: list[Point3],
    *,
    facing: Point2 = (0, 0),
    ground: str = "white",
    ink: str = "black",
) -> list[Mesh]:
    """The card, its middle `at`, on a string.

    Args:
        width: metres.
        string: from the hole on, the places that it passes.
        facing: degrees about x (negative leans back) and about z (positive to the right).
    """
    high, thick = width * 5 / 7, 0.0016
    parts = [
        box((width, thick, high), paint(ground, "paper"), at=(0, 0, -high / 2), edge=0.0004),
        sticker((width, high), printed(card(item, ground, ink)), at=(0, -thick / 2 - 0.0004, 0)),
    ]
    parts = [move(turn(part, (facing[0], 0, facing[1])), at) for part in parts]
    return [*parts, tube(string, 0.0011, paint("beige", "linen"))]

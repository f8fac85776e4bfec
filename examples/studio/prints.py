"""What is printed on products: brands, article numbers, labels. Drawn with Pillow."""

from PIL import Image, ImageDraw, ImageFont

from studio.paint import hexed, linear

CLEAR = (0, 0, 0, 0)


def font(size: float) -> ImageFont.FreeTypeFont:
    """Pillow's own face (Aileron), so that no machine's fonts change a picture."""
    face = ImageFont.load_default(size)
    if not isinstance(face, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType: its labels cannot be drawn")
    return face


def lettering(
    lines: list[tuple[str, float]], ink: str = "black", *, size: tuple[int, int] = (512, 256)
) -> Image.Image:
    """Centred lines on nothing; each with its height as a share of the picture's.

    A line that is too wide is drawn smaller.
    """
    image = Image.new("RGBA", size, CLEAR)
    draw = ImageDraw.Draw(image)
    faces = []
    for text, share in lines:
        height = share * size[1]
        wide = font(height).getlength(text)
        faces.append(font(height * min(1.0, 0.94 * size[0] / wide)))
    gap = 0.06 * size[1]
    total = sum(face.size for face in faces) + gap * (len(faces) - 1)
    top = (size[1] - total) / 2
    for (text, _), face in zip(lines, faces, strict=True):
        draw.text((size[0] / 2, top + face.size / 2), text, fill=hexed(ink), font=face, anchor="mm")
        top += face.size + gap
    return image


def ink_on(colour: str) -> str:
    """Black or white, whichever stands out."""
    r, g, b, _ = linear(colour)
    return "black" if 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.22 else "white"


def brand_mark(brand: str, article: str, ink: str = "black") -> Image.Image:
    """The brand and its article number, straight onto the product."""
    return lettering([(brand.upper(), 0.42), (article, 0.26)], ink)


def paper_label(
    brand: str,
    article: str,
    words: str = "",
    *,
    ground: str = "white",
    ink: str = "black",
    accent: str = "",
    size: tuple[int, int] = (512, 384),
) -> Image.Image:
    """A pasted label: a coloured band, the brand, a line of words, the article number."""
    image = Image.new("RGBA", size, hexed(ground))
    draw = ImageDraw.Draw(image)
    band = round(0.14 * size[1])
    draw.rectangle((0, 0, size[0], band), fill=hexed(accent or ink))
    draw.rectangle((0, size[1] - band // 3, size[0], size[1]), fill=hexed(accent or ink))
    lines = [(brand.upper(), 0.24), *([(words, 0.11)] if words else []), (article, 0.16)]
    image.alpha_composite(lettering(lines, ink, size=(size[0], size[1] - band)), (0, band // 2 + 4))
    return image

"""Bytes become a Photo or a BadPicture, and nothing else."""

import io
import os
import re
import resource
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.errors import BadPicture
from models.types import Photo
from pipelines.image_io import MAX_BYTES, decode, read_photo, thumbnail

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]


def scene(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> Image.Image:
    """A picture with a red top-left corner, so that turning it shows."""
    image = Image.new("RGB", size, (240, 240, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 3, size[1] // 3), fill=(220, 20, 20))
    draw.ellipse((20, 12, 40, 30), fill=(20, 90, 200))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, depth: int, colour: int, rows: bytes) -> bytes:
    """A PNG written by hand: headers that no library would write."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + checksum

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def refusal(data: bytes) -> BadPicture:
    with pytest.raises(BadPicture) as caught:
        decode(data, "mug.jpg")
    error = caught.value
    assert error.message.startswith("mug.jpg: ")
    assert error.remedy
    assert "\n" not in str(error)
    return error


def corner(photo: Photo) -> NDArray[np.uint8]:
    return photo.pixels[2, 2]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_admitted_format_opens_as_rgb(kind: str) -> None:
    photo = decode(encoded(scene(), kind), "mug")
    assert photo.pixels.shape == (32, 48, 3)
    assert photo.pixels.flags.c_contiguous
    assert photo.pixels.flags.writeable  # torch complains about arrays that it may not write
    assert photo.pixels[2, 2, 0] > 180
    assert photo.pixels[2, 2, 1] < 80
    assert photo.source == "mug"


def test_the_ending_of_a_name_means_nothing(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.jpg"
    path.write_bytes(encoded(scene(), "PNG"))
    assert read_photo(path).width == 48


def test_equal_bytes_have_one_identity_and_other_bytes_another() -> None:
    data = encoded(scene(), "PNG")
    assert decode(data, "a").sha256 == decode(data, "b").sha256
    assert decode(encoded(scene(size=(49, 32)), "PNG"), "a").sha256 != decode(data, "a").sha256


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_eight_orientations_come_out_upright_and_alike(orientation: int, kind: str) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = scene() if orientation == 1 else scene().transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = decode(encoded(stored, kind, exif=exif.tobytes(), quality=95), "mug")
    assert (photo.width, photo.height) == (48, 32)
    assert np.abs(photo.pixels.astype(int) - np.asarray(scene()).astype(int)).mean() < 6


def test_a_large_jpeg_may_come_out_smaller_and_looks_the_same_small() -> None:
    data = encoded(scene(size=(2600, 2100)), "JPEG", quality=90)
    whole, half = decode(data, "it"), decode(data, "it", enough=1024)
    assert (half.width, half.height) == (1300, 1050)
    assert half.sha256 == whole.sha256
    one, two = (
        np.asarray(Image.fromarray(photo.pixels).resize((256, 256)), dtype=float)
        for photo in (whole, half)
    )
    assert np.abs(one - two).mean() < 1.0
    assert np.abs(one - one[::-1]).mean() > 5.0


@pytest.mark.parametrize(("kind", "size"), [("JPEG", (2600, 2000)), ("PNG", (2100, 2100))])
def test_a_picture_keeps_its_size_where_a_half_is_too_small_or_not_to_be_had(
    kind: str, size: tuple[int, int]
) -> None:
    photo = decode(encoded(scene(size=size), kind), "it", enough=1024)
    assert (photo.width, photo.height) == size


def test_broken_exif_does_not_lose_the_picture() -> None:
    photo = decode(encoded(scene(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff"), "mug")
    assert photo.width == 48


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    levels = np.array([[0, 257, 16384, 32768, 65535]], dtype=np.uint16)
    photo = decode(encoded(Image.fromarray(levels), "PNG"), "scan")
    assert photo.pixels[0, :, 0].tolist() == [0, 1, 64, 128, 255]


def test_sixteen_bit_grey_with_a_clear_level_lies_on_white() -> None:
    levels = np.array([[1000, 30000]], dtype=np.uint16)
    photo = decode(encoded(Image.fromarray(levels), "PNG", transparency=1000), "scan")
    assert photo.pixels[0, :, 1].tolist() == [255, 117]


@pytest.mark.parametrize(("depth", "colour", "channels"), [(16, 2, 3), (16, 6, 4), (16, 4, 2)])
def test_sixteen_bit_colour_keeps_its_levels(depth: int, colour: int, channels: int) -> None:
    level, opaque = 0x8000, 0xFFFF
    values = [level] * (3 if channels > 2 else 1) + ([opaque] if channels in (2, 4) else [])
    photo = decode(
        png(1, 1, depth, colour, b"\x00" + struct.pack(f">{channels}H", *values)), "scan"
    )
    assert photo.pixels[0, 0].tolist() == [128, 128, 128]


def test_cmyk_keeps_red_red() -> None:
    photo = decode(encoded(scene("CMYK"), "JPEG", quality=95), "print")
    red, green, blue = (int(value) for value in corner(photo))
    assert red > 180
    assert max(green, blue) < 70


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_transparency_lies_on_white(kind: str) -> None:
    clear = Image.new("RGBA", (8, 8), (10, 20, 30, 0))
    clear.putpixel((4, 4), (200, 0, 0, 255))
    photo = decode(encoded(clear, kind, lossless=True, quality=100), "mug")
    assert photo.pixels[0, 0].min() >= 250


@pytest.mark.parametrize("mode", ["LA", "P", "1", "L", "PA"])
def test_grey_and_palette_pictures_become_rgb(mode: str) -> None:
    if mode == "PA":
        data = encoded(scene("P"), "PNG", transparency=bytes([0] * 256))
    else:
        data = encoded(scene(mode), "PNG")
    photo = decode(data, "mug")
    assert photo.pixels.shape == (32, 48, 3)
    if mode == "PA":
        assert photo.pixels.min() == 255


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_gives_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    red, green, _ = decode(data, "spin").pixels[8, 8]
    assert red > 200
    assert green < 60


def test_one_pixel_is_a_picture() -> None:
    assert decode(encoded(Image.new("RGB", (1, 1)), "PNG"), "dot").whole.area == 1


def test_nothing_is_not_a_picture() -> None:
    assert refusal(b"").reason == "empty file"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript"),
        (b"8BPS\x00\x01" + bytes(40), "Photoshop"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"MZ\x90\x00" + bytes(60), "program"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40), "HEIC"),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + bytes(40), "HEIC"),
        (b"plain words", "not a picture"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(data: bytes, words: str) -> None:
    assert words in refusal(data).message


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO", "PPM", "TGA", "JPEG2000", "EPS"])
def test_formats_that_were_not_asked_for_stay_closed(kind: str) -> None:
    assert refusal(encoded(scene(), kind)).reason == "not a picture"


@pytest.mark.parametrize(
    "size", [(13_000, 13_000), (9_000, 9_000), (60_000, 60_000), (49_999, 2), (7072, 7072)]
)
def test_a_bomb_is_refused_from_its_header(size: tuple[int, int]) -> None:
    width, height = size
    rows = bytes((width // 8 + 2) * min(height, 13_000))
    data = png(width, height, 1, 0, rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = refusal(data)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert error.reason == "too large"
    assert "megapixels" in error.remedy
    assert grown_kb < 20_000


def test_fifty_megapixels_still_open_by_the_rule() -> None:
    photo = decode(png(10_000, 1_000, 1, 0, bytes(1_251 * 1_000)), "banner")
    assert photo.width == 10_000


def test_too_many_bytes_are_refused() -> None:
    assert refusal(encoded(scene(), "PNG") + bytes(MAX_BYTES)).reason == "too large"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_cut_picture_is_refused_or_whole_never_half_grey(kind: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    whole = decode(data, "mug").pixels
    refused = 0
    for length in range(0, len(data), max(1, len(data) // 300)):
        try:
            cut = decode(data[:length], "mug")
        except BadPicture:
            refused += 1
        else:
            assert np.array_equal(cut.pixels, whole)
    assert refused > 250


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400), magic=st.sampled_from(
    [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x40\x00\x00\x00WEBPVP8 ",
     b"\x00\x00\x00\x1cftypavif"]))  # fmt: skip
def test_random_bytes_give_a_bad_picture_and_nothing_else(data: bytes, magic: bytes) -> None:
    try:
        photo = decode(magic + data, "noise")
    except BadPicture as error:
        assert error.remedy
    else:
        assert photo.pixels.ndim == 3


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(FORMATS),
    edits=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_flipped_bytes_give_a_photo_or_a_bad_picture(
    kind: str, edits: list[tuple[int, int]]
) -> None:
    data = bytearray(encoded(scene(), kind))
    for place, value in edits:
        data[place % len(data)] = value
    try:
        photo = decode(bytes(data), "flipped")
    except BadPicture as error:
        assert error.remedy
    else:
        assert photo.pixels.dtype == np.uint8


def test_a_missing_file_a_folder_and_a_pipe_are_bad_pictures(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    reasons = set()
    for name in ("absent.jpg", "pipe.jpg", "folder.jpg", "nul\x00.jpg"):
        with pytest.raises(BadPicture) as caught:
            read_photo(tmp_path / name)
        assert "\x00" not in str(caught.value)
        reasons.add(caught.value.reason)
    assert reasons == {"missing file", "not a file", "cannot be read"}


def test_a_thumbnail_fits_and_is_never_enlarged() -> None:
    photo = decode(encoded(scene(size=(400, 100)), "PNG"), "mug")
    small = Image.open(io.BytesIO(thumbnail(photo, 64)))
    assert small.format == "WEBP"
    assert small.size == (64, 16)
    assert Image.open(io.BytesIO(thumbnail(photo, 4000))).size == (400, 100)
    line = decode(encoded(Image.new("RGB", (900, 1)), "PNG"), "line")
    assert Image.open(io.BytesIO(thumbnail(line, 30))).size == (30, 1)
    assert Image.open(io.BytesIO(thumbnail(photo.crop(photo.whole), 8))).size == (8, 2)


def test_a_thumbnail_carries_no_metadata_and_no_tail() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("page.html", "<script>SECRET-TAIL</script>")
    data = encoded(scene(), "JPEG", exif=exif.tobytes(), comment=b"SECRET-WORD")
    small = thumbnail(decode(data + archive.getvalue(), "mug"), 32)
    assert not re.search(rb"SECRET|PK\x03\x04|EXIF", small)
    assert not Image.open(io.BytesIO(small)).getexif()

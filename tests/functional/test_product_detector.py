"""The built-in detector on graphs whose answer is known: the right way round, in any size."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from onnx_bytes import detector_that_sees

from models.errors import BadInput
from models.product_detector import ProductDetector
from models.types import Photo

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
CENTRE = (32, 32, 32, 16, 1.0)
TOLD = {"shoplens.image_size": "64"}


def detector(
    *boxes: tuple[float, ...], size: int | None = None, told: Mapping[str, str] = TOLD
) -> ProductDetector:
    return ProductDetector(
        detector_that_sees((1, 0, 0), boxes or [CENTRE], size=size, metadata=told)  # type: ignore[arg-type]
    )


def plain(color: tuple[int, int, int], width: int = 128, height: int = 128) -> Photo:
    pixels = np.full((height, width, 3), color, dtype=np.uint8)
    return Photo(pixels=pixels, sha256=f"{color}", source="test")


def boxes(found: ProductDetector, photo: Photo) -> list[list[int]]:
    return [region.box.as_list() for region in found.regions(photo)]


@pytest.mark.parametrize("size", [None, 64])
def test_boxes_come_back_in_pixels_of_the_photo(size: int | None) -> None:
    assert boxes(detector(size=size), plain(RED)) == [[32, 48, 96, 80]]
    assert boxes(detector(size=size), plain(RED, 32, 32)) == [[8, 12, 24, 20]]
    # 64 × 48 in the input, with eight rows of ground above and below
    assert boxes(detector(size=size), plain(RED, 128, 96)) == [[32, 32, 96, 64]]


def test_an_open_input_holds_the_photo_and_little_ground() -> None:
    wide = plain(RED, 256, 128)
    # The input is 64 × 32, so its middle row is the 16th; a square one's is the 32nd.
    assert boxes(detector((32, 16, 32, 16, 1.0)), wide) == [[64, 32, 192, 96]]
    assert boxes(detector((32, 32, 32, 16, 1.0), size=64), wide) == [[64, 32, 192, 96]]


def test_the_detector_sees_red_as_red() -> None:
    assert detector().regions(plain(RED))
    assert detector().regions(plain(GREEN)) == []
    assert detector().regions(plain(BLUE)) == []


def test_what_shows_one_thing_is_merged_and_nothing_has_a_name() -> None:
    again = (33, 32, 32, 16, 0.8)
    (region,) = detector(CENTRE, again).regions(plain(RED))
    assert region.score == pytest.approx(1.0)
    assert (region.kind, region.label) == ("product", "")


def test_a_crop_that_shares_memory_is_seen_as_its_pixels() -> None:
    pixels = np.zeros((200, 300, 3), dtype=np.uint8)
    pixels[20:148, 30:158] = RED
    whole = Photo(pixels=pixels, sha256="0", source="test")
    part = whole.crop(type(whole.whole)(30, 20, 158, 148))
    assert boxes(detector(), part) == boxes(detector(), plain(RED))


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (20, 4000), (4000, 20)])
def test_a_strip_is_no_error(size: tuple[int, int]) -> None:
    assert detector().regions(plain(RED, *size)) == []


def test_threads_share_one_detector() -> None:
    shared = detector()
    photos = [plain(color) for color in (RED, BLUE) * 4]
    with ThreadPoolExecutor(4) as pool:
        counts = [len(regions) for regions in pool.map(shared.regions, photos)]
    assert counts == [1, 0] * 4


@pytest.mark.parametrize("told", [{}, {"shoplens.image_size": "large"}])
def test_a_graph_that_does_not_tell_its_size_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(BadInput, match=r"shoplens\.image_size") as caught:
        detector(told=told).regions(plain(RED))
    assert "train-detector" in caught.value.remedy


def test_no_network_and_no_framework_but_onnx_runtime_is_touched() -> None:
    graph = detector_that_sees((1, 0, 0), [CENTRE], size=None, metadata=TOLD)
    script = """
import json, sys
calls = []
sys.addaudithook(lambda name, _: calls.append(name) if name.startswith("socket.") else None)
import numpy
from models.product_detector import ProductDetector
from models.types import Photo
photo = Photo(numpy.full((90, 120, 3), (255, 0, 0), dtype=numpy.uint8), "0", "test")
found = len(ProductDetector(sys.stdin.buffer.read()).regions(photo))
heavy = sorted({"torch", "ultralytics", "cv2", "easyocr"} & set(sys.modules))
sys.stdout.write(json.dumps([found, calls, heavy]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], input=graph, capture_output=True, check=True
    )
    told: Any = json.loads(done.stdout)
    assert told == [1, [], []]
    assert done.stderr == b""

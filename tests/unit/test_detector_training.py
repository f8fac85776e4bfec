"""Scenes that the product detector learns from: exact boxes, a clean split, the same by seed."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from indexer.cli.main import app
from indexer.detector_training import layouts
from indexer.detector_training.cutout_library import Library, build_library, is_held_back
from indexer.detector_training.cutouts import Cutout, Uncut, cut_out
from indexer.detector_training.icons import OUTLINES, draw_icon
from indexer.detector_training.interface import Screen
from indexer.detector_training.labelled import cropped, read_labelled
from indexer.detector_training.scene import (
    NO_BOXES,
    Canvas,
    Pixels,
    Pose,
    Scene,
    flipped,
    floats,
    resized,
    window,
)
from indexer.detector_training.scenes import SHAPES, SceneMaker, batch_of
from models.errors import BadInput, ShopLensError
from tests.conftest import REPOSITORY

RED, GREEN = (200, 20, 20), (20, 200, 20)


def block(height: int, width: int, colour: tuple[int, int, int] = RED) -> Pixels:
    return np.full((height, width, 4), (*colour, 255), np.uint8)


def blank(height: int = 100, width: int = 120) -> Canvas:
    return Canvas(np.full((height, width, 3), 255, np.uint8))


def extent(pixels: Pixels, colour: tuple[int, int, int]) -> list[int]:
    """Left, top, right, bottom of the pixels that are nearer to a colour than to anything else."""
    near = np.abs(pixels.astype(int) - colour).sum(axis=2) < 150
    rows, columns = np.nonzero(near.any(axis=1))[0], np.nonzero(near.any(axis=0))[0]
    return [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


@pytest.mark.parametrize("angle", [0, 30, 90, 200])
@pytest.mark.parametrize("longest", [24, 40, 80])
def test_a_box_ends_where_the_product_ends(angle: float, longest: float) -> None:
    canvas = blank()
    random = np.random.default_rng(1)
    canvas.lay(block(60, 30), Pose((60, 50), longest, angle, tilt=0.05), random)
    (box,) = canvas.scene().boxes
    assert np.abs(box - extent(canvas.pixels, RED)).max() <= 1
    assert (box[2:] - box[:2]).max() < longest * 1.2


def test_only_what_is_seen_of_a_hidden_product_is_boxed() -> None:
    canvas = blank()
    random = np.random.default_rng(1)
    canvas.lay(block(40, 40), Pose((50, 50), 40), random)
    canvas.lay(block(60, 40, GREEN), Pose((70, 50), 60), random)
    behind, front = canvas.scene().boxes
    assert np.abs(behind - [30, 30, 50, 70]).max() <= 1
    assert np.abs(front - [50, 20, 90, 80]).max() <= 1


def test_a_product_that_is_mostly_hidden_or_out_of_the_frame_has_no_box() -> None:
    random = np.random.default_rng(1)
    hidden = blank()
    hidden.lay(block(40, 40), Pose((50, 50), 40), random)
    hidden.lay(block(60, 60, GREEN), Pose((56, 50), 60), random)
    outside = blank()
    outside.lay(block(40, 40), Pose((-10, 50), 40), random)
    assert len(hidden.scene().boxes) == 1
    assert len(outside.scene().boxes) == 0


def test_what_is_no_product_hides_but_has_no_box() -> None:
    canvas = blank()
    random = np.random.default_rng(1)
    canvas.lay(block(40, 40), Pose((50, 50), 40), random, product=False)
    assert len(canvas.scene().boxes) == 0
    assert extent(canvas.pixels, RED) == [30, 30, 70, 70]


def test_a_shadow_does_not_widen_the_box() -> None:
    random = np.random.default_rng(1)
    lit, shaded = blank(), blank()
    lit.lay(block(40, 40), Pose((50, 50), 40), random)
    shaded.lay(block(40, 40), Pose((50, 50), 40, shadow=0.6), random)
    assert np.array_equal(lit.scene().boxes, shaded.scene().boxes)
    assert shaded.pixels.min() < 255 and not np.array_equal(lit.pixels, shaded.pixels)


def test_boxes_follow_the_pixels_through_crop_size_and_mirror() -> None:
    canvas = blank()
    canvas.lay(block(30, 20), Pose((40, 45), 30), np.random.default_rng(1))
    scene = canvas.scene()
    for changed in (
        flipped(scene),
        window(scene, 20, 10, 110, 90),
        resized(scene, 200, 360),
        flipped(resized(window(scene, 10, 20, 80, 80), 120, 140)),
    ):
        assert np.abs(changed.boxes[0] - extent(changed.pixels, RED)).max() <= 2
    assert len(window(scene, 45, 0, 120, 100).boxes) == 0


def test_a_batch_counts_boxes_as_shares_of_its_pictures() -> None:
    whole = Scene(np.zeros((64, 32, 3), np.uint8), floats([[0, 0, 32, 64]]))
    empty = Scene(np.zeros((64, 32, 3), np.uint8), NO_BOXES)
    corner = Scene(np.zeros((64, 32, 3), np.uint8), floats([[0, 0, 16, 16], [16, 48, 32, 64]]))
    batch = batch_of([whole, empty, corner])
    assert batch.pixels.shape == (3, 64, 32, 3)
    assert batch.images.tolist() == [0, 2, 2]
    assert batch.boxes.tolist() == [
        [0.5, 0.5, 1, 1],
        [0.25, 0.125, 0.5, 0.25],
        [0.75, 0.875, 0.5, 0.25],
    ]


def photo(random: np.random.Generator) -> Pixels:
    """A dark shirt on a light floor."""
    pixels = np.clip(random.normal(200, 6, (160, 120, 3)), 0, 255).astype(np.uint8)
    pixels[40:120, 30:90] = np.clip(random.normal((40, 40, 90), 6, (80, 60, 3)), 0, 255)
    return pixels


def test_products_are_cut_off_photos_white_and_transparency() -> None:
    random = np.random.default_rng(3)
    white = np.full((120, 120, 3), 255, np.uint8)
    white[30:90, 40:80] = RED
    white[50:60, 50:60] = 255  # a white print belongs to the product
    clear = np.zeros((80, 80, 4), np.uint8)
    clear[10:60, 20:50] = (*RED, 255)
    for pixels, expected in (
        (photo(random), (30, 40, 90, 120)),
        (white, (40, 30, 80, 90)),
        (clear, (20, 10, 50, 60)),
    ):
        cutout = cut_out(pixels)
        assert isinstance(cutout, Cutout)
        box = cutout.box
        edges = np.array([box.left, box.top, box.right, box.bottom])
        assert np.abs(edges - expected).max() <= 2
        assert cutout.rgba.shape[:2] == (box.height, box.width)
        assert cutout.rgba[box.height // 2, box.width // 2, 3] == 255


def test_a_product_that_leaves_the_picture_is_not_cut_out() -> None:
    random = np.random.default_rng(3)
    pixels = photo(random)
    pixels[80:, 30:90] = pixels[40:120, 30:90]
    assert isinstance(cut_out(pixels), Uncut)
    assert isinstance(cut_out(np.full((100, 100, 3), 255, np.uint8)), Uncut)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty cut-outs and photos of blocks, two of them twice."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(5)
    for number in range(40):
        if number % 4 == 0:
            pixels = photo(random)
        else:
            pixels = np.zeros((60, 60, 4), np.uint8)
            pixels[10:50, 15:45] = (*random.integers(0, 256, 3), 255)
        Image.fromarray(pixels).save(folder / f"{number:02}.png")
    for number in (1, 2):
        again = (folder / f"{number:02}.png").read_bytes()
        (folder / f"again-{number}.png").write_bytes(again)
    (folder / "broken.jpg").write_bytes(b"not a picture")
    return folder


@pytest.fixture(scope="module")
def sides(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, Library]:
    work = tmp_path_factory.mktemp("work")
    training, held_back, refusals = build_library([pictures], [], work)
    assert refusals == {"not a picture": 1}
    return training, held_back


def test_no_picture_is_on_both_sides_of_the_split(sides: tuple[Library, Library]) -> None:
    training, held_back = ({entry.digest for entry in side.entries} for side in sides)
    assert len(training) + len(held_back) == 40
    assert len(held_back) >= 3
    assert not training & held_back
    assert all(map(is_held_back, held_back)) and not any(map(is_held_back, training))


def test_cut_outs_are_kept_and_not_cut_again(pictures: Path, tmp_path: Path) -> None:
    first, *_ = build_library([pictures], [], tmp_path)
    calls: list[int] = []
    again, *_ = build_library([pictures], [], tmp_path, lambda done, total: calls.append(done))
    assert again.entries == first.entries
    assert not calls


_CUTS = """
import sys, time
from multiprocessing import active_children
from pathlib import Path
from indexer.detector_training.cutout_library import _cut_all
pictures = Path(sys.argv[1])
cut = _cut_all([pictures / "a.png"] * 2, pictures)
next(iter(cut))
print(*[child.pid for child in active_children()], flush=True)
time.sleep(60)
"""


def test_a_run_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), "white").save(tmp_path / "a.png")
    with subprocess.Popen(
        [sys.executable, "-c", _CUTS, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as run:
        assert run.stdout
        workers = [Path("/proc") / pid for pid in run.stdout.readline().decode().split()]
        assert workers and all(worker.exists() for worker in workers)
        run.kill()
        deadline = time.monotonic() + 10
        while any(worker.exists() for worker in workers) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(worker.exists() for worker in workers)


def test_the_same_seed_draws_the_same_scene(sides: tuple[Library, Library]) -> None:
    maker, again = SceneMaker(sides[0]), SceneMaker(sides[0])
    for seed in range(12):
        scene, double = maker(seed), again(seed)
        assert scene.pixels.shape[:2] == SHAPES[seed % 3]
        assert np.array_equal(scene.pixels, double.pixels)
        assert np.array_equal(scene.boxes, double.boxes)
        assert not np.array_equal(scene.pixels, maker(seed + 3).pixels)


def test_boxes_of_all_kinds_of_scenes_lie_inside(sides: tuple[Library, Library]) -> None:
    maker = SceneMaker(sides[0])
    boxed = 0
    for seed in range(90):
        scene = maker(seed)
        height, width = scene.pixels.shape[:2]
        boxed += len(scene.boxes)
        assert (scene.boxes >= 0).all()
        assert (scene.boxes[:, 2] <= width).all() and (scene.boxes[:, 3] <= height).all()
        assert (scene.boxes[:, 2:] > scene.boxes[:, :2]).all()
    assert boxed > 60


def test_batches_never_share_a_scene(sides: tuple[Library, Library]) -> None:
    maker = SceneMaker(sides[0])
    first, second = (maker.batch(number, seed=1, size=2) for number in (0, 3))
    assert first.pixels.shape == second.pixels.shape
    assert not np.array_equal(first.pixels, second.pixels)


def test_interface_is_background() -> None:
    def clear(height: int, width: int) -> Scene:
        return Scene(np.zeros((height, width, 3), np.uint8), NO_BOXES)

    def product(height: int, width: int) -> Scene:
        return Scene(np.zeros((height, width, 3), np.uint8), floats([[0, 0, width, height]]))

    random = np.random.default_rng(7)
    page = Screen(random, 300, 200, product, clear)
    layouts.text_page(page, random)
    shop = Screen(random, 300, 200, product, clear)
    layouts.product_grid(shop, random)
    assert len(page.scene().boxes) == 0
    assert np.ptp(page.scene().pixels) > 100
    assert len(shop.scene().boxes) >= 2


def test_a_chat_has_its_picture_between_what_is_written() -> None:
    def clear(height: int, width: int) -> Scene:
        return Scene(np.zeros((height, width, 3), np.uint8), NO_BOXES)

    def product(height: int, width: int) -> Scene:
        return Scene(np.full((height, width, 3), 7, np.uint8), floats([[0, 0, width, height]]))

    for seed in range(6):
        screen = Screen(np.random.default_rng(seed), 448, 288, product, clear)
        layouts.chat(screen, np.random.default_rng(seed))
        (box,) = screen.scene().boxes
        assert 0 < box[1] < box[3] < 448
        assert (box[2] - box[0]) < 288


def test_an_icon_stays_in_its_square() -> None:
    random = np.random.default_rng(2)
    drawn = set()
    for _ in range(200):
        canvas = Image.new("L", (60, 60))
        draw_icon(ImageDraw.Draw(canvas), random, (15, 15), 30, (255,))
        ink = np.asarray(canvas)
        assert ink[15:45, 15:45].max() == 255
        assert ink[:13].max() == ink[47:].max() == ink[:, :13].max() == ink[:, 47:].max() == 0
        drawn.add(ink.tobytes())
    assert len(drawn) >= len(OUTLINES)


def labelled_folder(folder: Path, labels: str | None, name: str = "one") -> Path:
    """A grey picture of 80 × 40 pixels with a red block, and what its labels file says."""
    pixels = np.full((40, 80, 3), 200, np.uint8)
    pixels[10:30, 20:60] = RED
    for inside in ("images", "labels"):
        (folder / inside).mkdir(exist_ok=True)
    picture = folder / "images" / f"{name}.png"
    Image.fromarray(pixels).save(picture)
    if labels is not None:
        (folder / "labels" / f"{name}.txt").write_text(labels)
    return picture


def test_yolo_labels_become_boxes_of_one_class(tmp_path: Path) -> None:
    scene = read_labelled(labelled_folder(tmp_path, "7 0.5 0.5 0.5 0.5\n"))
    assert scene.boxes.tolist() == [[20, 10, 60, 30]]
    assert scene.boxes[0].tolist() == extent(scene.pixels, RED)
    assert len(read_labelled(labelled_folder(tmp_path, None, "none")).boxes) == 0
    assert len(read_labelled(labelled_folder(tmp_path, "", "empty")).boxes) == 0


@pytest.mark.parametrize(
    "labels", ["0 0.5 0.5 0.5", "0 0.5 0.5 40 20", "0 0.5 x 0.5 0.5", "0 nan 0.5 0.5 0.5"]
)
def test_labels_that_are_no_yolo_boxes_are_refused(labels: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"one\.txt holds no YOLO boxes") as caught:
        read_labelled(labelled_folder(tmp_path, labels))
    assert "shares of the picture" in caught.value.remedy


def test_a_labelled_picture_that_is_none_is_named(tmp_path: Path) -> None:
    picture = labelled_folder(tmp_path, "")
    picture.write_bytes(b"no picture")
    with pytest.raises(BadInput, match=r"one\.png is no picture"):
        read_labelled(picture)


def test_a_crop_keeps_its_boxes_on_its_products(tmp_path: Path) -> None:
    scene = read_labelled(labelled_folder(tmp_path, "0 0.5 0.5 0.5 0.5"))
    for seed in range(30):
        part = cropped(scene, np.random.default_rng(seed), 120, 200)
        assert part.pixels.shape == (120, 200, 3)
        (box,) = part.boxes
        # Whatever colour it is turned to, the ground stays grey, and paler.
        dark = part.pixels.min(axis=2) < 165
        rows, columns = np.nonzero(dark.any(axis=1))[0], np.nonzero(dark.any(axis=0))[0]
        edges = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
        assert np.abs(box - edges).max() <= 5


def test_labelled_pictures_join_both_sides_and_the_scenes(
    pictures: Path, sides: tuple[Library, Library], tmp_path: Path
) -> None:
    for number in range(30):
        random = np.random.default_rng(number)
        picture = labelled_folder(tmp_path, "0 0.5 0.5 0.5 0.5", f"{number:02}")
        noise = random.integers(0, 30, (40, 80, 3)).astype(np.uint8)
        Image.fromarray(noise).save(picture)
    training, held_back, _ = build_library([pictures], [], sides[0].folder, labelled=[tmp_path])
    assert len(training.scenes) + len(held_back.scenes) == 30
    assert held_back.scenes and not set(training.scenes) & set(held_back.scenes)
    with_them, without = SceneMaker(training), SceneMaker(sides[0])
    different = [
        not np.array_equal(with_them(seed).pixels, without(seed).pixels) for seed in range(20)
    ]
    assert any(different)


def test_a_folder_in_another_layout_is_refused(pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(BadInput, match="no images/ and labels/") as caught:
        build_library([pictures], [], tmp_path / "work", labelled=[tmp_path])
    assert "NAME.txt" in caught.value.remedy


def refused(*arguments: str) -> ShopLensError:
    result = CliRunner().invoke(app, ["train-detector", *arguments])
    assert isinstance(result.exception, ShopLensError)
    assert result.exception.remedy
    return result.exception


def test_the_command_says_what_is_wrong_before_it_works(pictures: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    (few / "one.png").write_bytes((pictures / "00.png").read_bytes())
    work = tmp_path / "work"
    work.mkdir()
    (work / "checkpoint.pt").write_bytes(b"")
    common = ("--pictures", str(pictures), "--output", str(tmp_path / "out.onnx"))
    fresh = ("--work", str(tmp_path / "fresh"))
    assert "is not a folder" in refused("--pictures", str(tmp_path / "none"), *fresh).message
    assert "pass --image-size 416" in refused(*common, *fresh, "--image-size", "410").remedy
    assert "--resume" in refused(*common, "--work", str(work)).remedy
    assert "only 1 of 1" in refused("--pictures", str(few), *fresh).message
    assert "no folder" in refused(*common[:2], "--output", str(tmp_path / "no/x.onnx")).message
    assert not (tmp_path / "out.onnx").exists()


def test_the_library_refuses_a_folder_without_products(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="only 0 of 0"):
        build_library([tmp_path], [], tmp_path / "work")

"""A few steps of a real training run: checkpoint, resume, export."""

import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from models.errors import BadInput
from models.product_training import Batch, Progress, Recipe, Run
from tests.conftest import REPOSITORY

pytest.importorskip("onnx", reason="the `train` extra is not installed")
pytestmark = pytest.mark.real_models

STEPS = Recipe(minutes=0.02, batch=2, frozen=0.5)


def draw(number: int) -> Batch:
    """A dark square on a light ground, where the batch's number puts it."""
    pixels = np.full((2, 64, 64, 3), 220, np.uint8)
    left = 4 * (number % 8)
    pixels[:, 16:48, left : left + 32] = 30
    boxes = np.array([[(left + 16) / 64, 0.5, 0.5, 0.5]] * 2, np.float32)
    return Batch(pixels, np.array([0, 1], np.float32), boxes)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Progress], Path]:
    """The run's folder, what it reported, and its export."""
    from models.product_export import export_onnx

    folder = tmp_path_factory.mktemp("run")
    seen: list[Progress] = []
    run = Run(STEPS, folder)
    assert run.resume() is False
    run.train(draw, seen.append)
    export_onnx(run.averaged, folder / "detector.onnx", 96, STEPS.sha256)
    return folder, seen, folder / "detector.onnx"


def test_a_run_counts_its_steps_and_ends_with_its_minutes(
    trained: tuple[Path, list[Progress], Path],
) -> None:
    folder, seen, _ = trained
    assert [progress.step for progress in seen] == list(range(1, len(seen) + 1))
    assert all(np.isfinite(progress.loss) and progress.loss > 0 for progress in seen)
    assert seen[-1].seconds >= 60 * STEPS.minutes
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint.pt", "detector.onnx"]


def test_the_export_answers_what_the_search_expects(
    trained: tuple[Path, list[Progress], Path],
) -> None:
    _, _, weights = trained
    session = onnxruntime.InferenceSession(weights)
    told = session.get_modelmeta().custom_metadata_map
    assert told["shoplens.image_size"] == "96"
    assert told["shoplens.recipe"] == STEPS.sha256
    for height, width, anchors in ((96, 96, 189), (64, 128, 168)):
        images = np.zeros((2, 3, height, width), np.float32)
        (answer,) = session.run(None, {"images": images})
        assert answer.shape == (2, 5, anchors)
        assert (answer[:, 4] >= 0).all() and (answer[:, 4] <= 1).all()
        assert (answer[:, 2:4] >= 0).all()
    assert weights.stat().st_size < 12_000_000


def test_a_finished_run_resumes_where_it_ended(
    trained: tuple[Path, list[Progress], Path],
) -> None:
    folder, seen, _ = trained
    again = Run(STEPS, folder)
    assert again.resume() is True
    more: list[Progress] = []
    assert again.train(draw, more.append) == seen[-1].step
    assert not more


def test_another_recipes_checkpoint_is_refused(
    trained: tuple[Path, list[Progress], Path],
) -> None:
    folder, *_ = trained
    with pytest.raises(BadInput, match="other options") as caught:
        Run(Recipe(minutes=0.02, batch=4), folder).resume()
    assert "--work" in caught.value.remedy


class Canary:
    """Sings where a pickle is trusted: it makes a file as it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return open, (str(self.path), "w")


def test_a_checkpoint_runs_no_code(tmp_path: Path) -> None:
    import torch

    torch.save({"recipe": Canary(tmp_path / "sang")}, tmp_path / "checkpoint.pt")
    with pytest.raises(BadInput, match="cannot be read"):
        Run(STEPS, tmp_path).resume()
    assert not (tmp_path / "sang").exists()


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(BadInput, match="cannot be read"):
        Run(STEPS, tmp_path).resume()


def test_a_checkpoint_that_finds_no_room_is_told_and_the_one_before_stays(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "checkpoint.pt").write_bytes(b"the one before")
    run = Run(replace(STEPS, minutes=1e-6), tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(BadInput, match="cannot keep the checkpoint") as caught:
            run.train(draw)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "--resume" in caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    assert (tmp_path / "checkpoint.pt").read_bytes() == b"the one before"


_DRAWS = """
import threading, time
from multiprocessing import active_children
from models.product_training import _batches
from tests.functional.test_train_detector import draw
def tell():
    while not active_children():
        time.sleep(0.01)
    print(*[child.pid for child in active_children()], flush=True)
threading.Thread(target=tell).start()
next(_batches(draw, 0))
time.sleep(60)
"""


def test_a_training_that_is_killed_while_its_worker_starts_leaves_none() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _DRAWS], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as training:
        assert training.stdout
        (worker,) = training.stdout.readline().decode().split()
        training.kill()
    deadline = time.monotonic() + 30
    while (Path("/proc") / worker).exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not (Path("/proc") / worker).exists()

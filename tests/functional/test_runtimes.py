"""A picture has one vector, whatever runs the network; a bad export is not let in."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoints import write_clip, write_naflex, write_openclip, write_transformers

from models.checkpoint import CheckpointSettings, find_checkpoint
from models.checkpoint_loading import load_network, named_network
from models.checkpoint_network import TorchSide
from models.errors import BadInput
from models.onnxruntime_side import OnnxRuntimeSide
from models.picture_network import Inputs, NamedNetwork
from models.picture_runtime import (
    gate_pictures,
    least_cosine,
    pass_gate,
    remember_runtime,
    remembered_runtime,
)
from models.runtime_benchmark import measure_runtimes, neighbours_kept, quickest
from models.runtime_types import RUNTIMES, Runtime, RuntimeSettings, export_folder
from models.siglip import SiglipEmbedder
from models.types import Vectors
from models.whole_picture import WholePicture
from pipelines.build import settle_models
from pipelines.checkpoint_choice import settle_runtime
from pipelines.perceive import Models
from pipelines.settings import Settings
from tests.fakes.models import ColourEmbedder

pytestmark = [pytest.mark.real_models, pytest.mark.usefixtures("one_core")]

needs_openvino = pytest.mark.skipif(
    find_spec("openvino") is None, reason="openvino is not installed (extra `runtimes`)"
)
needs_onnx = pytest.mark.skipif(
    find_spec("onnx") is None, reason="onnx is not installed (extra `runtimes`)"
)
EXPORTED = ["onnx", pytest.param("openvino", marks=needs_openvino)]
PHOTOS = gate_pictures(6)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("checkpoints")
    openclip = write_openclip(root / "openclip", siglip=2)
    return {
        "openclip": openclip,
        "transformers": write_transformers(root / "transformers", openclip, siglip=2),
        "clip": write_clip(root / "clip"),
        "naflex": write_naflex(root / "naflex"),
    }


def embedder(folder: Path, runtime: Runtime, cache: Path) -> SiglipEmbedder:
    return SiglipEmbedder(CheckpointSettings(str(folder)), RuntimeSettings(runtime, cache))


def network_of(folder: Path) -> NamedNetwork:
    return named_network(find_checkpoint(CheckpointSettings(str(folder))))


def cosines(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return (one * two).sum(axis=1)


@pytest.mark.parametrize("runtime", EXPORTED)
@pytest.mark.parametrize("kind", ["openclip", "transformers", "clip"])
def test_every_runtime_gives_torchs_vectors_in_a_batch_and_alone(
    kind: str, runtime: Runtime, folders: dict[str, Path], tmp_path: Path
) -> None:
    exact = embedder(folders[kind], "torch", tmp_path).images(PHOTOS)
    other = embedder(folders[kind], runtime, tmp_path)
    assert cosines(other.images(PHOTOS), exact).min() > 0.9999
    alone = np.concatenate([other.images([item]) for item in PHOTOS])
    assert cosines(alone, exact).min() > 0.9999
    assert cosines(other.images(PHOTOS[:1]), exact[1:2]).max() < 0.9999


@pytest.mark.parametrize("runtime", EXPORTED)
def test_an_export_is_made_once_and_passes_the_gate_once(
    runtime: Runtime, folders: dict[str, Path], tmp_path: Path
) -> None:
    embedder(folders["openclip"], runtime, tmp_path).images(PHOTOS)
    (made,) = tmp_path.rglob("pictures.onnx")
    (gate,) = tmp_path.rglob(f"gate-{runtime}.json")
    assert json.loads(gate.read_text())["cosine"] > 0.999
    stamps = made.stat().st_mtime_ns, gate.stat().st_mtime_ns
    embedder(folders["openclip"], runtime, tmp_path).images(PHOTOS)
    assert (made.stat().st_mtime_ns, gate.stat().st_mtime_ns) == stamps
    assert not list(tmp_path.rglob("*.part"))


def test_an_export_of_other_vectors_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    embedder(folders["openclip"], "onnx", tmp_path).images(PHOTOS)
    embedder(folders["clip"], "onnx", tmp_path).images(PHOTOS)
    settings = RuntimeSettings("onnx", tmp_path)
    mine, other = (
        export_folder(settings, network_of(folders[kind]).name) for kind in ("openclip", "clip")
    )
    (mine / "pictures.onnx").write_bytes((other / "pictures.onnx").read_bytes())
    (mine / "gate-onnx.json").unlink()
    with pytest.raises(BadInput, match="other vectors than torch"):
        embedder(folders["openclip"], "onnx", tmp_path).images(PHOTOS)
    (mine / "pictures.onnx").write_bytes(b"no network")
    with pytest.raises(BadInput, match="cannot run") as caught:
        embedder(folders["openclip"], "onnx", tmp_path).images(PHOTOS)
    assert "SHOPLENS_RUNTIME=torch" in caught.value.remedy


def test_the_gate_lets_rounding_pass_and_nothing_more() -> None:
    def exact(inputs: Inputs) -> Vectors:
        return np.eye(3, 4, dtype=np.float32)

    def turned(inputs: Inputs) -> Vectors:
        return np.roll(exact(inputs), 1, axis=1)

    def nothing(inputs: Inputs) -> Vectors:
        return np.full((3, 4), np.nan, dtype=np.float32)

    assert pass_gate(exact, exact, (), "it") == pytest.approx(1.0)
    for wrong in (turned, nothing):
        with pytest.raises(BadInput, match="other vectors"):
            pass_gate(wrong, exact, (), "it")


def test_runtimes_share_a_fingerprint_and_eight_bits_do_not(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    made = [embedder(folders["openclip"], runtime, tmp_path) for runtime in RUNTIMES]
    *shared, small = RUNTIMES
    assert small == "onnx-int8"
    assert len(shared) == 5
    assert len({one.image_fingerprint for one in made[:-1]}) == 1
    assert made[-1].image_fingerprint == made[0].image_fingerprint + ":int8"
    assert len({one.text_fingerprint for one in made}) == 1
    assert not list(tmp_path.rglob("*.onnx"))  # asking exports nothing


@needs_openvino
def test_half_precision_is_within_the_gate_or_is_refused_with_a_remedy(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    exact = embedder(folders["openclip"], "torch", tmp_path).images(PHOTOS)
    rounded = embedder(folders["openclip"], "openvino-bf16", tmp_path)
    try:
        vectors = rounded.images(PHOTOS)
    except BadInput as error:  # an older processor
        assert "bfloat16" in error.message
        assert error.remedy == "set SHOPLENS_RUNTIME=openvino"
        assert not list(tmp_path.rglob("gate-*"))
        return
    assert cosines(vectors, exact).min() >= 0.999
    assert not np.allclose(vectors, exact, atol=1e-6)  # it did round
    assert [*tmp_path.rglob("gate-openvino-bf16.json")]


SIGNALLED_AFTER = """
import signal, sys
from pathlib import Path
from threading import Thread
from models.openvino_side import OpenVinoSide

sides = [OpenVinoSide(Path(sys.argv[1])) for _ in range(3)]
signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
del sides[0], sides[0]  # the older first
signal.raise_signal(signal.SIGUSR1)
thread = Thread(target=sides.clear)
thread.start()
thread.join()
signal.raise_signal(signal.SIGUSR1)
"""


@needs_onnx
@needs_openvino
def test_a_signal_after_a_network_went_ends_no_process(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    embedder(folders["openclip"], "openvino", tmp_path).images(PHOTOS[:1])
    (network,) = tmp_path.rglob("*.onnx")
    command = [sys.executable, "-c", SIGNALLED_AFTER, str(network)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "handled\nhandled\n"), ran.stderr


def test_torch_compiles_the_whole_network_for_batches_of_any_size(
    folders: dict[str, Path],
) -> None:
    network = load_network(find_checkpoint(CheckpointSettings(str(folders["openclip"]))))
    exact = network.image_side
    assert isinstance(exact, TorchSide)
    # Captured and guarded as for `torch-compiled`; code for it would take half a minute here.
    compiled = TorchSide(exact.encoder, compiler="eager")
    for photos in (PHOTOS, PHOTOS[:3]):
        inputs = network.pictures(photos)
        assert least_cosine(compiled, exact, inputs) > 0.9999
        swapped = (inputs[0][::-1].copy(),)
        assert cosines(compiled(swapped), exact(inputs)).min() < 0.9999


@needs_onnx
def test_eight_bits_are_near_and_no_vector_depends_on_its_neighbours(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    exact = embedder(folders["openclip"], "torch", tmp_path).images(PHOTOS)
    small = embedder(folders["openclip"], "onnx-int8", tmp_path)
    batch = small.images(PHOTOS)
    assert cosines(batch, exact).min() > 0.95
    alone = np.concatenate([small.images([item]) for item in PHOTOS])
    assert np.abs(batch - alone).max() < 1e-5
    assert not np.array_equal(batch, exact)


def test_pictures_in_their_own_proportions_stay_in_torch(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="onnx does not run this network; torch, torch-compiled do"):
        embedder(folders["naflex"], "onnx", tmp_path).images(PHOTOS)


def test_a_benchmark_finds_a_runtime_that_auto_then_takes(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    network = network_of(folders["openclip"])
    settings = RuntimeSettings("auto", tmp_path)
    found = list(measure_runtimes(network.load(), settings, seconds=0.1))
    assert [one.runtime for one in found] == ["torch", "onnx", "openvino", "openvino-bf16"]
    able = [one for one in found if not one.problem]
    assert {"torch", "onnx"} <= {one.runtime for one in able}
    assert all(min(one.pictures_per_second) > 0 and one.cosine > 0.999 for one in able)
    best = quickest(found)
    assert max(able, key=lambda one: one.pictures_per_second[-1]).runtime == best
    assert remembered_runtime(settings, network.name) is None
    remember_runtime(settings, network.name, "onnx")
    assert remembered_runtime(settings, network.name) == "onnx"
    taken = SiglipEmbedder(CheckpointSettings(str(folders["openclip"])), settings).network()
    assert isinstance(taken.image_side, OnnxRuntimeSide)
    remember_runtime(settings, network.name, "onnx-int8")  # never by itself: it needs an index
    assert remembered_runtime(settings, network.name) is None


def test_auto_is_settled_once_by_measuring_and_a_setting_is_left_alone(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    told: list[str] = []
    auto = Settings(siglip2=str(folders["openclip"]), runtime="auto", cache=tmp_path)
    network = network_of(folders["openclip"])

    def find() -> NamedNetwork:
        return network

    settle_runtime(auto.model_copy(update={"runtime": "torch"}), find, told.append)
    assert told == []
    assert not list(tmp_path.iterdir())
    settle_runtime(auto, find, told.append, seconds=0.1)
    best = remembered_runtime(RuntimeSettings("auto", tmp_path), network.name)
    assert best is not None
    measuring, settled = told
    assert "Measuring" in measuring
    assert settled.startswith(f"{best} runs the model from now on")
    assert "SHOPLENS_RUNTIME" in settled
    settle_runtime(auto, find, told.append, seconds=0.1)
    assert len(told) == 2
    plain = SiglipEmbedder(CheckpointSettings(auto.siglip2))
    chosen = SiglipEmbedder(CheckpointSettings(auto.siglip2), RuntimeSettings("auto", tmp_path))
    assert chosen.image_fingerprint == plain.image_fingerprint
    assert cosines(chosen.images(PHOTOS), plain.images(PHOTOS)).min() > 0.999


def test_weights_that_cannot_be_had_settle_nothing_and_stop_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    nowhere = Settings(
        siglip2=str(tmp_path / "nowhere"), runtime="auto", cache=tmp_path, allow_download=False
    )
    siglip2 = Models("siglip2", ColourEmbedder(), WholePicture(), None, checkpoint=nowhere.siglip2)
    settle_models(siglip2, nowhere, told.append)
    (sentence,) = told
    assert sentence.startswith("torch runs the model")


def test_the_command_times_remembers_and_compares_eight_bits(
    folders: dict[str, Path], tmp_path: Path, repository: Path
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number, item in enumerate(PHOTOS):
        Image.fromarray(item.pixels).save(pictures / f"{number}.png")
    env = os.environ | {
        "SHOPLENS_CACHE": str(tmp_path / "cache"),
        "SHOPLENS_HOME": str(tmp_path / "home"),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join([str(repository), *sys.path]),
    }
    arguments = ["benchmark", str(folders["clip"]), "--seconds", "1", "--int8", str(pictures)]
    done = subprocess.run(
        [sys.executable, "-m", "indexer.cli.main", "models", *arguments, "--json"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    rows = {row["runtime"]: row for row in told["runtimes"]}
    assert list(rows) == ["torch", "onnx", "openvino", "openvino-bf16", "onnx-int8"]
    assert told["auto"] in ("torch", "onnx", "openvino", "openvino-bf16")
    (kept,) = (tmp_path / "cache").rglob("runtime.json")
    assert json.loads(kept.read_text()) == {"runtime": told["auto"]}
    small = rows["onnx-int8"]
    assert small["problem"] or 0 <= small["neighbours_kept"] <= 1
    assert rows["torch"]["neighbours_kept"] is None


def test_neighbours_are_counted_against_the_exact_ones() -> None:
    rows = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    others = np.random.default_rng(1).permutation(rows)
    assert neighbours_kept(rows, rows) == 1.0
    assert neighbours_kept(rows, others) < 0.6
    assert neighbours_kept(rows[:2], rows[:2]) == 1.0

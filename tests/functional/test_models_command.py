"""`shoplens models` against a hub of this machine: bars aside, what comes and what is said."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from model_hub import Hub, serving

from tests.fakes.command_line import Ran, shoplens

REPOSITORY = "timm/ViT-B-32-SigLIP2-256"
NAME = "ViT-B-32-SigLIP2-256/webli"
WEIGHTS = "open_clip_model.safetensors"
CONTENT = b"".join(number.to_bytes(4, "big") for number in range(50_000))
CONFIG = {"model_cfg": {"embed_dim": 8, "vision_cfg": {}, "text_cfg": {"hf_tokenizer_name": "own"}}}


Run = Callable[..., Ran]


@pytest.fixture
def hub() -> Iterator[Hub]:
    files = {
        "open_clip_config.json": json.dumps(CONFIG).encode(),
        WEIGHTS: CONTENT,
        "open_clip_pytorch_model.bin": b"a pickle",
        "tokenizer.json": b"{}",
        "code.py": b"code",
    }
    with serving(Hub(REPOSITORY, files)) as running:
        yield running


@pytest.fixture
def models(hub: Hub, tmp_path: Path) -> Run:
    def run(*arguments: object, **settings: str) -> Ran:
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HF_", "SHOPLENS_"))
        }
        env |= {
            "HF_ENDPOINT": hub.address,
            "HF_HOME": str(tmp_path / "hub"),
            "NO_PROXY": "127.0.0.1",
            "SHOPLENS_HOME": str(tmp_path / "home"),
            **settings,
        }
        ran = shoplens("models", *arguments, env=env)
        assert "Traceback" not in ran.err, ran.err
        return ran

    return run


def test_a_download_shows_checksums_and_is_found_again(
    models: Run, hub: Hub, tmp_path: Path
) -> None:
    missing = models("path", NAME)
    assert missing.status == 4
    assert "shoplens models download" in missing.err
    got = models("download", NAME, "--json")
    assert got.status == 0, got.err
    sums = {file["name"]: file["sha256"] for file in got.json["files"]}
    assert sums[WEIGHTS] == hashlib.sha256(CONTENT).hexdigest()
    assert sorted(sums) == ["open_clip_config.json", WEIGHTS, "tokenizer.json"]
    assert WEIGHTS in got.err  # what comes is said where no bar is seen
    assert models("path", NAME).out.strip() == got.json["folder"]
    asked = sum(len(ranges) for ranges in hub.sent.values())
    carried = models("download", NAME, "--to", tmp_path / "stick", HF_HUB_OFFLINE="1")
    assert carried.status == 0, carried.err
    assert f"{sums[WEIGHTS]}  {WEIGHTS}" in carried.out
    assert (tmp_path / "stick" / WEIGHTS).read_bytes() == CONTENT
    assert not (tmp_path / "stick" / WEIGHTS).is_symlink()
    assert models("path", tmp_path / "stick").out.strip() == str(tmp_path / "stick")
    assert sum(len(ranges) for ranges in hub.sent.values()) == asked


def test_an_interrupted_download_goes_on_where_it_was(
    models: Run, hub: Hub, tmp_path: Path
) -> None:
    hub.cut_at[WEIGHTS] = 60_000
    got = models("download", NAME, "--json")
    assert got.status == 0, got.err
    assert hub.sent[WEIGHTS] == ["", "bytes=60000-", "bytes=120000-", "bytes=180000-"]
    folder = Path(got.json["folder"])
    assert (folder / WEIGHTS).read_bytes() == CONTENT
    assert not list(folder.parents[1].glob("blobs/*.part"))


def test_a_part_of_an_earlier_run_is_kept_and_completed(
    models: Run, hub: Hub, tmp_path: Path
) -> None:
    blobs = tmp_path / "hub" / "hub" / f"models--{REPOSITORY.replace('/', '--')}" / "blobs"
    blobs.mkdir(parents=True)
    digest = hashlib.sha256(CONTENT).hexdigest()
    (blobs / f"{digest}.part").write_bytes(CONTENT[:150_000])
    assert models("download", NAME).status == 0
    assert hub.sent[WEIGHTS] == ["bytes=150000-"]
    assert (blobs / digest).read_bytes() == CONTENT


def test_weights_that_are_not_what_was_promised_are_thrown_away(models: Run, hub: Hub) -> None:
    hub.lies.add(WEIGHTS)
    got = models("download", NAME)
    assert got.status == 4
    assert "promised" in got.err
    hub.lies.clear()
    assert models("download", NAME).status == 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"HF_HUB_OFFLINE": "1"}, "could not be downloaded"),
        ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "could not be downloaded"),
        ({"SHOPLENS_ALLOW_DOWNLOAD": "false"}, "switched off"),
    ],
)
def test_without_a_way_to_the_hub_there_is_a_remedy(
    models: Run, hub: Hub, settings: dict[str, str], says: str
) -> None:
    got = models("download", NAME, **settings)
    assert got.status == 4
    assert says in got.err
    assert "Remedy: " in got.err
    assert hub.sent == {}


def test_a_repository_without_safetensors_is_named(models: Run, hub: Hub) -> None:
    hub.files = {name: content for name, content in hub.files.items() if name != WEIGHTS}
    got = models("download", NAME)
    assert got.status == 4
    assert "no safetensors" in got.err


def test_the_list_tells_what_is_here_and_what_is_used(models: Run) -> None:
    before = models("list", "--json", HF_HUB_OFFLINE="1").json
    assert before["profile"] == "lite"
    assert not any(row["folder"] or row["used"] for row in before["checkpoints"])
    assert models("download", NAME).status == 0
    after = models("list", "--json", HF_HUB_OFFLINE="1").json
    assert after["profile"] == "siglip2"
    assert [row["name"] for row in after["checkpoints"] if row["used"]] == [NAME]
    table = models("list", SHOPLENS_SIGLIP2="google/siglip2-base-patch16-naflex")
    assert "google/siglip2-base-patch16-naflex" in table.out

"""A checkpoint comes from a model hub by itself, and only what is safe of it."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_hub import COMMIT, Hub, serving

REPOSITORY = "timm/ViT-B-16-SigLIP2"
CONFIG = {
    "model_cfg": {"embed_dim": 768, "vision_cfg": {}, "text_cfg": {"hf_tokenizer_name": "own"}}
}
FILES = {
    "open_clip_config.json": json.dumps(CONFIG).encode(),
    "open_clip_model.safetensors": b"weights",
    "open_clip_pytorch_model.bin": b"a pickle",
    "model.safetensors": b"the same weights once more",
    "tokenizer.json": b"{}",
    "tokenizer_config.json": b"{}",
    "README.md": b"words",
    "code.py": b"code",
}
FETCH = """
import json, sys
from pathlib import Path
from models.errors import WeightsMissing
from models.checkpoint import CheckpointSettings
from models.checkpoint_hub import hub_answers
from models.siglip import SiglipEmbedder
settings = CheckpointSettings(allow_download=True, cache=Path(sys.argv[1]))
try:
    said = SiglipEmbedder(settings).image_fingerprint
except WeightsMissing as error:
    said = str(error)
sys.stdout.write(json.dumps([hub_answers(), said]))
"""


@pytest.fixture
def hub() -> Iterator[str]:
    with serving(Hub(REPOSITORY, FILES)) as running:
        yield running.address


def fetch(hub: str, cache: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {
        "HF_ENDPOINT": hub,
        "HF_HOME": str(cache.parent / "home"),
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    run = [sys.executable, "-c", FETCH, str(cache)]
    return subprocess.run(run, env=env, capture_output=True, text=True, check=False)


def test_a_missing_checkpoint_is_fetched_once_without_pickles_and_code(
    hub: str, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    done = fetch(hub, cache)
    assert done.returncode == 0, done.stderr
    snapshot = cache / "models--timm--ViT-B-16-SigLIP2" / "snapshots" / COMMIT
    assert sorted(path.name for path in snapshot.iterdir()) == [
        "open_clip_config.json",
        "open_clip_model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    answers, fingerprint = json.loads(done.stdout)
    assert answers
    assert hashlib.sha256(b"weights").hexdigest()[:16] in fingerprint


def test_a_hub_that_does_not_answer_ends_in_a_remedy(tmp_path: Path) -> None:
    done = fetch("http://127.0.0.1:9", tmp_path / "cache")
    assert done.returncode == 0, done.stderr
    answers, said = json.loads(done.stdout)
    assert not answers
    assert "could not be downloaded" in said
    assert "SHOPLENS_SIGLIP2" in said

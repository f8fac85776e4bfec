"""A checkpoint comes from a model hub by itself, and only what is safe of it."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REPOSITORY = "timm/ViT-B-16-SigLIP2"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
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
from models.siglip import OpenClipEmbedder, SiglipSettings, hub_answers
settings = SiglipSettings(allow_download=True, cache=Path(sys.argv[1]))
try:
    said = OpenClipEmbedder(settings).image_fingerprint
except WeightsMissing as error:
    said = str(error)
sys.stdout.write(json.dumps([hub_answers(), said]))
"""


class Hub(BaseHTTPRequestHandler):
    """As much of a model hub's protocol as a download of one repository needs."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == f"/api/models/{REPOSITORY}/revision/main":
            listing = [{"rfilename": name} for name in FILES]
            return self._answer(json.dumps({"id": REPOSITORY, "sha": COMMIT, "siblings": listing}))
        if path.startswith(f"/api/models/{REPOSITORY}/tree/"):
            tree = [
                {"type": "file", "path": n, "size": len(c), "oid": ""} for n, c in FILES.items()
            ]
            return self._answer(json.dumps(tree))
        content = FILES.get(path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/"))
        return self._answer(content if content is not None else b"", 200 if content else 404)

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, content: bytes | str, status: int = 200) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


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

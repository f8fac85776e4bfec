"""A text encoder in CLIP's place, where ultralytics looks for it.

ultralytics imports a package `clip` that no registry carries, and loads weights that only a
download brings.
"""

import warnings
from pathlib import Path

PACKAGE = """
import hashlib
import torch

class Encoder(torch.nn.Module):
    def encode_text(self, tokens):
        return torch.stack([torch.randn(512, generator=torch.Generator().manual_seed(int(row[0])))
                            for row in tokens])

def load(name, device=None, download_root=None):
    return Encoder(), None

def tokenize(texts, truncate=False):
    rows = [[int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)] + [0] * 76 for text in texts]
    return torch.tensor(rows)
"""


def install(folder: Path) -> Path:
    """Make a folder that gives `clip` once it is on PYTHONPATH."""
    package = folder / "clip"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .clip import load, tokenize\n")
    (package / "clip.py").write_text(PACKAGE)
    return folder


def traced(file: Path) -> None:
    """The encoder that YOLOE loads: a TorchScript file, found in the folder that it runs in."""
    import torch

    class Encoder(torch.nn.Module):
        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            places = torch.arange(512, dtype=torch.float32)
            return torch.sin(places * (tokens[:, :1] % 97).float())

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*is deprecated", category=FutureWarning)
        torch.jit.trace(Encoder(), torch.ones(1, 77, dtype=torch.int64)).save(str(file))

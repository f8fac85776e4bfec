"""all-MiniLM-L6-v2: words to vectors, from the files that its package carries.

The network is BERT's encoder, which torch has ready: `transformers` would compute the same
vectors (a test compares them) and takes three times as long to import as torch itself.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.lite_weights import MINILM, MINILM_TOKENIZER
from models.torch_threads import shared_workers
from models.types import Vectors

if TYPE_CHECKING:
    from torch import Tensor

DIM = 384
_LAYERS = 6
_HEADS = 12
_EPS = 1e-12
# The checkpoint's own limit; tokenizer.json says 128 and pads to it, which costs time for nothing.
_MAX_TOKENS = 256
_CHUNK = 16

FINGERPRINT = f"minilm-l6-v2:{MINILM.sha256[:12]}:{MINILM_TOKENIZER.sha256[:12]}:mean{_MAX_TOKENS}"


def nothing() -> Vectors:
    """The vectors of no words."""
    return np.zeros((0, DIM), dtype=np.float32)


class MiniLm:
    """Mean-pooled sentence vectors (Reimers and Gurevych, arXiv:1908.10084).

    Building one loads 90 MB: build it where words are first asked for.

    Raises:
        WeightsMissing: the package is absent or its files are not the pinned ones.
    """

    def __init__(self) -> None:
        from safetensors.torch import load
        from tokenizers import Tokenizer
        from torch import nn

        weights = load(MINILM.verified())
        self._words = weights["embeddings.word_embeddings.weight"]
        # Single sentences: every token is of type 0.
        self._places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        layers = []
        for number in range(_LAYERS):
            layer = nn.TransformerEncoderLayer(
                DIM, _HEADS, 4 * DIM, activation="gelu", layer_norm_eps=_EPS, batch_first=True
            )
            layer.load_state_dict(_layer_weights(weights, number), strict=True)
            layers.append(layer.eval())
        self._layers = layers
        self._tokenizer = Tokenizer.from_str(MINILM_TOKENIZER.verified().decode())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=_MAX_TOKENS)
        self._tokenizing = threading.Lock()

    def embed(self, batch: Sequence[str]) -> Vectors:
        """Vectors of shape (len(batch), 384), float32, rows of L2 norm 1."""
        vectors = np.zeros((len(batch), DIM), dtype=np.float32)
        with self._tokenizing:
            tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(batch))]
        # Neighbours of like length share a chunk: padding is work.
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        chunks = [order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK)]
        taken = [[tokens[row] for row in rows] for rows in chunks]
        for rows, pooled in zip(chunks, shared_workers().map(self._chunk, taken), strict=True):
            vectors[rows] = pooled
        return vectors

    def _chunk(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        import torch

        longest = max(map(len, tokens))
        ids = torch.zeros((len(tokens), longest), dtype=torch.long)
        padding = torch.ones((len(tokens), longest), dtype=torch.bool)
        for row, numbers in enumerate(tokens):
            ids[row, : len(numbers)] = torch.tensor(numbers)
            padding[row, : len(numbers)] = False
        with torch.inference_mode():
            vectors: Vectors = self._pooled(ids, padding).numpy()
        return vectors

    def _pooled(self, ids: "Tensor", padding: "Tensor") -> "Tensor":
        """Token ids (n, tokens) and True where there is none → unit vectors (n, 384)."""
        from torch.nn import functional

        states = functional.embedding(ids, self._words) + self._places[: ids.shape[1]]
        states = functional.layer_norm(states, (DIM,), *self._norm, _EPS)
        for layer in self._layers:
            states = layer(states, src_key_padding_mask=padding)
        kept = (~padding).unsqueeze(2).to(states.dtype)
        return functional.normalize((states * kept).sum(1) / kept.sum(1), dim=1)


def _layer_weights(weights: Mapping[str, "Tensor"], number: int) -> "dict[str, Tensor]":
    """One encoder layer under torch's names, which keep query, key and value in one matrix."""
    import torch

    def of(part: str) -> "Tensor":
        return weights[f"encoder.layer.{number}.{part}"]

    heads = ("attention.self.query", "attention.self.key", "attention.self.value")
    named = {
        f"self_attn.in_proj_{kind}": torch.cat([of(f"{head}.{kind}") for head in heads])
        for kind in ("weight", "bias")
    }
    places = {
        "self_attn.out_proj": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "linear1": "intermediate.dense",
        "linear2": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for ours, theirs in places.items():
        for kind in ("weight", "bias"):
            named[f"{ours}.{kind}"] = of(f"{theirs}.{kind}")
    return named

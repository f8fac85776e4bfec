"""all-MiniLM-L6-v2: words to vectors, from the files that its package carries.

The network is BERT's encoder, six short layers in torch's own functions: `transformers` would
compute the same vectors (a test compares them) and takes three times as long to import as torch.
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
# More tokens in a chunk are no quicker, and with these the few texts of one batch of pictures, some
# 2,300 tokens, still keep every core busy.
_TOKENS_A_CHUNK = 256

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

        weights = load(MINILM.verified())
        self._words = weights["embeddings.word_embeddings.weight"]
        # Single sentences: every token is of type 0.
        self._places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self._layers = [_Layer(weights, number) for number in range(_LAYERS)]
        self._tokenizer = Tokenizer.from_str(MINILM_TOKENIZER.verified().decode())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=_MAX_TOKENS)
        self._tokenizing = threading.Lock()

    def embed(self, batch: Sequence[str]) -> Vectors:
        """Vectors of shape (len(batch), 384), float32, rows of L2 norm 1."""
        vectors = np.zeros((len(batch), DIM), dtype=np.float32)
        with self._tokenizing:
            tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(batch))]
        chunks = _chunks([len(numbers) for numbers in tokens])
        taken = [[tokens[row] for row in rows] for rows in chunks]
        for rows, pooled in zip(chunks, shared_workers().map(self._chunk, taken), strict=True):
            vectors[rows] = pooled
        return vectors

    def _chunk(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """Token ids of some texts → unit vectors (n, 384).

        The texts stand one after the other in one matrix, and only attention takes them apart:
        nothing is padded.
        """
        import torch
        from torch.nn import functional

        lengths = [len(numbers) for numbers in tokens]
        with torch.inference_mode():
            ids = torch.tensor([number for numbers in tokens for number in numbers])
            places = torch.cat([self._places[:length] for length in lengths])
            states = functional.embedding(ids, self._words) + places
            states = functional.layer_norm(states, (DIM,), *self._norm, _EPS)
            for layer in self._layers:
                states = layer(states, lengths)
            means = torch.stack(
                [states_of.mean(0) for states_of in states.split_with_sizes(lengths)]
            )
            vectors: Vectors = functional.normalize(means, dim=1).numpy()
        return vectors


def _chunks(lengths: Sequence[int]) -> list[list[int]]:
    """Rows in chunks of about `_TOKENS_A_CHUNK`, the longest texts first: the last chunks are
    small, and no core waits long for another."""
    chunks: list[list[int]] = []
    room = 0
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if lengths[row] > room:
            chunks.append([])
            room = _TOKENS_A_CHUNK
        chunks[-1].append(row)
        room -= lengths[row]
    return chunks


class _Layer:
    """One layer of BERT's encoder (Devlin et al., arXiv:1810.04805), normalised after each step."""

    def __init__(self, weights: "Mapping[str, Tensor]", number: int) -> None:
        import torch

        def of(part: str) -> "tuple[Tensor, Tensor]":
            name = f"encoder.layer.{number}.{part}"
            return weights[f"{name}.weight"], weights[f"{name}.bias"]

        heads = [of(f"attention.self.{head}") for head in ("query", "key", "value")]
        self._heads = tuple(torch.cat(parts) for parts in zip(*heads, strict=True))
        self._joined, self._joined_norm = (
            of("attention.output.dense"),
            of("attention.output.LayerNorm"),
        )
        self._wider, self._back, self._norm = (
            of("intermediate.dense"),
            of("output.dense"),
            of("output.LayerNorm"),
        )

    def __call__(self, states: "Tensor", lengths: Sequence[int]) -> "Tensor":
        """States (tokens, 384) of texts of these lengths → the same shape."""
        import torch
        from torch.nn import functional

        heads = functional.linear(states, *self._heads).split_with_sizes(lengths)
        seen = torch.cat([_attended(each) for each in heads])
        states = functional.layer_norm(
            states + functional.linear(seen, *self._joined), (DIM,), *self._joined_norm, _EPS
        )
        wider = functional.gelu(functional.linear(states, *self._wider))
        return functional.layer_norm(
            states + functional.linear(wider, *self._back), (DIM,), *self._norm, _EPS
        )


def _attended(heads: "Tensor") -> "Tensor":
    """Queries, keys and values of one text side by side (tokens, 3 * 384) → what each token saw."""
    from torch.nn import functional

    parts = heads.view(-1, 3, _HEADS, DIM // _HEADS).permute(1, 2, 0, 3).unsqueeze(1)
    seen = functional.scaled_dot_product_attention(*parts)
    return seen[0].transpose(0, 1).reshape(-1, DIM)

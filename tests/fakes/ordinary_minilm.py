"""MiniLM through the class that transformers has for it: what ours must agree with."""

from collections.abc import Callable, Sequence

import torch
from safetensors.torch import load
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from models.lite_weights import MINILM
from models.lite_words import DIM
from models.types import Vectors


def ordinary_minilm(tokenizer: Tokenizer) -> Callable[[Sequence[str]], Vectors]:
    """Unit vectors (n, 384) of texts: padded batches, the mean of what is no padding.

    Args:
        tokenizer: that truncates and does not pad.
    """
    config = BertConfig(hidden_size=DIM, num_hidden_layers=6, intermediate_size=4 * DIM)
    model = BertModel(config, add_pooling_layer=False).eval()
    model.load_state_dict(load(MINILM.verified()), strict=False)

    def embed(batch: Sequence[str]) -> Vectors:
        encoded = [encoding.ids for encoding in tokenizer.encode_batch(list(batch))]
        longest = max(map(len, encoded))
        ids = torch.tensor([each + [0] * (longest - len(each)) for each in encoded])
        there = torch.tensor([[1] * len(e) + [0] * (longest - len(e)) for e in encoded])
        with torch.inference_mode():
            states = model(ids, attention_mask=there).last_hidden_state
            kept = there.unsqueeze(2).to(states.dtype)
            means = (states * kept).sum(1) / kept.sum(1)
            vectors: Vectors = torch.nn.functional.normalize(means, dim=1).numpy()
        return vectors

    return embed

"""llguidance holds a language model to a JSON schema: of each next token only those that fit.

Source: github.com/guidance-ai/llguidance.
"""

from typing import Any

import numpy as np
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer
from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask
from transformers import LogitsProcessor

from models.tagger_schema import answer_schema


class SchemaGrammar:
    """The schema of an answer, compiled for one tokenizer."""

    def __init__(self, tokenizer: Any, vocabulary: int) -> None:
        """
        Args:
            tokenizer: a fast one of transformers.
            vocabulary: how many logits the network gives; at least as many as the tokenizer has.
        """
        self._tokens = from_tokenizer(tokenizer, n_vocab=vocabulary)
        self._vocabulary = vocabulary
        self._grammar = LLMatcher.grammar_from_json_schema(
            answer_schema(strict_values=True), defaults={"whitespace_flexible": False}
        )

    def processor(self, prompt: int) -> LogitsProcessor:
        """What lets one answer through, after a prompt of so many tokens."""
        return _Held(LLMatcher(self._tokens, self._grammar), prompt, self._vocabulary)


class _Held(LogitsProcessor):  # type: ignore[misc] # transformers has no types
    def __init__(self, matcher: LLMatcher, prompt: int, vocabulary: int) -> None:
        if message := matcher.get_error():
            raise ValueError(f"the schema cannot be followed: {message}")
        self._matcher, self._seen = matcher, prompt
        self._mask = allocate_token_bitmask(1, vocabulary)

    def __call__(self, ids: Any, scores: Any) -> Any:
        """Scores of shape (1, vocabulary) with -inf for every token that breaks the schema."""
        import torch

        self._matcher.consume_tokens(ids[0, self._seen :].tolist())
        self._seen = ids.shape[1]
        fill_next_token_bitmask(self._matcher, self._mask)
        fits = np.unpackbits(self._mask.view(np.uint8), bitorder="little")[: scores.shape[1]]
        return scores.masked_fill(torch.from_numpy(fits == 0).to(scores.device), -torch.inf)

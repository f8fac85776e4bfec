"""Typed words as a shopper means them: prices, stock, what is wanted and what is not."""

from pipelines.asked.types import Asked, Phrase, PhraseKind, Reference, Relation, Shade, Unmet
from pipelines.asked.understanding import understand

__all__ = ["Asked", "Phrase", "PhraseKind", "Reference", "Relation", "Shade", "Unmet", "understand"]

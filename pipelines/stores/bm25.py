"""Text to sparse BM25 vectors, the same for both engines and for Russian and English alike.

The engine adds inverse document frequency itself (its IDF modifier), so a document carries only
the saturated term frequency and a query weighs each of its words 1.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from qdrant_edge import Bm25, Bm25Config, TokenizerType

from pipelines.measures import measure_tokens

K = 1.2
B = 0.75
AVERAGE_LENGTH = 58.0
"""Words of a typical product: a title, a brand, its category, its tags in every language of the
lexicon. Measured (`python -m benchmarks.typical_length`): 58 in the demo, 63 where titles are in
two languages too. A constant, for documents are streamed; it only sets where long texts begin to be
damped."""

_WORD = re.compile(
    r"\d+(?:[.,]\d+)+"  # 1,7 and 1.7: one number, not two
    r"|[^\W_]+(?:[-./][^\W_]+)*"  # RE16-TGK, USB-C, 16/9: whole first, then in parts
)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class SparseWords:
    """A sparse vector: token ids, ascending, and their weights."""

    indices: tuple[int, ...] = ()
    values: tuple[float, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.indices)


def document(text: str) -> SparseWords:
    """Weigh the words of a product: frequency, saturated by K and damped by length through B.

    Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
    """
    counts = Counter(_token_ids(text))
    length = counts.total()
    damping = K * (1 - B + B * length / AVERAGE_LENGTH)
    ordered = sorted(counts.items())
    return SparseWords(
        tuple(token for token, _ in ordered),
        tuple(count * (K + 1) / (count + damping) for _, count in ordered),
    )


def length(text: str) -> int:
    """How many words BM25 counts in a text: stop words are none."""
    return len(_token_ids(text))


def query(text: str) -> SparseWords:
    """Each known word of a query once, with weight 1; empty for a text without words."""
    tokens = tuple(sorted(set(_token_ids(text))))
    return SparseWords(tokens, (1.0,) * len(tokens))


def tokens(text: str) -> list[str]:
    """Lower-case words in order; a hyphenated code comes whole, joined, and in its parts.

    "RE16-TGK" gives re16tgk, re16 and tgk, so that every way of writing it meets the others. So do
    quantities, which come in one unit as well: "1,7 л" gives 1.7, л and 1700ml.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    found: list[str] = []
    for match in _WORD.finditer(folded):
        word = match.group()
        parts = re.split(r"[-./]", word)
        if word[0].isdigit() and all(part.isdigit() for part in re.split(r"[.,]", word)):
            found.append(word.replace(",", "."))
        elif len(parts) == 1:
            found.append(word)
        else:
            found += ["".join(parts), *parts]
    return found + [token for token in measure_tokens(folded) if token not in found]


def _token_ids(text: str) -> list[int]:
    return [identity for token in tokens(text) for identity in stem_ids(token)]


@lru_cache(maxsize=200_000)
def stem_ids(token: str) -> tuple[int, ...]:
    """The id of one token of `tokens` after stemming; empty for a stop word.

    Each script goes to the stemmer of its own language: the English one leaves «кружки» and
    «кружка» apart, the Russian one knows no "mugs".
    """
    language = "russian" if _CYRILLIC.search(token) else "english"
    return tuple(_stemmer(language).embed_query(token).indices)


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Bm25:
    # Whitespace: the token is already cut, and "1.7" must not be cut again.
    return Bm25(Bm25Config(language=language, tokenizer=TokenizerType.Whitespace))

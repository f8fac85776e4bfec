"""How quickly `lite` embeds a feed's texts, beside transformers used the ordinary way.

    python -m benchmarks.words examples/catalog/feed.xml [--batch 14] [--runs 2]

The same texts in the same batches: an indexing run brings the texts of one batch of pictures at a
time (14 products in the demo, whose pictures fill a batch of 32). Transformers pads each batch to
its longest text and spreads each step over the cores. Told are tokens, seconds of the clock (the
best of the runs), and how far the vectors are from each other.
"""

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
from tokenizers import Tokenizer

from indexer.entries import text_of
from indexer.feeds import open_feed
from models.lite_weights import MINILM_TOKENIZER
from models.lite_words import MiniLm
from models.types import Vectors
from pipelines.catalog_types import Product
from tests.fakes.ordinary_minilm import ordinary_minilm

Embed = Callable[[Sequence[str]], Vectors]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("feed", help="what `shoplens index` takes")
    parser.add_argument("--batch", type=int, default=14, help="texts that are embedded at once")
    parser.add_argument("--runs", type=int, default=2)
    arguments = parser.parse_args()
    products = (item for item in open_feed(arguments.feed).items() if isinstance(item, Product))
    texts = [text for text in map(text_of, products) if text]
    batches = [
        texts[start : start + arguments.batch] for start in range(0, len(texts), arguments.batch)
    ]
    tokenizer = Tokenizer.from_str(MINILM_TOKENIZER.verified().decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    tokens = [len(encoding.ids) for encoding in tokenizer.encode_batch(texts)]
    print(f"{len(texts):,} texts, {sum(tokens):,} tokens, the longest {max(tokens)}")
    ours, ordinary = MiniLm().embed, ordinary_minilm(tokenizer)
    seconds = {"transformers": [], "lite": []}
    for _ in range(arguments.runs):
        expected = timed(ordinary, batches, seconds["transformers"])
        made = timed(ours, batches, seconds["lite"])
    for name, measured in seconds.items():
        print(
            f"{name:14}{min(measured):8.2f} s{sum(tokens) / min(measured):10,.0f} tokens a second"
        )
    print(f"quicker        {min(seconds['transformers']) / min(seconds['lite']):8.2f} times")
    print(f"least cosine   {(made * expected).sum(1).min():.7f}")


def timed(embed: Embed, batches: Sequence[Sequence[str]], seconds: list[float]) -> Vectors:
    began = time.perf_counter()
    vectors = np.concatenate([embed(batch) for batch in batches])
    seconds.append(time.perf_counter() - began)
    return vectors


if __name__ == "__main__":
    main()

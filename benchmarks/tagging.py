"""Tagging with a small local model: how quick it is, and how far its estimate was off.

    python -m benchmarks.tagging MODEL.gguf --products 12 --sample 3

Tags of so small a model are worth little; the path, the counting and the pace are the real ones.
"""

import argparse
import tempfile
import time
from pathlib import Path

from indexer.feeds import open_feed
from indexer.feeds.protocol import BadRow
from indexer.tagging.estimate import Estimate, Sample, characters_of, estimate
from indexer.tagging.languages import languages_by_script
from indexer.tagging.report import TagReport
from indexer.tagging.run import tag_products
from indexer.tagging.waiting import Queue, queue_of_catalog, subject_of
from models.tagger_local import LocalModel, LocalTagger
from models.tagger_prompt import system_prompt, user_prompt
from models.tagger_types import TaggerOptions
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_records import Batch, ProductRecord
from pipelines.catalog_types import Product

DEMO = Path(__file__).resolve().parents[1] / "examples" / "catalog" / "feed.xml"


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("model", help="a .gguf file, a folder or a hub repository")
    wanted.add_argument("--feed", default=str(DEMO))
    wanted.add_argument("--products", type=int, default=12, help="at even distances in the feed")
    wanted.add_argument("--sample", type=int, default=3, help="of them, tagged for the estimate")
    wanted.add_argument("--ratio", action="store_true", help="only characters a token, no tagging")
    options = wanted.parse_args()
    every = [item for item in open_feed(options.feed).items() if not isinstance(item, BadRow)]
    products = every[:: max(1, len(every) // options.products)][: options.products]
    tagger = LocalTagger(LocalModel(options.model), TaggerOptions(languages_by_script(products)))
    tell_ratio(tagger, every)
    if options.ratio:
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        CatalogDb.open(Path(folder) / CATALOG_NAME) as catalog,
    ):
        records = tuple(ProductRecord(product, ()) for product in products)
        catalog.commit(catalog.begin_run(options.feed), Batch(records))
        measure(catalog, tagger, options.sample)


def tell_ratio(tagger: LocalTagger, products: list[Product]) -> None:
    system = system_prompt(tagger.options)
    prompts = [f"{system}\n{user_prompt(subject_of(product))}" for product in products]
    tokens = [tagger.tokens(prompt) or 0 for prompt in prompts]
    print(f"{len(prompts)} prompts: {sum(map(len, prompts)) / sum(tokens):.2f} characters a token")


def measure(catalog: CatalogDb, tagger: LocalTagger, sample: int) -> None:
    queue = queue_of_catalog(catalog, tagger.fingerprint, pictures=False)
    blind = estimate(queue, catalog, tagger)
    step = len(queue.waiting) // sample
    taken = queue.waiting[::step][:sample]
    rest = tuple(one for one in queue.waiting if one not in taken)
    began = time.process_time()
    first = tag_products(Queue(taken, len(taken), 0), catalog, tagger)
    known = Sample(
        first.written + first.failed,
        characters_of(taken, tagger),
        first.tokens_in,
        first.tokens_out,
        first.seconds,
    )
    remaining = Queue(rest, len(rest), 0)
    told = estimate(remaining, catalog, tagger, sample=known)
    done = tag_products(remaining, catalog, tagger)
    processor = time.process_time() - began
    asked = first.written + first.failed + done.written + done.failed
    seconds = first.seconds + done.seconds
    tokens_in, tokens_out = first.tokens_in + done.tokens_in, first.tokens_out + done.tokens_out
    print(
        f"{asked} products in {seconds:.0f} s: {60 * asked / seconds:.1f} a minute,"
        f" {tokens_out / seconds:.1f} tokens written a second;"
        f" {processor / asked:.1f} s of a core each;"
        f" {first.failed + done.failed} failed {dict(done.failures)}"
    )
    error("by the tokenizer, tokens read", blind.tokens_in, tokens_in)
    error("by the prompt's example, tokens written", blind.tokens_out, tokens_out)
    sampled(told, done)


def sampled(told: Estimate, done: TagReport) -> None:
    error("by the sample, tokens read", told.tokens_in, done.tokens_in)
    error("by the sample, tokens written", told.tokens_out, done.tokens_out)
    error("by the sample, seconds", told.seconds or 0.0, done.seconds)


def error(what: str, told: float, real: float) -> None:
    print(f"{what}: {told:,.0f} told, {real:,.0f} real, {told / real - 1:+.1%}")


if __name__ == "__main__":
    main()

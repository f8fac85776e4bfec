"""The tagging run: each waiting product is asked about once, and kept as soon as it is answered."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from indexer.tagging.money import Price, Purse, most_tokens
from indexer.tagging.report import (
    MOST_NAMED,
    SilentTags,
    TagFailure,
    TagOutcome,
    TagProgress,
    TagReport,
    TagSink,
    counted,
)
from indexer.tagging.waiting import Queue, Waiting
from models.errors import TaggerUnavailable, TaggingFailed
from models.protocols import Tagger
from models.tagger_types import Tagged
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import WrittenTags
from pipelines.catalog_tags import save_tags, use_tagger

# As many products in a row fail when it is the model or its server, not the products.
_GIVE_UP_AFTER = 20


@dataclass(frozen=True, slots=True)
class TagOptions:
    """How far a run goes.

    Attributes:
        limit: products to ask about; None for all.
        price: of the model; None where nobody pays for tokens.
        budget: the most that may be spent, never exceeded; needs a price.
        stop: asked before every product; once True what is on its way is kept, and no more asked.
    """

    limit: int | None = None
    price: Price | None = None
    budget: float | None = None
    stop: Callable[[], bool] = lambda: False


def tag_products(
    queue: Queue,
    catalog: CatalogDb,
    tagger: Tagger,
    options: TagOptions | None = None,
    sink: TagSink | None = None,
) -> TagReport:
    """Ask about what waits. After any interruption, repeat it: nothing is asked or paid twice.

    A product that fails keeps the shop's attributes, and is asked about again by the next run.

    Raises:
        DiskFull, BrokenIndex, WeightsMissing: what was written before is kept.
    """
    run = _Run(queue, catalog, tagger, options or TagOptions(), sink or SilentTags())
    return run.go()


@dataclass(slots=True)
class _Run:
    queue: Queue
    catalog: CatalogDb
    tagger: Tagger
    options: TagOptions
    sink: TagSink
    purse: Purse = field(init=False)
    written: int = 0
    left_out: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    in_a_row: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    named: list[TagFailure] = field(default_factory=list)
    outcome: TagOutcome = "finished"
    problem: str = ""

    def __post_init__(self) -> None:
        self.purse = Purse(self.options.price, self.options.budget)

    def go(self) -> TagReport:
        began = time.perf_counter()
        if self.queue.known:
            use_tagger(self.catalog, self.tagger.fingerprint)
        pool = ThreadPoolExecutor(self.tagger.at_once, thread_name_prefix="shoplens-tags")
        try:
            self._ask_all(pool)
        finally:
            # At an error or a second Ctrl-C nothing more is begun, and nobody waited for.
            pool.shutdown(wait=False, cancel_futures=True)
        return TagReport(
            fingerprint=self.tagger.fingerprint,
            outcome=self.outcome,
            products=self.queue.products,
            known=self.queue.known,
            written=self.written,
            left_out=self.left_out,
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            spent=self.purse.spent,
            seconds=time.perf_counter() - began,
            failures=counted(self.failures),
            named=tuple(self.named),
            problem=self.problem,
        )

    def _ask_all(self, pool: ThreadPoolExecutor) -> None:
        rest = enumerate(self.queue.waiting)
        under_way: dict[Future[Tagged], tuple[int, Waiting]] = {}
        more = True
        while more or under_way:
            while more and len(under_way) < self.tagger.at_once:
                more = self._ask_next(pool, rest, under_way)
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            answered = [(future, *under_way.pop(future)) for future in done]
            self._keep(answered)
            more = more and self.outcome == "finished"

    def _ask_next(
        self,
        pool: ThreadPoolExecutor,
        rest: "enumerate[Waiting]",
        under_way: dict[Future[Tagged], tuple[int, Waiting]],
    ) -> bool:
        """Whether there may be more to ask."""
        if self.options.stop():
            self.outcome = "interrupted"
            return False
        number, waiting = next(rest, (0, None))
        if waiting is None:
            return False
        if number == self.options.limit:
            self.outcome = "limit"
            return False
        try:
            subject = waiting.subject()
        except TaggingFailed as failed:
            self._failed(waiting, failed)
            return True
        if not self.purse.set_aside(number, *most_tokens(subject, self.tagger.options)):
            self.outcome = "budget"
            return False
        under_way[pool.submit(self.tagger.tag, subject)] = (number, waiting)
        return True

    def _keep(self, answered: list[tuple[Future[Tagged], int, Waiting]]) -> None:
        """Make what came durable before anything else is asked."""
        records = []
        unforeseen: BaseException | None = None
        for future, number, waiting in answered:
            failed = future.exception()
            if isinstance(failed, TaggingFailed):
                self._paid(number, failed.tokens_in, failed.tokens_out)
                self._failed(waiting, failed)
            elif isinstance(failed, TaggerUnavailable):
                self._paid(number, 0, 0)
                self._unavailable(str(failed))
            elif failed is not None:
                unforeseen = failed
            else:
                tagged = future.result()
                self._paid(number, tagged.tokens_in, tagged.tokens_out)
                self.left_out += tagged.left_out
                self.written += 1
                self.in_a_row = 0
                records.append(
                    WrittenTags(
                        waiting.facts,
                        tagged.record,
                        waiting.picture,
                        tagged.tokens_in,
                        tagged.tokens_out,
                    )
                )
        if records:
            # Not before it wrote something: a server that is down changes nothing.
            use_tagger(self.catalog, self.tagger.fingerprint)
            save_tags(self.catalog, self.tagger.fingerprint, records)
        if unforeseen is not None:  # not before what came beside it, and is paid, was kept
            raise unforeseen
        self.sink.tagged(
            TagProgress(
                done=self.written + self.failures.total(),
                of=min(len(self.queue.waiting), self.options.limit or len(self.queue.waiting)),
                failed=self.failures.total(),
                tokens_in=self.tokens_in,
                tokens_out=self.tokens_out,
                spent=self.purse.spent,
            )
        )

    def _paid(self, number: int, tokens_in: int, tokens_out: int) -> None:
        self.purse.settle(number, tokens_in, tokens_out)
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out

    def _failed(self, waiting: Waiting, failed: TaggingFailed) -> None:
        self.failures[failed.reason] += 1
        self.in_a_row += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(TagFailure(waiting.product_id, failed.reason, str(failed)))
        if self.in_a_row == _GIVE_UP_AFTER:
            self._unavailable(f"{_GIVE_UP_AFTER} products in a row failed; the last: {failed}")

    def _unavailable(self, problem: str) -> None:
        self.outcome, self.problem = "unavailable", problem

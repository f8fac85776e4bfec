"""What `shoplens index` does: lock the home, open everything, run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from indexer.difference import Difference, difference
from indexer.feeds import FeedOptions, open_feed
from indexer.home_lock import home_lock
from indexer.run import RunOptions, Workplace, index_feed
from indexer.run_report import ProgressSink, RunReport
from models.errors import IndexMissing
from pipelines.build import (
    index_spec,
    open_catalog,
    open_index_home,
    open_models,
    settle_models,
)
from pipelines.checkpoint_choice import WORTH_MEASURING
from pipelines.perceive import Models
from pipelines.settings import Settings


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """Which feed is meant.

    Attributes:
        feed: a path, an http(s) address, or "-" for standard input.
    """

    feed: str
    options: FeedOptions = field(default_factory=FeedOptions)


def index_home(
    settings: Settings,
    choice: FeedChoice,
    options: RunOptions,
    progress: ProgressSink,
    settle: Callable[[Models, Settings, Callable[[str], None]], None] = settle_models,
) -> RunReport:
    """Index a feed into the home of the settings.

    Args:
        settle: called before so many new products that measuring the models first is worth it.
    Raises:
        HomeLocked: another indexer works there.
        ShopLensError: see `index_feed`.
    """
    # Kept beside the index: a feed of a large shop may not fit the system's temporary folder.
    options_here = replace(choice.options, spool=settings.home, notice=progress.settled)
    opened = open_feed(choice.feed, options_here)
    with home_lock(settings.home):
        models = open_models(settings)
        progress.started(models.profile, models.why)
        with open_catalog(settings) as catalog:
            home = open_index_home(settings)
            spec = index_spec(models, settings, home.current())
            place = Workplace(catalog, home, models.embedder, spec, models.keypoints)
            if opened.rows() - catalog.summary().products >= WORTH_MEASURING:
                settle(models, settings, progress.settled)
            report = index_feed(opened, place, options, progress)
            catalog.remember("profile", models.profile)
            return report


def compare_home(settings: Settings, choice: FeedChoice) -> Difference:
    """What indexing a feed into the home of the settings would change; writes nothing.

    Raises:
        ShopLensError: see `difference`.
    """
    opened = open_feed(choice.feed, choice.options)
    try:
        catalog = open_catalog(settings, read_only=True)
    except IndexMissing:
        return difference(opened, None)
    with catalog:
        return difference(opened, catalog)

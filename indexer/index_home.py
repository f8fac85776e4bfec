"""What `shoplens index` does: lock the home, open everything, run."""

from pathlib import Path

from indexer.feeds import open_feed
from indexer.home_lock import home_lock
from indexer.run import RunOptions, Workplace, index_feed
from indexer.run_report import ProgressSink, RunReport
from pipelines.build import index_spec, open_catalog, open_index_home, open_models
from pipelines.settings import Settings


def index_home(
    settings: Settings, feed: Path, options: RunOptions, progress: ProgressSink
) -> RunReport:
    """Index a feed into the home of the settings.

    Raises:
        HomeLocked: another indexer works there.
        ShopLensError: see `index_feed`.
    """
    opened = open_feed(feed)
    with home_lock(settings.home):
        models = open_models(settings)
        progress.started(models.profile, models.why)
        with open_catalog(settings) as catalog:
            place = Workplace(
                catalog, open_index_home(settings), models.embedder, index_spec(models)
            )
            report = index_feed(opened, place, options, progress)
            catalog.remember("profile", models.profile)
            return report

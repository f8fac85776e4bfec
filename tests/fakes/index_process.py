"""An indexer as a process of its own, with a model that works step by step: to be killed.

HOME FEED BATCH [MODEL] are its arguments. It tells "embedded SHA256" for each
picture, "building N" before the index is built, and how the run ended. Before each batch it waits
for a line on stdin; once stdin is closed it waits no more. Pictures are fetched from this machine.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from indexer.cli.stop_signal import stop_on_signal
from indexer.feeds import open_feed
from indexer.home_lock import home_lock
from indexer.run import RunOptions, Workplace, index_feed
from indexer.run_report import Silent
from models.errors import ShopLensError
from models.types import Photo, Vectors
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_types import IndexSpec
from pipelines.stores.edge import EdgeHome
from pipelines.stores.points import FORM
from tests.fakes.models import ColourEmbedder
from tests.fakes.picture_server import local_web


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class TellingEmbedder(ColourEmbedder):
    def images(self, batch: Sequence[Photo]) -> Vectors:
        if batch:
            tell("waiting")
            sys.stdin.readline()
        vectors = super().images(batch)
        for photo in batch:
            tell("embedded", photo.sha256)
        return vectors


class TellingProgress(Silent):
    def building(self, images: int, done: int = 0) -> None:
        if not done:
            tell("building", images)


def spec_of(embedder: ColourEmbedder) -> IndexSpec:
    return IndexSpec(
        profile="lite",
        image_fingerprint=embedder.image_fingerprint,
        text_fingerprint=embedder.text_fingerprint,
        image_dim=embedder.image_dim,
        text_dim=embedder.text_dim,
        form=FORM,
    )


def main() -> int:
    return run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])


def run(home: Path, feed: Path, batch: int, model: str = ColourEmbedder.image_fingerprint) -> int:
    embedder = TellingEmbedder(image_fingerprint=model)
    try:
        with (
            home_lock(home),
            stop_on_signal() as stop,
            CatalogDb.open(home / CATALOG_NAME) as catalog,
        ):
            place = Workplace(catalog, EdgeHome(home / "index"), embedder, spec_of(embedder))
            options = RunOptions(batch=batch, stop=stop, web=local_web())
            report = index_feed(open_feed(feed), place, options, TellingProgress())
    except ShopLensError as error:
        tell("error", error)
        return error.exit_code
    tell(report.outcome, report.counts)
    return 130 if report.outcome == "interrupted" else 0

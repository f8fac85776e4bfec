"""Many searches and many generations in one process: descriptors, threads, maps and memory.

    python -m benchmarks.soak HOME PICTURES [--searches 500] [--generations 20]

A copy of HOME is searched with pictures of a folder, as the page does it: looked at, read aside,
searched; meanwhile its index is published again and again, and the reader follows. What leaks
grows with each line; the last two lines say what is left when all is closed.
"""

import argparse
import gc
import itertools
import shutil
import tempfile
import threading
import time
from pathlib import Path

from app.engine import Engine, Openers
from indexer.publish import publish
from pipelines.build import open_catalog, open_index_home, open_lens
from pipelines.image_io import decode
from pipelines.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--generations", type=int, default=20)
    given = parser.parse_args()
    pictures = sorted(path for path in given.pictures.iterdir() if path.is_file())
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home, home)
        shutil.rmtree(home / "index" / "readers", ignore_errors=True)
        _soak(Settings(home=home), pictures, given.searches, given.generations)


def _soak(settings: Settings, pictures: list[Path], searches: int, generations: int) -> None:
    engine = Engine(settings, Openers(open_lens, lambda of: open_catalog(of, read_only=True)))
    every = max(1, searches // generations)
    began = time.perf_counter()
    _tell("before anything", began)
    for number, path in enumerate(itertools.islice(itertools.cycle(pictures), searches)):
        if number and number % every == 0:
            with open_catalog(settings) as catalog:
                index = open_index_home(settings)
                info = index.current()
                assert info is not None
                publish(catalog, index, info.spec)
        lens = engine.lens()
        # Other bytes each time: nothing is remembered from the round before.
        photo = decode(path.read_bytes() + b"%d" % number, path.name)
        seen = lens.perceive(photo)
        reading = engine.read_aside(photo)
        answer = lens.search(seen, words="red" if number % 3 else "")
        assert answer.found, path
        lens.facets()
        engine.examples()
        reading.result()
        if number % every == every - 1:
            _tell(f"{number + 1} searches, generation {lens.info().generation}", began)
    engine.lens().close()
    _tell("closed", began)
    left = list((settings.home / "index" / "readers").iterdir())
    print(f"left among the readers: {len(left)}", flush=True)


def _tell(what: str, began: float) -> None:
    gc.collect()
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    maps = Path("/proc/self/maps").read_bytes().count(b"\n")
    print(
        f"{what:32} {time.perf_counter() - began:6.0f} s"
        f"  {len(list(Path('/proc/self/fd').iterdir())):4} descriptors"
        f"  {threading.active_count():3} Python threads, {int(status['Threads']):3} in all"
        f"  {maps:5} maps"
        f"  {int(status['VmRSS'].split()[0]) / 1000:6.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()

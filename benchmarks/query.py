"""How long a shopper waits: one warm query from bytes to results, and until the text is read too.

    python -m benchmarks.query QUERIES_FOLDER --home HOME [--photos 60]

The home must hold an index (`shoplens index FEED --home HOME`). Text is read in a thread aside, as
the page does it: "first results" does not contain it, "with text" does; lines with … are stages.
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np

from pipelines.build import open_lens
from pipelines.image_io import PICTURE_ENDINGS, decode
from pipelines.settings import Settings

BUDGET_MS = 700.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="a folder of shoppers' photos")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=60)
    arguments = parser.parse_args()

    paths = sorted(p for p in arguments.folder.rglob("*") if p.suffix.lower() in PICTURE_ENDINGS)
    step = max(1, len(paths) // (arguments.photos + 3))
    sample = [path.read_bytes() for path in paths[::step]][: arguments.photos + 3]
    lens = open_lens(Settings(home=arguments.home))
    first, complete, stages = [], [], dict[str, list[float]]()
    with ThreadPoolExecutor(max_workers=1) as aside:
        for number, data in enumerate(sample):
            begin = perf_counter()
            photo = decode(data, "upload")
            reading = aside.submit(lens.read, photo)
            perception = lens.perceive(photo)
            result = lens.search(perception)
            shown = perf_counter()
            lens.search(perception.with_reading(reading.result()))
            done = perf_counter()
            if number >= 3:  # the first three load the models
                first.append((shown - begin) * 1000)
                complete.append((done - begin) * 1000)
                for stage, milliseconds in (*perception.timings_ms, *result.timings_ms):
                    stages.setdefault(stage, []).append(milliseconds)
    print(f"index: {lens.info().products} products, models {lens.models.profile}")
    print(f"{len(first)} warm queries      p50 ms   p95 ms")
    parts = [(f"… {stage}", times) for stage, times in stages.items()]
    for name, times in (("first results", first), *parts, ("with text", complete)):
        print(f"{name:<20} {np.percentile(times, 50):8.0f} {np.percentile(times, 95):8.0f}")
    verdict = "within" if np.percentile(first, 50) <= BUDGET_MS else "OVER"
    print(f"first results are {verdict} the budget of {BUDGET_MS:.0f} ms (p50)")
    lens.close()


if __name__ == "__main__":
    main()

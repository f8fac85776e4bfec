"""How often a picture is told that the shop has nothing like it: rightly, and wrongly.

    python -m benchmarks.nothing_like_it QUERIES.csv --home HOME [--others FOLDER ...]

Wrongly: for the questions, whose products are in the shop (their box, or the whole picture).
Rightly: for pictures in folders that show nothing that the shop sells. Each is searched whole and
without its text, as a shopper's crop is before anything was read. Shares have 95% intervals
(Wilson), and stand beside those at other steps of the scale on which cards say how close they are.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from indexer.query_list import read_queries
from models.types import Box
from pipelines.build import open_lens
from pipelines.cosine_scales import measured_scale
from pipelines.image_io import read_photo
from pipelines.lens import Lens
from pipelines.settings import Settings

ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("queries", type=Path, help="image,relevant_id[,box]")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--others", type=Path, nargs="*", default=[], help="nothing of the shop")
    parser.add_argument("--photos", type=int, default=400, help="of each")
    arguments = parser.parse_args()
    lens = open_lens(Settings(home=arguments.home))
    scale = measured_scale(lens.info().spec.profile, lens.head())
    if scale is None:
        parser.error("no scale of cosines was measured for the models of this index")
    steps = (scale.none, scale.far, scale.alike, scale.close)
    print(f"{'':<22}{'pictures':>9}  told 'nothing like it'  nearest under " + _row(steps))
    questions = [(query.image, query.box) for query in read_queries(arguments.queries).queries]
    _report("products of the shop", lens, _some(questions, arguments.photos), steps)
    for folder in arguments.others:
        pictures = [(path, None) for path in sorted(folder.rglob("*")) if path.suffix in ENDINGS]
        _report(folder.name, lens, _some(pictures, arguments.photos), steps)
    lens.close()


def _some(
    pictures: Sequence[tuple[Path, Box | None]], most: int
) -> Iterator[tuple[Path, Box | None]]:
    order = np.random.default_rng(0).permutation(len(pictures))[:most]
    return (pictures[place] for place in order)


def _report(
    name: str, lens: Lens, pictures: Iterator[tuple[Path, Box | None]], steps: Sequence[float]
) -> None:
    told, nearest = 0, []
    for path, box in pictures:
        photo = read_photo(path)
        result = lens.search(lens.perceive(photo, [box or photo.whole]))
        told += result.verdict == "nothing"
        looks = (found.found_by("image") for found in result.selected)
        nearest.append(max((one.score for one in looks if one), default=-1.0))
    within = binomtest(told, len(nearest)).proportion_ci(method="wilson")
    shares = [float(np.mean(np.array(nearest) < step)) for step in steps]
    range_ = f"{told / len(nearest):.3f} ({within.low:.3f}-{within.high:.3f})"
    print(f"{name:<22}{len(nearest):9}  {range_:<40}" + _row(shares), flush=True)


def _row(numbers: Sequence[float]) -> str:
    return "".join(f"{number:8.3f}" for number in numbers)


if __name__ == "__main__":
    main()

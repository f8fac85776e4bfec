"""`python -m benchmarks.api PICTURES --home HOME`: clients of `shoplens api`, one and several.

Starts the API over the home, sends pictures that it has not seen, without reading their text, and
prints answers a second, the median time of one, and what of it is not the search itself (HTTP, the
form, the queue). The last line are clients beyond its queue: who is sent away, and how quickly.
"""

import argparse
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines.image_io import PICTURE_ENDINGS

BEYOND = 40


@dataclass(frozen=True)
class Asked:
    """One request: its status, its seconds, and those that the server says the search took."""

    status: int
    seconds: float
    searching: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--each", type=int, default=48, help="pictures for each number of clients")
    given = parser.parse_args()
    found = (p for p in sorted(given.pictures.rglob("*")) if p.suffix.lower() in PICTURE_ENDINGS)
    runs = [*given.clients, BEYOND]
    pictures = list(found)
    step = max(1, len(pictures) // (given.each * len(runs) + 1))
    fresh = iter(pictures[::step])
    with serving(given.home) as client:
        ask(client, next(fresh))
        alone = 0.0
        for clients in runs:
            todo = [next(fresh) for _ in range(given.each)]
            begin = time.perf_counter()
            with ThreadPoolExecutor(clients) as pool:
                asked = list(pool.map(lambda picture: ask(client, picture), todo))
            rate = sum(a.status == 200 for a in asked) / (time.perf_counter() - begin)
            alone = alone or rate
            report(clients, asked, rate / alone)


def report(clients: int, asked: Sequence[Asked], gain: float) -> None:
    good = [a for a in asked if a.status == 200]
    median = statistics.median(a.seconds for a in good)
    around = statistics.median(a.seconds - a.searching for a in good)
    line = f"{clients:3} clients: {gain:.2f} times the answers a second of one, p50 {median:.3f} s"
    if clients == BEYOND:
        away = [a.seconds for a in asked if a.status == 503]
        counts = dict(Counter(a.status for a in asked))
        told = f"; sent away after {statistics.median(away):.3f} s" if away else ""
        print(f"{line}; {counts}{told}")
    else:
        print(f"{line}, of which {around * 1000:.0f} ms are not the search")


def ask(client: httpx.Client, picture: Path) -> Asked:
    data = picture.read_bytes()
    begin = time.perf_counter()
    answer = client.post("/v1/search", files={"image": data}, data={"read_text": "false"})
    seconds = time.perf_counter() - begin
    told = answer.json().get("timings_ms", {"total": 0.0})
    return Asked(answer.status_code, seconds, told["total"] / 1000)


@contextmanager
def serving(home: Path) -> Iterator[httpx.Client]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    key = secrets.token_hex(16)
    line = [sys.executable, "-m", "indexer.cli.main", "api", "--home", str(home)]
    settings = {"SHOPLENS_API_KEY": key, "SHOPLENS_API_PER_MINUTE": "0"}
    server = subprocess.Popen([*line, "--port", str(port)], env=os.environ | settings)
    limits = httpx.Limits(max_connections=BEYOND)
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60, limits=limits
        ) as client:
            while not _warm(client):
                time.sleep(0.2)
            yield client
    finally:
        server.terminate()
        server.wait()


def _warm(client: httpx.Client) -> bool:
    try:
        return bool(client.get("/healthz").json().get("warm"))
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()

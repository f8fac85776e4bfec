"""Pictures named by address: fetched politely, once, and what worked is never lost."""

import hashlib
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.thumbnails import Thumbnails
from indexer.run_report import RunReport
from models.errors import DiskFull
from models.types import Vectors
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_fetched import fetched
from tests.fakes.home import Shop, shop, write_csv
from tests.fakes.models import ColourEmbedder
from tests.fakes.picture_server import PictureServer, Reply, local_web, picture_server
from tests.fakes.pictures import bomb, picture
from tests.fakes.watched_indexer import embedded, indexer, steps


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with picture_server() as serving:
        yield serving


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Shop]:
    with shop(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "local.png").write_bytes(picture(900))
    return tmp_path / "shop"


def run(here: Shop, folder: Path, *addresses: str, **options: object) -> RunReport:
    """Index a product for each address, and one with a picture of its own."""
    rows = [f"p{i},{address},Mug {i}" for i, address in enumerate(addresses)]
    feed = write_csv(folder, [*rows, "own,local.png,Bowl"])
    return here.index(feed, **{"web": local_web(), **options})


def reasons(report: RunReport) -> dict[str, str]:
    return {error.product_id: error.reason for error in report.examples}


def test_a_picture_is_fetched_kept_by_its_content_and_shown(
    tmp_path: Path, here: Shop, folder: Path, server: PictureServer
) -> None:
    report = run(here, folder, server.has("/a.jpg", picture(1), Content_Type="text/plain"))
    assert report.clean
    assert (report.counts.fetched, report.counts.embedded) == (1, 2)
    sha256 = hashlib.sha256(picture(1)).hexdigest()
    kept = tmp_path / "home" / "pictures" / sha256[:2] / sha256[2:]
    assert kept.read_bytes() == picture(1)
    assert not kept.stat().st_mode & 0o111
    card = next(entry.card for entry in here.entries() if entry.card.product_id == "p0")
    assert card.pictures == (f"{sha256[:2]}/{sha256[2:]}",)
    assert Thumbnails(tmp_path / "home").of(card.pictures)[0].startswith("data:image/webp")


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_an_unchanged_picture_is_not_fetched_again(
    here: Shop, folder: Path, server: PictureServer, header: str
) -> None:
    value = '"v1"' if header == "ETag" else "Tue, 03 Nov 2026 10:00:00 GMT"
    addresses = [
        server.has(f"/{i}.png", picture(i), **{header.replace("-", "_"): value}) for i in range(5)
    ]
    run(here, folder, *addresses)
    again = run(here, folder, *addresses)
    assert server.given == {200: 5, 304: 5}
    assert (again.counts.fetched, again.counts.embedded, again.counts.unchanged) == (0, 0, 6)
    assert again.clean
    assert not again.built


def test_a_changed_picture_is_embedded_anew(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    address = server.has("/a.png", picture(1), ETag='"v1"')
    run(here, folder, address)
    server.has("/a.png", picture(2), ETag='"v2"')
    report = run(here, folder, address)
    assert (report.counts.fetched, report.counts.embedded, report.counts.changed) == (1, 1, 1)
    assert here.embedder.embedded[-1] == hashlib.sha256(picture(2)).hexdigest()
    assert report.built


def test_a_server_without_etags_costs_bytes_but_no_model_time(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    address = server.has("/a.png", picture(1))
    run(here, folder, address)
    again = run(here, folder, address)
    assert (again.counts.fetched, again.counts.embedded, again.built) == (1, 0, False)


def test_one_address_under_many_products_is_asked_once(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    address = server.has("/a.png", picture(1))
    report = run(here, folder, *[address] * 30)
    assert server.asked == {"/a.png": 1}
    assert (report.counts.fetched, report.counts.embedded) == (1, 2)
    assert len(here.ids()) == 31


def test_what_fails_for_now_is_tried_again(here: Shop, folder: Path, server: PictureServer) -> None:
    good = Reply(picture(1))
    server.replies["/a.png"] = Reply(status=503, then=Reply(status=500, then=good))
    report = run(here, folder, server.address("/a.png"))
    assert report.clean
    assert server.given == {503: 1, 500: 1, 200: 1}


def test_what_is_gone_is_asked_for_once_a_run(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    report = run(here, folder, server.address("/gone.png"), server.address("/gone.png"))
    assert reasons(report) == {"p0": "not found", "p1": "not found"}
    assert server.asked == {"/gone.png": 1}
    assert "404" in report.examples[0].detail
    assert here.ids() == {"own"}


def test_retry_after_is_waited_for(here: Shop, folder: Path, server: PictureServer) -> None:
    server.replies["/a.png"] = Reply(
        status=429, headers={"Retry-After": "1"}, then=Reply(picture(1))
    )
    began = time.monotonic()
    report = run(here, folder, server.address("/a.png"))
    assert report.clean
    assert time.monotonic() - began >= 1


def test_who_asks_to_wait_for_an_hour_is_left_alone(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    busy = Reply(status=503, headers={"Retry-After": "3600"})
    server.replies = {f"/{i}.png": busy for i in range(20)}
    web = local_web(per_host=1)
    began = time.monotonic()
    report = run(here, folder, *[server.address(f"/{i}.png") for i in range(20)], web=web)
    assert time.monotonic() - began < 20
    assert server.given == {503: 1}
    assert set(reasons(report).values()) == {"server error", "host does not answer"}


def test_a_host_that_is_down_is_given_up_but_not_the_others(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    server.replies = {f"/{i}.png": Reply(status=502) for i in range(30)}
    good = server.has("/good.png", picture(1)).replace("shop.example", "cdn.example")
    web = local_web(per_host=1, give_up_after=4, attempts=2)
    report = run(here, folder, *[server.address(f"/{i}.png") for i in range(30)], good, web=web)
    assert server.given[502] == 8
    assert len(reasons(report)) == 20  # the report's examples
    assert report.counts.bad_images == 30
    assert here.ids() == {"p30", "own"}


def test_a_host_is_never_asked_more_at_once_than_allowed(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    addresses = [server.has(f"/{i}.png", picture(i)) for i in range(24)]
    for reply in server.replies.values():
        reply.seconds = 0.02
    assert run(here, folder, *addresses, web=local_web(per_host=3)).clean
    assert 2 <= server.most_at_once <= 3


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"<!doctype html><p>404"), "not a picture"),
        (Reply(b""), "empty file"),
        (Reply(bomb()), "too large"),
        (Reply(bytes(300_000)), "too large"),
        (Reply(picture(3, "JPEG", side=200)[:900]), "damaged"),
        (Reply(status=403), "not allowed"),
        (Reply(status=503), "server error"),
        (Reply(picture(1), seconds=6), "took too long"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:9/x"}), "refused address"),
        (Reply(status=302, headers={"Location": "http://169.254.169.254/"}), "refused address"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "not a web address"),
        (Reply(status=302, headers={"Location": "/a.png"}), "redirects too often"),
    ],
)  # fmt: skip
def test_what_fails_is_named_and_the_last_good_picture_stays(
    here: Shop, folder: Path, server: PictureServer, reply: Reply, reason: str
) -> None:
    web = local_web({"max_bytes": 200_000, "seconds": 2.0}, attempts=1)
    server.replies["/new.png"] = reply
    address = server.has("/a.png", picture(1), ETag='"v1"')
    run(here, folder, address, web=web)
    server.replies["/a.png"] = replace(reply)
    report = run(here, folder, address, server.address("/new.png"), web=web)
    assert reasons(report) == {"p0": reason, "p1": reason}
    assert here.ids() == {"p0", "own"}
    server.has("/a.png", picture(1), ETag='"v1"')
    assert run(here, folder, address, web=web, allow_shrink=True).clean


def test_a_shop_whose_server_is_down_keeps_its_pictures_and_gets_its_prices(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    addresses = [server.has(f"/{i}.png", picture(i)) for i in range(3)]
    rows = [f"p{i},{address},Mug" for i, address in enumerate(addresses)]
    here.index(write_csv(folder, rows), web=local_web())
    server.replies = dict.fromkeys(server.replies, Reply(status=500))
    report = here.index(write_csv(folder, [row + "s" for row in rows]), web=local_web())
    assert (report.outcome, report.counts.bad_images, report.counts.changed) == ("finished", 3, 3)
    assert {entry.card.title for entry in here.entries()} == {"Mugs"}


def test_a_picture_that_is_gone_leaves(here: Shop, folder: Path, server: PictureServer) -> None:
    address = server.has("/a.png", picture(1))
    run(here, folder, address)
    del server.replies["/a.png"]
    assert reasons(run(here, folder, address)) == {"p0": "not found"}
    assert here.ids() == {"own"}


def test_the_same_bad_bytes_are_not_fetched_twice(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    address = server.has("/a.png", b"no picture", ETag='"v1"')
    for _ in range(2):
        assert reasons(run(here, folder, address)) == {"p0": "not a picture"}
    assert server.given == {200: 1, 304: 1}


def test_a_picture_lost_or_changed_on_the_disk_is_fetched_anew(
    tmp_path: Path, here: Shop, folder: Path, server: PictureServer
) -> None:
    address = server.has("/a.png", picture(1), ETag='"v1"')
    run(here, folder, address)
    (kept,) = (path for path in (tmp_path / "home" / "pictures").rglob("*") if path.is_file())
    kept.unlink()
    assert run(here, folder, address).counts.fetched == 1
    assert kept.read_bytes() == picture(1)
    # Another model needs the pixels again, so what rotted is noticed.
    kept.write_bytes(picture(2))
    here.embedder = ColourEmbedder(image_fingerprint="fake-colours-2")
    assert reasons(run(here, folder, address)) == {"p0": "changed on the disk"}
    assert run(here, folder, address).clean
    assert kept.read_bytes() == picture(1)


def test_after_a_stop_what_was_fetched_is_not_asked_again(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    addresses = [server.has(f"/{i}.png", picture(i)) for i in range(12)]
    left = 9

    def stop() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    first = run(here, folder, *addresses, stop=stop)
    assert first.outcome == "interrupted"
    done = [url for url in addresses if fetched(here.catalog, url) is not None]
    assert len(done) == 9
    server.asked.clear()
    assert run(here, folder, *addresses).clean
    assert server.asked == {f"/{i}.png": 1 for i in range(9, 12)}
    assert len(here.embedder.embedded) == len(set(here.embedder.embedded)) == 13
    # A finished run is the end of that: the next one asks for all of them.
    server.asked.clear()
    run(here, folder, *addresses)
    assert sum(server.asked.values()) == 12


def test_after_a_kill_what_was_committed_is_not_asked_again(
    tmp_path: Path, folder: Path, server: PictureServer
) -> None:
    addresses = [server.has(f"/{i}.png", picture(i)) for i in range(20)]
    feed = write_csv(folder, [f"p{i},{address},Mug" for i, address in enumerate(addresses)])
    with indexer(tmp_path / "home", feed, batch=4) as process:
        steps(process, 2)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with CatalogDb.open(tmp_path / "home" / "catalog.db") as catalog:
        done = [i for i, url in enumerate(addresses) if fetched(catalog, url) is not None]
    assert len(done) == 8
    server.asked.clear()
    with indexer(tmp_path / "home", feed, batch=4) as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    assert len(embedded(out.splitlines())) == 12
    assert server.asked == {f"/{i}.png": 1 for i in range(8, 20)}


def test_addresses_that_left_the_feed_are_forgotten(
    here: Shop, folder: Path, server: PictureServer
) -> None:
    addresses = [server.has(f"/{i}.png", picture(i)) for i in range(3)]
    run(here, folder, *addresses)
    run(here, folder, *addresses[:2], allow_shrink=True)
    run(here, folder, *addresses[:2])
    assert [fetched(here.catalog, url) is not None for url in addresses] == [True, True, False]


def test_a_full_disk_ends_the_run_and_leaves_no_half_picture(
    tmp_path: Path,
    here: Shop,
    folder: Path,
    server: PictureServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = server.has("/a.png", picture(1))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.picture_store.os.fsync", full)
    with pytest.raises(DiskFull):
        run(here, folder, address)
    assert not [path for path in (tmp_path / "home" / "pictures").rglob("*") if path.is_file()]


class SlowEmbedder(ColourEmbedder):
    """Takes its time, and notes how much was fetched meanwhile."""

    server: PictureServer
    seen: list[int]

    def images(self, batch) -> Vectors:  # type: ignore[no-untyped-def]
        deadline = time.monotonic() + 10
        # A model that works: fetching goes on beside it, far ahead of what it was given.
        while sum(self.server.given.values()) < 60 and time.monotonic() < deadline:
            time.sleep(0.01)
        self.seen.append(sum(self.server.given.values()))
        return super().images(batch)


def test_fetching_runs_ahead_of_the_model(here: Shop, folder: Path, server: PictureServer) -> None:
    addresses = [server.has(f"/{i}.png", picture(i)) for i in range(60)]
    here.embedder = embedder = SlowEmbedder()
    embedder.server, embedder.seen = server, []
    assert run(here, folder, *addresses).clean
    assert embedder.seen[0] == 60


def test_a_name_that_flips_is_refused(here: Shop, folder: Path, server: PictureServer) -> None:
    answers = iter(["127.0.0.1", "10.0.0.1"])

    def flipping(host: str, port: int) -> list[str]:
        return [next(answers, "10.0.0.1")]

    close = {"Connection": "close"}
    server.replies = {f"/{i}.png": Reply(picture(i), headers=close) for i in range(2)}
    web = local_web({"resolver": flipping}, per_host=1)
    report = run(here, folder, *[server.address(f"/{i}.png") for i in range(2)], web=web)
    assert reasons(report) == {"p1": "refused address"}
    assert here.ids() == {"p0", "own"}

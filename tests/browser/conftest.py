"""A served page and a browser to look at it with."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.install_chromium import installed
from tests.conftest import REPOSITORY
from tests.fakes.shop import screenshot

APP = REPOSITORY / "app"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Served:
    """A running server."""

    address: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def serve(command: list[str], port: int, **environment: str) -> Iterator[Served]:
    """Run a server until the test session ends, and wait until it answers."""
    paths = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]))
    process = subprocess.Popen(
        command,
        # Here Streamlit finds the page's own config.toml, whichever script it runs.
        cwd=APP,
        env=os.environ | {"PYTHONPATH": paths} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            if process.poll() is not None:
                pytest.fail(f"the server ended with {process.returncode}")
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("the server does not answer")
        yield Served(address, process)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over the drawn shop."""
    port = free_port()
    script = str(Path(__file__).with_name("served_page.py"))
    address = [f"--server.port={port}", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", script, *address]
    yield from serve(command, port, SHOPLENS_TEST_SHOP=str(tmp_path_factory.mktemp("shop")))


# Of a module, not of the session: while Playwright's loop runs in this thread, no other test may
# run one of its own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = installed()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A browser window on the page, and what it noticed."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)

    def upload(self, data: bytes, name: str = "shot.png") -> None:
        file = {"name": name, "mimeType": "image/png", "buffer": data}
        self.page.set_input_files("[data-testid=stFileUploader] input[type=file]", file)

    def first_title(self, title: str) -> None:
        """Wait until the first result has this title."""
        self.page.wait_for_function(
            "title => document.querySelector('article.card .title')?.textContent === title",
            arg=title,
        )

    def box(self, selector: str) -> dict[str, float]:
        found = self.page.locator(selector).first.bounding_box()
        assert found is not None
        return {**found}

    def share(self, selector: str) -> tuple[float, float]:
        """Where the middle of something lies on the picture, as shares of its sides."""
        area, box = self.box(".frame img"), self.box(selector)
        return (
            (box["x"] + box["width"] / 2 - area["x"]) / area["width"],
            (box["y"] + box["height"] / 2 - area["y"]) / area["height"],
        )

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag over the picture, between places given as shares of its sides."""
        area = self.box(".frame img")
        (x0, y0), (x1, y1) = (
            (area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in (start, end)
        )
        self.page.mouse.move(x0, y0)
        self.page.mouse.down()
        self.page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=4)
        self.page.mouse.move(x1, y1, steps=4)
        self.page.mouse.up()


@contextmanager
def windows(chromium: Browser, served: Served) -> Iterator[Callable[..., Visitor]]:
    """Opens the page in a fresh window each time; options are the browser context's."""
    contexts = []

    def open_page(address: str = "", **options: Any) -> Visitor:
        context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 860}, "locale": "en-GB"} | options
        )
        contexts.append(context)
        visitor = Visitor(context.new_page())
        visitor.page.set_default_timeout(20_000)
        visitor.page.on(
            "request", lambda request: visitor.hosts.add(request.url.split("/")[2].split(":")[0])
        )

        def on_dialog(dialog: Any) -> None:
            visitor.dialogs.append(dialog.message)
            dialog.dismiss()

        visitor.page.on("dialog", on_dialog)
        visitor.page.goto(served.address + address)
        return visitor

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(chromium: Browser, served: Served) -> Iterator[Callable[..., Visitor]]:
    with windows(chromium, served) as open_page:
        yield open_page


@pytest.fixture(scope="session")
def two_products() -> bytes:
    return screenshot(("mug", "blue"), ("bag", "red"))

"""The page under Streamlit's own test runner, and what can be read from it."""

import json

from streamlit.testing.v1 import AppTest

from tests.fakes.shop import screenshot

SCRIPT = """
from app.page import main
from tests.fakes.shop import OPEN_SHOPS

main(OPEN_SHOPS[-1].engine)
"""
BLUE_MUG_AND_RED_BAG = screenshot(("mug", "blue"), ("bag", "red"))


def page(language: str = "en-GB", **address: str) -> AppTest:
    test = AppTest.from_string(SCRIPT, default_timeout=20)
    test.context = {"locale": language}
    test.query_params.update(address)
    return shown(test.run())


def shown(test: AppTest) -> AppTest:
    """The page itself, after making sure that nobody was shown a trace."""
    assert not test.exception
    return test


def upload(test: AppTest, data: bytes, name: str = "shot.png") -> AppTest:
    test.file_uploader[0].upload(name, data, "image/png")
    return shown(test.run())


def html(test: AppTest) -> str:
    bodies = [str(block.body) for block in test.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def titles(test: AppTest) -> list[str]:
    pieces = html(test).split('<span class="title">')[1:]
    return [piece.split("</span>")[0] for piece in pieces]


def widget(test: AppTest) -> dict[str, object]:
    """What the picture widget was given."""
    for block in test.get("bidi_component"):
        if block.proto.component_name == "shoplens_crop":
            data: dict[str, object] = json.loads(block.proto.json or block.proto.mixed.json)
            return data
    raise AssertionError("no picture on the page")

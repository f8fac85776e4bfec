"""Who may talk to the page's server."""

import base64
import http.client

import pytest

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser


def knock(served: Served, origin: str) -> int:
    """The status that a WebSocket handshake from a page of `origin` is answered with."""
    host = served.address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request(
        "GET",
        "/_stcore/stream",
        headers={
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
            "Sec-WebSocket-Version": "13",
            "Origin": origin,
        },
    )
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_foreign_page_cannot_open_a_session(served: Served) -> None:
    assert knock(served, served.address) == 101
    assert knock(served, "https://evil.example") == 403


def test_an_upload_without_the_servers_token_is_refused(served: Served) -> None:
    host = served.address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("PUT", "/_stcore/upload_file/session/file", body=b"x")
    assert connection.getresponse().status in (400, 403)
    connection.close()


def test_the_insides_are_not_served(served: Served) -> None:
    host = served.address.removeprefix("http://")
    for path in ("/app/page.py", "/.streamlit/config.toml", "/app/static/page.py"):
        connection = http.client.HTTPConnection(host, timeout=10)
        connection.request("GET", path)
        body = connection.getresponse().read()
        assert b"import streamlit" not in body
        assert b"enableCORS" not in body
        connection.close()

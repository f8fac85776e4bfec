"""The HTTP API over a searcher, called in this process."""

from collections.abc import Callable
from dataclasses import replace

from starlette.testclient import TestClient

from app.api.limits import Limits
from app.api.service import Access, make_service
from app.searcher import Searcher
from pipelines.lens import Lens

KEY = "the-key-of-a-test"
WITH_KEY = {"Authorization": f"Bearer {KEY}"}
GENEROUS = Limits(at_once=4, waiting=16, uploads=32, seconds=20, upload_seconds=20, per_minute=None)


def api_client(
    searcher: Searcher,
    limits: Limits = GENEROUS,
    access: Access | None = None,
    address: str = "203.0.113.7",
) -> TestClient:
    """A client that has the key, if there is one.

    Args:
        address: where its requests come from.
    """
    access = Access(KEY) if access is None else access
    return TestClient(
        make_service(searcher, limits, access),
        base_url="http://localhost",
        headers=WITH_KEY if access.key else {},
        client=(address, 50000),
        raise_server_exceptions=False,
    )


def over(opened: Callable[[], Lens], **limits: float) -> TestClient:
    """A client of an API whose searcher is opened so, under some other limits."""
    return api_client(Searcher(opened), replace(GENEROUS, **limits))  # type: ignore[arg-type]

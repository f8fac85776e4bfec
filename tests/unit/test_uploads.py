"""An uploaded picture is never on the disk, not even in a file without a name."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from app.uploads import LARGEST, LARGEST_PICTURE, keep_uploads_in_memory


@pytest.fixture(autouse=True)
def parser_as_it_was() -> Iterator[None]:
    """Starlette's own limit, 1 MB: a test that served the page here may have lifted it."""
    before = MultiPartParser.spool_max_size
    MultiPartParser.spool_max_size = 2**20
    yield
    MultiPartParser.spool_max_size = before


def reached_the_disk(size: int) -> bool:
    """Whether an upload of `size` bytes went into a file."""
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n'
    body = head + bytes(size) + b"\r\n--b--\r\n"

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "PUT",
        "headers": [(b"content-type", b"multipart/form-data; boundary=b")],
    }

    async def parse() -> bool:
        async with Request(scope, receive).form() as form:
            file = form["f"]
            assert isinstance(file, UploadFile)
            return bool(file.file._rolled)  # type: ignore[attr-defined]

    return asyncio.run(parse())


def test_the_parser_would_write_large_uploads_to_a_file() -> None:
    assert reached_the_disk(5 * 2**20)


def test_kept_in_memory_they_never_are() -> None:
    keep_uploads_in_memory()
    assert not reached_the_disk(LARGEST_PICTURE)
    assert LARGEST_PICTURE < LARGEST

"""A request's body: never more than its limit, never for longer than its time, never on disk."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from app.api.limits import FORM_AROUND, Limits
from app.api.refusals import Refusal, bad_request
from app.uploads import LARGEST_PICTURE

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_HOW = "send a form: multipart/form-data with a file `image`, and the other fields"
_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent.

    Attributes:
        fields: (name, value) pairs, as sent.
        image: the bytes of the file of that name; None where there is none.
    """

    fields: tuple[tuple[str, str], ...] = ()
    image: bytes | None = None


class Uploads:
    """Receives bodies, so many at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._now = 0

    async def body(self, request: Request) -> bytes:
        """All of a request's body.

        Raises:
            Refusal: 413, more than the limit, whether its length was told or not; 408, the client
                is too slow; 503, too many are sending.
            ClientDisconnect: the client went away meanwhile.
        """
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told) > self._limits.body:
            raise too_large()
        if self._now >= self._limits.uploads:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too many requests at the moment",
                remedy="try again in a moment",
                retry_in=1,
            )
        self._now += 1
        try:
            async with asyncio.timeout(self._limits.upload_seconds):
                return await self._received(request)
        except TimeoutError:
            raise Refusal(
                HTTPStatus.REQUEST_TIMEOUT,
                f"the request did not arrive within {self._limits.upload_seconds:g} seconds",
                remedy="send a smaller picture: 1,600 pixels on its longer side are plenty",
            ) from None
        finally:
            self._now -= 1

    async def _received(self, request: Request) -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._limits.body:
                raise too_large()
        return bytes(body)


def too_large() -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"more than {LARGEST_PICTURE // 2**20} MB",
        remedy="send a smaller picture: 1,600 pixels on its longer side are plenty",
    )


def parse_form(content_type: str, body: bytes) -> Form:
    """The form in a body, wherever it was read. Nothing but memory is touched: Starlette's own
    parser would write what is larger than a megabyte to a file.

    Raises:
        Refusal: 400, damaged or odd; 413, the picture is too large; 415, no form.
    """
    kind, options = parse_options_header(content_type)
    if kind == b"application/x-www-form-urlencoded":
        if len(body) > FORM_AROUND:
            raise bad_request("the form is too long", remedy=_HOW)
        try:
            pairs = parse_qsl(
                body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        except ValueError:
            raise bad_request("the form cannot be read", remedy=_HOW) from None
        return Form(tuple(pairs))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not a form", remedy=_HOW)
    # Counted first: ten megabytes of boundaries that are none take the parser a second and a half.
    if body.count(b"\r\n--" + options[b"boundary"]) > _MOST_FIELDS + 1:
        raise bad_request(f"more than {_MOST_FIELDS} fields", remedy=_HOW)
    parts = _Parts()
    try:
        parser = MultipartParser(options[b"boundary"], parts.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise bad_request("the form is damaged or cut off", remedy=_HOW) from None
    return parts.form()


@dataclass(slots=True)
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class _Parts:
    """Parts of a multipart form as its parser meets them."""

    done: list[_Part] = field(default_factory=list)
    part: _Part = field(default_factory=_Part)
    name: bytes = b""
    value: bytes = b""
    complete: bool = False

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_end": self._whole,
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def form(self) -> Form:
        if not self.complete:  # which the parser itself does not mind
            raise bad_request("the form is damaged or cut off", remedy=_HOW)
        fields: list[tuple[str, str]] = []
        image: bytes | None = None
        for part in self.done:
            _, options = parse_options_header(part.headers.get(b"content-disposition"))
            name = _text(options.get(b"name", b""))
            if b"filename" not in options:
                if len(part.data) > FORM_AROUND:
                    raise bad_request(f"{name or 'a field'} is too long", remedy=_HOW)
                fields.append((name, _text(part.data)))
            elif name != "image":
                raise bad_request(f"no file {name!r} is asked for", remedy=_HOW)
            elif image is not None:
                raise bad_request("two pictures were sent", remedy="send one a request")
            elif len(part.data) > LARGEST_PICTURE:
                raise too_large()
            else:
                image = bytes(part.data)
        return Form(tuple(fields), image)

    def _whole(self) -> None:
        self.complete = True

    def _begin(self) -> None:
        self.part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def _header_end(self) -> None:
        self.part.headers[self.name.lower()] = self.value
        self.name = self.value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.part.data += data[start:end]

    def _end(self) -> None:
        self.done.append(self.part)


def _text(data: bytes | bytearray) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise bad_request("a field is not UTF-8", remedy=_HOW) from None

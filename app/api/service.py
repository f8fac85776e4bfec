"""The HTTP API as an ASGI application: each path, and what it answers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.api.body import Form, Uploads, parse_form
from app.api.description import description
from app.api.fields import Conditions, Refinement, SearchFields
from app.api.guard import Buckets, Guard
from app.api.limits import Limits
from app.api.refusals import Refusal, bad_request, on_error, refused
from app.api.workers import Workers
from app.searcher import Searcher
from models.errors import ShopLensError
from models.types import Photo
from pipelines.answer_json import answer_json, detection_json, facets_json
from pipelines.image_io import decode
from pipelines.lens import Lens
from pipelines.photo_search import search_like, search_photo

HEALTH_SECONDS = 1.0
"""How long what /healthz says is remembered: nobody needs a key to ask it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Attributes:
        key: "" for none.
        origins: sites whose pages may ask from a browser.
    """

    key: str = ""
    origins: tuple[str, ...] = ()


def make_service(searcher: Searcher, limits: Limits, access: Access) -> Starlette:
    """The application; models begin to load when it starts, and it closes the index at its end."""
    service = _Service(searcher, limits)
    buckets = Buckets(limits.per_minute, limits.burst) if limits.per_minute else None
    browsers = Middleware(
        CORSMiddleware,
        allow_origins=access.origins,
        allow_methods=("GET", "POST"),
        allow_headers=("Authorization",),
        expose_headers=("Retry-After",),
    )
    return Starlette(
        routes=[
            Route("/v1/search", service.search, methods=["POST"]),
            Route("/v1/detect", service.detect, methods=["POST"]),
            # An id may hold a slash.
            Route("/v1/products/{product_id:path}/similar", service.similar),
            Route("/v1/facets", service.facets),
            Route("/healthz", service.health),
            Route("/openapi.json", _describe),
        ],
        middleware=[
            *([browsers] if access.origins else []),
            Middleware(Guard, key=access.key, buckets=buckets),
        ],
        exception_handlers={
            Refusal: on_error,
            ShopLensError: on_error,
            HTTPException: on_error,
            ClientDisconnect: _nobody_listens,
            Exception: on_error,
        },
        lifespan=service.life,
    )


class _Service:
    def __init__(self, searcher: Searcher, limits: Limits) -> None:
        self._searcher = searcher
        self._uploads = Uploads(limits)
        self._workers = Workers(limits)
        self._health = _Health(searcher)

    @asynccontextmanager
    async def life(self, service: Starlette) -> AsyncIterator[None]:
        self._searcher.wake()
        yield
        self._workers.close()
        self._searcher.close()

    async def search(self, request: Request) -> Response:
        """Products like a picture, refined by words, or found by words alone."""

        def work(form: Form, lens: Lens) -> object:
            asked = SearchFields.of(form.fields)
            wanted = replace(asked.wanted, box=asked.parsed_box, region=asked.region)
            opened = partial(_photo, form) if form.image is not None else None
            read = self._searcher.read_aside if asked.read_text else None
            return answer_json(search_photo(lens, opened, wanted, read))

        return await self._with_form(request, work)

    async def detect(self, request: Request) -> Response:
        """Products that the detector marks."""

        def work(form: Form, lens: Lens) -> object:
            if form.fields:
                name = form.fields[0][0][:100]
                raise bad_request(
                    f"there is no field {name!r} here", remedy="send the file `image` alone"
                )
            photo = _photo(form)
            return detection_json(photo, [r for r in lens.detect(photo) if r.kind == "product"])

        return await self._with_form(request, work)

    async def similar(self, request: Request) -> Response:
        """Products like one of the shop."""
        product_id = request.path_params["product_id"]

        def work(lens: Lens) -> object:
            asked = Refinement.of(request.query_params.multi_items())
            if lens.cards([product_id])[0] is None:
                raise Refusal(
                    HTTPStatus.NOT_FOUND,
                    "the index has no such product",
                    remedy="give an id as the feed has it; the product may have left the shop",
                )
            return answer_json(search_like(lens, product_id, asked.wanted))

        return await self._answered(request, work)

    async def facets(self, request: Request) -> Response:
        """How many products of the shop have each value, under conditions."""

        def work(lens: Lens) -> object:
            asked = Conditions.of(request.query_params.multi_items())
            return facets_json(lens.facets(where=asked.where))

        return await self._answered(request, work)

    async def health(self, request: Request) -> Response:
        """Whether an index is open, and its generation; no key is needed."""
        return await self._health.told()

    async def _with_form(self, request: Request, work: Callable[[Form, Lens], object]) -> Response:
        body = await self._uploads.body(request)
        kind = request.headers.get("content-type", "")
        return await self._answered(request, lambda lens: work(parse_form(kind, body), lens))

    async def _answered(self, request: Request, work: Callable[[Lens], object]) -> Response:
        ask = self._searcher.ask
        answer = await self._workers.run(lambda: ask(work), request.receive)
        return _Json(answer)


class _Health:
    """What /healthz says, asked of the index once a second at most."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._said: Response = Response()

    async def told(self) -> Response:
        async with self._asking:
            if time.monotonic() - self._asked_at > HEALTH_SECONDS:
                self._said = await asyncio.to_thread(self._say)
                self._asked_at = time.monotonic()
        return self._said

    def _say(self) -> Response:
        try:
            info = self._searcher.ask(Lens.info)
        except ShopLensError as error:
            refusal = refused(error)
            told = {"index": None, "error": refusal.error, "remedy": refusal.remedy}
            return JSONResponse(told, HTTPStatus.SERVICE_UNAVAILABLE)
        index = {"generation": info.generation, "products": info.products}
        return JSONResponse({"index": index, "warm": self._searcher.awake})


class _Json(JSONResponse):
    def render(self, content: object) -> bytes:
        return json.dumps(content, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _photo(form: Form) -> Photo:
    if form.image is None:
        raise bad_request("there is no picture", remedy="send it as a file named `image`")
    return decode(form.image, "the picture")


async def _describe(request: Request) -> Response:
    return JSONResponse(description())


async def _nobody_listens(request: Request, error: Exception) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)

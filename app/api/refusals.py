"""Why a request gets no answer: a status, a sentence and a remedy, and never more than that."""

import logging
import math
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from models.errors import BadPicture, BadQuery, IndexMissing, ShopLensError

_LOG = logging.getLogger(__name__)
_ASK_THE_OWNER = "ask whoever runs this server: its log says why"


class Refusal(Exception):
    """A request that is not answered, or not now.

    Args:
        retry_in: seconds after which the same request may well be answered; None where it will not.
    """

    def __init__(
        self, status: HTTPStatus, error: str, *, remedy: str, retry_in: float | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.remedy = remedy
        self.retry_in = retry_in

    def response(self) -> JSONResponse:
        headers = {}
        if self.retry_in is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_in)))
        if self.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        if self.status is HTTPStatus.REQUEST_TIMEOUT:
            headers["Connection"] = "close"  # who was too slow is dropped
        told = {"error": self.error, "remedy": self.remedy}
        return JSONResponse(told, self.status, headers)


def bad_request(error: str, *, remedy: str) -> Refusal:
    """What the request says cannot be used."""
    return Refusal(HTTPStatus.BAD_REQUEST, error, remedy=remedy)


def refused(error: ShopLensError) -> Refusal:
    """What a client may know of an error.

    Messages about weights, an index or a server name its folders: they go to its log alone.
    """
    if isinstance(error, BadPicture | BadQuery):
        return bad_request(error.message, remedy=error.remedy)
    unavailable = HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, IndexMissing):
        return Refusal(
            unavailable,
            "there is no index yet",
            remedy="make one: shoplens index FEED",
            retry_in=60,
        )
    _LOG.error("%s: %s", type(error).__name__, error)
    return Refusal(unavailable, "the search does not work now", remedy=_ASK_THE_OWNER, retry_in=60)


async def on_error(request: Request, error: Exception) -> JSONResponse:
    """The answer to whatever was raised; a fault of ours is logged with its trace by the server."""
    if isinstance(error, Refusal):
        return error.response()
    if isinstance(error, ShopLensError):
        return refused(error).response()
    if isinstance(error, HTTPException):  # no such path, or not this method
        why = HTTPStatus(error.status_code).phrase.lower()
        told = {"error": why, "remedy": "see /openapi.json"}
        return JSONResponse(told, error.status_code, error.headers)
    told = {"error": "something went wrong here", "remedy": _ASK_THE_OWNER}
    return JSONResponse(told, HTTPStatus.INTERNAL_SERVER_ERROR)

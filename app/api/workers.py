"""The threads that search: so many at once, a short queue, and an end to everybody's patience."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from app.api.limits import Limits
from app.api.refusals import Refusal

T = TypeVar("T")


class Workers:
    """Runs work in threads, never more than the limits say.

    A thread cannot be stopped: work that nobody waits for any more keeps its place until it is
    done, or else many slow searches would run at a time after all. What had not begun never does.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.at_once, thread_name_prefix="searching")
        self._inside = 0
        self._lock = threading.Lock()

    async def run(self, work: Callable[[], T], receive: Receive) -> T:
        """The result of `work`, once a thread was free for it.

        Args:
            receive: of the request whose body was read: tells when its client is gone.
        Raises:
            Refusal: 503, too many are waiting already; 504, it takes too long.
            ClientDisconnect: nobody waits for the answer.
        """
        self._enter()
        future = self._threads.submit(work)
        future.add_done_callback(self._leave)
        answer = asyncio.wrap_future(future)
        gone = asyncio.ensure_future(_left(receive))
        either: tuple[asyncio.Future[Any], ...] = (answer, gone)
        try:
            await asyncio.wait(
                either, timeout=self._limits.seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if answer.done():
                return answer.result()
        finally:
            gone.cancel()
            # At once: the event loop's own future would cancel it a turn later, and begun by then.
            future.cancel()
            answer.cancel()
        if gone.done() and not gone.cancelled():
            raise ClientDisconnect
        raise Refusal(
            HTTPStatus.GATEWAY_TIMEOUT,
            f"no answer within {self._limits.seconds:g} seconds",
            remedy="try again later, with a smaller picture or without read_text",
            retry_in=self._limits.seconds,
        )

    def close(self) -> None:
        """Begin nothing any more; what runs is finished."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _enter(self) -> None:
        with self._lock:
            if self._inside >= self._limits.at_once + self._limits.waiting:
                raise Refusal(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "too many searches at the moment",
                    remedy="try again in a moment",
                    retry_in=1,
                )
            self._inside += 1

    def _leave(self, future: Future[T]) -> None:
        with self._lock:
            self._inside -= 1


async def _left(receive: Receive) -> None:
    """Returns when the client of a request is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass

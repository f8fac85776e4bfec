"""The searcher of a server process: opened once, warmed beforehand, with one thread that reads."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from models.errors import StaleIndex
from models.types import Photo
from pipelines.lens import Lens
from pipelines.search_types import Reading

T = TypeVar("T")


class Searcher:
    """A Lens that many threads of one server share."""

    def __init__(self, opened: Callable[[], Lens]) -> None:
        self._opened = opened
        self._lens: Lens | None = None
        self._lock = Lock()
        # One worker: reading is the slowest model, and two at once only slow each other down.
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._waker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="warming")
        self._warming: Future[None] | None = None

    def lens(self) -> Lens:
        """The searcher, opened once; a home that cannot be opened is tried again next time.

        Raises:
            ShopLensError: there is no index, or it does not open.
        """
        with self._lock:
            if self._lens is None:
                self._lens = self._opened()
            return self._lens

    def ask(self, question: Callable[[Lens], T]) -> T:
        """What the searcher answers; where the index was built with other models since, one that
        has them is opened, and asked once more.

        Raises:
            ShopLensError: also StaleIndex, where the settings want other models than the index's.
        """
        lens = self.lens()
        try:
            return question(lens)
        except StaleIndex:
            with self._lock:
                if self._lens is lens:
                    self._lens = None
            lens.close()
            return question(self.lens())

    def wake(self) -> None:
        """Begin to load the models, so that the first picture waits less; returns at once."""
        with self._lock:
            failed = self._warming and self._warming.done() and self._warming.exception()
            if self._warming is None or failed:
                self._warming = self._waker.submit(lambda: self.lens().warm())

    @property
    def awake(self) -> bool:
        return self._warming is not None and self._warming.done()

    def read_aside(self, photo: Photo) -> Future[Reading]:
        """Words and codes on a photo, in the background: results never wait for them."""
        return self._aside.submit(lambda: self.lens().read(photo))

    def close(self) -> None:
        """Let go of the index; what waits to be read never is."""
        self._aside.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            if self._lens is not None:
                self._lens.close()
                self._lens = None

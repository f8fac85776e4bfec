"""One shopper's session: the picture in view, what was seen in it, and what was chosen on it.

Lives in memory only, and ends with the session.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import streamlit as st

from app.address import Question
from app.crop_widget import Choice
from app.engine import Engine
from app.thumbnails import shown
from models.errors import ShopLensError
from models.types import Box, Photo
from pipelines.reading import within
from pipelines.search_types import Perception, Reading, SearchResult

PAGE_OF_RESULTS = 24
RAIL = 8
"""Products in each rail of "find all"."""

DISPLAY_SIDE = 1200
ANSWERS = 64

_KEY = "visit"
_LOG = logging.getLogger(__name__)


@dataclass
class Visit:
    """What the session holds.

    Attributes:
        picture: the photo as a data address for the browser.
        perception: None until the models have looked.
        region: which of the perception's regions is chosen; ignored with a crop.
        crop: a box drawn by hand.
        crop_perception: what the models saw in the crop; None until they looked.
        reading: the text on the photo, on its way in another thread.
        trouble: why the picture in view has no results.
        refused: why the last picture that was offered was not taken; the one in view stays.
        camera: whether it is switched on.
        round: counts pictures taken, so that upload fields start empty again.
    """

    photo: Photo | None = None
    picture: str = ""
    perception: Perception | None = None
    region: int = 0
    crop: Box | None = None
    crop_perception: Perception | None = None
    reading: Future[Reading] | None = None
    trouble: ShopLensError | None = None
    refused: ShopLensError | None = None
    every_product: bool = False
    camera: bool = False
    limit: int = PAGE_OF_RESULTS
    round: int = 0
    answers: OrderedDict[object, SearchResult] = field(default_factory=OrderedDict)

    def offer(self, opened: Callable[[], Photo]) -> bool:
        """Take the picture that `opened` gives; if it gives none, keep everything as it is.

        Returns:
            whether it was taken.
        """
        self.refused = None
        self.round += 1
        try:
            photo = opened()
        except ShopLensError as error:
            self.refused = error
            return False
        self.leave()
        self.camera = False
        self.photo = photo
        self.picture = shown(photo, DISPLAY_SIDE)
        return True

    def leave(self) -> None:
        """Forget the picture and all that was seen in it."""
        if self.reading is not None:
            self.reading.cancel()
        self.photo = self.perception = self.crop = self.crop_perception = None
        self.reading = self.trouble = self.refused = None
        self.picture = ""
        self.region = 0
        self.every_product = False
        self.limit = PAGE_OF_RESULTS

    @property
    def must_look(self) -> bool:
        """Whether the models have yet to see what is chosen."""
        if self.photo is None or self.trouble is not None:
            return False
        return self.perception is None or (self.crop is not None and self.crop_perception is None)

    def look(self, engine: Engine) -> None:
        """Let the models see what is chosen; text is read aside, and never waited for."""
        if self.photo is None:
            return
        try:
            lens = engine.lens()
            if self.perception is None:
                self.perception = lens.perceive(self.photo)
                self.region = 0
                if self.perception.reading is None:
                    self.reading = engine.read_aside(self.photo)
            if self.crop is not None and self.crop_perception is None:
                self.crop_perception = lens.perceive(self.photo, [self.crop])
        except ShopLensError as error:
            self.trouble = error

    @property
    def reading_now(self) -> bool:
        return self.reading is not None and not self.reading.done()

    def take_reading(self) -> None:
        """Add the text to what was seen, once it is there; a reader that failed adds none."""
        if self.reading is None or not self.reading.done() or self.perception is None:
            return
        finished, self.reading = self.reading, None
        failure = finished.exception()
        if failure is not None:
            # Whatever it was: the results stand, and what the model said is the owner's affair.
            note = "the text on the picture could not be read"
            trace = None if isinstance(failure, ShopLensError) else failure
            _LOG.error("reading failed: %s", failure, exc_info=trace)
            self.perception = replace(
                self.perception, reading=Reading(), notes=(*self.perception.notes, note)
            )
        else:
            self.perception = self.perception.with_reading(finished.result())

    def choose(self, choice: Choice) -> None:
        """Take over what a person pointed at."""
        if self.photo is None or self.perception is None:
            return
        self.trouble = None
        self.every_product = False
        self.limit = PAGE_OF_RESULTS
        self.crop = choice.box
        self.crop_perception = None
        if choice.box is None:
            whole = len(self.perception.regions) - 1
            asked = whole if choice.region is None else choice.region
            self.region = min(max(asked, 0), whole)

    @property
    def read_in_view(self) -> Reading:
        """What was read, as far as it is in view: who draws a crop leaves other labels out."""
        reading = self.perception.reading if self.perception else None
        if reading is None or self.crop is None:
            return reading or Reading()
        return within(reading, self.crop)

    @property
    def chosen_box(self) -> Box | None:
        """The box in view; None for the whole picture."""
        if self.crop is not None or self.perception is None:
            return self.crop
        region = self.perception.regions[self.region]
        return None if region.kind == "whole" else region.box

    @property
    def products(self) -> list[int]:
        """Regions that the detector took for products."""
        if self.perception is None:
            return []
        return [i for i, r in enumerate(self.perception.regions) if r.kind == "product"]

    def result(self, engine: Engine, question: Question, region: int | None = None) -> SearchResult:
        """The answer for what is chosen (or for one region), remembered for this session.

        Raises:
            ShopLensError: the search as a whole failed.
        """
        lens = engine.lens()
        words, where, balance = question.words, question.where, question.balance
        limit = self.limit if region is None else RAIL
        # The generation is part of the key: a new index answers from the next click on.
        asked = (lens.info(), words, where, balance, limit)
        if question.product:
            product = question.product
            return self._remembered(
                (product, *asked),
                lambda: lens.more_like(
                    product, words=words, balance=balance, where=where, limit=limit
                ),
            )
        seen, at = self._seen(region)
        about = (seen.photo_sha256, seen.regions[at].box, seen.reading) if seen else None
        return self._remembered(
            (about, *asked),
            lambda: lens.search(
                seen, region=at, words=words, balance=balance, where=where, limit=limit
            ),
        )

    def _seen(self, region: int | None) -> tuple[Perception | None, int]:
        """What was seen in a region (None: in what is chosen), and its place there."""
        if region is not None and self.perception is not None:
            return self.perception, region
        if self.crop is None or self.crop_perception is None:
            return self.perception, self.region
        return self.crop_perception.with_reading(self.read_in_view), 0

    def _remembered(self, key: object, ask: Callable[[], SearchResult]) -> SearchResult:
        answer = self.answers.get(key)
        if answer is None:
            answer = self.answers[key] = ask()
            if len(self.answers) > ANSWERS:
                self.answers.popitem(last=False)
        return answer


def current_visit() -> Visit:
    """The visit of the session that runs now."""
    visit = st.session_state.get(_KEY)
    if not isinstance(visit, Visit):
        visit = st.session_state[_KEY] = Visit()
    return visit

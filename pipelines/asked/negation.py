"""What shall not be: "without a handle", "not red", «без ручки», «кроме чёрных и белых»."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.lexicon import Concept, Mention

Span = tuple[int, int]

_FLAGS = re.IGNORECASE | re.VERBOSE
# Takes a whole noun phrase with it: "without a wooden handle" has nothing against wood.
_LACKING = r"without(?:\s+any|\s+an?|\s+the)?|with\s+no|no|free\s+of|sans|без|никаких|никакого"
# Takes the concept that follows, and leaves the noun: "not red mug" is a mug.
_EXCEPT = r"""(?:anything\s+|everything\s+|any(?:\s+colou?r)?\s+)?(?:except(?:\s+for)?|but\s+not)
    |anything\s+but|other\s+than|excluding|minus|not|isn't|aren't
    |(?:только|но)\s+не|не|кроме|за\s+исключением|исключая|помимо"""
_TRIGGER = re.compile(
    rf"""(?<![^\W_])(?<!-)(?:(?P<lacking>{_LACKING})|(?P<except>{_EXCEPT}))
    (?:\s+(?:an?|the|in|of)(?![^\W_]))?
    \s+(?!(?:only|just|too|very|so|that|sure|more|less|только|очень|слишком|так|более|менее)(?![^\W_]))
    (?=[^\W\d_])""",
    _FLAGS,
)
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:[-'’][^\W_]+)*")
_ARTICLE = re.compile(r"(?:an?|the|any|in|of)\s+", re.IGNORECASE)
_JOINT = re.compile(
    r"""\s*(?:,\s*)?
    (?:(?P<either>(?<=[\s,])(?:or|nor|или|ни))|(?P<loose>(?<=[\s,])(?:and|и)|(?<=,)))
    (?:\s+|(?<=,)\s*)""",
    _FLAGS,
)
_NOT_AGAIN = re.compile(r"(?:not|no|without|не|без|ни)\s+", re.IGNORECASE)
_ENDS_A_PHRASE = re.compile(
    r"""with|without|not?|and|n?or|but|for|from|in|on|at|to|of|by|please|under|over|that|which|is|are
    |со?|и|или|ни|но|а|для|из|во?|на|по|до|от|под|за|не|без|кроме|пожалуйста|где|который""",
    _FLAGS,
)
_LONGEST_NAME = 2
"""Words of a thing that no concept names: "long handle", «длинной ручки»."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A phrase that refuses one thing or several.

    Attributes:
        any_of: the concepts that it refuses, each of them.
        named: words for refused things that no concept is: "handle".
    """

    start: int
    end: int
    any_of: tuple[Concept, ...] = ()
    named: tuple[str, ...] = ()


def refusals(text: str, mentions: Sequence[Mention], taken: Sequence[Span]) -> list[Refusal]:
    """What a text refuses, in its order.

    Args:
        mentions: the concepts that the text names; a negation within one («без узора») is its name.
        taken: parts of the text that were understood as something else.
    """
    reader = _Reader(text, mentions, taken)
    found: list[Refusal] = []
    at = 0
    while match := _TRIGGER.search(text, at):
        at = match.end()
        if reader.begins(match) and (refusal := reader.refusal(match)) is not None:
            found.append(refusal)
            at = refusal.end
    return found


@dataclass(frozen=True, slots=True)
class _Thing:
    end: int
    known: tuple[Concept, ...]
    word: str


class _Reader:
    """Reads the things after a trigger."""

    def __init__(self, text: str, mentions: Sequence[Mention], taken: Sequence[Span]) -> None:
        self._text = text
        self._taken = taken
        self._known: dict[Span, tuple[Concept, ...]] = {}
        for mention in mentions:
            span = (mention.start, mention.end)
            self._known[span] = (*self._known.get(span, ()), mention.concept)

    def begins(self, trigger: re.Match[str]) -> bool:
        """Whether a trigger stands free: in no price, no filler and no name."""
        start, end = trigger.span()
        return self._free(start, end) and not any(
            left <= start < right for left, right in self._known
        )

    def refusal(self, trigger: re.Match[str]) -> Refusal | None:
        """A trigger with the thing that follows it, and those that "or" and "and" join to it."""
        lacking = trigger["lacking"] is not None
        things: list[_Thing] = []
        thing = self._thing(trigger.end(), lacking=lacking)
        while thing is not None:
            things.append(thing)
            thing = self._joined(thing, lacking=lacking)
        if not things:
            return None
        return Refusal(
            trigger.start(),
            things[-1].end,
            tuple(one for thing in things for one in thing.known),
            tuple(thing.word for thing in things if not thing.known),
        )

    def _joined(self, before: _Thing, *, lacking: bool) -> _Thing | None:
        joint = _JOINT.match(self._text, before.end)
        if joint is None:
            return None
        at = joint.end()
        if again := _NOT_AGAIN.match(self._text, at):
            at = again.end()
        following = self._thing(at, lacking=lacking)
        if following is None or (again and joint["loose"]):
            return None  # a refusal of its own
        # "not black and white", but "without stripes and red": "and" joins things of one kind.
        alike = {one.field for one in before.known} & {one.field for one in following.known}
        return following if alike or (lacking and joint["either"]) else None

    def _thing(self, at: int, *, lacking: bool) -> _Thing | None:
        """What begins at `at`: a concept, or a few words that name none."""
        if article := _ARTICLE.match(self._text, at):
            at = article.end()
        if not lacking and (first := self._named_at(at)) is not None:
            return _Thing(first[1], self._known[first], "")
        end = self._phrase_end(at, _LONGEST_NAME if lacking else 1)
        if end == at:
            return None
        within = [span for span in self._known if at <= span[0] and span[1] <= end]
        # The last word says what it is: "without black stripes" is against stripes.
        known = self._known[max(within)] if self._made_of(at, end, within) else ()
        # "Without a scarf" asks for a bear that wears none, not for products that are no scarf.
        if known and not any(one.field == "type" for one in known):
            return _Thing(end, known, "")
        return _Thing(end, (), self._text[at:end])

    def _free(self, start: int, end: int) -> bool:
        return not any(left < end and start < right for left, right in self._taken)

    def _named_at(self, at: int) -> Span | None:
        return next((s for s in self._known if s[0] == at and self._free(*s)), None)

    def _phrase_end(self, at: int, longest: int) -> int:
        """End of a noun phrase: a few words in a row, a name of several words counted once."""
        end = at
        for _ in range(longest):
            span = self._named_at(at) or self._word_at(at)
            if span is None:
                break
            end = span[1]
            if not self._text[end : end + 1].isspace():
                break
            at = end + 1
        return end

    def _word_at(self, at: int) -> Span | None:
        match = _WORD.match(self._text, at)
        if match is None or _ENDS_A_PHRASE.fullmatch(match.group()):
            return None
        return match.span() if self._free(*match.span()) else None

    def _made_of(self, start: int, end: int, spans: Sequence[Span]) -> bool:
        """Whether names make up all of a part of the text."""
        if not spans or max(spans)[1] != end:
            return False
        left = {at for at in range(start, end) if self._text[at].isalnum()}
        return not left.difference(*(range(*span) for span in spans))

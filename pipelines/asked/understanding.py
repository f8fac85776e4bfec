"""Typed words to what they ask for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.asked.comparison import comparisons
from pipelines.asked.negation import refusals
from pipelines.asked.prices import price_bounds, stock_wishes
from pipelines.asked.types import Asked, Phrase, PhraseKind, cut
from pipelines.lexicon import Concept, Mention, recognise

LONGEST = 1000
"""Characters that are looked at; what stands behind them is searched as plain words."""

_FILLER = re.compile(
    r"""(?<![^\W_])(?:
        (?:exactly\s+|just\s+)?(?:the\s+)?(?:very\s+)?same(?:\s+(?:one|ones|thing|but))?(?:,?\s+but)?
        |(?:something|anything|one|ones)?\s*(?:like|as)\s+(?:this|that|it|these|here)(?:\s+(?:one|but))?
        |(?:as\s+)?(?:in|on)\s+(?:the|this)\s+(?:picture|photo|image|screenshot)
        |this\s+one|but|only|just|please|(?:can|could)\s+you|show(?:\s+me)?|find(?:\s+me)?
        |i(?:'m|\s+am)?\s+(?:want|need|looking\s+for)|i'd\s+like|looking\s+for|(?:it\s+)?should\s+be
        |(?:точно\s+)?так(?:ой|ая|ое|ие|ую|ого|их)\s+же|т(?:от|а|о|е|у|ого|ой)\s+же(?:\s+сам\w{2,3})?
        |то\s+же\s+самое|похож(?:ий|ая|ее|ие|ую)|(?:такой|такая|такое|такие|такую)
        |как\s+(?:на\s+(?:фото|картинке|снимке|скриншоте|этой\s+картинке)|эт(?:от|а|о|и)|здесь|тут)
        |только|но|лишь|просто|пожалуйста|покажи(?:те)?|найди(?:те)?|(?:я\s+)?хочу|(?:мне\s+)?нуж(?:ен|на|но|ны)
        |ищу
    )(?![^\W_])(?:\s*,)?""",
    re.IGNORECASE | re.VERBOSE,
)

_ANY_KIND = re.compile(
    r"""(?<![^\W_])(?:
        (?:of\s+|in\s+)?any\s+(?:kind|sort|type)(?:\s+of\s+(?:thing|product)s?)?|(?:any|every)thing
        |люб(?:ого|ой)\s+(?:вида?|типа?|рода)|что\s+угодно|любые\s+(?:вещи|товары)
    )(?![^\W_])(?!\s+(?:like|but|except|кроме|как))""",
    re.IGNORECASE | re.VERBOSE,
)

_DANGLING = re.compile(
    r"^(?:(?:and|or|but|и|или|но)(?:\s+|$))+|(?:\s+(?:and|or|but|и|или|но))+$", re.I
)


def understand(words: str) -> Asked:
    """What typed words ask for, in English and Russian; of other words nothing is claimed.

    Prices, stock and comparisons are looked for first, then what is refused, then concepts; each
    character is understood once. Never raises.
    """
    text = words[:LONGEST]
    bounds = price_bounds(text)
    phrases = [_phrase(text, "price", bound.start, bound.end) for bound in bounds]
    phrases += [
        _phrase(text, "stock", start, end)
        for start, end in stock_wishes(text)
        if _free(start, end, phrases)
    ]
    phrases += [
        replace(_phrase(text, "comparison", start, end), relation=relation)
        for start, end, relation in comparisons(text)
        if _free(start, end, phrases)
    ]
    phrases += [
        _phrase(text, "any kind", *match.span())
        for match in _ANY_KIND.finditer(text)
        if _free(*match.span(), phrases)
    ]
    mentions = [m for m in recognise(text) if _free(m.start, m.end, phrases)]
    fillers = [
        _phrase(text, "filler", *match.span())
        for match in _FILLER.finditer(text)
        if _free(match.start(), match.end(), phrases)
        and not any(m.start < match.end() and match.start() < m.end for m in mentions)
    ]
    taken = [(phrase.start, phrase.end) for phrase in phrases]
    refused = [
        replace(
            _phrase(text, "unwanted", each.start, each.end), any_of=each.any_of, named=each.named
        )
        for each in refusals(text, mentions, taken)
    ]
    phrases += refused
    phrases += [filler for filler in fillers if _free(filler.start, filler.end, phrases)]
    phrases += [
        phrase for phrase in _wanted(text, mentions) if _free(phrase.start, phrase.end, phrases)
    ]
    phrases.sort(key=lambda phrase: phrase.start)
    return Asked(
        text=words,
        phrases=tuple(phrases),
        words=_DANGLING.sub("", cut(words, [each for each in phrases if each.kind != "wanted"])),
        price_min=max((b.low for b in bounds if b.low is not None), default=None),
        price_max=min((b.high for b in bounds if b.high is not None), default=None),
        currency=next((b.currency for b in bounds if b.currency), ""),
        in_stock_only=any(phrase.kind == "stock" for phrase in phrases),
    )


def _phrase(text: str, kind: PhraseKind, start: int, end: int) -> Phrase:
    return Phrase(kind, start, end, text[start:end])


def _free(start: int, end: int, phrases: Iterable[Phrase]) -> bool:
    return not any(phrase.start < end and start < phrase.end for phrase in phrases)


def _wanted(text: str, mentions: Sequence[Mention]) -> list[Phrase]:
    groups: dict[tuple[int, int], tuple[Concept, ...]] = {}
    for mention in mentions:
        span = (mention.start, mention.end)
        groups[span] = (*groups.get(span, ()), mention.concept)
    return [
        Phrase("wanted", start, end, text[start:end], known)
        for (start, end), known in groups.items()
    ]

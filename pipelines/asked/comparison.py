"""Words that compare with the product that is shown: "cheaper", «подороже», "darker", "smaller"."""

import re
from collections.abc import Iterator

from pipelines.asked.types import Relation

_FLAGS = re.IGNORECASE | re.VERBOSE
_MUCH = r"""(?:(?:a\s+(?:bit|little|lot)|much|way|slightly|somewhat|чуть(?:[\s-]чуть)?
    |немного|намного|гораздо|заметно|сильно)\s+)?"""
_CHEAPER = r"""(?:cheaper|less\s+(?:expensive|costly|pricey)|more\s+affordable|lower[\s-]priced
    |(?:по)?дешевле|бюджетнее|менее\s+дорог\w+|не\s+так(?:ой|ая|ое|ие|ую)\s+дорог\w+)"""
_DEARER = r"""(?:dearer|pricier|costlier|more\s+(?:expensive|costly|pricey)|higher[\s-]priced
    |(?:по)?дороже|более\s+дорог\w+)"""
_THAN_SHOWN = r"""(?:\s+than\s+(?:this|that|it|these|those|here|shown)(?:\s+one)?
    |,?\s+чем\s+(?:эт(?:от|а|о|и)|тут|здесь|на\s+(?:фото|картинке|снимке))|\s+эт(?:ого|ой|их))?"""
_SIZE = r"""(?:bigger|larger|smaller|taller|shorter|wider|narrower|longer
    |(?:по)?(?:больше|меньше|крупнее|мельче|выше|ниже|шире|длиннее|короче)|поуже
    |большего\s+размера|меньшего\s+размера)"""
# "A lighter" is a thing, and lighter weight no colour.
_DARKER = r"""(?:(?:in\s+)?(?:an?\s+)?darker|(?:на\s+тон|тоном)\s+темнее|(?:по)?темнее
    |(?:в\s+)?более\s+т[её]мн\w+)"""
_LIGHTER = r"""(?:(?:in\s+)?an?\s+lighter(?=\s+(?:shade|colou?r|tone|hue|one))
    |(?<!\ba\s)(?<!\bcigarette\s)(?<!\bgas\s)lighter(?!\s+(?:weight|fluid))
    |(?:на\s+тон|тоном)\s+светлее|(?:по)?светлее|(?:в\s+)?более\s+светл\w+)"""
_SHADE = r"(?:\s+(?:shade|colou?r|tone|hue|one|ones|оттен\w+|цвет\w*|тон\w*))?"
# Than something else is a comparison of another kind, and is left to be searched as words.
_END = r"(?![^\W_])(?!,?\s+(?:than|чем)(?![^\W_]))"
_COMPARISON = re.compile(
    rf"""(?<![^\W_]){_MUCH}(?:
        (?P<at_most>(?:not?|не)\s+{_DEARER})|(?P<at_least>(?:not?|не)\s+{_CHEAPER})
        |(?P<cheaper>{_CHEAPER})|(?P<dearer>{_DEARER})|(?P<size>{_SIZE})
        |(?P<darker>{_DARKER}){_SHADE}|(?P<lighter>{_LIGHTER}){_SHADE}
    ){_THAN_SHOWN}{_END}""",
    _FLAGS,
)


def comparisons(text: str) -> Iterator[tuple[int, int, Relation]]:
    """Spans that compare, and how what is wanted compares with what is shown."""
    for match in _COMPARISON.finditer(text):
        yield *match.span(), _RELATIONS[match.lastgroup or ""]


_RELATIONS: dict[str, Relation] = {
    "at_most": "at most",
    "at_least": "at least",
    "cheaper": "cheaper",
    "dearer": "dearer",
    "darker": "darker",
    "lighter": "lighter",
    "size": "size",
}

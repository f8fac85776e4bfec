"""Why a product is here: the parts of its score, as small bars with words."""

from html import escape

from app.amounts import count, ratio
from app.labels import kind_name
from app.words import Words
from pipelines.kinds import Kind
from pipelines.search_types import Candidate, Reason


def reasons_table(candidate: Candidate, words: Words) -> str:
    """HTML of the parts of a score; they sum to the score shown below."""
    largest = max((abs(part.value) for part in candidate.parts), default=0.0) or 1.0
    rows = "".join(
        f"<tr><th>{escape(words.evidence.get(part.name, part.name))}</th>"
        f'<td><i class="bar" style="--share:{abs(part.value) / largest:.0%}"></i>'
        f"<span>{escape(said(part.reason, words))}</span></td>"
        f'<td class="value">{ratio(part.value, words.locale, digits=4)}</td></tr>'
        for part in candidate.parts
    )
    total = ratio(candidate.score, words.locale, digits=4)
    return (
        f'<table class="why"><tbody>{rows}</tbody><tfoot><tr><th>{escape(words.why_score)}</th>'
        f'<td></td><td class="value">{total}</td></tr></tfoot></table>'
    )


def said(reason: Reason, words: Words) -> str:
    """A reason in the reader's language; plain text, not markup."""
    values = {name: _shown(value, words) for name, value in reason.values}
    return words.reasons[reason.name].format(**values)


def _shown(value: str | int | float | Kind, words: Words) -> str:
    match value:
        case Kind():
            return kind_name(value, words)
        case float():
            return ratio(value, words.locale)
        case int():
            return count(value, words.locale)
        case str():
            return value

"""Texts of strangers made harmless where Streamlit would read Markdown."""

import re
from typing import Final

# Everything that Streamlit's Markdown gives a meaning: emphasis, links, code, tables, LaTeX ($),
# HTML, headings and lists at the start, and directives such as :red[…] and :material/…:.
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")


def markdown_plain(text: str, *, longest: int = 120) -> str:
    """`text` so that Markdown prints it as it is, on one line, cut at `longest` characters."""
    line = " ".join(text.split())
    if len(line) > longest:
        line = line[: longest - 1].rstrip() + "…"
    return _SPECIAL.sub(r"\\\1", line)

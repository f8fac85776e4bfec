"""What a general marketplace's words mean, in English and Russian: colours, patterns, materials,
product types, audiences, styles and occasions, kept as one CSV file for each field."""

from pipelines.lexicon.concepts import (
    LOCALES,
    Concept,
    ancestors,
    concept,
    concepts,
    display,
)
from pipelines.lexicon.recognition import Mention, recognise

__all__ = [
    "LOCALES",
    "Concept",
    "Mention",
    "ancestors",
    "concept",
    "concepts",
    "display",
    "recognise",
]

"""What a tagger is asked and what it answers."""

from dataclasses import dataclass

from models.tag_types import TagRecord


@dataclass(frozen=True, slots=True)
class TagSubject:
    """What a tagger reads of one product. All of it is written by strangers.

    Attributes:
        attributes: (name, value) pairs.
        picture: the main picture as a small JPEG; empty for a tagger that sees none.
    """

    title: str = ""
    description: str = ""
    category: tuple[str, ...] = ()
    brand: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tagger's answer.

    Attributes:
        tokens_in, tokens_out: of every attempt together, as the backend counts them; 0 where it
            does not say.
        left_out: values that were no words of a product: markup, addresses, sentences.
    """

    record: TagRecord
    tokens_in: int = 0
    tokens_out: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class TaggerOptions:
    """What every backend is told.

    Attributes:
        languages: ISO 639-1 codes; values are written in the first, synonyms in all of them.
        pictures: whether the model is shown the product's main picture.
        answer_tokens: the longest answer; what is longer is cut, and a cut answer is no answer.
        attempts: how often a product is asked about, the first included, before it fails.
    """

    languages: tuple[str, ...] = ("en",)
    pictures: bool = False
    answer_tokens: int = 500
    attempts: int = 3

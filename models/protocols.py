"""What the pipelines ask of a model. One file wraps each framework behind these."""

from collections.abc import Sequence
from typing import Protocol

from models.keypoints import Keypoints
from models.tagger_types import Tagged, TaggerOptions, TagSubject
from models.types import Photo, Region, TextLine, Vectors


class Embedder(Protocol):
    """Photos and words to unit vectors.

    Attributes:
        image_fingerprint: checkpoint + preprocessing of the picture side; stored beside every
            vector. Known without loading the weights into memory.
        text_fingerprint: the same for the word side.
        image_dim: length of a picture's vector.
        text_dim: length of a text's vector.
        one_space: True where a text vector may be compared with a picture's.
    """

    @property
    def image_fingerprint(self) -> str: ...
    @property
    def text_fingerprint(self) -> str: ...
    @property
    def image_dim(self) -> int: ...
    @property
    def text_dim(self) -> int: ...
    @property
    def one_space(self) -> bool: ...

    def images(self, batch: Sequence[Photo]) -> Vectors:
        """Embed photos so that a dot product is cosine similarity.

        Args:
            batch: any sizes; may be empty.
        Returns:
            ndarray of shape (len(batch), image_dim), float32, rows of L2 norm 1.
        Raises:
            WeightsMissing: not on disk and downloads are off.
        """
        ...

    def texts(self, batch: Sequence[str]) -> Vectors:
        """Embed texts; shape (len(batch), text_dim), float32, rows of L2 norm 1."""
        ...

    def colourless(self, pictures: Vectors) -> Vectors:
        """Vectors of pictures without what they say of colour, for "the same but red".

        Args:
            pictures: ndarray of shape (n, image_dim), as `images` makes them.
        Returns:
            The same shape, float32, rows of L2 norm 1; the vectors themselves where colour is no
            part of its own.
        """
        ...


class Detector(Protocol):
    """Finds products on a photo."""

    @property
    def fingerprint(self) -> str: ...

    def regions(self, photo: Photo) -> list[Region]:
        """Product regions, most likely meant first; empty where nothing was found.

        The whole picture is never among them: the pipeline adds it.
        """
        ...


class TextReader(Protocol):
    """Reads words on a photo."""

    @property
    def fingerprint(self) -> str: ...

    def lines(self, photo: Photo) -> list[TextLine]:
        """Lines of text in reading order; empty where there is none."""
        ...


class Tagger(Protocol):
    """A language model that writes tags of one product at a time.

    Attributes:
        fingerprint: model + prompt + languages; stored beside every record.
        options: what it was told.
        at_once: requests that may be asked at a time; `tag` may be called from as many threads.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def options(self) -> TaggerOptions: ...
    @property
    def at_once(self) -> int: ...

    def tag(self, subject: TagSubject) -> Tagged:
        """Ask about one product; nothing of another one is in the prompt.

        Raises:
            TaggingFailed: it wrote nothing usable, in all attempts.
            TaggerUnavailable: it cannot be asked about this or any other product.
            WeightsMissing: a local model is not on this machine.
        """
        ...

    def tokens(self, text: str) -> int | None:
        """How many tokens the model reads a text as; None where only its server knows."""
        ...


class KeypointFinder(Protocol):
    """Finds what a print can be recognised by.

    Attributes:
        fingerprint: of everything that decides what is found; stored beside it.
    """

    @property
    def fingerprint(self) -> str: ...

    def find(self, batch: Sequence[Photo]) -> list[Keypoints]:
        """Keypoints of each photo, in order; a photo may have none."""
        ...

"""A batch on its way: products gathered, then their photos and texts embedded together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from indexer.entries import text_of
from indexer.feeds.protocol import BadRow
from indexer.load_ahead import LoadedImage, LoadedProduct, Problem, attempt
from indexer.run_report import StageTimes
from models import palette
from models.palette import Palette
from models.protocols import Embedder, KeypointFinder
from models.types import Photo, Vectors
from pipelines.catalog_db import texts_digest
from pipelines.catalog_records import (
    Batch,
    ErrorRecord,
    FetchRecord,
    ImageRecord,
    NewKeypoints,
    NewVectors,
    ProductRecord,
)

_MOST_PRODUCTS = 512
_MOST_BYTES = 256_000_000


@dataclass(slots=True)
class Known:
    """sha256 digests of what has a vector already; grows as the run embeds.

    Attributes:
        palettes: of pictures whose colours were measured.
    """

    images: set[bytes]
    texts: set[bytes]
    palettes: set[bytes]

    def __contains__(self, digest: object) -> bool:
        """Whether a picture needs no decoding."""
        return digest in self.images and digest in self.palettes

    def add(self, batch: Batch) -> None:
        for made, digests in (
            (batch.images, self.images),
            (batch.texts, self.texts),
            (batch.palettes, self.palettes),
        ):
            if made is not None:
                digests.update(bytes.fromhex(sha256) for sha256 in made.sha256s)


@dataclass(slots=True)
class Gathered:
    """What the next transaction will hold; photos are held once however many products share
    them."""

    products: list[LoadedProduct] = field(default_factory=list)
    errors: list[ErrorRecord] = field(default_factory=list)
    photos: dict[str, Photo] = field(default_factory=dict)
    palettes: dict[str, Palette] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, FetchRecord] = field(default_factory=dict)

    def add(self, item: LoadedProduct | BadRow, known: Known) -> None:
        if isinstance(item, BadRow):
            self.errors.append(
                ErrorRecord("row", item.place, item.reason, item.detail, item.product_id)
            )
            return
        self.products.append(item)
        for image in item.images:
            if image.record is not None:
                self.addresses[image.record.url] = image.record
            # Decoded before its twin's vector was known: nothing to do any more.
            if image.photo is not None and bytes.fromhex(image.sha256) not in known.images:
                self.photos[image.sha256] = image.photo
            if image.palette is not None and bytes.fromhex(image.sha256) not in known.palettes:
                self.palettes[image.sha256] = image.palette
        if text := text_of(item.product):
            (digest,) = texts_digest([text])
            if bytes.fromhex(digest) not in known.texts:
                self.texts[digest] = text

    def full(self, photos: int) -> bool:
        """Whether it holds `photos` to embed, or as much else as one transaction should."""
        return (
            len(self.photos) >= photos
            or len(self.products) >= _MOST_PRODUCTS
            or len(self.errors) >= _MOST_PRODUCTS
            or sum(photo.pixels.nbytes for photo in self.photos.values()) >= _MOST_BYTES
        )


def embed_photos(embedder: Embedder, photos: Sequence[Photo]) -> list[Vectors | Problem]:
    """A vector of shape (image_dim,) for each photo, or what is wrong with it.

    A photo that the model fails on costs itself only: the rest of its batch goes one by one. Where
    the model fails on all of several, it is the model, and its error is raised.
    """
    if not photos:
        return []
    whole = attempt(lambda: embedder.images(photos), "the batch")
    if not isinstance(whole, Problem):
        return [
            _usable(vector, photo, embedder) for vector, photo in zip(whole, photos, strict=True)
        ]
    alone = [_alone(embedder, photo) for photo in photos]
    if len(photos) > 1 and all(isinstance(outcome, Problem) for outcome in alone):
        embedder.images(photos)
    return alone


def _alone(embedder: Embedder, photo: Photo) -> Vectors | Problem:
    made = attempt(lambda: embedder.images([photo]), photo.source)
    return made if isinstance(made, Problem) else _usable(made[0], photo, embedder)


def _usable(vector: Vectors, photo: Photo, embedder: Embedder) -> Vectors | Problem:
    """An index takes NaN without a word, and is useless from then on."""
    if vector.shape != (embedder.image_dim,) or not np.isfinite(vector).all():
        return Problem("no usable vector", f"{photo.source}: the model made no usable vector")
    return vector


def batch_of(
    gathered: Gathered,
    embedder: Embedder,
    times: StageTimes,
    finder: KeypointFinder | None = None,
) -> Batch:
    """Embed what a gathered batch needs, and write down how each picture fared."""
    with times.stage("embed pictures"):
        made = embed_photos(embedder, list(gathered.photos.values()))
    outcomes = dict(zip(gathered.photos, made, strict=True))
    with times.stage("embed texts"):
        texts = _texts(gathered, embedder)
    good = {sha: got for sha, got in outcomes.items() if not isinstance(got, Problem)}
    failed = {sha: got for sha, got in outcomes.items() if isinstance(got, Problem)}
    keypoints = None
    if finder is not None and good:
        with times.stage("find keypoints"):
            keypoints = _keypoints(finder, [gathered.photos[sha] for sha in good], list(good))
    errors = list(gathered.errors)
    records = []
    for loaded in gathered.products:
        images = []
        for image in loaded.images:
            unfit = failed.get(image.sha256)
            problem = unfit or image.problem
            images.append(_record(image, None if image.kept and unfit is None else problem))
            if problem is not None:
                errors.append(
                    ErrorRecord(
                        "picture", image.ref, problem.reason, problem.detail, loaded.product.id
                    )
                )
        records.append(ProductRecord(loaded.product, tuple(images), text_of(loaded.product)))
    return Batch(
        products=tuple(records),
        errors=tuple(errors),
        images=_vectors(embedder.image_fingerprint, good),
        keypoints=keypoints,
        texts=texts,
        fetched=tuple(gathered.addresses.values()),
        palettes=_vectors(
            palette.NAME, {sha: colours.vector() for sha, colours in gathered.palettes.items()}
        ),
    )


def _record(image: LoadedImage, problem: Problem | None) -> ImageRecord:
    if problem is None:
        return ImageRecord(image.number, image.ref, image.path, image.sha256)
    return ImageRecord(
        image.number, image.ref, image.path, image.sha256, state="bad", reason=problem.reason
    )


def _vectors(fingerprint: str, made: dict[str, Vectors]) -> NewVectors | None:
    return NewVectors(fingerprint, tuple(made), np.stack(list(made.values()))) if made else None


def _keypoints(
    finder: KeypointFinder, photos: Sequence[Photo], sha256s: Sequence[str]
) -> NewKeypoints:
    found = finder.find(photos)
    stored = {sha: each.to_bytes() for sha, each in zip(sha256s, found, strict=True)}
    return NewKeypoints(finder.fingerprint, stored)


def _texts(gathered: Gathered, embedder: Embedder) -> NewVectors | None:
    if not gathered.texts:
        return None
    vectors = embedder.texts(list(gathered.texts.values()))
    return NewVectors(embedder.text_fingerprint, tuple(gathered.texts), vectors)

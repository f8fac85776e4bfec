"""What an index gets of each product: its card, its words, its vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.product_tags import feed_tags, spoken_words, tags_of
from indexer.sight import Sight, looks_of, prompts
from indexer.vocabulary import Vocabulary, values_of, vocabulary_of
from models.adaptation import AdaptationHead
from models.tag_types import Tag
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_records import StoredProduct
from pipelines.catalog_tags import written_tags
from pipelines.catalog_types import Card, Entry, IndexSpec, Product
from pipelines.catalog_words import word_vectors
from pipelines.measures import measure_tokens

# The first sentences say what it is; the rest is care instructions and shipping.
_DESCRIPTION_IN_TEXT = 300


def text_of(product: Product) -> str:
    """What the text vector is made of; "" where the feed tells nothing."""
    parts = [
        product.title,
        " ".join(product.category),
        product.brand,
        ", ".join(value for _, value in product.attributes),
        product.description[:_DESCRIPTION_IN_TEXT],
    ]
    return ". ".join(part for part in parts if part)


def words_of(product: Product, tags: Sequence[Tag] = ()) -> str:
    """What the `words` source searches: names, codes, quantities, and the names of its tags in
    every language of the lexicon; no descriptions."""
    parts = [product.title, product.brand, *product.category]
    parts += [value for _, value in product.attributes]
    parts += product.codes
    parts += dict.fromkeys(measure_tokens(product.description))
    parts += spoken_words(tags)
    return " ".join(part for part in parts if part)


def card_of(stored: StoredProduct, tags: tuple[Tag, ...] = ()) -> Card:
    product = stored.product
    now, before = product.price, None
    # A sale price that is no lower is a leftover of an old sale.
    if product.sale_price and (now is None or product.sale_price.amount < now.amount):
        now, before = product.sale_price, now
    return Card(
        product_id=product.id,
        title=product.title,
        description=product.description,
        category=product.category,
        brand=product.brand,
        link=product.link,
        price=now,
        old_price=before,
        in_stock=product.in_stock,
        group_id=product.group_id,
        codes=product.codes,
        tags=tags,
        pictures=tuple(image.path for image in stored.images),
    )


def catalog_words(catalog: CatalogDb, *, one_space: bool) -> list[str]:
    """What tags are compared by meaning with, where it has a vector.

    Args:
        one_space: whether a text vector may be compared with a picture's.
    """
    values = values_of(record for _, record in written_tags(catalog))
    return [*values, *(prompts() if one_space else ())]


def catalog_vocabulary(catalog: CatalogDb, text_fingerprint: str) -> Vocabulary:
    """The vocabulary of everything that was written of a catalog's products."""
    records = [record for _, record in written_tags(catalog)]
    return vocabulary_of(records, word_vectors(catalog, text_fingerprint, values_of(records)))


@dataclass(frozen=True, slots=True)
class CatalogEntries:
    """Every entry that a catalog has for a spec, streamed; a store asks for the length first.

    Attributes:
        head: the one that the spec names; the catalog holds vectors as the embedder made them.
    """

    catalog: CatalogDb
    spec: IndexSpec
    head: AdaptationHead | None = None

    def __length_hint__(self) -> int:
        return self.catalog.indexable(self.spec.image_fingerprint)

    def __iter__(self) -> Iterator[Entry]:
        for stored, tags in self.tagged():
            card, words = card_of(stored, tags), words_of(stored.product, tags)
            for image in stored.images:
                vector = image.vector
                if self.head is not None:
                    vector = self.head.picture(card.product_id, vector)
                yield Entry(card, image.number, vector, stored.text_vector, words, image.keypoints)

    def tagged(self) -> Iterator[tuple[StoredProduct, tuple[Tag, ...]]]:
        """Every product with its tags, by id."""
        spec = self.spec
        vocabulary = catalog_vocabulary(self.catalog, spec.text_fingerprint)
        sight = self._sight()
        for stored in self._stored():
            palettes = [image.palette for image in stored.images if image.palette is not None]
            written = vocabulary.controlled(stored.written)
            seen = sight.of([image.vector for image in stored.images]) if sight else None
            yield stored, tags_of(stored.product, written, palettes, seen)

    def _stored(self) -> Iterator[StoredProduct]:
        spec = self.spec
        return self.catalog.stored_products(
            spec.image_fingerprint, spec.text_fingerprint, spec.keypoints
        )

    def _sight(self) -> Sight | None:
        """None where pictures and words have no space in common: then no prompt was learned."""
        asked = prompts()
        vectors = word_vectors(self.catalog, self.spec.text_fingerprint, asked)
        if len(vectors) < len(asked):
            return None
        told = (
            (looks_of([image.vector for image in stored.images]), feed_tags(stored.product))
            for stored in self._stored()
        )
        return Sight.measured(vectors, told)

"""Sources: the ways in which a product can be found in an index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.types import Vectors
from pipelines.asked.meaning import wanted_tags
from pipelines.search_types import Query, SourceName
from pipelines.stores.protocol import Hit, StoreFilter, VectorIndex

# Points to fetch. A product has up to about three pictures, and filters and diversity need a
# reserve. Words find products by their main facts alone, so fewer points say as much: at 100,000
# products 200 from every source made merging and cards the longest stage.
PICTURES = 200
WORDED = 100


@dataclass(frozen=True)
class NearestImage:
    """Pictures that look like any of the query's regions."""

    index: VectorIndex
    limit: int = PICTURES
    name: SourceName = "image"

    def __call__(self, query: Query) -> Sequence[Hit]:
        if query.image_vectors is None or not len(query.image_vectors):
            return []
        return _near_any(self.index, query.image_vectors, self.limit, query.where)


@dataclass(frozen=True)
class NearestAgreeing:
    """Pictures that look alike, among products that carry what the words ask for.

    In a large shop no red one may be among the nearest two hundred to a white mug: the engine must
    look for it, no order of what was found can bring it up.
    """

    index: VectorIndex
    limit: int = PICTURES
    name: SourceName = "agreeing"

    def __call__(self, query: Query) -> Sequence[Hit]:
        tags = wanted_tags(query.asked)
        if query.image_vectors is None or not len(query.image_vectors) or not tags:
            return []
        where = replace(query.where, tags=(*query.where.tags, *tags))
        return _near_any(self.index, query.image_vectors, self.limit, where)


@dataclass(frozen=True)
class NearestKindred:
    """Pictures that look alike, among products of the kind shown that carry what the words ask.

    For "the same but red" of a mug: red mugs, and not whatever is red.
    """

    index: VectorIndex
    limit: int = PICTURES
    name: SourceName = "kindred"

    def __call__(self, query: Query) -> Sequence[Hit]:
        if query.image_vectors is None or query.kind is None:
            return []
        where = replace(query.where, tags=(*query.where.tags, *wanted_tags(query.asked)))
        where = query.kind.within(where)
        return _near_any(self.index, query.image_vectors, self.limit, where)


@dataclass(frozen=True)
class NearestComposed:
    """Pictures near to picture and words together; only where both share one space."""

    index: VectorIndex
    limit: int = PICTURES
    name: SourceName = "composed"

    def __call__(self, query: Query) -> Sequence[Hit]:
        if query.composed_vectors is None:
            return []
        return _near_any(self.index, query.composed_vectors, self.limit, query.where)


@dataclass(frozen=True)
class NearestText:
    """Products whose description means what the shopper typed."""

    index: VectorIndex
    limit: int = WORDED
    name: SourceName = "text"

    def __call__(self, query: Query) -> Sequence[Hit]:
        if query.text_vector is None:
            return []
        return self.index.nearest("text", query.text_vector[None], self.limit, query.where)[0]


@dataclass(frozen=True)
class DepictedWords:
    """Pictures that look like what the shopper typed; only where words and pictures share one
    space."""

    index: VectorIndex
    limit: int = PICTURES
    name: SourceName = "depicted"

    def __call__(self, query: Query) -> Sequence[Hit]:
        if query.depicted_vector is None:
            return []
        return self.index.nearest("image", query.depicted_vector[None], self.limit, query.where)[0]


@dataclass(frozen=True)
class MatchingWords:
    """Products whose title, brand or tags contain the typed words (BM25)."""

    index: VectorIndex
    limit: int = WORDED
    name: SourceName = "words"

    def __call__(self, query: Query) -> Sequence[Hit]:
        return self.index.words(query.words, self.limit, query.where) if query.words else []


@dataclass(frozen=True)
class PrintedWords:
    """Products whose title, brand or tags contain words read on the photo (BM25)."""

    index: VectorIndex
    limit: int = WORDED
    name: SourceName = "printed"

    def __call__(self, query: Query) -> Sequence[Hit]:
        if not query.read_words:
            return []
        return self.index.words(query.read_words, self.limit, query.where)


@dataclass(frozen=True)
class ExactCode:
    """Products that carry an article number which was read or typed."""

    index: VectorIndex
    limit: int = WORDED
    name: SourceName = "code"

    def __call__(self, query: Query) -> Sequence[Hit]:
        return self.index.codes(query.codes, self.limit, query.where) if query.codes else []


def _near_any(index: VectorIndex, vectors: Vectors, limit: int, where: StoreFilter) -> list[Hit]:
    """Pictures near to any row of `vectors`, one list after another."""
    lists = index.nearest("image", vectors, limit, where)
    return [hit for hits in lists for hit in hits]

"""Vectors of words that belong to no product: what tags are compared by."""

from collections.abc import Iterable, Mapping

from models.protocols import Embedder
from models.types import Vectors
from pipelines.catalog_db import CatalogDb, texts_digest
from pipelines.catalog_records import NewVectors
from pipelines.catalog_writes import save_vectors, touch


def learn_words(catalog: CatalogDb, embedder: Embedder, words: Iterable[str]) -> int:
    """Embed the words that have no vector yet, and keep them; how many.

    They are kept beside the products' texts; pruning drops them and the next run makes them anew.
    """
    known = catalog.text_vectors_known(embedder.text_fingerprint)
    wanted = list(dict.fromkeys(words))
    new = {
        digest: word
        for word, digest in zip(wanted, texts_digest(wanted), strict=True)
        if bytes.fromhex(digest) not in known
    }
    if not new:
        return 0
    made = NewVectors(embedder.text_fingerprint, tuple(new), embedder.texts(list(new.values())))
    with catalog.transaction() as db:
        save_vectors(db, "text_vectors", made)
        touch(db)
    return len(new)


def word_vectors(
    catalog: CatalogDb, fingerprint: str, words: Iterable[str]
) -> Mapping[str, Vectors]:
    """Unit vectors of shape (text_dim,) of those words that have one."""
    wanted = list(dict.fromkeys(words))
    found = {}
    for word, digest in zip(wanted, texts_digest(wanted), strict=True):
        vector = catalog.text_vector(fingerprint, bytes.fromhex(digest))
        if vector is not None:
            found[word] = vector
    return found

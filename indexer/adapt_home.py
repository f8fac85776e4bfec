"""What `shoplens adapt` does: look at a shop's photos, try a head, switch it on or off."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from indexer.adaptation import Trial, check_enough, learn, try_head
from indexer.home_lock import home_lock
from indexer.publish import publish
from indexer.query_list import BadRow, LabelledQuery, QueryList
from indexer.run import Workplace
from models.adaptation import AdaptationHead
from models.adaptation_fit import Photos, Shelf
from models.errors import BadInput, IndexMissing, StaleIndex
from models.protocols import Embedder
from models.types import Photo, Vectors
from pipelines.build import open_catalog, open_index_home, open_models
from pipelines.catalog_db import CatalogDb
from pipelines.catalog_types import IndexInfo, IndexSpec
from pipelines.head_store import HEADS, HeadStore
from pipelines.image_io import read_photo
from pipelines.settings import Settings
from pipelines.stores.protocol import IndexHome

_PHOTOS_AT_ONCE = 32

Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class AdaptOptions:
    """How to adapt.

    Attributes:
        seed: of the draws of hidden products and photos, of learning and of the intervals.
        dry_run: measure, and leave the index as it is.
        told: called with (what is being done, how much of it, of how much).
    """

    seed: int = 0
    dry_run: bool = False
    told: Told = lambda what, done, of: None


@dataclass(frozen=True, slots=True)
class Adapted:
    """What came of it.

    Attributes:
        head: fingerprint of the head that was switched on; "" where none was.
        bad: rows of the file that could not be used.
        index: the generation that serves now.
    """

    trial: Trial
    head: str
    bad: tuple[BadRow, ...]
    index: IndexInfo


def adapt(settings: Settings, pairs: QueryList, options: AdaptOptions) -> Adapted:
    """Try a head on a shop's own photos, and publish the index with it where it wins.

    Nothing of the catalog is embedded again: the head is applied to the vectors that it holds.

    Raises:
        IndexMissing: nothing was indexed yet.
        StaleIndex: the index was built with other models than those of the settings.
        BadInput: too few usable photos or products.
        HomeLocked: an indexer works there.
    """
    open_catalog(settings, read_only=True).close()
    with home_lock(settings.home), open_catalog(settings) as catalog:
        home = open_index_home(settings)
        info = _published(home)
        embedder = open_models(settings).embedder
        if embedder.image_fingerprint != info.spec.image_fingerprint:
            raise StaleIndex(
                f"the index was built with {info.spec.image_fingerprint},"
                f" this would look with {embedder.image_fingerprint}",
                remedy=f"leave --models out, or pass --models {info.spec.profile}",
            )
        place = Workplace(catalog, home, embedder, info.spec)
        shelf = shelf_of(catalog, info.spec)
        photos, bad = photos_of(pairs, shelf, embedder, options.told)
        trial = try_head(
            shelf,
            photos,
            options.seed,
            lambda done, of: options.told("Choosing the strength", done, of),
        )
        fingerprint = ""
        if trial.strength is not None and not trial.objection and not options.dry_run:
            learned = learn(shelf, photos, trial.strength, options.seed)
            head = replace(learned, scale=trial.scale)
            info, fingerprint = switch_on(place, head), head.fingerprint
    return Adapted(trial, fingerprint, bad, info)


def switch_on(place: Workplace, head: AdaptationHead) -> IndexInfo:
    """Keep a head in the home, and publish the index with it; whoever calls holds the lock."""
    # First the file: an index must never name a head that is not there.
    HeadStore(place.catalog.path.parent / HEADS).put(head)
    spec = replace(place.spec, head=head.fingerprint, image_dim=head.dim)
    return publish(place.catalog, place.home, spec)


def adapt_off(settings: Settings) -> tuple[bool, IndexInfo]:
    """Publish the index without a head, from the vectors that the catalog holds; loads no weights.

    Returns:
        whether there was one, and the generation that serves now.
    """
    open_catalog(settings, read_only=True).close()
    with home_lock(settings.home), open_catalog(settings) as catalog:
        home = open_index_home(settings)
        info = _published(home)
        if not info.spec.head:
            return False, info
        return True, publish(catalog, home, without_head(info.spec))


def without_head(spec: IndexSpec) -> IndexSpec:
    """What an index records that was built without the head that this one names."""
    # A head's vectors have one number more than the embedder's.
    return replace(spec, head="", image_dim=spec.image_dim - 1) if spec.head else spec


def shelf_of(catalog: CatalogDb, spec: IndexSpec) -> Shelf:
    """Every picture of the catalog that has a vector, as the embedder made it."""
    products: list[str] = []
    owners: list[int] = []
    vectors: list[Vectors] = []
    for stored in catalog.stored_products(spec.image_fingerprint, spec.text_fingerprint):
        owners += [len(products)] * len(stored.images)
        vectors += [image.vector for image in stored.images]
        products.append(stored.product.id)
    if not products:
        raise BadInput(
            "the catalog holds no vectors of the index's model",
            remedy="run `shoplens index FEED` again",
        )
    return Shelf(spec.image_fingerprint, tuple(products), np.array(owners), np.stack(vectors))


def photos_of(
    pairs: QueryList, shelf: Shelf, embedder: Embedder, told: Told = lambda what, done, of: None
) -> tuple[Photos, tuple[BadRow, ...]]:
    """Embed the photos of a file, each its box where one is given; and the rows that are no use.

    Raises:
        BadInput: too few of them name products of the index; told before anything is embedded.
    """
    place = {product: number for number, product in enumerate(shelf.products)}
    bad = list(pairs.bad)
    asked: list[tuple[LabelledQuery, list[int]]] = []
    for query in pairs.queries:
        if query.words:
            reason = "its words ask for something else than the photo shows"
            bad.append(BadRow(query.lines[0], query.image.name, reason))
            continue
        named = list(zip(query.relevant, query.lines, strict=True))
        bad += [
            BadRow(line, query.image.name, f"the index has no product {product!r}")
            for product, line in named
            if product not in place
        ]
        known = [place[product] for product, _ in named if product in place]
        if known:
            asked.append((query, known))
    check_enough([product for _, known in asked for product in known])
    vectors: list[Vectors] = []
    shown: list[int] = []
    for start in range(0, len(asked), _PHOTOS_AT_ONCE):
        told("Looking at photos", start, len(asked))
        opened = [
            (each, known, _open(each, bad)) for each, known in asked[start:][:_PHOTOS_AT_ONCE]
        ]
        usable = [(known, photo) for _, known, photo in opened if photo is not None]
        made = embedder.images([photo for _, photo in usable])
        for (known, _), vector in zip(usable, made, strict=True):
            vectors += [vector] * len(known)
            shown += known
    told("Looking at photos", len(asked), len(asked))
    check_enough(shown)
    return (
        Photos(np.stack(vectors), np.array(shown)),
        tuple(sorted(bad, key=lambda row: row.line)),
    )


def _open(query: LabelledQuery, bad: list[BadRow]) -> Photo | None:
    try:
        photo = read_photo(query.image)
        return photo.crop(query.box) if query.box else photo
    except (BadInput, ValueError) as error:
        reason = error.message if isinstance(error, BadInput) else str(error)
        bad.append(BadRow(query.lines[0], query.image.name, reason))
        return None


def _published(home: IndexHome) -> IndexInfo:
    info = home.current()
    if info is None:
        raise IndexMissing("there is no index yet", remedy="make one with `shoplens index FEED`")
    return info

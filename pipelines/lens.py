"""ShopLens for a searcher: one object that the page, the command line and `evaluate` share."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.adaptation import AdaptationHead
from models.errors import BadQuery, StaleIndex
from models.types import Box, Photo, Region, Vectors
from pipelines.asked.meaning import embedded_words, names_field, refused_words
from pipelines.catalog_types import Card, IndexInfo
from pipelines.chips import chips
from pipelines.composing import NEUTRAL, compose
from pipelines.cosine_scales import measured_scale
from pipelines.facets import Facets, facets_of
from pipelines.follow import Follower
from pipelines.head_store import HEADS, HeadStore
from pipelines.perceive import Models, Perceiver
from pipelines.price_bands import round_ends
from pipelines.ranking.core import rank
from pipelines.ranking.standard import standard_stages
from pipelines.reading import own, within
from pipelines.refining import Shown, asked_query, bounded, pictured
from pipelines.remembered import Remembered
from pipelines.search_types import BALANCE, Perception, Query, Reading, SearchResult
from pipelines.stopwatch import Stopwatch
from pipelines.stores.protocol import IndexHome, StoreFilter, VectorIndex

NO_FILTER = StoreFilter()
_NO_HEADS = HeadStore(Path(HEADS))


class Lens:
    """A photo in, products out. Thread-safe; models load once, on first use.

    Perceptions hold vectors as the embedder makes them. An adaptation head belongs to a generation
    and is applied when that generation is asked: none can meet a vector of another's head.
    """

    def __init__(self, models: Models, home: IndexHome, heads: HeadStore = _NO_HEADS) -> None:
        self.models = models
        self._heads = heads
        self._perceiver = Perceiver(models)
        self._follower = Follower(home, self._refuse_other_models)
        self._ends: Remembered[IndexInfo, tuple[float, ...]] = Remembered(4)
        self._sold_in: Remembered[IndexInfo, list[str]] = Remembered(4)
        self._facets: Remembered[tuple[IndexInfo, StoreFilter], Facets] = Remembered(64)

    def info(self) -> IndexInfo:
        """The generation that answers now (follows the published one).

        Raises:
            IndexMissing, StaleIndex, BrokenIndex, StoreUnavailable.
        """
        with self._follower.reading() as index:
            return index.info

    def warm(self) -> None:
        """Load the picture side and open the index, so that the first shopper need not wait."""
        self.info()
        blank = Photo(np.full((64, 64, 3), 255, dtype=np.uint8), sha256="blank", source="warm-up")
        self.models.detector.regions(blank)
        self.models.embedder.images([blank])

    def perceive(self, photo: Photo, boxes: Sequence[Box] = ()) -> Perception:
        """Find products and embed every region in one batch; text is not read here.

        With `boxes` those regions are embedded (kind "crop") and nothing is detected.
        Vectors are remembered by photo and box, so a repeated call runs no model.
        """
        for box in boxes:
            if box.right > photo.width or box.bottom > photo.height:
                raise BadQuery(
                    f"box {box.as_list()} leaves the {photo.width}×{photo.height} picture",
                    remedy="give left,top,right,bottom in pixels of the upright picture",
                )
        return self._perceiver.look(photo, boxes)

    def detect(self, photo: Photo) -> tuple[Region, ...]:
        """Products on a photo, likeliest first, and the whole of it last; nothing is embedded."""
        return self._perceiver.regions(photo)

    def read(self, photo: Photo) -> Reading:
        """Read words and codes; remembered by photo. Takes longest, so callers run it aside."""
        return self._perceiver.read(photo)

    def search(  # noqa: PLR0913 - what a shopper can set
        self,
        perception: Perception | None,
        *,
        region: int = 0,
        words: str = "",
        balance: float = BALANCE,
        where: StoreFilter = NO_FILTER,
        limit: int = 24,
    ) -> SearchResult:
        """Products like one region of a perception, refined by words; or by words alone.

        Words are understood (docs/words.md): prices and stock become conditions beside `where`,
        the result's `asked` tells how.

        Args:
            balance: how much the words weigh beside the picture, from 0 (none) to 1 (alone).
        Raises:
            BadQuery: neither a picture nor words that name a product.
        """
        query = asked_query(words, where, balance, limit)
        if perception is None and not query.words:
            raise BadQuery(
                "nothing to search for",
                remedy="give a picture, words, or both; a price alone names no product",
                reason="nothing to search for",
            )
        if perception is not None:
            reading = perception.reading or Reading()
            chosen = perception.regions[region]
            if chosen.kind == "crop":  # whoever draws a box leaves other labels out
                reading = within(reading, chosen.box)
            elif chosen.kind == "product":
                marked = (r.box for r in perception.regions if r.kind == "product")
                reading = own(reading, chosen.box, [box for box in marked if box != chosen.box])
            query = replace(
                query,
                image_vectors=perception.vectors[region : region + 1],
                keypoints=perception.keypoints[region] if perception.keypoints else None,
                read_words=" ".join(line.text for line in reading.lines),
                # "The same but red" is not the one whose number the label shows.
                codes=query.codes if query.asked.changes else (*query.codes, *reading.codes),
            )
        return self.ask(query)

    def more_like(
        self,
        product_id: str,
        *,
        words: str = "",
        balance: float = BALANCE,
        where: StoreFilter = NO_FILTER,
        limit: int = 24,
    ) -> SearchResult:
        """Products like a product of the catalog, itself left out; refined by words as `search`.

        Raises:
            BadQuery: the index does not know the product.
        """
        # One generation for both: another one's vectors may be of another length.
        with self._follower.reading() as index:
            vector = index.image_vectors([product_id])[0]
            if vector is None:
                raise BadQuery(
                    f"the index has no product {product_id!r}",
                    remedy="search by picture or words; the product may have left the shop",
                    reason="no such product",
                )
            head = self._heads.of(index.info.spec)
            others = replace(where, exclude_ids=(*where.exclude_ids, product_id))
            query = replace(
                asked_query(words, others, balance, limit),
                image_vectors=vector[None] if head is None else head.stored(vector[None]),
                product_id=product_id,
            )
            shown = self._shown(query.image_vectors, head)
            if head is None:
                query = self._colourless(query)
            return self._answer(index, pictured(index, query, shown, head), Stopwatch())

    def ask(self, query: Query) -> SearchResult:
        """Answer a query, completing what the models must: the vector of its words.

        Args:
            query: its image vectors are as the embedder makes them.
        """
        watch = Stopwatch()
        # Before the index is held: a first text loads the model.
        query = self._worded(query, watch)
        with self._follower.reading() as index:
            head = self._heads.of(index.info.spec)

            def indexed(photos: Vectors | None) -> Vectors | None:
                return photos if photos is None or head is None else head.photos(photos)

            shown = self._shown(indexed(query.image_vectors), head)
            query = self._colourless(query)
            profile = index.info.spec.profile
            query = replace(
                query,
                image_vectors=indexed(query.image_vectors),
                scale=measured_scale(profile, head, colourless=query.colourless),
            )
            return self._answer(index, pictured(index, query, shown, head), watch)

    def _worded(self, query: Query, watch: Stopwatch) -> Query:
        embedder = self.models.embedder
        if query.words and query.text_vector is None:
            said = embedded_words(query.asked) or query.words
            query = replace(query, text_vector=embedder.texts([said])[0])
            watch.lap("embed words")
        refused = refused_words(query.asked)
        if refused and embedder.one_space and query.refused_vector is None:
            query = replace(query, refused_vector=embedder.texts([refused])[0])
            watch.lap("embed refused words")
        return query

    def _colourless(self, query: Query) -> Query:
        """The picture's own colour does not speak where the words name another.

        Args:
            query: its image vectors are as the embedder makes them.
        """
        asked = query.asked
        if query.image_vectors is None or not (asked.shades or names_field(asked, "colour")):
            return query
        silent = self.models.embedder.colourless(query.image_vectors)
        return replace(query, image_vectors=silent, colourless=True)

    def _shown(self, pictures: Vectors | None, head: AdaptationHead | None) -> Shown | None:
        """What the picture's neighbours are asked for; None without a picture.

        Args:
            pictures: as the index has its vectors.
        """
        if pictures is None:
            return None
        shape = self.models.embedder.colourless(pictures) if head is None else pictures
        return Shown(pictures, shape)

    def _one_space(self, index: VectorIndex, query: Query) -> Query:
        """Complete what compares words with pictures."""
        head = self._heads.of(index.info.spec)

        def depicted(text: Vectors | None) -> Vectors | None:
            return text if text is None or head is None else head.words(text[None])[0]

        words, refused = depicted(query.text_vector), depicted(query.refused_vector)
        query = replace(query, depicted_vector=words)
        if query.image_vectors is None or (words is None and refused is None):
            return query
        if words is None:
            words = depicted(self.models.embedder.texts([NEUTRAL])[0])
        composed = compose(query.image_vectors, words, refused, query.balance)
        return replace(query, composed_vectors=composed)

    def _answer(self, index: VectorIndex, query: Query, watch: Stopwatch) -> SearchResult:
        """Rank a query whose image vectors are the index's kind."""
        query = bounded(self._worded(query, watch), self._currencies(index))
        one_space = self.models.embedder.one_space
        if one_space:
            query = self._one_space(index, query)
        finder = self.models.keypoints
        comparable = finder is not None and finder.fingerprint == index.info.spec.keypoints
        if query.words or not comparable:
            # Words ask for something else than what is shown: its own print must not win.
            query = replace(query, keypoints=None)
        result = rank(query, standard_stages(index, one_space=one_space))
        return replace(
            result,
            timings_ms=(*watch.laps, *result.timings_ms),
            chips=chips(result.found, query.where),
            asked=query.asked,
            kind=query.kind,
            colourless=query.colourless,
        )

    def facets(self, *, where: StoreFilter = NO_FILTER) -> Facets:
        """How many products of the shop have each value, under these conditions."""
        with self._follower.reading() as index:
            # Counting takes some 20 ms a field at 100,000 products, and the page asks at every
            # rerun.
            asked = (index.info, where)
            return self._facets.get_or(
                asked, lambda: facets_of(index, where, self._price_ends(index, where))
            )

    def _price_ends(self, index: VectorIndex, where: StoreFilter) -> tuple[float, ...]:
        """Ends of price ranges; none where amounts of several currencies would be mixed."""
        if not where.currency and len(self._currencies(index)) > 1:
            return ()
        return self._ends.get_or(index.info, lambda: round_ends(index))

    def _currencies(self, index: VectorIndex) -> list[str]:
        """What the shop sells in, the most frequent first; empty where the index does not tell."""
        info = index.info
        if info.spec.form < 2:
            return []
        return self._sold_in.get_or(
            info,
            lambda: [facet.value for facet in index.facets("currency", 50, NO_FILTER)],
        )

    def head(self) -> AdaptationHead | None:
        """The head of the generation that answers now; None where it was built without.

        Raises:
            IndexMissing, StaleIndex, BrokenIndex, StoreUnavailable.
        """
        return self._heads.of(self.info().spec)

    def cards(self, product_ids: Sequence[str]) -> list[Card | None]:
        """What the index says of products; same length and order, None where it knows nothing."""
        with self._follower.reading() as index:
            return index.cards(product_ids)

    def close(self) -> None:
        self._follower.close()

    def _refuse_other_models(self, info: IndexInfo) -> None:
        self._heads.of(info.spec)
        embedder = self.models.embedder
        pairs = (
            (info.spec.image_fingerprint, embedder.image_fingerprint),
            (info.spec.text_fingerprint, embedder.text_fingerprint),
        )
        for stored, current in pairs:
            if stored != current:
                raise StaleIndex(
                    f"the index was built with {stored}, this query uses {current}",
                    remedy=f"run `shoplens index FEED` again, or pass --models {info.spec.profile}",
                )

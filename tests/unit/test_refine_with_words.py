"""A picture and words are one query: what they ask holds, and the answer says so."""

from dataclasses import replace

import numpy as np
import pytest

from app.labels import remarks
from app.words import RU
from models.errors import BadQuery
from models.tag_types import Tag
from models.types import Box, Photo, TextLine, Vectors
from pipelines.asked import Reference, understand
from pipelines.catalog_types import Card, Entry, IndexSpec, Money
from pipelines.kinds import Kind, kind_of
from pipelines.lens import Lens
from pipelines.perceive import Models
from pipelines.ranking.agreement import WordsAgree, WordsRefuse, WordsSaid
from pipelines.ranking.kinship import SameKind
from pipelines.ranking.scorers import SamePrint
from pipelines.reasons import unmet_in_english
from pipelines.search_types import Candidate, Evidence, Query, Reason, SearchResult
from pipelines.stores.protocol import StoreFilter
from tests.fakes.index import MemoryHome
from tests.fakes.models import ColourEmbedder, FixedDetector, FixedReader

SHADES = {"red": (200, 30, 30), "navy": (20, 25, 90), "white": (240, 240, 240)}


def photo(colour: str) -> Photo:
    return Photo(np.full((64, 64, 3), SHADES[colour], dtype=np.uint8), colour, "test")


def card(product_id: str, title: str, price: float, *tags: str, **more: object) -> Card:
    return Card(
        product_id,
        title=title,
        price=Money(price, "EUR"),
        tags=tuple(Tag(*key.split(":")) for key in tags),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


CARDS = {
    "white": [
        card("white-mug", "White mug", 14, "colour:white", "type:mug"),
        card("white-cup", "Handleless white mug", 16, "colour:white", "type:mug"),
    ],
    "red": [
        card("red-mug", "Red mug", 15, "colour:red", "type:mug", description="A wide handle."),
        card("red-kettle", "Red kettle", 45, "colour:red", "type:kettle", in_stock=False),
    ],
    "navy": [card("navy-mug", "Navy mug", 25, "colour:navy", "type:mug", codes=("NV-2001",))],
}


@pytest.fixture
def models() -> Models:
    return Models("lite", ColourEmbedder(), FixedDetector(), FixedReader())


@pytest.fixture
def home(models: Models) -> MemoryHome:
    e = models.embedder
    home = MemoryHome()
    home.build(
        IndexSpec("lite", e.image_fingerprint, e.text_fingerprint, e.image_dim, e.text_dim, form=2),
        [
            Entry(
                each,
                0,
                e.images([photo(colour)])[0],
                e.texts([each.title])[0],
                each.title.lower(),
            )
            for colour, cards in CARDS.items()
            for each in cards
        ],
    )
    return home


@pytest.fixture
def lens(models: Models, home: MemoryHome) -> Lens:
    return Lens(models, home)


def found(result: SearchResult) -> list[str]:
    return [candidate.product_id for candidate in result.selected]


def test_the_same_but_red_is_the_red_one(lens: Lens) -> None:
    white = lens.perceive(photo("white"))
    assert found(lens.search(white))[0].startswith("white")
    result = lens.search(white, words="the same but red")
    assert found(result)[0].startswith("red")
    reasons = [part.reason for part in result.selected[0].parts if part.name == "asked"]
    assert reasons == [Reason.of("asked", text="red")]
    assert [phrase.text for phrase in result.asked.told] == ["red"]


def test_the_pictures_own_kind_is_asked_for_too(lens: Lens) -> None:
    result = lens.search(lens.perceive(photo("white")), words="the same but red")
    assert result.kind is not None
    assert result.kind.value == "type:mug"
    assert found(result)[0] == "red-mug"
    assert found(result)[-1] == "red-kettle"
    reasons = {
        c.product_id: [p.reason for p in c.parts if p.name == "kind"] for c in result.selected
    }
    assert reasons["navy-mug"] == [Reason.of("kind", kind=result.kind)]
    assert reasons["red-kettle"] == [Reason.of("another kind", kind=result.kind)]


@pytest.mark.parametrize(
    "words", ["", "red kettle", "not a kettle", "red, any kind", "красный, любого вида"]
)
def test_the_pictures_kind_is_silent_where_words_say_what_is_meant(lens: Lens, words: str) -> None:
    result = lens.search(lens.perceive(photo("white")), words=words)
    assert result.kind is None
    assert not [part for c in result.selected for part in c.parts if part.name == "kind"]


def test_neighbours_that_disagree_are_of_no_kind() -> None:
    mug, ball = card("a", "", 1, "type:mug"), card("b", "", 1, "type:ball")
    lamp = replace(ball, tags=(Tag("type", "lamp"),))
    assert kind_of([mug, ball, lamp, lamp, ball]) is None
    assert kind_of([mug, mug, ball]) == Kind("type", "type:mug", pytest.approx(9 / 11))
    assert kind_of([replace(mug, tags=(Tag("type", "mug", verdict="contradicted"),))]) is None
    assert kind_of([]) is None


def test_where_cards_name_no_type_their_category_is_the_kind() -> None:
    bolts = Card("a", category=("Parts", "Bolts"))
    kind = kind_of([bolts, bolts, Card("b", category=("Parts", "Nuts"))])
    assert kind is not None
    assert (kind.name, kind.within(StoreFilter())) == (
        "Bolts", StoreFilter(category="Parts > Bolts"),
    )  # fmt: skip
    assert kind.holds(bolts)
    assert kind.holds(Card("c", category=("Parts",))) is False
    assert kind.holds(Card("d")) is None


def test_words_that_no_concept_names_make_the_kind_less_sure() -> None:
    mug = Candidate("a", (), card("a", "Mug", 1, "type:mug"))

    def worth(words: str, balance: float = 0.5) -> float:
        kind = Kind("type", "type:mug", 1.0)
        query = Query(asked=understand(words), kind=kind, balance=balance)
        return sum(part.value for part in SameKind()(query, mug))

    assert worth("the same but red") == SameKind().weight
    assert 0 < worth("0.9 l") < worth("the same but red") / 2
    assert worth("red", balance=0.0) == 0


def test_what_a_label_says_gives_way_to_words_that_ask_for_something_else(
    models: Models, home: MemoryHome
) -> None:
    label = TextLine("NV-2001", 0.9, Box(0, 0, 20, 10))
    lens = Lens(replace(models, reader=FixedReader({"navy": [label]})), home)
    navy = lens.perceive(photo("navy")).with_reading(lens.read(photo("navy")))
    assert lens.search(navy, words="under 50 €").verdict == "exact"
    red = lens.search(navy, words="the same but red")
    assert red.verdict == "similar"
    assert found(red)[0].startswith("red")


def test_the_same_print_is_no_answer_to_words_that_ask_for_something_else() -> None:
    shown = Candidate("a", (Evidence("image", 1, 0.9),), in_common=40)
    picture = np.zeros((1, 2), np.float32)
    assert SamePrint()(Query(image_vectors=picture, asked=understand("under 20 €")), shown)
    for words in ("but red", "not blue"):
        assert not SamePrint()(Query(image_vectors=picture, asked=understand(words)), shown)


def test_the_slider_weighs_picture_and_words(lens: Lens) -> None:
    white = lens.perceive(photo("white"))
    assert found(lens.search(white, words="red mug", balance=0.0))[0].startswith("white")
    assert found(lens.search(white, words="red mug", balance=1.0))[0] == "red-mug"


def test_a_price_and_stock_are_conditions_and_told(lens: Lens) -> None:
    red = lens.perceive(photo("red"))
    result = lens.search(red, words="under 20 €, in stock")
    assert set(found(result)) == {"white-mug", "white-cup", "red-mug"}
    assert [phrase.kind for phrase in result.asked.told] == ["price", "stock"]
    assert (result.asked.price_max, result.asked.currency) == (20, "EUR")


def test_the_narrower_of_two_prices_holds(lens: Lens) -> None:
    where = StoreFilter(price_max=15)
    result = lens.search(lens.perceive(photo("white")), words="under 20 €", where=where)
    assert "white-cup" not in found(result)
    assert "red-mug" in found(result)


def test_cheaper_is_below_the_price_of_what_is_shown(lens: Lens) -> None:
    cheaper = lens.search(lens.perceive(photo("navy")), words="the same but cheaper")
    assert set(found(cheaper)) == {"white-mug", "white-cup", "red-mug"}
    assert cheaper.asked.reference == Reference("navy-mug", "Navy mug", 25, "EUR")
    dearer = lens.more_like("white-mug", words="подороже, до 20 евро")
    assert set(found(dearer)) == {"white-cup", "red-mug"}
    assert lens.more_like("red-mug", words="not dearer").asked.reference is not None
    assert "white-cup" not in found(lens.more_like("red-mug", words="not dearer"))


def test_the_very_product_is_compared_with_though_the_words_want_another_colour(
    lens: Lens,
) -> None:
    result = lens.search(lens.perceive(photo("navy")), words="red and cheaper")
    assert result.asked.reference is not None
    assert result.asked.reference.product_id == "navy-mug"
    assert found(result)[0] == "red-mug"


def test_darker_is_a_variant_that_is_darker_than_what_is_shown(lens: Lens) -> None:
    white = lens.perceive(photo("white"))
    result = lens.search(white, words="a bit darker")
    assert set(found(result)) == {"red-mug", "red-kettle", "navy-mug"}
    assert found(result)[-1] == "red-kettle"
    assert result.colourless
    assert result.asked.shade is not None
    assert result.asked.shade.colours == ("colour:white",)
    navy = lens.perceive(photo("navy"))
    assert "navy-mug" not in found(lens.search(navy, words="такой же, но светлее"))
    assert found(lens.search(navy, words="darker")) == []
    assert lens.search(navy, words="darker").asked.unmet == ()
    assert found(lens.more_like("navy-mug", words="lighter, under 15 €")) == [
        "white-mug",
        "red-mug",
    ]


def test_darker_without_a_picture_compares_with_nothing_and_says_so(lens: Lens) -> None:
    result = lens.search(None, words="mug, a bit darker")
    assert result.asked.shade is None
    assert result.asked.unmet == ("no colour to compare with",)
    assert "white-mug" in found(result)


def test_an_article_number_tells_which_price_is_meant(models: Models, home: MemoryHome) -> None:
    label = TextLine("NV-2001", 0.9, Box(0, 0, 20, 10))
    lens = Lens(replace(models, reader=FixedReader({"white": [label]})), home)
    white = lens.perceive(photo("white")).with_reading(lens.read(photo("white")))
    reference = lens.search(white, words="cheaper").asked.reference
    assert reference is not None
    assert reference.amount == 25


def test_what_cannot_be_compared_is_told(lens: Lens, models: Models) -> None:
    alone = lens.search(None, words="red mug, cheaper")
    assert (alone.asked.reference, len(alone.selected)) == (None, 5)
    assert alone.asked.unmet == ("nothing to compare with",)
    sizes = lens.search(lens.perceive(photo("white")), words="bigger")
    assert sizes.asked.unmet == ("sizes",)
    assert not lens.search(lens.perceive(photo("white")), words="red").asked.unmet


def test_a_price_in_a_foreign_currency_is_told_and_not_applied(lens: Lens) -> None:
    result = lens.search(lens.perceive(photo("white")), words="до 20 руб")
    assert len(result.selected) == 5
    assert result.asked.unmet == ("price in a foreign currency",)
    told = "prices here are in EUR: a price in RUB was not applied"
    assert unmet_in_english(result.asked) == [told]
    assert list(remarks(result.asked, RU)) == ["Цены здесь в EUR: условие в RUB не применено."]


def test_what_is_refused_is_left_out_with_its_kinds(lens: Lens) -> None:
    white = lens.perceive(photo("white"))
    assert "navy-mug" not in found(lens.search(white, words="not blue"))
    assert set(found(lens.search(white, words="кроме красных"))) == {
        "white-mug", "white-cup", "navy-mug",
    }  # fmt: skip


def test_a_thing_that_no_tag_tells_is_refused_by_the_cards(lens: Lens) -> None:
    result = lens.search(lens.perceive(photo("white")), words="without a handle")
    assert found(result)[0] == "white-cup"
    assert Reason.of("lacking", text="handle") in [p.reason for p in result.selected[0].parts]
    last = next(c for c in result.selected if c.product_id == "red-mug")
    assert Reason.of("spoken of", text="handle") in [part.reason for part in last.parts]


def test_words_alone_are_understood_alike(lens: Lens) -> None:
    assert found(lens.search(None, words="red mug under 20 €"))[0] == "red-mug"
    assert found(lens.search(None, words="красная кружка"))[0] == "red-mug"


@pytest.mark.parametrize("words", ["under 20 €", "in stock", "the same", "not red"])
def test_words_that_name_no_product_are_refused_alone(lens: Lens, words: str) -> None:
    with pytest.raises(BadQuery, match="nothing to search for"):
        lens.search(None, words=words)


def test_more_like_a_product_takes_words_and_article_numbers(lens: Lens) -> None:
    assert found(lens.more_like("white-mug", words="but red"))[0].startswith("red")
    coded = lens.more_like("white-mug", words="NV-2001")
    assert found(coded)[0] == "navy-mug"
    assert coded.verdict == "exact"
    assert "white-mug" not in found(coded)


class NavyInTheDark(ColourEmbedder):
    """Without its colours, every picture is the navy mug's."""

    def colourless(self, pictures: Vectors) -> Vectors:
        return self.images([photo("navy")] * len(pictures))


def test_where_words_name_a_colour_the_pictures_own_is_silent(
    models: Models, home: MemoryHome
) -> None:
    lens = Lens(replace(models, embedder=NavyInTheDark()), home)
    white = lens.perceive(photo("white"))

    def likest(result: SearchResult) -> str:
        looks = {c.product_id: c.found_by("image") for c in result.found}
        return min((e.rank, name) for name, e in looks.items() if e is not None)[1]

    plain = lens.search(white, words="mug under 200 €")
    assert (plain.colourless, likest(plain)) == (False, "white-cup")
    named = lens.search(white, words="not red")
    assert (named.colourless, likest(named)) == (True, "navy-mug")
    more = lens.more_like("white-mug", words="navy")
    assert (more.colourless, likest(more)) == (True, "navy-mug")


def test_a_contradicted_tag_agrees_with_nothing() -> None:
    told = Candidate("a", (), card("a", "Mug", 1, "colour:red"))
    denied = replace(
        told, card=replace(told.card, tags=(Tag("colour", "red", verdict="contradicted"),))
    )
    query = Query(asked=understand("red"))
    assert [part.value > 0 for part in WordsAgree()(query, told)] == [True]
    assert not WordsAgree()(query, denied)


def test_a_part_that_is_named_beside_the_product_counts_where_the_card_says_it() -> None:
    watch = Candidate("a", (), card("a", "Steel-bracelet watch", 1, "type:watch"))
    plain = replace(watch, card=replace(watch.card, title="Watch"))
    query = Query(asked=understand("on a bracelet"))
    (said,), (silent,) = WordsAgree()(query, watch), WordsAgree()(query, plain)
    assert 0 < said.value < WordsAgree().weight
    assert silent.value < 0


def test_a_kind_of_the_wanted_counts_less_and_another_colour_lowers() -> None:
    query = Query(asked=understand("blue"))

    def worth(*tags: str) -> float:
        candidate = Candidate("a", (), card("a", "Mug", 1, *tags))
        return sum(part.value for part in WordsAgree()(query, candidate))

    assert worth("colour:blue") > worth("colour:navy") > worth() == 0 > worth("colour:red")


def test_words_that_no_tag_tells_are_looked_for_on_the_card() -> None:
    one = Candidate("a", (), card("a", "Watch", 1, description="С браслетом. Holds 1.7 litres."))
    query = Query(
        image_vectors=np.zeros((1, 2), np.float32), asked=understand("на браслете 1700 мл")
    )
    (part,) = WordsSaid()(query, one)
    assert part.value == pytest.approx(WordsSaid().weight)
    assert not WordsSaid()(replace(query, asked=understand("кожаный")), one)
    assert not WordsRefuse()(query, one)

"""Tags of a product: who says what, each thing once, the shop's own word first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.entries import words_of
from indexer.product_tags import MOST_CHARACTERS, canonical, feed_tags, tags_of
from indexer.sight import Seen
from models.palette import Palette
from models.tag_types import Tag, TagRecord, TagVerdict
from pipelines.catalog_types import Product
from pipelines.lexicon import concept
from pipelines.stores.bm25 import document, query
from pipelines.tag_keys import searched_keys

MUG = Product(
    id="mug",
    title="Nordlys mug, navy",
    category=("Kitchen", "Drinkware", "Mugs"),
    attributes=(("color", "navy/white"), ("material", "glazed stoneware"), ("pattern", "plain")),
)


class Labelled(Seen):
    """Sees a striped vase, whatever is said."""

    def __init__(self, word: TagVerdict) -> None:
        super().__init__({}, np.zeros(1, dtype=np.float32))
        object.__setattr__(self, "word", word)

    def labels(self):
        return iter((Tag("type", "vase", "seen"), Tag("pattern", "striped", "seen")))

    def verdict(self, tag):
        return self.word


def palette(*keys: str) -> Palette:
    """Equal shares of the reference values of colours."""
    lab = [known.lab for key in keys if (known := concept("colour", key)) is not None]
    return Palette(
        np.array(lab, dtype=np.float32), np.full(len(keys), 1 / len(keys), dtype=np.float32)
    )


def keys(*tags: Tag) -> list[str]:
    return [tag.key for tag in tags]


def test_attributes_category_and_title_become_concepts():
    assert keys(*tags_of(MUG)) == [
        "type:mug",
        "colour:navy",
        "colour:white",
        "material:stoneware",
        "pattern:plain",
    ]


@pytest.mark.parametrize(
    ("title", "category", "kind"),
    [
        ("Lysand desk lamp, black", ("Lighting", "Lamps"), "desk lamp"),
        ("Big table lamp with shade", (), "table lamp"),
        ("Кружка для чайника", (), "mug"),
        ("Чайник Brumela", ("Техника", "Электрические чайники"), "kettle"),
        ("Nordlys 5000", ("Home", "Vases"), "vase"),
        ("Something", ("New arrivals",), None),
        ("Часы Orbit", (), "watch"),
        ("Часы Ретро", ("Дом", "Декор"), "clock"),
        ("Часы Ретро", ("Аксессуары",), "watch"),
        ("Часы Ретро", ("Часы", "Настенные часы"), "wall clock"),
    ],
)
def test_the_type_is_the_finest_that_category_and_title_agree_on(title, category, kind):
    tags = feed_tags(Product("x", title=title, category=category))
    assert [tag.value for tag in tags if tag.field == "type"] == ([kind] if kind else [])


def test_a_russian_feed_says_the_same_concepts():
    told = Product(
        "x",
        title="Рубашка мужская в клетку",
        attributes=(("Цвет", "тёмно-синий"), ("Состав", "хлопок, эластан"), ("Размер", "48")),
    )
    assert set(keys(*tags_of(told))) == {
        "type:shirt",
        "colour:navy",
        "material:cotton",
        "material:elastane",
        "pattern:checked",
        "audience:men",
        "feature:размер: 48",
    }


def test_the_shops_word_counts_before_the_models_and_measures_fill_what_nobody_said():
    written = TagRecord((("colour", "тёмно-синий"), ("style", "minimalist"), ("type", "Кружка")))
    tags = {tag.key: tag for tag in tags_of(MUG, written, [palette("navy", "white")])}
    assert tags["colour:navy"].origin == "feed"
    assert tags["colour:navy"].verdict == "confirmed"
    assert tags["type:mug"].origin == "feed"
    assert tags["style:minimalist"].origin == "written"
    bare = tags_of(Product("x", title="Thing"), palettes=[palette("red")])
    assert bare == (Tag("colour", "red", "measured", "confirmed"),)


def test_measured_colours_stay_out_where_the_shop_told_the_colour():
    assert "colour:red" not in keys(*tags_of(MUG, palettes=[palette("navy", "red")]))


def test_a_colour_without_pixels_is_contradicted_and_measured_ones_take_its_place():
    red = Product("x", title="Mug", attributes=(("color", "red"),))
    tags = tags_of(red, palettes=[palette("navy")])
    assert Tag("colour", "red", "feed", "contradicted") in tags
    assert Tag("colour", "navy", "measured", "confirmed") in tags
    assert "colour:red" not in searched_keys(tags)
    assert "colour:blue" in searched_keys(tags)


def test_labels_of_the_embedder_fill_only_silent_fields():
    seen = Labelled("unchecked")
    assert "type:vase" not in keys(*tags_of(MUG, seen=seen))
    bare = tags_of(Product("x", title="Thing"), seen=seen)
    assert [(tag.key, tag.origin) for tag in bare] == [
        ("type:vase", "seen"),
        ("pattern:striped", "seen"),
    ]


def test_pixels_have_the_first_word_on_a_colour_and_the_embedder_on_the_rest():
    seen = Labelled("contradicted")
    tags = {tag.key: tag for tag in tags_of(MUG, palettes=[palette("navy")], seen=seen)}
    assert tags["colour:navy"].verdict == "confirmed"
    assert tags["type:mug"].verdict == "contradicted"
    assert tags["type:mug"].origin == "feed"


def test_parents_are_searched_and_not_shown():
    tags = tags_of(MUG)
    assert {"colour:blue", "material:ceramic", "type:drinkware"} <= set(searched_keys(tags))
    assert "colour:blue" not in keys(*tags)


def test_words_find_a_product_in_the_other_language_and_by_what_it_is():
    words = set(document(words_of(MUG, tags_of(MUG))).indices)
    for asked in ("кружка", "синий", "тёмно-синий", "керамика", "ceramic", "navy", "Nordlys"):
        assert set(query(asked).indices) <= words, asked
    for unasked in ("coffee", "красный", "ваза"):
        assert not set(query(unasked).indices) & words, unasked
    checked = Product("x", title="Shirt", attributes=(("pattern", "plaid"),))
    found = set(document(words_of(checked, tags_of(checked))).indices)
    assert set(query("рубашка в клетку").indices) <= found


def test_contradicted_tags_bring_no_words():
    red = Product("x", title="Mug", attributes=(("color", "red"),))
    words = set(document(words_of(red, tags_of(red, palettes=[palette("navy")]))).indices)
    assert not set(query("красный").indices) & words


_ATTRIBUTES = st.lists(
    st.tuples(
        st.sampled_from(["color", "material", "pattern", "gender", "size", "Цвет", "Объём"]),
        st.text(min_size=1, max_size=30) | st.sampled_from(["red", "navy/white", "дуб", "х/б"]),
    ),
    max_size=6,
)
_WRITTEN = st.lists(
    st.tuples(
        st.sampled_from(["type", "colour", "material", "pattern", "feature", "synonym"]),
        st.text(max_size=90) | st.sampled_from(["red", "тёмно-синий", "oak", "кружка"]),
    ),
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(attributes=_ATTRIBUTES, written=_WRITTEN)
def test_no_written_tag_takes_a_feed_tag_away_or_changes_its_origin(attributes, written):
    product = Product("x", title="Mug", attributes=tuple(attributes))
    alone = feed_tags(product)
    merged = tags_of(product, TagRecord(tuple(written)), [palette("white")])
    assert set(keys(*alone)) == {tag.key for tag in merged if tag.origin == "feed"}
    assert len(keys(*merged)) == len(set(keys(*merged)))
    assert all(len(t.value) <= MOST_CHARACTERS for t in merged if t.origin == "written")


def test_prose_and_control_characters_are_no_written_tags():
    assert canonical("feature", "ignore previous instructions " * 5) == ()
    assert canonical("feature", "\x00 \u202e ") == ()
    assert canonical("feature", "с\u200bкрышкой\n") == (Tag("feature", "с крышкой"),)


def test_a_concept_within_a_longer_value_counts_for_looks_only():
    assert canonical("colour", "soft navy blue") == (Tag("colour", "navy"),)
    assert canonical("style", "not vintage at all") == (Tag("style", "not vintage at all"),)

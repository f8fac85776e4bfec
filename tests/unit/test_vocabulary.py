"""One name for one thing: what was written alike is merged, what nearly nobody has is hidden."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.product_tags import tags_of
from indexer.vocabulary import ENOUGH_TO_BE_RARE, values_of, vocabulary_of
from models.lite import LiteEmbedder
from models.tag_types import TagRecord
from pipelines.catalog_types import Product

ONE_THING = [
    ("dishwasher safe", "dishwasher-safe"),
    ("water resistant", "water-resistant"),
    ("waterproof", "water proof"),
    ("adjustable strap", "adjustable straps"),
    ("two handles", "two-handles"),
    ("rubber sole", "rubber soles"),
    ("microwave safe", "microwaveable safe"),
    ("с крышкой", "с крышками"),
    ("водонепроницаемый", "водонепроницаемая"),
    ("мягкая подошва", "мягкой подошвой"),
    ("scratch resistant", "scratch-resistent"),
    ("hand painted", "handpainted"),
    ("flat-packed", "flat packed"),
]
SEVERAL_THINGS = [
    ("with handle", "without handle"),
    ("short sleeve", "long sleeve"),
    ("indoor use", "outdoor use"),
    ("wireless", "wired"),
    ("left hand", "right hand"),
    ("soft sole", "soft sofa"),
    ("round neck", "round deck"),
    ("с крышкой", "с ручкой"),
    ("без крышки", "с крышкой"),
    ("hot water", "hot waiter"),
    ("metal frame", "metal flame"),
    ("large logo", "large lego"),
    ("wide fit", "wise fit"),
    ("двойные стенки", "двойные стельки"),
    ("volume 1.5 l", "volume 1.7 l"),
]


def records(*values: str, times: int = 1) -> list[TagRecord]:
    return [TagRecord((("feature", value),)) for value in values for _ in range(times)]


@pytest.mark.real_models
def test_values_that_are_one_thing_are_merged_and_others_are_not():
    pairs = ONE_THING + SEVERAL_THINGS
    words = [word for pair in pairs for word in pair]
    vectors = dict(zip(words, LiteEmbedder().texts(words), strict=True))
    merged = [bool(vocabulary_of(records(*pair), vectors).merged) for pair in pairs]
    assert [p for p, one in zip(pairs, merged, strict=True) if one] == ONE_THING


def test_the_commonest_spelling_wins_and_the_other_is_still_searched():
    written = records("with lids") + records("with lid", times=3)
    vocabulary = vocabulary_of(written)
    assert vocabulary.merged == {("feature", "with lids"): "with lid"}
    controlled = vocabulary.controlled(written[0])
    assert controlled == TagRecord((("synonym", "with lids"), ("feature", "with lid")))


def test_a_concept_is_never_merged_away():
    written = [TagRecord((("style", "vintag"), ("style", "vintage")))] * 4
    assert ("style", "vintage") not in vocabulary_of(written).merged


def test_rare_values_are_searched_but_not_told_once_a_catalog_is_large_enough():
    few = records("bluetooth 5.3", "with lid")
    assert not vocabulary_of(few).rare
    many = records("with lid", times=ENOUGH_TO_BE_RARE) + records("bluetooth 5.3")
    vocabulary = vocabulary_of(many)
    assert vocabulary.rare == {("feature", "bluetooth 5.3")}
    assert vocabulary.controlled(many[-1]) == TagRecord((("synonym", "bluetooth 5.3"),))
    shown = [tag.field for tag in tags_of(Product("x"), vocabulary.controlled(many[-1]))]
    assert shown == ["synonym"]


def test_a_rare_concept_of_the_lexicon_stays():
    many = records("with lid", times=ENOUGH_TO_BE_RARE)
    many.append(TagRecord((("pattern", "в клетку"),)))
    assert not vocabulary_of(many).rare


def test_synonyms_and_concepts_need_no_vector():
    written = [TagRecord((("synonym", "cuppa"), ("colour", "синий"), ("feature", "with lid")))]
    assert values_of(written) == ["with lid"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["feature", "style", "type"]),
                st.sampled_from(["lid", "lids", "with lid", "no lid", "mug", "retro", "rétro"]),
            ),
            max_size=4,
        ),
        max_size=8,
    )
)
def test_the_vocabulary_does_not_depend_on_the_order_and_loses_no_word(rows):
    written = [TagRecord(tuple(row)) for row in rows]
    vocabulary = vocabulary_of(written)
    assert vocabulary == vocabulary_of(list(reversed(written)))
    for record in written:
        controlled = vocabulary.controlled(record)
        assert controlled is not None
        before = {tag.value for tag in tags_of(Product("x"), record)}
        assert before <= {tag.value for tag in tags_of(Product("x"), controlled)}

"""The lexicon: its words in two languages mean the same concepts, and its data is sound."""

import pytest

from models.tag_types import TAG_FIELDS, Tag
from pipelines.lexicon import LOCALES, ancestors, concept, concepts, display, recognise


def named(text: str) -> list[str]:
    return [mention.concept.tag_key for mention in recognise(text)]


@pytest.mark.parametrize(
    "form", ["красный", "красная", "красного", "Красные", "красную", "red", "RED", "scarlet"]
)
def test_every_ending_and_synonym_means_the_same_colour(form):
    assert named(form) == ["colour:red"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("кружка в клетку", ["type:mug", "pattern:checked"]),
        ("dark blue mug", ["colour:navy", "type:mug"]),
        ("тёмно-синего цвета", ["colour:navy"]),
        ("темно-синяя", ["colour:navy"]),
        ("стул из дерева", ["type:chair", "material:wood"]),
        ("navy, polka-dot", ["colour:navy", "pattern:polka dot"]),
        ("женские ботинки", ["audience:women", "type:boots"]),
        ("men’s watch", ["audience:men", "type:watch"]),
        ("пять кружек", ["type:mug"]),
    ],
)
def test_names_of_several_words_are_recognised_in_both_languages(text, keys):
    assert named(text) == keys


def test_the_longest_name_wins():
    assert named("light blue") == ["colour:light blue"]
    assert named("faux leather") == ["material:faux leather"]
    assert "colour:blue" not in named("голубой или тёмно-синий")


def test_a_comma_parts_what_would_be_one_name():
    assert named("dark, blue") == ["colour:blue"]
    assert named("white/navy") == ["colour:white", "colour:navy"]


def test_words_that_only_look_alike_after_stemming_stay_apart():
    assert named("glass") == ["material:glass"]
    assert named("glasses") == ["type:glasses"]
    assert named("через час плата") == []


def test_a_name_that_fields_share_gives_each_in_the_order_asked_for():
    assert named("gold") == ["colour:gold", "material:gold"]
    assert [m.concept.field for m in recognise("gold", ("material", "colour"))] == [
        "material",
        "colour",
    ]
    assert [m.concept.tag_key for m in recognise("oak", ("colour",))] == ["colour:oak"]


def test_a_mention_says_where_it_stands():
    text = "Такая же, но Тёмно-Синяя!"
    (mention,) = recognise(text)
    assert text[mention.start : mention.end] == "Тёмно-Синяя"


def test_text_without_known_words_and_odd_text_give_nothing():
    for text in ("", "  ", "Nordlys", "—…!", "x" * 5000, "\x00\u202e"):
        assert recognise(text) == []


def test_a_tag_is_shown_in_the_readers_language_and_unknown_ones_as_written():
    assert display(Tag("colour", "navy"), "ru") == "тёмно-синий"
    assert display("colour:navy", "ru-RU") == "тёмно-синий"
    assert display("colour:navy", "en") == "navy"
    assert display("colour:navy", "de") == "navy"
    assert display("feature:с крышкой: да", "en") == "с крышкой: да"
    assert display("nonsense", "en") == "nonsense"


def test_parents_lead_up_and_never_round():
    navy, bear = concept("colour", "navy"), concept("type", "teddy bear")
    assert navy is not None and bear is not None
    assert [one.key for one in ancestors(navy)] == ["blue"]
    assert [one.key for one in ancestors(bear)] == ["soft toy", "toy"]
    for field in TAG_FIELDS:
        for known in concepts(field):
            assert known not in ancestors(known)


def test_every_concept_is_recognised_by_each_of_its_names():
    missed = [
        (known.tag_key, name)
        for field in TAG_FIELDS
        for known in concepts(field)
        for locale in LOCALES
        for name in known.spoken(locale)
        if known not in [mention.concept for mention in recognise(name, (field,))]
    ]
    assert missed == []


def test_colours_that_pixels_have_carry_a_reference_value():
    for colour in concepts("colour"):
        assert (colour.lab is None) == (colour.key in {"multicolour", "transparent"})
        assert colour.lab is not None or not colour.pure
    black, white = concept("colour", "black"), concept("colour", "white")
    assert black is not None and black.lab is not None and black.lab[0] < 20
    assert white is not None and white.lab is not None and white.lab[0] > 90
    assert concept("colour", "blurple") is None


def test_no_concept_shares_a_name_with_its_kind():
    """Else whoever writes «настенные часы» asks for an alarm clock too."""
    shared = [
        (known.tag_key, name)
        for field in TAG_FIELDS
        for known in concepts(field)
        for locale in LOCALES
        for name in known.spoken(locale)
        for wider in ancestors(known)
        if name in wider.spoken(locale)
    ]
    assert shared == []

"""Darker and lighter than what is shown: by what the colours of products are called."""

from dataclasses import replace

import pytest

from app.labels import phrase_name, remarks
from app.words import EN, RU
from models.tag_types import Tag
from pipelines.asked import understand
from pipelines.catalog_types import Card
from pipelines.shades import in_shade, shade_of, shade_tags


def card(name: str, *colours: str) -> Card:
    return Card(name, title=name, tags=tuple(Tag("colour", colour) for colour in colours))


GREY = shade_of(card("Grey mug", "grey"))


def test_a_product_is_as_light_as_its_colours_are_on_average() -> None:
    white, black, both = (
        shade_of(card("a", *colours)) for colours in (["white"], ["black"], ["white", "black"])
    )
    assert white is not None and black is not None and both is not None
    assert both.lightness == pytest.approx((white.lightness + black.lightness) / 2)
    assert both.colours == ("colour:white", "colour:black")
    denied = replace(card("a"), tags=(Tag("colour", "white", verdict="contradicted"),))
    for unknown in (denied, card("a"), card("a", "multicolour"), card("a", "sea breeze")):
        assert shade_of(unknown) is None


@pytest.mark.parametrize(
    ("words", "fitting"),
    [
        ("a bit darker", {"navy", "black", "striped"}),
        ("посветлее", {"white", "mint"}),
        ("red", {"navy", "black", "white", "mint", "grey", "striped", "unknown"}),
    ],
)
def test_only_what_is_darker_or_lighter_is_in_the_shade(words: str, fitting: set[str]) -> None:
    asked = replace(understand(words), shade=GREY if words != "red" else None)
    cards = [card(name, name) for name in ("navy", "black", "white", "mint", "grey")]
    cards += [card("striped", "navy", "mint"), card("unknown")]
    assert {each.product_id for each in cards if in_shade(each, asked)} == fitting
    tags = shade_tags(asked)
    for each in cards:  # the condition leaves out nothing that fits
        if asked.shade is not None and each.product_id in fitting:
            assert {tag.key for tag in each.tags} & set(tags)
    assert "colour:grey" not in tags


def test_the_chip_and_a_sentence_say_what_was_compared() -> None:
    asked = replace(understand("a bit darker"), shade=GREY)
    assert phrase_name(asked.phrases[0], asked, EN) == "darker than grey"
    assert phrase_name(asked.phrases[0], asked, RU) == "темнее, чем серый"
    assert list(remarks(asked, EN)) == ["Colours are compared with “Grey mug”: grey."]
    alone = understand("a bit darker")
    assert phrase_name(alone.phrases[0], alone, EN) == "a bit darker"
    assert list(remarks(alone, RU)) == [RU.unmet["no colour to compare with"]]
    assert list(remarks(understand("red"), EN)) == []

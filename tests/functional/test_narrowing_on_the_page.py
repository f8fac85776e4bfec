"""Chips, facets and tags on the page: what narrows, what is counted, what is never markup."""

import re

import pytest
from page_under_test import (
    BLUE_MUG_AND_RED_BAG,
    html,
    page,
    shown,
    titles,
    upload,
)
from streamlit.testing.v1 import AppTest

from tests.fakes.shop import MATERIALS, NASTY, Shop


def chips(test: AppTest) -> dict[str, int | None]:
    """Labels of the chips with their counts; None for one that is pressed."""
    row = test.button_group(key="chips")
    told = {}
    for option in row.options:
        name, _, number = str(option).partition(" :gray[")
        told[name.replace("\\", "")] = int(number.rstrip("]")) if number else None
    return told


def press(test: AppTest, name: str) -> AppTest:
    """Click a chip by its label: on where it is off, and off where it is on."""
    row = test.button_group(key="chips")
    place = str(list(chips(test)).index(name))
    pressed = (
        [*row.value, place] if place not in row.value else [p for p in row.value if p != place]
    )
    row.set_value(pressed)
    return shown(test.run())


def found(test: AppTest) -> int:
    told = re.search(r"<small>(\d+) found</small>", html(test))
    assert told
    return int(told[1])


def test_a_chip_narrows_to_what_it_counted_and_a_second_click_undoes_it(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    before = titles(test)
    seen = len(shop.embedder.embedded)
    promised = chips(test)["mug"]
    test = press(test, "mug")
    assert found(test) == promised == 8
    assert all("mug" in title.lower() for title in titles(test))
    assert test.query_params == {"tags": "type:mug"}
    assert next(iter(chips(test))) == "mug ×"
    test = press(test, "mug ×")
    assert titles(test) == before
    assert test.query_params == {}
    assert len(shop.embedder.embedded) == seen  # no model ran for any of it


def test_chips_of_two_fields_hold_together_and_two_of_one_field_either(shop: Shop) -> None:
    test = press(upload(page(), BLUE_MUG_AND_RED_BAG), "mug")
    counted = chips(test)["canvas"]
    both = press(test, "canvas")
    assert found(both) == counted
    assert 0 < found(both) < 8
    either = press(press(both, "canvas ×"), "or bag")
    assert found(either) == 16
    assert either.query_params == {"tags": "type:mug,type:bag"}


def test_a_link_with_tags_shows_the_same_view(shop: Shop) -> None:
    test = page(q="bag", tags="colour:red,type:bag")
    assert titles(test) == ["Red bag"]
    assert {"red ×", "bag ×"} <= chips(test).keys()
    without = page(q="bag", without="type:bag,type:lamp")
    assert all("mug" in title.lower() for title in titles(without))
    assert "without bag ×" in chips(without)


def test_the_panel_counts_and_any_of_its_colours_will_do(shop: Shop) -> None:
    test = page(q="mug")
    test.button_group(key="f-colour").set_value(["colour:red", "colour:blue"])
    test = shown(test.run())
    assert found(test) == 6
    assert test.query_params == {"q": "mug", "tags": "colour:red,colour:blue"}
    test.multiselect(key="f-material").set_value(["material:steel"])
    test = shown(test.run())
    assert 0 < found(test) < 6
    offered = dict(o.split(" · ") for o in test.multiselect(key="f-material").options)
    assert sum(int(offered[material]) for material in MATERIALS) == 6
    test.button(key="clear-filters").click()
    assert shown(test.run()).query_params == {"q": "mug"}


def test_a_card_tells_that_it_has_what_was_asked(shop: Shop) -> None:
    test = page(q="mug", tags="colour:red")
    assert '<b title="red, as you asked">✓ red</b>' in html(test)
    assert "✓ red" not in html(page(q="mug"))
    russian = page("ru-RU", q="mug", tags="colour:red")
    assert "красный, как вы просили" in html(russian)
    assert "красный ×" in chips(russian)


def test_hostile_and_contradicted_tags_do_no_harm(shop: Shop) -> None:
    test = page(q="mug", tags=f"feature:{NASTY}")
    assert NASTY not in html(test)
    assert "&lt;script&gt;" in html(test)
    labels = [str(option) for option in test.button_group(key="chips").options]
    assert not [label for label in labels if "<script>" in label or "](" in label]
    assert "invisible" not in html(test)
    assert not [chip for chip in chips(page(q="mug")) if "invisible" in chip]
    assert not [chip for chip in chips(page(q="mug")) if "like" in chip]


def test_what_was_understood_of_the_words_is_a_chip_that_takes_itself_back(shop: Shop) -> None:
    test = page(q="red mug under 2000 rub")
    assert list(chips(test))[:3] == ["red ×", "mug ×", "under 2000 rub ×"]
    assert titles(test)[0] == "Red mug"
    assert "red" not in chips(test)
    prices = [int(p.replace(",", "")) for p in re.findall(r"<b>RUB\xa0([\d,]+)</b>", html(test))]
    assert prices
    assert max(prices) <= 2000
    test = press(test, "under 2000 rub ×")
    assert test.query_params == {"q": "red mug"}
    assert test.text_input(key="words").value == "red mug"
    assert found(test) > len(prices)
    assert press(test, "red ×").query_params == {"q": "mug"}


def test_a_russian_price_is_a_chip_too_and_a_foreign_one_is_told(shop: Shop) -> None:
    test = page("ru-RU", q="кружка до 2000 рублей")
    assert "до 2000 рублей ×" in chips(test)
    assert "не применено" not in html(test)
    assert "Цены здесь в RUB: условие в EUR не применено" in html(
        page("ru-RU", q="кружка до 20 евро")
    )


def test_the_slider_stands_where_there_are_a_picture_and_words(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    assert not test.slider
    test.text_input(key="words").set_value("red lamp")
    test = shown(test.run())
    assert test.slider(key="balance").value == 0.5
    test.slider(key="balance").set_value(1.0)
    test = shown(test.run())
    assert test.query_params == {"q": "red lamp", "balance": "1"}
    assert titles(test)[0] == "Red lamp"
    test.slider(key="balance").set_value(0.0)
    assert titles(shown(test.run()))[0] == "Blue mug"
    assert not page(q="red lamp").slider


@pytest.mark.parametrize("tags", ["colour:", "nonsense", "type:never-seen", "x" * 5000])
def test_tags_of_an_address_that_fit_nothing_are_no_error(shop: Shop, tags: str) -> None:
    test = page(q="mug", tags=tags)
    assert 'role="alert"' not in html(test)


def test_a_price_range_of_the_panel_counts_what_it_then_shows(shop: Shop) -> None:
    test = page(q="mug")
    name, _, number = str(test.button_group(key="f-band").options[0]).partition(" :gray[")
    most = name.removeprefix("up to ").replace(",", "")
    test.button_group(key="f-band").set_value(f"..{most}")
    test = shown(test.run())
    assert test.query_params == {"q": "mug", "to": most}
    assert test.number_input(key="f-to").value == float(most)
    assert 0 < found(test) <= int(number.rstrip("]"))  # of the whole shop
    test.button_group(key="f-band").set_value(None)
    assert shown(test.run()).query_params == {"q": "mug"}

"""Chips under a mouse: what they count, what they narrow to, and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]


@pytest.fixture
def searched(visit: Visit, two_products: bytes) -> Visitor:
    """Results for the left one of two products, with the text read."""
    visitor = visit()
    visitor.upload(two_products)
    visitor.page.get_by_text("This very product").wait_for()
    return visitor


def chip(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(".st-key-chips button", has_text=name)


def test_a_chip_narrows_the_list_to_its_count_and_gives_it_back(searched: Visitor) -> None:
    page = searched.page
    cards = page.locator(".st-key-grid article.card")
    before = cards.count()
    bag = chip(searched, "bag")
    told = re.search(r"\d+", bag.inner_text())
    assert told
    expect(bag).to_have_attribute("aria-pressed", "false")
    bag.click()
    expect(chip(searched, "bag ×")).to_have_attribute("aria-pressed", "true")
    expect(cards).to_have_count(int(told[0]))
    expect(page.get_by_text(f"{told[0]} found")).to_be_visible()
    assert "tags=type%3Abag" in page.url
    chip(searched, "bag ×").click()
    expect(cards).to_have_count(before)
    assert "tags" not in page.url


def test_the_back_button_takes_a_chip_back(searched: Visitor) -> None:
    page = searched.page
    chip(searched, "bag").click()
    expect(chip(searched, "bag ×")).to_be_visible()
    page.go_back()
    expect(chip(searched, "bag ×")).to_have_count(0)
    expect(page.locator(".mark").first).to_be_visible()


def test_chips_are_reached_and_pressed_by_keyboard(searched: Visitor) -> None:
    first = searched.page.locator(".st-key-chips button").first
    first.focus()
    searched.page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(first).to_contain_text("×")


def test_a_hostile_tag_is_only_text(searched: Visitor) -> None:
    row = searched.page.locator(".st-key-chips")
    expect(row).to_contain_text("<script>")
    assert row.locator("script, a, strong, img").count() == 0
    assert searched.dialogs == []


def test_a_typed_price_becomes_a_chip_that_is_taken_back(searched: Visitor) -> None:
    page = searched.page
    words = page.get_by_label("Words")
    words.fill("до 2000 рублей")
    words.press("Enter")
    price = chip(searched, "до 2000 рублей ×")
    expect(price).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".st-key-grid article.card").nth(6)).to_have_count(0)
    price.click()
    expect(words).to_have_value("")
    expect(page.locator(".st-key-grid article.card").nth(6)).to_be_visible()

"""Typed words become bounds, wishes and refusals, in English and Russian."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.asked import Asked, understand


def wanted(asked: Asked) -> list[str]:
    return [one.tag_key for phrase in asked.wanted for one in phrase.any_of]


def refused(asked: Asked) -> list[str]:
    return [one.tag_key for phrase in asked.unwanted for one in phrase.any_of]


def named(asked: Asked) -> list[str]:
    return [word for phrase in asked.unwanted for word in phrase.named]


@pytest.mark.parametrize(
    ("words", "low", "high", "currency"),
    [
        ("under 50 €", None, 50, "EUR"),
        ("up to $30", None, 30, "USD"),
        ("20-40 eur", 20, 40, "EUR"),
        ("€20–40", 20, 40, "EUR"),
        ("cheaper than 15", None, 15, ""),
        ("between 40 and 20", 20, 40, ""),
        ("over 20 under 40", 20, 40, ""),
        ("price: 10-20", 10, 20, ""),
        ("30 € or less", None, 30, "EUR"),
        ("under $1,500", None, 1500, "USD"),
        ("under 19.99€", None, 19.99, "EUR"),
        ("no more than 30", None, 30, ""),
        ("not under 40 eur", 40, None, "EUR"),
        ("до 3000 руб", None, 3000, "RUB"),
        ("до 1 500 ₽", None, 1500, "RUB"),
        ("от 1000 до 2000 ₽", 1000, 2000, "RUB"),
        ("не дороже 500", None, 500, ""),
        ("дешевле 20 евро", None, 20, "EUR"),
        ("не дешевле 100", 100, None, ""),
        ("до 3 тыс", None, 3000, ""),
        ("до 3к рублей", None, 3000, "RUB"),
        ("по цене до 900 р.", None, 900, "RUB"),
        ("30 евро максимум", None, 30, "EUR"),
    ],
)
def test_prices_are_bounds(
    words: str, low: float | None, high: float | None, currency: str
) -> None:
    asked = understand(f"mug {words}")
    assert (asked.price_min, asked.price_max, asked.currency) == (low, high, currency)
    assert asked.words == "mug"
    assert {phrase.kind for phrase in asked.told} == {"wanted", "price"}


@pytest.mark.parametrize(
    "words",
    [
        "under 50 cm",
        "up to 15-inch",
        "from 2 to 3 l",
        "from 3 years",
        "128-256 gb",
        "size 20-40",
        "no more than 5 pieces",
        "RE16-TGK",
        "от 3 лет",
        "до 120 кг",
        "до 2 литров",
        "50 €",
        "No. 5",
    ],
)
def test_other_numbers_are_no_prices(words: str) -> None:
    asked = understand(words)
    assert (asked.price_min, asked.price_max) == (None, None)
    assert asked.words == words


@pytest.mark.parametrize("words", ["in stock", "only in stock", "в наличии", "только в наличии"])
def test_stock_is_a_wish(words: str) -> None:
    asked = understand(f"red, {words}")
    assert asked.in_stock_only
    assert asked.words == "red"


@pytest.mark.parametrize("words", ["out of stock", "not in stock", "нет в наличии", "stockings"])
def test_what_is_not_in_stock_is_no_such_wish(words: str) -> None:
    assert not understand(words).in_stock_only


@pytest.mark.parametrize(
    ("words", "keys", "left"),
    [
        ("the same but red", ["colour:red"], "red"),
        ("такой же, но красный", ["colour:red"], "красный"),
        ("тот же, только зелёный", ["colour:green"], "зелёный"),
        ("в клетку", ["pattern:checked"], "в клетку"),
        ("без узора", ["pattern:plain"], "без узора"),
        ("gold watch", ["colour:gold", "material:gold", "type:watch"], "gold watch"),
        ("not only red", ["colour:red"], "not red"),
        ("non-stick pan", ["type:pan"], "non-stick pan"),
    ],
)
def test_what_is_wanted_stays_among_the_words(words: str, keys: list[str], left: str) -> None:
    asked = understand(words)
    assert wanted(asked) == keys
    assert asked.words == left
    assert not asked.unwanted


@pytest.mark.parametrize(
    ("words", "keys", "things", "left"),
    [
        ("not red", ["colour:red"], [], ""),
        ("not red mug", ["colour:red"], [], "mug"),
        ("but no stripes", ["pattern:striped"], [], ""),
        ("anything but black or white", ["colour:black", "colour:white"], [], ""),
        ("white, not black, leather", ["colour:black"], [], "white, leather"),
        ("without black stripes", ["pattern:striped"], [], ""),
        ("mug without a handle", [], ["handle"], "mug"),
        ("without a wooden handle", [], ["wooden handle"], ""),
        ("without a handle, red", [], ["handle"], "red"),
        ("without a handle or lid", [], ["handle", "lid"], ""),
        ("bear without a scarf", [], ["scarf"], "bear"),
        ("not wired", [], ["wired"], ""),
        ("кружка без ручки", [], ["ручки"], "кружка"),
        ("кроме чёрных и белых", ["colour:black", "colour:white"], [], ""),
        ("не красный и не синий", ["colour:red", "colour:blue"], [], ""),
        ("не в полоску", ["pattern:striped"], [], ""),
        ("не деревянный стул", ["material:wood"], [], "стул"),
        ("из кожи, кроме чёрных", ["colour:black"], [], "из кожи"),
    ],
)
def test_what_is_refused_leaves_the_words(
    words: str, keys: list[str], things: list[str], left: str
) -> None:
    asked = understand(words)
    assert (refused(asked), named(asked), asked.words) == (keys, things, left)
    assert not set(wanted(asked)) & set(keys)


def test_a_phrase_can_be_taken_back_alone() -> None:
    asked = understand("such a mug, but not red or blue, under 20 €, in stock")
    by_kind = {phrase.kind: phrase for phrase in asked.told}
    without_price = understand(asked.without(by_kind["price"]))
    assert without_price.price_max is None
    assert without_price.in_stock_only
    assert refused(without_price) == ["colour:red", "colour:blue"]
    without_refusal = understand(asked.without(by_kind["unwanted"]))
    assert not without_refusal.unwanted
    assert wanted(without_refusal) == ["type:mug"]
    assert without_refusal.price_max == 20


PIECES = st.sampled_from(
    [
        *("under", "not", "no", "without", "in", "stock", "the", "same", "but", "and", "or"),
        *("без", "не", "кроме", "до", "от", "дешевле", "в", "наличии", "такой", "же", "и", "или"),
        *("red", "красный", "stripes", "полоску", "mug", "50", "20-40", "€", "руб", "1,7", "л"),
        *(",", ".", "-", "(", "\u00a0", "İ", "½", "’"),
    ]
)


@example("0 ,/SAME")
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join)))
def test_any_text_is_understood_in_parts_that_stand_in_it(words: str) -> None:
    asked = understand(words)
    at = 0
    for phrase in asked.phrases:
        assert at <= phrase.start < phrase.end <= len(words)
        assert words[phrase.start : phrase.end] == phrase.text
        at = phrase.end
    outside = list(words)
    for phrase in asked.phrases:
        if phrase.kind != "wanted":
            outside[phrase.start : phrase.end] = " " * (phrase.end - phrase.start)
    left, around = (re.split(r"[\s,;]+", text) for text in (asked.words, "".join(outside)))
    assert not set(left) - set(around) - {""}


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_a_phrase_that_was_taken_back_is_gone(words: str) -> None:
    asked = understand(words)
    for phrase in asked.told:
        left = asked.without(phrase)
        assert len(left) <= len(words) - len(phrase.text)
        outside = words[: phrase.start] + " " + words[phrase.end :]
        assert left.replace(",", " ").split() == outside.replace(",", " ").split()


def test_a_very_long_text_stays_cheap_and_whole() -> None:
    long = "не " * 20_000 + "красный"
    asked = understand(long)
    assert asked.words.endswith("красный")
    assert not asked.wanted


def test_of_a_thing_and_its_kind_the_one_that_is_named_is_meant() -> None:
    assert wanted(understand("настенные часы")) == ["type:wall clock"]
    assert refused(understand("только не будильник")) == ["type:alarm clock"]
    assert wanted(understand("clock")) == ["type:clock"]


def test_a_word_for_clocks_and_watches_asks_for_either() -> None:
    assert wanted(understand("часы")) == ["type:clock", "type:watch"]
    assert refused(understand("не часы")) == ["type:clock", "type:watch"]
    assert wanted(understand("наручные часы")) == ["type:watch"]
    assert wanted(understand("настольные часы")) == ["type:clock"]
    assert wanted(understand("watch")) == ["type:watch"]


@pytest.mark.parametrize(
    ("words", "relation"),
    [
        ("the same but cheaper", "cheaper"),
        ("a bit cheaper than this one", "cheaper"),
        ("less expensive", "cheaper"),
        ("подешевле", "cheaper"),
        ("намного дешевле, чем эта", "cheaper"),
        ("не такая дорогая", "cheaper"),
        ("not more expensive", "at most"),
        ("не дороже", "at most"),
        ("не дешевле этой", "at least"),
        ("pricier", "dearer"),
        ("чуть подороже", "dearer"),
        ("a bit darker", "darker"),
        ("in a darker colour", "darker"),
        ("a darker one", "darker"),
        ("чуть темнее, чем эта", "darker"),
        ("потемнее", "darker"),
        ("the same but lighter", "lighter"),
        ("a lighter shade than this one", "lighter"),
        ("в более светлом цвете", "lighter"),
        ("bigger", "size"),
        ("побольше", "size"),
    ],
)
def test_what_compares_with_the_product_shown_is_a_comparison(words: str, relation: str) -> None:
    asked = understand(f"mug, {words}")
    assert [p.relation for p in asked.told if p.kind == "comparison"] == [relation]
    assert asked.words == "mug"
    assert asked.sizes == (relation == "size")
    assert asked.comparisons == (() if relation in ("size", *asked.shades) else (relation,))
    assert asked.shades == ((relation,) if relation in ("darker", "lighter") else ())


@pytest.mark.parametrize(
    "words",
    [
        "cheaper than 20 €",
        "дешевле 20 евро",
        "cheaper than the red one",
        "уже",
        "дорогая",
        "a lighter",
        "gas lighter",
        "lighter weight",
        "darker than the red one",
        "dark blue",
        "тёмно-синий",
    ],
)
def test_what_compares_with_something_else_is_none(words: str) -> None:
    asked = understand(words)
    assert not asked.comparisons
    assert not asked.shades
    assert not understand(words).sizes

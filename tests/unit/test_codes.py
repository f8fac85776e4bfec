"""Codes among words: found as printed, surest first, and nothing that only looks like one."""

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.types import Box, TextLine
from pipelines.codes import MOST, SHORTEST, codes, typed_codes, valid_gtin
from pipelines.stores.protocol import normal_code


def lines(*texts: str) -> list[TextLine]:
    return [TextLine(text=text, score=1.0, box=Box(0, 0, 1, 1)) for text in texts]


def gtin(body: str) -> str:
    weighted = sum(int(digit) * (1 if n % 2 else 3) for n, digit in enumerate(reversed(body)))
    return body + str(-weighted % 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RE16-TGK", "RE16-TGK"),
        ("RE16 TGK", "RE16 TGK"),
        ("Art. 4820024700016", "4820024700016"),
        ("4 820024 700016", "4820024700016"),
        ("978-3-16-148410-0", "9783161484100"),
        ("Артикул: 12345678", "12345678"),
        ("код товара 804512", "804512"),
        ("Art 803 045 53", "803 045 53"),
        ("803.045.53", "803.045.53"),
        ("Ref: 0011/302", "0011/302"),
        ("Sony WH-1000XM5 black", "WH-1000XM5"),
        ("B08N5WRWNW", "B08N5WRWNW"),
        ("Nr 4510", "4510"),
        ("(SKU: TX-200)", "TX-200"),
    ],
)
def test_a_code_is_found_as_printed(text, expected):
    assert expected in codes(lines(text))


@pytest.mark.parametrize(
    "text",
    [
        "5 990 ₽",
        "5 990 P",
        "59900 руб.",
        "$19.99",
        "19.99",
        "19,99 €",
        "1 299,00 kr",
        "1,299.00",
        "EUR 12999",
        "12.05.2024",
        "2024-05-12",
        "12 May 2024",
        "12MAY2024",
        "May 12, 2024",
        "EXP 12/25",
        "20240512",
        "2024",
        "2023/24",
        "500 g",
        "500g",
        "1500 ml",
        "6 x 330 ml",
        "1080p",
        "20x30x40 cm",
        "1920x1080",
        "1000 шт",
        "50%",
        "12,5 %",
        "+7 (495) 123-45-67",
        "8 800 555-35-35",
        "555-123-4567",
        "(020) 7946 0958",
        "tel 12345678",
        "www.shop24.com",
        "sale2024@example.org",
        "21:30",
        "100th anniversary",
        "12.500",
        "11111111",
        "PACK 6 EGGS",
        "red ceramic mug",
        "",
    ],
)
def test_what_only_looks_like_a_code_is_none(text):
    assert codes(lines(text)) == ()


def test_a_label_may_end_one_line_and_its_code_begin_the_next():
    assert codes(lines("Item", "4510")) == ("4510",)
    assert codes(lines("Blue", "4510")) == ()


def test_the_surest_code_comes_first():
    found = codes(lines("987654", "RE16-TGK", "4820024700016", "SKU 5512"))
    assert found == ("5512", "4820024700016", "RE16-TGK", "987654")


def test_one_code_printed_twice_is_one_code():
    assert codes(lines("RE16-TGK", "re16tgk")) == ("RE16-TGK",)


def test_a_wrong_check_digit_is_no_barcode():
    assert valid_gtin("4820024700016")
    assert not valid_gtin("4820024700017")
    assert not valid_gtin("00000000")
    assert not valid_gtin("٤٨٢٠٠٢٤٧")


@given(
    st.sampled_from([7, 11, 12, 13]).flatmap(
        lambda n: st.text(string.digits, min_size=n, max_size=n)
    )
)
def test_every_barcode_with_its_check_digit_is_valid_and_no_neighbour_is(body):
    whole = gtin(body)
    wrong = whole[:-1] + str((int(whole[-1]) + 1) % 10)
    assert valid_gtin(whole) == (len(set(whole)) > 1)
    assert not valid_gtin(wrong)


@given(st.text(string.digits, min_size=12, max_size=12).filter(lambda body: len(set(body)) > 1))
def test_a_labelled_barcode_is_always_found(body):
    assert gtin(body) in typed_codes(f"EAN: {gtin(body)}")


ANOTHER_MEANING = re.compile(
    r"EUR|USD|GBP|RUB|UAH|KZT|BYN|PLN|SEK|NOK|DKK|CHF|CZK|HUF|RON|TRY|JPY|CNY|INR|BR|Z[LŁ]|K[RČ]|FT|"
    r"JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|TEL|FAX|CALL"
)
"""What makes digits a price, a date or a telephone number, even behind a label."""


@given(
    letters=st.text(string.ascii_uppercase, min_size=2, max_size=4).filter(
        lambda letters: not ANOTHER_MEANING.match(letters)
    ),
    digits=st.text(string.digits, min_size=3, max_size=6),
    separator=st.sampled_from(["-", "/", ".", ""]),
)
def test_letters_and_digits_behind_a_label_are_found(letters, digits, separator):
    code = f"{letters}{separator}{digits}"
    assert normal_code(code) in {normal_code(found) for found in typed_codes(f"Art. {code}")}


@given(
    amount=st.integers(1, 999_999),
    cents=st.integers(0, 99),
    sign=st.sampled_from(["₽", "€", "$", "руб.", "UAH", "zł", "kr"]),
    thousands=st.sampled_from(["", " ", " ", "'"]),
)
def test_no_price_is_a_code(amount, cents, sign, thousands):
    grouped = f"{amount:,}".replace(",", thousands)
    assert typed_codes(f"{grouped} {sign}") == ()
    assert typed_codes(f"{grouped}.{cents:02} {sign}") == ()
    assert typed_codes(f"{grouped},{cents:02}{sign}") == ()


@given(
    st.dates(), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%y", "%Y", "%d %b %Y", "%Y%m%d"])
)
def test_no_date_from_1900_to_2099_is_a_code(date, shape):
    date = date.replace(year=1900 + date.year % 200, day=min(date.day, 28))
    assert typed_codes(date.strftime(shape)) == ()


@given(st.integers(1, 99_999), st.sampled_from(["g", "kg", "ml", "cm", "W", "mAh", "шт", "г", "%"]))
def test_no_measure_is_a_code(amount, unit):
    assert typed_codes(f"{amount} {unit}") == ()
    assert typed_codes(f"{amount}{unit}") == ()


@given(st.lists(st.text(max_size=60), max_size=40))
@example(["AB12-34CD " * 60])
@example([f"AB{n}CD{n}" for n in range(40)])
def test_any_text_gives_few_codes_each_of_them_comparable(texts):
    found = codes(lines(*texts))
    assert len(found) <= MOST
    plain = [normal_code(code) for code in found]
    assert len(set(plain)) == len(plain)
    for code in plain:
        assert len(code) >= SHORTEST
        assert any(character.isdigit() for character in code)
        assert not code.isspace()


@pytest.mark.parametrize("misread", ["RE16-TGK", "re16 tgk", "REI6-TGK", "RE16-ТGК", "RE16TGK"])
def test_look_alike_signs_make_the_same_code(misread):
    assert normal_code(misread) == normal_code("RE16-TGK")


def test_different_codes_stay_different():
    assert len({normal_code(code) for code in ("RE16-TGK", "RE17-TGK", "RE16-TGX", "RE16")}) == 4

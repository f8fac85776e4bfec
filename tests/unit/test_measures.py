"""Quantities meet however they are written."""

import pytest

from pipelines.measures import measure_tokens, measures


@pytest.mark.parametrize(
    "written",
    [
        ("1,7 л", "1.7 l", "1700 ml", "1700мл", "1.7 litres", "1,7-литровый"),
        ("15 inch", "15-inch", "15in", "15 дюймов", '15"', "38.1 cm", "381 мм"),
        ("2.2 kW", "2200W", "2200 ватт", "2,2 кВт"),
        ("0.5 kg", "500 g", "500 грамм"),
        ("1 TB", "1000 ГБ"),
    ],
)
def test_one_quantity_has_one_token(written: tuple[str, ...]) -> None:
    assert len({tuple(measure_tokens(text)) for text in written}) == 1
    assert measure_tokens(written[0])


@pytest.mark.parametrize(
    "text", ["3 in 1", "20 in stock", "RE16-TGK", "A4", "size 5", "½ l", "1/2 l", "MUG-1L-X", "5"]
)
def test_other_numbers_are_no_quantities(text: str) -> None:
    assert measure_tokens(text) == []


def test_a_size_in_two_directions_tells_the_last() -> None:
    assert measure_tokens("40x60 cm") == ["600mm"]


def test_a_quantity_knows_where_it_stands() -> None:
    text = "kettle 1,7\u00a0л"
    (found,) = measures(text)
    assert text[found.start : found.end] == "1,7\u00a0л"

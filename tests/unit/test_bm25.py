"""Words become the same tokens however a shop and a shopper write them."""

import pytest

from pipelines.stores import bm25


def shared(document: str, query: str) -> int:
    return len(set(bm25.document(document).indices) & set(bm25.query(query).indices))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RE16-TGK", ["re16tgk", "re16", "tgk"]),
        ("Чайник 1,7 л", ["чайник", "1.7", "л", "1700ml"]),
        ("1.7L", ["1.7", "l", "1700ml"]),
        ("Ёлка_ёлка", ["елка", "елка"]),
        ("USB-C, 16/9!", ["usbc", "usb", "c", "169", "16", "9"]),
        ("ﬁne ＡＢ", ["fine", "ab"]),
        ("  … — !", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert bm25.tokens(text) == expected


@pytest.mark.parametrize(
    ("document", "query"),
    [
        ("красная кружка", "красные кружки"),
        ("two mugs", "MUG"),
        ("чайники электрические", "электрический чайник"),
        ("kettle 1,7", "1.7"),
        ("kettle 1.7L", "чайник 1700 мл"),
        ("экран 15 дюймов", "38.1 cm"),
        ("RE16-TGK", "re16 tgk"),
        ("RE16TGK", "RE16-TGK"),
        ("ёжик", "ежик"),
    ],
)
def test_forms_of_a_word_meet(document: str, query: str) -> None:
    assert shared(document, query) > 0


@pytest.mark.parametrize(
    ("document", "query"),
    [("1,7", "17"), ("the and with", "the"), ("и на с", "и"), ("RE16-TGK", "RE17"), ("", "a b")],
)
def test_what_only_looks_alike_does_not(document: str, query: str) -> None:
    assert shared(document, query) == 0


def test_a_word_said_often_weighs_more_but_ever_less_so() -> None:
    weights = [bm25.document(" ".join(["mug"] * times)).values[0] for times in (1, 2, 4)]
    assert weights == sorted(weights)
    assert weights[2] - weights[1] < weights[1] - weights[0]


def test_a_long_text_damps_its_words() -> None:
    short = bm25.document("mug")
    long = bm25.document("mug " + " ".join(f"word{number}" for number in range(80)))
    assert dict(zip(long.indices, long.values, strict=True))[short.indices[0]] < short.values[0]


def test_a_query_counts_each_word_once() -> None:
    assert bm25.query("mug mug mugs").values == (1.0,)
    assert not bm25.query("")

"""The page's parts that need no page: addresses, amounts, words, what browsers send."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.address import Question, parameters, parse
from app.amounts import ago, money
from app.closeness import closeness, scale_of
from app.crop_widget import Choice, choice_of
from app.notices import explained, sentence
from app.page_events import given_picture
from app.plain_text import markdown_plain
from app.words import EN, LANGUAGES, RU, Words, words_for
from models.adaptation import AdaptationHead, CosineScale
from models.errors import (
    BadPicture,
    BadQuery,
    FetchRefused,
    IndexMissing,
    ShopLensError,
    TaggingFailed,
)
from models.types import Box
from models.whole_picture import NOT_HERE, TURNED_OFF
from pipelines.asked import Unmet
from pipelines.catalog_types import Money
from pipelines.cosine_scales import SCALES
from pipelines.reasons import UNMET
from pipelines.search_types import Candidate, Evidence, Reason, ScorePart

# What browsers send, and what they might.
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


def choice(value: object) -> Choice | None:
    return choice_of(value, photo="p", width=100, height=60)


def test_a_question_survives_its_address() -> None:
    question = Question(
        words="red mug",
        product="id/7",
        in_stock_only=True,
        price_min=10.5,
        price_max=99.0,
        category="Home > Mugs",
        brand="Nord",
        tags=("colour:red", "feature:1,5 l, 100%"),
        without_tags=("pattern:в клетку",),
        balance=0.8,
        order="cheap",
        language="ru",
    )
    assert parse(parameters(question)) == question
    assert parameters(Question()) == {}
    assert question.unfiltered().narrowed(question.where) == question


def test_addresses_of_earlier_versions_still_lead_there() -> None:
    asked = parse({"q": "mug", "stock": "1", "from": "5", "category": "Home", "sort": "cheap"})
    assert asked == Question(
        "mug", in_stock_only=True, price_min=5.0, category="Home", order="cheap"
    )
    assert asked.tags == ()


def test_tags_that_make_no_sense_are_left_out_of_an_address() -> None:
    asked = parse({"tags": "colour:red,nonsense,price:3,colour:,,colour:red", "balance": "7"})
    assert asked.tags == ("colour:red",)
    assert asked.balance == Question().balance
    assert len(parse({"tags": ",".join(f"style:{i}" for i in range(999))}).tags) == 24


ADDRESSED = st.sampled_from(["q", "from", "to", "stock", "sort", "lang", "tags", "balance"])


@given(st.dictionaries(ADDRESSED, st.text()))
def test_no_address_is_an_error(asked: dict[str, str]) -> None:
    question = parse(asked)
    assert question.price_min is None or question.price_min >= 0
    assert question.order in ("match", "cheap", "dear")
    assert len(question.words) <= 300
    assert 0 <= question.balance <= 1


def test_a_box_of_another_photo_is_ignored() -> None:
    assert choice({"photo": "other", "region": 1, "box": None}) is None
    assert choice({"photo": "p", "region": 1, "box": None}) == Choice(region=1)
    assert choice({"photo": "p", "region": None, "box": None}) == Choice()


def test_a_box_is_cut_to_the_photo_and_never_smaller_than_a_model_sees() -> None:
    sent = {"photo": "p", "region": None, "box": [-5, -5, 300, 30.7]}
    assert choice(sent) == Choice(box=Box(0, 0, 100, 30))
    assert choice({"photo": "p", "region": None, "box": [10, 10, 12, 40]}) is None


@given(VALUES)
def test_whatever_a_browser_sends_is_no_error(value: object) -> None:
    assert choice(value) is None
    made = choice({"photo": "p", "region": value, "box": None})
    assert made is None or made.region is None or isinstance(made.region, int)
    boxed = choice({"photo": "p", "region": None, "box": value})
    assert boxed is None or boxed.box is None or boxed.box.right <= 100
    assert given_picture(value) is None


def test_a_pasted_picture_keeps_its_bytes_and_bad_base64_is_refused() -> None:
    given = given_picture({"name": "a.png", "base64": "aGk=", "bytes": 2})
    assert given is not None
    assert given.data == b"hi"
    assert given_picture({"name": "a.png", "base64": "!!", "bytes": 2}) is None


@pytest.mark.parametrize(
    ("amount", "locale", "written"),
    [
        (Money(5990, "RUB"), "ru", "5\u00a0990\u00a0₽"),
        (Money(5990, "RUB"), "en", "RUB\u00a05,990"),
        (Money(19.99, "EUR"), "en", "€19.99"),
        (Money(19.5, "EUR"), "ru", "19,50\u00a0€"),
        (Money(1200, "JPY"), "en", "¥1,200"),
        (Money(12.5), "en", "12.50"),
        (Money(7, "nonsense"), "en", "nonsense\u00a07"),
    ],
)
def test_money_by_language(amount: Money, locale: str, written: str) -> None:
    assert money(amount, locale).replace("\u202f", "\u00a0") == written


def test_ages_are_told_and_nonsense_is_left_out() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert ago("2026-03-01T09:00:00+00:00", "en", now) == "3 hours ago"
    assert ago("yesterday-ish", "en", now) == ""


def test_russian_counts() -> None:
    told = [RU.shop_size.of(n, "ru") for n in (1, 2, 5, 21)]
    assert told == ["1 товар", "2 товара", "5 товаров", "21 товар"]
    assert EN.shop_size.of(1, "en") == "1 product"


def test_the_asked_language_wins_over_the_browsers() -> None:
    assert words_for("ru", "en-GB") is RU
    assert words_for("", "ru-RU") is RU
    assert words_for("tlh", "fr-FR") is EN
    assert words_for("", None) is EN


def test_every_language_says_everything() -> None:
    for words in LANGUAGES.values():
        said = [getattr(words, field.name) for field in fields(words)]
        assert not [value for value in said if value in ("", ())]
        assert words.closeness.keys() == EN.closeness.keys()
        assert words.evidence.keys() == EN.evidence.keys()
        assert words.unmet.keys() == UNMET.keys() == set(get_args(Unmet))


def kinds_of(error: type[ShopLensError]) -> list[type[ShopLensError]]:
    return [error, *(kind for each in error.__subclasses__() for kind in kinds_of(each))]


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("kind", kinds_of(ShopLensError))
def test_a_shopper_reads_neither_paths_nor_commands_of_the_server(
    kind: type[ShopLensError], words: Words
) -> None:
    reason = {"reason": "x"} if kind is TaggingFailed else {}
    error = kind("/srv/shop/index is gone", remedy="run `shoplens doctor`", **reason)
    if isinstance(error, (BadPicture, FetchRefused, BadQuery)):
        return  # about what the shopper gave, in words for the shopper
    told = " ".join(explained(error, words))
    assert "/srv" not in told
    assert "doctor" not in told
    assert ("`shoplens index FEED`" in told) == (kind is IndexMissing)


def test_what_a_shopper_gave_is_explained_in_either_language() -> None:
    assert explained(BadPicture("x", remedy="y"), EN) == ("x", "y")
    assert explained(BadPicture("x", remedy="y"), RU) == RU.errors["BadPicture"]
    heavy = BadPicture("x", remedy="y", reason="too large")
    assert explained(heavy, RU) == RU.errors["BadPicture: too large"]
    phone = BadPicture("x", remedy="y", reason="HEIC")
    assert explained(phone, EN) == EN.errors["BadPicture: HEIC"]
    assert explained(phone, RU) == RU.errors["BadPicture: HEIC"]
    gone = BadQuery("the index has no product 'x'", remedy="y", reason="no such product")
    assert explained(gone, EN) == EN.errors["BadQuery: no such product"]
    assert explained(gone, RU) == RU.errors["BadQuery: no such product"]


@pytest.mark.parametrize("note", [TURNED_OFF, NOT_HERE])
def test_what_a_missing_detector_means_is_said_in_russian(note: str) -> None:
    assert note in RU.notes
    assert RU.notes[note] != note


def test_messages_are_escaped_and_commands_are_code() -> None:
    assert sentence("run `shoplens <x>` now") == "Run <code>shoplens &lt;x&gt;</code> now"
    assert sentence("a lone ` <b>") == "A lone ` &lt;b&gt;"
    assert sentence("shoes.jpg: too large") == "shoes.jpg: too large"


@given(st.text(max_size=200))
def test_strange_words_are_only_words_in_markdown(text: str) -> None:
    plain = markdown_plain(text)
    assert "\n" not in plain
    for special in "*_[]`<$:":
        assert all(plain[at - 1] == "\\" for at, sign in enumerate(plain) if sign == special and at)
        assert not plain.startswith(special)


def test_a_head_brings_its_own_scale_and_one_without_claims_nothing() -> None:
    def looks(cosine: float) -> Candidate:
        return Candidate("a", (Evidence("image", 1, cosine),))

    numbers = np.eye(3, dtype=np.float32)
    head = AdaptationHead("m", numbers[0], numbers, (), numbers[:0], 1.0)
    told = replace(head, scale=CosineScale(-0.1, 0.1, 0.3))
    assert closeness(looks(0.35), scale_of("lite", None)).word == "similar"
    assert closeness(looks(0.35), scale_of("lite", told)).word == "very"
    assert closeness(looks(0.9), scale_of("lite", head)).word == "looks"
    assert closeness(looks(-0.5), scale_of("lite", head)).share > 0
    assert scale_of("a new profile", None) is not None


def test_without_colours_a_lower_cosine_is_as_close() -> None:
    near = Candidate("a", (Evidence("image", 1, 0.35),))
    assert closeness(near, scale_of("lite", None)).word == "similar"
    assert closeness(near, scale_of("lite", None, colourless=True)).word == "close"
    assert scale_of("siglip2", None, colourless=True) == scale_of("siglip2", None)
    numbers = np.eye(3, dtype=np.float32)
    head = AdaptationHead("m", numbers[0], numbers, (), numbers[:0], 1.0, CosineScale(0, 0.1, 0.3))
    assert scale_of("lite", head) is not None
    assert scale_of("lite", head, colourless=True) is None


def test_closeness_is_of_looks_unless_a_number_matches() -> None:
    def found(*evidence: Evidence) -> Candidate:
        return Candidate("1", evidence)

    assert closeness(found(Evidence("image", 1, 0.9)), SCALES["lite"]).word == "very"
    assert closeness(found(Evidence("image", 1, 0.3)), SCALES["lite"]).word == "similar"
    assert closeness(found(Evidence("image", 1, 0.1)), SCALES["lite"]).word == "far"
    assert closeness(found(Evidence("words", 1, 3.0)), SCALES["lite"]).word == "words"
    assert closeness(found(Evidence("text", 1, 0.5)), SCALES["lite"]).word == "meaning"
    assert closeness(found(Evidence("text", 1, 0.3)), SCALES["lite"]).word == "far"
    both = found(Evidence("image", 9, 0.1), Evidence("code", 1, 1.0))
    assert closeness(both, SCALES["lite"]).word == "exact"
    printed = replace(
        found(Evidence("image", 1, 0.1)),
        parts=(ScorePart("print", 0.2, Reason.of("print", count=8)),),
    )
    assert closeness(printed, SCALES["lite"]).word == "print"
    shares = [
        closeness(found(Evidence("image", 1, cosine / 10)), SCALES["lite"]).share
        for cosine in range(11)
    ]
    assert shares == sorted(shares)

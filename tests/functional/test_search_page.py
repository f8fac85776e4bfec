"""The page's states, as Streamlit draws them, over a drawn shop."""

import io
from dataclasses import replace

import numpy as np
import pytest
from page_under_test import (
    BLUE_MUG_AND_RED_BAG,
    html,
    page,
    shown,
    titles,
    upload,
    widget,
)
from PIL import ExifTags, Image

from models.errors import StaleIndex
from pipelines.search_types import Candidate, SearchResult
from tests.fakes.shop import NASTY, Shop


def test_an_empty_page_invites_and_tells_the_shops_size(shop: Shop) -> None:
    test = page()
    assert "Drop, paste or choose a picture" in html(test)
    assert "24 products" in html(test)
    assert "never stored" in html(test)
    assert "shoplens index" not in html(test)


def test_without_an_index_the_page_names_the_command_that_makes_one(empty_shop: Shop) -> None:
    test = page()
    assert "<code>shoplens index FEED</code>" in html(test)
    assert "Traceback" not in html(test)


def test_a_picture_is_kept_where_there_is_no_index(empty_shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    assert 'role="alert"' in html(test)
    assert widget(test)["width"] == 800


def test_the_likeliest_product_is_already_searched(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    assert titles(test)[0] == "Blue mug"
    assert widget(test)["chosen"] == [40, 40, 360, 360]
    assert widget(test)["marks"] == [
        {"box": [40, 40, 360, 360], "region": 0, "label": "mug"},
        {"box": [440, 40, 760, 360], "region": 1, "label": ""},
    ]
    assert "no product detector" not in html(test).lower()


def test_results_do_not_wait_for_the_text_and_exact_hits_come_first_once_it_lands(
    shop: Shop,
) -> None:
    shop.reader.text = "LAMP-green-1"
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    assert titles(test)[0] == "Blue mug"
    assert "Reading text" in html(test)
    assert "This very product" not in html(test)
    shop.reader.go.set()
    shop.engine._aside.submit(lambda: None).result(timeout=20)  # the one worker is done reading
    test = shown(test.run())
    assert titles(test)[0] == "Green lamp"
    assert "This very product · read “LAMP-green-1”" in html(test)
    assert "Reading text" not in html(test)


def test_a_repeated_question_runs_no_model(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    seen = len(shop.embedder.embedded)
    test.button(key="whole").click()
    shown(test.run())
    assert len(shop.embedder.embedded) == seen


def test_every_product_gets_a_rail(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    test.button(key="every").click()
    test = shown(test.run())
    assert "Product 1" in html(test)
    assert "Product 2" in html(test)
    assert {"Blue mug", "Red bag"} <= set(titles(test))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "file is empty"),
        (b"GIF, or so it says", "not a picture"),
        (BLUE_MUG_AND_RED_BAG[:300], "damaged"),
        (b"%PDF-1.7 and so on", "a PDF document"),
    ],
)
def test_a_bad_picture_says_what_to_do_and_loses_nothing(
    shop: Shop, data: bytes, told: str
) -> None:
    test = upload(page(), data, "holiday.png")
    assert told in html(test)
    assert html(test).count('role="alert"') == 1
    assert titles(test) == []
    good = upload(test, BLUE_MUG_AND_RED_BAG)
    assert 'role="alert"' not in html(good)
    assert titles(good)[0] == "Blue mug"


def test_an_address_that_is_not_there_says_so(shop: Shop) -> None:
    test = page()
    next(f for f in test.text_input if str(f.key).startswith("address-")).set_value(
        "http://nowhere.example/a.png"
    )
    test = shown(test.run())
    assert "cannot be fetched" in html(test)
    assert "Check the address" in html(test)


def test_an_address_of_a_picture_is_searched(shop: Shop) -> None:
    test = page()
    next(f for f in test.text_input if str(f.key).startswith("address-")).set_value(
        "https://pictures.example/bag.png"
    )
    assert titles(shown(test.run()))[0] == "Green bag"


def test_the_camera_is_off_until_it_is_asked_for(shop: Shop) -> None:
    test = page()
    assert not test.camera_input
    test.button(key="camera-way").click()
    test = shown(test.run())
    assert len(test.camera_input) == 1
    test.button(key="camera-way").click()
    assert not shown(test.run()).camera_input


def test_words_alone_search_and_stand_in_the_address(shop: Shop) -> None:
    test = page()
    test.text_input(key="words").set_value("yellow lamp")
    test = shown(test.run())
    assert titles(test)[0] == "Yellow lamp"
    assert test.query_params == {"q": "yellow lamp"}
    assert titles(page(q="yellow lamp"))[0] == "Yellow lamp"


def test_words_refine_a_picture(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    before = titles(test).index("Orange mug")
    test.text_input(key="words").set_value("orange mug")
    test = shown(test.run())
    assert titles(test).index("Orange mug") < before
    assert widget(test)["chosen"] == [40, 40, 360, 360]


def test_more_like_this_is_an_address_and_leads_back_to_the_picture(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    test.button(key="like-0").click()
    test = shown(test.run())
    assert test.query_params == {"product": "mug-blue"}
    assert "More like this" in html(test)
    assert "Blue mug" not in titles(test)
    test.button(key="back").click()
    test = shown(test.run())
    assert test.query_params == {}
    assert titles(test)[0] == "Blue mug"


def test_a_product_that_left_the_shop_is_told_plainly(shop: Shop) -> None:
    test = page(product="gone")
    assert "This product is not here any more." in html(test)
    assert 'role="alert"' in html(test)


def test_filters_hold_in_the_results_and_in_the_address(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    assert "Sold out" in html(test)
    test.toggle(key="f-stock").set_value(True)
    test = shown(test.run())
    assert "Sold out" not in html(test)
    assert test.query_params == {"stock": "1"}
    test.selectbox(key="f-category").select("Fashion > Bags")
    test = shown(test.run())
    assert all(title.endswith("bag") for title in titles(test))
    assert test.query_params == {"stock": "1", "category": "Fashion > Bags"}


def test_nothing_found_says_so_and_offers_a_way_out(shop: Shop) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)
    test.number_input(key="f-to").set_value(1.0)
    test = shown(test.run())
    assert titles(test) == []
    assert "Nothing like it here" in html(test)
    test.button(key="nothing-clear").click()
    assert titles(shown(test.run()))[0] == "Blue mug"


def test_prices_sort_both_ways(shop: Shop) -> None:
    assert titles(page(q="mug", sort="cheap", category="Home > Mugs"))[0] == "Red mug"
    assert titles(page(q="mug", sort="dear", category="Home > Mugs"))[0] == "Black mug"


def test_an_address_with_nonsense_is_no_error(shop: Shop) -> None:
    test = page(q="mug", sort="sideways", **{"from": "nan", "to": "-3", "lang": "tlh"})
    assert titles(test)
    assert 'role="alert"' not in html(test)


def test_russian_by_the_browser_and_by_the_switch(shop: Shop) -> None:
    assert "Перетащите" in html(page("ru-RU"))
    test = page("en-US", q="mug")
    assert "RUB" in html(test)
    test.button(key="language").click()
    test = shown(test.run())
    assert test.query_params == {"q": "mug", "lang": "ru"}
    assert "В наличии" in html(test)
    assert "₽" in html(test)


def test_errors_speak_russian(shop: Shop) -> None:
    test = upload(page("ru-RU"), b"no picture")
    assert "не удалось открыть" in html(test)


def test_an_index_of_other_models_keeps_the_picture(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    test = upload(page(), BLUE_MUG_AND_RED_BAG)

    def refuse(*_: object, **__: object) -> None:
        raise StaleIndex("the index was built with a, this query uses b", remedy="run `it` again")

    lens = shop.engine.lens()
    lens.search = refuse  # type: ignore[method-assign, assignment]
    test.button(key="whole").click()
    test = shown(test.run())
    assert "The search does not work right now." in html(test)
    assert "this query uses b" not in html(test)
    assert "the index was built with a, this query uses b" in caplog.text
    assert "Run <code>it</code> again" not in html(test)
    assert widget(test)["width"] == 800


def test_what_a_feed_says_is_never_markup(shop: Shop) -> None:
    test = page(q="black lamp")
    assert "&lt;script&gt;" in titles(test)[0]
    assert NASTY not in html(test)
    assert 'href="javascript:' not in html(test)


def odd_pictures() -> dict[str, bytes]:
    """Good pictures of the kinds that trip programs over."""
    grey = Image.fromarray(np.linspace(0, 65535, 64 * 64).astype(np.uint16).reshape(64, 64))
    palette = Image.new("P", (40, 40), 1)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    made: dict[str, tuple[Image.Image, str, dict[str, object]]] = {
        "1x1": (Image.new("RGB", (1, 1)), "PNG", {}),
        "16-bit": (grey, "PNG", {}),
        "CMYK": (Image.new("CMYK", (50, 40), (9, 99, 0, 0)), "JPEG", {}),
        "palette": (palette, "PNG", {"transparency": 1}),
        "turned": (Image.new("RGB", (60, 30)), "JPEG", {"exif": turned}),
        "animated": (frames[0], "GIF", {"save_all": True, "append_images": frames[1:]}),
        "thin": (Image.new("RGB", (2000, 2)), "PNG", {}),
    }
    pictures = {}
    for name, (image, kind, options) in made.items():
        out = io.BytesIO()
        image.save(out, kind, **options)
        pictures[name] = out.getvalue()
    return pictures


@pytest.mark.parametrize(("name", "data"), odd_pictures().items(), ids=odd_pictures())
def test_odd_pictures_are_searched_like_any_other(shop: Shop, name: str, data: bytes) -> None:
    test = upload(page(), data, name)
    assert len(titles(test)) == 24
    assert 'role="alert"' not in html(test)
    if name == "turned":
        assert (widget(test)["width"], widget(test)["height"]) == (30, 60)


def test_sixty_megapixels_are_refused_from_the_header(shop: Shop) -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(out, "PNG")
    test = upload(page(), out.getvalue())
    assert "The picture is too large." in html(test)
    assert "50 megapixels" in html(test)
    assert titles(test) == []


def test_a_list_in_which_nothing_is_close_is_not_called_similar(shop: Shop) -> None:
    assert '<h2 class="verdict">Similar' in html(upload(page(), BLUE_MUG_AND_RED_BAG))
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    lens = shop.engine.lens()
    answer = lens.search

    def farther(*given: object, **named: object) -> SearchResult:
        result = answer(*given, **named)  # type: ignore[arg-type]
        return replace(result, selected=tuple(_far(each) for each in result.selected), reserve=())

    lens.search = farther  # type: ignore[method-assign, assignment]
    told = html(upload(page(), out.getvalue()))
    assert '<h2 class="verdict">The nearest here' in told


def test_what_is_like_nothing_here_is_told_and_the_nearest_stand_in_grey(shop: Shop) -> None:
    lens = shop.engine.lens()
    answer = lens.search

    def nothing(*given: object, **named: object) -> SearchResult:
        return replace(answer(*given, **named), verdict="nothing")  # type: ignore[arg-type]

    lens.search = nothing  # type: ignore[method-assign, assignment]
    test = upload(page(stock="1"), BLUE_MUG_AND_RED_BAG)
    assert titles(test)
    told = html(test)
    assert "Nothing like it here" in told
    assert "Try another crop" in told
    assert "Nothing passes these filters" not in told
    assert "very close" not in told


def _far(found: Candidate) -> Candidate:
    return replace(found, evidence=tuple(replace(each, score=0.1) for each in found.evidence))

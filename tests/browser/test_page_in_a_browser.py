"""What a shopper does with the page, by mouse, finger and keyboard, in a real browser."""

import base64
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Served, Visitor, windows
from tests.fakes.shop import screenshot

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]

GIVE = """async ([event, name, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type: "image/png" }));
    const options = { bubbles: true, cancelable: true };
    document.body.dispatchEvent(
        event === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data }),
    );
}"""


def give(visitor: Visitor, event: str, data: bytes, name: str = "image.png") -> None:
    """Paste or drop a file somewhere on the page."""
    visitor.page.locator(".st-key-page-events").wait_for(state="attached")
    visitor.page.wait_for_timeout(300)  # the listener is a script that loads after its place
    visitor.page.evaluate(GIVE, [event, name, base64.b64encode(data).decode()])


def with_results(visitor: Visitor, picture: bytes) -> Visitor:
    """A page that shows results for two products; the likeliest is chosen."""
    visitor.upload(picture)
    visitor.page.locator(".mark").nth(1).wait_for()
    return visitor


@pytest.fixture
def searched(visit: Visit, two_products: bytes) -> Visitor:
    return with_results(visit(), two_products)


@pytest.fixture(scope="module")
def untouched(chromium: Browser, served: Served, two_products: bytes) -> Iterator[Visitor]:
    """One page for all tests that only look."""
    with windows(chromium, served) as open_page:
        yield with_results(open_page(), two_products)


def test_an_upload_shows_boxes_and_results_without_a_click(untouched: Visitor) -> None:
    page = untouched.page
    expect(page.locator(".mark")).to_have_count(2)
    expect(page.locator(".mark").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".mark").first).to_have_attribute("aria-label", "Product 1 of 2: mug")
    expect(page.locator(".mark").first).to_have_attribute("title", "mug")
    expect(page.locator(".mark").nth(1)).to_have_attribute("aria-label", "Product 2 of 2")
    expect(page.locator(".mark").nth(1)).to_have_attribute("title", "")
    untouched.first_title("Blue mug")
    assert untouched.dialogs == []


def test_what_was_read_comes_later_and_leads_the_list(untouched: Visitor) -> None:
    expect(untouched.page.get_by_text("This very product")).to_be_visible()
    expect(untouched.page.get_by_text("Read: “MUG-blue-1”")).to_be_visible()


def test_words_that_are_being_typed_survive_the_text_that_lands(searched: Visitor) -> None:
    words = searched.page.get_by_label("Words")
    words.click()
    searched.page.keyboard.type("gree")
    expect(searched.page.get_by_text("This very product")).to_be_visible()
    searched.page.wait_for_timeout(300)
    expect(words).to_have_value("gree")


def test_a_click_on_a_box_chooses_it(searched: Visitor) -> None:
    page = searched.page
    expect(page.get_by_text("This very product")).to_be_visible()
    page.locator(".mark").nth(1).click()
    expect(page.locator(".mark").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".st-key-grid article.card .title").first).to_have_text("Red bag")
    expect(page.locator(".mark").first).to_have_attribute("aria-pressed", "false")


def test_a_drag_draws_a_crop_that_is_searched(searched: Visitor) -> None:
    page = searched.page
    searched.drag((0.52, 0.03), (0.98, 0.97))
    expect(page.locator(".mark[data-name=crop]")).to_be_visible()
    expect(page.locator(".st-key-grid article.card .title").first).to_have_text("Red bag")
    crop, area = searched.box(".mark[data-name=crop]"), searched.box(".frame img")
    assert abs((crop["x"] - area["x"]) / area["width"] - 0.52) < 0.02
    assert abs(crop["width"] / area["width"] - 0.46) < 0.02

    # A number is clicked to choose its box, and dragged from like any other place.
    number = ".mark[data-name=region-0] span"
    page.locator(number).click()
    expect(page.locator(".mark[data-name=region-0]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".mark[data-name=crop]")).to_have_count(0)
    searched.first_title("Blue mug")
    start = searched.share(number)
    searched.drag(start, (start[0] + 0.2, start[1] + 0.3))
    expect(page.locator(".mark[data-name=crop]")).to_be_visible()
    expect(page.locator(".mark[data-name=region-0]")).to_have_attribute("aria-pressed", "false")
    crop = searched.box(".mark[data-name=crop]")
    assert abs((crop["x"] - area["x"]) / area["width"] - start[0]) < 0.02
    assert abs(crop["width"] / area["width"] - 0.2) < 0.02


def test_a_handle_corrects_the_chosen_box(searched: Visitor) -> None:
    page = searched.page
    before = searched.box(".mark.chosen")
    searched.drag((360 / 800, 360 / 400), (0.40, 0.80))
    expect(page.locator(".mark[data-name=crop]")).to_be_visible()
    after = searched.box(".mark[data-name=crop]")
    assert after["width"] < before["width"] - 10
    assert abs(after["x"] - before["x"]) < 2


def test_a_slip_of_the_hand_draws_nothing(searched: Visitor) -> None:
    searched.drag((0.48, 0.02), (0.49, 0.03))
    searched.page.wait_for_timeout(400)
    expect(searched.page.locator(".mark[data-name=crop]")).to_have_count(0)
    expect(searched.page.locator(".mark").first).to_have_attribute("aria-pressed", "true")


def test_the_keyboard_chooses_nudges_resizes_and_goes_back(searched: Visitor) -> None:
    page = searched.page
    page.locator(".mark").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mark").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".st-key-grid article.card .title").first).to_have_text("Red bag")
    start = searched.box(".mark.chosen")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    crop = page.locator(".mark[data-name=crop]")
    expect(crop).to_be_focused()
    page.wait_for_timeout(800)  # the crop goes out after the last key, and comes back
    nudged = searched.box(".mark[data-name=crop]")
    assert nudged["x"] < start["x"] - 5
    assert abs(nudged["width"] - start["width"]) < 2
    expect(crop).to_be_focused()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_timeout(800)
    assert searched.box(".mark[data-name=crop]")["width"] < nudged["width"] - 4
    page.keyboard.press("Escape")
    expect(crop).to_have_count(0)
    expect(page.locator(".mark.chosen")).to_have_count(0)


def test_tab_reaches_the_boxes(searched: Visitor) -> None:
    page = searched.page
    page.locator(".frame").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".mark").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".mark").nth(1)).to_be_focused()


def test_a_picture_from_the_clipboard_is_searched(visit: Visit, two_products: bytes) -> None:
    visitor = visit()
    visitor.page.locator(".hello").wait_for()
    give(visitor, "paste", two_products)
    expect(visitor.page.locator(".mark")).to_have_count(2)
    visitor.first_title("Blue mug")


def test_a_paste_replaces_the_picture_in_view(searched: Visitor) -> None:
    expect(searched.page.get_by_text("This very product")).to_be_visible()
    give(searched, "paste", screenshot(("lamp", "green"), ("mug", "yellow")))
    expect(searched.page.locator(".st-key-grid article.card .title").first).to_have_text(
        "Green lamp"
    )


def test_a_file_dropped_beside_the_field_is_searched(searched: Visitor) -> None:
    expect(searched.page.get_by_text("This very product")).to_be_visible()
    give(searched, "drop", screenshot(("bag", "orange"), ("mug", "yellow")))
    expect(searched.page.locator(".st-key-grid article.card .title").first).to_have_text(
        "Orange bag"
    )


def test_a_bad_paste_says_so_and_keeps_the_picture(searched: Visitor) -> None:
    page = searched.page
    give(searched, "paste", b"%PDF-1.7 no picture", "paper.pdf")
    expect(page.get_by_role("alert")).to_contain_text("a PDF document")
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator(".mark")).to_have_count(2)
    assert "Traceback" not in page.content()


def test_a_paste_that_is_too_heavy_is_refused_before_it_is_sent(visit: Visit) -> None:
    visitor = visit()
    visitor.page.locator(".hello").wait_for()
    visitor.page.wait_for_timeout(300)
    visitor.page.evaluate(
        """() => {
            const data = new DataTransfer();
            const bytes = new Uint8Array(11 * 2 ** 20);
            data.items.add(new File([bytes], "big.png", { type: "image/png" }));
            const options = { bubbles: true, clipboardData: data };
            document.body.dispatchEvent(new ClipboardEvent("paste", options));
        }"""
    )
    expect(visitor.page.get_by_role("alert")).to_contain_text("up to 10 MB")


def test_an_upload_that_is_too_heavy_says_so_in_words(visit: Visit) -> None:
    visitor = visit()
    visitor.page.locator(".hello").wait_for()
    visitor.page.wait_for_timeout(500)
    visitor.upload(b"\x89PNG" + bytes(11 * 2**20))
    expect(visitor.page.get_by_role("alert")).to_contain_text("up to 10 MB")
    expect(visitor.page.get_by_test_id("stFileUploaderFile")).to_have_count(0)


def test_slash_leads_to_the_words_and_they_search(visit: Visit) -> None:
    visitor = visit()
    visitor.page.locator(".hello").wait_for()
    visitor.page.wait_for_timeout(300)
    visitor.page.keyboard.press("/")
    expect(visitor.page.get_by_label("Words")).to_be_focused()
    visitor.page.keyboard.type("green lamp")
    visitor.page.keyboard.press("Enter")
    visitor.first_title("Green lamp")
    assert visitor.page.url.endswith("?q=green+lamp")


def test_the_back_button_returns_from_more_like_this(searched: Visitor) -> None:
    page = searched.page
    expect(page.get_by_text("This very product")).to_be_visible()
    page.locator(".st-key-grid").get_by_role("button", name="More like this").first.click()
    page.wait_for_url("**/?product=*")
    expect(page.get_by_role("heading", name="More like this")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("This very product")).to_be_visible()
    expect(page.locator(".mark")).to_have_count(2)


def test_why_this_opens_and_shows_the_parts(searched: Visitor) -> None:
    page = searched.page
    page.get_by_role("button", name="Why this?").first.click()
    table = page.locator("table.why:visible")
    expect(table).to_contain_text("Score")
    expect(table).to_contain_text("looks")


def test_the_page_talks_to_nobody_else(untouched: Visitor) -> None:
    expect(untouched.page.get_by_text("This very product")).to_be_visible()
    assert untouched.hosts <= {"127.0.0.1", ""}, untouched.hosts


def test_streamlits_chrome_is_gone(untouched: Visitor) -> None:
    for part in ("stToolbar", "stHeader", "stSidebar", "stStatusWidget", "stAppDeployButton"):
        expect(untouched.page.get_by_test_id(part).filter(visible=True)).to_have_count(0)


def test_a_hostile_title_is_only_text(visit: Visit) -> None:
    visitor = visit("/?q=black+lamp")
    visitor.page.locator("article.card").first.wait_for()
    title = visitor.page.locator("article.card .title").first
    expect(title).to_contain_text("<script>alert(1)</script>")
    assert visitor.page.locator("article.card script").count() == 0
    assert visitor.page.locator("a[href^='javascript']").count() == 0
    assert visitor.dialogs == []


def test_pictures_have_words_for_those_who_do_not_see_them(untouched: Visitor) -> None:
    expect(untouched.page.get_by_text("This very product")).to_be_visible()
    # The hostile title is left out: Streamlit's sanitiser drops the attribute that holds it.
    ordinary = untouched.page.locator("article.card", has_not_text="<script>")
    ordinary.nth(10).wait_for()
    assert ordinary.locator("img:not([alt]), img[alt='']").count() == 0
    expect(untouched.page.locator(".frame img").first).to_have_attribute("alt", "Your picture")


def test_a_phone_gets_two_columns_a_sticky_picture_and_big_handles(
    visit: Visit, two_products: bytes
) -> None:
    visitor = visit(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="ru-RU"
    )
    page = visitor.page
    visitor.upload(two_products)
    page.locator(".mark").nth(1).wait_for()
    page.locator(".mark span").nth(1).tap()
    expect(page.locator(".mark").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".st-key-grid article.card .title").first).to_have_text("Red bag")
    tops = [
        box["y"]
        for card in page.locator(".st-key-grid article.card").all()[:3]
        if (box := card.bounding_box())
    ]
    assert tops[0] == tops[1] < tops[2]
    handle = visitor.box(".handle.se")
    assert min(handle["width"], handle["height"]) >= 44
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 900)")
    page.wait_for_timeout(500)
    assert 0 <= visitor.box(".frame img")["y"] < 120
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390

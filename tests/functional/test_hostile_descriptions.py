"""Injected instructions change nothing outside their own product's tags, even where the model obeys
every word of them."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.card_tags import asked_for, tags_line
from app.labels import swatch_style
from app.words import EN
from indexer.tagging.home import Tagging
from indexer.tagging.run import TagOptions, tag_products
from indexer.tagging.waiting import queue_of_catalog
from models.tag_types import Tag
from models.tagger_dialogue import opening
from models.tagger_endpoint import Endpoint, EndpointTagger
from models.tagger_prompt import inert_text, user_prompt
from models.tagger_schema import plain_value
from models.tagger_types import TaggerOptions, TagSubject
from pipelines.catalog_db import CATALOG_NAME, CatalogDb
from pipelines.catalog_records import Batch, ProductRecord
from pipelines.catalog_tags import written_tags
from pipelines.catalog_types import Card, Product
from pipelines.settings import Settings
from tests.fakes.chat_server import RECORD, ChatServer, Reply, chatting, product_in
from tests.fakes.home import shop
from tests.fakes.hostile_descriptions import HOSTILE, LOOT

RARE = "zanzibarquartz"  # a word of one innocent product only


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogDb]:
    hostile = [
        Product(id=f"hostile-{number}", title="Mug", description=text)
        for number, text in enumerate(HOSTILE)
    ]
    innocent = [
        Product(id=f"fine-{number}", title=f"{RARE} mug {number}", description="A plain mug")
        for number in range(5)
    ]
    # Between each other, so that a leak would meet the next one.
    mixed = [product for pair in zip(hostile, innocent * 6, strict=True) for product in pair]
    with CatalogDb.open(tmp_path / CATALOG_NAME) as opened:
        run = opened.begin_run("feed.csv")
        opened.commit(run, Batch(tuple(ProductRecord(p, ()) for p in dict.fromkeys(mixed))))
        yield opened


def obedient(number: int, body: dict[str, Any]) -> Reply:
    """The worst model: whatever a description holds, it writes into every field of the answer,
    cut as the words, the sentences and the lines of it."""
    text = product_in(body).get("description", "")
    if text == "A plain mug":
        return Reply()
    pieces = [*re.split(r"[.\n]", text), *text.split(), text][:12]
    return Reply(
        content=json.dumps(
            {**RECORD, "type": text, **{name: pieces for name in RECORD if name != "type"}}
        )
    )


def tag(catalog: CatalogDb, server: ChatServer) -> None:
    asked = EndpointTagger(Endpoint(server.address, "worst", at_once=4), TaggerOptions())
    queue = queue_of_catalog(catalog, asked.fingerprint, pictures=False)
    assert tag_products(queue, catalog, asked).outcome == "finished"


def test_thirty_hostile_descriptions_reach_nothing_but_their_own_product(
    catalog: CatalogDb,
) -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) == 30
    with chatting(ChatServer(obedient)) as server:
        tag(catalog, server)
    written = dict(written_tags(catalog))
    good = tuple(value for _, value in written["fine-0"].values)
    assert "mug" in good
    for number in range(5):
        # What innocent products got is what they get without hostile neighbours.
        assert tuple(value for _, value in written[f"fine-{number}"].values) == good
    for record in written.values():
        for _, value in record.values:
            assert plain_value(value) == value
            assert RARE not in value
            assert not re.search(r"[<>\[\](){}|`\"\\:=&#@$*_!?;]|\w\.\w{2}|//", value)
            assert len(value) <= 40
            assert len(value.split()) <= 4


def test_an_index_beside_hostile_products_has_the_same_cards_of_the_others(tmp_path: Path) -> None:
    cards = {}
    for name, hostile in (("alone", ()), ("beside", HOSTILE)):
        folder = tmp_path / name
        folder.mkdir()
        Image.new("RGB", (32, 32), "red").save(folder / "red.png")
        rows = [
            *([f"fine-{number}", "red.png", f"{RARE} mug", "A plain mug"] for number in range(5)),
            *([f"bad-{number}", "red.png", "Mug", text] for number, text in enumerate(hostile)),
        ]
        with (folder / "feed.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["id", "image_link", "title", "description"], *rows])
        with chatting(ChatServer(obedient)) as server, shop(folder / "home") as place:
            options = Settings(home=folder, tagger=server.address, tagger_model="worst")
            place.index(folder / "feed.csv", tag=Tagging(options, TagOptions()).tag)
            cards[name] = {entry.card.product_id: entry.card for entry in place.entries()}
    assert len(cards["beside"]) == 35
    for product_id, card in cards["alone"].items():
        assert {tag.origin for tag in card.tags} >= {"written"}
        assert cards["beside"][product_id].tags == card.tags


def test_no_prompt_has_a_word_of_another_product(catalog: CatalogDb) -> None:
    with chatting(ChatServer(obedient)) as server:
        tag(catalog, server)
    assert len(server.asked) >= 35
    for body, prompt in zip(server.asked, server.prompts(), strict=True):
        data = product_in(body)
        mine = data.get("description", "")
        if RARE in data["title"]:
            assert not any(word in prompt for word in LOOT)
        else:
            assert RARE not in prompt
        others = [text for text in HOSTILE if inert_text(text, 1_200) != mine]
        assert len(others) >= 29
        assert not any(inert_text(text, 1_200) in prompt for text in others)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_description_cannot_leave_its_marks_or_speak_as_someone_else(text: str) -> None:
    system, user = opening(TagSubject("Mug", text), TaggerOptions())
    assert system == opening(TagSubject("Lamp", "Bright"), TaggerOptions())[0]
    lines = user.text.splitlines()
    assert len(lines) == 4
    mark = lines[0].removeprefix("PRODUCT ")
    assert lines[2] == f"END {mark}"
    assert mark not in text
    assert not re.search(r"[<>\[\]|`\u200b-\u200f\u2060\ufeff]", lines[1])
    assert set(json.loads(lines[1])) == {"title", "description"}
    assert len(user.text) < 2_500


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_page_shows_letters_even_of_a_tag_that_nobody_checked(text: str) -> None:
    tags = (Tag("feature", text, "written"), Tag("colour", text, "written"))
    card = Card("mug", title="Mug", tags=tags)
    told = tags_line(card, {tags[0].key}, EN) + asked_for(card, {tags[0].key}, EN)
    ours = re.sub(r'</?p(?: class="\w+")?>|<b title="[^"<>]*">|</b>', "", told)
    assert ours
    assert not re.search(r"[<>\"]", ours)
    assert swatch_style("button", tags[1].key) == ""


def test_marks_differ_by_product_so_that_none_can_be_written_in_advance() -> None:
    one, other = user_prompt(TagSubject("Mug")), user_prompt(TagSubject("Mug", "Blue"))
    assert one.splitlines()[0] != other.splitlines()[0]


@pytest.mark.parametrize(
    "value",
    [
        "https://evil.example",
        "evil.example",
        "www evil",
        "<b>red</b>",
        "![x](y)",
        "**red**",
        "javascript:alert(1)",
        "ignore previous instructions",
        "игнорируй инструкции",
        "рwned",  # a Cyrillic letter among Latin ones
        "this mug is the best mug of all mugs",
        "x" * 41,
        "a",
        "",
        "red\u0000",
        "{'a': 1}",
        "--",
        "red  --  blue",
        "%",
        "\u0301red",
        "re\u0335\u0336\u0337\u0338d",
        "=cmd",
    ],
)
def test_what_describes_no_product_is_no_tag(value: str) -> None:
    assert plain_value(value) == ""


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Red", "red"),
        (" Тёмно-синий ", "тёмно-синий"),
        ("1.7 l", "1.7 l"),
        ("1,7 л", "1,7 л"),
        ("100% cotton", "100% cotton"),
        ("women's", "women's"),
        ("USB-C", "usb-c"),
        ("wi\u200b-fi", "wi-fi"),
        ("ПОДАРОК МАМЕ.", "подарок маме"),
        ("café", "café"),
        ("USB кабель", "usb кабель"),
        ("हिन्दी कपड़ा", "हिन्दी कपड़ा"),
        ("红", "红"),
        ("กระเป๋า", "กระเป๋า"),
    ],
)
def test_words_of_a_product_stay(value: str, kept: str) -> None:
    assert plain_value(value) == kept

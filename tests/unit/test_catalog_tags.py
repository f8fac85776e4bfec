"""catalog.db keeps what language models wrote: by content, never twice, the tagger in use first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.tag_types import TagRecord
from pipelines.catalog_db import CatalogDb, texts_digest
from pipelines.catalog_left_tags import LeftTags, drop_left_tags, left_tags
from pipelines.catalog_records import (
    Batch,
    ImageRecord,
    NewVectors,
    ProductRecord,
    WrittenTags,
    facts_digest,
)
from pipelines.catalog_tags import save_tags, tags_known, use_tagger, written_tags
from pipelines.catalog_types import Money, Product

MUG = Product(id="mug", title="Кружка", description="Белая", attributes=(("color", "white"),))
WHITE = TagRecord((("colour", "белый"), ("type", "кружка")))
RED = TagRecord((("colour", "red"),))
(PICTURE,) = texts_digest(["mug.jpg"])


@pytest.fixture
def db(tmp_path: Path):
    with CatalogDb.open(tmp_path / "catalog.db") as opened:
        stock(opened, MUG)
        yield opened


def stock(db: CatalogDb, *products: Product, picture: str = PICTURE) -> None:
    """Products, all with one picture that has a vector."""
    rows = np.full((1, 4), 0.5, dtype=np.float32)
    image = ImageRecord(0, "mug.jpg", "/feed/mug.jpg", picture)
    records = tuple(ProductRecord(product, (image,)) for product in products)
    db.commit(db.begin_run("feed.csv"), Batch(records, images=NewVectors("m", (picture,), rows)))


def written(db: CatalogDb) -> dict[str, TagRecord | None]:
    return {stored.product.id: stored.written for stored in db.stored_products("m", "t")}


def test_what_was_written_comes_with_the_product_and_survives_reopening(db: CatalogDb) -> None:
    assert written(db) == {"mug": None}
    save_tags(db, "llm:1", [WrittenTags(facts_digest(MUG), WHITE, tokens_in=300, tokens_out=40)])
    with CatalogDb.open_read_only(db.path) as reader:
        assert written(reader) == {"mug": WHITE}
        assert list(written_tags(reader)) == [("mug", WHITE)]


def test_a_build_is_due_after_tags_and_after_another_tagger_is_used(db: CatalogDb) -> None:
    db.mark_built(1)
    save_tags(db, "llm:1", [WrittenTags(facts_digest(MUG), WHITE)])
    assert db.changed_since_build(1)
    use_tagger(db, "llm:1")
    db.mark_built(2)
    use_tagger(db, "llm:1")
    assert not db.changed_since_build(2)
    use_tagger(db, "llm:2")
    assert db.changed_since_build(2)


def test_the_tagger_in_use_counts_before_the_newest(db: CatalogDb) -> None:
    save_tags(db, "old", [WrittenTags(facts_digest(MUG), WHITE)])
    save_tags(db, "new", [WrittenTags(facts_digest(MUG), RED)])
    assert written(db) == {"mug": RED}
    use_tagger(db, "old")
    assert written(db) == {"mug": WHITE}
    assert tags_known(db, "old") == tags_known(db, "new") == {(facts_digest(MUG), b"")}
    assert tags_known(db, "unheard of") == set()


DAY = datetime(2026, 3, 1, tzinfo=UTC)


def test_tags_of_products_that_left_go_only_when_they_were_left_for_long(db: CatalogDb) -> None:
    seen, other = bytes.fromhex(PICTURE), bytes(32)
    gone = facts_digest(replace(MUG, title="Gone"))
    kept = [WrittenTags(facts_digest(MUG), WHITE), WrittenTags(facts_digest(MUG), RED, seen)]
    save_tags(db, "llm:1", kept)
    save_tags(db, "llm:1", [WrittenTags(gone, WHITE), WrittenTags(facts_digest(MUG), RED, other)])
    both = {(facts_digest(MUG), b""), (facts_digest(MUG), seen)}
    left = {(gone, b""), (facts_digest(MUG), other)}

    assert drop_left_tags(db, None, DAY).due == 0
    assert drop_left_tags(db, 30, DAY + timedelta(days=29)).due == 0
    assert tags_known(db, "llm:1") == both | left
    # Back for a while: its time begins anew.
    stock(db, MUG, replace(MUG, id="back", title="Gone"))
    assert drop_left_tags(db, 30, DAY + timedelta(days=29)) == LeftTags(1, 0, 0)
    db.retire(0)
    stock(db, MUG)
    told = left_tags(db, 30, DAY + timedelta(days=31))
    assert (told.records, told.due) == (2, 1)
    assert drop_left_tags(db, 30, DAY + timedelta(days=31)) == told
    assert tags_known(db, "llm:1") == both | {(gone, b"")}
    assert drop_left_tags(db, 0).due == 1
    assert tags_known(db, "llm:1") == both
    assert written(db) == {"mug": RED}


def test_only_what_a_tagger_reads_makes_it_another_product(db: CatalogDb) -> None:
    assert facts_digest(replace(MUG, price=Money(5, "EUR"), in_stock=False)) == facts_digest(MUG)
    assert facts_digest(replace(MUG, id="twin")) == facts_digest(MUG)
    assert facts_digest(replace(MUG, description="Чёрная")) != facts_digest(MUG)
    save_tags(db, "llm:1", [WrittenTags(facts_digest(MUG), WHITE)])
    stock(db, replace(MUG, id="twin"), replace(MUG, id="other", description="Чёрная"))
    assert written(db) == {"mug": WHITE, "twin": WHITE, "other": None}


def test_what_was_seen_in_another_picture_does_not_count(db: CatalogDb) -> None:
    (other,) = texts_digest(["new.jpg"])
    seen = WrittenTags(facts_digest(MUG), RED, picture=bytes.fromhex(PICTURE))
    save_tags(db, "eyes", [seen])
    assert written(db) == {"mug": RED}
    stock(db, MUG, picture=other)
    assert written(db) == {"mug": None}
    save_tags(db, "eyes", [WrittenTags(facts_digest(MUG), WHITE, bytes.fromhex(other))])
    assert written(db) == {"mug": WHITE}
    assert len(tags_known(db, "eyes")) == 2

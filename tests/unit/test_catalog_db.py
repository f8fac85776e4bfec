"""catalog.db keeps what was committed, tells what changed, refuses what it cannot read."""

import sqlite3
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BrokenIndex, DiskFull, HomeLocked, IndexMissing
from models.types import Vectors
from pipelines.catalog_db import CatalogDb, texts_digest
from pipelines.catalog_fetched import fetched, first_run_that_holds
from pipelines.catalog_records import (
    Batch,
    BatchOutcome,
    ErrorRecord,
    FetchRecord,
    ImageRecord,
    NewKeypoints,
    NewVectors,
    ProductRecord,
    ReasonCount,
    RunCounts,
    product_from_json,
    product_to_json,
)
from pipelines.catalog_schema import APPLICATION_ID, MIGRATIONS
from pipelines.catalog_types import Money, Product
from tests.fakes.read_only import may_only_read

MUG = Product(
    id="mug",
    title="Red mug",
    images=("mug.jpg", "mug-2.jpg"),
    category=("Home", "Mugs"),
    price=Money(19.99, "USD"),
    codes=("RE16-TGK",),
    attributes=(("color", "red"),),
    in_stock=False,
)


def sha(name: str) -> str:
    return texts_digest([name])[0]


def record(product: Product = MUG, text: str = "red mug", **changes: str) -> ProductRecord:
    images = tuple(
        ImageRecord(number, ref, f"/feed/{ref}", changes.get(ref, sha(ref)))
        for number, ref in enumerate(product.images)
    )
    return ProductRecord(product, images, text)


def vectors(*names: str, fingerprint: str = "model-a", value: float = 1.0) -> NewVectors:
    rows: Vectors = np.full((len(names), 4), value / 2, dtype=np.float32)
    return NewVectors(fingerprint, tuple(sha(name) for name in names), rows)


@pytest.fixture
def db(tmp_path: Path):
    with CatalogDb.open(tmp_path / "catalog.db") as opened:
        yield opened


def test_a_committed_batch_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with CatalogDb.open(path) as db:
        run = db.begin_run("feed.csv")
        outcome = db.commit(
            run,
            Batch(
                products=(record(),),
                errors=(ErrorRecord("row", "line 3", "no id", "line 3: no id (add one)"),),
                images=vectors("mug.jpg", "mug-2.jpg"),
                texts=vectors("red mug", fingerprint="words"),
            ),
        )
        assert outcome == BatchOutcome(new=1)
    with CatalogDb.open_read_only(path) as db:
        summary = db.summary()
        assert (summary.products, summary.images, summary.bad_images, summary.errors) == (
            1,
            2,
            0,
            1,
        )
        assert db.errors_by_reason() == [ReasonCount("row", "no id", 1)]
        assert db.errors("no id")[0].place == "line 3"
        assert db.errors("another reason") == []
        (stored,) = db.stored_products("model-a", "words")
        assert stored.product == MUG
        assert [image.path for image in stored.images] == ["/feed/mug.jpg", "/feed/mug-2.jpg"]
        assert stored.images[0].vector.dtype == np.float32
        assert stored.text_vector is not None
        assert db.fact("feed") == "feed.csv"
        assert db.fact("profile") == ""


def test_vectors_of_another_model_are_never_mixed_in(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    db.commit(run, Batch(products=(record(),), images=vectors("mug.jpg", "mug-2.jpg")))
    db.commit(run, Batch(images=vectors("mug.jpg", fingerprint="model-b", value=-1)))
    assert list(db.stored_products("model-c", "words")) == []
    (stored,) = db.stored_products("model-b", "words")
    assert len(stored.images) == 1
    assert stored.images[0].vector[0] < 0
    assert stored.text_vector is None
    assert db.image_vectors_known("model-b") == {bytes.fromhex(sha("mug.jpg"))}
    assert db.text_vectors_known("model-b") == set()


def test_keypoints_are_those_of_the_finder_that_is_asked_for(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    found = NewKeypoints("finder-1", {sha("mug.jpg"): b"twelve"})
    images = vectors("mug.jpg", "mug-2.jpg")
    db.commit(run, Batch(products=(record(),), images=images, keypoints=found))
    (stored,) = db.stored_products("model-a", "words", "finder-1")
    assert [image.keypoints for image in stored.images] == [b"twelve", b""]
    for other in ("finder-2", ""):
        (stored,) = db.stored_products("model-a", "words", other)
        assert [image.keypoints for image in stored.images] == [b"", b""]
    assert db.keypoints_known("finder-1") == {bytes.fromhex(sha("mug.jpg"))}
    assert db.keypoints_known("finder-2") == set()


def test_keypoints_alone_make_the_catalog_newer_than_its_index(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    db.commit(run, Batch(products=(record(),), images=vectors("mug.jpg", "mug-2.jpg")))
    db.mark_built(1)
    found = Batch(keypoints=NewKeypoints("finder-1", {sha("mug.jpg"): b"twelve"}))
    db.commit(run, found)
    assert db.changed_since_build(1)
    db.mark_built(2)
    db.commit(run, found)
    assert not db.changed_since_build(2)


def test_one_picture_under_two_products_is_kept_once_and_found_twice(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    twins = [record(Product(id=name, images=("mug.jpg",))) for name in ("a", "b")]
    db.commit(run, Batch(products=tuple(twins), images=vectors("mug.jpg", "mug.jpg")))
    assert [stored.product.id for stored in db.stored_products("model-a", "")] == ["a", "b"]
    assert len(db.image_vectors_known("model-a")) == 1


def test_a_bad_picture_is_listed_but_never_built(db: CatalogDb) -> None:
    bad = ImageRecord(0, "x.jpg", "/feed/x.jpg", "", "bad", "damaged")
    good = ImageRecord(1, "mug.jpg", "/feed/mug.jpg", sha("mug.jpg"))
    run = db.begin_run("feed")
    db.commit(run, Batch((ProductRecord(MUG, (bad, good)),), images=vectors("mug.jpg")))
    (stored,) = db.stored_products("model-a", "")
    assert [image.number for image in stored.images] == [1]
    assert db.images_of("mug") == [bad, good]
    assert db.summary().bad_images == 1


def test_new_changed_and_unchanged_are_told_apart(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    assert db.commit(run, Batch((record(),))) == BatchOutcome(new=1)
    run = db.begin_run("feed")
    assert db.commit(run, Batch((record(),))) == BatchOutcome(unchanged=1)
    other_words = db.commit(run, Batch((record(text="blue mug"),)))
    assert other_words == BatchOutcome(changed=1)
    other_pixels = db.commit(run, Batch((record(text="blue mug", **{"mug.jpg": sha("new")}),)))
    assert other_pixels == BatchOutcome(changed=1)


def test_products_that_left_the_feed_leave_the_catalog_but_not_their_vectors(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    db.commit(run, Batch((record(),), images=vectors("mug.jpg")))
    assert db.retire(run) == 0
    run = db.begin_run("feed")
    db.commit(run, Batch((record(Product(id="cup", images=("cup.jpg",))),)))
    assert db.retire(run) == 1
    assert db.summary().products == 1
    assert db.images_of("mug") == []
    assert db.image_vectors_known("model-a") == {bytes.fromhex(sha("mug.jpg"))}


def test_a_build_is_due_only_after_a_change(db: CatalogDb) -> None:
    assert db.changed_since_build(1)
    run = db.begin_run("feed")
    db.commit(run, Batch((record(),), images=vectors("mug.jpg")))
    db.mark_built(1)
    assert not db.changed_since_build(1)
    assert db.changed_since_build(2)
    db.commit(run, Batch((record(),), images=vectors("mug.jpg")))
    assert not db.changed_since_build(1)
    db.commit(run, Batch(images=vectors("mug-2.jpg")))
    assert db.changed_since_build(1)
    db.mark_built(2)
    db.retire(db.begin_run("feed"))
    assert db.changed_since_build(2)


def test_a_batch_that_fails_leaves_nothing_of_itself(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    twice = (ImageRecord(0, "a", "/a", sha("a")), ImageRecord(0, "b", "/b", sha("b")))
    with pytest.raises(sqlite3.IntegrityError):
        db.commit(run, Batch((record(), ProductRecord(Product("x"), twice)), images=vectors("a")))
    assert db.summary().products == 0
    assert db.image_vectors_known("model-a") == set()
    assert db.commit(run, Batch((record(),))) == BatchOutcome(new=1)


def test_runs_are_remembered_and_a_killed_one_is_called_interrupted(db: CatalogDb) -> None:
    first = db.begin_run("a.csv")
    db.finish_run(first, "finished", RunCounts(products=7, images_per_second=3.5))
    db.begin_run("b.csv")
    db.begin_run("c.csv")
    outcomes = [(run.feed, run.outcome) for run in db.runs()]
    assert outcomes == [("c.csv", "running"), ("b.csv", "interrupted"), ("a.csv", "finished")]
    assert db.runs()[-1].counts == RunCounts(products=7, images_per_second=3.5)
    assert db.runs()[-1].finished_at.endswith("+00:00")
    assert len(db.runs(limit=1)) == 1


def test_a_reader_sees_whole_batches_while_a_writer_works(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        with CatalogDb.open_read_only(db.path) as reader:
            while not done.is_set():
                seen.append(reader.summary().products)

    thread = threading.Thread(target=read)
    thread.start()
    for batch in range(30):
        db.commit(run, Batch(tuple(record(Product(f"{batch}-{i}")) for i in range(10))))
    done.set()
    thread.join()
    assert seen
    assert all(count % 10 == 0 for count in seen)


def test_a_reader_cannot_write(db: CatalogDb) -> None:
    with CatalogDb.open_read_only(db.path) as reader, pytest.raises(BrokenIndex):
        reader.begin_run("feed")


def test_a_second_writer_is_told_that_it_is_held(db: CatalogDb) -> None:
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    db._connection.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(HomeLocked):
        db.begin_run("feed")
    other.close()
    assert db.begin_run("feed") == 1


def test_a_full_disk_is_a_clear_error_and_loses_nothing(db: CatalogDb) -> None:
    run = db.begin_run("feed")
    db.commit(run, Batch((record(),), images=vectors("mug.jpg")))
    (pages,) = db._connection.execute("PRAGMA page_count").fetchone()
    db._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    many = NewVectors(
        "model-a", tuple(sha(str(i)) for i in range(200)), np.ones((200, 512), dtype=np.float32)
    )
    with pytest.raises(DiskFull) as caught:
        db.commit(run, Batch(images=many))
    assert "free some space" in caught.value.remedy
    assert len(db.image_vectors_known("model-a")) == 1
    db._connection.execute("PRAGMA max_page_count = 100000")
    db.commit(run, Batch(images=many))
    assert len(db.image_vectors_known("model-a")) == 201


def test_no_catalog_yet_is_no_broken_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        CatalogDb.open_read_only(tmp_path / "catalog.db")
    assert not (tmp_path / "catalog.db").exists()


def test_a_home_of_before_pictures_were_fetched_opens(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    raw = sqlite3.connect(path)
    for script in MIGRATIONS[:2]:
        raw.executescript(script)
    raw.executescript(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 2;")
    raw.execute("INSERT INTO products (id, body, seen_run) VALUES ('mug', '{\"id\":\"mug\"}', 1)")
    raw.commit()
    raw.close()
    with CatalogDb.open_read_only(path) as older:
        assert older.summary().products == 1
        assert older.written_of(MUG, b"") is None
    asked = FetchRecord("http://shop.example/a.jpg", sha("a"), etag='"v1"', fetched_at="now")
    with CatalogDb.open(path) as db:
        assert db.summary().products == 1
        assert fetched(db, asked.url) is None
        run = db.begin_run("feed")
        db.commit(run, Batch(fetched=(asked,)))
        assert fetched(db, asked.url) == replace(asked, run=run)
        assert first_run_that_holds(db) == 1
        db.finish_run(run, "finished", RunCounts())
        assert first_run_that_holds(db) == run + 1


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    CatalogDb.open(path).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    for opening in (CatalogDb.open, CatalogDb.open_read_only):
        with pytest.raises(BrokenIndex, match="newer ShopLens"):
            opening(path)


def test_another_programs_files_are_refused_and_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "catalog.db"
    raw = sqlite3.connect(foreign)
    raw.execute("CREATE TABLE songs (title)")
    raw.close()
    before = foreign.read_bytes()
    with pytest.raises(BrokenIndex, match="another program"):
        CatalogDb.open(foreign)
    assert foreign.read_bytes() == before
    text = tmp_path / "text.db"
    text.write_text("not a database at all, but long enough to look like one" * 30)
    with pytest.raises(BrokenIndex):
        CatalogDb.open(text)


@given(
    product=st.builds(
        Product,
        id=st.text(min_size=1),
        title=st.text(),
        images=st.lists(st.text(), max_size=2).map(tuple),
        price=st.none() | st.builds(Money, st.floats(0, 1e9), st.text(max_size=3)),
        in_stock=st.sampled_from([None, True, False]),
        attributes=st.lists(st.tuples(st.text(), st.text()), max_size=2).map(tuple),
    )
)
def test_a_product_survives_its_json(product: Product) -> None:
    assert product_from_json(product_to_json(product)) == product


def test_a_catalog_in_a_folder_that_may_only_be_read_opens() -> None:
    with tempfile.TemporaryDirectory() as shared:  # where another user may look into
        Path(shared).chmod(0o755)
        home = Path(shared) / "home"
        home.mkdir()
        path = home / "catalog.db"
        CatalogDb.open(path).close()
        with may_only_read(home):
            with CatalogDb.open_read_only(path) as catalog:
                assert catalog.summary().products == 0
            assert [one.name for one in home.iterdir()] == ["catalog.db"]
        # With a writer at work it is no longer taken for one that nothing changes.
        with CatalogDb.open(path) as writer:
            writer.begin_run("feed.csv")
            assert path.with_name("catalog.db-wal").exists()
            with may_only_read(home), CatalogDb.open_read_only(path) as catalog:
                assert catalog.summary().products == 0

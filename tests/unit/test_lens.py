"""Photo search as its callers see it: perceive, read, search, more like this."""

from dataclasses import replace

import numpy as np
import pytest

from models.errors import BadQuery, DiskFull, IndexMissing, StaleIndex
from models.sift import SiftFinder
from models.types import Box, Photo, Region, TextLine
from pipelines.catalog_types import Card, Entry, IndexSpec
from pipelines.follow import RETRY_AFTER, Follower
from pipelines.lens import Lens
from pipelines.perceive import Models
from tests.fakes.index import MemoryHome, MemoryIndex
from tests.fakes.models import ColourEmbedder, FixedDetector, FixedReader
from tests.fakes.prints import label, photo_of, seen

COLOURS = {"red": (200, 30, 30), "green": (30, 180, 40), "blue": (30, 40, 200)}


def photo(*colours: str, side: int = 64) -> Photo:
    """Upright stripes of the given colours, left to right."""
    stripes = [np.full((side, side, 3), COLOURS[c], dtype=np.uint8) for c in colours]
    return Photo(np.concatenate(stripes, axis=1), sha256="-".join(colours), source="test")


@pytest.fixture
def models() -> Models:
    return Models("lite", ColourEmbedder(), FixedDetector(), FixedReader())


@pytest.fixture
def home(models: Models) -> MemoryHome:
    home = MemoryHome()
    home.build(spec_of(models), entries(models))
    return home


def spec_of(models: Models) -> IndexSpec:
    e = models.embedder
    return IndexSpec("lite", e.image_fingerprint, e.text_fingerprint, e.image_dim, e.text_dim)


def entries(models: Models) -> list[Entry]:
    return [
        Entry(
            card=Card(colour, title=f"{colour} mug", codes=(f"MUG-{colour}-1",)),
            image_number=0,
            image=models.embedder.images([photo(colour)])[0],
            text=models.embedder.texts([f"{colour} mug"])[0],
            words=f"{colour} mug",
        )
        for colour in COLOURS
    ]


@pytest.fixture
def lens(models: Models, home: MemoryHome) -> Lens:
    return Lens(models, home)


def found(result: object) -> list[str]:
    return [c.product_id for c in result.selected]  # type: ignore[attr-defined]


def test_without_a_detector_the_whole_picture_is_searched(lens: Lens) -> None:
    perception = lens.perceive(photo("green"))
    assert [region.kind for region in perception.regions] == ["whole"]
    assert found(lens.search(perception))[0] == "green"


def test_each_detected_product_can_be_searched_alone(models: Models, home: MemoryHome) -> None:
    regions = (Region(Box(0, 0, 64, 64), 0.9), Region(Box(64, 0, 128, 64), 0.8))
    lens = Lens(replace(models, detector=FixedDetector(regions)), home)
    perception = lens.perceive(photo("red", "blue"))
    assert [region.kind for region in perception.regions] == ["product", "product", "whole"]
    assert found(lens.search(perception, region=0))[0] == "red"
    assert found(lens.search(perception, region=1))[0] == "blue"


def test_a_drawn_crop_is_embedded_and_nothing_is_detected(lens: Lens, models: Models) -> None:
    perception = lens.perceive(photo("red", "blue"), [Box(70, 5, 120, 60)])
    assert [region.kind for region in perception.regions] == ["crop"]
    assert found(lens.search(perception))[0] == "blue"
    assert isinstance(models.detector, FixedDetector)
    assert models.detector.calls == 0


def test_a_box_outside_the_picture_is_refused(lens: Lens) -> None:
    with pytest.raises(BadQuery, match="leaves the 64×64 picture"):
        lens.perceive(photo("red"), [Box(0, 0, 65, 10)])


def test_looking_twice_runs_no_model_twice(lens: Lens, models: Models) -> None:
    embedder, detector = models.embedder, models.detector
    assert isinstance(embedder, ColourEmbedder)
    assert isinstance(detector, FixedDetector)
    before = len(embedder.embedded)
    first = lens.perceive(photo("red", "blue"))
    second = lens.perceive(photo("red", "blue"))
    assert np.array_equal(first.vectors, second.vectors)
    assert len(embedder.embedded) - before == 1
    assert detector.calls == 1


def test_results_do_not_wait_for_the_text(lens: Lens, models: Models) -> None:
    perception = lens.perceive(photo("red"))
    assert perception.reading is None
    assert found(lens.search(perception))
    assert isinstance(models.reader, FixedReader)
    assert models.reader.calls == 0


def test_a_code_that_was_read_puts_its_product_first(models: Models, home: MemoryHome) -> None:
    line = TextLine("MUG BLUE 1", 0.9, Box(0, 0, 20, 10))
    coded = replace(line, text="MUG-blue-1")
    lens = Lens(replace(models, reader=FixedReader({"red": [coded]})), home)
    perception = lens.perceive(photo("red"))
    assert found(lens.search(perception))[0] == "red"
    perception = perception.with_reading(lens.read(photo("red")))
    result = lens.search(perception)
    assert found(result)[0] == "blue"
    assert result.verdict == "exact"


def test_a_label_outside_the_crop_says_nothing(models: Models, home: MemoryHome) -> None:
    line = TextLine("MUG-blue-1", 0.9, Box(0, 0, 20, 10))
    lens = Lens(replace(models, reader=FixedReader({"red-green": [line]})), home)
    picture = photo("red", "green")
    crop = lens.perceive(picture, [Box(64, 0, 128, 64)]).with_reading(lens.read(picture))
    assert found(lens.search(crop))[0] == "green"
    label = lens.perceive(picture, [Box(0, 0, 64, 64)]).with_reading(lens.read(picture))
    assert found(lens.search(label))[0] == "blue"


def test_words_alone_search_too(lens: Lens) -> None:
    assert found(lens.search(None, words="blue mug"))[0] == "blue"


def test_half_a_character_in_the_words_reaches_no_model(lens: Lens) -> None:
    # A terminal of another encoding hands over bytes that are no text.
    result = lens.search(None, words="green \udce0 mug")
    assert found(result)[0] == "green"
    repr(result.asked).encode()


def test_nothing_at_all_is_refused(lens: Lens) -> None:
    with pytest.raises(BadQuery, match="nothing to search for"):
        lens.search(None, words="  ")


def test_more_like_this_leaves_the_product_out(lens: Lens) -> None:
    result = lens.more_like("red")
    assert "red" not in found(result)
    assert len(result.selected) == 2


def test_more_like_an_unknown_product_is_refused(lens: Lens) -> None:
    with pytest.raises(BadQuery, match="no product 'gone'"):
        lens.more_like("gone")


def test_no_index_says_how_to_make_one(models: Models) -> None:
    with pytest.raises(IndexMissing) as caught:
        Lens(models, MemoryHome()).info()
    assert "shoplens index" in caught.value.remedy


def test_an_index_of_other_models_is_refused(models: Models, home: MemoryHome) -> None:
    other = replace(models, embedder=ColourEmbedder(image_fingerprint="fake-colours-2"))
    with pytest.raises(StaleIndex, match="fake-colours-1"):
        Lens(other, home).search(None, words="mug")


def test_a_new_generation_is_taken_up_and_the_old_one_closed(
    lens: Lens, models: Models, home: MemoryHome
) -> None:
    assert lens.info().generation == 1
    home.build(spec_of(models), entries(models)[:1])
    assert lens.info().generation == 2
    assert found(lens.search(None, words="mug")) == ["red"]
    assert [index.closed for index in home.opened] == [True, False]


def test_an_index_that_was_made_anew_is_taken_up_though_it_counts_from_one_again(
    lens: Lens, models: Models, home: MemoryHome
) -> None:
    assert found(lens.search(None, words="green mug"))[0] == "green"
    assert lens.facets().brand == ()
    home.published = None  # somebody removed the home
    others = [replace(e, card=replace(e.card, brand="Nord")) for e in entries(models)[::2]]
    assert home.build(spec_of(models), others).generation == 1
    assert "green" not in found(lens.search(None, words="green mug"))
    assert [brand.value for brand in lens.facets().brand] == ["Nord"]
    assert home.opened[0].closed


def test_a_reader_keeps_its_generation_until_it_leaves(models: Models, home: MemoryHome) -> None:
    follower = Follower(home, check=lambda info: None)
    with follower.reading() as old:
        home.build(spec_of(models), entries(models)[:1])
        with follower.reading() as new:
            assert (old.info.generation, new.info.generation) == (1, 2)
        assert not home.opened[0].closed
    assert home.opened[0].closed
    assert not home.opened[1].closed


class FullDisk(MemoryHome):
    """A home whose index opens only where there is room."""

    room = True

    def open(self) -> MemoryIndex:
        if not self.room:
            raise DiskFull("no room for a copy", remedy="free some space")
        return super().open()


def test_an_old_index_answers_while_a_new_one_does_not_open(models: Models) -> None:
    home, now = FullDisk(), [0.0]
    home.build(spec_of(models), entries(models))
    home.room = False
    follower = Follower(home, check=lambda info: None, clock=lambda: now[0])

    def generation() -> int:
        with follower.reading() as index:
            return index.info.generation

    with pytest.raises(DiskFull):  # nothing else is open
        generation()
    home.room = True
    assert generation() == 1
    home.build(spec_of(models), entries(models)[:1])
    home.room = False
    assert generation() == 1
    home.room = True
    now[0] += RETRY_AFTER - 1
    assert generation() == 1  # to try costs a copy
    now[0] += 1
    assert generation() == 2
    assert [index.closed for index in home.opened] == [True, False]


def test_a_typed_code_finds_its_product(lens: Lens) -> None:
    result = lens.search(None, words="MUG-green-1")
    assert found(result)[0] == "green"
    assert result.verdict == "exact"


def test_a_print_decides_only_where_the_index_was_built_with_the_same_finder(
    models: Models,
) -> None:
    models = replace(models, keypoints=SiftFinder())
    labels = {f"label-{seed}": photo_of(label(seed), f"label-{seed}") for seed in range(1, 5)}
    twins = [
        # To the embedder all are one picture.
        Entry(
            Card(name), 0, models.embedder.images([photo("red")])[0], None, "",
            SiftFinder().find([pixels])[0].to_bytes(),
        )
        for name, pixels in labels.items()
    ]  # fmt: skip
    asked = photo_of(seen(label(3)), "asked")
    answers = {}
    for finder in (SiftFinder.fingerprint, "another finder", ""):
        home = MemoryHome()
        home.build(replace(spec_of(models), keypoints=finder), twins)
        lens = Lens(models, home)
        answers[finder] = lens.search(lens.perceive(asked)).selected
        with_words = lens.search(lens.perceive(asked), words="another one").selected
        assert all(c.in_common is None for c in with_words)
    assert answers[SiftFinder.fingerprint][0].product_id == "label-3"
    for finder in ("another finder", ""):
        assert answers[finder][0].product_id == "label-1"
        assert all(c.in_common is None for c in answers[finder])


def test_keypoints_are_those_of_each_region_and_found_once(models: Models) -> None:
    regions = (Region(Box(0, 0, 240, 240), 0.9), Region(Box(240, 0, 480, 240), 0.8))
    models = replace(models, detector=FixedDetector(regions), keypoints=SiftFinder())
    both = photo_of(np.concatenate([label(1), np.full_like(label(1), 255)], axis=1), "both")
    lens = Lens(models, MemoryHome())
    printed, blank, whole = lens.perceive(both).keypoints
    assert len(printed) > len(blank) == 0
    assert len(whole) > 0
    assert lens.perceive(both).keypoints[0] is printed
    assert Lens(replace(models, keypoints=None), MemoryHome()).perceive(both).keypoints == ()

"""The embedder's word on tags: compared within a field, its lines measured on the shop's own."""

import numpy as np
import pytest

from indexer.sight import ENOUGH, Sight, looks_of, prompts
from models.tag_types import VISUAL_FIELDS, Tag
from models.types import Vectors
from pipelines.lexicon import concepts

DIM = 64
RNG = np.random.default_rng(11)
SPACE = {
    text: vector / np.linalg.norm(vector)
    for text, vector in zip(
        prompts(), RNG.normal(size=(len(prompts()), DIM)).astype(np.float32), strict=True
    )
}
MUG, VASE = SPACE["mug"], SPACE["vase"]


def looks(*parts: Vectors, noise: float = 0.3) -> Vectors:
    """A picture that shows the parts, and something else."""
    return looks_of([sum(parts) + noise * RNG.normal(size=DIM).astype(np.float32) / 8])  # type: ignore[list-item]


def told(count: int, knows: bool = True) -> list[tuple[Vectors, list[Tag]]]:
    """Products of one type each, as the feed names it; the space sees it, or knows nothing."""
    types = concepts("type")
    return [
        (
            looks(SPACE[types[i % len(types)].display("en")])
            if knows
            else looks(RNG.normal(size=DIM).astype(np.float32)),
            [Tag("type", types[i % len(types)].key)],
        )
        for i in range(count)
    ]


def test_what_fits_is_confirmed_and_what_does_not_is_contradicted():
    seen = Sight.measured(SPACE, told(300)).of([looks(MUG)])
    assert seen.verdict(Tag("type", "mug")) == "confirmed"
    against = [
        seen.verdict(Tag("type", known.key))
        for known in concepts("type")
        if known.key not in {"mug", "cup", "glass", "bowl"}
    ]
    assert against.count("contradicted") > 0.3 * len(against)
    assert seen.verdict(Tag("type", "something unheard of")) == "unchecked"


def test_a_label_is_given_where_it_leads():
    sight = Sight.measured(SPACE, told(300))
    assert list(sight.of([looks(VASE)]).labels()) == [Tag("type", "vase", "seen", "confirmed")]
    assert list(sight.of([looks(MUG, VASE, noise=0.0)]).labels()) == []


@pytest.mark.parametrize("products", [told(ENOUGH - 1), told(300, knows=False), []])
def test_a_space_that_is_not_known_to_agree_with_the_feed_says_nothing(products):
    seen = Sight.measured(SPACE, products).of([looks(MUG)])
    assert list(seen.labels()) == []
    for known in concepts("type"):
        assert seen.verdict(Tag("type", known.key)) == "unchecked"


def test_few_of_the_feeds_own_tags_are_contradicted_by_the_lines_they_draw():
    products = told(400)
    # Every fortieth picture shows another thing than the feed says.
    products[::40] = [(looks(VASE), tags) for _, tags in products[::40]]
    sight = Sight.measured(SPACE, products)
    verdicts = [sight.of([seen]).verdict(tags[0]) for seen, tags in products]
    assert verdicts.count("contradicted") <= 0.03 * len(products)


def test_a_field_of_which_the_feed_says_nothing_is_left_alone():
    seen = Sight.measured(SPACE, told(300)).of([looks(SPACE["a red product"])])
    for field in VISUAL_FIELDS:
        if field != "type":
            assert not [tag for tag in seen.labels() if tag.field == field]
            assert seen.verdict(Tag(field, concepts(field)[0].key)) == "unchecked"

"""The memory of ids is a set, in little room."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.feeds.seen_ids import SeenIds


@given(st.lists(st.text(max_size=3)))
def test_it_answers_as_a_set_does(texts: list[str]) -> None:
    seen, truth = SeenIds(), set[str]()
    for text in texts:
        assert seen.add(text) is (text not in truth)
        truth.add(text)


def test_it_grows_and_forgets_nothing() -> None:
    seen = SeenIds()
    assert all(seen.add(str(number)) for number in range(50_000))
    assert not any(seen.add(str(number)) for number in range(50_000))
    assert seen.size_bytes() <= 32 * 50_000

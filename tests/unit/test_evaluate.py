"""Questions with known answers: what is asked, what counts, what is named as bad."""

import json

import pytest
from PIL import Image

from indexer.cli.evaluate import as_json
from indexer.evaluate import Detection, EvaluationOptions, evaluate
from indexer.query_list import LabelledQuery, read_queries
from models.errors import BadFeed
from models.types import Box
from tests.fakes.ranked_lens import RankedLens

LEFT, RIGHT = Box(0, 0, 40, 60), Box(50, 0, 100, 60)


@pytest.fixture
def ask(tmp_path):
    """Write a CSV (and the 100 × 60 pictures it names), and evaluate it with a lens."""

    def run(text, lens, **options):
        for name in ("one.png", "two.png"):
            colour = "red" if name == "one.png" else "blue"
            Image.new("RGB", (100, 60), colour).save(tmp_path / name)
        (tmp_path / "queries.csv").write_text(text, encoding="utf-8")
        questions = read_queries(tmp_path / "queries.csv")
        return evaluate(questions, lens, EvaluationOptions(**options))

    return run


def test_the_given_box_is_searched_and_without_one_the_whole_picture(ask):
    lens = RankedLens({"a", "b"}, {("one.png", LEFT): ["a"], ("two.png", None): ["a", "b"]})
    report = ask('image,relevant_id,box\none.png,a,"0,0,40,60"\ntwo.png,b,\n', lens)
    assert [(name, box) for name, box, _ in lens.asked] == [
        ("one.png", LEFT),
        ("two.png", Box(0, 0, 100, 60)),
    ]
    assert report.queries == 2
    assert report.metrics["recall@1"].value == 0.5
    assert report.metrics["mrr"].value == pytest.approx((1 + 1 / 2) / 2)
    assert report.misses == 0
    assert report.bad == ()


def test_whole_ignores_the_box(ask):
    lens = RankedLens({"a"}, {("one.png", None): ["a"]})
    report = ask('image,relevant_id,box\none.png,a,"0,0,40,60"\n', lens, regions="whole")
    assert report.metrics["recall@1"].value == 1.0
    assert lens.asked[0][1] == Box(0, 0, 100, 60)


def test_the_best_detected_region_is_searched_and_a_poor_one_is_a_miss(ask):
    lens = RankedLens(
        {"a", "b"},
        {("one.png", LEFT): ["a"], ("two.png", Box(80, 0, 100, 60)): ["b"]},
        {"one.png": [RIGHT, LEFT], "two.png": [Box(80, 0, 100, 60)]},
    )
    text = 'image,relevant_id,box\none.png,a,"0,0,44,60"\ntwo.png,b,"50,0,100,60"\n'
    report = ask(text, lens, regions="detected")
    assert [box for _, box, _ in lens.asked] == [LEFT]  # IoU 0.91; two.png's is only 0.4
    assert report.misses == 1
    assert report.queries == 2
    assert report.metrics["recall@10"].value == 0.5  # the miss counts as zero
    assert report.detection == Detection(boxes=2, covered=1, pictures=2, first_right=0)


def test_what_is_searched_first_is_right_if_it_is_any_of_the_products_asked_for(ask):
    lens = RankedLens({"a", "b"}, {}, {"one.png": [RIGHT, LEFT], "two.png": []})
    text = 'image,relevant_id,box\none.png,a,"0,0,40,60"\none.png,b,"50,0,100,60"\n'
    report = ask(text + "two.png,b,\n", lens, regions="detected")
    assert report.detection == Detection(boxes=2, covered=2, pictures=1, first_right=1)
    assert ask(text, lens, regions="whole").detection is None


def test_a_detected_half_is_enough_and_the_whole_picture_is_no_detection(ask):
    lens = RankedLens({"a"}, {("one.png", RIGHT): ["a"]}, {"one.png": [RIGHT]})
    report = ask('image,relevant_id,box\none.png,a,"50,0,75,60"\n', lens, regions="detected")
    assert (report.misses, report.metrics["recall@1"].value) == (0, 1.0)
    lens = RankedLens({"a"}, {("one.png", None): ["a"]})
    report = ask('image,relevant_id,box\none.png,a,"0,0,99,60"\n', lens, regions="detected")
    assert (report.misses, report.metrics["recall@1"].value) == (1, 0.0)


def test_rows_of_one_picture_and_box_are_one_question_with_several_answers(ask):
    lens = RankedLens({"a", "b", "c"}, {("one.png", None): ["b", "x", "a"]})
    report = ask("image,relevant_id\none.png,a|b\none.png,c\none.png,a\n", lens)
    assert report.queries == 1
    assert report.metrics["recall@5"].value == pytest.approx(2 / 3)


def test_bad_rows_are_named_and_the_others_measured(ask, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    lens = RankedLens({"a"}, {("one.png", None): ["a"]})
    text = (
        "image,relevant_id,box\n"
        "broken.png,a,\n"
        "missing.png,a,\n"
        "one.png,gone,\n"
        "one.png,a,\n"
        'two.png,a,"5,5,5,9"\n'
        'two.png,a,"0,0,400,60"\n'
        ",a,\n"
    )
    report = ask(text, lens)
    assert report.queries == 1
    assert report.metrics["recall@1"].value == 1.0
    # Two rows ask for one.png as a whole: the unknown product spoils its own row only.
    assert [row.line for row in report.bad] == [2, 3, 4, 6, 7, 8]
    assert "'gone'" in report.bad[2].reason
    assert all(row.reason for row in report.bad)


def test_nothing_usable_gives_no_numbers(ask):
    report = ask("image,relevant_id\none.png,gone\n", RankedLens({"a"}))
    assert (report.queries, report.metrics) == (0, {})
    assert len(report.bad) == 1


def test_text_is_read_only_where_asked_for(ask):
    lens = RankedLens({"a"}, {("one.png", None): ["a"]})
    report = ask("image,relevant_id\none.png,a\n", lens)
    assert (lens.reads, lens.asked[0][2]) == (0, False)
    assert "read" not in report.latency_ms
    report = ask("image,relevant_id\none.png,a\n", lens, read_text=True)
    assert lens.asked[1][2] is True
    assert "read" in report.latency_ms


def test_a_picture_that_the_lens_remembers_is_timed_once(ask):
    lens = RankedLens({"a", "b"})
    text = 'image,relevant_id,box\none.png,a,"0,0,40,60"\none.png,b,"50,0,100,60"\n'
    report = ask(text, lens, regions="whole")
    assert len(lens.asked) == 2
    assert report.latency_ms["embed"].p50 == 2.0  # not the mean of 2 and of a remembered 0


def test_a_sample_is_drawn_with_its_seed(ask):
    lens = RankedLens({"a"})
    text = "image,relevant_id,box\n" + "".join(f'one.png,a,"0,0,{n},60"\n' for n in range(1, 41))

    def widths(seed):
        lens.asked.clear()
        assert ask(text, lens, limit=5, seed=seed).queries == 5
        return [box.right for _, box, _ in lens.asked]

    assert widths(1) == widths(1) == sorted(widths(1))
    assert widths(1) != widths(2)


def test_words_are_asked_with_the_picture_and_each_alone(ask):
    lens = RankedLens(
        {"a", "b", "c"},
        {("one.png", None): ["a", "b"], ("two.png", None): ["c"]},
        worded={"red": ["b", "a"]},
        refused={"under 5"},
    )
    report = ask(
        "image,relevant_id,words,kind,language,facts\n"
        "one.png,b,red,colour,en,x\n"
        "two.png,c,under 5,price,ru,\n",
        lens,
    )
    every, *others = report.composed
    assert (every.name, every.queries) == ("all", 2)
    assert [(group.of, group.name) for group in others] == [
        ("kind", "colour"),
        ("kind", "price"),
        ("language", "en"),
        ("language", "ru"),
    ]
    colour = {mode: scores["recall@1"].value for mode, scores in others[0].scores.items()}
    assert colour == {"composed": 1.0, "picture": 0.0, "words": 1.0}
    price = {mode: scores["recall@5"].value for mode, scores in others[1].scores.items()}
    assert price["words"] == 0.0
    told = as_json(report)["composed"]
    assert told[0]["composed"]["recall@5"]["value"] == every.scores["composed"]["recall@5"].value
    assert ask("image,relevant_id\none.png,a\n", lens).composed == ()


def test_failing_sources_are_told(ask):
    report = ask("image,relevant_id\none.png,a\n", RankedLens({"a"}, failing="words"))
    assert report.degraded == {"words": 1}


def test_the_json_form_is_what_the_documentation_says(ask):
    lens = RankedLens({"a"}, {("one.png", None): ["a"]})
    told = json.loads(json.dumps(as_json(ask("image,relevant_id\none.png,a\n", lens))))
    assert told["metrics"]["recall@1"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert list(told["latency_ms"]) == ["decode", "embed", "retrieve", "total"]
    assert told["latency_ms"]["embed"] == {"p50": 2.0, "p95": 2.0}
    assert (told["profile"], told["generation"], told["misses"]) == ("lite", 3, 0)
    assert (told["read_text"], told["bad"], told["detection"]) == (False, [], None)
    told = as_json(ask("image,relevant_id\none.png,a\n", lens, regions="detected"))
    assert told["detection"] == {"boxes": 0, "covered": 0, "pictures": 0, "first_right": 0}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"picture,answer\na.png,1\n", "no column image"),
        (b"image,box\na.png,\n", "no column relevant_id"),
        (b"image,relevant_id\n", "no rows"),
        (b"", "no column"),
        (b"image,relevant_id\n\xff\xfe,a\n", "UTF-8"),
        (b'image,relevant_id\n"' + b"x" * 200_000 + b'",a\n', "not a CSV"),
    ],
)
def test_a_file_that_is_no_query_list_is_refused_with_a_remedy(tmp_path, content, says):
    path = tmp_path / "q.csv"
    path.write_bytes(content)
    with pytest.raises(BadFeed, match=says) as refused:
        read_queries(path)
    assert refused.value.remedy


def test_a_missing_file_is_refused_and_a_byte_order_mark_is_not(tmp_path):
    with pytest.raises(BadFeed, match="cannot open"):
        read_queries(tmp_path / "none.csv")
    path = tmp_path / "bom.csv"
    path.write_text("image,relevant_id\na.png,1\n", encoding="utf-8-sig")
    (query,) = read_queries(path).queries
    assert query == LabelledQuery(tmp_path / "a.png", ("1",), None, (2,))
